// The one place where amounts become numbers: lengths of a picture, which are never printed. What is printed is the
// text of the document.

import { aligned } from '../decimal.js';

/** How long an amount is drawn. */
export function drawn(amount: string | null): number {
  const length = Number(amount ?? '0');
  return Number.isFinite(length) ? length : 0;
}

/** part ÷ whole in thousandths, for "+8.2 %"; null where the whole is nothing. */
export function thousandths(part: string, whole: string): bigint | null {
  const pair = aligned(part, whole);
  if (!pair || pair[1] <= 0n) return null;
  const [numerator, denominator] = pair;
  const half = numerator < 0n ? -denominator : denominator;
  return (numerator * 2000n + half) / (denominator * 2n);
}
