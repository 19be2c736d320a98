// What was understood of a typed line: each word with its meaning, so that nothing is taken for granted.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { ReadLine } from '../types.js';
import type { MoreWords } from '../words/more-en.js';

/** Their numbers stand as the language of the page writes them. */
const AMOUNTS = ['quantity', 'schedule', 'count', 'unknown'];

export function chips(words: MoreWords, read: ReadLine | null, format: Format): TemplateResult | typeof nothing {
  return read ? html`
    <p class="chips" role="status">${read.parts.map(({ role, text, meant }) => html`
      <span class="chip ${role}"><span class="chip-role">${words.roles[role]}</span> ${AMOUNTS.includes(role) ? format.typed(text) : text}${meant && ` → ${meant}`}</span>`)}</p>` : nothing;
}
