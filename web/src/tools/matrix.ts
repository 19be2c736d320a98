// The estimate in every region under every offer: the cheapest and the current one are marked, by words and not by colour
// alone, and what is not sold says so.

import { html, nothing, type TemplateResult } from 'lit';
import { OpenBook } from '../estimator.js';
import type { Cell, Comparison } from '../types.js';
import { bookLabel } from '../views/book-picker.js';
import { asked } from './asked.js';
import { differences, signed } from './differences.js';
import type { Place } from './place.js';

interface Found {
  readonly comparison: Comparison;
  readonly heads: readonly string[];
  readonly regions: readonly (string | null)[];
  readonly books: readonly { book: OpenBook; at: string }[];
}

export class Matrix {
  readonly #place: Place;
  #found: Found | null = null;
  #problem = '';
  #doc: unknown = null;
  #busy = false;
  #opened: { column: number; region: string | null; cell: Cell } | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Once for each state of the estimate. */
  #refresh(): void {
    const { desk } = this.#place;
    if (this.#busy || this.#doc === desk.priced) return;
    this.#busy = true;
    this.#doc = desk.priced;
    void this.#compare().finally(() => {
      this.#busy = false;
      this.#place.host.requestUpdate();
    });
  }

  async #compare(): Promise<void> {
    const { desk } = this.#place;
    const { current } = desk.shelf;
    const ask = asked(desk);
    this.#opened = null;
    if (!current || !ask || ask.lines.length === 0) {
      this.#found = null;
      return;
    }
    try {
      const others = (await desk.shelf.all()).filter(({ entry }) => entry.id !== current.entry.id);
      const books = [current, ...others];
      const candidates = books.map(({ book }) => ({ book, at: desk.at }));
      const comparison = await OpenBook.compare(ask.workload, candidates, 'all');
      const rows = comparison.cells.length / books.length;
      const regions = comparison.cells.slice(0, rows).map(({ region }) => region);
      this.#found = { comparison, heads: books.map(({ entry }) => bookLabel(entry)), regions, books: candidates };
      this.#problem = '';
    } catch (thrown) {
      this.#problem = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  async #open(column: number, region: string | null): Promise<void> {
    const { desk, host } = this.#place;
    const ask = asked(desk);
    const [base, chosen] = [this.#found?.books[0], this.#found?.books[column]];
    if (!ask || !base || !chosen) return;
    const { cells } = await OpenBook.compare(ask.workload, [base, chosen], region === null ? [] : [region], true);
    const cell = cells.at(region === null ? 1 : -1);
    if (cell) this.#opened = { column, region, cell };
    host.requestUpdate();
  }

  render(): TemplateResult {
    this.#refresh();
    const words = this.#place.words();
    const found = this.#found;
    return html`
      <section class="compare-part" aria-label=${words.matrix}>
        <h3>${words.matrix}</h3>
        <p class="muted">${words.matrixText}</p>
        ${this.#problem ? html`<p class="warn" role="alert">${this.#problem}</p>` : nothing}
        ${found ? this.#table(found) : html`<p role="status">${this.#busy ? words.loading : words.addAMeter}</p>`}
        ${this.#opened ? this.#details(this.#opened) : nothing}
      </section>`;
  }

  #table({ comparison, heads, regions }: Found): TemplateResult {
    const words = this.#place.words();
    return html`
      <div class="scroll matrix-scroll" tabindex="0" role="group" aria-label=${words.matrix}>
        <table class="matrix">
          <thead><tr><th scope="col">${words.region}</th>${heads.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr></thead>
          <tbody>${regions.map((region, row) => html`<tr>
            <th scope="row">${region ?? words.asWritten}</th>
            ${heads.map((_, column) => this.#cell(comparison, column * regions.length + row, column, region))}
          </tr>`)}</tbody>
        </table>
      </div>`;
  }

  #cell(comparison: Comparison, number: number, column: number, region: string | null): TemplateResult {
    const words = this.#place.words();
    const format = this.#place.format();
    const cell = comparison.cells[number];
    if (!cell) return html`<td></td>`;
    const { status, currency, monthlyDue, missing, problem, difference } = cell;
    if (status === 'unavailable' || status === 'refused') {
      return html`<td class="cell ${status}" data-status=${status} title=${problem ?? missing[0]?.explanation ?? nothing}>
        <span>${status === 'unavailable' ? words.notSold : words.doesNotFit}</span></td>`;
    }
    const cheapest = comparison.cheapest[currency] === number;
    const marks = [number === 0 ? words.current : '', cheapest ? words.cheapest : '',
      status === 'incomplete' ? words.missingLines(missing.length, format.integer(missing.length)) : ''].filter((mark) => mark !== '');
    return html`
      <td class="cell ${status} ${cheapest ? 'cheapest' : ''} ${number === 0 ? 'current' : ''}" data-status=${status} data-exact=${monthlyDue}>
        <button type="button" class="cell-button num" @click=${() => void this.#open(column, region)}>
          <span class="cell-amount">${status === 'incomplete' ? '≥ ' : ''}${format.money(currency, monthlyDue)}</span>
          ${difference !== null && number !== 0 ? html`<span class="cell-note">${signed(difference, currency, format)}</span>` : nothing}
          ${marks.map((mark) => html`<span class="cell-note mark">${mark}</span>`)}
        </button></td>`;
  }

  #details({ column, region, cell }: { column: number; region: string | null; cell: Cell }): TemplateResult {
    const words = this.#place.words();
    const format = this.#place.format();
    const shut = () => {
      this.#opened = null;
      this.#place.host.requestUpdate();
    };
    const base = this.#found?.comparison.cells[0];
    return html`
      <div class="cell-details" role="region" aria-label=${words.differences}>
        <p class="compare-head"><strong>${this.#found?.heads[column]}, ${region ?? words.asWritten}</strong>
          <button type="button" class="button quiet" @click=${shut}>${words.closeSheet}</button></p>
        ${base && base.currency === cell.currency
          ? differences(cell.lines ?? [], cell.currency, { before: words.current, after: words.there }, format, words)
          : html`<p class="muted">${words.otherCurrency}</p>`}
        ${cell.missing.map(({ name, explanation }) => html`<p class="warn">${name}: ${explanation}</p>`)}
      </div>`;
  }
}
