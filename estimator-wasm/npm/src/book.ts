import { RateBook } from './generated/estimator_wasm.js';
import { ForebillError } from './errors.js';
import { ask, generation } from './instance.js';
import type { Estimate, OpenedBook, SearchResult, Workload } from './types.js';

/** A price list that was opened. */
export class Book {
  /** What it is: id, offer, currency, number of prices. */
  readonly info: OpenedBook;
  #bytes: Uint8Array | null;
  #inside: RateBook;
  #generation: number;

  /** @internal */
  constructor(bytes: Uint8Array) {
    [this.#inside, this.#generation] = opened(bytes);
    this.info = JSON.parse(ask(() => this.#inside.info())) as OpenedBook;
    // The caller may write over the bytes, or give them away; they are needed again after a trap. `slice` would not do:
    // that of Node's Buffer does not copy.
    this.#bytes = new Uint8Array(bytes);
  }

  /** The best `limit` meters for what was typed. */
  search(text: string, limit = 20): SearchResult {
    const typed = String(text);
    return JSON.parse(this.#ask((book) => book.search(typed, limit))) as SearchResult;
  }

  /**
   * Prices a workload, an object or the text of a workload file, with the prices in force at a time (RFC 3339).
   * The estimator has no clock: the caller tells the time.
   */
  estimate(workload: Workload | string, at: string | Date): Estimate {
    const text = typeof workload === 'string' ? workload : JSON.stringify(workload);
    const time = typeof at === 'string' ? at : at.toISOString();
    return JSON.parse(this.#ask((book) => book.estimate(String(text), time))) as Estimate;
  }

  /** Gives its memory back. A closed book answers no more. */
  close(): void {
    if (this.#bytes !== null && this.#generation === generation()) this.#inside.free();
    this.#bytes = null;
  }

  #ask(question: (book: RateBook) => string): string {
    if (this.#bytes === null) throw new ForebillError({ code: 'closed', message: 'this book was closed' });
    if (this.#generation !== generation()) [this.#inside, this.#generation] = opened(this.#bytes);
    return ask(() => question(this.#inside));
  }
}

function opened(bytes: Uint8Array): [RateBook, number] {
  const inside = ask(() => RateBook.open(bytes));
  return [inside, generation()];
}
