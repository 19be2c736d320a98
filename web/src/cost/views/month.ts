// The rest of a month: its course with forecast and budgets, what moved, unusual days, bills, what has no price.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero } from '../../decimal.js';
import type { Course } from '../charts/course.js';
import { lastDay } from '../dates.js';
import { change, groupName, levelName, money, type Shown } from '../shown.js';
import type { Anomaly, Bill, Moved, Report } from '../types.js';
import { table } from './table.js';

export function courseView(shown: Shown, report: Report, asTable: boolean): TemplateResult {
  const { course, budgets, expected, subscriptionId } = report;
  const band = subscriptionId === null ? null : (expected?.subscriptions[0]?.cost ?? null);
  const more = course.some((day) => day.expected);
  if (asTable) {
    return table('Running total and forecast', [
      { name: 'Day' }, { name: 'Cost of the day', number: true }, { name: 'Running total', number: true }, { name: 'State' },
    ], course.map((day) => [
      shown.dates.full(day.on), money(shown, day.cost), money(shown, day.running), day.expected ? 'expected' : 'as reported',
    ]));
  }
  const data: Course = {
    currency: shown.currency, days: course, band: more ? band : null, budgets: budgets.map((budget) => budget.above),
    format: shown.format, dates: shown.dates,
  };
  return html`
    <forebill-course-chart .data=${data}></forebill-course-chart>
    <p class="muted small">Solid: as reported, exact and before offer terms.${more ? ' Dashed: expected.' : ''}
      ${more && band ? html`The wedge ends where 80 % of bills do: between ${money(shown, band.p10)} and ${money(shown, band.p90)}.` : nothing}
      ${more && !band ? 'Choose one subscription to see its band of 80 %: bands of several have no sum.' : ''}</p>`;
}

export function bandsView(shown: Shown, { expected }: Report): TemplateResult | typeof nothing {
  if (!expected) return nothing;
  return table('Expected bills', [
    { name: 'Subscription' }, { name: 'Period ends' }, { name: 'Reported days', number: true }, { name: 'Expected cost', number: true },
    { name: 'To pay', number: true }, { name: '80 % of bills between', number: true },
  ], expected.subscriptions.map((one) => [
    one.name, shown.format.date(lastDay(one.billingPeriodEnd)), shown.format.integer(one.elapsedDays), money(shown, one.cost.p50),
    one.due ? money(shown, one.due.p50) : nothing,
    one.due ? html`${money(shown, one.due.p10)} – ${money(shown, one.due.p90)}` : nothing,
  ]));
}

export function moversView(shown: Shown, { movers }: Report): TemplateResult {
  if (!movers || movers.services.length === 0) return html`<p class="muted">Nothing to compare with.</p>`;
  return table(`What moved against ${shown.dates.month(movers.month)}`, [
    { name: 'Service' }, { name: 'This month', number: true }, { name: 'As many days before', number: true }, { name: 'Change', number: true }, { name: 'Why' },
  ], movers.services.map((one) => [
    one.service || '(none)', money(shown, one.cost), money(shown, one.costBefore), change(shown, one.difference), reasons(shown, one.moved.slice(0, 2)),
  ]));
}

/** Both effects add up to the difference. */
function reasons(shown: Shown, moved: readonly Moved[]): TemplateResult {
  return html`${moved.map((one) => {
    const resource = groupName(shown, 'resource', one.resource);
    // The service stands in the same row.
    const meter = one.meter.split(' · ').slice(1).join(' · ') || one.meter;
    return html`<div class="reason">${meter}${resource ? ` of ${resource}` : ''}: ${effects(shown, one)}</div>`;
  })}`;
}

function effects(shown: Shown, one: Moved): TemplateResult {
  if (isZero(one.quantityBefore)) return html`new, ${change(shown, one.cost)}`;
  if (isZero(one.quantity)) return html`gone, ${change(shown, one.quantityEffect)}`;
  const both: [string, string][] = [['quantity', one.quantityEffect], ['price', one.priceEffect]];
  return html`${both.filter(([, effect]) => !isZero(effect)).map(([what, effect], at) => html`${at > 0 ? ', ' : ''}${what} ${change(shown, effect)}`)}`;
}

export function unusualView(shown: Shown, { anomalies }: Report): TemplateResult {
  const all = anomalies.flatMap((of) => of.anomalies.map((one): [string, Anomaly] => [of.name, one]));
  if (all.length === 0) return html`<p class="muted">No day stands out: none costs three usual deviations, 30 % and one unit of money more than its weekday usually does.</p>`;
  return table('Unusual days', [
    { name: 'Day' }, { name: 'Where' }, { name: 'Cost', number: true }, { name: 'Usual', number: true }, { name: 'Until' }, { name: 'Why' },
  ], all.map(([subscription, one]) => [
    shown.dates.full(one.openedOn), html`${levelName(one.level)}<span class="detail">${subscription}</span>`, money(shown, one.cost), money(shown, one.usual),
    one.closedOn === null ? html`<span class="warn">still open</span>` : shown.dates.day(one.closedOn), reasons(shown, one.moved.slice(0, 2)),
  ]));
}

export function billsView(shown: Shown, { spend }: Report): TemplateResult {
  return table('Bills', [
    { name: 'Subscription' }, { name: 'Billing period' }, { name: 'Rows', number: true }, { name: 'Exact cost', number: true },
    { name: 'As invoiced', number: true }, { name: 'Offer terms' }, { name: 'To pay', number: true },
  ], spend.subscriptions.map((one) => {
    const least = one.bill !== null && !one.bill.complete;
    return [
      html`${one.name}<span class="detail">${one.offer}</span>`,
      `${shown.format.date(one.billingPeriodStart)} – ${shown.format.date(lastDay(one.billingPeriodEnd))}`,
      shown.format.integer(one.rows), money(shown, one.cost, least), money(shown, one.invoiceCost, least),
      one.bill ? terms(shown, one.bill) : nothing, one.bill ? money(shown, one.bill.invoiceDue, least) : nothing,
    ];
  }), ['Total', '', '', money(shown, spend.totals.cost, !spend.totals.complete), money(shown, spend.totals.invoiceCost, !spend.totals.complete), '',
    money(shown, spend.totals.invoiceDue, !spend.totals.complete)]);
}

function terms(shown: Shown, bill: Bill): TemplateResult {
  return html`
    ${bill.discountPercent === null ? nothing : html`<div>${bill.discountPercent} % discount: ${money(shown, bill.discount)}</div>`}
    ${bill.recurringCharge === '0' ? nothing : html`<div>fee ${money(shown, bill.recurringCharge)}</div>`}
    ${bill.credit === null ? nothing : html`<div>credit ${money(shown, bill.credit.used)} of ${money(shown, bill.credit.granted)}${
      bill.credit.endsOn === null ? '' : `, used up on ${shown.dates.day(bill.credit.endsOn)}`}</div>`}`;
}

export function unpricedView(shown: Shown, { spend }: Report): TemplateResult {
  if (spend.unpriced.length === 0) return html`<p class="muted">Everything that was used has a price.</p>`;
  return table('Without a price', [
    { name: 'Meter' }, { name: 'Subscription' }, { name: 'Quantity', number: true }, { name: 'Unit' }, { name: 'Why' },
  ], spend.unpriced.map((one) => [
    html`${one.meterName || '(no name)'}<span class="detail">${one.meterId}</span>`, shown.names.get(one.subscriptionId) ?? one.subscriptionId,
    html`<span class="num" data-exact=${one.quantity}>${shown.format.quantity(one.quantity)}</span>`, one.unit, one.explanation,
  ]));
}
