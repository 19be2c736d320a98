// For browsers, their workers and bundlers: the module is a file beside this one, and a bundler that knows
// `new URL(…, import.meta.url)` takes it along.

import { loadFrom, type Estimator, type ModuleSource } from './estimator.js';

export * from './public.js';

/** Loads the estimator; without a source, from the file that came with the package. */
export function load(source?: ModuleSource | Promise<ModuleSource>): Promise<Estimator> {
  return loadFrom(() => source ?? new URL('./forebill.wasm', import.meta.url));
}
