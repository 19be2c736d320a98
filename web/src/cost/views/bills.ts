// The bill of each subscription: rated, as an invoice rounds it, after offer terms, and what its invoice says.

import { html, nothing, type TemplateResult } from 'lit';
import { lastDay } from '../dates.js';
import { money, signed, type Shown } from '../shown.js';
import type { Bill, Report } from '../types.js';
import { isBoundOf } from './bounds.js';
import { table, type Cell } from './table.js';

export function billsView(shown: Shown, { spend, invoiced }: Report): TemplateResult {
  const { words } = shown;
  const compared = invoiced !== null && invoiced.currency !== null;
  const least = !spend.totals.complete;
  const beside = (id: string): Cell[] => {
    const of = invoiced?.invoices.filter((one) => one.subscriptionId === id) ?? [];
    if (!compared) return [];
    if (of.length === 0) return [html`<span class="muted">${words.notCompared}</span>`, nothing];
    return [
      html`${of.map((one) => html`<div>${money(shown, one.invoiced)}</div>`)}`,
      html`${of.map((one) => html`<div>${signed(shown, one.difference)}${one.explained ? nothing : html` <span class="warn">${words.because.unexplained}</span>`}</div>`)}`,
    ];
  };
  return table(words, words.bills, [
    { name: words.subscription }, { name: words.billingPeriod }, { name: words.rows, number: true }, { name: words.exactCost, number: true },
    { name: words.asInvoiced, number: true }, { name: words.offerTerms }, { name: words.toPay, number: true },
    ...(compared ? [{ name: words.invoiced, number: true }, { name: words.difference, number: true }] : []),
  ], spend.subscriptions.map((one) => {
    const least = isBoundOf(one);
    return [
      html`${one.name}<span class="detail">${one.offer}</span>`,
      shown.dates.range(one.billingPeriodStart, lastDay(one.billingPeriodEnd)),
      shown.format.integer(one.rows), money(shown, one.cost, least), money(shown, one.invoiceCost, least),
      one.bill ? terms(shown, one.bill) : nothing, one.bill ? money(shown, one.bill.invoiceDue, least) : nothing,
      ...beside(one.subscriptionId),
    ];
  }), {
    foot: [words.total, '', '', money(shown, spend.totals.cost, least), money(shown, spend.totals.invoiceCost, least), '', money(shown, spend.totals.invoiceDue, least),
      ...(compared ? [money(shown, invoiced.invoiced), signed(shown, invoiced.difference)] : [])],
  });
}

function terms(shown: Shown, bill: Bill): TemplateResult {
  const { words } = shown;
  return html`
    ${bill.discountPercent === null ? nothing : html`<div><bdi>${words.discountOf(shown.percent.of(bill.discountPercent))}: ${money(shown, bill.discount)}</bdi></div>`}
    ${bill.recurringCharge === '0' ? nothing : html`<div><bdi>${words.fee} ${money(shown, bill.recurringCharge)}</bdi></div>`}
    ${bill.credit === null ? nothing : html`<div><bdi>${words.creditOf(money(shown, bill.credit.used), money(shown, bill.credit.granted))}${
      bill.credit.endsOn === null ? '' : words.usedUpOn(shown.dates.day(bill.credit.endsOn))}</bdi></div>`}`;
}
