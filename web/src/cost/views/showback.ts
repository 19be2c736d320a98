// A month by cost centre: what each bears, whose rule said so, what is shared, what nobody is named for, and the statements.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero, percentage, share } from '../../decimal.js';
import { warnIcon } from '../../icons.js';
import type { Route } from '../route.js';
import { spokenOf, money, quantity, shareOf, signed, type Shown } from '../shown.js';
import type { ShowbackLine, ShowbackPage, Statement } from '../types.js';
import { boundsOf } from './bounds.js';
import { figure } from './figure.js';
import { statementView } from './statement.js';
import { table, type Cell } from './table.js';

/** Nobody closed a month yet. */
export function noClose({ words }: Shown): TemplateResult {
  return html`<div class="failure" role="status"><h2 class="failure-title">${words.noClose}</h2>
    <p>${words.noCloseText}</p>
    <p><code>forebill close MONTH --rules showback.txt</code></p></div>`;
}

export function showbackView(given: Shown, page: ShowbackPage, centre: string | null, go: (change: Partial<Route>) => void): TemplateResult {
  const { showback } = page;
  const shown = { ...given, currency: showback.currency };
  const open = centre === null ? undefined : showback.statements.find((one) => (one.costCentre ?? '') === centre);
  if (open) return statementView(shown, page, open, () => go({ centre: null }));
  return html`
    ${state(shown, page)}
    ${others(shown, page)}
    ${figures(shown, page)}
    <section aria-labelledby="statements"><h2 id="statements">${shown.words.statements}</h2>${statements(shown, page, go)}</section>
    ${unpriced(shown, page)}
    ${doubts(shown, page)}
    ${rules(shown, page)}`;
}

export function state({ words, format, dates }: Shown, { showback, rulesOf }: ShowbackPage): TemplateResult {
  return showback.closedAt !== null ? html`<p class="muted">${words.isClosed(format.dateTime(showback.closedAt))}</p>`
    : html`<p class="warn state">${warnIcon}<span>${words.isOpen(dates.month(rulesOf ?? showback.month))}</span></p>`;
}

/** Money of two currencies is never added; what is not on this page is named with its sum. */
function others(shown: Shown, { showback }: ShowbackPage): TemplateResult | typeof nothing {
  const all = showback.otherCurrencies ?? [];
  if (all.length === 0) return nothing;
  const sum = (one: (typeof all)[number]) => money({ ...shown, currency: one.currency }, one.total, !one.complete);
  return html`<p class="warn state">${warnIcon}<span>${shown.words.alsoIn} ${all.map((one, at) => html`${at > 0 ? ', ' : ''}${sum(one)}`)}
    <code>forebill showback ${showback.month}</code></span></p>`;
}

/** Nobody's statement; where there is none, everything has a cost centre. */
function nobodys(page: ShowbackPage): Statement {
  return page.showback.statements.find((one) => one.costCentre === null)
    ?? { costCentre: null, own: '0', shared: '0', adjusted: '0', total: '0', unpriced: 0 };
}

function figures(shown: Shown, page: ShowbackPage): TemplateResult {
  const { words } = shown;
  const { showback, markup } = page;
  const nobody = nobodys(page);
  const is = !isZero(nobody.total);
  const least = boundsOf(page, nobody).total;
  const booked = showback.adjustments.length;
  return html`<div class="figures">
    ${figure(words.allStatements, money(shown, showback.total, !showback.complete), [words.sumOfAll, showback.complete ? nothing : html`<span class="warn">${words.incomplete}</span>`])}
    ${figure(words.withoutCentre, money(shown, nobody.total, least), is ? [words.ofTotal(shown.format.percent(share(nobody.total, showback.total))), words.nobodyBears] : [words.everythingNamed], is ? 'over' : '')}
    ${figure(words.prices, markup === null ? words.azurePrices : words.ownBook, markup === null ? [words.noMarkup]
      : [words.markup(signed(shown, markup)), words.byAzure(money(shown, showback.azureDue, !showback.complete))])}
    ${figure(words.booked, booked === 0 ? html`<span class="muted">–</span>` : shown.format.integer(booked), [booked === 0 ? words.noAdjustment
      : html`${[...new Set(showback.adjustments.map((one) => shown.dates.month(one.month)))].join(', ')}`])}
  </div>`;
}

function statements(shown: Shown, page: ShowbackPage, go: (change: Partial<Route>) => void): TemplateResult {
  const { words, format } = shown;
  const { showback, files } = page;
  const booked = !showback.statements.every((one) => isZero(one.adjusted));
  const named = showback.statements.some((one) => one.costCentre === null);
  const all = named ? showback.statements : [...showback.statements, nobodys(page)];
  const some = (amount: string, least: boolean) => (isZero(amount) ? nothing : signed(shown, amount, least));
  const out = (centre: string | null) => showback.lines.find((line) => line.costCentre === centre && line.what.kind === 'sharedOut');
  const withBooked = (cell: Cell): Cell[] => (booked ? [cell] : []);
  const withFiles = (cell: Cell): Cell[] => (files.length === 0 ? [] : [cell]);
  const row = (one: Statement, at: number): Cell[] => {
    const name = centreName(shown, one.costCentre);
    const stem = files[at];
    const shared = out(one.costCentre);
    const least = boundsOf(page, one);
    return [
      html`<button type="button" class="link" data-centre=${one.costCentre ?? ''} @click=${() => go({ centre: one.costCentre ?? '' })}>${name}</button>
        ${shared ? html`<span class="detail">${spokenOf(shown, shared.name)}</span>` : nothing}`,
      money(shown, one.total, least.total),
      html`<span class="bar-cell"><span class="meter-bar"><span .style=${`inline-size:${percentage(share(one.total, showback.total))}`}></span></span>
        <span class="num">${shareOf(shown, one.total, showback.total)}</span></span>`,
      money(shown, one.own, least.own), some(one.shared, least.shared), ...withBooked(some(one.adjusted, least.adjusted)),
      one.unpriced > 0 ? html`<span class="warn">${words.linesUnpriced(one.unpriced, format.integer(one.unpriced))}</span>` : nothing,
      ...withFiles(stem === undefined ? nothing : downloads(shown, showback.month, stem, name)),
    ];
  };
  return table(words, words.statements, [
    { name: words.costCentre }, { name: words.total, number: true }, { name: words.share, number: true }, { name: words.own, number: true }, { name: words.shared, number: true },
    ...(booked ? [{ name: words.adjustments, number: true }] : []), { name: words.note }, ...(files.length === 0 ? [] : [{ name: words.files }]),
  ], all.map(row), {
    foot: [words.total, money(shown, showback.total, !showback.complete), '', '', '', ...withBooked(''), '', ...withFiles(downloads(shown, showback.month, `${showback.month}_summary`, words.summary))],
    mark: (at) => (all[at]?.costCentre === null && !isZero(all[at]?.total ?? '0') ? 'nobody' : ''),
  });
}

export function centreName({ words }: Shown, centre: string | null): string {
  return centre ?? words.noCentre;
}

/** The files that `forebill showback --to` writes. */
export function downloads({ words }: Shown, month: string, stem: string, whose: string): TemplateResult {
  return html`<span class="files">${['csv', 'xlsx', 'html'].map((form) => html`
    <a href=${`data/showback/${encodeURIComponent(month)}/${encodeURIComponent(stem)}.${form}`} download=${`${stem}.${form}`} aria-label=${words.download(form.toUpperCase(), whose)}>${form.toUpperCase()}</a>`)}</span>`;
}

function unpriced(shown: Shown, { showback }: ShowbackPage): TemplateResult | typeof nothing {
  const { words } = shown;
  if (showback.unpriced.length === 0) return nothing;
  return html`<section aria-labelledby="unpriced"><h2 id="unpriced">${words.unpriced}</h2>${table(words, words.unpriced, [
    { name: words.meter }, { name: words.costCentre }, { name: words.quantity, number: true }, { name: words.unit },
  ], showback.unpriced.map((one) => [
    html`${one.name || words.noName}<span class="detail">${one.meterId}</span>`, centreName(shown, one.costCentre), quantity(shown, one.quantity), one.unit,
  ]))}</section>`;
}

function doubts(shown: Shown, { showback }: ShowbackPage): TemplateResult | typeof nothing {
  const { words, format } = shown;
  const all: (TemplateResult | string)[] = [
    ...showback.basis.subscriptions.filter((one) => one.gaps.length > 0).map((one) => words.notRead(one.name, format.integer(one.gaps.length), one.gaps[0] ?? '')),
    ...showback.basis.leftOut.map((id) => words.notInIt(shown.names.get(id) ?? id)),
    ...showback.notes.map((note) => spokenOf(shown, note)),
  ];
  return all.length === 0 ? nothing : html`<ul class="doubts">${all.map((one) => html`<li>${warnIcon}<span>${one}</span></li>`)}</ul>`;
}

function rules({ words }: Shown, { showback }: ShowbackPage): TemplateResult {
  return html`<details class="rules"><summary>${words.theRules}</summary><pre tabindex="0" role="group" aria-label=${words.theRules}>${showback.rules}</pre></details>`;
}

/** The rules that named the cost centre of a line. */
export function rulesOf(shown: Shown, page: ShowbackPage, line: ShowbackLine): Cell {
  const { words } = shown;
  if (line.what.kind !== 'usage') return line.what.kind === 'sharedIn' || line.what.kind === 'sharedOut' ? spokenOf(shown, line.name) : nothing;
  const places = page.namedBy[page.showback.lines.indexOf(line)] ?? [];
  if (places.length > 0) return html`${places.map((place) => html`<div><code lang="en">${page.assignedBy[place]}</code></div>`)}`;
  return html`<span class=${line.costCentre === null ? 'up' : 'muted'}>${line.costCentre === null ? words.noRule : words.ruleUnknown}</span>`;
}
