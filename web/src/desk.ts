// What is worked on and what it costs: the branches with their past, the rate books, and the prices of the branch that
// is shown. It knows no markup; the element shows it and the tools change it.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { BookShelf } from './books.js';
import type { EstimatorError } from './estimator.js';
import { activeDoc, History, withDoc, type Work } from './history.js';
import { price, UNPRICED, type Priced } from './pricing.js';
import type { Doc } from './state.js';
import type { Words } from './words.js';
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
    const { pin } = this.work;
    if (pin && pin.book !== this.shelf.current?.book.info.id) void this.shelf.pinned(pin);
    else if (!pin && this.shelf.current && !this.shelf.isListed(this.shelf.current.entry)) void this.shelf.newest();
    this.reprice();
    return true;
  }

  reprice(): void {
    const { current } = this.shelf;
    if (!current) return;
    this.priced = price(current.book, this.doc, this.words, this.at);
    this.others = this.shelf.opened
      .filter((other) => other !== current && this.shelf.isListed(other.entry))
      .flatMap(({ entry, book }) => {
        const { estimate, complete } = price(book, this.doc, this.words, this.at);
        if (!estimate) return [];
        const { currency, monthlyCost } = estimate.totals;
        return [{ id: entry.id, label: bookLabel(entry), currency, monthlyCost, complete }];
      });
    this.#events.priced();
    this.#host.requestUpdate();
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
