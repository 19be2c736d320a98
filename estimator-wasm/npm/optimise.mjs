// Makes the module smaller with the pinned wasm-opt. What comes out is what is shipped, measured and tested.
//
//     node optimise.mjs MODULE
//
// Debian's wasm-opt 108 turns this module into one that validates and is wrong: only the pinned one is used.

import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { namedInOrder } from './order.mjs';

const optimiser = fileURLToPath(new URL('node_modules/binaryen/bin/wasm-opt', import.meta.url));

/** What every browser of 2023 has. All features at once would bring some that no browser reads. */
const FEATURES = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int',
  'reference-types', 'sign-ext'];

function wasmOpt(from, to, ...passes) {
  const enabled = FEATURES.map((feature) => `--enable-${feature}`);
  execFileSync(process.execPath, [optimiser, from, ...passes, ...enabled, '-o', to], { stdio: 'inherit' });
}

export function optimise(from, to) {
  // Inlining makes it smaller, and what is left compresses worse.
  wasmOpt(from, to, '-Oz', '--one-caller-inline-max-function-size=0');
  writeFileSync(to, namedInOrder(readFileSync(to)));
  wasmOpt(to, to, '--reorder-functions-by-name', '--strip-target-features');
}

const [module] = process.argv.slice(2);
if (module !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  optimise(module, `${module}.small`);
  renameSync(`${module}.small`, module);
}
