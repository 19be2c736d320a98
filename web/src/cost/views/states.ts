// What stands in the place of a view that has nothing to show: loading, no store data, no such month, damage, errors.

import { html, nothing, type TemplateResult } from 'lit';
import { warnIcon } from '../../icons.js';
import { told } from '../shown.js';
import type { CostWords } from '../words.js';

export function skeleton(words: CostWords | null): TemplateResult {
  return html`
    <div aria-hidden="true" class="bones">
      <div class="bone bone-strip"></div>
      <div class="bone bone-kpis"></div>
      <div class="bone bone-chart"></div>
    </div>
    <p class="loading" role="status">${words?.reading}</p>`;
}

export function emptyStore(words: CostWords): TemplateResult {
  return html`
    <div class="failure">
      <h2 class="failure-title">${words.emptyTitle}</h2>
      <p>${words.emptyText}</p>
      <p><code>forebill snapshot ratecard --subscription ID --offer MS-AZR-0003P</code></p>
      <p><code>forebill snapshot usage --subscription ID --offer MS-AZR-0003P</code></p>
      <p class="muted">${words.emptyDemo} <code>forebill demo</code></p>
    </div>`;
}

export function refusal(
  words: CostWords, code: string, why: TemplateResult | string, retry: () => void, more: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const titles: Record<string, string> = words.refused;
  return html`
    <div class="failure" role=${code === 'nothing' ? 'status' : 'alert'}>
      <h2 class="failure-title">${warnIcon} ${Object.hasOwn(titles, code) ? told(titles, code) : words.refused.other}</h2>
      <p>${why}</p>
      ${more}
      <p><button type="button" class="button" @click=${retry}>${words.tryAgain}</button>
        <span class="muted">${words.code} <code>${code}</code></span></p>
    </div>`;
}
