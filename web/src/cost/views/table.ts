// Tables: amounts right, wide ones scroll in their own place, which keys can reach.

import { html, nothing, type TemplateResult } from 'lit';

export interface Column {
  name: string;
  /** Numbers stand right. */
  number?: boolean;
}

export type Cell = TemplateResult | string | typeof nothing;

export function table(name: string, columns: readonly Column[], rows: readonly (readonly Cell[])[], foot?: readonly Cell[]): TemplateResult {
  const side = (at: number) => (columns[at]?.number ? 'end' : '');
  return html`
    <div class="table-place"><forebill-copy-table label=${name}></forebill-copy-table><div class="scroll" role="group" aria-label=${name} tabindex="0">
      <table>
        <caption class="visually-hidden">${name}</caption>
        <thead><tr>${columns.map((column, at) => html`<th scope="col" class=${side(at)}>${column.name}</th>`)}</tr></thead>
        <tbody>${rows.map((cells) => html`<tr>${cells.map((cell, at) => (at === 0
          ? html`<th scope="row">${cell}</th>` : html`<td class=${side(at)}>${cell}</td>`))}</tr>`)}</tbody>
        ${foot ? html`<tfoot><tr>${foot.map((cell, at) => (at === 0
          ? html`<th scope="row">${cell}</th>` : html`<td class=${side(at)}>${cell}</td>`))}</tr></tfoot>` : nothing}
      </table>
    </div></div>`;
}
