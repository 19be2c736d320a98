// What the comparison's table is made of: the cells are the core's, and so are all of their sums. Here they only find their
// row and column.

import type { Current } from '../books.js';
import type { Desk } from '../desk.js';
import { OpenBook } from '../estimator.js';
import { fullName, isInside } from '../grouping.js';
import { price, UNPRICED } from '../pricing.js';
import { newGroup } from '../state.js';
import type { Cell, LineDifference } from '../types.js';
import { compareDecimals } from '../decimal.js';
import { bookLabel } from '../views/book-picker.js';
import { asked } from './asked.js';
import type { AllWords } from './words.js';

export interface Shown {
  readonly status: Cell['status'];
  readonly currency: string;
  readonly amount: string;
  /** Before credit and the like. */
  readonly cost: string;
  readonly difference: string | null;
  readonly missing: readonly { readonly name: string; readonly explanation: string }[];
  readonly problem: string | undefined;
  readonly cheapest: boolean;
  /** The estimate as it stands. */
  readonly current: boolean;
}

export interface Grid {
  readonly corner: string;
  /** Said of a cell in which nothing has a price. */
  readonly none: string;
  readonly heads: readonly string[];
  readonly rows: readonly string[];
  /** Of the current cell. */
  readonly currency: string;
  cell(column: number, row: number): Shown | null;
  /** The lines that cost something else in a cell than in the first. */
  lines(column: number, row: number): Promise<readonly LineDifference[]>;
}

/** A book at a time; it goes by its label where it has no other head. */
type Column = Current & { readonly at: string; readonly head?: string };

/** Every region in every column; the first row is as written. */
export async function byRegion(desk: Desk, columns: readonly Column[], none: string, words: AllWords): Promise<Grid | null> {
  const ask = asked(desk);
  if (!ask || ask.lines.length === 0) return null;
  const laid = columns.map((column) => ({ ...column, book: desk.laid(column.book) }));
  const comparison = await OpenBook.compare(ask.workload, laid, 'all');
  const count = comparison.cells.length / columns.length;
  const regions = comparison.cells.slice(0, count).map(({ region }) => region);
  return {
    corner: words.region,
    none,
    heads: columns.map(({ head, entry }) => head ?? bookLabel(entry)),
    rows: regions.map((region) => region ?? words.asWritten),
    currency: comparison.cells[0]?.currency ?? '',
    cell(column, row) {
      const number = column * count + row;
      const cell = comparison.cells[number];
      return cell ? {
        status: cell.status, currency: cell.currency, amount: cell.monthlyDue, cost: cell.monthlyCost, difference: cell.difference, missing: cell.missing.map(({ name, reason, explanation }) => ({ name, explanation: words.coded(reason) ?? explanation })),
        problem: words.coded(cell.refusal ?? '') ?? cell.problem,
        cheapest: isCheapest(cell, comparison.cells[comparison.cheapest[cell.currency] ?? -1]), current: number === 0,
      } : null;
    },
    async lines(column, row) {
      const [base, chosen, region] = [laid[0], laid[column], regions[row]];
      if (!base || !chosen) return [];
      const { cells } = await OpenBook.compare(ask.workload, [base, chosen], region ? [region] : [], true);
      return cells.at(region ? -1 : 1)?.lines ?? [];
    },
  };
}

/** Several may cost as little as the one that the core names. */
function isCheapest({ status, monthlyDue }: Cell, best: Cell | undefined): boolean {
  return best !== undefined && status === 'priced' && compareDecimals(monthlyDue, best.monthlyDue) === 0;
}

/** How many of the days before now on which prices changed are shown. */
const MOST_DAYS = 4;

/** The last moment of the price before each change, newest first. */
export function changeDates(desk: Desk): string[] {
  const ask = asked(desk);
  const found: string[] = [];
  for (let at = desk.at; ask && found.length < MOST_DAYS;) {
    const { lines } = ask.book.estimate(ask.workload, at);
    const newest = lines.map(({ effectiveAt }) => Date.parse(effectiveAt ?? '')).filter((time) => time < Date.parse(at)).sort((a, b) => a - b).at(-1);
    if (newest === undefined) break;
    at = new Date(newest - 1000).toISOString();
    // Before the first price there is nothing to compare with.
    if (ask.book.estimate(ask.workload, at).lines.some(({ cost }) => cost !== null)) found.push(at);
    else break;
  }
  return found;
}

/** What is not in any group; no group has this id. */
const REST = 'rest';

/** Every group under every offer, at list prices, and all of them together. */
export function byGroup(desk: Desk, books: readonly Current[], words: AllWords): Grid {
  const { doc } = desk;
  const rest = { ...newGroup(''), id: REST };
  const grouped = { ...doc, groups: [...doc.groups, rest], lines: doc.lines.map((line) => (line.group === '' ? { ...line, group: REST } : line)) };
  const priced = books.map(({ book }) => price(desk.laid(book), grouped, words, desk.at, desk.why));
  const shown = grouped.groups.filter(({ id }) => id !== REST || grouped.lines.some(({ group }) => group === REST));
  const rows = [...shown.map(({ id }) => id), null];
  const inRow = (row: number) => grouped.lines.filter(({ group }) => rows[row] === null || isInside(grouped.groups, group, rows[row] ?? ''));
  const cells = books.map(({ book }, column) => rows.map((id, row) => cellOf(priced[column], book.info.currency, id, inRow(row).map((line) => line.id))));
  const currency = books[0]?.book.info.currency ?? '';
  return {
    corner: words.group,
    none: words.notSold,
    heads: books.map(({ entry }) => bookLabel(entry)),
    rows: rows.map((id) => {
      const group = grouped.groups.find((candidate) => candidate.id === id);
      return group ? (id === REST ? words.noGroup : fullName(doc.groups, group)) : words.together;
    }),
    currency,
    cell(column, row) {
      const cell = cells[column]?.[row];
      if (!cell) return null;
      const beside = cells.flatMap((all) => all[row] ?? []).filter((other) => other.status === 'priced' && other.currency === cell.currency);
      const differences = beside.map((other) => compareDecimals(cell.amount, other.amount));
      // Where all cost the same, none is the cheapest.
      const cheapest = cell.status === 'priced' && differences.every((by) => by <= 0) && differences.some((by) => by < 0);
      return { ...cell, current: column === 0, cheapest };
    },
    async lines(column, row) {
      const ask = asked(desk);
      const [base, chosen] = [books[0], books[column]];
      if (!ask || !base || !chosen) return [];
      const candidates = [base, chosen].map(({ book }) => ({ book: desk.laid(book), at: desk.at }));
      const ids = new Set(inRow(row).map(({ id }) => id));
      const { cells: [, cell] } = await OpenBook.compare(ask.workload, candidates, [], true);
      return (cell?.lines ?? []).filter(({ itemBefore }) => ids.has(ask.lines[itemBefore ?? -1]?.id ?? ''));
    },
  };
}

function cellOf({ estimate, lines, reasons, problems } = UNPRICED, currency: string, group: string | null, ids: readonly string[]): Shown {
  const missing = ids.filter((id) => lines.get(id)?.status !== 'priced')
    .map((id) => ({ name: lines.get(id)?.name ?? '', explanation: reasons.get(id) ?? problems.get(id)?.message ?? '' }));
  const amount = group === null ? estimate?.totals.monthlyCost : estimate?.groups[group];
  const none = ids.length > 0 && missing.length === ids.length;
  return {
    status: none ? 'unavailable' : missing.length > 0 ? 'incomplete' : 'priced', currency, amount: amount ?? '0', cost: amount ?? '0', difference: null, missing,
    problem: undefined, cheapest: false, current: false,
  };
}
