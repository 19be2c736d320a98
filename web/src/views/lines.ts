// The lines of the estimate. One list in the markup; wide it reads as a table,
// narrow as cards, by container width.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { isZero } from '../decimal.js';
import { perUnit, quantityUnit, type Format } from '../format.js';
import type { EstimateLine } from '../types.js';
import { chevronIcon, removeIcon } from '../icons.js';
import type { LineProblem, Priced } from '../pricing.js';
import type { Field, Line, Lines } from '../state.js';
import { proof, type ProofActions, type Provenance } from './proof.js';

export interface LineActions {
  edit: (id: string, field: Field, value: string) => void;
  remove: (id: string) => void;
  explain: (id: string) => void;
  key: (event: KeyboardEvent, id: string, field: Field | 'cost') => void;
  proof: (id: string) => ProofActions;
}

export interface LinesView {
  lines: Lines;
  priced: Priced;
  open: ReadonlySet<string>;
  from: Provenance;
  format: Format;
  actions: LineActions;
}

export function lineList(view: LinesView): TemplateResult {
  return html`
    <section class="lines" part="lines" aria-label="Lines of the estimate">
      <div class="line-grid line-head" aria-hidden="true">
        <span>Meter</span><span>Quantity</span><span>Count</span>
        <span class="num">Unit price</span><span class="num">A month</span><span></span>
      </div>
      <ol class="line-list">
        ${repeat(view.lines, (line) => line.id, (line) => row(line, view))}
      </ol>
    </section>`;
}

function row(line: Line, view: LinesView): TemplateResult {
  const { format, from, actions } = view;
  const priced = view.priced.lines.get(line.id);
  const problem = view.priced.problems.get(line.id);
  const open = view.open.has(line.id) && priced !== undefined;
  const title = line.name.trim() || line.meter.name;
  return html`
    <li class="line ${open ? 'open' : ''}" data-line=${line.id} part="line">
      <div class="line-grid">
        <div class="line-what">
          <input class="field name" aria-label="Name of the line" autocomplete="off" spellcheck="false"
            placeholder=${line.meter.name} .value=${live(line.name)}
            @input=${(event: InputEvent) => actions.edit(line.id, 'name', valueOf(event))}
            @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, 'name')}>
          <p class="line-path">${path(line)}</p>
        </div>
        ${amount(line, 'quantity', title, problem, view)}
        ${amount(line, 'count', title, problem, view)}
        <p class="line-rate num">${rate(priced, from, format)}</p>
        <button type="button" class="line-cost num" aria-expanded=${open ? 'true' : 'false'}
          aria-controls="proof-${line.id}" ?disabled=${!priced}
          aria-label="${costLabel(title, priced, problem, from, format)}"
          @click=${() => actions.explain(line.id)}
          @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, 'cost')}>
          ${cost(priced, from, format)}
          <span class="chevron">${chevronIcon}</span>
        </button>
        <button type="button" class="icon-button remove" aria-label="Remove ${title}" title="Remove"
          @click=${() => actions.remove(line.id)}>${removeIcon}</button>
        ${problem ? html`<p class="problem" id="problem-${line.id}">${problem.message}</p>` : nothing}
      </div>
      ${open && priced ? proof(line, priced, view.priced.reasons.get(line.id), from, format, actions.proof(line.id)) : nothing}
    </li>`;
}

function amount(
  line: Line, field: 'quantity' | 'count', title: string, problem: LineProblem | undefined, view: LinesView,
): TemplateResult {
  const wrong = problem?.field === field;
  const { actions } = view;
  const label = field === 'quantity' ? `Quantity of ${title}, ${line.meter.unit}` : `How many of ${title}`;
  return html`
    <label class="amount ${field} ${wrong ? 'wrong' : ''}">
      <span class="amount-caption" aria-hidden="true">${field === 'quantity' ? 'Quantity' : 'Count'}</span>
      <span class="amount-box">
        ${field === 'count' ? html`<span class="unit" aria-hidden="true">×</span>` : nothing}
        <input class="num" aria-label=${label} autocomplete="off"
          inputmode=${field === 'quantity' ? 'decimal' : 'numeric'}
          aria-invalid=${wrong ? 'true' : 'false'}
          aria-describedby=${wrong ? `problem-${line.id}` : nothing}
          .value=${live(line[field])}
          @input=${(event: InputEvent) => actions.edit(line.id, field, valueOf(event))}
          @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, field)}>
        ${field === 'quantity' ? html`<span class="unit" aria-hidden="true">${quantityUnit(line.meter.unit)}</span>` : nothing}
      </span>
    </label>`;
}

/** The meter's own name stands here only when the line has another one. */
function path(line: Line): string {
  const { category, subCategory, name, region } = line.meter;
  const own = line.name.trim() === '' ? '' : name;
  return [category, subCategory, own, region || 'All regions'].filter((part) => part !== '').join(' · ');
}

/** The price of the first charged unit; with tiers in use, how many of them. */
function rate(priced: EstimateLine | undefined, from: Provenance, format: Format): TemplateResult {
  if (!priced || priced.status !== 'priced') return html`<span class="muted">–</span>`;
  // A free first tier is no price to compare with: the search shows the same one.
  const first = priced.tiers.find((tier) => !isZero(tier.unitPrice)) ?? priced.tiers[0];
  const used = priced.tiers.filter((tier) => !isZero(tier.quantity)).length;
  const notes = [];
  const covered = priced.includedQuantity ?? '0';
  if (!isZero(covered)) notes.push(`${format.quantity(covered)} ${quantityUnit(priced.unit)} included`);
  if (priced.tiers.length > 1) notes.push(`${used} of ${priced.tiers.length} tiers`);
  if (notes.length === 0) notes.push(perUnit(priced.unit));
  return html`
    <span>${first ? format.unitPrice(from.info.currency, first.unitPrice) : '–'}</span>
    ${notes.map((note) => html`<span class="rate-note">${note}</span>`)}`;
}

function cost(priced: EstimateLine | undefined, from: Provenance, format: Format): TemplateResult {
  if (!priced) return html`<span class="muted">–</span>`;
  if (priced.cost === null) return html`<span class="no-price">no price</span>`;
  const amount = format.money(from.info.currency, priced.cost);
  return html`<span class="cost ${amount.length > 15 ? 'long' : ''}" data-exact=${priced.cost}>${amount}</span>`;
}

function costLabel(
  title: string, priced: EstimateLine | undefined, problem: LineProblem | undefined, from: Provenance, format: Format,
): string {
  if (!priced) return `${title}: ${problem?.message ?? 'not priced'}`;
  if (priced.cost === null) return `${title}: no price, explain`;
  return `${title}: ${format.money(from.info.currency, priced.cost)} a month, explain`;
}

function valueOf(event: InputEvent): string {
  return (event.target as HTMLInputElement).value;
}
