// What was understood of a typed line: each word with its meaning, so that nothing is taken for granted.

import { html, type TemplateResult } from 'lit';
import type { ReadLine } from '../types.js';
import type { MoreWords } from '../words/more-en.js';

export function chips({ parts }: ReadLine, words: MoreWords): TemplateResult {
  return html`
    <p class="chips" role="status">${parts.map(({ role, text }) => html`
      <span class="chip ${role}"><span class="chip-role">${words.roles[role]}</span> ${text}</span>`)}</p>`;
}
