// One whole book in both of its forms, by turns in one process, and what it answers: prints what it measured as JSON.
//
//     node opening.mjs MODULE BOOK.json PRICES IDS [ROUNDS]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { keystrokes } from './queries.mjs';

const [, , folder, json, prices, ids, rounds = '10'] = process.argv;
const { RateBook, Candidates, initSync, verifyBook } = await import(join(folder, 'estimator_wasm.js'));
const module = new WebAssembly.Module(readFileSync(join(folder, 'estimator_wasm_bg.wasm')));
const { memory } = initSync({ module });
const bytes = { json: readFileSync(json), prices: readFileSync(prices), ids: readFileSync(ids) };
const id = `sha256:${createHash('sha256').update(bytes.json).digest('hex')}`;

const forms = {
  compact: () => RateBook.open(Buffer.concat([bytes.prices, bytes.ids, Buffer.from(id)])),
  json: () => RateBook.open(bytes.json),
};

function timed(work) {
  const start = performance.now();
  const made = work();
  return [performance.now() - start, made];
}

const found = {};
for (const name of Object.keys(forms)) found[name] = { open: Infinity, search: Infinity, megabytes: 0 };
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, open] of Object.entries(forms)) {
    const [opening, book] = timed(open);
    const [search] = timed(() => book.search('', 1));
    found[name].open = Math.min(found[name].open, opening);
    found[name].search = Math.min(found[name].search, search);
    // Memory never shrinks: what the first of the first round needed is what is known of it.
    if (round === 0) found[name].megabytes = Math.round(memory.buffer.byteLength / 1e6);
    book.free();
  }
}

/** All that a book is asked, as one text for each question. */
function answers(book) {
  const at = '2026-11-01T00:00:00Z';
  const said = [book.info(), book.readLine('d4s v5 westeurope 12h weekdays x3')];
  for (const words of keystrokes.filter((_, place) => place % 40 === 0)) {
    const answer = book.search(words, 20);
    said.push(answer, book.readLine(words));
    const items = JSON.parse(answer).hits.slice(0, 5).map(({ meterId }) => ({ meterId, quantity: '730.5', count: 3 }));
    if (items.length === 0) continue;
    const workload = JSON.stringify({ schema: 'forebill.workload/1', items });
    const all = new Candidates();
    all.add(book, at);
    said.push(book.estimate(workload, at), book.estimate(workload, at, 'northeurope'), all.compare(workload, '["westeurope","eastus"]', true));
    all.free();
  }
  return said;
}

const [compact, whole] = [forms.compact(), forms.json()];
const [ours, theirs] = [answers(compact), answers(whole)];
ours.forEach((answer, place) => {
  if (answer !== theirs[place]) throw new Error(`the forms answer differently: ${answer} and ${theirs[place]}`);
});
console.log(JSON.stringify({ ...found, equal: ours.length, verified: verifyBook(compact) }));
