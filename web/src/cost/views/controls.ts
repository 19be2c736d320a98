// Which month, whose, divided by what, by day or hour, as chart or table.

import { html, nothing, type TemplateResult } from 'lit';
import { chevronIcon } from '../../icons.js';
import type { Route } from '../route.js';
import { byName, type Shown } from '../shown.js';
import type { Report, Reports } from '../types.js';

type Go = (change: Partial<Route>) => void;

export function controls(shown: Shown, reports: Reports, report: Report | null, route: Route, go: Go): TemplateResult {
  const { words } = shown;
  const drills = report?.drills ?? [route.by];
  return html`
    <form class="controls" @submit=${(event: Event) => event.preventDefault()}>
      ${month(shown, reports.months, route.month ?? '', (to) => go({ month: to, on: null, why: null }))}
      <div class="field"><label for="scope">${words.subscriptions}</label>
        ${choice('scope', [['', words.allSubscriptions(reports.subscriptions.length)], ...reports.subscriptions.map((one): [string, string] => [one.subscriptionId, one.name])],
          route.scope ?? '', (scope) => go({ scope: scope === '' ? null : scope, path: [], why: null }))}</div>
      <div class="field"><label for="by">${words.dividedBy}</label>
        ${choice('by', drills.map((by) => [by, byName(shown, by)]), drills.includes(route.by) ? route.by : 'service', (by) => go({ by, path: [], why: null }))}</div>
      ${toggle(words.per, [[words.day, !route.hours, () => go({ hours: false, on: null })], [words.hour, route.hours, () => go({ hours: true, path: [], on: null, why: null })]])}
      ${toggle(words.show, [[words.charts, !route.table, () => go({ table: false })], [words.tables, route.table, () => go({ table: true })]], 'T')}
    </form>`;
}

/** The month alone, for pages that ask for nothing else. */
export function monthOnly(shown: Shown, months: readonly string[], chosen: string, go: (month: string) => void, name?: (month: string) => string): TemplateResult {
  return html`<form class="controls month-only" @submit=${(event: Event) => event.preventDefault()}>${month(shown, months, chosen, go, name)}</form>`;
}

function month(
  shown: Shown, known: readonly string[], chosen: string, go: (month: string) => void, name = (one: string) => shown.dates.month(one),
): TemplateResult {
  const { words } = shown;
  const months = known.includes(chosen) ? known : [chosen, ...known].sort().reverse();
  const at = months.indexOf(chosen);
  const step = (to: number, label: string, turned: string) => html`
    <button type="button" class="icon-button ${turned}" aria-label=${label} ?disabled=${months[to] === undefined}
      @click=${() => { const next = months[to]; if (next !== undefined) go(next); }}>${chevronIcon}</button>`;
  return html`<div class="field"><label for="month">${words.month}</label><span class="joined">
    ${step(at + 1, words.monthBefore, 'turn-back')}
    ${choice('month', months.map((one) => [one, name(one)]), chosen, go)}
    ${step(at - 1, words.monthAfter, 'turn-on')}</span></div>`;
}

function choice(id: string, options: [string, string][], chosen: string, choose: (value: string) => void): TemplateResult {
  return html`<select id=${id} class="picker" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
    ${options.map(([value, name]) => html`<option value=${value} .selected=${value === chosen}>${name}</option>`)}</select>`;
}

function toggle(name: string, options: [string, boolean, () => void][], key?: string): TemplateResult {
  return html`<fieldset class="field toggle"><legend>${name}${key ? html` <kbd aria-hidden="true">${key}</kbd>` : nothing}</legend>
    <span class="joined">${options.map(([text, on, act]) => html`
      <button type="button" class="button" aria-pressed=${on} @click=${act}>${text}</button>`)}</span></fieldset>`;
}
