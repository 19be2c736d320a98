// Which key means what. Pure: an event in, a command out.

import type { Field } from './state.js';

export type Command =
  | 'previous' | 'next' | 'onward' | 'leave' | 'explain' | 'more' | 'remove' | 'moveUp' | 'moveDown' | 'duplicate';

export type LineKeyPlace = Field | 'cost';

export type Scope = 'widget' | 'page' | 'off';

interface PageContext {
  inside: boolean;
  scope: Scope;
  /** The box is a field, but there is nothing in it that undo could mean. */
  searchEmpty: boolean;
}

/** Keys that act wherever the focus is, as far as the page allows it. */
export function pageKey(event: KeyboardEvent, context: PageContext): 'search' | 'palette' | 'help' | 'undo' | 'redo' | null {
  if (event.defaultPrevented || event.isComposing) return null;
  const control = event.ctrlKey || event.metaKey;
  const reach = context.scope !== 'off' && (context.scope === 'page' || context.inside);
  const key = event.key.toLowerCase();
  if (control && !event.altKey && key === 'k' && reach) return 'palette';
  const field = fieldOf(event);
  // In a field of a line every letter is a step of the estimate, so undo is one of the estimate there, too.
  const ours = field?.dataset['field'] !== undefined || (field?.id === 'search' && context.searchEmpty);
  if (field && !ours) return null;
  if (control && key === 'z' && context.inside) return event.shiftKey ? 'redo' : 'undo';
  if (control && key === 'y' && context.inside) return 'redo';
  if (field) return null;
  if (control || event.altKey || !reach) return null;
  return event.key === '/' ? 'search' : event.key === '?' ? 'help' : null;
}

/** Keys on the amount of a line, where letters are free to be commands. */
export function lineKey(event: KeyboardEvent, scope: Scope): Command | null {
  const shared = modified(event);
  if (shared) return shared;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case 'ArrowUp': return 'previous';
    case 'ArrowDown': return 'next';
    case 'Delete': return 'remove';
    case 'e': case 'E': return scope === 'off' ? null : 'explain';
    case 'a': case 'A': return scope === 'off' ? null : 'more';
    default: return null;
  }
}

/** Keys in a field of a line: the columns behave like a sheet. */
export function fieldKey(event: KeyboardEvent): Command | null {
  if (event.isComposing) return null;
  const shared = modified(event);
  if (shared) return shared;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case 'ArrowUp': return 'previous';
    case 'ArrowDown': return 'next';
    case 'Enter': return 'onward';
    case 'Escape': return 'leave';
    default: return null;
  }
}

function modified(event: KeyboardEvent): Command | null {
  if (event.altKey && event.key === 'ArrowUp') return 'moveUp';
  if (event.altKey && event.key === 'ArrowDown') return 'moveDown';
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd') return 'duplicate';
  return null;
}

/** The field that has the focus, also inside a shadow root. */
function fieldOf(event: KeyboardEvent): HTMLElement | null {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return null;
  return target.matches('input, textarea, select') || target.isContentEditable ? target : null;
}
