// Compact books: half of them changed anywhere, half by somebody who knows the format: one stream, as a byte, a number or
// a piece, then sealed again with the right hash. What opens is searched and priced.

import { createHash } from 'node:crypto';
import { chance, changed, oneOf, varint } from './dice.mjs';

const STREAMS = 13;
const STREAMS_OF_IDS = 3;
const HEAD = 10;
const HASH = 32;

function streams(bytes, count = STREAMS) {
  let at = HEAD + HASH;
  const lengths = Array.from({ length: count }, () => {
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

/** Damages prices, ids or both, half of the time by streams and so that the prices name the ids; what opens is a whole book. */
export function pairs({ RateBook, verifyBook }, goodPrices, goodIds) {
  const [prices, ids] = [streams(goodPrices), streams(goodIds, STREAMS_OF_IDS)];
  const heads = [goodPrices, goodIds].map((good) => good.subarray(0, HEAD));
  const id = Buffer.from('0e'.repeat(32));
  RateBook.open(Buffer.concat([goodPrices, goodIds, id])).free();
  return (round, refused) => {
    let files = [goodPrices, goodIds];
    if (round % 2 === 0) {
      const file = chance(2);
      files[file] = changed(files[file]);
    } else {
      const [ours, theirs] = [[...prices], [...ids]];
      const stream = chance(STREAMS_OF_IDS);
      if (round % 4 === 1) theirs[stream] = changed(theirs[stream]);
      const other = 4 + chance(STREAMS - 4);
      if (round % 4 === 3 || chance(2)) ours[other] = changed(ours[other]);
      const made = sealed(heads[1], theirs);
      ours[0] = Buffer.concat([made.subarray(HEAD, HEAD + HASH), ours[0].subarray(HASH)]);
      files = [sealed(heads[0], ours), made];
    }
    const book = refused(() => RateBook.open(Buffer.concat([...files, id])));
    if (book === undefined) return false;
    const [hit] = JSON.parse(book.search(oneOf(['d', 'd4s v5', 'hot lrs', 'spto']), 5)).hits;
    const workload = JSON.stringify({ schema: 'forebill.workload/1', items: hit ? [{ meterId: hit.meterId, quantity: '1234567.891' }] : [] });
    refused(() => book.estimate(workload, '2026-11-01T00:00:00Z'));
    if (verifyBook(book)) throw new Error('no such book has this id');
    book.free();
    return true;
  };
}
