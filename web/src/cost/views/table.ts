// Tables: amounts right, wide ones scroll in their own place, which keys can reach.

import { html, nothing, type TemplateResult } from 'lit';
import type { CostWords } from '../words.js';

export interface Column {
  name: string;
  /** Numbers stand right. */
  number?: boolean;
}

export type Cell = TemplateResult | string | typeof nothing | readonly unknown[];

export interface More {
  /** The last row, which stays in sight. */
  foot?: readonly Cell[];
  /** What opens below a row. */
  below?: (row: number) => TemplateResult | typeof nothing;
  /** How a row is marked. */
  mark?: (row: number) => string;
}

export function table(
  words: CostWords, name: string, columns: readonly Column[], rows: readonly (readonly Cell[])[], { foot, below, mark }: More = {},
): TemplateResult {
  const side = (at: number) => (columns[at]?.number ? 'end' : '');
  // A text that begins with a number, such as "1 GB", stays in its order from right to left, too.
  const own = (cell: Cell) => (typeof cell === 'string' ? html`<bdi>${cell}</bdi>` : cell);
  const row = (cells: readonly Cell[]) => cells.map((cell, at) => (at === 0
    ? html`<th scope="row">${own(cell)}</th>` : html`<td class=${side(at)}>${own(cell)}</td>`));
  return html`
    <div class="table-place"><forebill-copy-table label=${name} .words=${words}></forebill-copy-table><div class="scroll" role="group" aria-label=${name} tabindex="0">
      <table>
        <caption class="visually-hidden">${name}</caption>
        <thead><tr>${columns.map((column, at) => html`<th scope="col" class=${side(at)}>${column.name}</th>`)}</tr></thead>
        <tbody>${rows.map((cells, at) => {
          const opened = below?.(at) ?? nothing;
          return html`<tr class=${mark?.(at) ?? ''}>${row(cells)}</tr>
            ${opened === nothing ? nothing : html`<tr class="below"><td colspan=${columns.length}>${opened}</td></tr>`}`;
        })}</tbody>
        ${foot ? html`<tfoot><tr>${row(foot)}</tr></tfoot>` : nothing}
      </table>
    </div></div>`;
}
