// What stands in the page's place while it loads.

import { html, type TemplateResult } from 'lit';
import type { Words } from '../words.js';

/** Bones of the final size, so that nothing moves when the prices arrive. */
export function skeleton(words: Words): TemplateResult {
  return html`
    <div class="body" aria-hidden="true">
      <div class="head"><div class="bone bone-head"></div></div>
      <div class="search"><div class="bone bone-search"></div></div>
      <div class="starting"><div class="bone bone-start"></div></div>
      <div class="summary"><div class="bone bone-total"></div></div>
    </div>
    <p class="loading" role="status">${words.loading}</p>`;
}
