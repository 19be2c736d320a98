// The estimate as the core can compare it: the lines that can be read, and where each stands on the page.

import type { Desk } from '../desk.js';
import { workload, type Doc, type Line } from '../state.js';
import type { Workload } from '../types.js';

export interface Asked {
  readonly lines: readonly Line[];
  readonly workload: Workload;
}

export function asked(desk: Desk, doc: Doc = desk.doc): Asked | null {
  const info = desk.shelf.current?.book.info;
  if (!info) return null;
  const lines = doc.lines.filter((line) => !desk.priced.problems.has(line.id));
  return { lines, workload: workload({ ...doc, lines }, info.currency, info.offer, 'numbered') };
}
