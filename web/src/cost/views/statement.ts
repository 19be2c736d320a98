// The statement of one cost centre: every line of it, the rule that made it its own, and what was booked later.

import { html, nothing, type TemplateResult } from 'lit';
import { compareDecimals } from '../../decimal.js';
import { spokenOf, exact, money, quantity, shareOf, signed, told, type Shown } from '../shown.js';
import type { LineKind, ShowbackLine, ShowbackPage, Statement } from '../types.js';
import { boundsOf, isBound } from './bounds.js';
import { figure } from './figure.js';
import { centreName, downloads, rulesOf, state } from './showback.js';
import { table, type Cell } from './table.js';

/** Its own before what it shares. */
const RANKS: Record<LineKind, number> = { usage: 0, fees: 1, credit: 1, rounding: 1, sharedIn: 2, sharedOut: 2 };

export function statementView(shown: Shown, page: ShowbackPage, one: Statement, back: () => void): TemplateResult {
  const { words } = shown;
  const { showback, files } = page;
  const name = centreName(shown, one.costCentre);
  const stem = files[showback.statements.indexOf(one)];
  const least = boundsOf(page, one);
  return html`
    ${state(shown, page)}
    <nav class="crumbs" aria-label=${words.statements}><ol>
      <li><button type="button" class="link" @click=${back}>${words.allStatements}</button></li><li aria-current="true">${name}</li>
    </ol></nav>
    <div class="figures">
      ${figure(words.total, money(shown, one.total, least.total), [words.ofTotal(`${String(shareOf(shown, one.total, showback.total))}`), stem === undefined ? nothing : downloads(shown, showback.month, stem, name)],
        one.costCentre === null ? 'over' : '')}
      ${figure(words.own, money(shown, one.own, least.own), [])}
      ${figure(words.shared, signed(shown, one.shared, least.shared), [])}
      ${figure(words.adjustments, signed(shown, one.adjusted, least.adjusted), [])}
    </div>
    <section aria-labelledby="statement"><h2 id="statement">${words.statementOf(name)}</h2>${lines(shown, page, one)}</section>`;
}

function lines(shown: Shown, page: ShowbackPage, one: Statement): TemplateResult {
  const { words } = shown;
  const { showback } = page;
  const own = showback.lines.filter((line) => line.costCentre === one.costCentre)
    .sort((a, b) => RANKS[a.what.kind] - RANKS[b.what.kind] || compareDecimals(b.amount ?? '0', a.amount ?? '0'));
  const later = showback.adjustments.filter(({ line }) => line.costCentre === one.costCentre);
  const row = (line: ShowbackLine, rule: Cell, note: Cell): Cell[] => [
    html`${item(shown, line)}<span class="detail">${[line.region, line.subscriptionId === null ? '' : (shown.names.get(line.subscriptionId) ?? line.subscriptionId)].filter(Boolean).join(', ')}</span>${note}`,
    told(words.lineKinds, line.what.kind),
    money(shown, line.amount, isBound(line)),
    line.quantity === null ? nothing : quantity(shown, line.quantity), line.unit,
    line.listCost === null ? nothing : exact(shown, line.listCost),
    rule,
  ];
  return table(words, words.statementOf(centreName(shown, one.costCentre)), [
    { name: words.item }, { name: words.kind }, { name: words.amount, number: true }, { name: words.quantity, number: true }, { name: words.unit },
    { name: words.listCost, number: true }, { name: words.rule },
  ], [
    ...own.map((line) => row(line, rulesOf(shown, page, line), nothing)),
    ...later.map(({ month, cause, line }) => row(line, told(words.causes, cause), html`<span class="detail warn">${words.adjustmentOf(shown.dates.month(month))}</span>`)),
  ], { foot: [words.total, '', money(shown, one.total, boundsOf(page, one).total), '', '', '', ''] });
}

function item(shown: Shown, line: ShowbackLine): TemplateResult {
  const name = [line.service, line.name].filter(Boolean).join(' · ') || shown.words.noName;
  return line.what.kind === 'usage' ? html`${name}` : spokenOf(shown, name);
}
