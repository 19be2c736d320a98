// The rest of a month: its course with forecast and budgets, what moved, unusual days, bills, what has no price.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero } from '../../decimal.js';
import type { Course } from '../charts/course.js';
import { lastDay } from '../dates.js';
import { change, spokenOf, groupName, levelName, money, quantity, told, type Shown } from '../shown.js';
import type { Moved, Movers, Report } from '../types.js';
import { boundsOfCourse } from './bounds.js';
import { comparedDays } from './compared.js';
import { table } from './table.js';

export function courseView(shown: Shown, report: Report, asTable: boolean): TemplateResult {
  const { words } = shown;
  const { course, budgets, expected, subscriptionId } = report;
  const band = subscriptionId === null ? null : (expected?.subscriptions[0]?.cost ?? null);
  const more = course.some((day) => day.expected);
  const bounds = boundsOfCourse(report);
  if (asTable) {
    return table(words, words.runningTotal, [
      { name: words.day }, { name: words.costOfDay, number: true }, { name: words.running, number: true }, { name: words.state },
    ], course.map((day) => [
      html`<span class="day">${shown.dates.full(day.on)}</span>`, money(shown, day.cost, bounds.get(day)?.day), money(shown, day.running, bounds.get(day)?.running), day.expected ? words.isExpected : words.asReported,
    ]));
  }
  const data: Course = { days: course, bounds, band: more ? band : null, budgets: budgets.map((budget) => budget.above), shown };
  return html`
    <forebill-course-chart .data=${data}></forebill-course-chart>
    <p class="muted small"><bdi>${words.solid}${more ? ` ${words.dashed} ` : ''}
      ${more && band ? words.wedge(money(shown, band.p10, expected?.complete === false), money(shown, band.p90, expected?.complete === false)) : nothing}
      ${more && !band ? words.chooseForBand : ''}</bdi></p>`;
}

export function bandsView(shown: Shown, { expected }: Report): TemplateResult | typeof nothing {
  if (!expected) return nothing;
  const { words } = shown;
  return table(words, words.expectedBills, [
    { name: words.subscription }, { name: words.periodEnds }, { name: words.reportedDays, number: true }, { name: words.expectedCost, number: true },
    { name: words.toPay, number: true }, { name: words.band, number: true },
  ], expected.subscriptions.map((one) => {
    const amount = (value: string) => money(shown, value, !one.complete);
    return [
      one.name, shown.format.date(lastDay(one.billingPeriodEnd)), shown.format.integer(one.elapsedDays), amount(one.cost.p50),
      one.due ? amount(one.due.p50) : nothing,
      one.due ? html`<span class="num">${amount(one.due.p10)} – ${amount(one.due.p90)}</span>` : nothing,
    ];
  }));
}

export function moversView(shown: Shown, report: Report): TemplateResult {
  const { words } = shown;
  const { movers } = report;
  if (!movers || movers.services.length === 0) return html`<p class="muted">${words.nothingToCompare}</p>`;
  const now = (of: Omit<Movers, 'month' | 'services'>) => money(shown, of.cost, (of.unpricedRows ?? 0) > 0);
  const before = (of: Omit<Movers, 'month' | 'services'>) => money(shown, of.costBefore, (of.unpricedRowsBefore ?? 0) > 0);
  return html`<p class="muted small"><bdi>${comparedDays(shown, report)}</bdi></p>${table(words, words.movedAgainst(shown.dates.month(movers.month)), [
    { name: words.service }, { name: words.thisMonth, number: true }, { name: words.asManyBefore, number: true }, { name: words.change, number: true }, { name: words.why },
  ], movers.services.map((one) => [
    one.service || words.nameless, now(one), before(one), change(shown, one.difference), reasons(shown, one.moved.slice(0, 2)),
  ]), { foot: [words.total, now(movers), before(movers), change(shown, movers.difference), ''] })}`;
}

/** Both effects add up to the difference. */
function reasons(shown: Shown, moved: readonly Moved[]): TemplateResult {
  return html`${moved.map((one) => {
    const resource = groupName(shown, 'resource', one.resource);
    // The service stands in the same row.
    const meter = one.meter.split(' · ').slice(1).join(' · ') || one.meter;
    return html`<div class="reason"><bdi><bdi>${resource ? shown.words.ofResource(meter, resource) : meter}</bdi>: ${effects(shown, one)}</bdi></div>`;
  })}`;
}

function effects(shown: Shown, one: Moved): TemplateResult {
  const { words } = shown;
  if (isZero(one.quantityBefore)) return html`${words.isNew}, ${change(shown, one.cost)}`;
  if (isZero(one.quantity)) return html`${words.isGone}, ${change(shown, one.quantityEffect)}`;
  const both: [string, string][] = [[words.byQuantity, one.quantityEffect], [words.byPrice, one.priceEffect]];
  return html`${both.filter(([, effect]) => !isZero(effect)).map(([what, effect], at) => html`${at > 0 ? ', ' : ''}${what} ${change(shown, effect)}`)}`;
}

export function unusualView(shown: Shown, report: Report): TemplateResult {
  const { words } = shown;
  const all = report.anomalies.flatMap((of) => of.anomalies.map((one) => [of, one] as const));
  if (all.length === 0) return html`<p class="muted">${words.nothingUnusual}</p>`;
  return table(words, words.unusual, [
    { name: words.day }, { name: words.where }, { name: words.cost, number: true }, { name: words.usual, number: true }, { name: words.until }, { name: words.why },
  ], all.map(([of, one]) => [
    shown.dates.full(one.openedOn), html`${levelName(shown, one.level)}<span class="detail">${of.name}</span>`, money(shown, one.cost, one.complete === false), money(shown, one.usual, one.usualComplete === false),
    one.closedOn === null ? html`<span class="warn">${words.stillOpen}</span>` : shown.dates.day(one.closedOn), reasons(shown, one.moved.slice(0, 2)),
  ]));
}

export function unpricedView(shown: Shown, { spend }: Report): TemplateResult {
  const { words } = shown;
  if (spend.unpriced.length === 0) return html`<p class="muted">${words.allHasPrice}</p>`;
  return table(words, words.unpriced, [
    { name: words.meter }, { name: words.subscription }, { name: words.quantity, number: true }, { name: words.unit }, { name: words.why },
  ], spend.unpriced.map((one) => [
    html`${one.meterName || words.noName}<span class="detail">${one.meterId}</span>`, shown.names.get(one.subscriptionId) ?? one.subscriptionId,
    quantity(shown, one.quantity), one.unit,
    Object.hasOwn(words.reasons, one.reason) ? told(words.reasons, one.reason) : spokenOf(shown, one.explanation),
  ]));
}

/** What was used of free units. */
export function includedView(shown: Shown, { spend }: Report): TemplateResult | typeof nothing {
  const { words } = shown;
  const all = spend.included ?? [];
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="included"><h2 id="included">${words.included}</h2>${table(words, words.included, [
    { name: words.meter }, { name: words.subscription }, { name: words.used, number: true }, { name: words.includedOf, number: true }, { name: words.unit }, { name: words.note },
  ], all.map((one) => [
    one.meterName || words.noName, shown.names.get(one.subscriptionId) ?? one.subscriptionId, quantity(shown, one.used), quantity(shown, one.included), one.unit,
    one.used === one.included ? words.usedUp : nothing,
  ]))}</section>`;
}

/** What Azure changed since yesterday in days that had been read. */
export function restatedView(shown: Shown, { spend }: Report): TemplateResult | typeof nothing {
  const { words } = shown;
  const all = spend.restated ?? [];
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="restated"><h2 id="restated">${words.restated}</h2>${table(words, words.restated, [
    { name: words.subscription }, { name: words.reportedOn }, { name: words.readBefore }, { name: words.rows, number: true }, { name: words.change, number: true },
  ], all.map((one) => [
    one.name, one.reportedOn.map((day) => shown.dates.day(day)).join(', '), shown.format.dateTime(one.readAt), shown.format.integer(one.rows), change(shown, one.change),
  ]))}</section>`;
}
