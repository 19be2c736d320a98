// An estimate as text, for links, files and the browser's own store: the workloads of the command line, and with them
// the rate book and the day that they were priced with. Reading checks the frame here and everything inside in the core,
// which knows every field and every limit.

import type { OpenBook } from '../estimator.js';
import { activeDoc, MOST_BRANCHES, type Pin, type PinnedBook, type Work } from '../history.js';
import { refuse as refuseAs } from '../snapshots.js';
import { newGroup, newLine, ordered, withPer, workload, type Doc, type Line, type MeterFacts } from '../state.js';
import type { BookEntry, BookInfo, Estimate, Workload, WorkloadItem } from '../types.js';

const SCHEMA = 'forebill.page/1';
export const MOST_CHARACTERS = 1_000_000;
/** More than a page can show at once. */
const MOST_LINES = 1_000;
/** More offers than anybody has subscriptions of. */
const MOST_BESIDE = 32;

/** What a text says, its frame checked; the workloads are still as they came. */
export interface Shared {
  readonly pin: Pin | null;
  readonly active: number;
  readonly workloads: readonly Record<string, unknown>[];
}

/** Keys stand in one order, so that equal estimates are equal texts. */
export function write(work: Work, info: BookInfo, entry: BookEntry, beside: Pin['beside'], at: string): string {
  const pin = work.pin ?? { book: info.id, offerName: entry.offerName, fetchedAt: entry.fetchedAt, at };
  // A book that the host page gives says no time.
  const told = ({ book, offerName, fetchedAt }: PinnedBook) => ({ id: book, offerName, ...(fetchedAt && { fetchedAt }) });
  return JSON.stringify({
    schema: SCHEMA,
    book: told(pin),
    ...(beside.length === 0 ? {} : { beside: beside.map((one) => ({ offer: one.offer, ...told(one) })) }),
    at: pin.at,
    active: work.active,
    workloads: work.branches.map((doc) => workload(doc, info.currency, info.offer)),
  });
}

/** The same without what people wrote: names of lines, groups and the estimate, and tags. */
export function withoutNames(work: Work): Work {
  return {
    ...work,
    branches: work.branches.map((doc) => ({
      name: '',
      groups: doc.groups.map((group, index) => ({ ...group, name: `${index + 1}`, tags: {} })),
      lines: doc.lines.map((line) => ({ ...line, name: '', tags: {} })),
    })),
  };
}

export function read(text: string): Shared {
  if (text.length > MOST_CHARACTERS) refuse(`is longer than ${MOST_CHARACTERS} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse('is not JSON');
  }
  const frame = record(value, '');
  withDigits(frame, JSON.parse(text.replace(/"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g, (part) => (part.startsWith('"') ? part : `"${part}"`))) as typeof frame);
  if (frame['schema'] === 'forebill.workload/1') return { pin: null, active: 0, workloads: [frame] };
  if (frame['schema'] !== SCHEMA) refuse(`is neither "${SCHEMA}" nor "forebill.workload/1"`, 'schema');
  onlyKeys(frame, ['schema', 'book', 'beside', 'at', 'active', 'workloads'], '');
  const list = frame['workloads'];
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_BRANCHES) {
    refuse(`has 1 to ${MOST_BRANCHES} workloads`, 'workloads');
  }
  const workloads = list.map((item, index) => record(item, `workloads[${index}]`));
  const active = frame['active'];
  if (typeof active !== 'number' || !Number.isInteger(active) || active < 0 || active >= list.length) {
    refuse('names none of its workloads', 'active');
  }
  const others = frame['beside'] ?? [];
  if (!Array.isArray(others) || others.length > MOST_BESIDE) refuse(`names more than ${MOST_BESIDE} other offers`, 'beside');
  const pin = {
    ...pinned(frame['book'], 'book'),
    beside: others.map((one, index) => {
      const { offer, ...book } = record(one, `beside[${index}]`);
      return { offer: short(offer, `beside[${index}].offer`, /^MS-AZR-[A-Z\d-]+$/), ...pinned(book, `beside[${index}]`) };
    }),
    at: short(frame['at'], 'at', TIME),
  };
  return { pin, active, workloads };
}

function pinned(value: unknown, path: string): PinnedBook {
  const book = record(value, path);
  onlyKeys(book, ['id', 'offerName', 'fetchedAt'], path);
  return {
    book: short(book['id'], `${path}.id`, /^sha256:[0-9a-f]{64}$/),
    offerName: short(book['offerName'], `${path}.offerName`, /^[^\p{Cc}]*$/u),
    fetchedAt: short(book['fetchedAt'] ?? '', `${path}.fetchedAt`, TIME),
  };
}

/** The offers that items of a text name, as far as they can be told before the core has read it. */
export function namedOffers({ workloads }: Shared): string[] {
  const items = workloads.flatMap((given) => (Array.isArray(given['items']) ? given['items'] as Record<string, unknown>[] : []));
  return [...new Set(items.map((item) => offerOf(item?.['offer'])).filter((offer) => offer !== ''))].slice(0, MOST_BESIDE);
}

function offerOf(offer: unknown): string {
  return typeof offer === 'string' ? offer.toUpperCase() : '';
}

/** The list of workloads, one of them, its items, one of them, its schedule or ramp: a text that is deeper is refused later. */
const MOST_LEVELS = 6;
const AMOUNTS = ['quantity', 'low', 'high', 'count', 'hoursPerDay', 'daysPerWeek'];

/** Puts amounts that the text has as numbers back as the digits that stand there: a number of this language would be another
 * one from the seventeenth digit on. `said` is the same text with every number as a text. */
function withDigits(value: unknown, said: unknown, levels = MOST_LEVELS): void {
  if (typeof value !== 'object' || value === null || levels === 0) return;
  const [own, theirs] = [value as Record<string, unknown>, said as Record<string, unknown>];
  for (const [key, inner] of Object.entries(own)) {
    if (typeof inner === 'number' && (AMOUNTS.includes(key) || Array.isArray(value))) own[key] = theirs[key];
    else if (['workloads', 'items', 'schedule', 'ramp'].includes(key) || Array.isArray(value)) withDigits(inner, theirs[key], levels - 1);
  }
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z)?$/;

export interface Opened {
  readonly work: Work;
  /** Lines that name nothing that the book knows. */
  readonly missing: string[];
  /** Whether lines that share tiers stand in another order than in the text, for here they stand by group. */
  readonly regrouped: boolean;
}

/** What the text becomes with a book; `items` are what the core is asked of in their place. */
export function open(shared: Shared, book: OpenBook, at: string, items?: readonly unknown[]): Opened {
  const missing: string[] = [];
  const given = shared.workloads.map((workload, index) => docOf(workload, book, at, missing, items?.[index]));
  const branches = given.map(ordered);
  return { work: { branches, active: shared.active, pin: shared.pin }, missing, regrouped: given.some((doc, index) => byMeter(doc) !== byMeter(branches[index] ?? doc)) };
}

function byMeter({ lines }: Doc): string {
  const meter = ({ offer, meter: { meterId } }: Line) => offer + meterId;
  return lines.toSorted((a, b) => (meter(a) < meter(b) ? -1 : +(meter(a) > meter(b)))).map(({ id }) => id).join();
}

/** Lines as they stand in the text. */
function docOf(given: Record<string, unknown>, book: OpenBook, at: string, missing: string[], instead: unknown): Doc {
  const items = given['items'];
  if (Array.isArray(items) && items.length > MOST_LINES) refuse(`has more than ${MOST_LINES} lines`, 'items');
  // Which offer and currency it was written for plays no part in what it is.
  const { currency: _currency, offer: its, ...rest } = given;
  // What the core is asked: a number that is too large for JSON is none there, and may not become a name here.
  const asked = JSON.parse(JSON.stringify(rest)) as Workload;
  const estimate: Estimate = book.estimate(instead ? { ...asked, items: instead as WorkloadItem[] } : asked, at);
  const told = asked.groups ?? [];
  const names = new Set([...told.map(({ name }) => name), ...asked.items.flatMap((item) => item.group?.trim() ? item.group : [])]);
  const named = [...names].map(newGroup);
  const idOf = new Map(named.map(({ name, id }) => [name, id]));
  const groups = named.map((group) => {
    const { within, tags } = told.find(({ name }) => name === group.name) ?? {};
    return { ...group, within: idOf.get(within ?? '') ?? '', tags: tags ?? {} };
  });
  const lines: Line[] = [];
  asked.items.forEach((item, index) => {
    const found = estimate.lines[index];
    const meterId = found?.meterId ?? item.meterId;
    if (!found || !meterId) {
      missing.push([item.name || item.query || index + 1, item.offer].join(' ').trim());
      return;
    }
    const name = item.name?.trim() ?? '';
    const { category, subCategory, region } = found;
    const unit = item.unit ?? found.unit;
    const meter: MeterFacts = { meterId, name: found.meterName || name || meterId, category, subCategory, region, unit: found.unit || unit };
    const { schedule } = item;
    lines.push({
      ...newLine(meter, withPer(typed(item.quantity), item.per), `${item.count ?? 1}`),
      name: name === meter.name ? '' : name,
      unit,
      // The meter says it, unless it is not sold there.
      region: found.status === 'priced' && item.region === region ? '' : item.region ?? '',
      offer: item.offer && offerOf(item.offer) !== offerOf(its) ? offerOf(item.offer) : '',
      plan: schedule ? { hours: typed(schedule.hoursPerDay), days: typed(schedule.daysPerWeek) } : null,
      low: typed(item.low),
      high: typed(item.high),
      ramp: [item.ramp ?? []].flat().join(' '),
      group: idOf.get(item.group ?? '') ?? '',
      tags: item.tags ?? {},
    });
  });
  return { name: asked.name?.trim() ?? '', groups, lines };
}

/** The core takes an amount as a text or as a number of JSON; a line holds what somebody could have typed. */
function typed(amount: string | number | null | undefined): string {
  return `${amount ?? ''}`;
}

export function isEmpty(work: Work): boolean {
  return work.branches.every((doc) => doc.lines.length === 0 && doc.groups.length === 0);
}

export function fileName(work: Work, ending: string): string {
  const name = activeDoc(work).name.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  return `${name || 'estimate'}.${ending}`;
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('is not an object', path);
  return value as Record<string, unknown>;
}

function onlyKeys(value: Record<string, unknown>, known: string[], path: string): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) refuse(`has a field that is not known: ${other.slice(0, 40)}`, path);
}

function short(value: unknown, path: string, form: RegExp): string {
  if (typeof value !== 'string' || value.length > 200 || !form.test(value)) refuse('is not what belongs there', path);
  return value;
}

function refuse(problem: string, path = ''): never {
  refuseAs('badFile', `${path || 'The text'} ${problem}.`, path);
}
