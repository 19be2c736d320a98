// <forebill-estimator>: attributes, events, slots, and the wiring between the
// desk, the views and the keys. It decides nothing about prices.

import { LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer } from './announcer.js';
import { reflect } from './contract.js';
import { Desk } from './desk.js';
import { Editing } from './editing.js';
import { Format } from './format.js';
import { EstimatorError } from './estimator.js';
import type { Autosave } from './keeping/autosave.js';
import type { Estimate, Workload } from './types.js';
import { fieldKey, lineKey, pageKey, type LineKeyPlace, type Scope } from './keyboard.js';
import { EMPTY, workload } from './state.js';
import { styles } from './styles/index.js';
import { Toast } from './toast.js';
import type { ToolName, Tools } from './tools/tools.js';
import type { Details } from './views/details.js';
import { page } from './views/page.js';
import { MeterSearch } from './views/search.js';
import { nothingPriced } from './views/total.js';
import { en, wordsOf } from './words.js';

const COPIED_MS = 2000;
const PATIENCE_MS = 3000;

/**
 * @tag forebill-estimator
 * @attr {string} books - address of the list of rate books
 * @attr {string} offer - which of the listed books comes first, such as MS-AZR-0003P
 * @attr {string} currency - the same by currency
 * @attr {string} region - only meters of this Resource Manager region, and those without one, are found
 * @attr {string} services - only meters of these services are found, names with commas between
 * @attr {string} theme - auto (default), light or dark
 * @attr {string} density - comfortable (default) or compact
 * @attr {boolean} autofocus - puts the caret into the search when the prices are there
 * @attr {boolean} autosave - keeps the last estimates in this browser's local storage
 * @attr {boolean} readonly - shows an estimate that cannot be changed
 * @attr {boolean} links - opens the estimate in the fragment of the page's address
 * @attr {string} share-base - address that shared links lead to; this page without it
 * @attr {string} shortcuts - widget (default: keys act while the focus is inside), page, off
 * @attr {string} lang - language and number format; the document's without it
 * @attr {string} name - the name under which a form has the workload as JSON
 * @slot header - the heading; "Estimate" without it
 * @slot empty - in place of the starting points, while there is no line
 * @slot actions - behind the buttons of the estimate
 * @slot footer - below everything
 * @csspart search - the search and its results
 * @csspart results - the results
 * @csspart lines - the lines
 * @csspart line - one line
 * @csspart total - the total and what stands behind it
 * @csspart chart - the parts of the total
 * @csspart button - a button of the estimate
 * @csspart banner - what is special about this estimate
 * @cssproperty --forebill-bg - ground; also -surface, -raised, -text, -muted, -accent, -on-accent
 * @cssState loading - prices are being loaded
 * @cssState ready - there are prices
 * @cssState incomplete - a line has no price
 * @cssState error - the prices could not be loaded
 * @fires {CustomEvent} forebill-ready - the first prices are there: {meters, fetchedAt}
 * @fires {CustomEvent} forebill-change - once per update: {workload, total, currency, complete}
 * @fires {CustomEvent} forebill-share - a link was copied: {url}
 * @fires {CustomEvent} forebill-export - something is taken away: {kind, text}; cancelable, for a host that does it itself
 * @fires {CustomEvent} forebill-error - {code, message}; such as noPrices, where no list is of the offer and the currency: the first is shown
 */
export class ForebillEstimator extends LitElement {
  static override styles = styles;
  static readonly formAssociated = true;
  static override properties = {
    books: { type: String },
    offer: { type: String },
    currency: { type: String },
    region: { type: String },
    services: { type: String },
    priceBook: { attribute: false },
    theme: { type: String, reflect: true },
    shortcuts: { type: String },
    lang: { type: String },
    autosave: { type: Boolean },
    readonly: { type: Boolean },
    links: { type: Boolean },
    shareBase: { type: String, attribute: 'share-base' },
  };

  declare books: string | undefined;
  declare offer: string | undefined;
  declare currency: string | undefined;
  declare region: string | undefined;
  declare services: string | undefined;
  /** The bytes of a rate book, where the host page fetches it itself; in place of `books`. The JSON form, or the compact one in one
   * piece, as `compactBook` of the package makes it. */
  declare priceBook: ArrayBuffer | Uint8Array | undefined;
  declare theme: 'auto' | 'light' | 'dark' | undefined;
  declare shortcuts: Scope | undefined;
  declare autosave: boolean;
  declare readonly: boolean;
  declare links: boolean;
  declare shareBase: string | undefined;

  readonly #internals = this.attachInternals();
  readonly #announcer = new Announcer(this);
  readonly #toast = new Toast(this);
  readonly #search = new MeterSearch(this, (hit, read) => this.#editing.add(hit, read));
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
  #kept: TemplateResult | null = null;
  /** Nothing is to be brought back. */
  #fresh = false;
  /** What comes beside the prices, in the language that was asked for last. */
  #spoken: Promise<Details> | null = null;
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
    const { load } = await import('./keeping/keeping.js');
    await load(this.#desk, typeof estimate === 'string' ? estimate : JSON.stringify(estimate));
  }

  /** Takes all lines away; undo brings them back. */
  clear(): void {
    this.#desk.change(EMPTY);
  }

  /** A link that carries the estimate; null while there is none, or where it is too long for one. */
  async shareUrl(): Promise<string | null> {
    const { textOf, toLink } = await import('./keeping/keeping.js');
    const text = textOf(this.#desk);
    return text === null ? null : toLink(text, this.shareBase ?? location.href);
  }

  /** Prices any workload with the rate book in use; the lines on the page stay as they are. */
  rate(asked: Workload, at?: string): Estimate {
    const book = this.#desk.shelf.current?.book;
    if (!book) throw new EstimatorError({ code: 'notReady', message: 'There is no rate book yet: wait for forebill-ready.' });
    return book.beside(this.#desk.shelf.opened.map((other) => other.book)).estimate(asked, at);
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
    if (changed.has('lang') || !this.hasUpdated) this.#spoken = this.#speak();
    // Not in connectedCallback: some frameworks set properties after it.
    const { shelf } = this.#desk;
    if (!this.hasUpdated) void this.#showKept();
    if ((changed.has('priceBook') && this.priceBook) || (changed.has('books') && this.books)) this.#load();
    else if (changed.has('offer') || changed.has('currency')) void shelf.prefer(this);
    this.#search.narrow(this.region ?? '', this.services ?? '');
    this.#search.useBook(this.#desk.shelf.current?.book ?? null);
  }

  #load(): void {
    const { shelf } = this.#desk;
    void (this.priceBook ? shelf.give(new Uint8Array(this.priceBook)) : shelf.load(this.books, this));
  }

  get #lang(): string {
    return this.lang || document.documentElement.lang || 'en';
  }

  async #speak(): Promise<Details> {
    const lang = this.#lang;
    this.#format = new Format(lang, this.#words);
    const [words, { detailsFor }] = await Promise.all([wordsOf(lang), import('./views/details.js')]);
    const details = await detailsFor(words, lang, this.renderRoot);
    this.#details = details;
    this.requestUpdate();
    if (words !== this.#words) {
      this.#format = new Format(lang, words);
      this.#desk.words = words;
      this.#desk.reprice();
    }
    return details;
  }

  /** Who comes back sees what he left while the prices are on their way; a link brings something else. */
  async #showKept(): Promise<void> {
    if (this.links && location.hash.startsWith('#e=')) return;
    if (this.autosave) {
      const { kept } = await import('./keeping/keeping.js');
      if (this.#ready) return;
      this.#kept = kept(this.#words);
    }
    this.#fresh = this.#kept === null;
    this.requestUpdate();
  }

  protected override firstUpdated(): void {
    if (this.autofocus && document.activeElement === document.body) this.#search.focus();
    // Some frameworks set properties late; whoever sets none is told so.
    setTimeout(() => { if (this.#desk.shelf.state === 'idle') this.#load(); }, PATIENCE_MS);
  }

  protected override updated(): void {
    reflect(this.#internals, this.#desk, JSON.stringify(this.toJSON()));
    if (!this.#changed) return;
    this.#changed = false;
    const { priced: { estimate, complete }, doc: { lines } } = this.#desk;
    this.#tell('forebill-change', {
      workload: this.toJSON(),
      // What is not known is never 0.
      total: lines.length > 0 && nothingPriced(lines.length, this.#desk.priced) ? null : estimate?.totals.monthlyCost ?? null,
      currency: this.#desk.shelf.current?.book.info.currency ?? null,
      complete,
    });
  }

  /** False where the host page prevented it. */
  #tell(name: string, detail: unknown, cancelable = false): boolean {
    const event = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable });
    return this.dispatchEvent(event);
  }

  #onPriced(): void {
    const { shelf: { current }, priced, doc: { lines } } = this.#desk;
    const monthly = priced.estimate?.totals.monthlyCost;
    if (current && lines.length > 0 && monthly !== undefined) {
      const words = this.#words;
      const amount = this.#format.money(current.book.info.currency, monthly);
      this.#announcer.say(nothingPriced(lines.length, priced) ? words.notPriced
        : priced.complete ? words.announce(amount) : words.announceIncomplete(amount));
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
      const { Autosave } = await import('./keeping/keeping.js');
      this.#saving = new Autosave(this.#desk);
      this.addController(this.#saving);
      const restored = await this.#saving.restore();
      // What was kept stays until there is what takes its place.
      await this.#spoken;
      this.#kept = null;
      if (this.#desk.work.pin) await this.#loadTools();
      if (restored) this.#toast.show(this.#words.restored, this.#words.startEmpty, () => this.#undo());
    }
    await this.#openLink();
    await this.updateComplete;
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
    const [{ Tools }, first] = await Promise.all([import('./tools/tools.js'), this.#spoken]);
    this.#tools ??= new Tools({
      host: this,
      desk: this.#desk,
      toast: this.#toast,
      words: () => (this.#details ?? first)!.words,
      format: () => this.#format,
      saving: () => this.#saving,
      page: () => this.shareBase ?? location.href,
      undo: () => this.#undo(),
      act: {
        redo: () => this.#step(() => this.#desk.go(1)),
        find: () => this.#search.focus(),
        addGroup: () => this.#editing.addGroup(),
        clear: () => this.clear(),
      },
      exporting: (kind, text) => this.#tell('forebill-export', { kind, text }, true),
      shared: (url) => { this.#tell('forebill-share', { url }); },
    });
    return this.#tools;
  }

  async #show(name: ToolName | 'compare'): Promise<void> {
    const tools = await this.#loadTools();
    if (name === 'compare') tools.compare();
    else tools.show(name);
  }

  #undo(): void {
    this.#step(() => this.#desk.go(-1));
    this.#toast.show(this.#words.undo);
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
    if (!command || !this.#desk.shelf.current || this.readonly) return;
    event.preventDefault();
    if (command === 'search') this.#search.focus();
    else if (command === 'palette' || command === 'help') void this.#show(command);
    else if (command === 'undo') this.#undo();
    else this.#step(() => this.#desk.go(1));
  };

  #onLineKey(event: KeyboardEvent, id: string, place: LineKeyPlace): void {
    const command = place === 'cost' ? lineKey(event, this.#scope) : fieldKey(event);
    // One looks about, and no more: no assumptions, no move, no removal, no duplicate.
    if (!command || (this.readonly && /^(mo|re|du)/.test(command))) return;
    event.preventDefault();
    event.stopPropagation();
    this.#editing.perform(command, id, place);
  }

  protected override render(): TemplateResult {
    return page({
      desk: this.#desk, editing: this.#editing, format: this.#format, search: this.#search, details: this.#details, tools: this.#tools,
      toast: this.#toast, said: this.#announcer.text, kept: this.#kept, fresh: this.#fresh, readonly: this.readonly, scope: this.#scope,
      retry: () => this.#load(),
      undo: () => this.#undo(),
      redo: () => this.#step(() => this.#desk.go(1)),
      show: (name) => void this.#show(name),
    });
  }
}
