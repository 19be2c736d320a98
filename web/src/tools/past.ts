// The history: every step by name, and the way to any of them. What a step did is told from what it led to, so that no
// command has to remember to say it.

import { html, type TemplateResult } from 'lit';
import { COST_CENTRE, fullName } from '../grouping.js';
import { activeDoc, type Work } from '../history.js';
import type { Doc, Group, Line } from '../state.js';
import { bookLabel } from '../views/book-picker.js';
import { letter } from './letter.js';
import type { Place } from './place.js';
import type { AllWords } from './words.js';

/** Steps on each side of the current one: a page does not show thousands at once. */
const SHOWN = 250;

export class Past {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  title(): string {
    return this.#place.words().history;
  }

  render(): TemplateResult {
    const { desk, format } = this.#place;
    const words = this.#place.words();
    const { states, position } = desk.history;
    const first = Math.max(0, position - SHOWN);
    const shown = states.slice(first, position + SHOWN);
    // The newest stands first.
    return html`
      <ol class="past">${shown.map((work, place) => {
        const index = first + place;
        const before = states[index - 1];
        return html`<li><button type="button" class="step ${index > position ? 'ahead' : ''}" aria-current=${index === position ? 'step' : 'false'}
          @click=${() => desk.go(index - position)}>
          <span class="num muted">${format().integer(index)}</span><span class="step-name">${before ? told(before, work, words) : words.stepFirst}</span>
          ${index === position ? html`<span class="muted">${words.current}</span>` : ''}</button></li>`;
      }).reverse()}</ol>`;
  }
}

export function told(before: Work, after: Work, words: AllWords): string {
  if (after.branches.length > before.branches.length) return words.copyBranch(letter(before.active), letter(after.active));
  if (after.branches.length < before.branches.length) return words.removeBranch(letter(before.active));
  if (after.branches === before.branches && after.list && after.list !== before.list) return words.usePrices(bookLabel(after.list));
  if (after.pin !== before.pin) return after.pin ? words.opened : words.useToday;
  if (after.active !== before.active) return words.branch(letter(after.active));
  // Lines are also taken from one branch into another that is not shown.
  const changed = after.branches.findIndex((doc, index) => doc !== before.branches[index]);
  const [from, to] = [before.branches[changed] ?? activeDoc(before), after.branches[changed] ?? activeDoc(after)];
  return changed === after.active || changed < 0 ? step(from, to, words) : `${words.branch(letter(changed))}: ${step(from, to, words)}`;
}

function step(from: Doc, to: Doc, words: AllWords): string {
  if (to.name !== from.name) return `${words.nameOfEstimate}: ${to.name}`;
  const [gone, come] = [missing(from.lines, to.lines), missing(to.lines, from.lines)];
  if (gone.length > 0 && come.length > 0) return words.opened;
  if (come.length > 0) return words.stepAdded(come.length === 1 ? titleOf(come[0]) : words.linesCount(come.length, `${come.length}`));
  if (gone.length > 0) return to.lines.length === 0 && gone.length > 1 ? words.clearAll : words.removed(gone.map(titleOf).join(', '));
  const [shut, made] = [missing(from.groups, to.groups), missing(to.groups, from.groups)];
  if (made[0]) return `${words.newGroup}: ${made[0].name}`;
  if (shut[0]) return words.removed(shut[0].name);
  for (const group of to.groups) {
    const old = from.groups.find(({ id }) => id === group.id);
    if (old && old !== group) return groupStep(old, group, to, words);
  }
  for (const line of to.lines) {
    const old = from.lines.find(({ id }) => id === line.id);
    if (old && old !== line) return lineStep(old, line, to, words);
  }
  return words.stepMoved;
}

function missing<T extends { readonly id: string }>(of: readonly T[], among: readonly T[]): T[] {
  const ids = new Set(among.map(({ id }) => id));
  return of.filter(({ id }) => !ids.has(id));
}

function groupStep(old: Group, group: Group, doc: Doc, words: AllWords): string {
  if (old.name !== group.name) return `${old.name} → ${group.name}`;
  if (old.within !== group.within) return `${words.stepMoved}: ${fullName(doc.groups, group)}`;
  if (old.tags !== group.tags) return `${words.costCentre}, ${group.name}: ${group.tags[COST_CENTRE] ?? '–'}`;
  return words.collapse(group.name);
}

function lineStep(old: Line, line: Line, doc: Doc, words: AllWords): string {
  const title = titleOf(line);
  if (old.name !== line.name) return `${titleOf(old)} → ${title}`;
  if (old.group !== line.group) {
    const group = doc.groups.find(({ id }) => id === line.group);
    return `${title}: ${group ? fullName(doc.groups, group) : words.noGroup}`;
  }
  const { plan } = line;
  if (old.plan !== plan) return `${title}: ${plan ? `${plan.hours} ${words.hoursADay}, ${plan.days} ${words.daysAWeek}` : words.always}`;
  if (old.offer !== line.offer) return `${title}: ${words.offer} ${line.offer || words.asEstimate}`;
  for (const field of ['quantity', 'count', 'low', 'high', 'ramp'] as const) {
    if (old[field] !== line[field]) return `${title}: ${words[field]} ${line[field] || '–'}`;
  }
  return title;
}

function titleOf(line: Line | undefined): string {
  const name = line ? line.name.trim() || line.meter.name : '';
  // What it says of directions ends with it.
  return /[\u202a-\u202e]/.test(name) ? `\u2068${name}\u2069` : name;
}
