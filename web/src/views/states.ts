// What stands in the page's place while it loads.

import { html, type TemplateResult } from 'lit';

/** Bones of the final size, so that nothing moves when the prices arrive. */
export function bone(place: string, size: string): TemplateResult {
  return html`<div class=${place} aria-hidden="true"><div class="bone bone-${size}"></div></div>`;
}
