// Opens the charge of a meter below its amount. What draws it comes when somebody asks for the first time.

import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { Format } from '../format.js';
import type { DetailWords } from '../views/details.js';
import type { Loaded } from './documents.js';
import { spokenOf, type Shown } from './shown.js';
import type { Charges } from './types.js';

const COPIED_MS = 2000;

type Drawing = typeof import('./views/why.js');

export class Why implements ReactiveController {
  readonly #host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment };
  readonly #lang: string;
  #drawing: Drawing | null = null;
  #words: DetailWords | null = null;
  #asked = false;
  #copied: string | null = null;

  constructor(host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment }, lang: string) {
    this.#host = host;
    this.#lang = lang;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#copied = null;
  }

  drawer(shown: Shown, charges: Loaded<Charges>, meterId: string, name: string, only: string | null): TemplateResult {
    if (!this.#asked) void this.#load();
    const { words } = shown;
    return html`<div class="why-place" role="region" aria-label=${words.proofOf(name)} aria-busy=${charges.state === 'loading' || !this.#drawing}>${
      charges.state === 'refused' ? html`<p class="warn">${charges.by === 'program' ? spokenOf(shown, charges.why) : charges.why}</p>`
        : charges.state === 'ready' && this.#drawing && this.#words ? this.#drawing.chargesOf(shown, charges.value, meterId, only, {
          words: this.#words, format: new Format(this.#lang, this.#words), copied: this.#copied, copy: (id, text) => void this.#copy(id, text),
        }) : html`<p class="muted">${words.readingCharges}</p>`}</div>`;
  }

  async #load(): Promise<void> {
    this.#asked = true;
    const drawing = await import('./views/why.js');
    this.#words = await drawing.drawerWords(this.#lang);
    const { styleSheet } = drawing.detailStyles;
    const root = this.#host.renderRoot;
    // Before those of the page, which are made for it.
    if (root instanceof ShadowRoot && styleSheet) root.adoptedStyleSheets = [styleSheet, ...root.adoptedStyleSheets];
    this.#drawing = drawing;
    this.#host.requestUpdate();
  }

  async #copy(id: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    this.#copied = id;
    this.#host.requestUpdate();
    setTimeout(() => {
      this.#copied = null;
      this.#host.requestUpdate();
    }, COPIED_MS);
  }
}
