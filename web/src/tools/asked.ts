// The estimate as the core can compare it: what cannot be read has no price.

import type { Desk } from '../desk.js';
import type { OpenBook } from '../estimator.js';
import { legible, price } from '../pricing.js';
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
  const book = desk.laid(current.book);
  const { problems } = price(book, doc, desk.words, desk.at);
  return { lines: doc.lines, workload: workload(legible(doc, problems), info.currency, info.offer, 'numbered'), book };
}
