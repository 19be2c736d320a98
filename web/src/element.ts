// <forebill-estimator>: attributes, events, slots, and the wiring between the
// desk, the views and the keys. It decides nothing about prices.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer } from './announcer.js';
import { Desk } from './desk.js';
import { Editing } from './editing.js';
import { Format } from './format.js';
import { EstimatorError } from './estimator.js';
import type { Autosave } from './keeping/autosave.js';
import { compareIcon, openIcon, redoIcon, shareIcon, undoIcon } from './icons.js';
import type { Estimate, Workload } from './types.js';
import { fieldKey, lineKey, pageKey, type LineKeyPlace, type Scope } from './keyboard.js';
import { workload } from './state.js';
import { styles } from './styles/index.js';
import { Toast } from './toast.js';
import type { ToolName, Tools } from './tools/tools.js';
import { bookLabel, bookPicker } from './views/book-picker.js';
import { lineList } from './views/lines.js';
import type { Details } from './views/details.js';
import { MeterSearch } from './views/search.js';
import { skeleton } from './views/states.js';
import { total } from './views/total.js';
import { en, wordsOf } from './words.js';

const COPIED_MS = 2000;

/**
 * @attr books - address of the list of rate books
 * @attr theme - auto (default), light or dark
 * @attr autofocus - puts the caret into the search when the prices are there
 * @attr autosave - keeps the last estimates in this browser's local storage
 * @attr readonly - shows an estimate that cannot be changed
 * @attr shortcuts - widget (default: keys act while the focus is inside), page, off
 * @attr links - opens the estimate in the fragment of the page's address
 * @attr share-base - address that shared links lead to; this page without it
 * @attr lang - language and number format; the document's without it
 * @slot header - the heading; "Estimate" without it
 * @fires forebill-ready - the first prices are there: {meters, fetchedAt}
 * @fires forebill-change - once per update: {workload, total, currency, complete}
 * @fires forebill-share - a link was copied: {url}
 * @fires forebill-export - something is taken away: {kind, text}; cancelable, for a host that does it itself
 * @fires forebill-error - {code, message}
 */
export class ForebillEstimator extends LitElement {
  static override styles = styles;
  static override properties = {
    books: { type: String },
    theme: { type: String, reflect: true },
    shortcuts: { type: String },
    lang: { type: String },
    autosave: { type: Boolean },
    readonly: { type: Boolean },
    links: { type: Boolean },
    shareBase: { type: String, attribute: 'share-base' },
  };

  declare books: string | undefined;
  declare theme: 'auto' | 'light' | 'dark' | undefined;
  declare shortcuts: Scope | undefined;
  declare autosave: boolean;
  declare readonly: boolean;
  declare links: boolean;
  declare shareBase: string | undefined;

  readonly #announcer = new Announcer(this);
  readonly #toast = new Toast(this);
  readonly #search = new MeterSearch(this, (hit) => this.#editing.add(hit));
  readonly #desk: Desk = new Desk(this, en, {
    failed: ({ code, message }) => { this.#tell('forebill-error', { code, message }); },
    priced: () => this.#onPriced(),
  });
  readonly #editing = new Editing(this, this.#desk, {
    removed: (name) => this.#toast.show(this.#words.removed(name), this.#words.undo, () => this.#undo()),
    focusSearch: () => void this.updateComplete.then(() => this.#search.focus()),
    copy: (id, text) => void this.#copy(id, text),
    isCopied: (id) => this.#copied === id,
    key: (event, id, place) => this.#onLineKey(event, id, place),
  });
  #format = new Format('en', en);
  #details: Details | null = null;
  #saving: Autosave | null = null;
  #tools: Tools | null = null;
  #copied: string | null = null;
  /** Gives the tools their texts when the language changes. */
  #spoken: () => Promise<void> = async () => undefined;
  #changed = false;
  #ready = false;

  get #words(): typeof en {
    return this.#format.words;
  }

  /** The workload as it stands, with every line, read or not. */
  toJSON(): Workload | null {
    const info = this.#desk.shelf.current?.book.info;
    return info ? workload(this.#desk.doc, info.currency, info.offer) : null;
  }

  /** Opens an estimate: a workload, or the text of a file. What is refused throws and changes nothing. */
  async load(estimate: Workload | string): Promise<void> {
    const { load } = await import('./keeping/load.js');
    await load(this.#desk, typeof estimate === 'string' ? estimate : JSON.stringify(estimate));
  }

  /** Prices any workload with the rate book in use; the lines on the page stay as they are. */
  rate(asked: Workload, at?: string): Estimate {
    const book = this.#desk.shelf.current?.book;
    if (!book) throw new EstimatorError({ code: 'notReady', message: 'There is no rate book yet: wait for forebill-ready.' });
    return book.estimate(asked, at);
  }

  /** The exact decimal, or null while there is none. */
  get total(): string | null {
    return this.#desk.priced.estimate?.totals.monthlyCost ?? null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onPageKey);
    addEventListener('hashchange', this.#openLink);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onPageKey);
    removeEventListener('hashchange', this.#openLink);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lang') || !this.hasUpdated) void this.#speak();
    // Not in connectedCallback: some frameworks set properties after it.
    if (changed.has('books') && this.books) void this.#desk.shelf.load(this.books);
    this.#search.useBook(this.#desk.shelf.current?.book ?? null);
  }

  get #lang(): string {
    return this.lang || document.documentElement.lang || 'en';
  }

  async #speak(): Promise<void> {
    const lang = this.#lang;
    this.#format = new Format(lang, this.#words);
    const [words, { detailsFor }] = await Promise.all([wordsOf(lang), import('./views/details.js')]);
    this.#details = await detailsFor(words, lang, this.renderRoot);
    this.requestUpdate();
    if (words === this.#words) return;
    this.#format = new Format(lang, words);
    this.#desk.words = words;
    await this.#spoken();
    this.#desk.reprice();
  }

  protected override updated(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const { estimate, complete } = this.#desk.priced;
    this.#tell('forebill-change', {
      workload: this.toJSON(),
      total: estimate?.totals.monthlyCost ?? null,
      currency: this.#desk.shelf.current?.book.info.currency ?? null,
      complete,
    });
  }

  /** False where the host page prevented it. */
  #tell(name: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  }

  #onPriced(): void {
    const { current } = this.#desk.shelf;
    const monthly = this.#desk.priced.estimate?.totals.monthlyCost;
    if (current && this.#desk.doc.lines.length > 0 && monthly !== undefined) {
      const amount = this.#format.money(current.book.info.currency, monthly);
      this.#announcer.say(this.#desk.priced.complete ? this.#words.announce(amount) : this.#words.announceIncomplete(amount));
    }
    this.#changed = true;
    this.#saving?.soon();
    if (current && !this.#ready) {
      this.#ready = true;
      void this.#begin(current.book.info.meters, current.entry.fetchedAt);
    }
  }

  /** Once, with the first prices. */
  async #begin(meters: number, fetchedAt: string): Promise<void> {
    if (this.autosave) {
      const { Autosave } = await import('./keeping/autosave.js');
      this.#saving = new Autosave(this.#desk);
      this.addController(this.#saving);
      if (await this.#saving.restore()) this.#toast.show(this.#words.restored, this.#words.startEmpty, () => this.#undo());
    }
    await this.#openLink();
    await this.updateComplete;
    if (this.autofocus && document.activeElement === document.body) this.#search.focus();
    this.#tell('forebill-ready', { meters, fetchedAt });
  }

  /** The estimate in the address, which then leaves the address: what is changed here is another one. */
  #openLink = async (): Promise<void> => {
    const { hash } = location;
    if (!this.links || !this.#ready || !hash.startsWith('#e=')) return;
    history.replaceState(null, '', location.href.replace(/#.*$/s, ''));
    await (await this.#loadTools()).openLink(hash);
  };

  async #loadTools(): Promise<Tools> {
    if (this.#tools) return this.#tools;
    const [{ Tools }, { allWords }] = await Promise.all([import('./tools/tools.js'), import('./tools/words.js')]);
    let words = await allWords(this.#words, this.#lang);
    this.#spoken = async () => { words = await allWords(this.#words, this.#lang); };
    this.#tools ??= new Tools({
      host: this,
      desk: this.#desk,
      toast: this.#toast,
      words: () => words,
      format: () => this.#format,
      saving: () => this.#saving,
      page: () => this.shareBase ?? location.href,
      undo: () => this.#undo(),
      exporting: (kind, text) => this.#tell('forebill-export', { kind, text }, true),
      shared: (url) => { this.#tell('forebill-share', { url }); },
    });
    return this.#tools;
  }

  async #show(name: ToolName): Promise<void> {
    (await this.#loadTools()).show(name);
  }

  async #compare(): Promise<void> {
    (await this.#loadTools()).compare();
  }

  #undo(): void {
    this.#step(() => this.#desk.undo());
    this.#toast.close();
  }

  #step(step: () => void): void {
    const held = this.shadowRoot?.activeElement;
    step();
    void this.updateComplete.then(() => {
      if (held && !this.shadowRoot?.activeElement) this.#editing.rescueFocus();
    });
  }

  async #copy(id: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.#toast.show(this.#words.noCopy);
      return;
    }
    this.#copied = id;
    this.requestUpdate();
    setTimeout(() => {
      if (this.#copied === id) this.#copied = null;
      this.requestUpdate();
    }, COPIED_MS);
  }

  get #scope(): Scope {
    return this.shortcuts ?? 'widget';
  }

  #onPageKey = (event: KeyboardEvent): void => {
    const inside = event.composedPath().includes(this);
    const command = pageKey(event, { inside, scope: this.#scope, searchEmpty: this.#search.isEmpty });
    if (!command || !this.#desk.shelf.current) return;
    event.preventDefault();
    if (command === 'search') this.#search.focus();
    else if (command === 'undo') this.#undo();
    else this.#step(() => this.#desk.redo());
  };

  #onLineKey(event: KeyboardEvent, id: string, place: LineKeyPlace): void {
    const command = place === 'cost' ? lineKey(event, this.#scope) : fieldKey(event);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    this.#editing.perform(command, id, place);
  }

  protected override render(): TemplateResult {
    const { entries, current, state } = this.#desk.shelf;
    const choose = (id: string) => void this.#desk.shelf.choose(id);
    return html`
      <div class="app" @focusin=${(event: FocusEvent) => this.#editing.worksIn(event.target as EventTarget)}>
        <header class="bar">
          <slot name="header"><h2 class="title">${this.#words.estimate}</h2></slot>
          ${bookPicker(entries, current?.entry ?? null, state === 'loading', this.#format, choose)}
        </header>
        ${this.#main()}
        <p class="visually-hidden" role="status">${this.#announcer.text}</p>
        ${this.#tools?.render() ?? nothing}
        ${this.#toast.render()}
      </div>`;
  }

  #main(): TemplateResult {
    const { current, state, error } = this.#desk.shelf;
    const words = this.#words;
    const retry = () => { if (this.books) void this.#desk.shelf.load(this.books); };
    if (!current || !this.#details) {
      if (state === 'failed' && error && this.#details) return this.#details.failure(error, retry);
      return (state === 'empty' && this.#details?.withoutBooks()) || skeleton(words);
    }
    const { doc, priced } = this.#desk;
    const from = { info: current.book.info, entry: current.entry };
    const format = this.#format;
    const empty = doc.lines.length === 0 && doc.groups.length === 0;
    const { open, more, actions } = this.#editing;
    const sums = {
      lines: doc.lines.length, priced, from, others: this.#desk.others, format,
      choose: (id: string) => void this.#desk.shelf.choose(id),
    };
    return html`
      ${error ? html`<div class="banner" role="alert">${error.message} ${words.stillShown(bookLabel(current.entry))}</div>` : nothing}
      ${this.#tools?.banner() ?? nothing}
      <div class="body">
        ${this.#head(doc.name, empty)}
        ${this.readonly ? nothing : this.#search.render(format, this.#details, this.#scope !== 'off')}
        ${this.#tools?.view() ?? (empty
          ? this.#details.start(current.book, format, (point) => this.#editing.startFrom(point))
          : html`<div class="work">${lineList({
              doc, readonly: this.readonly, priced, open, more, from, format, details: this.#details, actions,
            })}${this.#details.keyHelp()}</div>`)}
        ${total(sums, this.#details.summary(sums))}
      </div>`;
  }

  /** The estimate's own name and what can be done with all of it. */
  #head(name: string, empty: boolean): TemplateResult {
    const words = this.#words;
    const { canUndo, canRedo } = this.#desk.history;
    const rename = (event: InputEvent) => {
      this.#desk.change({ ...this.#desk.doc, name: (event.target as HTMLInputElement).value }, 'name');
    };
    return html`
      <div class="head">
        <input class="field name doc-name" data-field="doc" aria-label=${words.nameOfEstimate} placeholder=${words.untitled}
          maxlength="200" autocomplete="off" spellcheck="false" ?readonly=${this.readonly} .value=${name} @input=${rename}>
        ${this.readonly ? nothing : html`
          <div class="tools" role="toolbar" aria-label=${words.estimate}>
            <button type="button" class="icon-button" aria-label=${words.undo} title="${words.undo} (Ctrl+Z)" ?disabled=${!canUndo}
              @click=${() => this.#undo()}>${undoIcon}</button>
            <button type="button" class="icon-button" aria-label=${words.redo} title="${words.redo} (Ctrl+Shift+Z)" ?disabled=${!canRedo}
              @click=${() => this.#step(() => this.#desk.redo())}>${redoIcon}</button>
            ${this.#tools?.branches() ?? nothing}
            <button type="button" class="button" ?disabled=${empty} @click=${() => void this.#compare()}>${compareIcon}<span>${words.compare}</span></button>
            <button type="button" class="button" @click=${() => void this.#show('open')}>${openIcon}<span>${words.openFile}</span></button>
            <button type="button" class="button" ?disabled=${empty} @click=${() => void this.#show('share')}>${shareIcon}<span>${words.share}</span></button>
          </div>`}
      </div>`;
  }
}
