import { Candidates, RateBook } from './generated/estimator_wasm.js';
import { ForebillError } from './errors.js';
import { ask, generation } from './instance.js';
import type {
  Branches, Comparison, Decimal, Estimate, Goal, OpenedBook, ReadLine, SearchResult, Workload,
} from './types.js';

/** What to change about a workload before it is priced. */
export interface Options {
  /** Price every item in this region instead of its own. */
  region?: string | undefined;
  /** The amount committed to, where the offer is a monetary commitment. */
  commitment?: Decimal | undefined;
  /** The books of other offers, for items that name theirs. */
  beside?: readonly Beside[] | undefined;
}

/** The price list of another offer. */
export interface Beside {
  /** The prices. */
  book: Book;
  /** The amount committed to, where the offer is a monetary commitment. */
  commitment?: Decimal | undefined;
}

/** A price list to compare with, at a time. */
export interface Candidate extends Beside {
  /** Those in force at this time. */
  at: string | Date;
}

/** What a matrix is to show. */
export interface Wishes {
  /** Regions besides those of the items; all where a product of the workload is sold, unless they are named. */
  regions?: readonly string[] | 'all';
  /** Whether each cell lists the lines that differ. */
  explain?: boolean;
  /** The books of other offers, for items that name theirs. Those of the candidates need not be told again. */
  beside?: readonly Beside[];
}

/** A price list that was opened. */
export class Book {
  /** What it is: id, offer, currency, number of prices. */
  readonly info: OpenedBook;
  /** Its bytes, and those of the deltas that led to it. */
  #bytes: readonly Uint8Array[] | null;
  #inside: RateBook;
  #generation: number;

  /** @internal */
  constructor(...bytes: readonly Uint8Array[]) {
    [this.#inside, this.#generation] = opened(bytes);
    this.info = JSON.parse(ask(() => this.#inside.info())) as OpenedBook;
    // The caller may write over the bytes, or give them away; they are needed again after a trap. `slice` would not do:
    // that of Node's Buffer does not copy.
    this.#bytes = bytes.map((part) => new Uint8Array(part));
  }

  /** The best `limit` meters for what was typed. */
  search(text: string, limit = 20): SearchResult {
    const typed = String(text);
    return JSON.parse(this.ask((book) => book.search(typed, limit))) as SearchResult;
  }

  /** Reads a line as one types it, such as `d4s v5 westeurope 12h weekdays x3`: what each word of it means. */
  readLine(text: string): ReadLine {
    const typed = String(text);
    return JSON.parse(this.ask((book) => book.readLine(typed))) as ReadLine;
  }

  /**
   * Prices a workload, an object or the text of a workload file, with the prices in force at a time (RFC 3339).
   * The estimator has no clock: the caller tells the time.
   */
  estimate(workload: Workload | string, at: string | Date, { region, commitment, beside }: Options = {}): Estimate {
    const [text, time] = [written(workload), timestamp(at)];
    return JSON.parse(this.ask((book) => book.estimate(text, time, region, commitment), beside)) as Estimate;
  }

  /** The largest count of one item, counted from 0, with which a month stays within an amount. */
  largestCount(
    workload: Workload | string,
    item: number,
    within: Decimal,
    at: string | Date,
    { region, commitment, beside }: Options = {},
  ): Goal {
    const [text, limit, time] = [written(workload), String(within), timestamp(at)];
    const found = this.ask((book) => book.largestCount(text, item, limit, time, region, commitment), beside);
    return JSON.parse(found) as Goal;
  }

  /** Two workloads at the same prices, and the lines that make the difference. */
  branches(
    before: Workload | string,
    after: Workload | string,
    at: string | Date,
    { commitment, beside }: Omit<Options, 'region'> = {},
  ): Branches {
    const [left, right, time] = [written(before), written(after), timestamp(at)];
    return JSON.parse(this.ask((book) => book.branches(left, right, time, commitment), beside)) as Branches;
  }

  /** Gives its memory back. A closed book answers no more. */
  close(): void {
    if (this.#bytes !== null && this.#generation === generation()) this.#inside.free();
    this.#bytes = null;
  }

  /** @internal `compare` of the estimator. */
  static compare(
    workload: Workload | string,
    candidates: readonly Candidate[],
    { regions = 'all', explain = false, beside = [] }: Wishes = {},
  ): Comparison {
    const text = written(workload);
    const named = regions === 'all' ? undefined : JSON.stringify(regions);
    Book.#openAll([...candidates, ...beside].map(({ book }) => book));
    const found = ask(() => {
      const all = new Candidates();
      try {
        for (const { book, at, commitment } of candidates) all.add(book.#inside, timestamp(at), commitment);
        for (const { book, commitment } of beside) all.lay(book.#inside, commitment);
        return all.compare(text, named, explain);
      } finally {
        all.free();
      }
    });
    return JSON.parse(found) as Comparison;
  }

  #open(): void {
    if (this.#bytes === null) throw new ForebillError({ code: 'closed', message: 'this book was closed' });
    if (this.#generation !== generation()) [this.#inside, this.#generation] = opened(this.#bytes);
  }

  /** @internal */
  ask<T>(question: (book: RateBook) => T, beside: readonly Beside[] = []): T {
    Book.#openAll([this, ...beside.map(({ book }) => book)]);
    return ask(() => {
      if (beside.length === 0) return question(this.#inside);
      const laid = this.#inside.again();
      try {
        for (const { book, commitment } of beside) laid.lay(book.#inside, commitment);
        return question(laid);
      } finally {
        laid.free();
      }
    });
  }

  /** Each is opened again first, if it must: that may replace the instance in which the others are. */
  static #openAll(books: readonly Book[]): void {
    for (const book of books) book.#open();
  }
}

function written(workload: Workload | string): string {
  return typeof workload === 'string' ? workload : JSON.stringify(workload);
}

function timestamp(at: string | Date): string {
  return typeof at === 'string' ? at : at.toISOString();
}

function opened([base, ...deltas]: readonly Uint8Array[]): [RateBook, number] {
  const inside = ask(() => deltas.reduce(changed, RateBook.open(base as Uint8Array)));
  return [inside, generation()];
}

function changed(base: RateBook, delta: Uint8Array): RateBook {
  try {
    return base.changed(delta);
  } finally {
    base.free();
  }
}
