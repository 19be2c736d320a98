// What the pricing core takes and answers is written down from its Rust code (`make types`). Here is what only the page
// knows of it, and the index of rate books.
//
// Every amount of money, price and quantity is a decimal STRING. It is never turned into a JavaScript number.

import type * as core from '../../estimator-wasm/npm/src/types.js';

export type {
  Branches, Cell, Comparison, Decimal, Estimate, EstimateLine, EstimateTotals, FoundMeter as MeterHit, Goal, LineDifference, Per, Problem, ReadLine, ReadPart, OpenedBook as BookInfo, Schedule, SearchResult, TierCharge,
} from '../../estimator-wasm/npm/src/types.js';

export interface BookList {
  schema: 'forebill.books/1';
  books: BookEntry[];
}

export interface BookEntry {
  id: string;
  url: string;
  /** Whether the same book lies beside it in two files that are a fraction of it, which end in `.forebook` and `.ids`. */
  compact?: boolean;
  source: core.Source;
  offer: string | null;
  offerName: string;
  currency: string;
  fetchedAt: string;
  meters: number;
}

/** The page writes fewer fields than a workload may have, and always these. */
export interface Workload extends core.Workload {
  currency: string;
  offer?: string;
  items: WorkloadItem[];
}

export interface WorkloadItem extends core.WorkloadItem {
  name: string;
  meterId: string;
  count: core.Decimal | number;
}
