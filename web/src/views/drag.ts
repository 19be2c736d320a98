// Lines and groups move with the pointer by their grip. What a grip does, keys and the assumptions can do, too.

import { html, type TemplateResult } from 'lit';
import { nest, place, places } from '../grouping.js';
import { gripIcon } from '../icons.js';
import type { Doc } from '../state.js';
import type { LinesView } from './lines.js';

export type Dragged = { readonly line: string } | { readonly group: string };

/** Where the pointer is: on a line or on the head of a group, in its upper or lower half; beside all, an empty target. */
interface Target {
  readonly line?: string;
  readonly group?: string;
  readonly upper: boolean;
}

/** So far the pointer moves before it is no click. */
const SLACK = 4;

export function grip(view: LinesView, dragged: Dragged): TemplateResult {
  return html`<span class="grip" aria-hidden="true" @pointerdown=${(event: PointerEvent) => begin(event, dragged, view)}>${gripIcon}</span>`;
}

/** What the estimate becomes; null where it cannot lie there. */
export function dropped(doc: Doc, dragged: Dragged, target: Target): Doc | null {
  if ('line' in dragged) {
    const at = doc.lines.findIndex(({ id }) => id === target.line);
    const on = doc.lines[at];
    if (on?.id === dragged.line) return null;
    const group = on?.group ?? target.group ?? '';
    // On a head: in front of the first line of its group.
    const before = on ? (target.upper ? on : doc.lines[at + 1]) : doc.lines.find((line) => line.group === group);
    return place(doc, dragged.line, group, before?.group === group ? before.id : null);
  }
  const onto = doc.groups.find(({ id }) => id === (target.group ?? doc.lines.find((line) => line.id === target.line)?.group));
  if (!onto || onto.id === dragged.group) return null;
  const inside = onto.within || (target.upper ? '' : onto.id);
  if (inside !== '' && !places(doc, dragged.group).some(({ id }) => id === inside)) return null;
  return nest(doc, dragged.group, inside, inside === onto.id ? null : onto.id);
}

function begin(down: PointerEvent, dragged: Dragged, { doc, actions }: LinesView): void {
  const handle = down.currentTarget;
  if (down.button !== 0 || !(handle instanceof HTMLElement)) return;
  down.preventDefault();
  const root = handle.getRootNode() as ShadowRoot | Document;
  const moved = handle.closest<HTMLElement>('line' in dragged ? '[data-line]' : '[data-group]');
  let over: HTMLElement | null = null;
  let target: Target | null = null;
  const mark = (element: HTMLElement | null, where: string) => {
    if (over !== element) delete over?.dataset['drop'];
    over = element;
    if (over) over.dataset['drop'] = where;
  };
  const onMove = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLACK) return;
    if (moved) moved.dataset['dragged'] = '';
    const hit = root.elementsFromPoint(event.clientX, event.clientY).map((element) => element.closest<HTMLElement>('[data-line], .group-head, .group-empty'))
      .find((element) => element !== null) ?? null;
    const box = hit?.getBoundingClientRect();
    const upper = box !== undefined && event.clientY < box.top + box.height / 2;
    const line = hit?.dataset['line'];
    const group = hit?.closest<HTMLElement>('[data-group]')?.dataset['group'];
    target = { upper, ...(line === undefined ? {} : { line }), ...(group === undefined ? {} : { group }) };
    if (!hit || !dropped(doc, dragged, target)) target = null;
    mark(target && hit, hit?.matches('[data-line]') || 'group' in dragged ? (upper ? 'before' : 'line' in dragged ? 'after' : 'in') : 'in');
  };
  const end = () => {
    mark(null, '');
    if (moved) delete moved.dataset['dragged'];
    removeEventListener('pointermove', onMove);
    removeEventListener('pointerup', onUp);
    removeEventListener('pointercancel', end);
    removeEventListener('keydown', onKey, true);
  };
  const onUp = () => {
    end();
    const on = target;
    if (on) actions.change((now) => dropped(now, dragged, on) ?? now);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    end();
  };
  addEventListener('pointermove', onMove);
  addEventListener('pointerup', onUp);
  addEventListener('pointercancel', end);
  addEventListener('keydown', onKey, true);
}
