// What a host page sees of the element's state besides its events: `:state(…)` for its styles, and a value in its forms.

import type { Desk } from './desk.js';

const STATES = ['loading', 'ready', 'incomplete', 'error'] as const;

export function reflect(internals: ElementInternals, desk: Desk, value: string): void {
  const { state, current } = desk.shelf;
  const now = {
    loading: state === 'loading',
    ready: current !== null,
    incomplete: desk.doc.lines.length > 0 && !desk.priced.complete,
    error: state === 'failed',
  };
  internals.setFormValue(value);
  for (const name of STATES) {
    try {
      if (now[name]) internals.states.add(name);
      else internals.states.delete(name);
    } catch {
      // Browsers before 2024 knew only names that begin with two dashes: they have no such states.
    }
  }
}
