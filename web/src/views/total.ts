// The total: the one number, always in sight.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { Words } from '../words.js';
import { warnIcon } from '../icons.js';
import type { Priced } from '../pricing.js';
import type { Doc } from '../state.js';
import type { Provenance } from './details.js';

export interface OtherBook {
  id: string;
  label: string;
  currency: string;
  monthlyCost: string;
  complete: boolean;
}

export interface TotalView {
  doc: Doc;
  priced: Priced;
  from: Provenance;
  sourceOf: (book: string) => Provenance;
  others: readonly OtherBook[];
  format: Format;
  choose: (id: string) => void;
}

/** `rest` is what stands behind the total. */
export function total(view: TotalView, rest: TemplateResult): TemplateResult {
  return html`
    <aside class="summary" part="total" aria-label=${view.format.words.total}>
      ${headline(view)}
      ${rest}
    </aside>`;
}

function headline({ doc, priced, from, format }: TotalView): TemplateResult {
  const lines = doc.lines.length;
  const totals = priced.estimate?.totals;
  const { currency } = from.info;
  const monthly = totals?.monthlyCost ?? '0';
  const unknown = !totals || nothingPriced(lines, priced);
  const { words } = format;
  // The dash is a text of its own, and so is what stands for the year: one that became the amount would move to the left by itself.
  const shown = unknown ? '–' : format.money(currency, monthly);
  return html`
    <div class="headline ${priced.complete || lines === 0 ? '' : 'incomplete'}">
      <h2>${words.estimatedMonth}</h2>
      <p class="grand num ${shown.length > 14 ? 'long' : ''}" data-exact=${unknown ? nothing : monthly}>${unknown ? html`–` : html`<bdi>${shown}</bdi>`}</p>
      <p class="year num" data-exact=${unknown ? nothing : totals.yearlyCost}><bdi>${lines === 0 ? html`${words.addAMeter}` : unknown ? html`${words.notPriced}` : words.aYear(format.money(currency, totals.yearlyCost))}</bdi></p>
      ${lines > 0 && !priced.complete
        ? html`<p class="flag">${warnIcon}<bdi>${incomplete(lines, priced, words)}</bdi></p>` : nothing}
    </div>`;
}

function incomplete(lines: number, priced: Priced, words: Words): string {
  return words.incomplete(unpriced(lines, priced), lines);
}

/** A sum of nothing is no amount: what is not known is never 0. */
export function nothingPriced(lines: number, priced: Priced): boolean {
  return unpriced(lines, priced) === lines;
}

export function unpriced(lines: number, priced: Priced): number {
  return lines - [...priced.lines.values()].filter((line) => line.status === 'priced').length;
}
