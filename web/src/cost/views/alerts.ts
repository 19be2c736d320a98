// Rules, what they say as of the last record, and what is on record, each with its lines.

import { html, nothing, type TemplateResult } from 'lit';
import { doneIcon, warnIcon } from '../../icons.js';
import type { Shown } from '../shown.js';
import type { AlertLine, Alerts, Caused } from '../types.js';
import { table, type Cell } from './table.js';

export function alertsView(shown: Shown, alerts: Alerts): TemplateResult {
  return html`
    <section aria-labelledby="rules"><h2 id="rules">Rules in force</h2>
      ${alerts.rules.length === 0 ? noRules() : rules(shown, alerts)}
      ${alerts.notes.map((note) => html`<p class="muted">${note}</p>`)}
    </section>
    <section aria-labelledby="incidents"><h2 id="incidents">On record</h2>
      ${alerts.incidents.length === 0 ? html`<p class="muted">No rule has fired in a run of <code>forebill alerts run</code> yet.</p>` : incidents(shown, alerts)}
    </section>`;
}

function noRules(): TemplateResult {
  return html`<div class="failure">
    <p>No rule is in force. A rule is a line of text, and lies in the store for everybody who reads it:</p>
    <p><code>echo 'when spend of each subscription this month > 500 USD' | forebill alerts rules set -</code></p>
  </div>`;
}

function rules(shown: Shown, alerts: Alerts): TemplateResult {
  const firing = [...alerts.findings].sort((a, b) => (a.fires === b.fires ? 0 : a.fires ? -1 : 1));
  return html`<ul class="cards">
    ${firing.map((one) => html`
      <li class="card">
        <p class="card-title">${one.fires ? html`<span class="up state">${warnIcon} Fires</span>` : html`<span class="down state">${doneIcon} Quiet</span>`}
          <span>${one.summary}</span></p>
        ${of(shown, one)}
        ${parts(shown, one, one.fires)}
      </li>`)}
    ${alerts.unknown.map((one) => html`
      <li class="card">
        <p class="card-title"><span class="warn state">${warnIcon} Not known</span> <span>${one.why}</span></p>
        <p><code>${one.rule}</code></p>
      </li>`)}
  </ul>`;
}

/** The rule, and what it is about, by the name that it was given. */
function of(shown: Shown, { rule, scope, period }: Caused): TemplateResult {
  return html`<p><code>${rule}</code> <span class="muted">${shown.names.get(scope) ?? scope}, ${period}</span></p>`;
}

function parts(shown: Shown, one: Caused, open: boolean): TemplateResult | typeof nothing {
  if (one.lines.length === 0) return nothing;
  return html`<details ?open=${open}><summary>${one.lines.length === 1 ? 'What it is about' : `The ${one.lines.length} largest parts`}</summary>
    ${lines(shown, one.lines, `Parts of ${one.summary}, ${one.rule}, ${one.period}`)}</details>`;
}

function incidents(shown: Shown, alerts: Alerts): TemplateResult {
  const newest = [...alerts.incidents].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return html`<ul class="cards">${newest.map((one) => html`
    <li class="card">
      <p class="card-title">${one.open ? html`<span class="up state">${warnIcon} Open</span>` : html`<span class="down state">${doneIcon} Over</span>`} <span>${one.summary}</span></p>
      <p class="muted">Since ${shown.format.dateTime(one.openedAt)}${one.open ? '' : `, over ${shown.format.dateTime(one.changedAt)}`}; ${told(shown, one.outcome)}</p>
      ${of(shown, one)}
      ${parts(shown, one, one.open)}
    </li>`)}</ul>`;
}

function told(shown: Shown, outcome: Alerts['incidents'][number]['outcome']): string {
  if (outcome === null) return 'whether it was told is not known';
  return 'sent' in outcome ? `told to ${outcome.sent.to.join(', ')} ${shown.format.dateTime(outcome.sent.at)}` : `not told: ${outcome.failed.reason}`;
}

/** The currency of a line is that of its rule, which stands above it. */
function lines(shown: Shown, all: readonly AlertLine[], name: string): TemplateResult {
  const priced = all.some((line) => line.cost !== undefined);
  return table(name, [
    { name: 'What' }, { name: 'Quantity', number: true }, { name: 'Unit' },
    ...(priced ? [{ name: 'Unit prices', number: true }, { name: 'Exact cost', number: true }] : []),
  ], all.map((line): Cell[] => [
    line.what, amount(shown, line.quantity), line.unit,
    ...(priced ? costs(shown, line) : []),
  ]));
}

function costs(shown: Shown, { rates = [], cost }: AlertLine): Cell[] {
  return [rates.map((rate) => shown.format.quantity(rate)).join(', '), cost === undefined ? nothing : amount(shown, cost)];
}

function amount(shown: Shown, text: string): TemplateResult {
  return html`<span class="num" data-exact=${text}>${shown.format.quantity(text)}</span>`;
}
