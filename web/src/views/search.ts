// The meter search: a combobox over the rate book. The list shows what the core
// found, in the core's order; nothing is ranked or filtered here.

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { OpenBook } from '../estimator.js';
import { isZero } from '../decimal.js';
import { perUnit, type Format } from '../format.js';
import type { Details } from './details.js';
import type { MeterHit, ReadLine, SearchResult } from '../types.js';
import { searchIcon } from '../icons.js';

/** More rows than anyone reads; the count of all hits stands below them. */
const SHOWN = 40;
/** Where only some services or a region are wanted, so many hits are looked through. */
const LOOKED_THROUGH = 1000;

interface Host extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

export class MeterSearch implements ReactiveController {
  readonly #host: Host;
  readonly #onChoose: (hit: MeterHit, read: ReadLine | null) => void;
  #query = '';
  #open = false;
  #active = 0;
  #result: SearchResult | null = null;
  /** What was typed says more than which meter. */
  #read: ReadLine | null = null;
  #book: OpenBook | null = null;
  #format: Format | null = null;
  #region = '';
  #services = '';

  constructor(host: Host, onChoose: (hit: MeterHit, read: ReadLine | null) => void) {
    this.#host = host;
    this.#onChoose = onChoose;
    host.addController(this);
  }

  hostConnected(): void {}

  get isEmpty(): boolean {
    return this.#query === '';
  }

  focus(): void {
    this.#input()?.focus();
    this.#input()?.select();
  }

  /** Puts words into the box, as the suggestions do. */
  ask(query: string): void {
    this.#type(query);
    this.#input()?.focus();
  }

  /** Only meters of a region, and those without one, and of these services. */
  narrow(region: string, services: string): void {
    if (this.#region === region && this.#services === services) return;
    this.#region = region;
    this.#services = services;
    this.#run();
  }

  useBook(book: OpenBook | null): void {
    if (this.#book === book) return;
    this.#book = book;
    this.#run();
  }

  #input(): HTMLInputElement | null {
    return this.#host.renderRoot.querySelector<HTMLInputElement>('#search');
  }

  #type(query: string): void {
    this.#query = query;
    this.#open = true;
    this.#active = 0;
    this.#run();
  }

  #run(): void {
    const typed = this.#query.trim();
    const words = this.#format?.asked(typed) ?? typed;
    const book = this.#book;
    const read = book && words !== '' ? book.readLine(words) : null;
    this.#read = read?.parts.some(({ role, meant }) => role !== 'meter' || meant) ? read : null;
    const query = this.#read ? this.#read.query : words;
    this.#result = book && words !== '' ? this.#find(book, query, this.#read?.region ?? '') : null;
    this.#host.requestUpdate();
  }

  /** In the region that was typed, else in the host page's; what is counted in the unit that was typed comes first. */
  #find(book: OpenBook, words: string, typed: string): SearchResult {
    const wish = typed || this.#region;
    const unit = this.#read?.unit;
    if (wish === '' && this.#services === '' && !unit) return book.search(words, SHOWN);
    const found = book.search(words, LOOKED_THROUGH);
    const wanted = this.#services.toLowerCase().split(',').map((service) => service.trim()).filter((service) => service !== '');
    const named = found.hits.filter(({ region, armRegion, category }) => (
      wish === '' || region === '' || [armRegion, region].includes(wish)
    ) && (wanted.length === 0 || wanted.includes(category.toLowerCase())));
    const units = new Map(named.map((hit) => [hit.unit, hit]));
    const fits = new Set([...units].flatMap(([its, hit]) => (!unit || isCountedIn(book, hit, unit) ? its : [])));
    const hits = [...named.filter((hit) => fits.has(hit.unit)), ...named.filter((hit) => !fits.has(hit.unit))];
    return { ...found, total: hits.length, hits: hits.slice(0, SHOWN) };
  }

  #close(): void {
    this.#open = false;
    this.#host.requestUpdate();
  }

  #choose(hit: MeterHit | undefined): void {
    if (!hit) return;
    const read = this.#read;
    this.#query = '';
    this.#open = false;
    this.#result = null;
    this.#read = null;
    this.#onChoose(hit, read);
    this.#host.requestUpdate();
  }

  #step(by: number): void {
    const count = this.#result?.hits.length ?? 0;
    if (count === 0) return;
    this.#active = this.#open ? (this.#active + by + count) % count : 0;
    this.#open = true;
    this.#host.requestUpdate();
    void this.#host.updateComplete.then(() => {
      this.#host.renderRoot.querySelector(`#hit-${this.#active}`)?.scrollIntoView({ block: 'nearest' });
    });
  }

  #enter(): void {
    const hit = this.#result?.hits[this.#active];
    // Without a hit the button that proposes another search is the one thing to do.
    if (hit) this.#choose(hit);
    else this.#host.renderRoot.querySelector<HTMLElement>('.none button')?.click();
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    switch (event.key) {
      case 'ArrowDown': this.#step(1); break;
      case 'ArrowUp': this.#step(-1); break;
      case 'PageDown': this.#step(8); break;
      case 'PageUp': this.#step(-8); break;
      case 'Enter':
        if (this.#open) this.#enter();
        break;
      case 'Escape':
        if (this.#open && this.#result) this.#close();
        else this.#type('');
        break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  render(format: Format, details: Details | null, shortcut: boolean): TemplateResult {
    this.#format = format;
    const result = this.#open ? this.#result : null;
    const hits = result?.hits ?? [];
    const listed = hits.length > 0;
    const { words } = format;
    return html`
      <div class="search" part="search">
        <label class="visually-hidden" for="search">${words.findMeter}</label>
        <span class="search-icon">${searchIcon}</span>
        <input id="search" type="text" role="combobox" autocomplete="off" autocapitalize="off"
          spellcheck="false" enterkeyhint="go" aria-autocomplete="list" aria-controls="hits"
          aria-expanded=${listed ? 'true' : 'false'}
          aria-activedescendant=${listed ? `hit-${this.#active}` : nothing}
          aria-describedby="search-help"
          placeholder=${words.searchHint}
          .value=${live(this.#query)}
          @input=${(event: InputEvent) => this.#type((event.target as HTMLInputElement).value)}
          @keydown=${this.#onKey}
          @focus=${() => { this.#open = true; this.#host.requestUpdate(); }}
          @blur=${() => this.#close()}>
        ${shortcut && this.isEmpty ? html`<kbd class="search-key" aria-hidden="true">/</kbd>` : nothing}
        <span id="search-help" hidden>${words.searchHelp}</span>
        <div class="hits" part="results" ?hidden=${!listed} @mousedown=${keepFocus}>
          ${listed ? details?.chips(this.#read, format) : nothing}
          <ul id="hits" role="listbox" aria-label=${words.metersFound}>
            ${hits.map((hit, index) => this.#hit(hit, index, hits.length, format))}
          </ul>
          <p class="hits-foot">
            <span>${this.#count(result, format)}</span>
            <span class="keys" aria-hidden="true"><kbd>↑</kbd><kbd>↓</kbd> ${words.choose} <kbd>Enter</kbd> ${words.add} <kbd>Esc</kbd> ${words.close}</span>
          </p>
        </div>
        ${result && !listed && this.#book ? details?.noHits(this.#book, this.#query, format, (words) => this.ask(words)) : nothing}
        <p class="visually-hidden" role="status">${result ? this.#count(result, format) : ''}</p>
      </div>`;
  }

  #count(result: SearchResult | null, format: Format): string {
    if (!result) return '';
    const total = format.integer(result.total);
    const { words } = format;
    if (result.total === 0) return words.noMeterFound;
    return result.total > result.hits.length
      ? words.firstOf(format.integer(result.hits.length), total)
      : words.meters(result.total, total);
  }

  #hit(hit: MeterHit, index: number, shown: number, format: Format): TemplateResult {
    const active = index === this.#active;
    return html`
      <li id="hit-${index}" role="option" class="hit" aria-selected=${active ? 'true' : 'false'}
        aria-setsize=${shown} aria-posinset=${index + 1}
        @mousemove=${() => { if (!active) { this.#active = index; this.#host.requestUpdate(); } }}
        @click=${() => this.#choose(hit)}>
        <span class="hit-name">${hit.name}</span>
        <span class="hit-path"><bdi>${hit.category}</bdi>${hit.subCategory ? html`<span class="dot"> · </span>${hit.subCategory}` : nothing}</span>
        <span class="hit-region">${hit.region || format.words.allRegions}</span>
        <span class="hit-price num">${format.unitPrice(this.#book!.info.currency, hit.unitPrice)}
          <span class="hit-unit">${perUnit(hit.unit, format.words)}</span></span>
        <span class="hit-note">${hitNote(hit, format)}</span>
      </li>`;
  }
}

/** Whether the core takes this unit for a meter. */
function isCountedIn(book: OpenBook, { name, meterId }: MeterHit, unit: string): boolean {
  try {
    book.estimate({ schema: 'forebill.workload/1', currency: book.info.currency, items: [{ name, meterId, quantity: '1', unit, count: 1 }] });
    return true;
  } catch {
    return false;
  }
}

/** A click in the list must not take the caret out of the box. */
export function keepFocus(event: Event): void {
  event.preventDefault();
}

function hitNote(hit: MeterHit, format: Format): string {
  const notes = [];
  if (!isZero(hit.includedQuantity)) notes.push(`${format.quantity(hit.includedQuantity)} ${format.words.included}`);
  if (hit.tiers > 1) notes.push(format.words.tiers(format.integer(hit.tiers)));
  return notes.join(' · ');
}
