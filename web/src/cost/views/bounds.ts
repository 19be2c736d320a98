// Which amounts are lower bounds: what has no price is in no sum.

import { isZero } from '../../decimal.js';
import type { Branch, CourseDay, Report, ShowbackLine, ShowbackPage, Statement, SubscriptionSpend } from '../types.js';

export type Bounds = Readonly<Record<'own' | 'shared' | 'adjusted' | 'total', boolean>>;

/** Whether some or all of a line has no price. One below zero got its price later. */
export function isBound({ unpricedQuantity }: ShowbackLine): boolean {
  return !isZero(unpricedQuantity) && !unpricedQuantity.startsWith('-');
}

export function boundsOf({ showback: { lines, adjustments } }: ShowbackPage, { costCentre, unpriced }: Statement): Bounds {
  const its = lines.filter((line) => line.costCentre === costCentre);
  // What is passed on of a pool lacks what the pool lacks.
  const shared = its.some(({ what }) => what.kind === 'sharedIn' && lines.some((line) => line.costCentre === what.pool && isBound(line)));
  return {
    own: its.some(isBound),
    shared,
    adjusted: adjustments.some(({ line }) => line.costCentre === costCentre && isBound(line)),
    total: unpriced > 0 || shared,
  };
}

/** Whether something of a day or of an hour has no price. */
export function lacksOn({ spend }: Report, bucket: string): boolean {
  return spend.days.some((day) => bucket.startsWith(day.bucket ?? '') && day.unpricedRows > 0);
}

/** Of a group in a day or hour. What an earlier version published says of no group when it lacks something. */
export function isBoundAt({ unpriced, unpricedRows }: Branch, at: number): boolean {
  return unpriced ? unpriced.includes(at) : unpricedRows > 0;
}

export function isBoundOf({ unpriced, bill }: SubscriptionSpend): boolean {
  return unpriced > 0 || bill?.complete === false;
}

/** The days of a course, as reported or expected, and all days up to them. */
export function boundsOfCourse(report: Report): Map<CourseDay, { day: boolean; running: boolean }> {
  let running = false;
  return new Map(report.course.map((one) => {
    const day = one.complete === false || lacksOn(report, one.on);
    running ||= day;
    return [one, { day, running }];
  }));
}
