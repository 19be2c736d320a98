// What is worked on and what it costs: the branches with their past, the rate books, and the prices of the branch that
// is shown. It knows no markup; the element shows it and the tools change it.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { BookShelf, type Current } from './books.js';
import { EstimatorError, type OpenBook } from './estimator.js';
import { isEmpty, open, read, write, type Shared } from './file.js';
import { activeDoc, History, withDoc, type Pin, type Work } from './history.js';
import { price, UNPRICED, type Priced } from './pricing.js';
import type { Doc } from './state.js';
import type { Words } from './words.js';
import type { OtherBook } from './views/total.js';
import { bookLabel } from './views/book-picker.js';

export interface DeskEvents {
  /** A rate book came into use. */
  opened: (current: Current) => void;
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
    this.shelf = new BookShelf(host, (current) => {
      events.opened(current);
      this.reprice();
    }, events.failed);
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

  undo(): boolean {
    return this.#stepped(this.history.undo());
  }

  redo(): boolean {
    return this.#stepped(this.history.redo());
  }

  /** A step may lead to another price list, too. */
  #stepped(done: boolean): boolean {
    if (!done) return false;
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

  /** The estimate as the text of a link or a file; null before there are prices. */
  text(work = this.work): string | null {
    const { current } = this.shelf;
    return current && write(work, current.book.info, current.entry, new Date().toISOString());
  }

  /**
   * Opens a text in place of what is there, with the prices that it was made with where they still are. What is refused
   * throws and changes nothing. Answers with the lines that name no meter, and whether its prices were found.
   */
  async load(text: string, repair = false): Promise<{ missing: string[]; pinned: boolean }> {
    const shared = read(text);
    const today = this.shelf.current?.book.info.id;
    const past = shared.pin && shared.pin.book !== today ? await this.shelf.fetchPinned(shared.pin) : this.shelf.current;
    const current = past ?? this.shelf.current;
    if (!current) throw new EstimatorError({ code: 'notReady', message: 'There is no rate book yet.' });
    // The prices of an unpinned file, and those of a lost book, are today's.
    const pin: Pin | null = past ? shared.pin : null;
    const at = pin?.at || new Date().toISOString();
    const opened = repair ? openRepaired(shared, current.book, at) : open(shared, current.book, at);
    const work = { ...opened.work, pin };
    this.history.set(work);
    if (current === this.shelf.current) this.reprice();
    else this.shelf.use(current);
    return { missing: opened.missing, pinned: past !== null };
  }

  get isEmpty(): boolean {
    return isEmpty(this.work);
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

/** Takes amounts that the core refuses out, one by one: what was left half typed must not lose the rest. */
function openRepaired(shared: Shared, book: OpenBook, at: string): ReturnType<typeof open> {
  const items = shared.workloads.flatMap((workload) => (Array.isArray(workload['items']) ? workload['items'] as unknown[] : []));
  for (let tries = 0; ; tries += 1) {
    try {
      return open(shared, book, at);
    } catch (thrown) {
      if (!(thrown instanceof EstimatorError) || tries > items.length) throw thrown;
      const position = /items\[(\d+)\]/.exec(thrown.path)?.[1];
      if (position === undefined) throw thrown;
      for (const workload of shared.workloads) {
        const list = workload['items'] as Record<string, unknown>[];
        const item = list[Number.parseInt(position, 10)];
        if (item) list[Number.parseInt(position, 10)] = bare(item);
      }
    }
  }
}

function bare({ name, meterId, group, unit }: Record<string, unknown>): Record<string, unknown> {
  return { name, meterId, quantity: '0', ...(unit === undefined ? {} : { unit }), ...(group === undefined ? {} : { group }) };
}
