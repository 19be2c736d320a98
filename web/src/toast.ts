// One short message at the bottom, with one thing that can be done about it.

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

const SHOWN_MS = 8000;

export class Toast implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #shown: { text: string; label: string; act: () => void; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.close();
  }

  show(text: string, label = '', act: () => void = () => undefined): void {
    this.close();
    this.#shown = { text, label, act, timer: setTimeout(() => this.close(), SHOWN_MS) };
    this.#host.requestUpdate();
  }

  get text(): string {
    return this.#shown?.text ?? '';
  }

  close(): void {
    if (!this.#shown) return;
    clearTimeout(this.#shown.timer);
    this.#shown = null;
    this.#host.requestUpdate();
  }

  render(): TemplateResult {
    const toast = this.#shown;
    const act = () => {
      this.close();
      toast?.act();
    };
    return html`
      <div class="toast-place" role="status">
        ${toast ? html`<div class="toast"><span>${toast.text}</span>
          ${toast.label ? html`<button type="button" class="button quiet" @click=${act}>${toast.label}</button>` : nothing}</div>` : nothing}
      </div>`;
  }
}
