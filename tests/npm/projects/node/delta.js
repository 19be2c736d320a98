// A book that a delta leads to, from its base in either form: every answer again, and what is refused.

import { readFile } from 'node:fs/promises';
import * as forebill from 'forebill-estimator';
import { answers } from '../questions.js';

const [json, prices, ids, id, delta, question] = process.argv.slice(2);
const { compactBook, load } = forebill;
const asked = JSON.parse(await readFile(question, 'utf8'));
const base = async () => compactBook({ prices: await readFile(prices), ids: await readFile(ids), id });
const led = async (bytes) => answers(forebill, bytes, asked, undefined, [await readFile(delta)]);

const { openBook } = await load();
const refused = (...parts) => {
  try {
    openBook(...parts);
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
};
const step = await readFile(delta);
const turned = Uint8Array.from(step, (byte, at) => (at === 100 ? byte ^ 1 : byte));
console.log(JSON.stringify({
  compact: await led(await base()),
  json: await led(await readFile(json)),
  refusals: [
    // The second time it is no longer its base.
    refused(await base(), [step, step]), refused(await base(), [turned]), refused(await base(), [await readFile(prices)]),
    refused(step),
  ],
}));
