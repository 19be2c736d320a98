// Says the total to a screen reader, at most once a second: a number that
// changes with every key would drown everything else.

import type { ReactiveController, ReactiveControllerHost } from 'lit';

const PAUSE_MS = 1000;

export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = '';
  text = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  say(text: string): void {
    if (text === this.#next) return;
    this.#next = text;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.text = this.#next;
      this.#host.requestUpdate();
    }, PAUSE_MS);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
