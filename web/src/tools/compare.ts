// The view that compares: branches side by side, every region under every offer, and how many pieces an amount buys.

import { html, type TemplateResult } from 'lit';
import { MOST_BRANCHES } from '../history.js';
import { EstimatorError } from '../estimator.js';
import { isQuantity, least } from '../format.js';
import { append, edit, newLine, remove } from '../state.js';
import type { Branches, Goal, LineDifference } from '../types.js';
import { said } from '../words.js';
import { asked } from './asked.js';
import { differences } from './differences.js';
import { letter } from './letter.js';
import { Matrix } from './matrix.js';
import type { Place } from './place.js';

interface Wish {
  readonly item: number;
  readonly within: string;
  readonly found: Goal | null;
  readonly problem: string;
}

export class Compare {
  readonly #place: Place;
  readonly #close: () => void;
  readonly #matrix: Matrix;
  #goal: Wish = { item: 0, within: '', found: null, problem: '' };

  constructor(place: Place, close: () => void) {
    this.#place = place;
    this.#close = close;
    this.#matrix = new Matrix(place);
  }

  render(): TemplateResult {
    const words = this.#place.words();
    return html`
      <section class="compare" aria-labelledby="compare-title">
        <div class="compare-head"><h2 id="compare-title" tabindex="-1">${words.compare}</h2>
          <button type="button" class="button" @click=${this.#close}>${words.backToLines}</button></div>
        ${this.#branches()}
        ${this.#seek()}
        ${this.#matrix.render()}
      </section>`;
  }

  #branches(): TemplateResult {
    const { desk, words, format } = this.#place;
    const { branches, active } = desk.work;
    const text = words();
    const copy = () => desk.changeWork({ ...desk.work, branches: [...branches, desk.doc], active: branches.length });
    return html`
      <section class="compare-part" aria-label=${text.branches}>
        <h3>${text.branches}</h3>
        ${branches.length === 1 ? '' : branches.map((_, index) => {
          if (index === 0) return html`<p class="branch-row"><strong>${text.branch('A')}</strong>
            <span class="num">${this.#sum(0)}</span></p>`;
          const diff = this.#difference(0, index);
          return html`
            <div class="branch" data-branch=${index}>
              <p class="branch-row"><strong>${text.branch(letter(index))}</strong> <span class="num">${this.#sum(index)}</span></p>
              ${diff ? differences(diff.lines, diff.before.currency, { before: 'A', after: letter(index) }, format(), text, (line) => this.#take(line, index)) : html`<p class="warn">${text.cannotCompare}</p>`}
            </div>`;
        })}
        ${branches.length < MOST_BRANCHES ? html`<button type="button" class="button" @click=${copy}>${text.copyBranch(letter(active), letter(branches.length))}</button>` : ''}
      </section>`;
  }

  /** One line of another branch as A has it from then on. */
  #take({ itemBefore, itemAfter, name }: LineDifference, index: number): TemplateResult {
    const { desk, words } = this.#place;
    const take = () => {
      const { branches } = desk.work;
      const [first, other] = [branches[0], branches[index]];
      const before = itemBefore === null ? undefined : first && asked(desk, first)?.lines[itemBefore];
      const after = itemAfter === null ? undefined : other && asked(desk, other)?.lines[itemAfter];
      if (!first) return;
      const taken = !after ? remove(first, before?.id ?? '')
        : before ? { ...first, lines: first.lines.map((line) => (line.id === before.id ? { ...after, id: line.id, group: line.group } : line)) }
        : append(first, [{ ...after, id: newLine(after.meter).id, group: '' }]);
      desk.changeWork({ ...desk.work, branches: branches.with(0, taken) });
    };
    return html`<button type="button" class="button quiet" aria-label="${words().takeOver}: ${name}" @click=${take}>${words().takeOver}</button>`;
  }

  #difference(before: number, after: number): Branches | null {
    const { desk } = this.#place;
    const [left, right] = [desk.work.branches[before], desk.work.branches[after]].map((doc) => doc && asked(desk, doc));
    if (!left || !right) return null;
    try {
      return left.book.branches(left.workload, right.workload, desk.at);
    } catch {
      return null;
    }
  }

  #sum(index: number): string {
    const { desk, format, words } = this.#place;
    const doc = desk.work.branches[index];
    const ask = doc && asked(desk, doc);
    try {
      const totals = ask ? ask.book.estimate(ask.workload, desk.at).totals : null;
      return totals ? least(totals.complete, format().money(totals.currency, totals.monthlyCost)) : '–';
    } catch {
      return words().notPriced;
    }
  }

  #seek(): TemplateResult {
    const { desk, words, format, host } = this.#place;
    const text = words();
    const ask = asked(desk);
    const lines = ask?.lines ?? [];
    const { item, within, found, problem } = this.#goal;
    const currency = desk.shelf.current?.book.info.currency ?? '';
    const search = (event: Event) => {
      event.preventDefault();
      const most = format().plain(within).trim();
      if (!ask || !isQuantity(most) || most.startsWith('-')) {
        this.#goal = { ...this.#goal, found: null, problem: text.digitsOnly };
      } else {
        try {
          this.#goal = { ...this.#goal, found: ask.book.largestCount(ask.workload, item, most, desk.at), problem: '' };
        } catch (thrown) {
          if (!(thrown instanceof EstimatorError)) throw thrown;
          this.#goal = { ...this.#goal, found: null, problem: said(desk.words, thrown) };
        }
      }
      host.requestUpdate();
    };
    const set = (change: Partial<Wish>) => {
      this.#goal = { ...this.#goal, ...change, found: null, problem: '' };
      host.requestUpdate();
    };
    const adopt = () => {
      const line = lines[item];
      if (line && found?.count) desk.change(edit(desk.doc, line.id, 'count', `${found.count}`));
    };
    return html`
      <section class="compare-part" aria-label=${text.goal}>
        <h3>${text.goal}</h3>
        <form class="goal" @submit=${search} novalidate>
          <label class="choice"><span class="amount-caption">${text.howManyOf}</span>
            <select @change=${(event: Event) => set({ item: (event.target as HTMLSelectElement).selectedIndex })}>
              ${lines.map((line) => html`<option>${line.name.trim() || line.meter.name}</option>`)}</select></label>
          <label class="choice"><span class="amount-caption">${text.within(currency)}</span>
            <input class="text-field num" inputmode="decimal" autocomplete="off" .value=${within} aria-invalid=${problem ? 'true' : 'false'}
              @input=${(event: Event) => set({ within: (event.target as HTMLInputElement).value })}></label>
          <button type="submit" class="button">${text.seek}</button>
        </form>
        <p role="status" class=${problem ? 'warn' : ''}>${problem || (found === null ? ''
          : found.count === null ? text.noneFits(format().money(found.currency, found.monthlyDue))
          : text.fits(least(found.oneMore !== null, format().integer(found.count)), format().money(found.currency, found.monthlyDue)))}</p>
        ${found?.count ? html`<button type="button" class="button quiet" @click=${adopt}>${text.adoptCount}</button>` : ''}
      </section>`;
  }
}
