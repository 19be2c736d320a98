// The limits of what a browser has to load, in bytes under gzip. Fails where one is broken.
//
//     node size.mjs

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, sizes } from './module.mjs';

/** What is reached, and two in a hundred more: a size creeps up by small steps. `goal` is where it has to go. */
const LIMITS = {
  search: { module: 59_560, glue: 2_610, goal: 30_000 },
  page: { module: 206_540, glue: 2_670, goal: 55_000 },
};
const GLUE_GOAL = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'forebill-size-'));
let broken = 0;
for (const [kind, limit] of Object.entries(LIMITS)) {
  const found = sizes(build(kind, join(folder, kind)));
  for (const part of ['module', 'glue']) {
    const { raw, gzip, brotli } = found[part];
    const goal = part === 'module' ? limit.goal : GLUE_GOAL;
    const verdict = gzip > limit[part] ? `TOO LARGE: at most ${limit[part]}` : gzip > goal ? 'goal not reached' : 'ok';
    broken += gzip > limit[part] ? 1 : 0;
    console.log(`${kind} ${part}: ${raw} bytes, gzip ${gzip}, brotli ${brotli}; goal ${goal} gzip: ${verdict}`);
  }
}
process.exitCode = broken > 0 ? 1 : 0;
