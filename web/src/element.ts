// <forebill-estimator>: attributes, events, slots, and the wiring between the
// rate books, the lines and the views. It decides nothing about prices.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer } from './announcer.js';
import { BookShelf, type Current } from './books.js';
import { Format } from './format.js';
import { EstimatorError } from './estimator.js';
import type { Estimate, MeterHit, Workload } from './types.js';
import { fieldKey, lineKey, pageKey, type Command } from './keyboard.js';
import { price, type Priced } from './pricing.js';
import { duplicate, edit, History, move, newLine, remove, workload, type Field } from './state.js';
import { styles } from './styles/index.js';
import { bookLabel, bookPicker } from './views/book-picker.js';
import { lineList } from './views/lines.js';
import { MeterSearch } from './views/search.js';
import { failure, skeleton, start, startingPoints, withoutBooks, type StartingPoint } from './views/states.js';
import { total, type OtherBook } from './views/total.js';

const TOAST_MS = 8000;
const COPIED_MS = 2000;
const NOTHING_PRICED: Priced = {
  estimate: null, lines: new Map(), reasons: new Map(), problems: new Map(), error: null, complete: false,
};

/**
 * @attr books - address of the list of rate books
 * @attr theme - auto (default), light or dark
 * @attr autofocus - puts the caret into the search when the prices are there
 * @attr shortcuts - widget (default: keys act while the focus is inside), page, off
 * @slot header - the heading; "Estimate" without it
 * @fires forebill-ready - the first prices are there: {meters, fetchedAt}
 * @fires forebill-change - once per update: {workload, total, currency, complete}
 * @fires forebill-error - {code, message}
 */
export class ForebillEstimator extends LitElement {
  static override styles = styles;
  static override properties = {
    books: { type: String },
    theme: { type: String, reflect: true },
    shortcuts: { type: String },
    lang: { type: String },
  };

  declare books: string | undefined;
  declare theme: 'auto' | 'light' | 'dark' | undefined;
  declare shortcuts: 'widget' | 'page' | 'off' | undefined;

  readonly #history = new History();
  readonly #open = new Set<string>();
  readonly #announcer = new Announcer(this);
  readonly #search = new MeterSearch(this, (hit) => this.#add(hit));
  readonly #shelf = new BookShelf(this, (current) => this.#opened(current), ({ code, message }) => {
    this.#tell('forebill-error', { code, message });
  });
  #format = new Format('en');
  #priced = NOTHING_PRICED;
  #others: OtherBook[] = [];
  #points: StartingPoint[] = [];
  #toast: { text: string; timer: ReturnType<typeof setTimeout> } | null = null;
  #copied: string | null = null;
  #changed = false;

  /** The workload as it stands, with every line, read or not. */
  toJSON(): Workload | null {
    const info = this.#shelf.current?.book.info;
    return info ? workload(this.#history.lines, info.currency, info.offer) : null;
  }

  /** Prices any workload with the rate book in use; the lines on the page stay as they are. */
  rate(asked: Workload, at?: string): Estimate {
    const book = this.#shelf.current?.book;
    if (!book) throw new EstimatorError({ code: 'notReady', message: 'There is no rate book yet: wait for forebill-ready.' });
    return book.estimate(asked, at);
  }

  /** The exact decimal, or null while there is none. */
  get total(): string | null {
    return this.#priced.estimate?.totals.monthlyCost ?? null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onPageKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onPageKey);
    this.#closeToast();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lang') || !this.hasUpdated) {
      this.#format = new Format(this.lang || document.documentElement.lang || 'en');
    }
    // Not in connectedCallback: some frameworks set properties after it.
    if (changed.has('books') && this.books) void this.#shelf.load(this.books);
    this.#search.useBook(this.#shelf.current?.book ?? null);
  }

  protected override updated(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const { estimate, complete } = this.#priced;
    this.#tell('forebill-change', {
      workload: this.toJSON(),
      total: estimate?.totals.monthlyCost ?? null,
      currency: this.#shelf.current?.book.info.currency ?? null,
      complete,
    });
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #opened({ entry, book }: Current): void {
    const first = this.#shelf.opened.length === 1;
    this.#points = startingPoints(book);
    this.#reprice();
    if (first) {
      if (this.autofocus && document.activeElement === document.body) {
        void this.updateComplete.then(() => this.#search.focus());
      }
      const { meters } = book.info;
      void this.updateComplete.then(() => this.#tell('forebill-ready', { meters, fetchedAt: entry.fetchedAt }));
    }
  }

  #reprice(): void {
    const current = this.#shelf.current;
    if (!current) return;
    const { lines } = this.#history;
    this.#priced = price(current.book, lines);
    this.#others = this.#shelf.opened.filter((other) => other !== current).flatMap(({ entry, book }) => {
      const { estimate, complete } = price(book, lines);
      if (!estimate) return [];
      const { currency, monthlyCost } = estimate.totals;
      return [{ id: entry.id, label: bookLabel(entry), currency, monthlyCost, complete }];
    });
    const monthly = this.#priced.estimate?.totals.monthlyCost;
    if (lines.length > 0 && monthly !== undefined) {
      const amount = this.#format.money(current.book.info.currency, monthly);
      this.#announcer.say(`${amount} a month${this.#priced.complete ? '' : ', incomplete'}`);
    }
    this.#changed = true;
    this.requestUpdate();
  }

  #add(hit: MeterHit): void {
    const line = newLine(hit);
    this.#history.set([...this.#history.lines, line]);
    this.#reprice();
    this.#focus(line.id, 'quantity');
  }

  #startFrom(point: StartingPoint): void {
    const lines = point.items.map(({ hit, quantity, count }) => newLine(hit, quantity, count));
    this.#history.set([...this.#history.lines, ...lines]);
    this.#reprice();
    const first = lines[0];
    if (first) this.#focus(first.id, 'quantity');
  }

  #edit(id: string, field: Field, value: string): void {
    this.#history.set(edit(this.#history.lines, id, field, value), `${id} ${field}`);
    this.#reprice();
  }

  #remove(id: string): void {
    const { lines } = this.#history;
    const position = lines.findIndex((line) => line.id === id);
    const line = lines[position];
    if (!line) return;
    this.#history.set(remove(lines, id));
    this.#reprice();
    const next = this.#history.lines[position] ?? this.#history.lines[position - 1];
    if (next) this.#focus(next.id, 'cost');
    else void this.updateComplete.then(() => this.#search.focus());
    this.#showToast(`Removed ${line.name.trim() || line.meter.name}`);
  }

  #explain(id: string): void {
    if (!this.#open.delete(id)) this.#open.add(id);
    this.requestUpdate();
  }

  #undo(): void {
    if (this.#history.undo()) this.#reprice();
    this.#closeToast();
  }

  #redo(): void {
    if (this.#history.redo()) this.#reprice();
  }

  #showToast(text: string): void {
    this.#closeToast();
    this.#toast = { text, timer: setTimeout(() => this.#closeToast(), TOAST_MS) };
    this.requestUpdate();
  }

  #closeToast(): void {
    if (!this.#toast) return;
    clearTimeout(this.#toast.timer);
    this.#toast = null;
    this.requestUpdate();
  }

  async #copy(id: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.#showToast('The browser did not allow copying');
      return;
    }
    this.#copied = id;
    this.requestUpdate();
    setTimeout(() => {
      if (this.#copied === id) this.#copied = null;
      this.requestUpdate();
    }, COPIED_MS);
  }

  #focus(id: string, place: Field | 'cost'): void {
    void this.updateComplete.then(() => {
      const line = this.renderRoot.querySelector(`[data-line="${id}"]`);
      const target = line?.querySelector<HTMLElement>(
        place === 'cost' ? '.line-cost' : place === 'name' ? '.name' : `.amount.${place} input`,
      );
      target?.focus();
      if (target instanceof HTMLInputElement) target.select();
    });
  }

  #onPageKey = (event: KeyboardEvent): void => {
    const inside = event.composedPath().includes(this);
    const command = pageKey(event, { inside, scope: this.shortcuts ?? 'widget', searchEmpty: this.#search.isEmpty });
    if (!command || !this.#shelf.current) return;
    event.preventDefault();
    if (command === 'search') this.#search.focus();
    else if (command === 'undo') this.#undo();
    else this.#redo();
  };

  #onLineKey = (event: KeyboardEvent, id: string, place: Field | 'cost'): void => {
    const command = place === 'cost' ? lineKey(event, this.shortcuts ?? 'widget') : fieldKey(event);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    this.#perform(command, id, place);
  };

  #perform(command: Command, id: string, place: Field | 'cost'): void {
    const { lines } = this.#history;
    const position = lines.findIndex((line) => line.id === id);
    switch (command) {
      case 'previous':
      case 'next': {
        const target = lines[position + (command === 'next' ? 1 : -1)];
        if (target) this.#focus(target.id, place);
        break;
      }
      case 'onward': {
        const target = lines[position + 1];
        if (target) this.#focus(target.id, place);
        else this.#search.focus();
        break;
      }
      case 'leave': this.#focus(id, 'cost'); break;
      case 'explain': this.#explain(id); break;
      case 'remove': this.#remove(id); break;
      case 'moveUp':
      case 'moveDown':
        this.#history.set(move(lines, id, command === 'moveUp' ? -1 : 1));
        this.#reprice();
        this.#focus(id, place);
        break;
      case 'duplicate': {
        this.#history.set(duplicate(lines, id));
        this.#reprice();
        const copy = this.#history.lines[position + 1];
        if (copy) this.#focus(copy.id, place);
        break;
      }
    }
  }

  protected override render(): TemplateResult {
    const { entries, current, state } = this.#shelf;
    return html`
      <div class="app">
        <header class="bar">
          <slot name="header"><h2 class="title">Estimate</h2></slot>
          ${bookPicker(entries, current?.entry ?? null, state === 'loading', this.#format, (id) => void this.#shelf.choose(id))}
        </header>
        ${this.#main()}
        <p class="visually-hidden" role="status">${this.#announcer.text}</p>
        ${this.#toastView()}
      </div>`;
  }

  #main(): TemplateResult {
    const { current, state, error } = this.#shelf;
    const retry = () => { if (this.books) void this.#shelf.load(this.books); };
    if (!current) {
      if (state === 'failed' && error) return failure(error, retry);
      return state === 'empty' ? withoutBooks() : skeleton();
    }
    const { lines } = this.#history;
    const from = { info: current.book.info, entry: current.entry };
    const format = this.#format;
    const choose = (id: string) => void this.#shelf.choose(id);
    return html`
      ${error ? html`<div class="banner" role="alert">${error.message} The prices shown are still those of ${bookLabel(current.entry)}.</div>` : nothing}
      <div class="body">
        ${this.#search.render(format, this.shortcuts !== 'off')}
        ${lines.length === 0
          ? start(this.#points, current.book, format, (point) => this.#startFrom(point))
          : html`<div class="work">${lineList({
              lines, priced: this.#priced, open: this.#open, from, format,
              actions: {
                edit: (id, field, value) => this.#edit(id, field, value),
                remove: (id) => this.#remove(id),
                explain: (id) => this.#explain(id),
                key: this.#onLineKey,
                proof: (id) => ({ copied: this.#copied === id, copy: (text) => void this.#copy(id, text) }),
              },
            })}${keyHelp()}</div>`}
        ${total({ lines: lines.length, priced: this.#priced, from, others: this.#others, format, choose })}
      </div>`;
  }

  #toastView(): TemplateResult {
    const toast = this.#toast;
    return html`
      <div class="toast-place" role="status">
        ${toast ? html`<div class="toast"><span>${toast.text}</span>
          <button type="button" class="button quiet" @click=${() => this.#undo()}>Undo</button></div>` : nothing}
      </div>`;
  }
}

function keyHelp(): TemplateResult {
  return html`
    <p class="key-help" aria-hidden="true">
      <span><kbd>/</kbd> find</span> <span><kbd>Enter</kbd> next line</span>
      <span><kbd>Esc</kbd> to the amount, then</span>
      <span><kbd>E</kbd> explain</span> <span><kbd>Alt</kbd><kbd>↑</kbd><kbd>↓</kbd> move</span>
      <span><kbd>Del</kbd> remove</span> <span><kbd>Ctrl</kbd><kbd>Z</kbd> undo</span>
    </p>`;
}
