// What the page shows, as rows: every export is made of these, so that all say the same. Amounts are the core's texts.

import type { Desk } from '../desk.js';
import type { Estimate, EstimateLine } from '../types.js';
import type { Line } from '../state.js';

export interface LineRow {
  readonly line: Line;
  readonly title: string;
  readonly group: string;
  /** Absent where the line cannot be read; `problem` says why. */
  readonly priced: EstimateLine | undefined;
  readonly problem: string;
}

export interface View {
  readonly name: string;
  readonly currency: string;
  readonly estimate: Estimate | null;
  /** In the order of the page. */
  readonly sections: { readonly name: string; readonly sum: string | null; readonly lines: readonly LineRow[] }[];
  readonly complete: boolean;
  readonly bookId: string;
  readonly offer: string;
  readonly fetchedAt: string;
  readonly at: string;
}

export function viewOf(desk: Desk): View {
  const { doc, priced, shelf, work } = desk;
  const { current } = shelf;
  const rows = (group: string, name: string): LineRow[] => doc.lines.filter((line) => line.group === group).map((line) => ({
    line,
    title: line.name.trim() || line.meter.name,
    group: name,
    priced: priced.lines.get(line.id),
    problem: priced.problems.get(line.id)?.message ?? priced.reasons.get(line.id) ?? '',
  }));
  const info = current?.book.info;
  return {
    name: doc.name.trim() || desk.words.untitled,
    currency: info?.currency ?? '',
    estimate: priced.estimate,
    sections: [
      { name: '', sum: null, lines: rows('', '') },
      ...doc.groups.map(({ id, name }) => ({ name, sum: priced.estimate?.groups[id] ?? null, lines: rows(id, name) })),
    ],
    complete: priced.complete,
    bookId: info?.id ?? '',
    offer: [current?.entry.offerName ?? '', info?.offer ?? ''].filter((text) => text !== '').join(' '),
    fetchedAt: current?.entry.fetchedAt ?? '',
    at: work.pin?.at ?? '',
  };
}

/** "0 – 100": which units a tier is for. */
export function tierRange(from: string, to: string | null): string {
  return to === null ? `${from} –` : `${from} – ${to}`;
}
