// Damaged books and workloads through the modules that are shipped, optimised as they are: none may trap.
//
//     node hostile.mjs [--books 1000000] [--workloads 1000000] [--json-books 100000] [--seed 1]
//
// Each is refused with a text, or taken and asked. A trap, a refusal without a text, one that takes long, or memory that
// grows beyond its bound ends the run.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './module.mjs';
import { books } from './hostile/books.mjs';
import { seed } from './hostile/dice.mjs';
import { jsonBooks, workloads } from './hostile/texts.mjs';

const MAX_MEGABYTES = 64;
/** A good one takes a thousandth of it. */
const MAX_MILLISECONDS = 2_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const count = (fallback) => ({ type: 'string', default: String(fallback) });
const { values: options } = parseArgs({
  options: { books: count(1_000_000), workloads: count(1_000_000), 'json-books': count(100_000), seed: count(1) },
});

async function opened(kind, folder) {
  const module = build(kind, join(folder, kind));
  const bindings = await import(pathToFileURL(join(module, 'estimator_wasm.js')));
  const { memory } = bindings.initSync({ module: readFileSync(join(module, 'estimator_wasm_bg.wasm')) });
  return { bindings, memory };
}

function run(what, total, memory, attempt) {
  seed(Number.parseInt(options.seed, 10));
  let taken = 0;
  let slowest = 0;
  for (let round = 0; round < total; round += 1) {
    const place = `${what} ${round} of seed ${options.seed}`;
    const refused = (question) => {
      try {
        return question();
      } catch (thrown) {
        // A trap is an Error; a refusal is its text.
        if (typeof thrown !== 'string' || thrown === '') throw new Error(place, { cause: thrown });
        return undefined;
      }
    };
    const start = performance.now();
    taken += attempt(round, refused) ? 1 : 0;
    slowest = Math.max(slowest, performance.now() - start);
    if (slowest > MAX_MILLISECONDS) throw new Error(`${place} took ${slowest} ms`);
  }
  const megabytes = memory.buffer.byteLength / 2 ** 20;
  console.log(`${total} damaged ${what}: 0 traps, ${total - taken} refused, ${taken} taken and asked; `
    + `slowest ${slowest.toFixed(0)} ms, memory ${megabytes} MiB`);
  if (megabytes > MAX_MEGABYTES) throw new Error(`the module holds ${megabytes} MiB`);
}

const folder = mkdtempSync(join(tmpdir(), 'forebill-hostile-'));
try {
  execFileSync('cargo', ['bench', '--quiet', '--locked', '-p', 'shared', '--bench', 'book', '--', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const search = await opened('search', folder);
  run('books', Number.parseInt(options.books, 10), search.memory, books(search.bindings, readFileSync(join(folder, 'small.book'))));
  const page = await opened('page', folder);
  const json = readFileSync(join(folder, 'small.json'));
  run('workloads', Number.parseInt(options.workloads, 10), page.memory, workloads(page.bindings, json));
  run('JSON books', Number.parseInt(options['json-books'], 10), page.memory, jsonBooks(page.bindings, json));
} finally {
  rmSync(folder, { recursive: true });
}
