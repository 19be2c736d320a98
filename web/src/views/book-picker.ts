// The context line: which prices these are and from when. With several rate
// books it is a selector; the lines stay and are priced again.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Format } from '../format.js';
import type { BookEntry } from '../types.js';

export function bookLabel(entry: BookEntry): string {
  return `${entry.offerName} · ${entry.currency}`;
}

export function bookPicker(
  entries: readonly BookEntry[], current: BookEntry | null, busy: boolean, format: Format, choose: (id: string) => void,
): TemplateResult {
  if (!current) return html`<p class="context"></p>`;
  const { words } = format;
  // The prices of a link are those of no list any more.
  const all = entries.length === 0 || entries.some(({ id }) => id === current.id) ? entries : [current, ...entries];
  return html`
    <p class="context" aria-busy=${busy ? 'true' : 'false'}>
      ${current.fetchedAt ? html`<span class="as-of"><span class="wide">${words.pricesAsOf}</span> ${words.asOf} <time datetime=${current.fetchedAt}>${format.date(current.fetchedAt)}</time></span>` : nothing}
      ${all.length > 1
        ? html`<select class="picker" aria-label=${words.offerAndCurrency}
            @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
            ${all.map((entry) => html`<option value=${entry.id} .selected=${live(entry.id === current.id)}>${bookLabel(entry)}</option>`)}
          </select>`
        : html`<span class="picker-only">${bookLabel(current)}</span>`}
      ${busy ? html`<span class="visually-hidden" role="status">${words.loading}</span>` : nothing}
    </p>`;
}
