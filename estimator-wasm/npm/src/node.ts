// For Node, whose fetch does not read files.

import { readFile } from 'node:fs/promises';
import { loadFrom, type Estimator, type ModuleSource } from './estimator.js';

export * from './public.js';

/** Loads the estimator; without a source, from the file that came with the package. */
export function load(source?: ModuleSource | Promise<ModuleSource>): Promise<Estimator> {
  return loadFrom(() => source ?? readFile(new URL('./forebill.wasm', import.meta.url)));
}
