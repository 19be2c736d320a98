// While one types: a thin bar with the tiers and how far the quantity reaches into them, what a unit
// costs on average, and what the next one costs where that is another price than the first.

import { html, nothing, type TemplateResult } from 'lit';
import { aligned, digits, isZero, percentage } from '../decimal.js';
import type { Format } from '../format.js';
import type { EstimateLine, TierCharge } from '../types.js';
import type { DetailWords } from './details.js';

/** Nothing where there is only one price, or where tiers do not add up. */
export function tierBar(words: DetailWords, priced: EstimateLine, currency: string, format: Format): TemplateResult | typeof nothing {
  const { tiers, averagePrice, marginalPrice, includedQuantity } = priced;
  const covered = includedQuantity ?? '0';
  if (averagePrice === undefined || tiers.some(({ model, block }) => model !== 'graduated' || block !== undefined)) return nothing;
  if (tiers.length < 2 && isZero(covered)) return nothing;
  const last = tiers.findLastIndex(({ quantity }) => !isZero(quantity));
  return html`
    <span class="rate-note"><bdi>${words.onAverage(format.shortPrice(currency, averagePrice))}</bdi></span>
    ${marginalPrice === undefined || marginalPrice === firstPrice(tiers) ? nothing : html`<span class="rate-note"><bdi>${words.onNext(format.shortPrice(currency, marginalPrice))}</bdi></span>`}
    <span class="tier-bar" aria-hidden="true">
      ${isZero(covered) ? nothing : html`<span class="tier free"><span .style=${'inline-size:100%'}></span></span>`}
      ${tiers.map((tier, index) => html`<span class="tier ${index === last ? 'last' : ''}">
        <span .style=${`inline-size:${percentage(reached(tier))}`}></span></span>`)}
    </span>`;
}

/** The price that a line shows: a free first tier is none to compare with, and the search shows the same one. */
export function firstPrice(tiers: readonly TierCharge[]): string | undefined {
  return (tiers.find(({ unitPrice }) => !isZero(unitPrice)) ?? tiers[0])?.unitPrice;
}

/** How much of a tier is used, in ten-thousandths; of one without an end, half. */
function reached({ quantity, from, to }: TierCharge): bigint {
  if (isZero(quantity)) return 0n;
  const bounds = to === null ? null : aligned(from, to);
  const used = digits(quantity);
  const scale = Math.max(digits(from)?.scale ?? 0, digits(to ?? '')?.scale ?? 0);
  if (!bounds || !used) return 5000n;
  const whole = (bounds[1] - bounds[0]) * 10n ** BigInt(used.scale);
  const part = used.value * 10n ** BigInt(scale) * 10000n;
  return whole <= 0n ? 5000n : part / whole > 10000n ? 10000n : part / whole;
}
