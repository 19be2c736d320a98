// For a plain script tag: the global `forebill`. It is made here: what a bundler makes of exports is as long again.

import { compactBook } from './compact.js';
import { ForebillError, ForebillTrap } from './errors.js';
import { loadFrom, type Estimator, type ModuleSource } from './estimator.js';
import { verify } from './verify.js';

// Only known while the script runs for the first time. A worker that imports it has no such element.
const script = typeof document === 'undefined' ? null : document.currentScript;
const base = script instanceof HTMLScriptElement ? script.src : self.location.href;

/** Loads the estimator; without a source, from the file beside this script. */
function load(source?: ModuleSource | Promise<ModuleSource>): Promise<Estimator> {
  return loadFrom(() => source ?? new URL('forebill.wasm', base));
}

Object.assign(globalThis, { forebill: { ForebillError, ForebillTrap, compactBook, load, verify } });
