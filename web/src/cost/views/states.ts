// What stands in the place of a view that has nothing to show: loading, no store data, no such month, damage, errors.

import { html, nothing, type TemplateResult } from 'lit';
import { warnIcon } from '../../icons.js';

export function skeleton(): TemplateResult {
  return html`
    <div aria-hidden="true" class="bones">
      <div class="bone bone-strip"></div>
      <div class="bone bone-kpis"></div>
      <div class="bone bone-chart"></div>
    </div>
    <p class="loading" role="status">Reading the store and rating the month</p>`;
}

export function emptyStore(): TemplateResult {
  return html`
    <div class="failure">
      <h2 class="failure-title">Nothing was read from Azure yet</h2>
      <p>This page shows usage that the store holds, rated with the price list of its offer. Read some, then load the page again:</p>
      <p><code>forebill snapshot ratecard --subscription ID --offer MS-AZR-0003P</code></p>
      <p><code>forebill snapshot usage --subscription ID --offer MS-AZR-0003P</code></p>
      <p class="muted">To look around without an account: <code>forebill demo</code></p>
    </div>`;
}

const TITLES: Record<string, string> = {
  nothing: 'There is nothing to show for this month',
  damaged: 'The store is damaged',
  notReached: 'The store could not be reached',
};

export function refusal(code: string, why: string, retry: () => void, more: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`
    <div class="failure" role=${code === 'nothing' ? 'status' : 'alert'}>
      <h2 class="failure-title">${warnIcon} ${TITLES[code] ?? 'The documents could not be loaded'}</h2>
      <p>${why}</p>
      ${more}
      <p><button type="button" class="button" @click=${retry}>Try again</button>
        <span class="muted">Code: <code>${code}</code></span></p>
    </div>`;
}
