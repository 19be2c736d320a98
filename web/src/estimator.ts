// The one door to the core: the same one that the npm package has. A trap inside costs one answer, and not the page.

import type { Book } from '../../estimator-wasm/npm/src/book.js';
import { loadFrom, type ModuleSource } from '../../estimator-wasm/npm/src/estimator.js';
import wasmUrl from '../../estimator-wasm/npm/src/generated/estimator_wasm_bg.wasm?url';
import type { BookInfo, Branches, Comparison, Estimate, Goal, ReadLine, SearchResult, Workload } from './types.js';

/** What went wrong, in the core's words, with the field when it names one. */
export { ForebillError as EstimatorError } from '../../estimator-wasm/npm/src/errors.js';

let given: ModuleSource | undefined;

/** The module from the host page, where it may not be fetched here. Before the first book. */
export function useModule(source: ModuleSource): void {
  given = source;
}

const estimator = () => loadFrom(() => given ?? new URL(wasmUrl, import.meta.url));

/** The module comes while the rate book is on its way; what goes wrong is told when the book is opened. */
export function fetchModule(): void {
  estimator().catch(() => undefined);
}

export class OpenBook {
  readonly #book: Book;
  readonly #others: readonly { book: Book }[];

  private constructor(book: Book, others: readonly OpenBook[] = []) {
    this.#book = book;
    this.#others = others.map((other) => ({ book: other.#book }));
  }

  static async open(bytes: Uint8Array): Promise<OpenBook> {
    const opened = new OpenBook((await estimator()).openBook(bytes));
    // What is searched is made with the first search: here, once the prices are drawn.
    setTimeout(() => opened.search('', 1), 99);
    return opened;
  }

  get info(): BookInfo {
    return this.#book.info;
  }

  /** The same with the books of other offers, for lines that name theirs. */
  beside(others: readonly OpenBook[]): OpenBook {
    return new OpenBook(this.#book, others);
  }

  search(query: string, limit: number): SearchResult {
    return this.#book.search(query, limit);
  }

  /** What each word of a line such as `d4s v5 westeurope 12h weekdays x3` means. */
  readLine(text: string): ReadLine {
    return this.#book.readLine(text);
  }

  /** `at` says which prices are in force; the core has no clock, so the page tells the time. */
  estimate(workload: Workload, at = new Date().toISOString()): Estimate {
    return this.#book.estimate(workload, at, { beside: this.#others });
  }

  /** The largest count of an item with which a month stays within an amount. */
  largestCount(workload: Workload, item: number, within: string, at: string): Goal {
    return this.#book.largestCount(workload, item, within, at, { beside: this.#others });
  }

  /** Two workloads at the same prices, and the lines that make the difference. */
  branches(before: Workload, after: Workload, at: string): Branches {
    return this.#book.branches(before, after, at, { beside: this.#others });
  }

  /** One workload with several books, as written and in other regions. */
  static async compare(
    workload: Workload, candidates: readonly { book: OpenBook; at: string }[], regions: readonly string[] | 'all', explain = false,
  ): Promise<Comparison> {
    return (await estimator()).compare(workload, candidates.map(({ book, at }) => ({ book: book.#book, at })), { regions, explain, beside: candidates.flatMap(({ book }) => book.#others) });
  }
}
