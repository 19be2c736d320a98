// Rules, what they say as of the last record, and what is on record, each with its lines.

import { html, nothing, type TemplateResult } from 'lit';
import { doneIcon, warnIcon } from '../../icons.js';
import { answered, currencyIn } from '../answers.js';
import { spokenOf, exact, money, quantity, type Said, type Shown } from '../shown.js';
import type { AlertLine, Alerts, Caused } from '../types.js';
import { table, type Cell } from './table.js';

export function alertsView(shown: Shown, alerts: Alerts): TemplateResult {
  const { words } = shown;
  return html`
    <section aria-labelledby="rules"><h2 id="rules">${words.rulesInForce}</h2>
      ${alerts.rules.length === 0 ? noRules(shown) : rules(shown, alerts)}
      ${alerts.notes.length === 0 ? nothing : html`<ul class="doubts">${alerts.notes.map((note) => html`<li>${warnIcon}<span>${doubt(shown, note, alerts.rules)}</span></li>`)}</ul>`}
    </section>
    <section aria-labelledby="incidents"><h2 id="incidents">${words.onRecord}</h2>
      ${alerts.incidents.length === 0 ? html`<p class="muted">${words.noIncident} <code>forebill alerts run</code></p>` : incidents(shown, alerts)}
    </section>`;
}

/** A note begins with its rule, which stays as it was written. */
function doubt(shown: Shown, note: string, rules: readonly string[]): TemplateResult {
  const rule = rules.find((text) => note.startsWith(`${text}: `));
  return rule === undefined ? answered(shown, note) : html`<code lang="en">${rule}</code>: ${answered(shown, note.slice(rule.length + 2))}`;
}

function noRules({ words }: Shown): TemplateResult {
  return html`<div class="failure">
    <p>${words.noRules}</p>
    <p><code>echo 'when spend of each subscription this month > 500 USD' | forebill alerts rules set -</code></p>
  </div>`;
}

function rules(shown: Shown, alerts: Alerts): TemplateResult {
  const { words } = shown;
  const firing = [...alerts.findings].sort((a, b) => (a.fires === b.fires ? 0 : a.fires ? -1 : 1));
  return html`<ul class="cards">
    ${firing.map((one) => html`
      <li class="card ${one.fires ? 'fires' : ''}">
        <p class="card-title">${one.fires ? html`<span class="up state">${warnIcon} ${words.fires}</span>` : html`<span class="down state">${doneIcon} ${words.quiet}</span>`}
          ${summary(shown, one)}</p>
        ${of(shown, one)}
        ${parts(shown, one, one.fires)}
      </li>`)}
    ${alerts.unknown.map((one) => html`
      <li class="card">
        <p class="card-title"><span class="warn state">${warnIcon} ${words.notKnown}</span> <span>${spokenOf(shown, one.why)}</span></p>
        <p><code lang="en">${one.rule}</code></p>
      </li>`)}
  </ul>`;
}

/** The answer, its amounts as everywhere on the page and its subscription by name. */
function summary(shown: Shown, one: Caused): TemplateResult {
  return answered(shown, one.summary);
}

/** Of an answer that is about no time. */
const NO_PERIOD = 'none';

/** The rule, and what it is about, by the name that it was given. */
function of(shown: Shown, one: Caused): TemplateResult {
  return html`<p><code lang="en">${one.rule}</code> <span class="muted">· ${whose(shown, one)}</span></p>`;
}

/** Whose usage, and of when. */
function whose(shown: Shown, { scope, period }: Caused): string {
  const name = scope === 'all' ? shown.words.everySubscription : (shown.names.get(scope) ?? scope);
  return period === NO_PERIOD ? name : `${name}, ${/^\d{4}-\d\d$/.test(period) ? shown.dates.month(period) : shown.format.date(period)}`;
}

function parts(shown: Shown, one: Caused, open: boolean): TemplateResult | typeof nothing {
  const { words } = shown;
  if (one.lines.length === 0) return nothing;
  const title = one.lines.length === 1 ? words.whatItIsAbout : words.largestParts(one.lines.length);
  return html`<details ?open=${open}><summary>${title}</summary>
    ${lines(shown, one, `${title}: ${whose(shown, one)}`)}</details>`;
}

function incidents(shown: Shown, alerts: Alerts): TemplateResult {
  const { words, format } = shown;
  const newest = [...alerts.incidents].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return html`<ul class="cards">${newest.map((one) => html`
    <li class="card ${one.open ? 'fires' : ''}">
      <p class="card-title">${one.open ? html`<span class="up state">${warnIcon} ${words.open}</span>` : html`<span class="down state">${doneIcon} ${words.over}</span>`} ${summary(shown, one)}</p>
      <p class="muted">${words.since(format.dateTime(one.openedAt))}${one.open ? '' : `, ${words.overSince(format.dateTime(one.changedAt))}`}; ${outcome(shown, one.outcome)}</p>
      ${of(shown, one)}
      ${parts(shown, one, one.open)}
    </li>`)}</ul>`;
}

function outcome(shown: Shown, outcome: Alerts['incidents'][number]['outcome']): TemplateResult {
  const { words } = shown;
  if (outcome === null) return html`${words.toldUnknown}`;
  if ('sent' in outcome) return html`${words.toldTo(outcome.sent.to.join(', '), shown.format.dateTime(outcome.sent.at))}`;
  return html`${words.notTold} ${spokenOf(shown, outcome.failed.reason)}`;
}

/** A line says no currency: it is that of the answer above it, or of the subscriptions that it is about. */
function lines(shown: Shown, one: Caused, name: string): TemplateResult {
  const { words } = shown;
  const currency = currencyIn(one.summary) ?? currencyIn(one.rule) ?? shown.currencyOf(one.scope);
  const priced = one.lines.some(({ rates, cost }) => rates !== undefined || cost !== undefined);
  const compared = one.lines.some(({ before }) => before !== undefined);
  return table(words, name, [
    { name: words.what }, { name: words.quantity, number: true }, { name: words.unit },
    ...(priced ? [{ name: words.unitPrices, number: true }, { name: words.cost, number: true }] : []),
  ], one.lines.map((line): Cell[] => [
    named(words.sentence(line.what) ?? line.what), html`${both(shown, quantity(shown, line.quantity), line.before && quantity(shown, line.before.quantity))}
      ${compared && !line.before ? html`<div class="detail">${words.isNew}</div>` : nothing}`, words.sentence(line.unit) ?? line.unit,
    ...(priced ? costs(shown, line, currency) : []),
  ]));
}

/** Now, and below it what it was before. */
function both({ words }: Shown, now: Said, before: Said | undefined): Cell {
  return before === undefined || before === nothing ? now : html`${now}<div class="detail">${words.was(before)}</div>`;
}

/** The id of a meter stands behind its name. */
function named(what: string): TemplateResult {
  const found = /^(.*) \(([0-9a-f-]{36})\)$/s.exec(what);
  return found ? html`${found[1]}<span class="detail">${found[2]}</span>` : html`${what}`;
}

type Priced = Pick<AlertLine, 'rates' | 'cost'>;

function costs(shown: Shown, line: AlertLine, currency: string | null): Cell[] {
  const of = currency === null ? null : { ...shown, currency };
  const rate = (amount: string): TemplateResult => (of ? exact(of, amount) : quantity(shown, amount));
  const cost = ({ cost }: Priced): Said => (cost === undefined ? nothing : of ? money(of, cost) : quantity(shown, cost));
  const { rates = [], before } = line;
  const then = before?.rates?.map((amount, at) => html`${at === 0 ? nothing : ', '}${rate(amount)}`);
  return [both(shown, rates.map((amount) => html`<div>${rate(amount)}</div>`), then), both(shown, cost(line), before && cost(before))];
}
