// A zip file of a few parts: the browser deflates, here are the headers around it. They are all of the format that a workbook
// needs, and a tenth of a library.

interface Part {
  readonly name: Uint8Array;
  readonly bytes: Uint8Array;
  readonly deflated: Uint8Array;
  readonly sum: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** The first of January 1980, which is as far back as the format goes: equal parts are equal files. */
const DAY = 0x21;

export async function zipped(parts: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder();
  const all = await Promise.all(Object.entries(parts).map(async ([name, content]): Promise<Part> => {
    const bytes = text.encode(content);
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    return { name: text.encode(name), bytes, deflated: new Uint8Array(await new Response(stream).arrayBuffer()), sum: crc(bytes) };
  }));
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const part of all) {
    const local = fields([LOCAL, 4], ...common(part));
    directory.push(fields([CENTRAL, 4], [20, 2], ...common(part), [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), part.name);
    pieces.push(local, part.name, part.deflated);
    at += local.length + part.name.length + part.deflated.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = fields([END, 4], [0, 2], [0, 2], [all.length, 2], [all.length, 2], [size, 4], [at, 4], [0, 2]);
  return new Uint8Array(await new Blob([...pieces, ...directory, end] as BlobPart[]).arrayBuffer());
}

/** Version, UTF-8 names, deflated, time, day, sum, both lengths, that of the name, nothing extra. */
function common({ name, bytes, deflated, sum }: Part): [number, number][] {
  return [[20, 2], [0x800, 2], [8, 2], [0, 2], [DAY, 2], [sum, 4], [deflated.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]];
}

/** Values and how many bytes each has, the lowest first. */
function fields(...list: [number, number][]): Uint8Array {
  return Uint8Array.from(list.flatMap(([value, length]) => Array.from({ length }, (_, index) => (value >>> (8 * index)) & 255)));
}

function crc(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum;
}
