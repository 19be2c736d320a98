// The estimate turned: every region under every offer, every region at other dates, every group under every offer. The
// cheapest and the current one are marked, by words and not by colour alone, and what is not sold says so.

import { html, nothing, type TemplateResult } from 'lit';
import { EstimatorError } from '../estimator.js';
import { least } from '../format.js';
import type { LineDifference } from '../types.js';
import { bookLabel } from '../views/book-picker.js';
import { said } from '../words.js';
import { differences, signed } from './differences.js';
import { byGroup, byRegion, changeDates, type Grid, type Shown } from './pivots.js';
import type { Place } from './place.js';

const PIVOTS = ['offers', 'dates', 'groups'] as const;
type Pivot = (typeof PIVOTS)[number];

interface Opened {
  readonly title: string;
  readonly cell: Shown;
  readonly lines: readonly LineDifference[];
}

export class Matrix {
  readonly #place: Place;
  #pivot: Pivot = 'offers';
  /** Days besides the current one; those on which a price of the lines changed until another is asked for. */
  #asked: readonly string[] = [];
  #grid: Grid | null = null;
  #problem = '';
  /** The offers whose price list could not be had. */
  #absent: readonly string[] = [];
  /** What the grid was made of. */
  #made: unknown[] = [];
  #busy = false;
  #opened: Opened | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Once for each state of the estimate and each way of turning it. */
  #refresh(): void {
    const { desk, host } = this.#place;
    const now = [desk.priced, this.#pivot, this.#asked];
    if (this.#busy || now.every((part, index) => part === this.#made[index])) return;
    this.#busy = true;
    this.#made = now;
    this.#opened = null;
    const pivot = this.#pivot;
    void this.#make().then((grid) => {
      if (pivot === this.#pivot) this.#grid = grid;
      this.#problem = '';
    }, (thrown: unknown) => {
      this.#problem = thrown instanceof EstimatorError ? said(this.#place.desk.words, thrown) : String(thrown);
    }).finally(() => {
      this.#busy = false;
      host.requestUpdate();
    });
  }

  async #make(): Promise<Grid | null> {
    const { desk, format, words } = this.#place;
    const { current } = desk.shelf;
    if (!current || desk.doc.lines.length === 0) return null;
    if (this.#pivot === 'dates') {
      const days = [...new Set([...changeDates(desk), ...this.#asked])].sort().reverse();
      const at = [desk.at, ...days];
      return byRegion(desk, at.map((time) => ({ ...current, at: time, head: format().date(time) })), words().noPriceShort, words());
    }
    const books = [current, ...(await desk.shelf.all()).filter(({ entry }) => entry.id !== current.entry.id)];
    this.#absent = desk.shelf.entries.filter(({ id }) => !books.some(({ entry }) => entry.id === id)).map(bookLabel);
    return this.#pivot === 'groups' ? byGroup(desk, books, words()) : byRegion(desk, books.map((book) => ({ ...book, at: desk.at })), words().notSold, words());
  }

  async #open(column: number, row: number): Promise<void> {
    const grid = this.#grid;
    const cell = grid?.cell(column, row);
    if (!grid || !cell) return;
    const lines = await grid.lines(column, row);
    if (this.#grid === grid) this.#opened = { title: `${grid.heads[column]}, ${grid.rows[row]}`, cell, lines };
    this.#place.host.requestUpdate();
  }

  render(): TemplateResult {
    this.#refresh();
    const { desk } = this.#place;
    const words = this.#place.words();
    const pivot = this.#pivot;
    const turn = (to: Pivot) => {
      if (to === pivot) return;
      this.#pivot = to;
      // What was there belongs to another heading.
      this.#grid = null;
      this.#place.host.requestUpdate();
    };
    return html`
      <section class="compare-part" aria-label=${words.matrix}>
        <h3>${words.matrix}</h3>
        <div class="pivot-head">
          <div class="branch-tabs" role="group" aria-label=${words.turned}>
            ${PIVOTS.map((name) => html`<button type="button" class="button" aria-pressed=${name === pivot ? 'true' : 'false'}
              @click=${() => turn(name)}>${words.pivots[name]}</button>`)}
          </div>
          ${pivot === 'dates' ? html`<label class="choice day"><span class="amount-caption">${words.addDay}</span>
            <input class="text-field" type="date" min="2000-01-01" max="2100-01-01" @change=${this.#addDay}></label>` : nothing}
        </div>
        <p class="muted">${words.pivotTexts[pivot]}</p>
        ${this.#problem ? html`<p class="warn" role="alert">${this.#problem}</p>` : nothing}
        ${this.#grid && pivot !== 'dates' && this.#absent[0] ? html`<p class="warn">${words.notLoaded(this.#absent.join(', '))}</p>` : nothing}
        ${this.#grid ? this.#table(this.#grid) : html`<p role="status">${this.#busy || desk.doc.lines.length > 0 ? words.loading : words.addAMeter}</p>`}
        ${this.#opened ? this.#details(this.#opened) : nothing}
      </section>`;
  }

  #addDay = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    // Half typed days are none yet.
    if (!/^2\d{3}-\d\d-\d\d$/.test(value)) return;
    this.#asked = [...this.#asked, `${value}T00:00:00Z`];
    this.#place.host.requestUpdate();
  };

  #table(grid: Grid): TemplateResult {
    const words = this.#place.words();
    return html`
      <div class="scroll matrix-scroll" tabindex="0" role="group" aria-label=${words.pivots[this.#pivot]} aria-busy=${this.#busy ? 'true' : 'false'}>
        <table class="matrix">
          <thead><tr><th scope="col">${grid.corner}</th>${grid.heads.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr></thead>
          <tbody>${grid.rows.map((name, row) => html`<tr>
            <th scope="row">${name}</th>
            ${grid.heads.map((_, column) => this.#cell(grid.cell(column, row), column, row))}
          </tr>`)}</tbody>
        </table>
      </div>`;
  }

  #cell(cell: Shown | null, column: number, row: number): TemplateResult {
    const words = this.#place.words();
    const format = this.#place.format();
    if (!cell) return html`<td></td>`;
    const { status, currency, amount, cost, missing, problem, difference, cheapest, current } = cell;
    if (status === 'unavailable' || status === 'refused') {
      return html`<td class="cell ${status}" data-status=${status} title=${problem ?? missing[0]?.explanation ?? nothing}>
        <span>${status === 'unavailable' ? this.#grid?.none : words.doesNotFit}</span></td>`;
    }
    // That it costs at least nothing says nothing: what is not known is never 0.
    const marks = [current ? words.current : '', cheapest ? words.cheapest : '',
      status === 'incomplete' ? words.missingLines(missing.length, format.integer(missing.length)) : ''].filter((mark) => mark !== '');
    return html`
      <td class="cell ${status} ${cheapest ? 'cheapest' : ''} ${current ? 'current' : ''}" data-status=${status} data-exact=${amount}>
        <button type="button" class="cell-button num" @click=${() => void this.#open(column, row)}>
          <span class="cell-amount">${status === 'incomplete' && cost === '0' ? words.noPriceShort : least(status !== 'incomplete', format.money(currency, amount))}</span>
          ${difference !== null && !current ? html`<span class="cell-note">${signed(difference, currency, format)}</span>` : nothing}
          ${marks.map((mark) => html`<span class="cell-note mark">${mark}</span>`)}
        </button></td>`;
  }

  #details({ title, cell, lines }: Opened): TemplateResult {
    const words = this.#place.words();
    const shut = () => {
      this.#opened = null;
      this.#place.host.requestUpdate();
    };
    return html`
      <div class="cell-details" role="region" aria-label=${words.differences}>
        <p class="compare-head"><strong>${title}</strong>
          <button type="button" class="button quiet" @click=${shut}>${words.closeSheet}</button></p>
        ${this.#grid?.currency === cell.currency
          ? differences(lines, cell.currency, { before: words.current, after: words.there }, this.#place.format(), words)
          : html`<p class="muted">${words.otherCurrency}</p>`}
        ${cell.missing.map(({ name, explanation }) => html`<p class="warn"><bdi>${name}</bdi>: ${explanation}</p>`)}
      </div>`;
  }
}
