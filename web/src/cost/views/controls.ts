// Which month, whose, divided by what, by day or hour, as chart or table.

import { html, nothing, type TemplateResult } from 'lit';
import { chevronIcon } from '../../icons.js';
import type { Route } from '../route.js';
import { byName, type Shown } from '../shown.js';
import type { Report, Reports } from '../types.js';

export function controls(
  shown: Shown, reports: Reports, report: Report | null, route: Route, go: (change: Partial<Route>) => void,
): TemplateResult {
  const months = reports.months.includes(route.month ?? '') ? reports.months : [route.month ?? '', ...reports.months];
  const at = months.indexOf(route.month ?? '');
  const drills = report?.drills ?? [route.by];
  const step = (to: number, name: string, turned: string) => html`
    <button type="button" class="icon-button ${turned}" aria-label=${name} ?disabled=${months[to] === undefined}
      @click=${() => go({ month: months[to] ?? null })}>${chevronIcon}</button>`;
  return html`
    <form class="controls" @submit=${(event: Event) => event.preventDefault()}>
      <div class="field"><label for="month">Month</label><span class="joined">
        ${step(at + 1, 'Month before', 'turn-back')}
        ${choice('month', months.map((month) => [month, shown.dates.month(month)]), route.month ?? '', (month) => go({ month }))}
        ${step(at - 1, 'Month after', 'turn-on')}</span></div>
      <div class="field"><label for="scope">Subscriptions</label>
        ${choice('scope', [['', `All (${reports.subscriptions.length})`], ...reports.subscriptions.map((one): [string, string] => [one.subscriptionId, one.name])],
          route.scope ?? '', (scope) => go({ scope: scope === '' ? null : scope, path: [] }))}</div>
      <div class="field"><label for="by">Divided by</label>
        ${choice('by', drills.map((by) => [by, byName(by)]), drills.includes(route.by) ? route.by : 'service', (by) => go({ by, path: [] }))}</div>
      ${toggle('Per', [['Day', !route.hours, () => go({ hours: false })], ['Hour', route.hours, () => go({ hours: true, path: [] })]])}
      ${toggle('Show', [['Charts', !route.table, () => go({ table: false })], ['Tables', route.table, () => go({ table: true })]], 'T')}
    </form>`;
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
