// The sheet to open an estimate: a file, a text that is pasted, a link, or one of the last ones.

import { html, nothing, type TemplateResult } from 'lit';
import { EstimatorError } from '../estimator.js';
import type { Format } from '../format.js';
import { MOST_CHARACTERS } from '../keeping/file.js';
import { fromLink, LINK_START } from '../keeping/link.js';
import { load } from '../keeping/load.js';
import { cellsOf, workloadOf } from '../keeping/table.js';
import { cellsOfWorkbook, isWorkbook } from '../keeping/workbook.js';
import { recent, type Recent } from '../keeping/recent.js';
import { said } from '../words.js';
import type { Place } from './place.js';
import type { AllWords } from './words.js';

export class Opening {
  readonly #place: Place;
  readonly #close: () => void;
  #text = '';
  #problem: string | null = null;

  constructor(place: Place, close: () => void) {
    this.#place = place;
    this.#close = close;
  }

  title(): string {
    return this.#place.words().openTitle;
  }

  async #open(given: string | Uint8Array<ArrayBuffer>, id?: string): Promise<void> {
    this.#problem = await opened(this.#place, given, id);
    if (this.#problem === null) this.#close();
    this.#place.host.requestUpdate();
  }

  async #file(file: File | undefined): Promise<void> {
    if (!file) return;
    // A character is at most four bytes.
    await this.#open(file.size > 4 * MOST_CHARACTERS ? ' '.repeat(MOST_CHARACTERS + 1) : new Uint8Array(await file.arrayBuffer()));
  }

  render(): TemplateResult {
    const words = this.#place.words();
    const saved = this.#place.saving() ? recent() : [];
    const typed = (event: InputEvent) => { this.#text = (event.target as HTMLTextAreaElement).value; };
    const dropped = (event: DragEvent) => {
      event.preventDefault();
      void this.#file(event.dataTransfer?.files[0]);
    };
    return html`
      <div @dragover=${(event: Event) => event.preventDefault()} @drop=${dropped}>
        <p class="muted">${words.openText}</p>
        <p class="open-file"><label class="button">${words.chooseFile}<input class="visually-hidden" type="file" accept=".json,.csv,.tsv,.xlsx,.md,.txt"
          @change=${(event: Event) => void this.#file((event.target as HTMLInputElement).files?.[0])}></label></p>
        <label class="pasted">${words.orPaste}
          <textarea class="text-field" rows="4" spellcheck="false" autocomplete="off" @input=${typed}></textarea></label>
        <button type="button" class="button primary" @click=${() => void this.#open(this.#text)}>${words.openIt}</button>
        ${this.#problem ? html`<div class="banner" role="alert">${[words.refused, this.#problem, words.keptYours].join(' ')}</div>` : nothing}
        ${saved.length > 0 ? html`<h3 class="sheet-part">${words.recentTitle}</h3>
          <ul class="formats">${saved.map((entry) => this.#saved(entry))}</ul>` : nothing}
      </div>`;
  }

  #saved({ id, name, lines, savedAt, text }: Recent): TemplateResult {
    const { words, format } = this.#place;
    return html`<li><button type="button" class="format" @click=${() => void this.#open(text, id)}>
      <span class="format-name">${name || words().untitled}</span>
      <span class="muted">${words().linesCount(lines, format().integer(lines))}</span>
      <span class="format-act">${format().dateTime(savedAt)}</span></button></li>`;
  }
}

/** Opens a file, a text or a link; null, or the reason why not. What is there stays until it is sure. */
export async function opened(place: Place, given: string | Uint8Array<ArrayBuffer>, id?: string): Promise<string | null> {
  const { desk, toast, words } = place;
  try {
    const content = await contentOf(given, place.format(), words());
    place.saving()?.begin(id);
    const { missing, pinned, regrouped } = await load(desk, content);
    const said = [
      words().opened,
      ...(missing.length > 0 ? [words().linesLeftOut(missing.length, missing.join(', '))] : []),
      ...(pinned ? [] : [words().pricesGone]),
      ...(regrouped ? [words().regrouped] : []),
    ];
    toast.show(said.join('. '), words().undo, place.undo);
    return null;
  } catch (thrown) {
    if (thrown instanceof EstimatorError) {
      const why = said(desk.words, thrown);
      return thrown.path ? `${why} (${thrown.path})` : why;
    }
    throw thrown;
  }
}

/** Spreadsheets still write the code page of their country, where every byte is a letter. */
function decoded(bytes: Uint8Array<ArrayBuffer>): string {
  const text = new TextDecoder().decode(bytes);
  return text.includes('\uFFFD') ? new TextDecoder('latin1').decode(bytes) : text;
}

/** The estimate itself: out of a workbook, a link, wherever it stands in a text, or a table. */
async function contentOf(given: string | Uint8Array<ArrayBuffer>, format: Format, words: AllWords): Promise<string> {
  if (typeof given !== 'string' && isWorkbook(given)) return workloadOf({ rows: await cellsOfWorkbook(given) }, format, words);
  const text = (typeof given === 'string' ? given : decoded(given)).trim();
  if (text.startsWith('{')) return text;
  const fragment = text.indexOf(LINK_START);
  if (fragment >= 0) return fromLink(/^#[\w=.-]*/.exec(text.slice(fragment))?.[0] ?? '');
  const cells = cellsOf(text);
  return cells ? workloadOf(cells, format, words) : text;
}
