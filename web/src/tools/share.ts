// The sheet to share an estimate: a link that carries everything, and every other form of it.

import { html, nothing, type TemplateResult } from 'lit';
import { csv, tsv } from '../export/delimited.js';
import { markdown } from '../export/markdown.js';
import { viewOf } from '../export/rows.js';
import { fileName, withoutNames } from '../keeping/file.js';
import { SAFE_LENGTH, toLink } from '../keeping/link.js';
import { textOf } from '../keeping/load.js';
import { workload } from '../state.js';
import { copyIcon, downloadIcon } from '../icons.js';
import { copy, download, type Place } from './place.js';
import type { Kind } from './words-en.js';

const COPIED: Kind[] = ['markdown', 'tsv'];
const SAVED: Kind[] = ['csv', 'xlsx', 'json', 'workload'];

export class Share {
  readonly #place: Place;
  #nameless = true;
  /** Null where there is none; absent while it is made. */
  #link: string | null | undefined;

  constructor(place: Place) {
    this.#place = place;
    void this.#make();
  }

  async #make(): Promise<void> {
    const { desk, host, page } = this.#place;
    const text = textOf(desk, this.#nameless ? withoutNames(desk.work) : desk.work);
    this.#link = text === null ? null : await toLink(text, page());
    host.requestUpdate();
  }

  async #give(kind: Kind): Promise<void> {
    const place = this.#place;
    const { desk, words, format } = place;
    const all = words();
    const view = viewOf(desk);
    if (kind === 'xlsx') {
      const { xlsx } = await import('../export/xlsx.js');
      if (place.exporting(kind, '')) download(fileName(desk.work, 'xlsx'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', await xlsx(view, all));
      return;
    }
    const own = textOf(desk);
    const link = kind === 'markdown' && own !== null ? await toLink(own, place.page()) : null;
    const text = {
      markdown: () => markdown(view, format(), all, link),
      tsv: () => tsv(view, all),
      csv: () => csv(view, all),
      json: () => own ?? '',
      workload: () => JSON.stringify(this.#workload(), null, 2),
    }[kind]();
    if (!place.exporting(kind, text)) return;
    if (COPIED.includes(kind)) await copy(place, all.formats[kind][0], text);
    // Excel takes a file without a mark for one of this country's code page.
    else if (kind === 'csv') download(fileName(desk.work, 'csv'), 'text/csv', `\uFEFF${text}`);
    else download(fileName(desk.work, kind === 'json' ? 'forebill.json' : 'workload.json'), 'application/json', text);
  }

  #workload(): unknown {
    const { desk } = this.#place;
    const info = desk.shelf.current?.book.info;
    return info ? workload(desk.doc, info.currency, info.offer) : null;
  }

  title(): string {
    return this.#place.words().shareTitle;
  }

  render(): TemplateResult {
    const words = this.#place.words();
    const format = this.#place.format();
    const link = this.#link;
    const tooLong = link === null || (link?.length ?? 0) > SAFE_LENGTH;
    const names = (event: Event) => {
      this.#nameless = (event.target as HTMLInputElement).checked;
      void this.#make();
    };
    const copyLink = async () => {
      if (!link) return;
      this.#place.shared(link);
      await copy(this.#place, words.link, link);
    };
    return html`
      <p class="muted">${words.linkText}</p>
      <div class="link-row">
        <input class="text-field" readonly aria-label=${words.link} .value=${link ?? ''}
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}>
        <button type="button" class="button primary" ?disabled=${!link} @click=${copyLink}>${copyIcon} ${words.copyLink}</button>
      </div>
      <p class="link-notes"><label class="check"><input type="checkbox" .checked=${this.#nameless} @change=${names}> ${words.leaveNames}</label>
        ${link ? html`<span class="muted num">${words.linkLength(format.integer(link.length))}</span>` : nothing}</p>
      ${link !== undefined && tooLong ? html`<div class="banner" role="status">
        ${link === null ? words.linkImpossible : words.linkTooLong(format.integer(link.length))}
        <button type="button" class="button" @click=${() => void this.#give('json')}>${words.downloadFile}</button></div>` : nothing}
      <h3 class="sheet-part">${words.exportTitle}</h3>
      <ul class="formats">
        ${[...COPIED, ...SAVED].map((kind) => html`<li>
          <button type="button" class="format" @click=${() => void this.#give(kind)}>
            <span class="format-name">${words.formats[kind][0]}</span>
            <span class="muted">${words.formats[kind][1]}</span>
            <span class="format-act">${COPIED.includes(kind) ? html`${copyIcon} ${words.copy}` : html`${downloadIcon} ${words.download}`}</span>
          </button></li>`)}
      </ul>
      <button type="button" class="button" @click=${() => print()}>${words.print}</button>`;
  }
}
