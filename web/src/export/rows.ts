// What the page shows, as rows: every export is made of these, so that all say the same. Amounts are the core's texts.

import type { Desk } from '../desk.js';
import { quantityUnit } from '../format.js';
import { allPriced, type Priced } from '../pricing.js';
import type { Estimate, EstimateLine } from '../types.js';
import type { Words } from '../words.js';
import { costCentre, fullName, isInside } from '../grouping.js';
import { EMPTY, given, workload, type Doc, type Group, type Line } from '../state.js';

export interface LineRow {
  readonly line: Line;
  readonly title: string;
  /** As a number, where a sum or product was typed. */
  readonly quantity: string;
  readonly unit: string;
  readonly costCentre: string;
  /** The id of its offer, or the name of what has none. */
  readonly offer: string;
  /** Absent where the line cannot be read; `problem` says why. */
  readonly priced: EstimateLine | undefined;
  readonly problem: string;
  /** From what was given to a month in the unit of the price; empty where that is the same. */
  readonly factor: string;
}

export interface Section {
  /** Empty for the lines without a group; an inner group has that of the outer one in front. */
  readonly name: string;
  /** Absent for the lines without one. */
  readonly group?: Group;
  /** The name of the group that it lies in. */
  readonly within: string;
  readonly costCentre: string;
  readonly sum: string | null;
  /** Nothing in it lacks a price. */
  readonly whole: boolean;
  readonly lines: readonly LineRow[];
  /** How many of the sections behind it lie in it. */
  readonly inner: number;
}

export interface TagSum {
  readonly key: string;
  readonly value: string;
  readonly sum: string;
  /** Nothing that it counts lacks a price. */
  readonly whole: boolean;
}

export interface View {
  readonly name: string;
  /** The same, empty where it has none. */
  readonly own: string;
  readonly currency: string;
  /** The estimate's own. */
  readonly offer: string;
  readonly estimate: Estimate | null;
  /** In the order of the page. */
  readonly sections: readonly Section[];
  /** By tag and value. */
  readonly tags: readonly TagSum[];
  readonly complete: boolean;
  /** Where the prices come from, the estimate's own first. */
  readonly books: readonly { readonly id: string; readonly offer: string; readonly fetchedAt: string }[];
  readonly at: string;
}

export function viewOf(desk: Desk): View {
  const { doc, priced, shelf, work } = desk;
  const { current } = shelf;
  const info = current?.book.info;
  const rows = (group: string): LineRow[] => doc.lines.filter((line) => line.group === group).map((line) => ({
    line,
    title: line.name.trim() || line.meter.name,
    ...asGiven(line, desk.words),
    costCentre: costCentre(doc.groups, line),
    offer: line.offer || (info?.offer ?? current?.entry.offerName ?? ''),
    priced: priced.lines.get(line.id),
    problem: priced.problems.get(line.id)?.message ?? priced.reasons.get(line.id) ?? '',
    factor: factorOf(desk, line),
  }));
  const own = doc.name.trim();
  return {
    name: own || desk.words.untitled,
    own,
    currency: info?.currency ?? '',
    offer: info?.offer ?? '',
    estimate: priced.estimate,
    sections: [
      { name: '', within: '', costCentre: '', sum: null, whole: true, lines: rows(''), inner: 0 },
      ...doc.groups.map((group) => {
        const { id } = group;
        return {
          name: fullName(doc.groups, group),
          group,
          within: doc.groups.find((outer) => outer.id === group.within)?.name ?? '',
          costCentre: costCentre(doc.groups, group),
          sum: priced.estimate?.groups[id] ?? null,
          whole: allPriced(priced, doc.lines.filter((line) => isInside(doc.groups, line.group, id))),
          lines: rows(id),
          inner: doc.groups.filter((other) => other !== group && isInside(doc.groups, other.id, id)).length,
        };
      }),
    ],
    tags: tagSums(doc, priced),
    complete: priced.complete,
    books: (priced.estimate?.offers?.map(({ book }) => book.id) ?? [info?.id]).flatMap((id) => {
      const entry = shelf.opened.find((one) => one.entry.id === id)?.entry;
      return entry ? [{ id: entry.id, offer: [entry.offerName, entry.offer].filter(Boolean).join(' '), fetchedAt: entry.fetchedAt }] : [];
    }),
    at: work.pin?.at ?? '',
  };
}

/** A month has 730 hours, a week 168. */
const SPANS = { hour: '730', day: '730/24', week: '730/168' };

function factorOf(desk: Desk, line: Line): string {
  const { plan } = line;
  const [, unit, per = plan && 'week'] = given(plan ? { ...line, quantity: '', unit: '1 Hour' } : line);
  const { current } = desk.shelf;
  const its = desk.priced.lines.get(line.id)?.unit;
  const span = per ? [SPANS[per]] : [];
  if (!current || its === undefined || unit === its) return span.join();
  const one = { ...line, unit, quantity: '1', count: '1', low: '', high: '', ramp: '', plan: null };
  const { currency, offer } = current.book.info;
  return [...span, desk.laid(current.book).estimate(workload({ ...EMPTY, lines: [one] }, currency, offer), desk.at).lines[0]?.quantity].join('*');
}

function asGiven(line: Line, words: Words): { quantity: string; unit: string } {
  const [quantity, unit, per] = given(line);
  return { quantity, unit: per ? `${quantityUnit(unit, words)} ${words.per(words.lengths[per])}` : unit };
}

export function tagSums({ lines, groups }: Doc, priced: Priced): TagSum[] {
  return Object.entries(priced.estimate?.tags ?? {}).flatMap(([key, sums]) => Object.entries(sums).map(([value, sum]) => ({
    key, value, sum, whole: allPriced(priced, lines.filter((line) => costCentre(groups, line, key) === value)),
  })));
}

/** "0 – 100": which units a tier is for. */
export function tierRange(from: string, to: string | null): string {
  return to === null ? `${from} –` : `${from} – ${to}`;
}
