// The table of the estimate as a workbook: quantity × price, and each tier from the quantity of its line, as live formulas.

import type { AllWords } from '../tools/words.js';
import type { View } from './rows.js';
import { table, type Cell } from './table.js';
import { zipped } from './zip.js';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

export function xlsx(view: View, words: AllWords): Promise<Uint8Array<ArrayBuffer>> {
  const overrides = [
    ['xl/workbook.xml', 'spreadsheetml.sheet.main'], ['xl/worksheets/sheet1.xml', 'spreadsheetml.worksheet'],
  ].map(([part, type]) => `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`).join('');
  const related = (id: number, type: string, target: string) => `<Relationship Id="rId${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const relations = (list: string) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${list}</Relationships>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`,
    '_rels/.rels': relations(related(1, 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(words.estimate.slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(related(1, 'worksheet', 'worksheets/sheet1.xml')),
    'xl/worksheets/sheet1.xml': sheet(table(view, words, true)),
  };
  return zipped(parts);
}

function sheet(rows: Cell[][]): string {
  const body = rows.map((row, index) => `<row r="${index + 1}">${row.map((cell, column) => markup(cell, `${letter(column)}${index + 1}`)).join('')}</row>`).join('');
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="2" max="4" width="26" customWidth="1"/></cols><sheetData>${body}</sheetData></worksheet>`;
}

function letter(column: number): string {
  return `${column > 25 ? 'A' : ''}${String.fromCharCode(65 + column % 26)}`;
}

function markup(cell: Cell, at: string): string {
  if (cell === null) return '';
  if ('formula' in cell) return `<c r="${at}"><f>${escaped(cell.formula)}</f><v>${cell.value}</v></c>`;
  if ('value' in cell) return /^-?\d+(\.\d+)?$/.test(cell.value) ? `<c r="${at}"><v>${cell.value}</v></c>` : markup({ text: cell.value }, at);
  const text = `<t xml:space="preserve">${escaped(cell.text)}</t>`;
  return `<c r="${at}" t="inlineStr"><is>${cell.bold ? `<r><rPr><b/></rPr>${text}</r>` : text}</is></c>`;
}

/** Characters that XML cannot hold are left out; a cell holds no more than 32,767. */
function escaped(text: string): string {
  return text.slice(0, 32_767).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
