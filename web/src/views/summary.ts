// What stands behind the total: its parts, its digits, what the offer makes of it, and where the prices come from.

import { html, nothing, type TemplateResult } from 'lit';
import { compareDecimals, share } from '../decimal.js';
import { tagSums } from '../export/rows.js';
import { termSums } from '../export/sums.js';
import { least, shortHash, sourceName, type Format } from '../format.js';
import type { Estimate, EstimateLine } from '../types.js';
import { COST_CENTRE } from '../grouping.js';
import { lockIcon, warnIcon } from '../icons.js';
import { said } from '../words.js';
import type { DetailWords } from './details.js';
import { nothingPriced, unpriced, type TotalView } from './total.js';

/** As many colours as the palette can tell apart; the rest is one part. */
const COLOURS = 6;

export function summary(words: DetailWords, view: TotalView): TemplateResult {
  return html`
    <div class="summary-rest">
      ${parts(view, words)}
      ${exact(view, words)}
      ${byOffer(view, words)}
      ${byTag(view, words)}
      ${others(view, words)}
      ${warnings(view, words)}
      ${sources(view, words)}
    </div>`;
}

function parts({ priced, from, format }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  const whole = priced.estimate?.totals.monthlyCost ?? '0';
  const costs = [...priced.lines.values()]
    .filter((line): line is EstimateLine & { cost: string } => line.cost !== null && share(line.cost, whole) > 0n)
    .sort((a, b) => compareDecimals(b.cost, a.cost));
  if (costs.length < 2) return nothing;
  const shown = costs.slice(0, costs.length > COLOURS ? COLOURS - 1 : COLOURS);
  const rest = costs.length - shown.length;
  const left = 10000n - shown.reduce((sum, line) => sum + share(line.cost, whole), 0n);
  // Each share is rounded by itself, so what is left can fall just below zero.
  const restShare = left > 0n ? left : 0n;
  return html`
    <div class="parts" part="chart">
      <div class="stack" aria-hidden="true">
        ${shown.map((line, index) => html`<span class="series-${index + 1}" .style=${`flex-grow:${share(line.cost, whole)}`}></span>`)}
        ${rest > 0 ? html`<span class="series-other" .style=${`flex-grow:${restShare}`}></span>` : nothing}
      </div>
      <ul class="legend">
        ${shown.map((line, index) => html`
          <li><span class="swatch series-${index + 1}"></span>
            <span class="legend-name">${line.name}</span>
            <span class="num muted">${format.percent(share(line.cost, whole))}</span>
            <span class="num">${format.money(from.info.currency, line.cost)}</span></li>`)}
        ${rest > 0 ? html`<li><span class="swatch series-other"></span>
          <span class="legend-name">${words.otherLines(format.integer(rest))}</span>
          <span class="num muted">${format.percent(restShare)}</span><span></span></li>` : nothing}
      </ul>
    </div>`;
}

function exact({ doc, priced, from, format }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  const totals = priced.estimate?.totals;
  if (!totals || nothingPriced(doc.lines.length, priced)) return nothing;
  const { currency } = from.info;
  const { complete } = priced;
  const money = (amount: string) => least(complete, format.money(currency, amount));
  const { monthlyCostLow: low, monthlyCostHigh: high } = totals;
  return html`
    <dl class="pairs">
      ${low === high ? nothing : html`<div><dt>${words.range}</dt>
        <dd class="num" data-low=${low} data-high=${high}>${words.between(money(low), money(high))}</dd></div>`}
      <div><dt>${words.exact}</dt><dd class="num">${least(complete, format.exactMoney(currency, totals.monthlyCost))}</dd></div>
      <div><dt>${words.rounded}</dt>
        <dd class="num" data-exact=${totals.invoiceCost}>${money(totals.invoiceCost)}</dd></div>
      ${terms(priced.estimate?.terms, complete, currency, format, words)}
    </dl>`;
}

/** What the lines of each offer cost, and what its terms make of that, where there are several. */
function byOffer({ priced, from, sourceOf, format }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  const { currency } = from.info;
  const { offers } = priced.estimate ?? {};
  return !offers ? nothing : html`${offers.map(({ book, monthlyCost, complete, terms: its }) => html`
    <div data-offer=${book.id}>
      <h3>${sourceOf(book.id).entry.offerName}</h3>
      <dl class="pairs"><div><dt>${words.aMonth}</dt><dd class="num" data-exact=${monthlyCost}>${least(complete, format.money(currency, monthlyCost))}</dd></div>
        ${terms(its, complete, currency, format, words)}</dl>
    </div>`)}`;
}

/** What each cost centre has to bear; other tags stand in the exports. */
function byTag({ doc, priced, from, format }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  const sums = tagSums(doc, priced).filter(({ key }) => key === COST_CENTRE);
  if (sums.length === 0) return nothing;
  return html`
    <div class="by-tag" data-tag=${COST_CENTRE}>
      <h3>${words.costCentre}</h3>
      <dl class="pairs">${sums.map(({ value, sum, whole }) => html`
        <div><dt>${value}</dt><dd class="num" data-exact=${sum}>${least(whole, format.money(from.info.currency, sum))}</dd></div>`)}</dl>
    </div>`;
}

function terms(offer: Estimate['terms'], complete: boolean, currency: string, format: Format, words: DetailWords): TemplateResult[] {
  return termSums(offer, words, least(complete, ''), (number) => format.quantity(number)).map(([name, amount, text]) => html`
    <div><dt>${name}</dt>${amount === null ? html`<dd>${text}</dd>` : html`<dd class="num" data-exact=${amount}>${text}${format.money(currency, amount)}</dd>`}</div>`);
}

function others({ others: books, doc, format, choose }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  if (books.length === 0 || doc.lines.length === 0) return nothing;
  return html`
    <div class="others">
      <h3>${words.otherBooks}</h3>
      <ul>
        ${books.map((book) => html`
          <li><button type="button" class="other" @click=${() => choose(book.id)}>
            <span><bdi>${book.label}</bdi>${book.complete ? nothing : html` <span class="warn">${words.incompleteShort}</span>`}</span>
            <span class="num">${format.money(book.currency, book.monthlyCost)}</span>
          </button></li>`)}
      </ul>
    </div>`;
}

function warnings({ priced }: TotalView, words: DetailWords): TemplateResult | typeof nothing {
  const list = priced.estimate?.warnings ?? [];
  if (list.length === 0 && !priced.error) return nothing;
  return html`
    <ul class="warnings">
      ${priced.error ? html`<li>${warnIcon}<span>${said(words, priced.error)}</span></li>` : nothing}
      ${list.map(({ code, message, path }) => html`<li title=${message}>${warnIcon}<span>${doubt(words.coded(code) ?? message, path, priced)}</span></li>`)}
    </ul>`;
}

/** The line that it is about, and what is doubtful. */
function doubt(text: string, path: string | undefined, priced: TotalView['priced']): TemplateResult | string {
  const item = /items\[(\d+)\]/.exec(path ?? '')?.[1];
  const line = [...priced.lines.values()].find((one) => `${one.item}` === item);
  return line ? html`<bdi>${line.name}</bdi>: ${text}` : text;
}

function sources({ from, sourceOf, format, doc, priced }: TotalView, words: DetailWords): TemplateResult {
  const all = priced.estimate?.offers?.map(({ book }) => sourceOf(book.id)) ?? [from];
  return html`
    <div class="sources">
      <h3>${words.sources}</h3>
      ${all.map(({ info, entry }) => html`<dl class="pairs">
        <div><dt>${words.offer}</dt><dd>${entry.offerName}</dd></div>
        <div><dt>${words.source}</dt><dd>${sourceName(info.source, words)}</dd></div>
        ${entry.fetchedAt ? html`<div><dt>${words.fetched}</dt><dd class="num">${format.dateTime(entry.fetchedAt)}</dd></div>` : nothing}
        <div><dt>${words.rateBook}</dt><dd><code>${shortHash(info.id)}</code></dd></div>
        <div><dt>${words.metersCount}</dt><dd class="num">${format.integer(info.meters)}</dd></div></dl>`)}
      <dl class="pairs">
        <div><dt>${words.withoutPrice}</dt><dd class="num">${format.integer(unpriced(doc.lines.length, priced))}</dd></div>
      </dl>
      <p class="promise">${lockIcon}<span><bdi>${words.promise}</bdi></span></p>
    </div>`;
}
