// Lines of an estimate: all priced again, all moved to every region, and a matrix of regions and price lists; against
// JavaScript's exact numbers, which get their prices as numbers ready to multiply and do nothing else.
//
//     node lines.mjs MODULE BOOK
//
// Prints JSON: milliseconds, the best of several passes, and the sums, which must be equal digit by digit.

import { readFileSync } from 'node:fs';
import Big from 'big.js';
import Decimal from 'decimal.js';
import { module } from './engines.mjs';

const [, , folder, file] = process.argv;
const { PriceBook, PriceLines } = await module(folder);
const bytes = readFileSync(file);
const book = PriceBook.open(bytes);
const LINES = 10_000;
const AT = 1_798_761_600n;

/** Numbers that are the same in every run. */
let seed = 42;
const random = (below) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Number((BigInt(seed) * BigInt(below)) >> 32n);
};

const best = (passes, work) => {
  let [least, answer] = [Infinity, null];
  for (let pass = 0; pass < passes; pass += 1) {
    const start = performance.now();
    answer = work();
    least = Math.min(least, performance.now() - start);
  }
  return [least, answer];
};

const typed = Array.from({ length: LINES }, () => [random(book.rows()), `${random(5_000)}.${1 + random(99)}`]);
const lines = new PriceLines();
for (const [row, quantity] of typed) lines.add(book, row, quantity);

const [all, total] = best(50, () => lines.reprice(book));
const [edited] = best(50, () => {
  lines.set(17, '12.5');
  return lines.reprice(book);
});
lines.set(17, typed[17][1]);
const [regions] = best(20, () => lines.byRegion(book, AT));

const few = new PriceLines();
for (const [row, quantity] of typed.slice(0, 100)) few.add(book, row, quantity);
// Five lists; that they are equal makes none of them faster.
const offers = Array.from({ length: 5 }, () => PriceBook.open(bytes));
const [matrix] = best(20, () => offers.map((other) => few.byRegionOf(book, other, AT)));

/** Peers price lines of one price with nothing included, from prices that are numbers already. */
const plain = [];
for (const [row, quantity] of typed) {
  const fields = book.row(row).trimEnd().split('\t');
  const [price, tiers, included] = fields.slice(8, 11);
  if (tiers === '1' && included === '0') plain.push([row, quantity, price]);
}
const same = new PriceLines();
for (const [row, quantity] of plain) same.add(book, row, quantity);
const [ours, sum] = best(50, () => same.reprice(book));

const peer = (make) => {
  const priced = plain.map(([, quantity, price]) => [quantity, make(price)]);
  const zero = make('0');
  return best(5, () => priced.reduce((so, [quantity, price]) => so.plus(make(quantity).times(price)), zero));
};
Decimal.set({ precision: 60 });
const [decimal, decimalSum] = peer((text) => new Decimal(text));
const [big, bigSum] = peer((text) => new Big(text));

/** Ten decimals each, so twenty of their product. */
const fixed = (text) => {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(10, '0'));
};
const prices = plain.map(([, quantity, price]) => [quantity, fixed(price)]);
const [bigint, digits] = best(5, () => prices.reduce((so, [quantity, price]) => so + fixed(quantity) * price, 0n));
const padded = digits.toString().padStart(21, '0');
const bigintSum = `${padded.slice(0, -20)}.${padded.slice(-20)}`.replace(/\.?0+$/, '');

for (const [name, other] of Object.entries({ decimal: decimalSum.toFixed(), big: bigSum.toFixed(), bigint: bigintSum })) {
  if (other !== sum) throw new Error(`${name} has ${other} where ours is ${sum}`);
}
console.log(JSON.stringify({
  rows: book.rows(), items: book.items(), lines: LINES, all, edited, regions, matrix, total,
  plain: { lines: plain.length, ours, decimal, big, bigint },
}));
