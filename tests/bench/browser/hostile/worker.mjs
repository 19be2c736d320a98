// One worker's rounds, with a module of its own.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { books, pairs } from './books.mjs';
import { seed } from './dice.mjs';
import { links } from './links.mjs';
import { jsonBooks, workloads } from './texts.mjs';

const MAX_MEGABYTES = 64;
/** A good one takes a thousandth of it. */
const MAX_MILLISECONDS = 2_000;
const MAKERS = { books, pairs, workloads, 'JSON books': jsonBooks, links };

const { what, module, given, beside, keeping, from, to } = workerData;
const bindings = await import(pathToFileURL(join(module, 'estimator_wasm.js')));
const { memory } = bindings.initSync({ module: readFileSync(join(module, 'estimator_wasm_bg.wasm')) });
const attempt = await MAKERS[what](bindings, readFileSync(given), beside ? readFileSync(beside) : keeping);

let [taken, slowest] = [0, 0];
for (let round = from; round < to; round += 1) {
  const place = `${what} ${round} of seed ${workerData.seed}`;
  const refused = (question) => {
    try {
      return question();
    } catch (thrown) {
      // A trap is an Error; a refusal is its text.
      if (typeof thrown !== 'string' || thrown === '') throw new Error(place, { cause: thrown });
      return undefined;
    }
  };
  seed(Math.imul(workerData.seed, 0x9e3779b1) ^ Math.imul(round, 0x85ebca6b));
  const start = performance.now();
  let found = attempt(round, refused);
  if (found instanceof Promise) {
    found = await found.catch((thrown) => {
      throw new Error(place, { cause: thrown });
    });
  }
  taken += found ? 1 : 0;
  slowest = Math.max(slowest, performance.now() - start);
  if (slowest > MAX_MILLISECONDS) throw new Error(`${place} took ${slowest} ms`);
}
const megabytes = memory.buffer.byteLength / 2 ** 20;
if (megabytes > MAX_MEGABYTES) throw new Error(`the module holds ${megabytes} MiB after ${what}`);
parentPort.postMessage({ taken, slowest, megabytes });
