// What a line assumes besides its quantity: when it runs, how much it may be, how it grows, and where it belongs.

import { html, nothing, type TemplateResult } from 'lit';
import { fullName } from '../grouping.js';
import { isHourly, type Line } from '../state.js';
import type { LineProblem } from '../pricing.js';
import type { DetailWords } from './details.js';
import { amount } from './line.js';
import type { LinesView } from './lines.js';

export function assumptions(words: DetailWords, line: Line, title: string, problem: LineProblem | undefined, view: LinesView): TemplateResult {
  const { actions, doc, offers, from } = view;
  const of = (what: string) => `${what}: ${title}`;
  const chosen = (event: Event) => (event.target as HTMLSelectElement).value;
  return html`
    <div class="more" role="group" aria-label=${words.moreOf(title)}>
      ${isHourly(line.unit) || line.plan ? html`
        <label class="choice"><span class="amount-caption">${words.runs}</span>
          <select aria-label=${of(words.runs)} @change=${(event: Event) => actions.plan(line.id, chosen(event) === 'plan')}>
            <option value="quantity" .selected=${!line.plan}>${words.always}</option>
            <option value="plan" .selected=${line.plan !== null}>${words.onSchedule}</option>
          </select></label>` : nothing}
      ${line.plan ? nothing : html`
        ${amount(line, 'low', of(words.low), '', problem, view, words.low)}
        ${amount(line, 'high', of(words.high), '', problem, view, words.high)}`}
      ${amount(line, 'ramp', of(words.ramp), '', problem, view, words.ramp)}
      <label class="choice"><span class="amount-caption">${words.group}</span>
        <select aria-label=${of(words.group)} @change=${(event: Event) => actions.group(line.id, chosen(event))}>
          <option value="" .selected=${line.group === ''}>${words.noGroup}</option>
          ${doc.groups.map((group) => html`<option value=${group.id} .selected=${group.id === line.group}>${fullName(doc.groups, group)}</option>`)}
        </select></label>
      ${line.offer === '' && offers.every(({ offer }) => offer === from.info.offer) ? nothing : html`
        <label class="choice"><span class="amount-caption">${words.offer}</span>
          <select aria-label=${of(words.offer)} @change=${(event: Event) => actions.offer(line.id, chosen(event))}>
            <option value="" .selected=${line.offer === ''}>${words.asEstimate}</option>
            ${offers.map(({ offer, offerName }) => html`<option value=${offer ?? ''} .selected=${offer === line.offer}>${offerName}</option>`)}
            ${line.offer === '' || offers.some(({ offer }) => offer === line.offer) ? nothing : html`<option selected>${line.offer}</option>`}
          </select></label>`}
      <div class="more-buttons">
        <button type="button" class="button quiet" @click=${() => actions.duplicate(line.id)}>${words.duplicate}</button>
        <button type="button" class="button quiet" @click=${() => actions.move(line.id, -1)}>${words.moveUp}</button>
        <button type="button" class="button quiet" @click=${() => actions.move(line.id, 1)}>${words.moveDown}</button>
      </div>
    </div>`;
}
