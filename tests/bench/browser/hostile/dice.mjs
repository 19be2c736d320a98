// Changes of bytes, the same on every machine for one seed.

/** Mulberry32. */
let state = 1;
export function seed(number) {
  state = number;
}

export function chance(bound) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(bound, 1);
}

export const oneOf = (list) => list[chance(list.length)];

export function varint(number) {
  const bytes = [];
  let rest = BigInt(number);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

const number = () => [
  () => varint(chance(4)),
  () => varint(1n << BigInt(chance(64))),
  () => varint((1n << BigInt(1 + chance(64))) - 1n),
  () => varint(BigInt(chance(2 ** 31)) << BigInt(chance(200))),
][chance(4)]();

/** One change of some bytes. */
export function changed(bytes) {
  const at = chance(bytes.length);
  const put = (from, to, piece) => Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);
  if (bytes.length === 0) return Buffer.from([chance(256)]);
  switch (chance(7)) {
    case 0: return put(at, at + 1, Buffer.from([bytes[at] ^ (1 << chance(8))]));
    case 1: return put(at, at + 1, Buffer.from([(bytes[at] + (chance(2) ? 2 : 254)) & 0xff]));
    case 2: return put(at, at + 1, number());
    case 3: return put(at, at, number());
    case 4: return bytes.subarray(0, at);
    case 5: return put(at, at + 1, Buffer.alloc(0));
    default: return put(at, at, bytes.subarray(chance(bytes.length), chance(bytes.length)));
  }
}
