// Workloads and JSON books: half of them changed anywhere, half by somebody who knows the words: a number, a name or a
// value is another one, and members are doubled, moved and nested. What is taken is priced, compared and sought in.

import { chance, changed, oneOf } from './dice.mjs';

const NUMBERS = [
  '0', '-1', '1e400', '1e-400', '"1e76"', '99999999999999999999999999999999', '"0.0000000000000000000000000001"', '"-0"', '1.5', 'null', 'true',
  '"730"', '""', '[]', '{}', '"\\u0000"', '"\\ud800"', `"${'9'.repeat(64)}"`, `"${'9'.repeat(65)}"`, '18446744073709551616',
];
const WORDS = [
  '"d4s v5"', '"hot lrs"', '"westeurope"', '"nowhere"', '"Hours"', '"GB"', '"10K"', '"1 GB/Month"', '"\u202e"', '"<b>"', '"forebill.workload/2"',
  `"${'x'.repeat(5000)}"`, '"a"', '"🜁"', '"constructor"', '"__proto__"',
];
const KEYS = [
  'name', 'query', 'meterId', 'region', 'quantity', 'low', 'high', 'unit', 'count', 'schedule', 'ramp', 'group', 'tags', 'hoursPerDay', 'items',
];

/** One change of a text by somebody who knows JSON. */
function reworded(text) {
  const values = [...text.matchAll(/(?<=[:[,]\s*)("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|null|true|false)/g)];
  if (values.length === 0) return text;
  const { 0: value, index } = oneOf(values);
  const put = (piece) => text.slice(0, index) + piece + text.slice(index + value.length);
  switch (chance(6)) {
    case 0: return put(oneOf(NUMBERS));
    case 1: return put(oneOf(WORDS));
    case 2: return put(`${value},"${oneOf(KEYS)}":${oneOf(chance(2) ? NUMBERS : WORDS)}`);
    case 3: return put('['.repeat(1 + chance(300)));
    case 4: return text.replaceAll(`"${oneOf(KEYS)}"`, `"${oneOf(KEYS)}"`);
    default: return put(oneOf(values)[0]);
  }
}

export const damaged = (round, text) => {
  if (round % 2 === 0) return changed(Buffer.from(text)).toString('utf8');
  let worded = text;
  for (let times = chance(3); times >= 0; times -= 1) worded = reworded(worded);
  return worded;
};

export function workloads({ RateBook, Candidates }, bytes) {
  const at = '2026-11-01T00:00:00Z';
  const book = RateBook.open(bytes);
  const [one, other] = JSON.parse(book.search('d', 2)).hits;
  const good = JSON.stringify({
    schema: 'forebill.workload/1', name: 'shop', items: [
      { name: 'a', query: one.name, region: one.region, count: 3, schedule: { hoursPerDay: '12', daysPerWeek: '5' } },
      { name: 'b', meterId: other.meterId, quantity: '20000.5', low: '0', high: '90000', ramp: ['0.5', '1'], group: 'g', tags: { k: 'v' } },
    ],
  });
  if (JSON.parse(book.estimate(good, at)).lines.length !== 2) throw new Error('the workload to damage is none');
  return (round, refused) => {
    const text = damaged(round, good);
    refused(() => book.readLine(text.slice(chance(text.length))));
    const estimated = refused(() => book.estimate(text, at, chance(4) ? undefined : 'eastus', undefined));
    if (estimated === undefined) return false;
    refused(() => book.largestCount(text, chance(3), oneOf(['500', '-1', 'x', '9'.repeat(60)]), at));
    refused(() => book.branches(good, text, at));
    const candidates = new Candidates();
    candidates.add(book, at);
    refused(() => candidates.compare(text, oneOf([undefined, '["eastus","nowhere"]', '[1', '{}']), chance(2) === 0));
    candidates.free();
    return true;
  };
}

/** Rate books in their JSON form. */
export function jsonBooks({ RateBook }, bytes) {
  const good = bytes.toString('utf8');
  return (round, refused) => {
    const book = refused(() => RateBook.open(Buffer.from(damaged(round, good))));
    if (book === undefined) return false;
    refused(() => book.search(oneOf(['d', 'd4s v5', 'spto']), 20));
    book.free();
    return true;
  };
}
