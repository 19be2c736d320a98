// All that can be done with an estimate as a whole, for the palette, and every key, for the sheet of keys.

import { html, type TemplateResult } from 'lit';
import { bookLabel } from '../views/book-picker.js';
import { keys } from './palette.js';
import type { Place } from './place.js';
import type { Tools } from './tools.js';

export interface ToolCommand {
  readonly label: string;
  readonly keys: readonly string[];
  readonly run: () => void;
}

export function commands(place: Place, tools: Tools): ToolCommand[] {
  const { act, desk } = place;
  const words = place.words();
  const command = (label: string, run: () => void, ...list: string[]): ToolCommand => ({ label, keys: list, run });
  return [
    command(words.findMeter, act.find, '/'),
    command(words.newGroup, act.addGroup),
    command(words.undo, place.undo, 'Ctrl', 'Z'),
    command(words.redo, act.redo, 'Ctrl', 'Shift', 'Z'),
    command(words.history, () => tools.show('history')),
    command(words.compare, () => tools.compare()),
    command(words.share, () => tools.show('share')),
    command(words.openFile, () => tools.show('open')),
    command(words.print, () => print()),
    command(words.clearAll, act.clear),
    ...desk.shelf.entries.filter(({ id }) => id !== desk.shelf.current?.entry.id)
      .map((entry) => command(words.usePrices(bookLabel(entry)), () => void desk.choose(entry.id))),
    command(words.help, () => tools.show('help'), '?'),
  ];
}

export class Help {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  title(): string {
    return this.#place.words().help;
  }

  render(): TemplateResult {
    const words = this.#place.words();
    const rows: [string[], string][] = [
      [['/'], words.findMeter], [['Ctrl', 'K'], words.palette], [['↑', '↓'], words.helpRows], [['Enter'], words.keys.next],
      [['Esc'], words.helpAmount], [['E'], words.keys.explain], [['A'], words.keys.assumptions], [['Alt', '↑ ↓'], words.helpMove], [['Alt', '← →'], words.helpNest],
      [['Ctrl', 'D'], words.duplicate], [['Del'], words.remove], [['Ctrl', 'Z'], words.undo], [['Ctrl', 'Shift', 'Z'], words.redo], [['?'], words.help],
    ];
    return html`
      <p class="muted">${words.helpText}</p>
      <dl class="help">${rows.map(([list, what]) => html`<div><dt>${keys(list)}</dt><dd>${what}</dd></div>`)}</dl>`;
  }
}
