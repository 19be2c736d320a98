// Keeps the estimate in the browser a moment after each change, and brings it back. Only where the page says `autosave`.

import type { ReactiveController } from 'lit';
import type { Desk } from '../desk.js';
import { isEmpty } from './file.js';
import { load, textOf } from './load.js';
import { forget, keep, recent } from './recent.js';

const PAUSE_MS = 400;

export class Autosave implements ReactiveController {
  readonly #desk: Desk;
  #id = newId();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  hostConnected(): void {
    addEventListener('pagehide', this.now);
  }

  hostDisconnected(): void {
    removeEventListener('pagehide', this.now);
    this.now();
  }

  /** Another estimate than the one before: it gets a place of its own. */
  begin(id: string = newId()): void {
    this.now();
    this.#id = id;
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.now, PAUSE_MS);
  }

  readonly now = (): void => {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = textOf(this.#desk);
    if (text === null) return;
    if (isEmpty(this.#desk.work)) {
      forget(this.#id);
      return;
    }
    const { doc, work } = this.#desk;
    keep({ id: this.#id, savedAt: new Date().toISOString(), name: doc.name.trim(), lines: doc.lines.length, text, live: !work.pin });
  };

  /** Whether there was something that could be brought back. */
  async restore(): Promise<boolean> {
    // Who was faster than the store keeps what was typed.
    const last = isEmpty(this.#desk.work) ? recent()[0] : undefined;
    if (!last) return false;
    try {
      await load(this.#desk, last.text, true, last.live);
    } catch {
      return false;
    }
    this.#id = last.id;
    return true;
  }
}

/** Not `randomUUID`: that is missing on pages without TLS. */
function newId(): string {
  return `${new Date().toISOString()} ${Math.random().toString(36).slice(2)}`;
}
