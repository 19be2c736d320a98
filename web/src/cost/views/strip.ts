// How fresh and how complete everything is, in one line, and in a table behind it.

import { html, nothing, type TemplateResult } from 'lit';
import { doneIcon, warnIcon } from '../../icons.js';
import { isStale } from '../dates.js';
import { spokenOf, type Shown } from '../shown.js';
import type { Days, Report, Reports } from '../types.js';
import { table, type Cell } from './table.js';

interface Mark {
  text: string;
  good: boolean;
}

/** Of a month; without one, what holds of every page. */
export function strip(shown: Shown, reports: Reports, report: Report | null): TemplateResult {
  return html`
    <details class="strip">
      <summary><ul>${marks(shown, reports, report).map((mark) => html`
        <li class=${mark.good ? '' : 'warn'}>${mark.good ? doneIcon : warnIcon}<span>${mark.text}</span></li>`)}</ul></summary>
      ${behind(shown, reports, report)}
    </details>`;
}

function marks(shown: Shown, reports: Reports, report: Report | null): Mark[] {
  const { words, format, dates } = shown;
  const read = reports.ledger.usage.map((line) => line.lastReadAt).filter((read) => read !== null).sort();
  const newest = read[read.length - 1];
  const good = (text: string): Mark => ({ good: true, text });
  const all: Mark[] = report ? ofMonth(shown, report) : [];
  if (newest) all.splice(1, 0, { good: !isStale(newest, shown.now), text: words.readAgo(dates.age(newest, shown.now)) });
  if (!report) {
    const due = reports.ledger.usage.reduce((sum, line) => sum + line.due, 0);
    all.push(due === 0 ? good(words.nothingDue) : { good: false, text: words.dueDays(due, format.integer(due)) });
  }
  all.push(lastCompared(shown, reports));
  // A store in which nothing ran yet is of no time.
  if (Date.parse(reports.at) > 0) all.push(good(words.asOf(format.dateTime(reports.at))));
  return all;
}

function ofMonth(shown: Shown, { spend }: Report): Mark[] {
  const { words, format, dates } = shown;
  const usage = spend.subscriptions.map((one) => one.usageCompleteTo).filter((to) => to !== null).sort();
  const missed = [...spend.subscriptions, ...spend.unread].reduce((sum, one) => sum + one.gaps.length, 0);
  const rows = spend.subscriptions.reduce((sum, one) => sum + one.rows, 0);
  const [to, oldestBook] = [usage[0], spend.subscriptions.map((one) => one.bookFetchedAt).sort()[0]];
  const outside = spend.withoutOffer.length + spend.unread.length;
  const unpriced = spend.unpriced.length;
  const bad = (text: string): Mark => ({ good: false, text });
  const good = (text: string): Mark => ({ good: true, text });
  return [
    ...(to ? [good(words.usageTo(format.date(new Date(Date.parse(to) - 1).toISOString())))] : []),
    good(words.rowsCount(rows, format.integer(rows))),
    missed === 0 ? good(words.everyDayRead) : bad(words.daysMissed(missed, format.integer(missed))),
    ...(oldestBook ? [good(words.pricesAgo(dates.age(oldestBook, shown.now)))] : []),
    unpriced === 0 ? good(words.allPriced) : bad(words.metersUnpriced(unpriced, format.integer(unpriced))),
    ...(outside > 0 ? [bad(words.outside(outside, format.integer(outside)))] : []),
  ];
}

/** How the newest invoices that were compared came out. */
function lastCompared({ words, dates, format }: Shown, { lastCompared: last }: Reports): Mark {
  if (!last || last.currency === null) return { good: true, text: words.invoicesNotCompared };
  const month = dates.month(last.month);
  const { unexplained } = last.reasons;
  return unexplained === undefined ? { good: true, text: words.invoicesExplained(month) }
    : { good: false, text: words.invoicesNotExplained(month, format.money(last.currency, unexplained)) };
}

function behind(shown: Shown, { ledger }: Reports, report: Report | null): TemplateResult {
  const { words, format } = shown;
  const spend = report?.spend;
  const lines = ledger.usage.map((line): Cell[] => [
    line.name ?? line.subscriptionId,
    line.granularity === 'hourly' ? words.hours : words.days,
    format.integer(line.committed),
    line.due === 0 ? words.none : html`<span class="warn">${format.integer(line.due)}</span>`,
    line.gaps.length === 0 ? words.none : html`<span class="warn">${line.gaps.map((days) => range(shown, days)).join(', ')}</span>`,
    line.missed.length === 0 ? nothing : html`${line.missed.map((one) => html`<div>${range(shown, one)}: ${spokenOf(shown, one.reason)}</div>`)}`,
    line.lastReadAt ? format.dateTime(line.lastReadAt) : words.never,
  ]);
  return html`
    ${table(words, words.whatWasRead, [
      { name: words.subscription }, { name: words.usageBy }, { name: words.daysRead, number: true }, { name: words.due, number: true },
      { name: words.neverRead }, { name: words.inVain }, { name: words.readLast },
    ], lines)}
    <ul class="notes">
      ${spend?.withoutOffer.map((id) => html`<li class="warn">${words.withoutOffer(id)} <code>forebill snapshot usage --subscription ${id} --offer ID</code></li>`)}
      ${spend?.unread.map((one) => html`<li class="warn">${words.unread(one.name, format.integer(one.gaps.length), one.gaps[0] ?? '')}</li>`)}
      ${ledger.missing.map((one) => html`<li class="warn">${words.needs(shown.names.get(one.subscriptionId) ?? one.subscriptionId, one.what)}</li>`)}
      ${spend?.warnings.map((one) => html`<li>${doubt(shown, one)}</li>`)}
    </ul>`;
}

/** The text of its code; which rows it is about stands behind it, as the program says it. */
function doubt(shown: Shown, { code, message }: Report['spend']['warnings'][number]): TemplateResult {
  const text = shown.words.warning(code);
  return text === undefined ? spokenOf(shown, message) : html`<span title=${message}>${text}</span>`;
}

function range(shown: Shown, { from, to }: Days): string {
  return from === to ? shown.dates.day(from) : `${shown.dates.day(from)} – ${shown.dates.day(to)}`;
}
