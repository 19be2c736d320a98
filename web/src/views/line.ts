// One line: its name, how much of it, what it costs, and what opens below it.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { measured, worked } from '../amount.js';
import { isZero } from '../decimal.js';
import { perUnit, quantityUnit, type Format } from '../format.js';
import type { EstimateLine } from '../types.js';
import { chevronIcon, moreIcon, removeIcon } from '../icons.js';
import type { LineProblem } from '../pricing.js';
import type { AmountField, Line } from '../state.js';
import type { LinesView } from './lines.js';
import type { Provenance } from './details.js';
import { firstPrice } from './tiers.js';

export function row(line: Line, view: LinesView): TemplateResult {
  const { format, from, actions } = view;
  const { words } = format;
  const priced = view.priced.lines.get(line.id);
  const problem = view.priced.problems.get(line.id);
  const open = view.open.has(line.id) && priced !== undefined;
  const more = view.more.has(line.id);
  const title = line.name.trim() || line.meter.name;
  // That a line assumes something is seen without opening it.
  const assumed = [...(line.plan ? [] : [line.low, line.high]), line.ramp].filter((text) => text.trim() !== '').map((text, at) => `${at === 0 ? ': ' : ', '}${text}`).join('');
  return html`
    <li class="line ${open ? 'open' : ''}" data-line=${line.id} part="line">
      ${view.readonly ? nothing : view.details?.grip(view, { line: line.id })}
      <div class="line-grid">
        <div class="line-what">
          <input class="field name" data-field="name" aria-label=${words.nameOfLine} autocomplete="off" spellcheck="false"
            placeholder=${line.meter.name} ?readonly=${view.readonly} .value=${live(line.name)}
            @input=${(event: InputEvent) => actions.edit(line.id, 'name', valueOf(event))}
            @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, 'name')}>
          <p class="line-path"><bdi>${path(line)}</bdi>${region(line, format)}${offer(line, priced, view)}</p>
        </div>
        ${line.plan
          ? html`<div class="amount quantity planned">
              ${amount(line, 'hours', words.hoursOf(title), words.hoursADay, problem, view)}
              ${amount(line, 'days', words.daysOf(title), words.daysAWeek, problem, view)}</div>`
          : amount(line, 'quantity', words.quantityOf(title, line.unit), quantityUnit(line.unit, words), problem, view)}
        ${amount(line, 'count', words.howMany(title), '', problem, view)}
        <p class="line-rate num">${rate(priced, from, format)}${priced ? view.details?.tierBar(priced, from.info.currency, format) : nothing}</p>
        <button type="button" class="line-cost num" aria-expanded=${open ? 'true' : 'false'}
          aria-controls="proof-${line.id}" ?disabled=${!priced}
          aria-label="${costLabel(title, priced, problem, from, format)}"
          @click=${() => actions.explain(line.id)}
          @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, 'cost')}>
          ${cost(priced, from, format)}
          <span class="chevron">${chevronIcon}</span>
        </button>
        ${view.readonly ? nothing : html`<div class="line-tools">
          <button type="button" class="icon-button ${assumed === '' ? '' : 'assumed'}" aria-label="${words.moreOf(title)}${assumed}" title="${words.more}${assumed}"
            aria-expanded=${more ? 'true' : 'false'} @click=${() => actions.more(line.id)}>${moreIcon}</button>
          <button type="button" class="icon-button" aria-label=${words.removeOf(title)} title=${words.remove}
            @click=${() => actions.remove(line.id)}>${removeIcon}</button>
        </div>`}
        ${problem ? html`<p class="problem" id="problem-${line.id}">${problem.message}</p>` : nothing}
      </div>
      ${more && !view.readonly ? view.details?.assumptions(line, title, problem, view) : nothing}
      ${open && priced ? view.details?.proof(line, priced, view.priced.reasons.get(line.id), view.sourceOf(priced.book ?? ''), format, actions.proof(line.id)) : nothing}
    </li>`;
}

/** A field with its unit behind it. Wide, the caption is the head of the column. */
export function amount(
  line: Line, field: AmountField, label: string, unit: string, problem: LineProblem | undefined, view: LinesView, caption?: string,
): TemplateResult {
  const wrong = problem?.field === field;
  const { actions, format: { words } } = view;
  const value = field === 'hours' || field === 'days' ? line.plan?.[field] ?? '' : line[field];
  const [number, behind, per] = field === 'quantity' ? measured(value) : [worked(value)];
  const typedUnit = Boolean(behind || per);
  const priced = view.priced.lines.get(line.id);
  const meant = typedUnit ? priced?.quantity ?? null : field === 'quantity' || field === 'low' || field === 'high' ? calculated(number ?? null, value) : null;
  return html`
    <label class="amount ${field} ${wrong ? 'wrong' : ''}">
      <span class="amount-caption" aria-hidden="true">${caption ?? (field === 'quantity' || field === 'count' ? words[field] : unit)}</span>
      <span class="amount-box">
        ${field === 'count' ? html`<span class="unit" aria-hidden="true">×</span>` : nothing}
        <input class="num" data-field=${field} aria-label=${label} autocomplete="off"
          inputmode=${field === 'count' ? 'numeric' : field === 'ramp' ? 'text' : 'decimal'}
          aria-invalid=${wrong ? 'true' : 'false'} ?readonly=${view.readonly}
          placeholder=${field === 'ramp' ? words.rampHint : nothing}
          aria-describedby=${wrong ? `problem-${line.id}` : meant === null ? nothing : `${line.id}-${field}`}
          .value=${live(view.format.typed(value))}
          @input=${(event: InputEvent) => actions.edit(line.id, field, view.format.plain(valueOf(event)))}
          @keydown=${(event: KeyboardEvent) => actions.key(event, line.id, field)}>
        ${unit === '' || typedUnit ? nothing : html`<span class="unit" aria-hidden="true">${unit}</span>`}
      </span>
      ${meant === null ? nothing : html`<span class="rate-note meant" id="${line.id}-${field}"><bdi>${typedUnit && line.count.trim() !== '1' ? `× ${line.count} ` : ''}= ${view.format.quantity(meant)}${typedUnit ? ` ${quantityUnit(priced?.unit ?? '', words)}` : nothing}</bdi></span>`}
    </label>`;
}

/** What a sum or a product comes to; of a plain number there is nothing to say. */
function calculated(number: string | null, typed: string): string | null {
  return number === typed.trim() ? null : number;
}

/** The meter's own name stands here only when the line has another one. */
function path(line: Line): string {
  const { category, subCategory, name } = line.meter;
  const own = line.name.trim() === '' ? '' : name;
  return [category, subCategory, own].filter((part) => part !== '').join(' · ');
}

function region({ meter }: Line, { words }: Format): TemplateResult {
  return html` <span class="tag">${meter.region || words.allRegions}</span>`;
}

/** The line's own; marked where nothing of it is priced. */
function offer({ id, offer: own }: Line, priced: EstimateLine | undefined, { offers, priced: { reasons }, sourceOf, format }: LinesView): TemplateResult | typeof nothing {
  if (own === '') return nothing;
  const { info, entry } = sourceOf(priced?.book ?? '');
  const name = info.offer === own ? entry.offerName : offers.find((one) => one.offer === own)?.offerName ?? own;
  return html` <span class="tag own-offer ${priced?.status === 'priced' ? '' : 'warn'}" title=${reasons.get(id) ?? own}><span class="visually-hidden">${format.words.offer}</span> ${name}</span>`;
}

/** The price of the first charged unit; with tiers in use, how many of them. */
function rate(priced: EstimateLine | undefined, from: Provenance, format: Format): TemplateResult {
  if (!priced || priced.status !== 'priced') return html`<span class="muted">–</span>`;
  const { words } = format;
  const first = firstPrice(priced.tiers);
  const used = priced.tiers.filter((tier) => !isZero(tier.quantity)).length;
  const notes = [];
  const covered = priced.includedQuantity ?? '0';
  if (!isZero(covered)) notes.push(`${format.quantity(covered)} ${quantityUnit(priced.unit, words)} ${words.included}`);
  if (priced.tiers.length > 1) notes.push(words.tiersOf(format.integer(used), format.integer(priced.tiers.length)));
  if (notes.length === 0) notes.push(perUnit(priced.unit, words));
  return html`
    <span>${first ? format.unitPrice(from.info.currency, first) : '–'}</span>
    ${notes.map((note) => html`<span class="rate-note"><bdi>${note}</bdi></span>`)}`;
}

function cost(priced: EstimateLine | undefined, from: Provenance, format: Format): TemplateResult {
  if (!priced) return html`<span class="muted">–</span>`;
  if (priced.cost === null) return html`<span class="no-price">${format.words.noPriceShort}</span>`;
  const text = format.money(from.info.currency, priced.cost);
  return html`<span class="cost ${text.length > 15 ? 'long' : ''}" data-exact=${priced.cost}>${text}</span>`;
}

function costLabel(
  title: string, priced: EstimateLine | undefined, problem: LineProblem | undefined, from: Provenance, format: Format,
): string {
  const { words } = format;
  if (!priced) return `${title}: ${problem?.message ?? words.notPriced}`;
  if (priced.cost === null) return words.costNoPrice(title);
  return words.costOf(title, format.money(from.info.currency, priced.cost));
}

function valueOf(event: InputEvent): string {
  return (event.target as HTMLInputElement).value;
}
