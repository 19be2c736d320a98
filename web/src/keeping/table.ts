// An estimate out of a table: one of this page's own exports, also after a spreadsheet has changed it, or any table whose first
// row names its columns. It becomes a workload, which the core checks like every other.

import { heads, KINDS } from '../export/table.js';
import { Format } from '../format.js';
import { COST_CENTRE } from '../grouping.js';
import { refuse } from '../snapshots.js';
import { shares } from '../state.js';
import type { AllWords } from '../tools/words.js';
import { toolsEn } from '../tools/words-en.js';
import { en } from '../words.js';
import { moreEn } from '../words/more-en.js';

/** The columns of an export, in their order, as a workload file names them; those that are worked out have no name. */
const FIELDS = [
  'kind', 'name', 'category', 'meter', 'region', 'quantity', 'unit', 'per', 'hoursPerDay', 'daysPerWeek', 'count', '', '', '', '', '', '', 'currency',
  '', COST_CENTRE, 'offer', 'group', 'meterId', 'low', 'high', 'ramp', 'tags',
];
const AMOUNTS = ['quantity', 'hoursPerDay', 'daysPerWeek', 'count', 'low', 'high', 'ramp'];
const SUM = /^((grand |sub-?)?total|sum|(gesamt)?summe|gesamt)\b[^a-z]*$/i;
type Row = (field: string) => string;

/** Cells, and what stood between them. */
export interface Cells {
  readonly rows: readonly string[][];
  readonly between?: string;
}

/** What stands in a text that is a table and no JSON. */
export function cellsOf(text: string): Cells | null {
  const [head = ''] = /^.*/.exec(text) ?? [];
  const between = ['\t', ';', ','].find((mark) => head.includes(mark));
  if (between === undefined || /^[[{]/.test(text)) return null;
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^${between}\\r\\n]*))(${between}|\\r?\\n|$)`, 'g'))) {
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain).replace(/^'(?='?[=+\-@\t\r\0])/, ''));
    if (end === '') break;
    if (end !== between) rows.push([]);
  }
  return { rows, between };
}

/** `format` is the page's: what was pasted from a spreadsheet has the numbers of its country, a file with semicolons those of the country
 * that its commas show, and any other has points. An export of this page has points, until a spreadsheet writes commas. */
export function workloadOf({ rows, between }: Cells, format: Format, words: AllWords): string {
  const names = [FIELDS, heads({ ...en, ...moreEn, ...toolsEn }), heads(words)].map((list) => list.map((name) => name.toLowerCase()));
  const at = new Map<string, number>();
  rows[0]?.forEach((head, position) => {
    const wanted = head.trim().toLowerCase();
    const field = FIELDS.find((name, column) => name !== '' && !at.has(name) && names.some((list) => list[column] === wanted));
    if (field) at.set(field, position);
  });
  if (!at.has('quantity') || !(at.has('meterId') || at.has('meter') || at.has('name'))) refuse('badFile', 'The first row of a table names its columns, such as name, region, quantity, unit.');
  const own = rows.some((row) => row[at.get('kind') ?? -1]?.toLowerCase() === KINDS.line);
  const amounts = rows.slice(1).flatMap((row) => AMOUNTS.map((field) => row[at.get(field) ?? -1] ?? ''));
  // Its country's decimals have a comma, or they may have.
  const comma = between === ';' || between === '\t' && format.typed('.') === ',';
  const commas = comma && (amounts.some((cell) => cell.includes(',')) || !(own || amounts.some((cell) => /\.(?!\d{3}(\D|$))|^0\.|e/i.test(cell))));
  const numbers = between === '\t' && commas === comma ? format : new Format(commas ? 'de' : 'en');
  const number = (cell: string) => {
    if (own) return commas ? cell.replaceAll(',', '.') : cell;
    const plain = numbers.plain(cell);
    // Beside decimal commas a point that parts no thousands is no number.
    return commas && plain === cell ? cell.replace('.', ',') : plain;
  };
  const all = rows.slice(1).filter((row) => row.some((cell) => cell.trim() !== '')).map((row): Row => (field) => {
    const cell = (row[at.get(field) ?? -1] ?? '').trim();
    return AMOUNTS.includes(field) ? number(cell) : cell;
  });
  const of = (kind: string) => all.filter((row) => row('kind').toLowerCase() === kind);
  const [estimate] = of(KINDS.estimate);
  // What another table has are lines, one a row, and at its end perhaps their sum.
  const lines = own ? of(KINDS.line) : all.filter((row) => row('meterId') || !SUM.test(row('meter') || row('name')));
  const groups = of(KINDS.group);
  const about = (row: Row | undefined, fields: string[]) => Object.fromEntries(fields.flatMap((field) => (row?.(field) ? [[field, row(field)]] : [])));
  const centre = new Map(groups.map((row) => [row('name'), row(COST_CENTRE)]));
  const tags = (row: Row, outer: string) => {
    const all = { ...others(row('tags')), ...(row(COST_CENTRE) === (centre.get(outer) ?? '') ? {} : { [COST_CENTRE]: row(COST_CENTRE) }) };
    return Object.keys(all).length === 0 ? {} : { tags: all };
  };
  return JSON.stringify({
    schema: 'forebill.workload/1',
    ...about(lines[0], ['currency']),
    ...about(estimate, ['name', 'currency', 'offer']),
    groups: groups.map((row) => ({ name: row('name'), ...(row('group') === '' ? {} : { within: row('group') }), ...tags(row, row('group')) })),
    items: lines.map((row) => ({
      ...about(row, ['name', 'meterId', 'region', 'count', 'group']),
      ...(row('meterId') === '' ? { query: row('meter') || row('name') } : {}),
      ...(/^MS-AZR-/i.test(row('offer')) ? about(row, ['offer']) : {}),
      ...(row('hoursPerDay') === '' ? about(row, ['quantity', 'unit', 'per', 'low', 'high']) : { schedule: about(row, ['hoursPerDay', 'daysPerWeek']) }),
      ...(row('ramp') === '' ? {} : { ramp: shares(row('ramp')) }),
      ...tags(row, row('group')),
    })),
  });
}

function others(text: string): object {
  try {
    return text === '' ? {} : JSON.parse(text) as object;
  } catch {
    return refuse('badFile', text);
  }
}
