// Copies the table beside it as tab-separated text, amounts with all their digits: what a sheet takes.

import { LitElement, css, html, type TemplateResult } from 'lit';
import { copyIcon, doneIcon } from '../icons.js';
import { costEn, type CostWords } from './words.js';

const SHOWN_MS = 2000;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A sheet must not take a name for a formula. */
export function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return /^[=+\-@]/.test(line) && !NUMBER.test(line) ? `'${line}` : line;
}

export class CopyTable extends LitElement {
  static override styles = css`
    :host { position: absolute; z-index: 3; inset-block-start: 3px; inset-inline-end: 3px; }
    button { display: grid; place-items: center; inline-size: 28px; block-size: 28px; padding: 0; border: 0; border-radius: var(--radius); background: var(--surface); color: var(--muted); cursor: pointer; }
    button:hover { background: var(--tint); color: var(--text); }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
    @media print { :host { display: none; } }
  `;
  static override properties = { label: {}, words: { attribute: false }, copied: { state: true } };
  declare label: string;
  declare words: CostWords;
  declare protected copied: boolean;

  constructor() {
    super();
    this.label = '';
    this.words = costEn;
    this.copied = false;
  }

  protected override render(): TemplateResult {
    return html`<button type="button" aria-label=${this.copied ? this.words.tableCopied(this.label) : this.words.copyTable(this.label)} @click=${this.#copy}>
      ${this.copied ? doneIcon : copyIcon}</button>`;
  }

  readonly #copy = async (): Promise<void> => {
    const rows = [...(this.parentElement?.querySelectorAll<HTMLTableRowElement>(':scope > .scroll > table > * > tr:not(.below)') ?? [])].map((row) => [...row.cells].map((one) => {
      const amounts = [...one.querySelectorAll('[data-exact]')];
      const only = amounts.length === 1 && one.textContent?.trim() === amounts[0]?.textContent?.trim();
      return cell((only ? amounts[0]?.getAttribute('data-exact') : one.textContent) ?? '');
    }));
    try {
      await navigator.clipboard.writeText(rows.map((cells) => cells.join('\t')).join('\n'));
    } catch {
      return;
    }
    this.copied = true;
    setTimeout(() => { this.copied = false; }, SHOWN_MS);
  };
}
