// The commands of the lines and groups: each changes the estimate and says where the focus goes. They are called by
// keys, by buttons and by the palette alike.

import type { ReactiveControllerHost } from 'lit';
import type { Desk } from './desk.js';
import type { Command, LineKeyPlace } from './keyboard.js';
import {
  append, duplicate, edit, editGroup, freeName, move, newGroup, newLine, remove, setGroup, setPlan, typedLine, type Field,
} from './state.js';
import type { MeterHit, ReadLine } from './types.js';
import type { LineActions } from './views/lines.js';
import type { StartingPoint } from './views/start.js';

interface Host extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

export interface EditingEvents {
  removed: (name: string) => void;
  focusSearch: () => void;
  copy: (id: string, text: string) => void;
  isCopied: (id: string) => boolean;
  key: (event: KeyboardEvent, id: string, place: LineKeyPlace) => void;
}

export class Editing {
  readonly #host: Host;
  readonly #desk: Desk;
  readonly #events: EditingEvents;
  readonly open = new Set<string>();
  readonly more = new Set<string>();
  /** The group that new lines go to. */
  #group = '';
  readonly actions: LineActions;

  constructor(host: Host, desk: Desk, events: EditingEvents) {
    this.#host = host;
    this.#desk = desk;
    this.#events = events;
    this.actions = {
      edit: (id, field, value) => {
        desk.change(edit(desk.doc, id, field, value), `${id} ${field}`);
        // A field has what the line has, also where that is not what was typed.
        host.requestUpdate();
      },
      plan: (id, planned) => {
        desk.change(setPlan(desk.doc, id, planned));
        if (planned) this.focus(id, 'hours');
      },
      group: (id, group) => desk.change(setGroup(desk.doc, id, group)),
      offer: (id, offer) => {
        desk.shelf.again();
        desk.change(edit(desk.doc, id, 'offer', offer));
      },
      remove: (id) => this.remove(id),
      duplicate: (id) => this.duplicate(id, 'quantity'),
      move: (id, by) => desk.change(move(desk.doc, id, by)),
      explain: (id) => this.explain(id),
      more: (id) => this.#toggle(this.more, id),
      key: events.key,
      proof: (id) => ({ copied: events.isCopied(id), copy: (text) => events.copy(id, text) }),
      change: (make, typing) => {
        desk.change(make(desk.doc), typing);
        return desk.doc;
      },
      dissolved: (name) => {
        events.removed(name);
        events.focusSearch();
      },
      focusAt: (selector) => this.#focusAt(selector),
      addGroup: () => this.addGroup(),
    };
  }

  /** A meter, and what else was said of it while it was looked for. */
  add(hit: MeterHit, read: ReadLine | null = null): void {
    const { doc } = this.#desk;
    const group = doc.groups.some(({ id }) => id === this.#group) ? this.#group : '';
    const line = { ...typedLine(hit, read), group };
    this.#desk.change(append(editGroup(doc, group, { collapsed: false }), [line]));
    this.focus(line.id, 'quantity');
  }

  startFrom(point: StartingPoint): void {
    const lines = point.items.map(({ hit, quantity, count }) => newLine(hit, quantity, count));
    this.#desk.change(append(this.#desk.doc, lines));
    if (lines[0]) this.focus(lines[0].id, 'quantity');
  }

  addGroup(): void {
    const { doc, words } = this.#desk;
    const group = newGroup(freeName(doc.groups, words.groupNamed));
    this.#group = group.id;
    this.#desk.change({ ...doc, groups: [...doc.groups, group] });
    this.#focusAt(`[data-group="${group.id}"] .group-name`);
  }

  /** New lines go where somebody works. */
  worksIn(target: EventTarget | null): void {
    if (!(target instanceof Element)) return;
    const place = target.closest<HTMLElement>('.lines');
    if (place) this.#group = target.closest<HTMLElement>('[data-group]')?.dataset['group'] ?? '';
  }

  remove(id: string): void {
    const { doc } = this.#desk;
    const position = doc.lines.findIndex((line) => line.id === id);
    const line = doc.lines[position];
    if (!line) return;
    this.#desk.change(remove(doc, id));
    const left = this.#desk.doc.lines;
    const next = left[position] ?? left[position - 1];
    if (next) this.focus(next.id, 'cost');
    else this.#events.focusSearch();
    this.#events.removed(line.name.trim() || line.meter.name);
  }

  duplicate(id: string, place: LineKeyPlace): void {
    this.#desk.change(duplicate(this.#desk.doc, id));
    const { lines } = this.#desk.doc;
    const copy = lines[lines.findIndex((line) => line.id === id) + 1];
    if (copy) this.focus(copy.id, place);
  }

  explain(id: string): void {
    this.#toggle(this.open, id);
  }

  #toggle(set: Set<string>, id: string): void {
    if (!set.delete(id)) set.add(id);
    this.#host.requestUpdate();
  }

  perform(command: Command, id: string, place: LineKeyPlace): void {
    const { doc } = this.#desk;
    const hidden = new Set(doc.groups.filter((group) => group.collapsed).map((group) => group.id));
    const lines = doc.lines.filter((line) => !hidden.has(line.group));
    const position = lines.findIndex((line) => line.id === id);
    switch (command) {
      case 'previous':
      case 'next': {
        const target = lines[position + (command === 'next' ? 1 : -1)];
        if (target) this.focus(target.id, place);
        break;
      }
      case 'onward': {
        const target = lines[position + 1];
        if (target) this.focus(target.id, place);
        else this.#events.focusSearch();
        break;
      }
      case 'leave': this.focus(id, 'cost'); break;
      case 'explain': this.explain(id); break;
      case 'more': this.actions.more(id); break;
      case 'remove': this.remove(id); break;
      case 'moveUp':
      case 'moveDown':
        this.#desk.change(move(doc, id, command === 'moveUp' ? -1 : 1));
        this.focus(id, place);
        break;
      case 'duplicate': this.duplicate(id, place); break;
    }
  }

  /** Where the focus goes when a step takes away what had it. */
  rescueFocus(): void {
    const last = this.#desk.doc.lines.at(-1);
    if (last) this.focus(last.id, 'cost');
    else this.#events.focusSearch();
  }

  focus(id: string, place: LineKeyPlace): void {
    const line = this.#desk.doc.lines.find((candidate) => candidate.id === id);
    // A line on a schedule has no quantity, one with a quantity no hours.
    const field: Field | 'cost' = place === 'quantity' && line?.plan ? 'hours'
      : (place === 'hours' || place === 'days') && !line?.plan ? 'quantity' : place;
    this.#focusAt(`[data-line="${id}"] ${field === 'cost' ? '.line-cost' : `[data-field="${field}"]`}`);
  }

  #focusAt(selector: string): void {
    void this.#host.updateComplete.then(() => {
      const target = this.#host.renderRoot.querySelector<HTMLElement>(selector);
      target?.focus();
      if (target instanceof HTMLInputElement) target.select();
    });
  }
}
