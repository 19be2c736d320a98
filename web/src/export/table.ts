// The estimate as a table: a row for each group, line and tier, then the sums. A workbook calculates it, CSV and TSV have its
// texts, and from all of them it is read back (keeping/table.ts). Every number is the core's text, and every formula stands
// beside the core's result, so that nothing passes through a float here. A spreadsheet keeps 15 digits; where that is not
// enough the row says so, and the exact cost stands beside.

import { isZero } from '../decimal.js';
import { COST_CENTRE, tagName } from '../grouping.js';
import { given, type Line } from '../state.js';
import type { AllWords } from '../tools/words.js';
import type { EstimateLine } from '../types.js';
import { tierRange, type LineRow, type Section, type View } from './rows.js';
import { sums } from './sums.js';

export type Cell =
  | { text: string; bold?: boolean }
  | { value: string }
  | { formula: string; value: string }
  | null;

/** The columns by their letters: A kind, B name, C service, D meter, E region, F quantity, G its unit, H what it is for, I and J a
 * schedule, K count, L together, M unit, N tier, O unit price, P cost, Q exact cost, R currency, S remark, T cost centre, U
 * offer, V group, W meter id, X low, Y high, Z ramp, AA other tags. */
export const heads = (words: AllWords): string[] => [
  words.kind, words.nameOfLine, words.category, words.meter, words.region, words.quantity, words.unit, words.perTime, words.hoursADay,
  words.daysAWeek, words.count, words.quantityTogether, words.unit, words.tier, words.unitPrice, words.cost, words.exact, words.currency,
  words.remark, words.costCentre, words.offer, words.group, words.meterId, words.low, words.high, words.ramp, words.tags,
];
export const EXACT = 16;
/** What a row is, in every language. */
export const KINDS = { line: 'line', group: 'group', estimate: 'estimate' } as const;

const text = (content: string, bold = false): Cell => (content === '' ? null : { text: content, bold });
const number = (value: string): Cell => (value === '' ? null : { value });

/** `live` where formulas count: there a sum that has none is no number, but a text like all exact costs. */
export function table(view: View, words: AllWords, live = false): Cell[][] {
  const rows: Cell[][] = [heads(words).map((head) => text(head, true))];
  /** Where the lines of a meter stand that share its tiers, for those behind them. */
  const before = new Map<string, string[]>();
  const ends: number[] = [];
  const groups = view.sections.map((section) => {
    const head = section.group && rows.push(groupRow(section));
    for (const line of section.lines) pushLine(rows, line, section, view, before, words);
    ends.push(rows.length);
    return head;
  });
  view.sections.forEach(({ sum, inner, whole }, index) => {
    const [head, end] = [groups[index], ends[index + inner]];
    if (!head || !end) return;
    rows[head - 1]?.splice(15, 4, ...(sum === null ? [null, null, null] : [sumOfLines(head + 1, end, sum), text(sum), text(view.currency)]), text(whole ? '' : words.incompleteShort));
  });
  pushSums(rows, view, words, live);
  rows.push(placed({ 0: text(KINDS.estimate), 1: text(view.own), 17: text(view.currency), 20: text(view.offer) }));
  for (const { id, offer, fetchedAt } of view.books) rows.push(placed({ 0: text('book'), 1: text(words.rateBook), 18: text([id, fetchedAt && `${words.fetched} ${fetchedAt}`].filter(Boolean).join(', ')), 20: text(offer) }));
  return rows;
}

/** A row by the places of what it has. */
function placed(cells: Record<number, Cell>): Cell[] {
  return Array.from({ length: 27 }, (_, column) => cells[column] ?? null);
}

function groupRow({ group, within, costCentre }: Section): Cell[] {
  return placed({ 0: text(KINDS.group), 1: text(group?.name ?? '', true), 19: text(costCentre), 21: text(within), 26: otherTags(group?.tags) });
}

function otherTags(tags: Line['tags'] = {}): Cell {
  const { [COST_CENTRE]: _centre, ...others } = tags;
  return text(Object.keys(others).length === 0 ? '' : JSON.stringify(others));
}

function sumOfLines(first: number, last: number, value: string): Cell {
  return { formula: `SUMIF(A${first}:A${last},"${KINDS.line}",P${first}:P${last})`, value };
}

function pushSums(rows: Cell[][], view: View, words: AllWords, live: boolean): void {
  const last = rows.length;
  const row = (name: string, cost: Cell, exact: string | null, remark = '', centre = '') => rows.push(placed({
    0: text('total'), 1: text(name, true), 15: cost, 16: text(exact ?? ''), 17: text(exact === null ? '' : view.currency), 18: text(remark), 19: text(centre),
  }));
  const fixed = (value: string): Cell => (live ? null : { value });
  const ramps = view.sections.some(({ lines }) => lines.some(({ line }) => line.ramp.trim() !== ''));
  sums(view, words).forEach(([name, amount, remark], index) => {
    const cost: Cell = amount === null ? null
      : index === 0 ? sumOfLines(2, last, amount)
      : index === 1 && !ramps ? { formula: `P${last + 1}*12`, value: amount }
      : fixed(amount);
    row(name, cost, amount, remark);
  });
  for (const { key, value, sum, whole } of view.tags) {
    // Letter by letter, and no text of anybody inside a formula.
    const same = `SUMPRODUCT((A2:A${last}="${KINDS.line}")*EXACT(T2:T${last},T${rows.length + 1}),P2:P${last})`;
    const centre = key === COST_CENTRE;
    row(`${tagName(key, words)} ${value}`, centre ? { formula: same, value: sum } : fixed(sum), sum, whole ? '' : words.incompleteShort, centre ? value : '');
  }
}

/** A line and below it its tiers. */
function pushLine(rows: Cell[][], row: LineRow, { group }: Section, { currency }: View, before: Map<string, string[]>, words: AllWords): void {
  const { line, title, costCentre, offer, priced, problem, factor } = row;
  const { meter, plan, region, low, high, ramp, tags } = line;
  const [quantity, unit, per] = given(line);
  const cells = placed({
    0: text(KINDS.line), 1: text(title), 2: text(meter.category), 3: text(meter.name), 4: text(region || meter.region),
    ...(plan ? { 8: number(plan.hours.trim()), 9: number(plan.days.trim()) } : { 5: number(quantity), 6: text(unit), 7: text(per ?? ''), 23: number(low.trim()), 24: number(high.trim()) }),
    10: number(line.count.trim()), 12: text(priced?.unit ?? meter.unit), 17: text(currency), 19: text(costCentre), 20: text(offer), 21: text(group?.name ?? ''),
    22: text(meter.meterId), 25: text(ramp.trim()), 26: otherTags(tags),
  });
  rows.push(cells);
  if (!priced || priced.cost === null) {
    cells[18] = text(problem || words.noPriceShort);
    return;
  }
  const at = rows.length;
  cells[11] = { formula: `${plan ? `I${at}*J${at}` : `F${at}`}*K${at}${factor && `*${factor}`}`, value: priced.quantity };
  cells[16] = text(priced.cost);
  // Tiers are shared by the lines of one meter in one subscription: each starts where the one before ended.
  const key = `${offer} ${meter.meterId}`;
  const earlier = before.get(key) ?? [];
  before.set(key, [...earlier, `L${at}`]);
  const covered = priced.includedQuantity ?? '0';
  const only = priced.tiers.length === 1 && isZero(covered) && isZero(priced.tiers[0]?.includedQuantity ?? '0') ? priced.tiers[0] : undefined;
  const note = (...numbers: string[]): Cell => text(numbers.some(tooLong) ? words.moreThanFifteen : '');
  if (only) {
    cells[14] = number(only.unitPrice);
    cells[15] = only.model === 'graduated' ? { formula: `L${at}*O${at}${only.block ? `/${only.block}` : ''}`, value: priced.cost } : { value: priced.cost };
    cells[18] = note(priced.quantity, only.unitPrice, priced.cost);
    return;
  }
  cells[15] = { formula: `SUM(P${at + 1}:P${at + 1 + priced.tiers.length})`, value: priced.cost };
  cells[18] = note(priced.cost);
  pushTiers(rows, priced, at, earlier.join('+'), currency, words, note);
}

/** `earlier` is what the lines in front of it have of the same tiers. */
function pushTiers(
  rows: Cell[][], priced: EstimateLine, line: number, earlier: string, currency: string, words: AllWords, note: (...numbers: string[]) => Cell,
): void {
  const [first] = priced.tiers;
  const live = priced.tiers.every((tier) => tier.model === 'graduated' && tier.effectiveAt === first?.effectiveAt);
  const free = first?.includedQuantity ?? '0';
  const covered = priced.includedQuantity ?? '0';
  const [start, end] = earlier === '' ? ['0', `MAX(0,L${line}-${free})`] : [`MAX(0,${earlier}-${free})`, `MAX(0,${earlier}+L${line}-${free})`];
  const cell = (formula: string, value: string): Cell => (live ? { formula, value } : { value });
  const push = (quantity: Cell, tier: string, price: string, cost: Cell, exact: string, remark: Cell) => rows.push(placed({
    0: text('tier'), 11: quantity, 12: text(priced.unit), 13: text(tier), 14: { value: price }, 15: cost, 16: text(exact), 17: text(currency), 18: remark,
  }));
  push(cell(`L${line}-(${end}-${start})`, covered), words.includedQuantity, '0', { value: '0' }, '0', null);
  for (const { from, to, block, quantity, unitPrice, cost } of priced.tiers) {
    const at = rows.length + 1;
    const formula = `MAX(0,${to === null ? end : `MIN(${end},${to})`}-${start === '0' ? from : `MAX(${start},${from})`})`;
    push(cell(formula, quantity), tierRange(from, to), unitPrice, { formula: `L${at}*O${at}${block ? `/${block}` : ''}`, value: cost }, cost, note(quantity, unitPrice, cost));
  }
}

/** More digits than a spreadsheet keeps. */
function tooLong(figure: string): boolean {
  const digits = figure.replace(/^-?[0.]*/, '').replace('.', '');
  return (figure.includes('.') ? digits.replace(/0+$/, '') : digits).length > 15;
}
