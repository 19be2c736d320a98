// Nothing fits what was typed: what would.

import { html, type TemplateResult } from 'lit';
import type { OpenBook } from '../estimator.js';
import type { Format } from '../format.js';
import type { DetailWords } from './details.js';
import { keepFocus } from './search.js';

export function noHits(words: DetailWords, book: OpenBook, query: string, format: Format, ask: (words: string) => void): TemplateResult {
  const shorter = fewerWords(book, query);
  return html`
    <div class="hits none" @mousedown=${keepFocus}>
      <p class="none-title">${words.noMatch} <q>${query.trim()}</q></p>
      ${shorter
        ? html`<p>${words.withoutOthers}</p>
          <button type="button" class="button" tabindex="-1" @click=${() => ask(shorter.words)}>
            ${shorter.words} <span class="muted num">${format.integer(shorter.total)}</span> <kbd aria-hidden="true">Enter</kbd>
          </button>`
        : html`<p>${words.tryOther} <em>virtual machines</em>, <em>d4s</em>, <em>eu west</em>.</p>`}
    </div>`;
}

/** The longest beginning of the query, or single word, that finds something. */
function fewerWords(book: OpenBook, query: string): { words: string; total: number } | null {
  const words = query.trim().split(/\s+/);
  const tries = [];
  for (let length = words.length - 1; length > 0; length -= 1) tries.push(words.slice(0, length).join(' '));
  if (words.length > 1) tries.push(...words.slice(1));
  for (const attempt of tries) {
    const { total } = book.search(attempt, 1);
    if (total > 0) return { words: attempt, total };
  }
  return null;
}
