// Damaged books, workloads and links through the modules that are shipped, optimised as they are: none may trap.
//
//     node hostile.mjs [--books 1000000] [--pairs 100000] [--workloads 1000000] [--links 1000000] [--json-books 100000]
//                      [--seed 1] [--workers N]
//
// Each is refused with a text, or taken and asked. A trap, a refusal without a text, one that takes long, or memory that
// grows beyond its bound ends the run. What a round does follows from its number and the seed alone, so a fault comes
// again whatever the number of workers; there is one for each processor.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bundled } from './hostile/bundle.mjs';
import { build } from './module.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const count = (fallback) => ({ type: 'string', default: String(fallback) });
const { values: options } = parseArgs({
  options: {
    books: count(1_000_000), workloads: count(1_000_000), links: count(1_000_000), pairs: count(100_000), 'json-books': count(100_000),
    seed: count(1), workers: count(availableParallelism()),
  },
});
const whole = (name) => Number.parseInt(options[name], 10);

function part(given) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('hostile/worker.mjs', import.meta.url), { workerData: given });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

async function run(what, total, given) {
  const [workers, start] = [whole('workers'), performance.now()];
  const share = (worker) => Math.floor((total * worker) / workers);
  const parts = await Promise.all(Array.from({ length: workers }, (_, worker) => (
    part({ ...given, what, seed: whole('seed'), from: share(worker), to: share(worker + 1) }))));
  const taken = parts.reduce((sum, found) => sum + found.taken, 0);
  const most = (name) => Math.max(...parts.map((found) => found[name]));
  console.log(`${total} damaged ${what}: 0 traps, ${total - taken} refused, ${taken} taken and asked; `
    + `slowest ${most('slowest').toFixed(0)} ms, memory ${most('megabytes')} MiB, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

const folder = mkdtempSync(join(tmpdir(), 'forebill-hostile-'));
try {
  execFileSync('cargo', ['bench', '--quiet', '--locked', '-p', 'shared', '--bench', 'book', '--', folder],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const search = build('search', join(folder, 'search'));
  await run('books', whole('books'), { module: search, given: join(folder, 'small.book') });
  const page = build('page', join(folder, 'page'));
  const json = { module: page, given: join(folder, 'small.json') };
  await run('pairs', whole('pairs'), { module: page, given: join(folder, 'small.book'), beside: join(folder, 'small.ids') });
  await run('workloads', whole('workloads'), json);
  await run('JSON books', whole('json-books'), json);
  await run('links', whole('links'), { ...json, keeping: await bundled(root, folder) });
} finally {
  rmSync(folder, { recursive: true });
}
