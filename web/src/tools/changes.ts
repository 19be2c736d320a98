// What has changed since an estimate was shared: the same lines with the prices of then and with today's.

import { html, type TemplateResult } from 'lit';
import { OpenBook } from '../estimator.js';
import type { Comparison } from '../types.js';
import { asked } from './asked.js';
import { differences, signed } from './differences.js';
import type { Place } from './place.js';

export class Changes {
  readonly #place: Place;
  #found: Comparison | null = null;
  #problem = '';

  constructor(place: Place) {
    this.#place = place;
    void this.#compare();
  }

  async #compare(): Promise<void> {
    const { desk, host, words } = this.#place;
    const then = desk.shelf.current;
    const ask = asked(desk);
    if (!then || !ask) return;
    try {
      const books = await desk.shelf.all();
      const { offer, currency } = then.book.info;
      // Today's list of the same offer; a book that is still the newest is compared with itself of today.
      const now = books.find(({ book }) => book.info.offer === offer && book.info.currency === currency);
      if (!now) this.#problem = words().noToday;
      else {
        const candidates = [{ book: then.book, at: desk.at }, { book: now.book, at: new Date().toISOString() }];
        this.#found = await OpenBook.compare(ask.workload, candidates, [], true);
      }
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
    const [then, now] = this.#found?.cells ?? [];
    if (this.#problem) return html`<p role="alert">${this.#problem}</p>`;
    if (!then || !now) return html`<p role="status">${words.loading}</p>`;
    const heads = { before: format.date(then.at), after: format.date(now.at) };
    return html`
      <p class="changes-sum num">${format.money(then.currency, then.monthlyCost)} → <strong data-exact=${now.monthlyCost}>${format.money(now.currency, now.monthlyCost)}</strong>
        ${signed(now.difference, now.currency, format)}</p>
      ${now.problem ? html`<p role="alert">${now.problem}</p>` : differences(now.lines ?? [], now.currency, heads, format, words)}`;
  }
}
