// Invoices beside our rating of the same usage, line by line, and the archived documents, each as the file that Azure gave.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero } from '../../decimal.js';
import { spokenOf, money, quantity, signed, told, type Said, type Shown } from '../shown.js';
import type { InvoiceComparison, Invoices, Reason, Reasons, Reconciliation } from '../types.js';
import { figure } from './figure.js';
import { table, type Cell } from './table.js';

export function noInvoices({ words }: Shown): TemplateResult {
  return html`<div class="failure"><h2 class="failure-title">${words.noInvoices}</h2>
    <p>${words.readInvoices} <code>forebill snapshot invoices --subscription ID</code></p></div>`;
}

/** What the invoices of a month say, what our rating says, and why they differ. */
export function reconciled(shown: Shown, { sums, compared }: Reconciliation): TemplateResult {
  const { words, format, dates } = shown;
  const of = sums.currency === null ? shown : { ...shown, currency: sums.currency };
  if (compared.invoices.length === 0) return html`${notCompared(shown, compared.notCompared)}`;
  const equal = compared.invoices.reduce((sum, one) => sum + one.lines.filter((line) => isZero(line.difference)).length, 0);
  const { unexplained } = sums.reasons;
  // An invoice in another currency is in no sum.
  const ours = money(of, sums.ours, compared.invoices.some((one) => one.currency === sums.currency && one.unpriced.length > 0));
  return html`
    <div class="figures">
      ${figure(words.onInvoices, money(of, sums.invoiced), [words.linesEqual(equal, format.integer(equal))])}
      ${figure(words.ourRating, ours, [words.before])}
      ${figure(words.difference, signed(of, sums.difference), [unexplained === undefined ? words.allExplained
        : html`<span class="warn">${words.notExplainedPart(money(of, unexplained))}</span>`])}
      ${figure(words.why, '', [because(of, sums.reasons)], 'broad')}
    </div>
    ${table(words, words.besideRating(shown.dates.month(sums.month)), [
      { name: words.number }, { name: words.subscription }, { name: words.period }, { name: words.onInvoice, number: true }, { name: words.ourRating, number: true },
      { name: words.difference, number: true }, { name: words.why },
    ], compared.invoices.map((one): Cell[] => {
      const its = { ...shown, currency: one.currency };
      return [
        html`<span class="number">${one.invoice}</span>`, one.subscription,
        html`${dates.range(one.periodStartOn, one.periodEndOn)}<span class="detail">${words.issued(format.date(one.issuedOn), !one.issuedOnIsTold)}</span>`,
        money(its, one.invoiced), ourRating(its, one), signed(its, one.difference), because(its, one.reasons),
      ];
    }), { foot: [words.total, '', '', money(of, sums.invoiced), ours, signed(of, sums.difference), ''] })}
    ${differing(shown, compared.invoices)}
    ${notCompared(shown, compared.notCompared)}`;
}

function ourRating(shown: Shown, { ours, unpriced }: InvoiceComparison): TemplateResult {
  return money(shown, ours, unpriced.length > 0);
}

function because(shown: Shown, reasons: Reasons): Said {
  const all = Object.entries(reasons) as [Reason, string][];
  if (all.length === 0) return nothing;
  return html`<span class="becauses">${all.map(([reason, amount]) => html`<span class=${reason === 'unexplained' ? 'warn' : ''}>${told(shown.words.because, reason)}</span>${signed(shown, amount)}`)}</span>`;
}

function differing(shown: Shown, invoices: readonly InvoiceComparison[]): TemplateResult {
  const { words } = shown;
  const all = invoices.flatMap((one) => one.lines.filter((line) => !isZero(line.difference)).map((line) => ({ one, line })));
  const rows = all.map(({ one, line }): Cell[] => {
    const its = { ...shown, currency: one.currency };
    const side = (amount: string | null) => (amount === null ? '–' : money(its, amount));
    return [
      html`${line.name || words.noName}<span class="detail">${one.subscription}${line.meterId === null ? nothing : html`, ${line.meterId}`}</span>`,
      told(words.kinds, line.kind), side(line.invoiced), side(line.ours), signed(its, line.difference),
      html`${line.parts.map((part) => html`<div class=${part.reason === 'unexplained' ? 'warn' : ''}>${told(words.because, part.reason)}${
        part.quantity === undefined ? nothing : html` (${quantity(shown, part.quantity)})`}${line.parts.length > 1 ? html` ${signed(its, part.amount)}` : nothing}</div>`)}`,
    ];
  });
  return html`<h3 class="apart">${words.whatDiffers}</h3>
    ${rows.length === 0 ? html`<p class="muted">${words.nothingDiffers}</p>` : table(words, words.whatDiffers, [
      { name: words.item }, { name: words.kind }, { name: words.onInvoice, number: true }, { name: words.ours, number: true }, { name: words.difference, number: true }, { name: words.why },
    ], rows)}`;
}

function notCompared(shown: Shown, all: readonly string[]): TemplateResult | typeof nothing {
  const { words } = shown;
  if (all.length === 0) return nothing;
  return html`<h3 class="apart warn">${words.notCompared}</h3>
    <ul class="notes">${all.map((why) => html`<li class="warn">${spokenOf(shown, why)}</li>`)}</ul>
    <p class="muted small">${words.importLines} <code>forebill import invoice FILE</code></p>`;
}

/** Newest first; beside each what is known of its amount. */
export function archived(shown: Shown, { invoices }: Invoices, reconciliation: Reconciliation | null): TemplateResult {
  const { words, format, dates } = shown;
  const known = new Map(reconciliation?.compared.invoices.map((one) => [`${one.subscriptionId} ${one.invoice}`, one]));
  return html`
    <section aria-labelledby="archived"><h2 id="archived">${words.archived}</h2>
    <p class="muted">${words.onlyInvoices}</p>
    ${table(words, words.archived, [
      { name: words.number }, { name: words.subscription }, { name: words.period }, { name: words.onInvoice, number: true }, { name: words.ourRating, number: true },
      { name: words.read }, { name: words.bytes, number: true }, { name: 'SHA-256' },
    ], [...invoices].reverse().map((one) => {
      const found = known.get(`${one.subscriptionId} ${one.name}`);
      const its = { ...shown, currency: found?.currency ?? shown.currency };
      const month = one.periodStartOn.slice(0, 7);
      return [
        html`<a href=${`data/invoice/${encodeURIComponent(one.object.sha256)}.pdf`} class="number" download=${one.file}>${one.name}</a>`,
        shown.names.get(one.subscriptionId) ?? one.subscriptionId,
        dates.range(one.periodStartOn, one.periodEndOn),
        found ? money(its, found.invoiced) : html`<a class="muted" href=${`#/invoices?month=${encodeURIComponent(month)}`}>${reconciliation?.sums.month === month ? words.linesUnknown : shown.dates.month(month)}</a>`,
        found ? ourRating(its, found) : nothing,
        format.dateTime(one.readAt), format.integer(one.object.bytes), html`<code>${one.object.sha256.slice(0, 16)}</code>`,
      ];
    }))}</section>`;
}
