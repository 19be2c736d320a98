// Prices the lines with one rate book. A line that cannot be read says why and counts as one without a price: the others still
// add up, and every sum that it belongs to is called incomplete.

import { EstimatorError, type OpenBook } from './estimator.js';
import type { Estimate, EstimateLine } from './types.js';
import { measured, worked } from './amount.js';
import { isQuantity } from './format.js';
import { shares, workload, type AmountField, type Doc, type Line } from './state.js';
import { said, type Words } from './words.js';

export interface LineProblem {
  field: AmountField;
  message: string;
}

export interface Priced {
  estimate: Estimate | null;
  /** By line id. */
  lines: Map<string, EstimateLine>;
  /** Why there is no price, in words, by line id. */
  reasons: Map<string, string>;
  problems: Map<string, LineProblem>;
  /** An error of the core that belongs to no line. */
  error: EstimatorError | null;
  complete: boolean;
}

/** Nothing is priced yet. */
export const UNPRICED: Priced = {
  estimate: null, lines: new Map(), reasons: new Map(), problems: new Map(), error: null, complete: false,
};

/** The id of no meter. */
const NONE = '00000000-0000-0000-0000-000000000000';

/** With a meter that has no price in place of what cannot be read. */
export function legible(doc: Doc, problems: Priced['problems']): Doc {
  return {
    ...doc,
    lines: doc.lines.map((line) => (problems.has(line.id)
      ? { ...line, meter: { ...line.meter, meterId: NONE }, quantity: '1', count: '1', low: '', high: '', ramp: '', plan: null } : line)),
  };
}

export function allPriced({ lines }: Priced, asked: readonly Line[]): boolean {
  return asked.every(({ id }) => lines.get(id)?.status === 'priced');
}

/** `at` says which prices are in force; now when absent. `why` tells of an offer without a book. */
export function price(book: OpenBook, doc: Doc, words: Words, at?: string, why?: (offer: string) => string | undefined): Priced {
  const problems = new Map<string, LineProblem>();
  for (const line of doc.lines) {
    const problem = fieldError(line, words);
    if (problem) problems.set(line.id, problem);
  }
  const result: Priced = {
    estimate: null, lines: new Map(), reasons: new Map(), problems, error: null, complete: false,
  };
  // Each turn finds one refused line, so this ends.
  for (;;) {
    const { lines } = doc;
    try {
      const { currency, offer } = book.info;
      const estimate = book.estimate(workload(legible(doc, problems), currency, offer, 'numbered'), at);
      result.estimate = estimate;
      for (const line of estimate.lines) {
        const id = lines[line.item]?.id;
        if (id && !problems.has(id)) result.lines.set(id, line);
      }
      for (const { item, reason, explanation } of estimate.unpriced) {
        const line = lines[item];
        if (line) result.reasons.set(line.id, (reason === 'offerNotAtHand' ? why?.(line.offer) : undefined) ?? words.coded(reason) ?? explanation);
      }
      result.complete = problems.size === 0 && estimate.totals.complete;
      return result;
    } catch (thrown) {
      const error = thrown instanceof EstimatorError
        ? thrown
        : new EstimatorError({ code: 'coreFailed', message: String(thrown) });
      const refused = lines[itemOf(error.path)];
      if (!refused || problems.has(refused.id)) {
        result.error = error;
        return result;
      }
      problems.set(refused.id, { field: fieldOf(error.path, refused), message: said(words, error) });
    }
  }
}

/** The item's position in a path such as "items[2].quantity" or "/items/2/quantity". */
function itemOf(path: string): number {
  const position = /items\W+(\d+)/.exec(path)?.[1];
  return position === undefined ? -1 : Number.parseInt(position, 10);
}

function fieldOf(path: string, line: Line): AmountField {
  const named = /(count|low|high|ramp|hoursPerDay|daysPerWeek)/.exec(path)?.[1];
  if (named === 'hoursPerDay') return 'hours';
  if (named === 'daysPerWeek') return 'days';
  return (named as AmountField | undefined) ?? (line.plan ? 'hours' : 'quantity');
}

/** What the page itself can say about a field, before the core is asked. */
function fieldError(line: Line, words: Words): LineProblem | null {
  const { plan, quantity, low, high, ramp } = line;
  const needed: [AmountField, string][] = plan ? [['hours', plan.hours], ['days', plan.days]] : [['quantity', quantity]];
  const wished: [AmountField, string][] = plan ? [] : [['low', low], ['high', high]];
  const typed = [...needed, ...wished.filter(([, value]) => value.trim() !== '')];
  for (const [field, value] of typed) {
    if (value.trim() === '') return { field, message: words.enterQuantity };
    const number = plan ? null : field === 'quantity' ? measured(value)[0] : worked(value);
    if (plan ? !isQuantity(value.trim()) : number === null) return { field, message: plan ? words.digitsOnly : words.numberOrSum };
  }
  if (!shares(ramp).every(isQuantity)) return { field: 'ramp', message: words.digitsOnly };
  const count = line.count.trim();
  return isQuantity(count) && !count.startsWith('-') ? null : { field: 'count', message: words.wholeCount };
}
