// What the month consists of: a chart of the parts of one group, and the parts as a table that is its legend, too. A day
// or an hour that was chosen in the chart has its lines in the table, and the amount of a meter opens to its charge.

import { html, nothing, type TemplateResult } from 'lit';
import { closeIcon } from '../../icons.js';
import { swatch } from '../charts/fills.js';
import type { Layer, Stacked } from '../charts/stack.js';
import { withoutHoles } from '../dates.js';
import type { Route } from '../route.js';
import { byName, exact, groupDetail, groupName, meterOf, money, shareOf, unpricedNote, type Shown } from '../shown.js';
import type { Branch, Drill, Report } from '../types.js';
import { isBoundAt } from './bounds.js';
import { table, type Cell } from './table.js';

/** As many as the palette has; the rest is one. */
const LAYERS = 6;

export interface Drilling {
  route: Route;
  go: (change: Partial<Route>) => void;
  /** The charge of a meter, of all subscriptions or of one. */
  explain: (meterId: string, name: string, subscriptionId: string | null) => TemplateResult;
}

/** The branch that a path leads to, and the part of the path that there is. */
export function find(drill: Drill, path: readonly string[]): { branch: Branch; path: string[] } {
  let branch = drill.all;
  const found: string[] = [];
  for (const group of path) {
    const part = branch.parts.find((one) => one.group === group && one.folded === 0);
    if (!part || part.parts.length === 0) break;
    branch = part;
    found.push(group);
  }
  return { branch, path: found };
}

export function drillView(shown: Shown, report: Report, drill: Drill, drilling: Drilling): TemplateResult {
  const { words } = shown;
  const { route, go } = drilling;
  const { branch, path } = find(drill, route.path);
  const by = drill.levels[path.length] ?? 'resource';
  const at = route.on === null ? -1 : drill.buckets.indexOf(route.on);
  const crumb = (name: string, to: string[], here: boolean) => (here ? html`<li aria-current="true">${name}</li>`
    : html`<li><button type="button" class="link" @click=${() => go({ path: to, why: null })}>${name}</button></li>`);
  // The button goes: the chart that it belongs to takes the focus.
  const whole = ({ currentTarget }: Event) => {
    const root = (currentTarget as HTMLElement).getRootNode() as ParentNode;
    root.querySelector('forebill-stack-chart')?.shadowRoot?.querySelector<HTMLElement>('.plot')?.focus();
    go({ on: null });
  };
  return html`
    <nav class="crumbs" aria-label=${words.whereInMonth}><ol>
      ${crumb(words.everything, [], path.length === 0)}
      ${path.map((group, level) => crumb(groupName(shown, drill.levels[level] ?? '', group, path[level - 1]), path.slice(0, level + 1), level === path.length - 1))}
    </ol></nav>
    ${route.table ? series(shown, branch, drill.buckets, by)
      : html`<forebill-stack-chart .data=${stacked(shown, report, { branch, by, drill, path, at }, route.on)}
          @forebill-pick=${(event: CustomEvent<string>) => go({ on: event.detail === route.on ? null : event.detail })}></forebill-stack-chart>`}
    <div class="only"><strong>${at < 0 ? nothing : words.onlyOf(shown.dates.full(route.on ?? ''))}</strong>
      ${at < 0 ? nothing : html`<button type="button" class="button" @click=${whole}>${closeIcon} ${words.wholeMonth}</button>`}</div>
    ${parts(shown, { branch, by, drill, path, at }, drilling)}`;
}

function stacked(shown: Shown, report: Report, { drill, branch, by }: Place, picked: string | null): Stacked {
  const buckets = withoutHoles(drill.buckets);
  const places = new Map(drill.buckets.map((bucket, at) => [bucket, at]));
  const whole = (row: (string | null)[]) => buckets.map((bucket) => {
    const at = places.get(bucket);
    return at === undefined ? '0' : (row[at] ?? null);
  });
  const least = (of: Branch) => buckets.map((bucket) => isBoundAt(of, places.get(bucket) ?? -1));
  const layers: Layer[] = branch.parts.filter((part) => part.folded === 0).slice(0, LAYERS)
    .map((part) => ({ name: groupName(shown, by, part.group, branch.group), series: whole(part.series), least: least(part) }));
  return {
    title: shown.words.exactCostBy(byName(shown, by)),
    buckets,
    layers,
    total: { series: whole(branch.series), least: least(branch) },
    others: branch.parts.reduce((sum, part) => sum + Math.max(1, part.folded), 0) - layers.length,
    lateFrom: report.course.find((day) => day.expected)?.on ?? null,
    picked,
    shown: { ...shown, currency: drill.currency },
  };
}

interface Place {
  branch: Branch;
  by: string;
  drill: Drill;
  path: string[];
  /** The place of the day or hour that is shown, or below zero. */
  at: number;
}

function parts(shown: Shown, { branch, by, drill, path, at }: Place, { route, go, explain }: Drilling): TemplateResult {
  const { words } = shown;
  const deeper = drill.levels.length > path.length + 1;
  const [isMonth, whole] = [at < 0, at < 0 ? branch.cost : branch.series[at] ?? null];
  // Of a day only what was used on it.
  const rows = isMonth ? branch.parts : branch.parts.filter((part) => part.series[at] !== '0');
  const onlyMonth = (cell: Cell): Cell[] => (isMonth ? [cell] : []);
  const lacks = (of: Branch) => (isMonth ? of.unpricedRows > 0 : isBoundAt(of, at));
  const row = (part: Branch): Cell[] => {
    const cost = isMonth ? part.cost : part.series[at] ?? null;
    const isMeter = by === 'meter' && part.folded === 0;
    const why = isMeter ? meterOf(part.group) : null;
    const least = lacks(part);
    return [
      name(shown, part, by, branch, deeper, (group) => go({ path: [...path, group], why: null })),
      why === null ? exact(shown, cost, least) : html`<button type="button" class="why" aria-expanded=${route.why === why} aria-label=${words.explain(groupName(shown, by, part.group, branch.group))}
        @click=${() => go({ why: route.why === why ? null : why })}>${exact(shown, cost, least)}</button>`,
      ...onlyMonth(part.invoiceCost === null ? nothing : money(shown, part.invoiceCost, least)),
      shareOf(shown, cost, whole),
      ...onlyMonth(unpricedNote(shown, part)),
    ];
  };
  const title = byName(shown, by);
  const least = lacks(branch);
  const subscription = drill.levels[0] === 'subscription' ? path[0] ?? null : null;
  return table(words, isMonth ? words.byWhat(title) : words.byWhatOn(title, shown.dates.full(route.on ?? '')), [
    { name: title }, { name: words.exactCost, number: true }, ...(isMonth ? [{ name: words.asInvoiced, number: true }] : []),
    { name: words.share, number: true }, ...(isMonth ? [{ name: words.note }] : []),
  ], rows.map(row), {
    foot: [words.total, exact(shown, whole, least), ...onlyMonth(branch.invoiceCost === null ? nothing : money(shown, branch.invoiceCost, least)), '', ...onlyMonth(unpricedNote(shown, branch))],
    below: (place) => {
      const part = rows[place];
      if (!part || by !== 'meter' || part.folded > 0 || route.why !== meterOf(part.group)) return nothing;
      return explain(meterOf(part.group), groupName(shown, by, part.group, branch.group), subscription);
    },
  });
}

function name(shown: Shown, part: Branch, by: string, inside: Branch, deeper: boolean, open: (group: string) => void): TemplateResult {
  const place = inside.parts.filter((one) => one.folded === 0).indexOf(part);
  const ink = swatch(place >= 0 && place < LAYERS ? place : null);
  if (part.folded > 0) return html`<span class="named">${ink}<span>${shown.words.others(part.folded, shown.format.integer(part.folded))}</span></span>`;
  const [text, detail] = [groupName(shown, by, part.group, inside.group), groupDetail(by, part.group)];
  const label = html`<span class="group-name">${text}</span>`;
  return html`<span class="named">${ink}<span>${deeper && part.parts.length > 0
    ? html`<button type="button" class="link" data-group=${part.group} @click=${() => open(part.group)}>${label}</button>` : label}
    ${detail === '' ? nothing : html`<span class="detail">${detail}</span>`}</span></span>`;
}

/** The table behind the chart: every bucket, every part. */
function series(shown: Shown, branch: Branch, buckets: readonly string[], by: string): TemplateResult {
  const { words } = shown;
  const when = buckets[0] !== undefined && buckets[0].length > 10 ? words.hour : words.day;
  const heads = branch.parts.map((part) => ({
    name: part.folded > 0 ? words.others(part.folded, shown.format.integer(part.folded)) : groupName(shown, by, part.group, branch.group), number: true,
  }));
  return table(words, words.exactCostBy(when), [{ name: when }, { name: words.total, number: true }, ...heads], buckets.map((bucket, at) => [
    html`<span class="day">${shown.dates.full(bucket)}</span>`, ...[branch, ...branch.parts].map((of) => money(shown, of.series[at], isBoundAt(of, at))),
  ]));
}
