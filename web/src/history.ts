// What is worked on: up to three branches of an estimate, and the price list that they are held to. Everything that
// was is kept until the page is left, so that every step can be taken back.

import { EMPTY, type Doc } from './state.js';
import type { BookEntry } from './types.js';

/** A rate book by its hash, and what a list said of it. */
export interface PinnedBook {
  readonly book: string;
  readonly offerName: string;
  readonly fetchedAt: string;
}

/** Which prices and which day a shared estimate was made with. */
export interface Pin extends PinnedBook {
  /** The prices in force at this time. */
  readonly at: string;
  /** The books of the other offers that its lines name. */
  readonly beside: readonly (PinnedBook & { readonly offer: string })[];
}

export interface Work {
  readonly branches: readonly Doc[];
  readonly active: number;
  readonly pin: Pin | null;
  /** Which of today's lists was chosen for it; absent where none was yet. */
  readonly list?: BookEntry;
}

export const MOST_BRANCHES = 3;
export const NOTHING: Work = { branches: [EMPTY], active: 0, pin: null };

export function activeDoc(work: Work): Doc {
  return work.branches[work.active] ?? EMPTY;
}

export function withDoc(work: Work, doc: Doc): Work {
  return { ...work, branches: work.branches.with(work.active, doc) };
}

/** Past and future; typing in one field is one step. */
export class History {
  #past: Work[] = [];
  #future: Work[] = [];
  #typing: string | null = null;
  work = NOTHING;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  set(next: Work, typing: string | null = null): void {
    if (next === this.work) return;
    if (typing === null || typing !== this.#typing) this.#past.push(this.work);
    this.#typing = typing;
    this.#future = [];
    this.work = next;
  }

  /** What is worked on was priced with this of today's lists: whoever comes back to it finds it again. */
  mark(list: BookEntry | undefined): void {
    if (list && !this.work.pin) this.work = { ...this.work, list };
  }

  /** Another list is a step too. It is one of today's, whatever a link had. */
  choose(before: BookEntry, list: BookEntry): void {
    this.mark(before);
    this.set({ ...this.work, pin: null, list });
  }

  /** All that was, what is, and what was taken back, in order of time. */
  get states(): readonly Work[] {
    return [...this.#past, this.work, ...this.#future.toReversed()];
  }

  /** How many steps lie behind. */
  get position(): number {
    return this.#past.length;
  }

  /** So many steps back (below 0) or on; false where there is none. */
  go(by: number): boolean {
    const [from, to] = by < 0 ? [this.#past, this.#future] : [this.#future, this.#past];
    let done = false;
    for (let left = Math.abs(by); left > 0; left -= 1) {
      const next = from.pop();
      if (!next) break;
      to.push(this.work);
      this.work = next;
      done = true;
    }
    this.#typing = null;
    return done;
  }
}
