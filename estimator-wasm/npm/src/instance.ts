// The one instance of the module. After a trap nothing inside it can be trusted: it is replaced, and what was open in
// it is opened again when it is asked for.

import { __wbg_reset_state, initSync } from './generated/estimator_wasm.js';
import { ForebillError, ForebillTrap } from './errors.js';
import type { Refusal } from './types.js';

let instances = 0;
let broken = false;

/** Which instance it is: what was made in another one is lost. */
export function generation(): number {
  return instances;
}

export function start(module: WebAssembly.Module): void {
  initSync({ module });
}

/** Asks the module. What it refuses is thrown as a `ForebillError`, a trap as a `ForebillTrap`. */
export function ask<T>(question: () => T): T {
  if (broken) replace();
  try {
    return question();
  } catch (thrown) {
    // The module itself throws texts. Everything else left it half way: a trap, or the end of the stack.
    if (typeof thrown === 'string') throw new ForebillError(refusal(thrown));
    broken = true;
    try {
      replace();
    } catch {
      // No memory for another one now: the next question tries again.
    }
    throw new ForebillTrap(thrown);
  }
}

function replace(): void {
  instances += 1;
  __wbg_reset_state();
  broken = false;
}

function refusal(text: string): Refusal {
  return JSON.parse(text) as Refusal;
}
