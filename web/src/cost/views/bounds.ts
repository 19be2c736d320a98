// Which amounts of a statement are lower bounds: what has no price is in no sum.

import { isZero } from '../../decimal.js';
import type { ShowbackLine, ShowbackPage, Statement } from '../types.js';

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
