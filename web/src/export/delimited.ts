// The table of the estimate as CSV and TSV. Decimals have a point and all their digits. A text that a spreadsheet would take for
// a formula gets an apostrophe.

import type { AllWords } from '../tools/words.js';
import type { View } from './rows.js';
import { EXACT, table } from './table.js';

export function csv(view: View, words: AllWords): string {
  return rows(view, words, '\r\n', ',', (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
}

/** For pasting: no quotes, so no tabs and no line ends inside. */
export function tsv(view: View, words: AllWords): string {
  return rows(view, words, '\n', '\t', (cell) => cell.replace(/[\t\r\n]+/g, ' '));
}

function rows(view: View, words: AllWords, end: string, between: string, written: (cell: string) => string): string {
  // Costs are exact here by themselves.
  return table(view, words).map((row) => `${row.toSpliced(EXACT, 1)
    .map((cell) => (cell === null ? '' : written('text' in cell ? safe(cell.text) : cell.value))).join(between)}${end}`).join('');
}

/** As the command line does it; a text that looks as if it had been done has it once more. */
function safe(text: string): string {
  return /^'?[=+\-@\t\r\0]/.test(text) ? `'${text}` : text;
}
