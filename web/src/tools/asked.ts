// The estimate as the core can compare it: the lines that can be read, and where each stands on the page.

import type { Desk } from '../desk.js';
import type { OpenBook } from '../estimator.js';
import { workload, type Doc, type Line } from '../state.js';
import type { Workload } from '../types.js';

export interface Asked {
  readonly lines: readonly Line[];
  readonly workload: Workload;
  /** The estimate's own, with those of the offers that lines name. */
  readonly book: OpenBook;
}

export function asked(desk: Desk, doc: Doc = desk.doc): Asked | null {
  const { current } = desk.shelf;
  if (!current) return null;
  const { info } = current.book;
  const lines = doc.lines.filter((line) => !desk.priced.problems.has(line.id));
  return { lines, workload: workload({ ...doc, lines }, info.currency, info.offer, 'numbered'), book: desk.laid(current.book) };
}
