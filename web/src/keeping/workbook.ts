// The cells of a workbook's first sheet, as texts: of our own, and of what a spreadsheet made of it. No parser of markup is
// asked, which a page under Trusted Types may not do; nothing of what stands there becomes markup here.

import { refuse } from '../snapshots.js';
import { through } from './link.js';

/** Of one part, unpacked: a thousand lines with their tiers are a tenth of it. */
const MOST_BYTES = 32_000_000;

export function isWorkbook(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

export async function cellsOfWorkbook(bytes: Uint8Array<ArrayBuffer>): Promise<string[][]> {
  try {
    const parts = entries(bytes);
    const read = async (path: string) => new TextDecoder().decode(await parts.get(path)?.());
    const [sheet = ''] = [...parts.keys()].filter((path) => /^xl\/worksheets\/[^/]+\.xml$/.test(path)).sort();
    const shared = (await read('xl/sharedStrings.xml')).split(/<si\/?>/).slice(1).map(textsOf);
    const rows: string[][] = [];
    const xml = await read(sheet);
    // Cut off, it would be a smaller estimate.
    if (!xml.includes('</sheetData>')) throw new Error(sheet);
    // One cell a piece: whatever a piece lacks, no other is looked through for it.
    for (const piece of xml.split('<c r="').slice(1)) {
      // Whoever has more columns or rows has no estimate.
      const [head, letters = '', row = 0, about = '/'] = /^([A-Z]{1,2})(\d{1,5})"([^>]*)>/.exec(piece) ?? [''];
      const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      if (about.endsWith('/') || +row < 1) continue;
      const inside = piece.slice(head.length).split('</c>')[0] ?? '';
      const value = unescaped(/<v>([^<]*)/.exec(inside)?.[1] ?? '');
      (rows[+row - 1] ??= [])[column] = / t="s"/.test(about) ? shared[+value] ?? '' : textsOf(inside) || value;
    }
    return Array.from(rows, (row) => Array.from(row ?? [], (cell) => cell ?? ''));
  } catch {
    refuse('badFile', 'This is no workbook, or a damaged one.');
  }
}

/** The parts by their names, from the directory at the end of the file. */
function entries(bytes: Uint8Array<ArrayBuffer>): Map<string, () => Promise<Uint8Array>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const two = (at: number) => view.getUint16(at, true);
  const four = (at: number) => view.getUint32(at, true);
  const found = new Map<string, () => Promise<Uint8Array>>();
  let end = bytes.length - 22;
  while (four(end) !== 0x06054b50) end -= 1;
  let at = four(end + 16);
  for (let left = two(end + 10); left > 0; left -= 1) {
    const [method, packed, name, local] = [two(at + 10), four(at + 20), two(at + 28), four(at + 42)];
    found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), async () => {
      const start = local + 30 + two(local + 26) + two(local + 28);
      const part = bytes.slice(start, start + packed);
      return method === 0 ? part : through(part, new DecompressionStream('deflate-raw'), MOST_BYTES);
    });
    at += 46 + name + two(at + 30) + two(at + 32);
  }
  return found;
}

/** Of a cell or a shared text, which may have several parts. */
function textsOf(inside: string): string {
  return unescaped([...inside.matchAll(/<t(?: [^>]*)?>([^<]*)/g)].map(([, text]) => text).join(''));
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(?:#(x?)([\da-f]{1,7})|(\w{2,4}));/gi, (_, hex: string, code: string, name: string) => (name
    ? ENTITIES[name] ?? '' : String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10))));
}
