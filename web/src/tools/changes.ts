// What has changed since an estimate was shared: the same lines with the prices of then and with today's.

import { html, type TemplateResult } from 'lit';
import { OpenBook } from '../estimator.js';
import type { Format } from '../format.js';
import { offersOf } from '../state.js';
import type { Cell, Comparison } from '../types.js';
import { asked } from './asked.js';
import { differences, signed } from './differences.js';
import type { Place } from './place.js';
import type { AllWords } from './words.js';

export class Changes {
  readonly #place: Place;
  /** Of each offer by itself: its lines with the book of then and with today's. */
  #found: (Comparison & { readonly name: string })[] | null = null;
  #problem = '';

  constructor(place: Place) {
    this.#place = place;
    void this.#compare();
  }

  async #compare(): Promise<void> {
    const { desk, host, words } = this.#place;
    const { current } = desk.shelf;
    const ask = asked(desk);
    if (!current || !ask) return;
    try {
      const books = await desk.shelf.all();
      const { currency } = current.book.info;
      const found = [];
      for (const own of ['', ...offersOf([desk.doc])]) {
        const items = ask.workload.items.filter((_, index) => ask.lines[index]?.offer === own).map(({ offer: _, ...item }) => item);
        const then = own === '' ? current : desk.shelf.named(own, currency, desk.work.pin);
        if (items.length === 0 || !then || !('book' in then)) continue;
        // Today's list of the same offer; a book that is still the newest is compared with itself of today.
        const now = books.find(({ book: { info } }) => info.offer === then.book.info.offer && info.currency === currency);
        if (!now) {
          this.#problem = words().noToday;
          continue;
        }
        const candidates = [{ book: then.book, at: desk.at }, { book: now.book, at: new Date().toISOString() }];
        found.push({ ...await OpenBook.compare({ ...ask.workload, items }, candidates, [], true), name: then.entry.offerName });
      }
      this.#found = found;
    } catch (thrown) {
      this.#problem = String(thrown);
    }
    host.requestUpdate();
  }

  title(): string {
    return this.#place.words().whatChanged;
  }

  render(): TemplateResult {
    const words = this.#place.words();
    const format = this.#place.format();
    if (this.#problem) return html`<p role="alert">${this.#problem}</p>`;
    if (!this.#found) return html`<p role="status">${words.loading}</p>`;
    return html`${this.#found.map(({ cells: [then, now], name }, _, { length }) => (then && now ? html`
      ${length > 1 ? html`<h3>${name}</h3>` : ''}${this.#ofOffer(then, now, format, words)}` : ''))}`;
  }

  #ofOffer(then: Cell, now: Cell, format: Format, words: AllWords): TemplateResult {
    const heads = { before: format.date(then.at), after: format.date(now.at) };
    return html`
      <p class="changes-sum num">${format.money(then.currency, then.monthlyCost)} → <strong data-exact=${now.monthlyCost}>${format.money(now.currency, now.monthlyCost)}</strong>
        ${signed(now.difference, now.currency, format)}</p>
      ${now.problem ? html`<p role="alert">${now.problem}</p>` : differences(now.lines ?? [], now.currency, heads, format, words)}`;
  }
}
