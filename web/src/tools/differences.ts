// The lines that make a difference between two estimates, each with its reasons. The differences are the core's.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { LineDifference } from '../types.js';
import type { AllWords } from './words.js';

export function differences(
  lines: readonly LineDifference[], currency: string, heads: { before: string; after: string }, format: Format, words: AllWords,
  /** What can be done about a line. */
  act?: (line: LineDifference) => TemplateResult,
): TemplateResult {
  if (lines.length === 0) return html`<p class="muted">${words.noDifference}</p>`;
  const amount = (value: string | null) => (value === null ? words.noPriceShort : format.money(currency, value));
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label=${words.differences}>
      <table class="diff">
        <thead><tr><th scope="col">${words.meter}</th><th scope="col" class="num">${heads.before}</th>
          <th scope="col" class="num">${heads.after}</th><th scope="col" class="num">${words.difference}</th><th scope="col">${words.why}</th>${act ? html`<td></td>` : nothing}</tr></thead>
        <tbody>${lines.map((line) => html`<tr>
          <th scope="row">${line.name}</th>
          <td class="num">${line.itemBefore === null ? '–' : amount(line.before)}</td>
          <td class="num">${line.itemAfter === null ? '–' : amount(line.after)}</td>
          <td class="num" data-exact=${line.difference ?? nothing}>${signed(line.difference, currency, format)}</td>
          <td>${line.reasons.map((reason) => words.reasons[reason]).join(', ')}</td>${act ? html`<td class="num">${act(line)}</td>` : nothing}</tr>`)}</tbody>
      </table>
    </div>`;
}

/** Dearer and cheaper by sign and colour. */
export function signed(difference: string | null, currency: string, format: Format): TemplateResult {
  if (difference === null) return html`–`;
  const less = difference.startsWith('-');
  const more = !less && difference !== '0';
  return html`<span class=${less ? 'down' : more ? 'up' : ''}>${more ? '+' : ''}${format.money(currency, difference)}</span>`;
}
