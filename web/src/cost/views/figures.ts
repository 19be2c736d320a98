// The figures on top of a month: spent so far, expected, budget, how the month before was, and what invoices say.

import { html, nothing, type TemplateResult } from 'lit';
import { compareDecimals, isZero, share } from '../../decimal.js';
import { thousandths } from '../geometry.js';
import { change, spokenOf, money, signed, type Shown } from '../shown.js';
import type { Report } from '../types.js';
import { isBoundOf } from './bounds.js';
import { comparedDays } from './compared.js';
import { figure } from './figure.js';

export function figures(shown: Shown, report: Report): TemplateResult {
  return html`<div class="figures">${spent(shown, report)}${expected(shown, report)}${budget(shown, report)}${against(shown, report)}${invoiced(shown, report)}</div>`;
}

const nothingYet = html`<span class="muted">–</span>`;

function spent(shown: Shown, { spend: { totals } }: Report): TemplateResult {
  const { words } = shown;
  const amount = (value: string) => money(shown, value, !totals.complete);
  return figure(words.spent, amount(totals.cost), [
    words.asInvoicesRound(amount(totals.invoiceCost)),
    words.toPayAfterTerms(amount(totals.invoiceDue)),
    totals.complete ? nothing : html`<span class="warn">${words.incomplete}</span>`,
  ]);
}

function expected(shown: Shown, { expected, notExpected, course, subscriptionId }: Report): TemplateResult {
  const { words } = shown;
  if (!expected) return figure(words.expected, nothingYet, [notExpected ? spokenOf(shown, notExpected) : words.noForecast]);
  const value = money(shown, expected.cost, !expected.complete);
  const toPay = words.expectedToPay(money(shown, expected.due, !expected.complete));
  if (!course.some((day) => day.expected)) return figure(words.expected, value, [words.allReported, toPay]);
  const only = subscriptionId === null ? undefined : expected.subscriptions[0];
  return figure(words.expected, value, [
    toPay,
    only ? words.bandOf(money(shown, only.cost.p10, !only.complete), money(shown, only.cost.p90, !only.complete)) : words.bandsNoSum,
    only?.coldStart ? words.coldStart : nothing,
  ]);
}

function budget(shown: Shown, { budgets, course, spend: { totals } }: Report): TemplateResult {
  const { words } = shown;
  const lowest = [...budgets].sort((a, b) => compareDecimals(a.above, b.above))[0];
  if (!lowest) return figure(words.budget, html`<span class="muted">${words.none}</span>`, [html`${words.budgetRule} <code>when spend this month > 500 USD</code>`]);
  const crossing = course.find((day) => compareDecimals(day.running, lowest.above) > 0);
  const over = compareDecimals(totals.cost, lowest.above) > 0;
  const when = crossing ? shown.dates.day(crossing.on) : '';
  return figure(words.budget, money(shown, lowest.above), [
    over ? html`<span class="up">${words.crossedOn(when)}</span>` : crossing ? html`<span class="warn">${words.toBeCrossed(when)}</span>` : words.notCrossed,
    over ? nothing : words.isSpent(shown.format.percent(share(totals.cost, lowest.above))),
    budgets.length > 1 ? words.lowestOf(budgets.length) : nothing,
  ]);
}

function against(shown: Shown, report: Report): TemplateResult {
  const { words } = shown;
  const { movers } = report;
  if (!movers) return figure(words.againstBefore, nothingYet, [words.nothingRead]);
  const parts = thousandths(movers.difference, movers.costBefore);
  return figure(words.against(shown.dates.month(movers.month)), parts === null ? nothingYet : shown.percent.change(parts), [
    words.inAsManyDays(change(shown, movers.difference)),
    words.thenAndNow(money(shown, movers.costBefore, (movers.unpricedRowsBefore ?? 0) > 0), money(shown, movers.cost, (movers.unpricedRows ?? 0) > 0)),
    comparedDays(shown, report),
  ]);
}

/** Billed is only what an invoice says; what could not be compared is said and is no amount. */
function invoiced(shown: Shown, { invoiced, month, spend }: Report): TemplateResult {
  const { words, format } = shown;
  const link = html`<a href=${`#/invoices?month=${encodeURIComponent(month)}`}>${words.seeInvoices}</a>`;
  if (!invoiced) return figure(words.invoiced, nothingYet, [words.noInvoiceYet]);
  const missing = invoiced.notCompared.length;
  if (invoiced.currency === null) return figure(words.invoiced, nothingYet, [html`<span class="warn">${words.notTyped(missing, format.integer(missing))}</span>`, link]);
  const { unexplained } = invoiced.reasons;
  const least = spend.subscriptions.some((of) => isBoundOf(of) && invoiced.invoices.some((one) => one.subscriptionId === of.subscriptionId));
  return figure(words.invoiced, money(shown, invoiced.invoiced), [
    words.byOurRating(money(shown, invoiced.ours, least)),
    isZero(invoiced.difference) ? words.noDifference : unexplained === undefined ? words.differenceExplained(signed(shown, invoiced.difference))
      : html`<span class="warn">${words.differenceNotExplained(signed(shown, invoiced.difference), money(shown, unexplained))}</span>`,
    missing === 0 ? nothing : html`<span class="warn">${words.someNotCompared(missing, format.integer(missing))}</span>`,
    link,
  ]);
}
