import type { Refusal } from './types.js';

/** What was refused, and where. */
export class ForebillError extends Error {
  override readonly name: string = 'ForebillError';
  /** Stable name, such as `badWorkload`. */
  readonly code: string;
  /** What is wrong, as a stable name such as `lowAboveHigh`, where a workload was refused. */
  readonly problem: string | undefined;
  /** Where in the input, such as `items[2].quantity`; empty for the whole of it. */
  readonly path: string;
  /** Line and column of a text, from 1; 0 when the place is not a position in one. */
  readonly line: number;
  readonly column: number;

  constructor(refusal: Pick<Refusal, 'code' | 'message'> & Partial<Omit<Refusal, 'problem'>> & { problem?: string }, options?: ErrorOptions) {
    super(refusal.message, options);
    this.code = refusal.code;
    this.problem = refusal.problem;
    this.path = refusal.path ?? '';
    this.line = refusal.line ?? 0;
    this.column = refusal.column ?? 0;
  }
}

/**
 * The module broke off, by a fault of its own or for want of memory; `cause` says how. It was replaced: the next call,
 * also of a book that was open, works.
 */
export class ForebillTrap extends ForebillError {
  override readonly name: string = 'ForebillTrap';

  constructor(cause: unknown) {
    const message = `the estimator broke off and was replaced; ask again (${String(cause)})`;
    super({ code: 'trapped', message }, { cause });
  }
}
