// Why a line costs what it costs: the tier table with its filled rows, the
// included quantity first, and the rate book that every price came from.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero, percentage, share } from '../decimal.js';
import { quantityUnit, shortHash, sourceName, type Format } from '../format.js';
import type { BookEntry, BookInfo, EstimateLine, TierCharge } from '../types.js';
import { copyIcon, doneIcon } from '../icons.js';
import type { Line } from '../state.js';

export interface Provenance {
  info: BookInfo;
  entry: BookEntry;
}

export interface ProofActions {
  copied: boolean;
  copy: (text: string) => void;
}

export function proof(
  line: Line, priced: EstimateLine, reason: string | undefined, from: Provenance, format: Format, actions: ProofActions,
): TemplateResult {
  return html`
    <div class="proof" id="proof-${line.id}" role="region" aria-label="How the cost of ${priced.name} is made up">
      ${priced.status === 'priced' ? tierTable(priced, from, format) : noPrice(reason)}
      ${facts(line, priced, from, format)}
      <button type="button" class="button quiet copy" @click=${() => actions.copy(asText(line, priced, from, format))}>
        ${actions.copied ? doneIcon : copyIcon} ${actions.copied ? 'Copied' : 'Copy as text'}
      </button>
    </div>`;
}

function tierTable(priced: EstimateLine, from: Provenance, format: Format): TemplateResult {
  const { currency } = from.info;
  const covered = priced.includedQuantity ?? '0';
  const included = !isZero(covered);
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label="Tiers of ${priced.meterName}">
      <table class="tiers">
        <caption>
          <span>Tiers, in ${quantityUnit(priced.unit)}</span>
          <span class="muted">each tier charges only the part that falls into it</span>
        </caption>
        <thead><tr>
          <th scope="col">Tier</th>
          <th scope="col" class="num">Quantity</th>
          <th scope="col" class="fill-head"><span class="visually-hidden">Share of the quantity</span></th>
          <th scope="col" class="num">Unit price</th>
          <th scope="col" class="num">Cost</th>
        </tr></thead>
        <tbody>
          ${included ? html`<tr class="included">
            <th scope="row">Included quantity</th>
            <td class="num">${format.quantity(covered)}</td>
            <td class="fill">${bar(covered, priced.quantity)}</td>
            <td class="num">free</td>
            <td class="num">${format.money(currency, '0')}</td>
          </tr>` : nothing}
          ${priced.tiers.map((tier) => tierRow(tier, priced, currency, format))}
        </tbody>
        <tfoot><tr>
          <th scope="row">Together</th>
          <td class="num">${format.quantity(priced.quantity)}</td>
          <td class="fill"></td><td></td>
          <td class="num" data-exact=${priced.cost ?? nothing}>${format.exactMoney(currency, priced.cost ?? '0')}</td>
        </tr></tfoot>
      </table>
    </div>`;
}

function tierRow(tier: TierCharge, priced: EstimateLine, currency: string, format: Format): TemplateResult {
  const used = !isZero(tier.quantity);
  return html`<tr class=${used ? 'used' : 'unused'}>
    <th scope="row" class="num">${range(tier, format)}</th>
    <td class="num">${used ? format.quantity(tier.quantity) : '–'}</td>
    <td class="fill">${used ? bar(tier.quantity, priced.quantity) : nothing}</td>
    <td class="num">${format.unitPrice(currency, tier.unitPrice)}${tier.block ? ` for ${format.quantity(tier.block)}` : nothing}</td>
    <td class="num">${used ? format.exactMoney(currency, tier.cost) : '–'}</td>
  </tr>`;
}

function range(tier: TierCharge, format: Format): string {
  const from = format.quantity(tier.from);
  if (tier.to !== null) return `${from} – ${format.quantity(tier.to)}`;
  return isZero(tier.from) ? 'all' : `over ${from}`;
}

function bar(part: string, whole: string): TemplateResult {
  // A property, not an attribute: style attributes are refused under a strict policy.
  return html`<span class="meter-bar"><span .style=${`inline-size:${percentage(share(part, whole))}`}></span></span>`;
}

function noPrice(reason: string | undefined): TemplateResult {
  return html`<p class="no-price-reason"><strong>No price:</strong>
    ${reason ?? 'the rate book has none for this meter'}. It is left out of the total, not counted as zero.</p>`;
}

function facts(line: Line, priced: EstimateLine, from: Provenance, format: Format): TemplateResult {
  const { info, entry } = from;
  return html`
    <dl class="facts">
      <div><dt>Quantity</dt><dd class="num">${workings(line, priced, format)}</dd></div>
      <div><dt>Price effective</dt><dd>${priced.effectiveAt ? format.date(priced.effectiveAt) : 'no price'}</dd></div>
      <div><dt>Offer</dt><dd>${entry.offerName}${info.offer ? html` <span class="muted">${info.offer}</span>` : nothing}</dd></div>
      <div><dt>Rate book</dt><dd><code title=${info.id}>${shortHash(priced.book || info.id)}</code> · ${info.currency} · ${sourceName(info.source)}</dd></div>
      <div><dt>Meter id</dt><dd><code>${line.meter.meterId}</code></dd></div>
    </dl>`;
}

function workings(line: Line, priced: EstimateLine, format: Format): string {
  const total = format.quantity(priced.quantity);
  return priced.count === '1' ? total
    : `${format.quantity(priced.count)} × ${format.quantity(line.quantity.trim())} = ${total}`;
}

/** Behind digits that are cut off because they have no end. */
function ends(priced: EstimateLine): string {
  return priced.costCutAfter === undefined ? '' : '…';
}

/** The same facts for a ticket or a mail, amounts with all their digits. */
function asText(line: Line, priced: EstimateLine, from: Provenance, format: Format): string {
  const { info, entry } = from;
  const tiers = priced.tiers
    .filter((tier) => !isZero(tier.quantity))
    .map((tier) => `  ${range(tier, format)}: ${tier.quantity} × ${tier.unitPrice}${tier.block ? ` ÷ ${tier.block}` : ''} = ${tier.cost}${ends(priced)}`);
  const covered = priced.includedQuantity ?? '0';
  const included = isZero(covered) ? [] : [`  included: ${covered}`];
  return [
    `${priced.name}: ${priced.cost ?? 'no price'}${ends(priced)} ${info.currency} a month`,
    [line.meter.category, line.meter.subCategory, line.meter.name, line.meter.region].filter(Boolean).join(' / '),
    `meter ${line.meter.meterId}, quantity ${priced.quantity} in units of ${priced.unit}`,
    ...included,
    ...tiers,
    `${entry.offerName} ${info.offer ?? ''}, ${info.currency}, effective ${priced.effectiveAt ?? 'unknown'}, rate book ${info.id}`,
  ].join('\n');
}
