// What comes later than the lines: loaded on first use, and shown in one sheet at a time.

import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { closeIcon } from '../icons.js';
import { Changes } from './changes.js';
import { commands, Help } from './commands.js';
import { Compare } from './compare.js';
import { letter } from './letter.js';
import { Opening, opened } from './open.js';
import { Palette } from './palette.js';
import { Past } from './past.js';
import type { Place } from './place.js';
import { Share } from './share.js';

export type ToolName = 'share' | 'open' | 'changes' | 'palette' | 'help' | 'history';

interface Sheet {
  title(): string;
  render(): TemplateResult;
}

export class Tools {
  readonly #place: Place;
  #sheet: Sheet | null = null;
  #compare: Compare | null = null;
  /** Why a link could not be opened. */
  #refused: string | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  show(name: ToolName): void {
    const make: Record<ToolName, () => Sheet> = {
      share: () => new Share(this.#place),
      changes: () => new Changes(this.#place),
      palette: () => new Palette(this.#place, commands(this.#place, this), () => this.#close()),
      help: () => new Help(this.#place),
      history: () => new Past(this.#place),
      open: () => new Opening(this.#place, () => this.#close()),
    };
    // Two at once would be two layers of questions.
    this.#close();
    this.#sheet = make[name]();
    this.#place.host.requestUpdate();
    void this.#place.host.updateComplete.then(() => this.#dialog()?.showModal());
  }

  /** Comparing takes the place of the lines. */
  compare(): void {
    this.#compare = this.#compare ? null : new Compare(this.#place, () => this.compare());
    this.#place.host.requestUpdate();
    void this.#place.host.updateComplete.then(() => this.#place.host.renderRoot.querySelector<HTMLElement>(this.#compare ? '#compare-title' : '.tools [part]')?.focus());
  }

  view(): TemplateResult | null {
    return this.#compare?.render() ?? null;
  }

  /** Which branch is shown, where there are several. */
  branches(): TemplateResult | typeof nothing {
    const { desk, words } = this.#place;
    const { branches, active } = desk.work;
    if (branches.length < 2) return nothing;
    const choose = (index: number) => desk.changeWork({ ...desk.work, active: index });
    const remove = () => desk.changeWork({ ...desk.work, branches: branches.toSpliced(active, 1), active: 0 });
    return html`
      <div class="branch-tabs" role="group" aria-label=${words().branches}>
        ${branches.map((_, index) => html`<button type="button" class="button" aria-pressed=${index === active ? 'true' : 'false'}
          aria-label=${words().branch(letter(index))} @click=${() => choose(index)}>${letter(index)}</button>`)}
        <button type="button" class="icon-button" aria-label=${words().removeBranch(letter(active))} title=${words().removeBranch(letter(active))}
          @click=${remove}>${closeIcon}</button>
      </div>`;
  }

  async openLink(fragment: string): Promise<void> {
    this.#refused = await opened(this.#place, fragment);
    this.#place.host.requestUpdate();
  }

  #dialog(): HTMLDialogElement | null {
    return this.#place.host.renderRoot.querySelector<HTMLDialogElement>('dialog.sheet');
  }

  #close(): void {
    this.#dialog()?.close();
  }

  /** The browser tells of it later, when another sheet may be here already. */
  #closed(sheet: Sheet): void {
    if (this.#sheet !== sheet) return;
    this.#sheet = null;
    this.#place.host.requestUpdate();
  }

  /** Above the lines: what is special about this estimate. */
  banner(): TemplateResult {
    const { desk, words, format, act } = this.#place;
    const { pin } = desk.work;
    // The button goes, and what it had the focus for with it.
    const unpin = () => {
      desk.unpin();
      act.find();
    };
    const shut = () => {
      this.#refused = null;
      this.#place.host.requestUpdate();
    };
    return html`
      ${this.#refused ? html`<div class="banner banner-row" role="alert">
        <span><strong>${words().refused}</strong> ${this.#refused} ${words().keptYours}</span>
        <button type="button" class="button quiet" @click=${shut}>${words().closeSheet}</button></div>` : nothing}
      ${pin ? html`<div class="banner banner-row" part="banner">
        <span>${words().pinned(format().dateTime(pin.at || pin.fetchedAt))}</span>
        <span class="banner-acts"><button type="button" class="button quiet" @click=${() => this.show('changes')}>${words().whatChanged}</button>
        <button type="button" class="button quiet" @click=${unpin}>${words().useToday}</button></span></div>` : nothing}`;
  }

  render(): TemplateResult | typeof nothing {
    const sheet = this.#sheet;
    if (!sheet) return nothing;
    // A click on the dialog itself is one beside its content.
    const beside = (event: MouseEvent) => { if (event.target === event.currentTarget) this.#close(); };
    // What stands outside of a dialog is not heard while it is open: so the toast's text is in it, too.
    // Each has a dialog of its own: what was typed into the one before would else stand in the next.
    return html`${keyed(sheet, html`
      <dialog class="sheet" aria-labelledby="sheet-title" @close=${() => this.#closed(sheet)} @click=${beside}>
        <div class="sheet-body">
          <div class="sheet-head"><h2 id="sheet-title">${sheet.title()}</h2>
            <button type="button" class="icon-button" aria-label=${this.#place.words().closeSheet} @click=${() => this.#close()}>${closeIcon}</button></div>
          ${sheet.render()}
          <p class="visually-hidden" role="status">${this.#place.toast.text}</p>
        </div>
      </dialog>`)}`;
  }
}
