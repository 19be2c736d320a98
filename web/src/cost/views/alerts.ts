// Rules, what they say as of the last record, and what is on record, each with its lines.

import { html, nothing, type TemplateResult } from 'lit';
import { doneIcon, warnIcon } from '../../icons.js';
import type { Shown } from '../shown.js';
import type { AlertLine, Alerts } from '../types.js';
import { table } from './table.js';

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
  return html`<ul class="cards">
    ${alerts.findings.map((one) => html`
      <li class="card">
        <p class="card-title">${one.fires ? html`<span class="up state">${warnIcon} Fires</span>` : html`<span class="down state">${doneIcon} Quiet</span>`}
          <span>${one.summary}</span></p>
        <p><code>${one.rule}</code></p>
        ${one.lines.length === 0 ? nothing : lines(shown, one.lines, `Parts of ${one.summary}`)}
      </li>`)}
    ${alerts.unknown.map((one) => html`
      <li class="card">
        <p class="card-title"><span class="warn state">${warnIcon} Not known</span> <span>${one.why}</span></p>
        <p><code>${one.rule}</code></p>
      </li>`)}
  </ul>`;
}

function incidents(shown: Shown, alerts: Alerts): TemplateResult {
  const newest = [...alerts.incidents].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return html`<ul class="cards">${newest.map((one) => html`
    <li class="card">
      <p class="card-title">${one.open ? html`<span class="up state">${warnIcon} Open</span>` : html`<span class="down state">${doneIcon} Over</span>`} <span>${one.summary}</span></p>
      <p class="muted">Since ${shown.format.dateTime(one.openedAt)}${one.open ? '' : `, over ${shown.format.dateTime(one.changedAt)}`}; ${told(shown, one.outcome)}</p>
      <p><code>${one.rule}</code> <span class="muted">${one.scope}, ${one.period}</span></p>
      ${one.lines.length === 0 ? nothing : lines(shown, one.lines, `Parts of ${one.summary}, ${one.period}`)}
    </li>`)}</ul>`;
}

function told(shown: Shown, outcome: Alerts['incidents'][number]['outcome']): string {
  if (outcome === null) return 'whether it was told is not known';
  return 'sent' in outcome ? `told to ${outcome.sent.to.join(', ')} ${shown.format.dateTime(outcome.sent.at)}` : `not told: ${outcome.failed.reason}`;
}

/** The currency of a line is that of its rule, which stands above it. */
function lines(shown: Shown, all: readonly AlertLine[], name: string): TemplateResult {
  return table(name, [{ name: 'What' }, { name: 'Quantity', number: true }, { name: 'Unit' }, { name: 'Unit prices', number: true }, { name: 'Exact cost', number: true }],
    all.map((line) => [
      line.what, html`<span class="num" data-exact=${line.quantity}>${shown.format.quantity(line.quantity)}</span>`, line.unit,
      (line.rates ?? []).map((rate) => shown.format.quantity(rate)).join(', '),
      line.cost === undefined ? nothing : html`<span class="num" data-exact=${line.cost}>${shown.format.quantity(line.cost)}</span>`,
    ]));
}
