// Items of two offers, with the book of each. Prints what the package says, one line each.

import { readFileSync } from 'node:fs';
import { load } from 'forebill-estimator';

const [own, other, question] = process.argv.slice(2).map((path) => readFileSync(path));
const { openBook, compare } = await load();
const book = openBook(own);
const beside = [{ book: openBook(other) }];
const { mixed, other: after, within, at } = JSON.parse(question);
const sought = { ...mixed, items: mixed.items.slice(0, 2) };
for (const answer of [
  book.estimate(mixed, at, { beside }),
  compare(mixed, [{ book, at }], { explain: true, beside }),
  book.branches(after, mixed, at, { beside }),
  book.largestCount(sought, 0, within, at, { beside }),
]) console.log(JSON.stringify(answer));
