// A group: its name, its sum, what it assumes, its lines, and the groups that lie in it.

import { html, nothing, type TemplateResult } from 'lit';
import { COST_CENTRE, costCentre, dissolve, isInside, moveGroup, nest, places, renameGroup, setCostCentre, shiftGroup } from '../grouping.js';
import { chevronIcon, moreIcon, removeIcon } from '../icons.js';
import { editGroup, type Group, type Line } from '../state.js';
import { allPriced } from '../pricing.js';
import type { DetailWords } from './details.js';
import { grip } from './drag.js';
import type { LinesView } from './lines.js';

export type List = (group: string, view: LinesView) => TemplateResult | typeof nothing;

export function group(words: DetailWords, group: Group, view: LinesView, list: List): TemplateResult {
  const { doc, format, from, priced, actions, readonly } = view;
  const { id, name, collapsed } = group;
  const lines = doc.lines.filter((line) => isInside(doc.groups, line.group, id));
  const inner = doc.groups.filter(({ within }) => within === id);
  const sum = priced.estimate?.groups[id];
  const hasPrice = (line: Line) => priced.lines.get(line.id)?.status === 'priced';
  const amount = sum === undefined || !lines.some(hasPrice) ? '–' : format.money(from.info.currency, sum);
  const whole = allPriced(priced, lines);
  const open = view.more.has(id) && !readonly;
  const centre = costCentre(doc.groups, group);
  return html`
    <section class="group ${group.within === '' ? '' : 'inner'}" data-group=${id} aria-label=${name}>
      <div class="group-head" @keydown=${(event: KeyboardEvent) => onKey(event, group, view)}>
        ${readonly ? nothing : grip(view, { group: id })}
        <button type="button" class="icon-button fold" aria-expanded=${collapsed ? 'false' : 'true'}
          aria-label=${words.collapse(name)} @click=${() => actions.change((now) => editGroup(now, id, { collapsed: !collapsed }), `${id} collapsed`)}>${chevronIcon}</button>
        <input class="field name group-name" aria-label=${words.nameOfGroup} autocomplete="off" spellcheck="false"
          maxlength="200" ?readonly=${readonly} .value=${name}
          @change=${(event: Event) => rename(event.target as HTMLInputElement, group, view)}>
        <p class="group-sum num" data-exact=${sum ?? nothing}>
          ${centre === '' ? nothing : html`<span class="centre" title=${words.costCentre}><span class="visually-hidden">${words.costCentre}</span> ${centre}</span>`}
          <span class="muted group-count"><bdi>${words.linesCount(lines.length, format.integer(lines.length))}</bdi></span>
          ${whole ? nothing : html`<span class="warn">${words.incompleteShort}</span>`}
          <span class="visually-hidden">${words.groupOf(name, amount)}</span>
          <strong aria-hidden="true">${amount}</strong>
        </p>
        ${readonly ? nothing : html`<div class="line-tools">
          <button type="button" class="icon-button" aria-label=${words.placeOf(name)} title=${words.placeOfGroup}
            aria-expanded=${open ? 'true' : 'false'} @click=${() => actions.more(id)}>${moreIcon}</button>
          <button type="button" class="icon-button" aria-label=${words.dissolve(name)} title=${words.remove}
            @click=${() => dissolved(group, view)}>${removeIcon}</button></div>`}
      </div>
      ${open ? more(group, view, words) : nothing}
      ${collapsed ? nothing : html`
        ${lines.length === 0 && inner.length === 0 ? html`<p class="group-empty"><bdi>${words.emptyGroup}</bdi></p>` : list(id, view)}
        ${inner.map((one) => groupOf(words, one, view, list))}`}
    </section>`;
}

const groupOf = group;

/** Not with each letter: while one types, the view must not put the old name back either. */
function rename(field: HTMLInputElement, { id }: Group, { actions }: LinesView): void {
  const renamed = actions.change((doc) => renameGroup(doc, id, field.value));
  field.value = renamed.groups.find((group) => group.id === id)?.name ?? field.value;
}

function dissolved({ id, name }: Group, { actions }: LinesView): void {
  actions.change((doc) => dissolve(doc, id));
  actions.dissolved(name);
}

/** Up and down among its neighbours; to the right into the group above, to the left out again. */
function onKey(event: KeyboardEvent, group: Group, view: LinesView): void {
  if (view.readonly || !event.altKey || !/^Arrow/.test(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const field = event.target;
  const { id } = group;
  const { actions } = view;
  // What is being typed counts, and the field goes along.
  if (field instanceof HTMLInputElement) rename(field, group, view);
  const toLeft = field instanceof Element && field.matches(':dir(rtl)') ? 'ArrowRight' : 'ArrowLeft';
  const { key } = event;
  actions.change((doc) => (key === 'ArrowUp' || key === 'ArrowDown' ? moveGroup(doc, id, key === 'ArrowUp' ? -1 : 1) : shiftGroup(doc, id, key !== toLeft)));
  actions.focusAt(`[data-group="${id}"] .group-name`);
}

function more(group: Group, view: LinesView, words: DetailWords): TemplateResult {
  const { doc, actions } = view;
  const { id, name, within, tags } = group;
  const outer = places(doc, id);
  const inherited = costCentre(doc.groups, { tags: {}, within });
  return html`
    <div class="more" role="group" aria-label=${words.placeOf(name)}>
      <label class="choice"><span class="amount-caption">${words.costCentre}</span>
        <input class="text-box" aria-label="${words.costCentre}: ${name}" maxlength="200" autocomplete="off" spellcheck="false"
          placeholder=${inherited} .value=${tags[COST_CENTRE] ?? ''}
          @change=${(event: Event) => actions.change((now) => setCostCentre(now, id, valueOf(event)))}></label>
      ${outer.length === 0 ? nothing : html`<label class="choice"><span class="amount-caption">${words.liesIn}</span>
        <select aria-label="${words.liesIn}: ${name}" @change=${(event: Event) => actions.change((now) => nest(now, id, valueOf(event)))}>
          <option value="" .selected=${within === ''}>${words.noGroup}</option>
          ${outer.map((place) => html`<option value=${place.id} .selected=${place.id === within}>${place.name}</option>`)}
        </select></label>`}
      <div class="more-buttons">
        <button type="button" class="button quiet" @click=${() => actions.change((now) => moveGroup(now, id, -1))}>${words.moveUp}</button>
        <button type="button" class="button quiet" @click=${() => actions.change((now) => moveGroup(now, id, 1))}>${words.moveDown}</button>
      </div>
    </div>`;
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}
