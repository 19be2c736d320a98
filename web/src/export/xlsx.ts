// The estimate as a workbook with live formulas: quantity × price, and each tier from the quantity of its line. Every
// number goes into the file as the core's text, and every formula with the core's result, so that nothing passes through
// a float here. A spreadsheet keeps 15 digits; where that is not enough the row says so, and the exact cost stands beside.

import { isZero } from '../decimal.js';
import type { AllWords } from '../tools/words.js';
import type { EstimateLine } from '../types.js';
import { COST_CENTRE, tagName } from '../grouping.js';
import { tierRange, type LineRow, type View } from './rows.js';
import { zipped } from './zip.js';

type Cell =
  | { text: string; bold?: boolean }
  | { value: string; bold?: boolean }
  | { formula: string; value: string; bold?: boolean }
  | null;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

// The columns: A kind, B name, C service, D meter, E region, F quantity, G count, H together, I unit, J tier, K unit price,
// L cost, M exact cost, N remark, O cost centre.
const KIND_LINE = 'line';
const COST_CENTRE_COLUMN = 14;

export function xlsx(view: View, words: AllWords): Promise<Uint8Array<ArrayBuffer>> {
  const sheet = table(view, words);
  const overrides = [
    ['xl/workbook.xml', 'spreadsheetml.sheet.main'], ['xl/worksheets/sheet1.xml', 'spreadsheetml.worksheet'], ['xl/styles.xml', 'spreadsheetml.styles'],
  ].map(([part, type]) => `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`).join('');
  const related = (id: number, type: string, target: string) => `<Relationship Id="rId${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const relations = (list: string) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${list}</Relationships>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`,
    '_rels/.rels': relations(related(1, 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(words.estimate.slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(related(1, 'worksheet', 'worksheets/sheet1.xml') + related(2, 'styles', 'styles.xml')),
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': sheet,
  };
  return zipped(parts);
}

function table(view: View, words: AllWords): string {
  const bold = (text: string): Cell => ({ text, bold: true });
  const rows: Cell[][] = [[
    words.kind, words.nameOfLine, words.category, words.meter, words.region, words.quantity, words.count, words.quantityTogether,
    words.unit, words.tier, words.unitPrice, `${words.cost}, ${view.currency}`, words.exactCost, words.remark, words.costCentre, words.offer,
  ].map(bold)];
  // Tiers are shared by the lines of one meter in one subscription.
  const meters = view.sections.flatMap(({ lines }) => lines.map(tiersOf));
  const ends: number[] = [];
  const heads = view.sections.map(({ name, lines }) => {
    const head = name === '' ? null : rows.push([bold('group'), bold(name)]);
    for (const row of lines) {
      const at = rows.length;
      pushLine(rows, row, meters.filter((tiers) => tiers === tiersOf(row)).length === 1, words);
      const own = rows[at];
      if (row.costCentre !== '' && own) own[COST_CENTRE_COLUMN] = { text: row.costCentre };
      if (own) own[COST_CENTRE_COLUMN + 1] = { text: row.offer };
    }
    ends.push(rows.length);
    return head;
  });
  view.sections.forEach(({ sum, inner }, index) => {
    const [head, end] = [heads[index], ends[index + inner]];
    if (!head || !end || end === head) return;
    rows[head - 1]?.splice(2, 0, ...nothing(9), sumOfLines(head + 1, end, sum ?? '0'), sum === null ? null : { text: sum });
  });
  const last = rows.length;
  const { totals } = view.estimate ?? {};
  if (totals) {
    const note: Cell = view.complete ? null : { text: words.incompleteShort };
    rows.push([bold('total'), bold(words.estimatedMonth), ...nothing(9), sumOfLines(2, last, totals.monthlyCost), { text: totals.monthlyCost }, note]);
    const ramps = view.sections.some(({ lines }) => lines.some(({ line }) => line.ramp.trim() !== ''));
    const year: Cell = ramps ? { value: totals.yearlyCost } : { formula: `L${rows.length}*12`, value: totals.yearlyCost };
    rows.push([bold('total'), bold(words.year), ...nothing(9), year, { text: totals.yearlyCost }, note]);
    for (const { key, value, sum } of view.tags) {
      // Letter by letter, and no text of anybody inside a formula.
      const same = `SUMPRODUCT(--EXACT(O2:O${last},O${rows.length + 1}),L2:L${last})`;
      const centre = key === COST_CENTRE;
      const costs: Cell = centre ? { formula: same, value: sum } : { value: sum };
      rows.push([bold('total'), { text: `${tagName(key, words)} ${value}` }, ...nothing(9), costs, { text: sum }, null, centre ? { text: value } : null]);
    }
  }
  for (const { id, offer, fetchedAt } of view.books) rows.push([], [{ text: words.rateBook }, { text: id }], [{ text: words.offer }, { text: offer }], [{ text: words.fetched }, { text: fetchedAt }]);
  rows.push([{ text: words.fifteenDigits }]);
  const widths = [8, 30, 20, 30, 14, 12, 8, 14, 12, 18, 14, 16, 22, 40, 16, 16].map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('');
  const body = rows.map((row, index) => `<row r="${index + 1}">${Array.from(row, (cell, column) => markup(cell ?? null, `${letter(column)}${index + 1}`)).join('')}</row>`).join('');
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData>${body}</sheetData></worksheet>`;
}

function tiersOf({ line, offer }: LineRow): string {
  return `${offer} ${line.meter.meterId}`;
}

function sumOfLines(first: number, last: number, value: string): Cell {
  return { formula: `SUMIF(A${first}:A${last},"${KIND_LINE}",L${first}:L${last})`, value, bold: true };
}

/** A line and below it its tiers. Of several lines of one meter each starts where the one before ended: no formula of one row knows that. */
function pushLine(rows: Cell[][], { line, title, quantity, unit, priced, problem }: LineRow, alone: boolean, words: AllWords): void {
  const at = rows.length + 1;
  const { meter, plan } = line;
  const named: Cell[] = [{ text: KIND_LINE }, { text: title }, { text: meter.category }, { text: meter.name }, { text: meter.region }];
  if (!priced || priced.cost === null) {
    rows.push([...named, { text: quantity }, { text: line.count }, null, { text: unit }, null, null, null, null, { text: problem || words.noPriceShort }]);
    return;
  }
  const own = plan === null && unit === priced.unit;
  const each: Cell = own ? { value: quantity } : { text: plan ? `${plan.hours} ${words.hoursADay}, ${plan.days} ${words.daysAWeek}` : `${quantity} ${unit}` };
  const together: Cell = own ? { formula: `F${at}*G${at}`, value: priced.quantity } : { value: priced.quantity };
  const head: Cell[] = [...named, each, { value: line.count.trim() }, together, { text: priced.unit }];
  const covered = priced.includedQuantity ?? '0';
  const only = priced.tiers.length === 1 && isZero(covered) && isZero(priced.tiers[0]?.includedQuantity ?? '0') ? priced.tiers[0] : undefined;
  const note = (...numbers: string[]): Cell => (numbers.some(tooLong) ? { text: words.moreThanFifteen } : null);
  if (only) {
    const cost: Cell = { formula: `H${at}*K${at}${only.block ? `/${only.block}` : ''}`, value: priced.cost };
    const same = only.model === 'graduated' && alone;
    rows.push([...head, null, { value: only.unitPrice }, same ? cost : { value: priced.cost }, { text: priced.cost }, note(priced.quantity, only.unitPrice, priced.cost)]);
    return;
  }
  const cost: Cell = { formula: `SUM(L${at + 1}:L${at + 1 + priced.tiers.length})`, value: priced.cost };
  rows.push([...head, null, null, cost, { text: priced.cost }, note(priced.cost)]);
  pushTiers(rows, priced, at, alone, words, note);
}

function pushTiers(
  rows: Cell[][], priced: EstimateLine, line: number, alone: boolean, words: AllWords, note: (...numbers: string[]) => Cell,
): void {
  const [first] = priced.tiers;
  const live = alone && priced.tiers.every((tier) => tier.model === 'graduated' && tier.effectiveAt === first?.effectiveAt);
  const free = first?.includedQuantity ?? '0';
  const covered = priced.includedQuantity ?? '0';
  const included: Cell = live ? { formula: `MIN(H${line},${free})`, value: covered } : { value: covered };
  rows.push([{ text: 'tier' }, ...nothing(6), included, { text: priced.unit }, { text: words.includedQuantity }, { value: '0' }, { value: '0' }]);
  for (const tier of priced.tiers) {
    const at = rows.length + 1;
    const billable = `H${line}-H${line + 1}`;
    const formula = `MAX(0,${tier.to === null ? billable : `MIN(${billable},${tier.to})`}-${tier.from})`;
    const quantity: Cell = live ? { formula, value: tier.quantity } : { value: tier.quantity };
    const cost: Cell = { formula: `H${at}*K${at}${tier.block ? `/${tier.block}` : ''}`, value: tier.cost };
    rows.push([
      { text: 'tier' }, ...nothing(6), quantity, { text: priced.unit }, { text: tierRange(tier.from, tier.to) }, { value: tier.unitPrice },
      cost, { text: tier.cost }, note(tier.quantity, tier.unitPrice, tier.cost),
    ]);
  }
}

/** More digits than a spreadsheet keeps. */
function tooLong(number: string): boolean {
  const digits = number.replace(/^-?[0.]*/, '').replace('.', '');
  return (number.includes('.') ? digits.replace(/0+$/, '') : digits).length > 15;
}

function nothing(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

function letter(column: number): string {
  return String.fromCharCode(65 + column);
}

function markup(cell: Cell, at: string): string {
  if (cell === null) return '';
  const style = cell.bold ? ' s="1"' : '';
  if ('formula' in cell) return `<c r="${at}"${style}><f>${escaped(cell.formula)}</f><v>${cell.value}</v></c>`;
  if ('value' in cell) return /^-?\d+(\.\d+)?$/.test(cell.value) ? `<c r="${at}"${style}><v>${cell.value}</v></c>` : markup({ text: cell.value }, at);
  return `<c r="${at}"${style} t="inlineStr"><is><t xml:space="preserve">${escaped(cell.text)}</t></is></c>`;
}

/** Characters that XML cannot hold are left out; a cell holds no more than 32,767. */
function escaped(text: string): string {
  return text.slice(0, 32_767).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
