// The four figures on top: spent so far, expected, budget, and how the month before was.

import { html, nothing, type TemplateResult } from 'lit';
import { compareDecimals, percentage, share } from '../../decimal.js';
import { change, money, perCent, type Shown } from '../shown.js';
import type { Report } from '../types.js';

export function figures(shown: Shown, report: Report): TemplateResult {
  return html`<div class="figures">${spent(shown, report)}${expected(shown, report)}${budget(shown, report)}${against(shown, report)}</div>`;
}

function figure(name: string, value: TemplateResult | string, notes: (TemplateResult | string | typeof nothing)[]): TemplateResult {
  return html`
    <section class="figure" aria-label=${name}>
      <h2>${name}</h2>
      <p class="value">${value}</p>
      ${notes.map((note) => (note === nothing ? nothing : html`<p class="muted">${note}</p>`))}
    </section>`;
}

function spent(shown: Shown, { spend: { totals } }: Report): TemplateResult {
  return figure('Spent so far', money(shown, totals.cost, !totals.complete), [
    html`${money(shown, totals.invoiceCost)} as invoices round it`,
    html`${money(shown, totals.invoiceDue)} to pay after offer terms, before tax`,
    totals.complete ? nothing : html`<span class="warn">Incomplete: at least this much</span>`,
  ]);
}

function expected(shown: Shown, { expected, notExpected, course, subscriptionId }: Report): TemplateResult {
  if (!expected) return figure('Expected', html`<span class="muted">–</span>`, [notExpected ?? 'There is no forecast']);
  if (!course.some((day) => day.expected)) {
    return figure('Expected', money(shown, expected.cost, !expected.complete), ['Every day is reported: nothing more is to come', html`${money(shown, expected.due)} to pay`]);
  }
  const only = subscriptionId === null ? undefined : expected.subscriptions[0];
  return figure('Expected', money(shown, expected.cost, !expected.complete), [
    html`${money(shown, expected.due)} to pay after offer terms`,
    only ? html`80 % of bills between ${money(shown, only.cost.p10)} and ${money(shown, only.cost.p90)}`
      : 'Each subscription has its own band of 80 %: bands have no sum',
    only?.coldStart ? 'Some use has fewer than eight known days' : nothing,
  ]);
}

function budget(shown: Shown, { budgets, course, spend: { totals } }: Report): TemplateResult {
  const lowest = [...budgets].sort((a, b) => compareDecimals(a.above, b.above))[0];
  if (!lowest) return figure('Budget', html`<span class="muted">none</span>`, [html`An alert rule is one: <code>when spend this month > 500 USD</code>`]);
  const crossing = course.find((day) => compareDecimals(day.running, lowest.above) > 0);
  const over = compareDecimals(totals.cost, lowest.above) > 0;
  const when = crossing ? shown.dates.day(crossing.on) : '';
  return figure('Budget', money(shown, lowest.above), [
    over ? html`<span class="up">Crossed on ${when}</span>` : crossing ? html`<span class="warn">Expected to be crossed about ${when}</span>` : 'Not expected to be crossed',
    over ? nothing : `${percentage(share(totals.cost, lowest.above))} of it is spent`,
    budgets.length > 1 ? `The lowest of ${budgets.length}` : nothing,
  ]);
}

function against(shown: Shown, { movers }: Report): TemplateResult {
  if (!movers) return figure('Against the month before', html`<span class="muted">–</span>`, ['Nothing of it was read']);
  const name = `Against ${shown.dates.month(movers.month)}`;
  return figure(name, perCent(movers.difference, movers.costBefore) || html`<span class="muted">–</span>`, [
    html`${change(shown, movers.difference)} in as many days`,
    html`${money(shown, movers.costBefore)} then, ${money(shown, movers.cost)} now`,
  ]);
}
