// The estimate as CSV and TSV: one row for each line, and below it one for each tier that it uses. Decimals have a point
// and all their digits. A text that a spreadsheet would take for a formula gets an apostrophe.

import { isZero } from '../decimal.js';
import type { AllWords } from '../tools/words.js';
import { COST_CENTRE, tagName } from '../grouping.js';
import { tierRange, type LineRow, type View } from './rows.js';

type Row = (string | null)[];

export function csv(view: View, words: AllWords): string {
  return `${rows(view, words).map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** For pasting: no quotes, so no tabs and no line ends inside. */
export function tsv(view: View, words: AllWords): string {
  return `${rows(view, words).map((row) => row.map((cell) => (cell ?? '').replace(/\s+/g, ' ')).join('\t')).join('\n')}\n`;
}

function rows(view: View, words: AllWords): Row[] {
  const head = [
    words.group, words.nameOfLine, words.meter, words.category, words.region, words.meterId, words.quantity, words.count,
    words.quantityTogether, words.unit, words.tier, words.unitPrice, words.cost, words.currency, words.remark, words.costCentre, words.offer,
  ];
  const { totals } = view.estimate ?? {};
  const all: Row[] = [
    head,
    ...view.sections.flatMap(({ lines }) => lines.flatMap((row) => lineRows(row, view, words))),
    [...blank(1), words.estimatedMonth, ...blank(10), totals?.monthlyCost ?? null, view.currency, view.complete ? null : words.incompleteShort, null],
    [...blank(1), words.year, ...blank(10), totals?.yearlyCost ?? null, view.currency, null, null],
    ...view.tags.map(({ key, value, sum }): Row => [...blank(1), safe(`${tagName(key, words)} ${value}`), ...blank(10), sum, view.currency, null, safe(key === COST_CENTRE ? value : '')]),
    ...view.books.map(({ offer, id, fetchedAt }): Row => [...blank(1), words.rateBook, ...blank(12), safe([offer, id, fetchedAt].join(' '))]),
  ];
  return all.map((row) => [...row, ...blank(head.length - row.length)]);
}

function lineRows({ line, title, quantity: number, unit: its, group, costCentre, offer, priced, problem }: LineRow, view: View, words: AllWords): Row[] {
  const { meter, plan } = line;
  const quantity = plan ? `${plan.hours} ${words.hoursADay}, ${plan.days} ${words.daysAWeek}`
    : priced && priced.unit !== its ? `${number} ${its}` : number;
  const unit = priced?.unit ?? its;
  const own: Row = [
    safe(group), safe(title), safe(meter.name), safe(meter.category), safe(meter.region), meter.meterId, safe(quantity),
    safe(line.count.trim()), priced?.quantity ?? null, safe(unit), null,
    null, priced?.cost ?? null, view.currency, safe(priced?.cost ? '' : problem || words.noPriceShort), safe(costCentre), offer,
  ];
  if (!priced || priced.status !== 'priced') return [own];
  const covered = priced.includedQuantity ?? '0';
  const parts: Row[] = isZero(covered) ? [] : [[...blank(8), covered, safe(unit), words.includedQuantity, '0', '0', view.currency, null, null]];
  for (const tier of priced.tiers) {
    if (isZero(tier.quantity)) continue;
    const remark = tier.block ? words.forBlock(tier.block).trim() : null;
    parts.push([...blank(8), tier.quantity, safe(unit), tierRange(tier.from, tier.to), tier.unitPrice, tier.cost, view.currency, remark, null]);
  }
  return [own, ...parts];
}

function blank(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

/** As the command line does it. */
function safe(text: string): string {
  return /^[=+\-@\t\r\0]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string | null): string {
  const text = cell ?? '';
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
