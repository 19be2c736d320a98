// How fresh and how complete everything is, in one line, and in a table behind it.

import { html, nothing, type TemplateResult } from 'lit';
import { doneIcon, warnIcon } from '../../icons.js';
import { age, isStale } from '../dates.js';
import type { Shown } from '../shown.js';
import type { Days, Report, Reports } from '../types.js';
import { table, type Cell } from './table.js';

interface Mark {
  text: string;
  good: boolean;
}

export function strip(shown: Shown, reports: Reports, report: Report): TemplateResult {
  return html`
    <details class="strip">
      <summary><ul>${marks(shown, reports, report).map((mark) => html`
        <li class=${mark.good ? '' : 'warn'}>${mark.good ? doneIcon : warnIcon}<span>${mark.text}</span></li>`)}</ul></summary>
      ${behind(shown, reports, report)}
    </details>`;
}

function marks(shown: Shown, { ledger }: Reports, { spend, at }: Report): Mark[] {
  const usage = spend.subscriptions.map((one) => one.usageCompleteTo).filter((to) => to !== null).sort();
  const read = ledger.usage.map((line) => line.lastReadAt).filter((read) => read !== null).sort();
  const missed = [...spend.subscriptions, ...spend.unread].reduce((sum, one) => sum + one.gaps.length, 0);
  const books = spend.subscriptions.map((one) => one.bookFetchedAt).sort();
  const [to, newest, oldestBook] = [usage[0], read[read.length - 1], books[0]];
  const all: Mark[] = [];
  if (to) all.push({ good: true, text: `Usage reported to ${shown.format.date(new Date(Date.parse(to) - 1).toISOString())}` });
  if (newest) all.push({ good: !isStale(newest, shown.now), text: `read ${age(newest, shown.now)}` });
  all.push(missed === 0 ? { good: true, text: 'every reported day was read' }
    : { good: false, text: `${missed} reported ${missed === 1 ? 'day was' : 'days were'} never read` });
  if (oldestBook) all.push({ good: true, text: `prices read ${age(oldestBook, shown.now)}` });
  all.push(spend.unpriced.length === 0 ? { good: true, text: 'everything has a price' }
    : { good: false, text: `${spend.unpriced.length} ${spend.unpriced.length === 1 ? 'meter' : 'meters'} without a price` });
  const outside = spend.withoutOffer.length + spend.unread.length;
  if (outside > 0) all.push({ good: false, text: `${outside} ${outside === 1 ? 'subscription is' : 'subscriptions are'} in no sum` });
  all.push({ good: true, text: `as of ${shown.format.dateTime(at)}` });
  return all;
}

function behind(shown: Shown, { ledger }: Reports, { spend }: Report): TemplateResult {
  const lines = ledger.usage.map((line): Cell[] => [
    line.name ?? line.subscriptionId,
    line.granularity === 'hourly' ? 'hours' : 'days',
    shown.format.integer(line.committed),
    line.due === 0 ? 'none' : html`<span class="warn">${shown.format.integer(line.due)}</span>`,
    line.gaps.length === 0 ? 'none' : html`<span class="warn">${line.gaps.map((days) => range(shown, days)).join(', ')}</span>`,
    line.missed.length === 0 ? nothing : html`${line.missed.map((one) => html`<div>${range(shown, one)}: ${one.reason}</div>`)}`,
    line.lastReadAt ? shown.format.dateTime(line.lastReadAt) : 'never',
  ]);
  return html`
    ${table('What was read', [
      { name: 'Subscription' }, { name: 'Usage by' }, { name: 'Days read', number: true }, { name: 'Due', number: true },
      { name: 'Never read' }, { name: 'Asked in vain' }, { name: 'Read last' },
    ], lines)}
    <ul class="notes">
      ${spend.withoutOffer.map((id) => html`<li class="warn">${id} has usage and no offer, so nothing of it is in any sum: <code>forebill snapshot usage --subscription ${id} --offer ID</code></li>`)}
      ${spend.unread.map((one) => html`<li class="warn">Nothing of ${one.name} was read in this month: ${one.gaps.length} reported days, from ${one.gaps[0] ?? ''}</li>`)}
      ${ledger.missing.map((one) => html`<li class="warn">${shown.names.get(one.subscriptionId) ?? one.subscriptionId} needs ${one.what}</li>`)}
      ${spend.warnings.map((one) => html`<li>${one.message}</li>`)}
    </ul>`;
}

function range(shown: Shown, { from, to }: Days): string {
  return from === to ? shown.dates.day(from) : `${shown.dates.day(from)} – ${shown.dates.day(to)}`;
}
