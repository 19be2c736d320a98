// The lines of the estimate, in their groups. Lists in the markup; wide they
// read as a table, narrow as cards, by container width.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { LineKeyPlace } from '../keyboard.js';
import type { Priced } from '../pricing.js';
import type { Doc, Field, Group, Line } from '../state.js';
import { chevronIcon, removeIcon } from '../icons.js';
import { row } from './line.js';
import type { Details, ProofActions, Provenance } from './details.js';

export interface LineActions {
  edit: (id: string, field: Field, value: string) => void;
  plan: (id: string, planned: boolean) => void;
  group: (id: string, group: string) => void;
  remove: (id: string) => void;
  duplicate: (id: string) => void;
  move: (id: string, by: -1 | 1) => void;
  explain: (id: string) => void;
  more: (id: string) => void;
  key: (event: KeyboardEvent, id: string, place: LineKeyPlace) => void;
  proof: (id: string) => ProofActions;
  /** Answers with the name that it has then. */
  renameGroup: (id: string, name: string) => string;
  collapse: (id: string) => void;
  dissolve: (id: string) => void;
  moveGroup: (id: string, by: -1 | 1) => void;
  addGroup: () => void;
}

export interface LinesView {
  doc: Doc;
  readonly: boolean;
  priced: Priced;
  open: ReadonlySet<string>;
  more: ReadonlySet<string>;
  from: Provenance;
  format: Format;
  details: Details | null;
  actions: LineActions;
}

export function lineList(view: LinesView): TemplateResult {
  const { doc, format: { words }, actions } = view;
  const of = (group: string) => doc.lines.filter((line) => line.group === group);
  return html`
    <section class="lines" part="lines" aria-label=${words.lines}>
      <div class="line-grid line-head" aria-hidden="true">
        <span>${words.meter}</span><span>${words.quantity}</span><span>${words.count}</span>
        <span class="num">${words.unitPrice}</span><span class="num">${words.aMonth}</span><span></span>
      </div>
      ${list(of(''), view)}
      ${doc.groups.map((group) => section(group, of(group.id), view))}
      ${view.readonly ? nothing : html`
        <button type="button" class="button quiet add-group" @click=${actions.addGroup}>+ ${words.newGroup}</button>`}
    </section>`;
}

function list(lines: readonly Line[], view: LinesView): TemplateResult | typeof nothing {
  if (lines.length === 0) return nothing;
  return html`<ol class="line-list">${lines.map((line) => row(line, view))}</ol>`;
}

function section(group: Group, lines: readonly Line[], view: LinesView): TemplateResult {
  const { format, from, priced, actions } = view;
  const { words } = format;
  const { currency } = from.info;
  const sum = priced.estimate?.groups[group.id];
  const amount = sum === undefined ? '–' : format.money(currency, sum);
  const whole = lines.every((line) => priced.lines.get(line.id)?.status === 'priced');
  // Not with each letter: while one types, the view must not put the old name back either.
  const rename = (field: HTMLInputElement) => { field.value = actions.renameGroup(group.id, field.value); };
  const onKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    // What is being typed counts, and the field goes along.
    const field = event.target;
    if (field instanceof HTMLInputElement) rename(field);
    actions.moveGroup(group.id, event.key === 'ArrowUp' ? -1 : 1);
  };
  return html`
    <section class="group" data-group=${group.id} aria-label=${group.name}>
      <div class="group-head" @keydown=${onKey}>
        <button type="button" class="icon-button fold" aria-expanded=${group.collapsed ? 'false' : 'true'}
          aria-label=${words.collapse(group.name)} @click=${() => actions.collapse(group.id)}>${chevronIcon}</button>
        <input class="field name group-name" aria-label=${words.nameOfGroup} autocomplete="off" spellcheck="false"
          maxlength="200" ?readonly=${view.readonly} .value=${group.name}
          @change=${(event: Event) => rename(event.target as HTMLInputElement)}>
        <p class="group-sum num" data-exact=${sum ?? nothing}>
          <span class="muted group-count">${words.linesCount(lines.length, format.integer(lines.length))}</span>
          ${whole ? nothing : html`<span class="warn">${words.incompleteShort}</span>`}
          <span class="visually-hidden">${words.groupOf(group.name, amount)}</span>
          <strong aria-hidden="true">${amount}</strong>
        </p>
        ${view.readonly ? nothing : html`
          <button type="button" class="icon-button remove" aria-label=${words.dissolve(group.name)} title=${words.remove}
            @click=${() => actions.dissolve(group.id)}>${removeIcon}</button>`}
      </div>
      ${group.collapsed ? nothing : lines.length === 0 ? html`<p class="group-empty">${words.emptyGroup}</p>` : list(lines, view)}
    </section>`;
}
