// What was understood of a typed line: each word with its meaning, so that nothing is taken for granted.

import { html, nothing, type TemplateResult } from 'lit';
import type { ReadLine } from '../types.js';
import type { MoreWords } from '../words/more-en.js';

export function chips(words: MoreWords, read: ReadLine | null): TemplateResult | typeof nothing {
  return read ? html`
    <p class="chips" role="status">${read.parts.map(({ role, text, meant }) => html`
      <span class="chip ${role}"><span class="chip-role">${words.roles[role]}</span> ${text}${meant && ` → ${meant}`}</span>`)}</p>` : nothing;
}
