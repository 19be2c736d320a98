// The cost pages: spend, alerts and invoices over the documents below data/. The address says which; this element
// loads what it names and shows it.

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { Format } from '../format.js';
import { nav, navStyles } from '../nav.js';
import { base } from '../styles/base.js';
import { states } from '../styles/states.js';
import { tokens } from '../styles/tokens.js';
import { Dates } from './dates.js';
import { Documents, type Loaded } from './documents.js';
import { address, parse, type Route } from './route.js';
import type { Shown } from './shown.js';
import { inks } from './styles/inks.js';
import { pages } from './styles/pages.js';
import type { Alerts, Drill, Invoices, Report, Reports } from './types.js';
import { alertsView } from './views/alerts.js';
import { controls } from './views/controls.js';
import { drillView } from './views/drill.js';
import { figures } from './views/figures.js';
import { invoicesView } from './views/invoices.js';
import { bandsView, billsView, courseView, moversView, unpricedView, unusualView } from './views/month.js';
import { emptyStore, refusal, skeleton } from './views/states.js';
import { strip } from './views/strip.js';

const TITLES = { spend: 'spend', alerts: 'alerts', invoices: 'invoices' };

export class ForebillCosts extends LitElement {
  static override styles = [tokens, base, states, navStyles, inks, pages];
  #route: Route = parse(location.hash);
  #drill: { place: string; value: Drill } | null = null;
  readonly #documents = new Documents(() => this.requestUpdate());
  readonly #locale = document.documentElement.lang || 'en';
  readonly #format = new Format(this.#locale);
  readonly #dates = new Dates(this.#locale);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#arrived);
    addEventListener('keydown', this.#key);
  }

  override disconnectedCallback(): void {
    removeEventListener('hashchange', this.#arrived);
    removeEventListener('keydown', this.#key);
    super.disconnectedCallback();
  }

  readonly #arrived = (): void => {
    this.#route = parse(location.hash);
    this.requestUpdate();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.matches('input, select, textarea')) return;
    if (event.key.toLowerCase() === 't' && this.#route.view === 'spend') this.#go({ table: !this.#route.table });
  };

  #go(change: Partial<Route>): void {
    location.hash = address({ ...this.#route, ...change });
  }

  protected override willUpdate(): void {
    document.title = `Forebill: ${TITLES[this.#route.view]}`;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="app">
        <header class="bar"><div class="title"><slot name="header"></slot></div>${nav(this.#route.view)}</header>
        ${this.#shown(this.#documents.get<Reports>('reports.json', 'forebill.reports/1'), (reports) => this.#view(reports))}
      </div>`;
  }

  #shown<T>(loaded: Loaded<T>, show: (value: T) => TemplateResult, more: TemplateResult | typeof nothing = nothing): TemplateResult {
    if (loaded.state === 'ready') return show(loaded.value);
    return loaded.state === 'loading' ? skeleton() : refusal(loaded.code, loaded.why, () => this.#documents.forget(), more);
  }

  #view(reports: Reports): TemplateResult {
    const shown: Shown = {
      format: this.#format, dates: this.#dates, currency: 'USD', now: Date.now(),
      names: new Map(reports.subscriptions.map((one) => [one.subscriptionId, one.name])),
    };
    switch (this.#route.view) {
      case 'alerts': return this.#shown(this.#documents.get<Alerts>('alerts.json', 'forebill.alerts-page/1'), (alerts) => alertsView(shown, alerts));
      case 'invoices': return this.#shown(this.#documents.get<Invoices>('invoices.json', 'forebill.invoices/1'), (invoices) => invoicesView(shown, invoices));
      case 'spend': return reports.months.length === 0 ? emptyStore() : this.#spend(shown, reports);
    }
  }

  #spend(shown: Shown, reports: Reports): TemplateResult {
    const month = this.#route.month ?? reports.months[0] ?? '';
    const route = { ...this.#route, month };
    const place = `report/${route.scope ?? 'all'}/${month}`;
    const report = this.#documents.get<Report>(`${place}.json`, 'forebill.report/1');
    const go = (change: Partial<Route>) => this.#go(change);
    return html`
      ${controls(shown, reports, report.state === 'ready' ? report.value : null, route, go)}
      ${this.#shown(report, (value) => this.#month({ ...shown, currency: value.spend.totals.currency }, reports, value, route, place),
        this.#before(shown, reports, month))}`;
  }

  /** A month without usage leads to the one before. */
  #before(shown: Shown, { months }: Reports, month: string): TemplateResult | typeof nothing {
    const before = months.find((known) => known < month);
    return before === undefined ? nothing
      : html`<p><button type="button" class="link" @click=${() => this.#go({ month: before })}>Show ${shown.dates.month(before)}</button></p>`;
  }

  #month(shown: Shown, reports: Reports, report: Report, route: Route, place: string): TemplateResult {
    const by = report.drills.includes(route.by) ? route.by : 'service';
    const bucket = route.hours ? 'hour' : 'day';
    const drill = this.#documents.get<Drill>(`${place}/${bucket}/${encodeURIComponent(by)}.json`, 'forebill.drill/1');
    if (drill.state === 'ready') this.#drill = { place, value: drill.value };
    // What was there stays until the next is there, so that nothing below it moves.
    const last = this.#drill?.place === place ? this.#drill.value : null;
    if (drill.state === 'loading' && !last) return skeleton();
    const go = (change: Partial<Route>) => this.#go(change);
    return html`
      ${strip(shown, reports, report)}
      ${figures(shown, report)}
      <section aria-labelledby="drill" aria-busy=${drill.state === 'loading'}><h2 id="drill">What it consists of${drill.state === 'loading' ? html` <span class="waiting">reading …</span>` : nothing}</h2>
        ${drill.state === 'loading' && last ? drillView(shown, report, last, route, go)
          : this.#shown(drill, (value) => drillView(shown, report, value, route, go))}
      </section>
      <section aria-labelledby="course"><h2 id="course">What it will come to</h2>${courseView(shown, report, route.table)}${bandsView(shown, report)}</section>
      <section aria-labelledby="moved"><h2 id="moved">What moved</h2>${moversView(shown, report)}</section>
      <section aria-labelledby="unusual"><h2 id="unusual">Unusual days</h2>${unusualView(shown, report)}</section>
      <section aria-labelledby="bills"><h2 id="bills">Bills</h2>${billsView(shown, report)}</section>
      <section aria-labelledby="unpriced"><h2 id="unpriced">Without a price</h2>${unpricedView(shown, report)}</section>`;
  }
}
