// Which days the comparison with the month before is of: those that are fully reported, counted in each billing period.

import { lastDay } from '../dates.js';
import type { Shown } from '../shown.js';
import type { Report } from '../types.js';

const DAY_MS = 86_400_000;

/** "Compared: Nov 1 – 21, 2026, …", that later days are left out where there are some, and that what has no price is. */
export function comparedDays({ words, dates }: Shown, { spend, expected, movers }: Report): string {
  const ranges = new Set<string>();
  let leftOut = false;
  for (const { subscriptionId, billingPeriodStart: start, billingPeriodEnd: end } of spend.subscriptions) {
    const last = lastDay(end);
    const days = expected?.subscriptions.find((one) => one.subscriptionId === subscriptionId)?.elapsedDays;
    const until = days === undefined ? last : new Date(Date.parse(start) + (days - 1) * DAY_MS).toISOString().slice(0, 10);
    if (until < last) leftOut = true;
    if (days === undefined || days > 0) ranges.add(dates.range(start.slice(0, 10), until < last ? until : last));
  }
  return [
    ranges.size === 0 ? words.comparedNone : words.comparedDays([...ranges].join('; ')),
    ...(leftOut ? [words.laterLeftOut] : []),
    // The difference of two lower bounds is none: more may be missing on either side.
    ...((movers?.unpricedRows ?? 0) + (movers?.unpricedRowsBefore ?? 0) > 0 ? [words.changesPriced] : []),
  ].join(' ');
}
