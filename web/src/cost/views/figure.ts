// One figure on top of a page, and what is to be said of it.

import { html, nothing, type TemplateResult } from 'lit';
import type { Said } from '../shown.js';

export function figure(name: string, value: TemplateResult | string, notes: readonly Said[], mark = ''): TemplateResult {
  return html`
    <section class="figure ${mark}" aria-label=${name}>
      <h2>${name}</h2>
      ${value === '' ? nothing : html`<p class="value"><bdi>${value}</bdi></p>`}
      ${notes.map((note) => (note === nothing ? nothing : html`<p class="muted"><bdi>${note}</bdi></p>`))}
    </section>`;
}
