// The cost pages: spend, showback, alerts and invoices over the documents below data/. The address says which; this element
// loads what it names and shows it.

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { Format } from '../format.js';
import { nav, navStyles } from '../nav.js';
import { base } from '../styles/base.js';
import { states } from '../styles/states.js';
import { tokens } from '../styles/tokens.js';
import { Dates } from './dates.js';
import { Documents, type Loaded } from './documents.js';
import { Percent } from './percent.js';
import { address, parse, type Route } from './route.js';
import { spokenOf, type Shown } from './shown.js';
import { failure } from './styles/failure.js';
import { inks } from './styles/inks.js';
import { pages } from './styles/pages.js';
import type { Alerts, Charges, Drill, Invoices, Reconciliation, Report, Reports, ShowbackPage } from './types.js';
import { alertsView } from './views/alerts.js';
import { billsView } from './views/bills.js';
import { controls, monthOnly } from './views/controls.js';
import { drillView, type Drilling } from './views/drill.js';
import { figures } from './views/figures.js';
import { archived, noInvoices, reconciled } from './views/invoices.js';
import { bandsView, courseView, includedView, moversView, restatedView, unpricedView, unusualView } from './views/month.js';
import { noClose, showbackView } from './views/showback.js';
import { emptyStore, refusal, skeleton } from './views/states.js';
import { strip } from './views/strip.js';
import { Why } from './why.js';
import { costEn, costWordsOf, type CostWords } from './words.js';

export class ForebillCosts extends LitElement {
  static override styles = [tokens, base, states, navStyles, inks, pages, failure];
  #route: Route = parse(location.hash);
  #drill: { place: string; value: Drill } | null = null;
  #words: CostWords | null = null;
  readonly #documents = new Documents(() => this.requestUpdate(), () => this.#words ?? costEn);
  readonly #locale = this.lang || document.documentElement.lang || 'en';
  readonly #format = new Format(this.#locale);
  readonly #percent = new Percent(this.#locale);
  readonly #why = new Why(this, this.#locale);
  #dates = new Dates(this.#locale, costEn);
  /** What became of the page: a button would say it by itself. */
  #said = '';

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#arrived);
    addEventListener('keydown', this.#key);
    void this.#speak();
  }

  override disconnectedCallback(): void {
    removeEventListener('hashchange', this.#arrived);
    removeEventListener('keydown', this.#key);
    super.disconnectedCallback();
  }

  async #speak(): Promise<void> {
    const words = await costWordsOf(this.#locale);
    this.#dates = new Dates(this.#locale, words);
    this.#words = words;
    this.requestUpdate();
  }

  /** A link and a key change what is shown, and neither says so by itself. */
  readonly #arrived = (): void => {
    const { view, on } = this.#route;
    this.#route = parse(location.hash);
    if (this.#words && this.#route.view !== view) this.#said = this.#words.titles[this.#route.view];
    else if (this.#words && this.#route.on !== on) this.#said = this.#route.on === null ? this.#words.wholeMonth : this.#words.onlyOf(this.#dates.full(this.#route.on));
    this.requestUpdate();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.matches('input, select, textarea')) return;
    if (event.key.toLowerCase() === 't' && this.#route.view === 'spend' && this.#words) {
      const table = !this.#route.table;
      this.#said = table ? this.#words.tables : this.#words.charts;
      this.#go({ table });
    }
  };

  readonly #go = (change: Partial<Route>): void => {
    location.hash = address({ ...this.#route, ...change });
  };

  protected override willUpdate(): void {
    if (this.#words) document.title = `Forebill: ${this.#words.titles[this.#route.view]}`;
  }

  protected override render(): TemplateResult {
    const words = this.#words;
    const reports = this.#documents.get<Reports>('reports.json', 'forebill.reports/1');
    return html`
      <div class="app" lang=${words?.lang ?? nothing}>
        <header class="bar"><div class="title"><slot name="header"></slot></div>${words ? nav(this.#route.view, words.pages, words.places) : nothing}</header>
        ${words ? this.#shown(words, reports, (value) => this.#view(words, value)) : skeleton(null)}
        ${words ? this.#kept(words) : nothing}
        <p class="visually-hidden" role="status">${this.#said}</p>
      </div>`;
  }

  /** Over the page, so that nothing moves for it. */
  #kept(words: CostWords): TemplateResult | typeof nothing {
    const { kept } = this.#documents;
    if (!kept) return nothing;
    const age = this.#dates.age(kept.at, Date.now());
    return html`<p class="kept" role="status">${kept.asking ? words.keptAsking(age) : words.keptOffline(age)}
      ${kept.asking ? nothing : html`<button type="button" class="button" @click=${() => this.#documents.forget()}>${words.tryAgain}</button>`}</p>`;
  }

  #shown<T>(words: CostWords, loaded: Loaded<T>, show: (value: T) => TemplateResult, more: TemplateResult | typeof nothing = nothing): TemplateResult {
    if (loaded.state === 'ready') return show(loaded.value);
    if (loaded.state === 'loading') return skeleton(words);
    const { code, why, by } = loaded;
    return refusal(words, code, by === 'program' ? spokenOf({ words } as Shown, why) : why, () => this.#documents.forget(), more);
  }

  #view(words: CostWords, reports: Reports): TemplateResult {
    const shown: Shown = {
      words, format: this.#format, percent: this.#percent, dates: this.#dates, currency: reports.subscriptions[0]?.currency ?? 'USD', now: Date.now(),
      names: new Map(reports.subscriptions.map((one) => [one.subscriptionId, one.name])),
      currencyOf: (scope) => {
        const found = new Set(reports.subscriptions.filter((one) => scope === 'all' || one.subscriptionId === scope).map((one) => one.currency));
        const [only] = found;
        return found.size === 1 && only !== undefined ? only : null;
      },
    };
    switch (this.#route.view) {
      case 'alerts': return html`${strip(shown, reports, null)}
        ${this.#shown(words, this.#documents.get<Alerts>('alerts.json', 'forebill.alerts-page/1'), (alerts) => alertsView(shown, alerts))}`;
      case 'invoices': return html`${this.#shown(words, this.#documents.get<Invoices>('invoices.json', 'forebill.invoices/1'), (invoices) => this.#invoices(shown, reports, invoices))}`;
      case 'showback': return this.#showback(shown, reports);
      case 'spend': return reports.months.length === 0 ? emptyStore(words) : this.#spend(shown, reports);
    }
  }

  #invoices(shown: Shown, reports: Reports, invoices: Invoices): TemplateResult {
    if (invoices.invoices.length === 0 && reports.withInvoiceLines.length === 0) return html`${strip(shown, reports, null)}${noInvoices(shown)}`;
    const months = [...new Set([...reports.withInvoiceLines, ...invoices.invoices.map((one) => one.periodStartOn.slice(0, 7))])].sort().reverse();
    const month = this.#route.month ?? reports.withInvoiceLines.at(-1) ?? months[0] ?? '';
    const compared = this.#documents.get<Reconciliation>(`reconcile/${month}.json`, 'forebill.reconcile-page/1');
    const beside = shown.words.besideRating(shown.dates.month(month));
    return html`
      ${monthOnly(shown, months, month, (to) => this.#go({ month: to }))}
      ${strip(shown, reports, null)}
      ${compared.state === 'loading' ? skeleton(shown.words) : html`<section aria-labelledby="beside"><h2 id="beside">${beside}</h2>
        ${this.#shown(shown.words, compared, (value) => reconciled(shown, value))}</section>
      ${archived(shown, invoices, compared.state === 'ready' ? compared.value : null)}`}`;
  }

  #showback(shown: Shown, reports: Reports): TemplateResult {
    const { closed } = reports;
    const last = closed.at(-1);
    if (last === undefined) return html`${strip(shown, reports, null)}${noClose(shown)}`;
    const months = [...new Set([...reports.months.filter((month) => month > last), ...closed])].sort().reverse();
    const month = this.#route.month ?? last;
    const name = (one: string) => (closed.includes(one) ? shown.words.closedMonth(shown.dates.month(one)) : shown.dates.month(one));
    return html`
      ${monthOnly(shown, months, month, (to) => this.#go({ month: to }), name)}
      ${strip(shown, reports, null)}
      ${this.#shown(shown.words, this.#documents.get<ShowbackPage>(`showback/${month}.json`, 'forebill.showback-page/1'),
        (page) => showbackView(shown, page, this.#route.centre, this.#go))}`;
  }

  #spend(shown: Shown, reports: Reports): TemplateResult {
    const month = this.#route.month ?? reports.months[0] ?? '';
    const route = { ...this.#route, month };
    const place = `report/${route.scope ?? 'all'}/${month}`;
    const report = this.#documents.get<Report>(`${place}.json`, 'forebill.report/1');
    return html`
      ${controls(shown, reports, report.state === 'ready' ? report.value : null, route, this.#go)}
      ${this.#shown(shown.words, report, (value) => this.#month({ ...shown, currency: value.spend.totals.currency }, reports, value, route, place),
        this.#before(shown, reports, month))}`;
  }

  /** A month without usage leads to the one before. */
  #before(shown: Shown, { months }: Reports, month: string): TemplateResult | typeof nothing {
    const before = months.find((known) => known < month);
    return before === undefined ? nothing
      : html`<p><button type="button" class="link" @click=${() => this.#go({ month: before })}>${shown.words.showMonth(shown.dates.month(before))}</button></p>`;
  }

  #month(shown: Shown, reports: Reports, report: Report, route: Route, place: string): TemplateResult {
    const { words } = shown;
    const by = report.drills.includes(route.by) ? route.by : 'service';
    const bucket = route.hours ? 'hour' : 'day';
    const drill = this.#documents.get<Drill>(`${place}/${bucket}/${encodeURIComponent(by)}.json`, 'forebill.drill/1');
    if (drill.state === 'ready') this.#drill = { place, value: drill.value };
    // What was there stays until the next is there, so that nothing below it moves.
    const last = this.#drill?.place === place ? this.#drill.value : null;
    if (drill.state === 'loading' && !last) return skeleton(words);
    const drilling: Drilling = { route, go: this.#go, explain: (meterId, name, only) => this.#why.drawer(shown, this.#charges(place), meterId, name, only) };
    return html`
      ${strip(shown, reports, report)}
      ${figures(shown, report)}
      <section aria-labelledby="drill" aria-busy=${drill.state === 'loading'}><h2 id="drill">${words.consistsOf}${drill.state === 'loading' ? html` <span class="waiting">${words.readingMore}</span>` : nothing}</h2>
        ${drill.state === 'loading' && last ? drillView(shown, report, last, drilling)
          : this.#shown(words, drill, (value) => drillView(shown, report, value, drilling))}
      </section>
      <section aria-labelledby="course"><h2 id="course">${words.willCome}</h2>${courseView(shown, report, route.table)}${bandsView(shown, report)}</section>
      <section aria-labelledby="moved"><h2 id="moved">${words.moved}</h2>${moversView(shown, report)}</section>
      <section aria-labelledby="unusual"><h2 id="unusual">${words.unusual}</h2>${unusualView(shown, report)}</section>
      <section aria-labelledby="bills"><h2 id="bills">${words.bills}</h2>${billsView(shown, report)}</section>
      ${includedView(shown, report)}
      ${restatedView(shown, report)}
      <section aria-labelledby="unpriced"><h2 id="unpriced">${words.unpriced}</h2>${unpricedView(shown, report)}</section>`;
  }

  #charges(place: string): Loaded<Charges> {
    return this.#documents.get<Charges>(`${place}/charges.json`, 'forebill.charges/1');
  }
}
