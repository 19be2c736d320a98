// What is worked on and what it costs: the branches with their past, the rate books, and the prices of the branch that
// is shown. It knows no markup; the element shows it and the tools change it.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { BookShelf } from './books.js';
import { EstimatorError, type OpenBook } from './estimator.js';
import { activeDoc, History, withDoc, type Pin, type Work } from './history.js';
import { price, UNPRICED, type Priced } from './pricing.js';
import { offersOf, type Doc } from './state.js';
import { said, type Words } from './words.js';
import type { OtherBook } from './views/total.js';
import { bookLabel } from './views/book-picker.js';

export interface DeskEvents {
  failed: (error: EstimatorError) => void;
  /** The estimate or its prices are other ones. */
  priced: () => void;
}

export class Desk implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #events: DeskEvents;
  readonly history = new History();
  readonly shelf: BookShelf;
  priced: Priced = UNPRICED;
  others: OtherBook[] = [];
  words: Words;

  constructor(host: ReactiveControllerHost, words: Words, events: DeskEvents) {
    this.#host = host;
    this.words = words;
    this.#events = events;
    this.shelf = new BookShelf(host, () => this.reprice(), events.failed);
    host.addController(this);
  }

  hostConnected(): void {}

  get work(): Work {
    return this.history.work;
  }

  get doc(): Doc {
    return activeDoc(this.work);
  }

  /** The prices in force then: those of the day that a link was made, or now. */
  get at(): string {
    return this.work.pin?.at || new Date().toISOString();
  }

  change(doc: Doc, typing: string | null = null): void {
    if (doc !== this.doc) this.changeWork(withDoc(this.work, doc), typing);
  }

  changeWork(work: Work, typing: string | null = null): void {
    this.history.set(work, typing);
    this.reprice();
  }

  /** Steps back (below 0) or on. They may lead to another price list, too. */
  go(by: number): boolean {
    if (!this.history.go(by)) return false;
    const { pin, list } = this.work;
    if (pin && pin.book !== this.shelf.current?.book.info.id) void this.shelf.pinned(pin);
    else if (!pin && list && list.id !== this.shelf.current?.entry.id) void this.shelf.choose(list.id);
    else if (!pin && this.shelf.current && !this.shelf.isListed(this.shelf.current.entry)) void this.shelf.newest();
    this.reprice();
    return true;
  }

  /** A book as it prices lines of these offers: with their books beside it. */
  laid(book: OpenBook, offers: readonly string[] = offersOf(this.work.branches), pin: Pin | null = this.work.pin): OpenBook {
    return book.beside(offers.flatMap((offer) => {
      const found = this.shelf.named(offer, book.info.currency, pin);
      return found && 'book' in found ? [found.book] : [];
    }));
  }

  /** Why there is no book of an offer; nothing where none is listed. */
  readonly why = (offer: string): string | undefined => {
    const found = this.shelf.named(offer, this.shelf.current?.book.info.currency ?? '', this.work.pin);
    return found === null ? this.words.loading : found instanceof EstimatorError ? said(this.words, found) : undefined;
  };

  reprice(): void {
    const { current } = this.shelf;
    if (!current) return;
    this.priced = price(this.laid(current.book), this.doc, this.words, this.at, this.why);
    this.others = this.shelf.opened
      .filter((other) => other !== current && this.shelf.isListed(other.entry))
      .flatMap(({ entry, book }) => {
        const { estimate, lines, complete } = price(this.laid(book), this.doc, this.words, this.at);
        if (!estimate || ![...lines.values()].some(({ cost }) => cost)) return [];
        const { currency, monthlyCost } = estimate.totals;
        return [{ id: entry.id, label: bookLabel(entry), currency, monthlyCost, complete }];
      });
    this.#events.priced();
    this.#host.requestUpdate();
  }

  /** Another of today's lists. */
  async choose(id: string): Promise<void> {
    const before = this.shelf.current?.entry;
    await this.shelf.choose(id);
    const now = this.shelf.current?.entry;
    if (!before || now?.id !== id || before.id === id) return;
    this.history.choose(before, now);
    this.reprice();
  }

  /** From the prices of then to today's. */
  unpin(): void {
    const { pin } = this.work;
    if (!pin) return;
    this.history.set({ ...this.work, pin: null });
    if (this.shelf.current && !this.shelf.isListed(this.shelf.current.entry)) void this.shelf.newest();
    else this.reprice();
  }
}
