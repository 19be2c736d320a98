// The estimate as a value, and the only ways to change it. No DOM, no Lit:
// every function takes a value and returns a new one.

import type { MeterHit, Per, ReadLine, Schedule, Workload, WorkloadItem } from './types.js';
import { measured, worked } from './amount.js';
import { isCount } from './format.js';

/** What is remembered of a meter, so that a line survives a book without it. */
export type MeterFacts = Pick<MeterHit, 'meterId' | 'name' | 'category' | 'subCategory' | 'region' | 'unit'>;

/** Running hours as typed, instead of a quantity. */
export interface Plan {
  readonly hours: string;
  readonly days: string;
}

/** Amounts are as typed: text until the core reads it. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly meter: MeterFacts;
  readonly quantity: string;
  /** Of the quantity; the meter's own unless a file said another one. */
  readonly unit: string;
  readonly count: string;
  readonly plan: Plan | null;
  readonly low: string;
  readonly high: string;
  /** Where it was asked for, as a file said it; empty where its meter says it. */
  readonly region: string;
  /** Of the subscription that it runs in; empty where that is the estimate's. */
  readonly offer: string;
  /** Shares of month 1, 2, …, with blanks between. */
  readonly ramp: string;
  /** Id of its group, or empty. */
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly collapsed: boolean;
  /** Id of the group that it lies in, or empty. That one lies in none. */
  readonly within: string;
  /** Those of everything in it. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Lines stand in the order of their groups, those without one first; inner groups stand behind their outer one. */
export interface Doc {
  readonly name: string;
  readonly groups: readonly Group[];
  readonly lines: readonly Line[];
}

export type Lines = readonly Line[];
export type AmountField = 'quantity' | 'count' | 'hours' | 'days' | 'low' | 'high' | 'ramp';
export type Field = 'name' | 'offer' | AmountField;

export const EMPTY: Doc = { name: '', groups: [], lines: [] };

let created = 0;
function newId(kind: 'line' | 'group'): string {
  created += 1;
  return `${kind}-${created}`;
}

const PLAIN = { plan: null, region: '', offer: '', low: '', high: '', ramp: '', group: '', tags: {} };

export function newLine(meter: MeterFacts, quantity = startQuantity(meter.unit), count = '1'): Line {
  return { ...PLAIN, id: newId('line'), name: '', meter, quantity, unit: meter.unit, count };
}

export function isHourly(unit: string): boolean {
  return /^1 hours?$/i.test(unit);
}

/** A month has 730 hours in an estimate; anything else starts with one unit. */
function startQuantity(unit: string): string {
  return isHourly(unit) ? '730' : '1';
}

/** A line for a meter, with the amounts that were typed with its name. */
export function typedLine(meter: MeterFacts, read: ReadLine | null): Line {
  const line = newLine(meter, read?.quantity ? withPer(read.quantity, read.per) : undefined, read?.count ?? undefined);
  const unit = read?.quantity && read.unit ? read.unit : line.unit;
  const schedule = isHourly(meter.unit) ? read?.schedule : null;
  return { ...line, unit, plan: schedule ? { hours: schedule.hoursPerDay, days: schedule.daysPerWeek } : null };
}

/** A quantity as one types it: `50/day`. */
export function withPer(quantity: string, per: Per | null | undefined): string {
  return per ? `${quantity}/${per}` : quantity;
}

export function newGroup(name: string): Group {
  return { id: newId('group'), name, collapsed: false, within: '', tags: {} };
}

/** Those that lines name besides the estimate's own. */
export function offersOf(docs: readonly Doc[]): string[] {
  return [...new Set(docs.flatMap(({ lines }) => lines.flatMap(({ offer }) => offer || [])))];
}

/** The order that all changes keep. */
export function ordered(doc: Doc): Doc {
  const inside = (id: string) => doc.groups.filter(({ within }) => within === id);
  const groups = inside('').flatMap((group) => [group, ...inside(group.id)]);
  const rank = new Map(groups.map(({ id }, index) => [id, index]));
  const of = (line: Line) => rank.get(line.group) ?? -1;
  return { ...doc, groups, lines: doc.lines.toSorted((a, b) => of(a) - of(b)) };
}

export function append(doc: Doc, lines: Lines): Doc {
  return ordered({ ...doc, lines: [...doc.lines, ...lines] });
}

/** A change that changes nothing is no step. */
function changed(doc: Doc, id: string, change: (line: Line) => Line): Doc {
  const at = doc.lines.findIndex((line) => line.id === id);
  const line = doc.lines[at];
  const next = line && change(line);
  return next && next !== line ? { ...doc, lines: doc.lines.with(at, next) } : doc;
}

/** Blanks alone are nothing. */
export function edit(doc: Doc, id: string, field: Field, typed: string): Doc {
  const value = typed.trim() && typed;
  return changed(doc, id, (line) => {
    if (field !== 'hours' && field !== 'days') return line[field] === value ? line : { ...line, [field]: value };
    return line.plan ? { ...line, plan: { ...line.plan, [field]: value } } : line;
  });
}

/** Office hours, or back to a quantity of hours. */
export function setPlan(doc: Doc, id: string, planned: boolean): Doc {
  return changed(doc, id, (line) => (planned
    ? { ...line, plan: { hours: '12', days: '5' } }
    : { ...line, plan: null }));
}

export function setGroup(doc: Doc, id: string, group: string): Doc {
  return ordered(changed(doc, id, (line) => ({ ...line, group })));
}

export function remove(doc: Doc, id: string): Doc {
  return { ...doc, lines: doc.lines.filter((line) => line.id !== id) };
}

/** The copy stands behind the original. */
export function duplicate(doc: Doc, id: string): Doc {
  return { ...doc, lines: doc.lines.flatMap((line) => (line.id === id ? [line, { ...line, id: newId('line') }] : [line])) };
}

/** Up or down, and at the end of its group into the next one. */
export function move(doc: Doc, id: string, by: -1 | 1): Doc {
  const from = doc.lines.findIndex((line) => line.id === id);
  const line = doc.lines[from];
  if (!line) return doc;
  const other = doc.lines[from + by];
  if (other?.group === line.group) return { ...doc, lines: doc.lines.with(from, other).with(from + by, line) };
  const sections = ['', ...doc.groups.map((group) => group.id)];
  const target = sections[sections.indexOf(line.group) + by];
  return target === undefined ? doc : editGroup(setGroup(doc, id, target), target, { collapsed: false });
}

export function editGroup(doc: Doc, id: string, change: Partial<Omit<Group, 'id'>>): Doc {
  return { ...doc, groups: doc.groups.map((group) => (group.id === id ? { ...group, ...change } : group)) };
}

/** Two groups of one name would be one in a file, so a taken name gets a number. */
export function freeName(groups: readonly Group[], wish: string): string {
  const taken = new Set(groups.map((group) => group.name));
  let name = wish;
  for (let number = 2; taken.has(name); number += 1) name = `${wish} ${number}`;
  return name;
}

/** Groups go by their names in files, and by their ids while prices are asked for: names may be anything. */
export function workload(doc: Doc, currency: string, offer: string | null, groups: 'named' | 'numbered' = 'named'): Workload {
  const names = new Map(doc.groups.map((group) => [group.id, groups === 'named' ? group.name : group.id]));
  return {
    schema: 'forebill.workload/1',
    ...(doc.name.trim() === '' ? {} : { name: doc.name.trim() }),
    currency,
    ...(offer === null ? {} : { offer }),
    // A group of which there is nothing to say is known by its items.
    ...(doc.groups.some(({ within, tags }) => within !== '' || !isBare(tags)) ? {
      groups: doc.groups.map(({ id, within, tags }) => ({
        name: names.get(id) ?? '', ...(within === '' ? {} : { within: names.get(within) ?? '' }), ...(isBare(tags) ? {} : { tags }),
      })),
    } : {}),
    items: doc.lines.map((line) => item(line, names.get(line.group))),
  };
}

function isBare(tags: Line['tags']): boolean {
  return Object.keys(tags).length === 0;
}

function item(line: Line, group: string | undefined): WorkloadItem {
  const { plan, region, offer, low, high, ramp, tags } = line;
  const [quantity, unit, per] = given(line);
  // What is not sold where it was asked for has no unit, and the core takes no empty one.
  const amounts = plan === null
    ? { quantity, ...optional('low', low), ...optional('high', high), ...(unit === '' ? {} : { unit }), ...(per === undefined ? {} : { per }) }
    : { schedule: { hoursPerDay: plan.hours.trim(), daysPerWeek: plan.days.trim() } satisfies Schedule };
  return {
    // A line without a name of its own goes by its meter's.
    name: line.name.trim() || line.meter.name,
    meterId: line.meter.meterId,
    ...(region === '' ? {} : { region }),
    ...(offer === '' ? {} : { offer }),
    ...amounts,
    count: isCount(line.count.trim()) ? Number.parseInt(line.count, 10) : line.count.trim(),
    ...(ramp.trim() === '' ? {} : { ramp: shares(ramp) }),
    ...(group === undefined ? {} : { group }),
    ...(isBare(tags) ? {} : { tags }),
  };
}

/** A quantity, its unit and what it is for. What cannot be worked out stays as it was typed: the core says what is wrong with it. */
export function given({ quantity, unit }: Line): readonly [quantity: string, unit: string, per?: Per | undefined] {
  const [number, typed, per] = measured(quantity);
  return [number ?? quantity.trim(), typed || unit, per];
}

function optional<K extends string>(key: K, value: string): { [key in K]?: string } {
  return (value.trim() === '' ? {} : { [key]: worked(value) ?? value.trim() }) as { [key in K]?: string };
}

export function shares(ramp: string): string[] {
  return ramp.split(/[\s;]+/).filter((share) => share !== '');
}
