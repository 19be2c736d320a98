// Compact books: half of them changed anywhere, half by somebody who knows the format: one stream, as a byte, a number or
// a piece, then sealed again with the right hash. What opens is searched and priced.

import { createHash } from 'node:crypto';
import { chance, changed, oneOf, varint } from './dice.mjs';

const STREAMS = 13;
const HEAD = 10;
const HASH = 32;

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

/** Damages `good` and asks what opens; says whether it opened. What is thrown is for the caller to look at. */
export function books({ PriceBook }, good) {
  const [head, parts] = [good.subarray(0, HEAD), streams(good)];
  if (!sealed(head, parts).equals(good)) throw new Error('the format is another than this program knows');
  const damaged = (round) => {
    if (round % 2 === 0) return changed(good);
    const copy = [...parts];
    for (let times = chance(3); times >= 0; times -= 1) {
      const stream = chance(STREAMS);
      copy[stream] = changed(copy[stream]);
    }
    return sealed(head, copy);
  };
  return (round, refused) => {
    const bytes = damaged(round);
    const book = refused(() => (round % 4 === 0 ? PriceBook.openCompared(bytes) : PriceBook.open(bytes)));
    if (book === undefined) return false;
    const found = book.search(oneOf(['d', 'd4s v5', 'hot lrs', 'spto']), '', '', '', -1, 20);
    book.shown();
    if (found > 0) refused(() => book.price(book.found()[0], '1234567.891'));
    book.free();
    return true;
  };
}
