// The lines of the estimate, in their groups. Lists in the markup; wide they
// read as a table, narrow as cards, by container width.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { LineKeyPlace } from '../keyboard.js';
import type { Priced } from '../pricing.js';
import type { Doc, Field } from '../state.js';
import type { BookEntry } from '../types.js';
import { row } from './line.js';
import type { Details, ProofActions, Provenance } from './details.js';

export interface LineActions {
  edit: (id: string, field: Field, value: string) => void;
  plan: (id: string, planned: boolean) => void;
  group: (id: string, group: string) => void;
  offer: (id: string, offer: string) => void;
  remove: (id: string) => void;
  duplicate: (id: string) => void;
  move: (id: string, by: -1 | 1) => void;
  explain: (id: string) => void;
  more: (id: string) => void;
  key: (event: KeyboardEvent, id: string, place: LineKeyPlace) => void;
  proof: (id: string) => ProofActions;
  /** What is done with groups, to the estimate as it is by then; answers with what it has become. */
  change: (make: (doc: Doc) => Doc, typing?: string) => Doc;
  /** A group is gone, and what had the focus with it. */
  dissolved: (name: string) => void;
  focusAt: (selector: string) => void;
  addGroup: () => void;
}

export interface LinesView {
  doc: Doc;
  readonly: boolean;
  priced: Priced;
  open: ReadonlySet<string>;
  more: ReadonlySet<string>;
  from: Provenance;
  /** Where the prices of a book come from. */
  sourceOf: (book: string) => Provenance;
  /** Those that a line may have of its own. */
  offers: readonly BookEntry[];
  format: Format;
  details: Details | null;
  actions: LineActions;
}

export function lineList(view: LinesView): TemplateResult {
  const { doc, format: { words }, actions } = view;
  return html`
    <section class="lines" part="lines" aria-label=${words.lines}>
      <div class="line-grid line-head" aria-hidden="true">
        <span>${words.meter}</span><span>${words.quantity}</span><span>${words.count}</span>
        <span class="num">${words.unitPrice}</span><span class="num">${words.aMonth}</span><span></span>
      </div>
      ${list('', view)}
      ${doc.groups.map((group) => (group.within === '' ? view.details?.group(group, view, list) : nothing))}
      ${view.readonly ? nothing : html`
        <button type="button" class="button quiet add-group" @click=${actions.addGroup}>+ ${words.newGroup}</button>`}
    </section>`;
}

function list(group: string, view: LinesView): TemplateResult | typeof nothing {
  const lines = view.doc.lines.filter((line) => line.group === group);
  if (lines.length === 0) return nothing;
  return html`<ol class="line-list">${lines.map((line) => row(line, view))}</ol>`;
}
