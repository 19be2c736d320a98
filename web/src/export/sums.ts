// What stands below the lines, with its name: the sums of a month, and what the terms of each offer make of them.

import type { Estimate } from '../types.js';
import type { AllWords } from '../tools/words.js';
import type { DetailWords } from '../views/details.js';
import type { View } from './rows.js';

/** A name and an amount; a text beside it, or in its place. */
export type Sum = readonly [name: string, amount: string | null, text?: string];

export function sums({ estimate, complete, books }: View, words: AllWords): Sum[] {
  if (!estimate) return [];
  const { totals, terms, offers = [] } = estimate;
  const { monthlyCost, yearlyCost, monthlyCostLow: low, monthlyCostHigh: high, invoiceCost } = totals;
  const lacking = complete ? '' : words.incompleteShort;
  return [
    [words.estimatedMonth, monthlyCost, lacking],
    [words.year, yearlyCost, lacking],
    ...(low === high ? [] : [[words.low, low, lacking], [words.high, high, lacking]] as const),
    [words.rounded, invoiceCost, lacking],
    ...termSums(terms, words, lacking),
    ...offers.flatMap(({ book, monthlyCost: cost, complete: whole, terms: its }): Sum[] => {
      const name = books.find(({ id }) => id === book.id)?.offer ?? book.id;
      const part: Sum[] = [[words.aMonth, cost, whole ? '' : words.incompleteShort], ...termSums(its, words, whole ? '' : words.incompleteShort)];
      return part.map(([of, ...rest]) => [`${name}: ${of}`, ...rest]);
    }),
  ];
}

/** What the offer makes of the month: discount, fees, how far its credit goes, and what is left. `lacking` is said beside each. */
export function termSums(terms: Estimate['terms'], words: DetailWords, lacking: string, number = (text: string) => text): Sum[] {
  if (!terms) return [];
  const { discountPercent, discount, recurringCharge, credit, monthlyDue } = terms;
  return [
    ...(discountPercent === null ? [] : [[words.discountOf(number(discountPercent)), discount, lacking]] as const),
    ...(recurringCharge === '0' ? [] : [[words.fees, recurringCharge]] as const),
    ...(credit ? [
      // More of a credit than there is cannot be used, and it may end earlier.
      [words.paidByCredit, credit.used, credit.remaining === '0' ? '' : lacking],
      [words.creditEnds, null, `${credit.endsOnDay === null ? words.lastsMonth : words.dayOf(`${credit.endsOnDay}`, `${credit.days}`)}${lacking && `, ${words.incompleteShort}`}`],
    ] as const : []),
    [words.toPay, monthlyDue, lacking],
  ];
}
