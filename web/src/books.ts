// Which rate books there are, which is in use, and which were opened before.
// Opened books stay, so that going back to one needs no request.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { EstimatorError, fetchModule, OpenBook } from './estimator.js';
import type { Pin, PinnedBook } from './history.js';
import type { BookEntry } from './types.js';
import { fetchBook, fetchBooks, refuse } from './snapshots.js';

/** Which book comes first, where there is one like that. */
export interface Wish {
  readonly offer?: string | undefined;
  readonly currency?: string | undefined;
}

export interface Current {
  entry: BookEntry;
  book: OpenBook;
}

function entryOf({ info }: OpenBook, offerName: string, fetchedAt: string): BookEntry {
  return { ...info, url: '', offerName, fetchedAt };
}

/** None of the listed books is of what was asked for. */
export function noPrices({ offer, currency }: Wish): EstimatorError {
  return new EstimatorError({ code: 'noPrices', message: `There are no prices of ${[offer, currency].filter(Boolean).join(' ')} here.` });
}

function asError(thrown: unknown): EstimatorError {
  return thrown instanceof EstimatorError ? thrown : new EstimatorError({ code: 'pageFailed', message: String(thrown) });
}

export class BookShelf implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onOpened: (current: Current) => void;
  readonly #onError: (error: EstimatorError) => void;
  readonly #opened = new Map<string, Current>();
  /** Books that lines named: on their way, or what went wrong. */
  readonly #wanted = new Map<string, EstimatorError | null>();
  #root = new URL('about:blank');
  #request = 0;

  entries: readonly BookEntry[] = [];
  current: Current | null = null;
  state: 'idle' | 'loading' | 'ready' | 'empty' | 'failed' = 'idle';
  error: EstimatorError | null = null;

  constructor(
    host: ReactiveControllerHost, onOpened: (current: Current) => void, onError: (error: EstimatorError) => void,
  ) {
    this.#host = host;
    this.#onOpened = onOpened;
    this.#onError = onError;
    host.addController(this);
  }

  hostConnected(): void {}

  /** Whether it is one of today's, and not one that an old link brought. */
  isListed(entry: BookEntry): boolean {
    return this.entries.some(({ id }) => id === entry.id);
  }

  get opened(): readonly Current[] {
    return [...this.#opened.values()];
  }

  /** Another list: whatever came from the one before is forgotten. */
  load(url: string | undefined, wish: Wish = {}): Promise<void> {
    this.#opened.clear();
    this.again();
    this.entries = [];
    this.current = null;
    return this.#latest(async (isLatest) => {
      if (!url) refuse('noBooks', 'No list of rate books is named here.');
      fetchModule();
      const books = await fetchBooks(url);
      if (!isLatest()) return;
      this.entries = books.entries;
      this.#root = books.root;
      await this.#openFirst(wish, isLatest);
    });
  }

  /** A list of the offer and the currency, the one in use before others. */
  listed({ offer, currency }: Wish): BookEntry | undefined {
    const fits = (wished: string | undefined, has: string | null) => !wished || wished.toUpperCase() === has;
    const fit = this.entries.filter((entry) => fits(offer, entry.offer) && fits(currency, entry.currency));
    return fit.find(({ id }) => id === this.current?.entry.id) ?? fit[0];
  }

  /** Where none is of the offer and the currency, the first of all; that it is another one is said. */
  async #openFirst(wish: Wish, isLatest: () => boolean): Promise<void> {
    const wished = this.listed(wish);
    const first = wished ?? this.entries[0];
    if (!first) this.state = 'empty';
    else {
      if (!wished) this.#onError(this.error = noPrices(wish));
      await this.#open(first, isLatest);
    }
  }

  async prefer(wish: Wish): Promise<void> {
    if (this.current) await this.#latest((isLatest) => this.#openFirst(wish, isLatest));
  }

  /** A book given by the host page, in place of a list. */
  give(bytes: Uint8Array, offerName?: string, fetchedAt = ''): Promise<void> {
    this.#opened.clear();
    return this.#latest(async (isLatest) => {
      const book = await OpenBook.open(bytes);
      if (!isLatest()) return;
      const entry = entryOf(book, offerName ?? book.info.offer ?? book.info.currency, fetchedAt);
      this.entries = [entry];
      this.use({ entry, book });
    });
  }

  /** Today's books, each opened; one that cannot be opened is left out. */
  async all(): Promise<Current[]> {
    const opened = await Promise.all(this.entries.map((entry) => this.fetchToday(entry)));
    return opened.filter((current) => current !== null);
  }

  newest(): Promise<void> {
    return this.choose(this.entries[0]?.id ?? '');
  }

  /** A book that a link was made with, where it can still be had. */
  fetchPinned(pinned: PinnedBook): Promise<Current | null> {
    return this.#fetch(pinned).catch(() => null);
  }

  fetchToday(entry: BookEntry): Promise<Current | null> {
    return this.fetchPinned({ ...entry, book: entry.id });
  }

  async #fetch({ book: id, offerName, fetchedAt }: PinnedBook): Promise<Current> {
    const opened = this.#opened.get(id);
    if (opened) return opened;
    const { entries } = this;
    const listed = entries.find((entry) => entry.id === id);
    const book = await fetchBook(listed ?? { id, url: `data/ratebook/${id.slice(7)}.json`, compact: true }, this.#root);
    const current = { entry: listed ?? entryOf(book, offerName, fetchedAt), book };
    if (entries === this.entries) this.#opened.set(id, current);
    return current;
  }

  /** Today's offers in a currency, each once. */
  offers(currency: string): BookEntry[] {
    const found = this.entries.filter((entry) => entry.offer && entry.currency === currency);
    return found.filter(({ offer }, at) => found.findIndex((other) => other.offer === offer) === at);
  }

  /** Which book an offer that a line names is priced with: that of the link, else today's. */
  which(offer: string, currency: string, pin: Pin | null): PinnedBook | undefined {
    const listed = this.offers(currency).find((entry) => entry.offer === offer);
    return pin?.beside.find((one) => one.offer === offer) ?? (listed && { ...listed, book: listed.id });
  }

  /** That book. It is fetched when it is asked for first, and null until then; an error where it could not be had, and
   * nothing where there is none. */
  named(offer: string, currency: string, pin: Pin | null): Current | EstimatorError | null | undefined {
    const which = this.which(offer, currency, pin);
    if (!which) return undefined;
    const id = which.book;
    const known = this.#opened.get(id) ?? this.#wanted.get(id);
    if (known !== undefined) return known;
    this.#wanted.set(id, null);
    void this.#fetch(which).catch((thrown: unknown) => {
      this.#wanted.set(id, asError(thrown));
    }).finally(() => {
      if (this.current) this.#onOpened(this.current);
    });
    return null;
  }

  /** What could not be had is asked for once more. */
  again(): void {
    this.#wanted.clear();
  }

  pinned(pin: Pin): Promise<void> {
    return this.#latest(async (isLatest) => {
      const current = await this.fetchPinned(pin);
      if (isLatest() && current) this.use(current);
    });
  }

  use(current: Current): void {
    this.#opened.set(current.entry.id, current);
    this.current = current;
    this.state = 'ready';
    this.#onOpened(current);
  }

  choose(id: string): Promise<void> {
    const entry = this.entries.find((candidate) => candidate.id === id);
    return this.#latest(async (isLatest) => {
      if (entry) await this.#open(entry, isLatest);
    });
  }

  async #open(entry: BookEntry, isLatest: () => boolean): Promise<void> {
    const current = await this.#fetch({ ...entry, book: entry.id });
    if (isLatest()) this.use(current);
  }

  /** Answers may come in any order; only the newest request may change anything. */
  async #latest(work: (isLatest: () => boolean) => Promise<void>): Promise<void> {
    this.#request += 1;
    const mine = this.#request;
    const isLatest = () => mine === this.#request;
    this.state = 'loading';
    this.error = null;
    this.#host.requestUpdate();
    try {
      await work(isLatest);
      if (isLatest() && this.state === 'loading') this.state = this.current ? 'ready' : 'empty';
    } catch (thrown) {
      if (!isLatest()) return;
      this.error = asError(thrown);
      this.state = 'failed';
      this.#onError(this.error);
    }
    this.#host.requestUpdate();
  }
}
