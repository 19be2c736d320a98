// The whole element: heading, head of the estimate, lines or what stands in their place, and the total.

import { html, nothing, type TemplateResult } from 'lit';
import type { Current } from '../books.js';
import type { Desk } from '../desk.js';
import type { Editing } from '../editing.js';
import type { Format } from '../format.js';
import { compareIcon, historyIcon, openIcon, redoIcon, shareIcon, undoIcon } from '../icons.js';
import type { Scope } from '../keyboard.js';
import type { Doc } from '../state.js';
import type { Toast } from '../toast.js';
import type { Tools } from '../tools/tools.js';
import { said } from '../words.js';
import { bookLabel, bookPicker } from './book-picker.js';
import type { Details } from './details.js';
import type { MeterSearch } from './search.js';
import { bone } from './states.js';
import { total } from './total.js';

export interface PageView {
  desk: Desk;
  editing: Editing;
  format: Format;
  search: MeterSearch;
  details: Details | null;
  tools: Tools | null;
  toast: Toast;
  /** What the total was last announced as. */
  said: string;
  /** The lines that were kept, while there are no prices yet. */
  kept: TemplateResult | null;
  /** There are none to be shown, so one begins before there are prices. */
  fresh: boolean;
  readonly: boolean;
  scope: Scope;
  retry: () => void;
  undo: () => void;
  redo: () => void;
  show: (name: 'open' | 'share' | 'compare' | 'history') => void;
}

export function page(view: PageView): TemplateResult {
  const { desk, editing, format, tools, toast } = view;
  const { entries, current, state } = desk.shelf;
  return html`
    <div class="app" lang=${format.words.lang} @focusin=${(event: FocusEvent) => editing.worksIn(event.target)}>
      <header class="bar">
        <slot name="header"><h2 class="title">${format.words.estimate}</h2></slot>
        ${bookPicker(view.readonly ? [] : entries, current?.entry ?? null, state === 'loading', format, (id) => void desk.choose(id))}
      </header>
      ${main(view)}
      <slot name="footer"></slot>
      <p class="visually-hidden" role="status">${view.said}</p>
      ${tools?.render() ?? nothing}
      ${toast.render()}
    </div>`;
}

function main(view: PageView): TemplateResult {
  const { desk, format, details, tools, readonly } = view;
  const { current, state, error } = desk.shelf;
  const { words } = format;
  if (!current && details) {
    if (state === 'failed' && error) return details.failure(error, view.retry);
    if (state === 'empty') return details.withoutBooks();
  }
  // What was kept stays until it is restored, and no sum of nothing stands below it.
  const ready = current && details && !(view.kept && isEmpty(desk.doc)) ? filled(view, current, details) : null;
  // One template from the first moment on, so that the search keeps its caret when the prices arrive.
  return html`
    ${error && current ? html`<div class="banner" part="banner" role="alert">${said(words, error)} ${words.stillShown(bookLabel(current.entry))}</div>` : nothing}
    ${tools?.banner() ?? nothing}
    <div class="body">
      ${head(view)}
      ${readonly ? nothing : view.search.render(format, details, view.scope !== 'off')}
      ${ready?.work ?? view.kept ?? (view.fresh && details ? begin(view, null, details) : bone('starting', 'start'))}
      ${ready?.total ?? bone('summary', 'total')}
    </div>
    ${ready ? nothing : html`<p class="loading" role="status">${words.loading}</p>`}`;
}

/** What there is with prices only. */
function filled(view: PageView, current: Current, details: Details): Record<'work' | 'total', unknown> {
  const { desk, editing, format, tools, readonly } = view;
  const { doc, priced } = desk;
  const sourceOf = (id: string) => {
    const { book: { info }, entry } = desk.shelf.opened.find((one) => one.entry.id === id) ?? current;
    return { info, entry };
  };
  const from = sourceOf(current.entry.id);
  const { open, more, actions } = editing;
  const sums = {
    doc, priced, from, sourceOf, others: desk.others, format, choose: (id: string) => void desk.choose(id),
  };
  return {
    work: tools?.view() ?? (isEmpty(doc)
      ? begin(view, current, details)
      : html`<div class="work">${details.lines({ doc, readonly, priced, open, more, from, sourceOf, offers: desk.shelf.offers(from.info.currency), format, details, actions })}${details.keyHelp()}</div>`),
    total: total(sums, details.summary(sums)),
  };
}

function isEmpty({ lines, groups }: Doc): boolean {
  return lines.length === 0 && groups.length === 0;
}

/** Where to begin; before there are prices without anything that has one. */
function begin({ editing, format, readonly }: PageView, current: Current | null, details: Details): TemplateResult {
  return html`<slot name="empty">${readonly ? nothing : details.start(current?.book ?? null, format, (point) => editing.startFrom(point))}</slot>`;
}

/** The estimate's own name and what can be done with all of it. */
function head({ desk, format, tools, readonly, undo, redo, show }: PageView): TemplateResult {
  const { words } = format;
  const { doc, shelf: { current } } = desk;
  const empty = !current || isEmpty(doc);
  const { canUndo, canRedo } = desk.history;
  const rename = (event: InputEvent) => {
    const field = event.target as HTMLInputElement;
    // Blanks would hide what stands there for no name.
    if (!field.value.trim()) field.value = '';
    desk.change({ ...desk.doc, name: field.value }, 'name');
  };
  const button = (name: 'open' | 'share' | 'compare', icon: unknown, label: string, disabled: boolean) => html`
    <button type="button" class="button" part="button" ?disabled=${disabled} @click=${() => show(name)}>${icon}<span>${label}</span></button>`;
  return html`
    <div class="head">
      <input class="field name doc-name" data-field="doc" aria-label=${words.nameOfEstimate} placeholder=${words.untitled}
        maxlength="200" autocomplete="off" spellcheck="false" ?readonly=${readonly || !current} .value=${doc.name} @input=${rename}>
      <div class="tools" role="toolbar" aria-label=${words.estimate}>
        ${readonly ? nothing : html`
          <button type="button" class="icon-button" aria-label=${words.undo} title="${words.undo} (Ctrl+Z)" ?disabled=${!canUndo} @click=${undo}>${undoIcon}</button>
          <button type="button" class="icon-button" aria-label=${words.redo} title="${words.redo} (Ctrl+Shift+Z)" ?disabled=${!canRedo} @click=${redo}>${redoIcon}</button>
          <button type="button" class="icon-button" aria-label=${words.history} title=${words.history} ?disabled=${!canUndo && !canRedo} @click=${() => show('history')}>${historyIcon}</button>
          ${tools?.branches() ?? nothing}
          ${button('compare', compareIcon, words.compare, empty)}
          ${button('open', openIcon, words.openFile, !current)}`}
        ${button('share', shareIcon, words.share, empty)}
        <slot name="actions"></slot>
      </div>
    </div>`;
}
