// Prices the lines with one rate book. A line that cannot be read is left out
// and says why; the others still add up, and the total is called incomplete.

import { EstimatorError, type OpenBook } from './estimator.js';
import type { Estimate, EstimateLine } from './types.js';
import { fieldError, workload, type Field, type Lines } from './state.js';

export interface LineProblem {
  field: Field;
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

export function price(book: OpenBook, all: Lines): Priced {
  const problems = new Map<string, LineProblem>();
  for (const line of all) {
    const problem = fieldError(line);
    if (problem) problems.set(line.id, problem);
  }
  const result: Priced = {
    estimate: null, lines: new Map(), reasons: new Map(), problems, error: null, complete: false,
  };
  // Each turn takes out one refused line, so this ends.
  for (;;) {
    const asked = all.filter((line) => !problems.has(line.id));
    try {
      const { currency, offer } = book.info;
      const estimate = book.estimate(workload(asked, currency, offer));
      result.estimate = estimate;
      for (const line of estimate.lines) {
        const id = asked[line.item]?.id;
        if (id) result.lines.set(id, line);
      }
      for (const { item, explanation } of estimate.unpriced) {
        const id = asked[item]?.id;
        if (id) result.reasons.set(id, explanation);
      }
      result.complete = problems.size === 0 && estimate.totals.complete;
      return result;
    } catch (thrown) {
      const error = thrown instanceof EstimatorError
        ? thrown
        : new EstimatorError({ code: 'coreFailed', message: String(thrown) });
      const refused = asked[itemOf(error.path)];
      if (!refused) {
        result.error = error;
        return result;
      }
      const field = error.path.endsWith('count') ? 'count' : 'quantity';
      problems.set(refused.id, { field, message: error.message });
    }
  }
}

/** The item's position in a path such as "items[2].quantity" or "/items/2/quantity". */
function itemOf(path: string): number {
  const position = /items\W+(\d+)/.exec(path)?.[1];
  return position === undefined ? -1 : Number.parseInt(position, 10);
}
