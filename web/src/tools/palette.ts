// Every command by its name: type a part of it, choose with the arrows, Enter does it.

import { html, nothing, type TemplateResult } from 'lit';
import type { ToolCommand } from './commands.js';
import type { Place } from './place.js';

export class Palette {
  readonly #place: Place;
  readonly #commands: readonly ToolCommand[];
  readonly #close: () => void;
  #typed = '';
  #active = 0;

  constructor(place: Place, commands: readonly ToolCommand[], close: () => void) {
    this.#place = place;
    this.#commands = commands;
    this.#close = close;
  }

  title(): string {
    return this.#place.words().palette;
  }

  get #found(): readonly ToolCommand[] {
    const words = this.#typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
    return this.#commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  }

  #run(command: ToolCommand | undefined): void {
    if (!command) return;
    this.#close();
    command.run();
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const count = this.#found.length;
    if (event.key === 'Enter') this.#run(this.#found[this.#active]);
    else if (count > 0 && event.key === 'ArrowDown') this.#active = (this.#active + 1) % count;
    else if (count > 0 && event.key === 'ArrowUp') this.#active = (this.#active + count - 1) % count;
    else return;
    event.preventDefault();
    this.#place.host.requestUpdate();
    void this.#place.host.updateComplete.then(() => {
      this.#place.host.renderRoot.querySelector('[role="option"][data-active]')?.scrollIntoView({ block: 'nearest' });
    });
  };

  render(): TemplateResult {
    const words = this.#place.words();
    const found = this.#found;
    const typed = (event: InputEvent) => {
      this.#typed = (event.target as HTMLInputElement).value;
      this.#active = 0;
      this.#place.host.requestUpdate();
    };
    return html`
      <input class="text-field" role="combobox" aria-label=${words.paletteHint} placeholder=${words.paletteHint} autocomplete="off" spellcheck="false"
        aria-autocomplete="list" aria-expanded=${found.length > 0 ? 'true' : 'false'} aria-controls="commands"
        aria-activedescendant=${found.length > 0 ? `command-${this.#active}` : nothing} autofocus @input=${typed} @keydown=${this.#onKey}>
      <ul id="commands" class="commands" role="listbox" aria-label=${words.palette} ?hidden=${found.length === 0}>
        ${found.map((command, index) => html`
          <li id="command-${index}" role="option" class="command" aria-selected=${index === this.#active ? 'true' : 'false'}
            ?data-active=${index === this.#active} @click=${() => this.#run(command)}>
            <span>${command.label}</span>${keys(command.keys)}</li>`)}
      </ul>
      <p class="muted" role="status">${found.length === 0 ? words.noCommand : nothing}</p>`;
  }
}

export function keys(list: readonly string[]): TemplateResult | typeof nothing {
  return list.length === 0 ? nothing : html`<span class="keys-of">${list.map((key) => html`<kbd>${key}</kbd>`)}</span>`;
}
