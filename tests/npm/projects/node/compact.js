// The same book in its compact form: every answer again, and what is believed and checked of its id.

import { readFile } from 'node:fs/promises';
import * as forebill from 'forebill-estimator';
import { answers } from '../questions.js';

const [prices, ids, id, question] = process.argv.slice(2);
const { compactBook, load, verify } = forebill;
const files = { prices: await readFile(prices), ids: await readFile(ids), id };
const given = await answers(forebill, await compactBook(files), JSON.parse(await readFile(question, 'utf8')));

const { openBook } = await load();
const refused = (bytes) => {
  try {
    openBook(bytes);
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
};
const turned = Uint8Array.from(files.ids, (byte, at) => (at === 100 ? byte ^ 1 : byte));
const { buffer } = Uint8Array.from(files.prices);
console.log(JSON.stringify({
  ...given,
  another: verify(openBook(await compactBook({ ...files, prices: buffer, id: '0e'.repeat(32) }))),
  refusals: [files.prices, ...await Promise.all([{ ids: turned }, { ids: files.prices }, { id: 'mine' }].map(
    (other) => compactBook({ ...files, ...other }),
  ))].map(refused),
}));
