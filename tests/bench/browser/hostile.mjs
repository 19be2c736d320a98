// Damaged books through the module that is shipped, optimised as it is: none may trap.
//
//     node hostile.mjs [--books 1000000] [--seed 1]
//
// Half of them are changed anywhere. The other half are changed by somebody who knows the format: one stream, as a byte,
// a number or a piece, then sealed again with the right hash. Each is refused with a text, or opens, and is then searched
// and priced. A trap, a missing text, or memory that grows beyond its bound ends the run.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './module.mjs';

const STREAMS = 13;
const HEAD = 10;
const HASH = 32;
const MAX_MEGABYTES = 64;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { values: options } = parseArgs({
  options: { books: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});

/** Mulberry32: the same changes on every machine. */
let state = Number.parseInt(options.seed, 10);
function chance(bound) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(bound, 1);
}

function varint(number) {
  const bytes = [];
  let rest = BigInt(number);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

function streams(bytes) {
  let at = HEAD + HASH;
  const lengths = Array.from({ length: STREAMS }, () => {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at];
      at += 1;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return length;
    }
  });
  return lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
}

function sealed(head, parts) {
  const body = Buffer.concat([...parts.map((part) => varint(part.length)), ...parts]);
  const hash = createHash('sha256').update(head).update(body).digest();
  return Buffer.concat([head, hash, body]);
}

const number = () => [
  () => varint(chance(4)),
  () => varint(1n << BigInt(chance(64))),
  () => varint((1n << BigInt(1 + chance(64))) - 1n),
  () => varint(BigInt(chance(2 ** 31)) << BigInt(chance(200))),
][chance(4)]();

/** One change of some bytes. */
function changed(bytes) {
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

const folder = mkdtempSync(join(tmpdir(), 'forebill-hostile-'));
try {
  execFileSync('cargo', ['bench', '--quiet', '--locked', '-p', 'shared', '--bench', 'book', '--', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const module = build('search', join(folder, 'search'));
  const bindings = await import(pathToFileURL(join(module, 'estimator_wasm.js')));
  const { memory } = bindings.initSync({ module: readFileSync(join(module, 'estimator_wasm_bg.wasm')) });
  const { PriceBook } = bindings;
  const good = readFileSync(join(folder, 'small.book'));
  const [head, parts] = [good.subarray(0, HEAD), streams(good)];
  if (!sealed(head, parts).equals(good)) throw new Error('the format is another than this program knows');
  const count = { opened: 0, refused: 0 };
  const total = Number.parseInt(options.books, 10);
  for (let round = 0; round < total; round += 1) {
    let bytes;
    if (round % 2 === 0) {
      bytes = changed(good);
    } else {
      const damaged = [...parts];
      for (let times = chance(3); times >= 0; times -= 1) {
        const stream = chance(STREAMS);
        damaged[stream] = changed(damaged[stream]);
      }
      bytes = sealed(head, damaged);
    }
    let book;
    try {
      book = round % 4 === 0 ? PriceBook.openCompared(bytes) : PriceBook.open(bytes);
    } catch (thrown) {
      // A trap is an Error; a refusal is its text.
      if (typeof thrown !== 'string' || thrown === '') throw new Error(`book ${round} of seed ${options.seed}`, { cause: thrown });
      count.refused += 1;
      continue;
    }
    count.opened += 1;
    const found = book.search(['d', 'd4s v5', 'hot lrs', 'spto'][chance(4)], '', '', '', -1, 20);
    book.shown();
    if (found > 0) {
      try {
        book.price(book.found()[0], '1234567.891');
      } catch (thrown) {
        if (typeof thrown !== 'string') throw new Error(`book ${round} of seed ${options.seed}`, { cause: thrown });
      }
    }
    book.free();
  }
  const megabytes = memory.buffer.byteLength / 2 ** 20;
  console.log(`${total} damaged books: 0 traps, ${count.refused} refused, ${count.opened} opened and asked; memory ${megabytes} MiB`);
  if (megabytes > MAX_MEGABYTES) throw new Error(`the module holds ${megabytes} MiB`);
} finally {
  rmSync(folder, { recursive: true });
}
