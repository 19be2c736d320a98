// Why a line costs what it costs: the tier table with its filled rows, the
// included quantity first, and the rate book that every price came from.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero, percentage, share } from '../decimal.js';
import { quantityUnit, shortHash, sourceName, type Format } from '../format.js';
import type { EstimateLine, TierCharge } from '../types.js';
import { copyIcon, doneIcon } from '../icons.js';
import { given, type Line } from '../state.js';
import type { Words } from '../words.js';
import type { DetailWords } from './details.js';
import type { ProofActions, Provenance } from './details.js';

export function proof(
  words: DetailWords, line: Line, priced: EstimateLine, reason: string | undefined, from: Provenance, format: Format, actions: ProofActions,
): TemplateResult {
  return html`
    <div class="proof" id="proof-${line.id}" role="region" aria-label=${words.howMadeUp(priced.name)}>
      ${priced.status === 'priced' ? tierTable(priced, from, format, words) : noPrice(reason, words)}
      ${facts(line, priced, from, format, words)}
      <button type="button" class="button quiet copy" @click=${() => actions.copy(asText(line, priced, from, words))}>
        ${actions.copied ? doneIcon : copyIcon} ${actions.copied ? words.copied : words.copyAsText}
      </button>
    </div>`;
}

function tierTable(priced: EstimateLine, from: Provenance, format: Format, words: DetailWords): TemplateResult {
  const { currency } = from.info;
  const covered = priced.includedQuantity ?? '0';
  const included = !isZero(covered);
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label=${words.tiersTitle(priced.meterName)}>
      <table class="tiers">
        <caption>
          <span>${words.tiersIn(quantityUnit(priced.unit, words))}</span>
          <span class="muted">${words.tierRule}</span>
        </caption>
        <thead><tr>
          <th scope="col">${words.tier}</th>
          <th scope="col" class="num">${words.quantity}</th>
          <th scope="col" class="fill-head"><span class="visually-hidden">${words.shareOfQuantity}</span></th>
          <th scope="col" class="num">${words.unitPrice}</th>
          <th scope="col" class="num">${words.cost}</th>
        </tr></thead>
        <tbody>
          ${included ? html`<tr class="included">
            <th scope="row">${words.includedQuantity}</th>
            <td class="num">${format.quantity(covered)}</td>
            <td class="fill">${bar(covered, priced.quantity)}</td>
            <td class="num">${words.free}</td>
            <td class="num">${format.money(currency, '0')}</td>
          </tr>` : nothing}
          ${priced.tiers.map((tier) => tierRow(tier, priced, currency, format, words))}
        </tbody>
        <tfoot><tr>
          <th scope="row">${words.together}</th>
          <td class="num">${format.quantity(priced.quantity)}</td>
          <td class="fill"></td><td></td>
          <td class="num" data-exact=${priced.cost ?? nothing}>${format.exactMoney(currency, priced.cost ?? '0')}</td>
        </tr></tfoot>
      </table>
    </div>`;
}

function tierRow(tier: TierCharge, priced: EstimateLine, currency: string, format: Format, words: DetailWords): TemplateResult {
  const used = !isZero(tier.quantity);
  return html`<tr class=${used ? 'used' : 'unused'}>
    <th scope="row" class="num"><bdi>${range(tier, words, (quantity) => format.quantity(quantity))}</bdi></th>
    <td class="num">${used ? format.quantity(tier.quantity) : '–'}</td>
    <td class="fill">${used ? bar(tier.quantity, priced.quantity) : nothing}</td>
    <td class="num">${format.unitPrice(currency, tier.unitPrice)}${tier.block ? words.forBlock(format.quantity(tier.block)) : nothing}</td>
    <td class="num">${used ? format.exactMoney(currency, tier.cost) : '–'}</td>
  </tr>`;
}

function range({ from, to }: TierCharge, words: DetailWords, shown: (quantity: string) => string): string {
  if (to !== null) return `${shown(from)} – ${shown(to)}`;
  return isZero(from) ? words.all : words.over(shown(from));
}

function bar(part: string, whole: string): TemplateResult {
  // A property, not an attribute: style attributes are refused under a strict policy.
  return html`<span class="meter-bar"><span .style=${`inline-size:${percentage(share(part, whole))}`}></span></span>`;
}

function noPrice(reason: string | undefined, words: DetailWords): TemplateResult {
  return html`<p class="no-price-reason"><strong>${words.noPrice}</strong> ${reason ?? words.notInBook}. ${words.leftOut}</p>`;
}

function facts(line: Line, priced: EstimateLine, from: Provenance, format: Format, words: DetailWords): TemplateResult {
  const { info, entry } = from;
  const atHand = hasBook(line, from);
  return html`
    <dl class="facts">
      <div><dt>${words.quantity}</dt><dd class="num"><bdi>${workings(line, priced, format.words, (quantity) => format.quantity(quantity))}</bdi></dd></div>
      ${priced.averagePrice === undefined ? nothing : html`<div><dt>${words.average}</dt>
        <dd class="num average" data-exact=${priced.averagePrice}>${format.unitPrice(info.currency, priced.averagePrice)}</dd></div>`}
      ${priced.marginalPrice === undefined ? nothing : html`<div><dt>${words.nextUnit}</dt><dd class="num margin" data-exact=${priced.marginalPrice}>${marginal(priced, info.currency, format, words)}</dd></div>`}
      <div><dt>${words.priceEffective}</dt><dd>${priced.effectiveAt ? format.date(priced.effectiveAt) : words.noPriceShort}</dd></div>
      <div><dt>${words.rounding}</dt><dd>${words.roundingRule}</dd></div>
      <div><dt>${words.offer}</dt><dd>${atHand ? html`<bdi>${entry.offerName}</bdi>${info.offer ? html` <span class="muted">${info.offer}</span>` : nothing}` : line.offer}</dd></div>
      <div><dt>${words.rateBook}</dt><dd>${atHand ? html`<code>${shortHash(priced.book || info.id)}</code> · ${info.currency} · ${sourceName(info.source, words)}${entry.fetchedAt ? ` · ${format.dateTime(entry.fetchedAt)}` : nothing}` : '–'}</dd></div>
      <div><dt>${words.meterId}</dt><dd><code>${line.meter.meterId}</code></dd></div>
    </dl>`;
}

/** Not where the line names an offer of which there is none. */
function hasBook({ offer }: Line, { info }: Provenance): boolean {
  return offer === '' || offer === info.offer;
}

/** What one more unit costs, which no average says. */
function marginal({ marginalPrice, tiers }: EstimateLine, currency: string, format: Format, words: DetailWords): string {
  if (marginalPrice === undefined) return '–';
  const block = tiers[0]?.block;
  return isZero(marginalPrice) ? words.free : `${format.unitPrice(currency, marginalPrice)}${block ? words.forBlock(format.quantity(block)) : ''}`;
}

function workings(line: Line, priced: EstimateLine, words: Words, shown: (quantity: string) => string): string {
  const total = shown(priced.quantity);
  if (line.plan) return total;
  const [quantity, unit, per] = given(line);
  if (unit === priced.unit && priced.count === '1' && !per) return total;
  const one = `${shown(quantity)}${unit === priced.unit ? '' : ` ${unit}`}${per ? ` ${words.per(words.lengths[per])}` : ''}`;
  return `${priced.count === '1' ? '' : `${shown(priced.count)} × `}${one} = ${total}`;
}

/** The same facts for a ticket or a mail, amounts with all their digits. */
function asText(line: Line, priced: EstimateLine, from: Provenance, words: DetailWords): string {
  const { info, entry } = from;
  const plain = (amount: string) => amount;
  const atHand = hasBook(line, from);
  const block = priced.tiers[0]?.block ? ` ÷ ${priced.tiers[0].block}` : '';
  // Behind digits that are cut off because they have no end.
  const ends = priced.costCutAfter === undefined ? '' : '…';
  const { meter } = line;
  const used = priced.tiers.filter(({ quantity }) => !isZero(quantity));
  const facts: [string, string | null | undefined][] = [
    [priced.name, priced.cost && `${priced.cost}${ends} ${info.currency}`],
    [words.meter, [meter.category, meter.subCategory, meter.name, meter.region].filter(Boolean).join(' / ')],
    [words.quantity, `${workings(line, priced, words, plain)} (${priced.unit})`],
    [words.includedQuantity, isZero(priced.includedQuantity ?? '0') ? '' : priced.includedQuantity],
    ...used.map((tier): [string, string] => [`${words.tier} ${range(tier, words, plain)}`, `${tier.quantity} × ${tier.unitPrice}${tier.block ? block : ''} = ${tier.cost}${ends}`]),
    [words.average, priced.averagePrice],
    [words.nextUnit, priced.marginalPrice && `${priced.marginalPrice}${block}`],
    [words.priceEffective, priced.effectiveAt],
    [words.rounding, words.roundingRule],
    [words.offer, atHand ? [entry.offerName, info.offer].filter(Boolean).join(' ') : line.offer],
    [words.rateBook, atHand ? [priced.book || info.id, info.currency, sourceName(info.source, words), entry.fetchedAt].filter(Boolean).join(', ') : ''],
    [words.meterId, meter.meterId],
  ];
  return facts.filter(([, text]) => text !== '' && text !== undefined).map(([name, text]) => `${name}: ${text ?? words.noPriceShort}`).join('\n');
}
