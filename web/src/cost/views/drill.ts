// What the month consists of: a chart of the parts of one group, and the parts as a table that is its legend, too.

import { html, nothing, type TemplateResult } from 'lit';
import { percentage, share } from '../../decimal.js';
import { swatch } from '../charts/fills.js';
import type { Layer, Stacked } from '../charts/stack.js';
import { withoutHoles } from '../dates.js';
import type { Route } from '../route.js';
import { byName, exact, groupDetail, groupName, money, unpricedNote, type Shown } from '../shown.js';
import type { Branch, Drill, Report } from '../types.js';
import { table, type Cell } from './table.js';

/** As many as the palette has; the rest is one. */
const LAYERS = 6;

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

export function drillView(
  shown: Shown, report: Report, drill: Drill, route: Route, go: (change: Partial<Route>) => void,
): TemplateResult {
  const { branch, path } = find(drill, route.path);
  const by = drill.levels[path.length] ?? 'resource';
  const crumb = (name: string, to: string[], here: boolean) => (here ? html`<li aria-current="true">${name}</li>`
    : html`<li><button type="button" class="link" @click=${() => go({ path: to })}>${name}</button></li>`);
  return html`
    <nav class="crumbs" aria-label="Where in the month"><ol>
      ${crumb('Everything', [], path.length === 0)}
      ${path.map((group, at) => crumb(groupName(shown, drill.levels[at] ?? '', group, path[at - 1]), path.slice(0, at + 1), at === path.length - 1))}
    </ol></nav>
    ${route.table ? series(shown, branch, drill.buckets, by)
      : html`<forebill-stack-chart .data=${stacked(shown, report, drill, branch, by)}></forebill-stack-chart>`}
    ${parts(shown, branch, by, drill.levels.length > path.length + 1, (group) => go({ path: [...path, group] }))}`;
}

function stacked(shown: Shown, report: Report, drill: Drill, branch: Branch, by: string): Stacked {
  const buckets = withoutHoles(drill.buckets);
  const places = new Map(drill.buckets.map((bucket, at) => [bucket, at]));
  const whole = (row: (string | null)[]) => buckets.map((bucket) => {
    const at = places.get(bucket);
    return at === undefined ? '0' : (row[at] ?? null);
  });
  const layers: Layer[] = branch.parts.filter((part) => part.folded === 0).slice(0, LAYERS)
    .map((part) => ({ name: groupName(shown, by, part.group, branch.group), series: whole(part.series) }));
  return {
    title: `Exact cost by ${byName(by).toLowerCase()}`,
    currency: drill.currency,
    buckets,
    layers,
    total: whole(branch.series),
    others: branch.parts.reduce((sum, part) => sum + Math.max(1, part.folded), 0) - layers.length,
    lateFrom: report.course.find((day) => day.expected)?.on ?? null,
    format: shown.format,
    dates: shown.dates,
  };
}

function parts(shown: Shown, branch: Branch, by: string, deeper: boolean, open: (group: string) => void): TemplateResult {
  const row = (part: Branch, at: number): Cell[] => [
    name(shown, part, by, at, branch.group, deeper, open),
    exact(shown, part.cost),
    part.invoiceCost === null ? nothing : money(shown, part.invoiceCost),
    part.cost === null || branch.cost === null ? nothing : percentage(share(part.cost, branch.cost)),
    unpricedNote(part, shown),
  ];
  return table(`By ${byName(by).toLowerCase()}`, [
    { name: byName(by) }, { name: 'Exact cost', number: true }, { name: 'As invoiced', number: true }, { name: 'Share', number: true }, { name: 'Note' },
  ], branch.parts.map(row), [
    'Total', exact(shown, branch.cost), branch.invoiceCost === null ? nothing : money(shown, branch.invoiceCost), '', unpricedNote(branch, shown),
  ]);
}

function name(shown: Shown, part: Branch, by: string, at: number, inside: string, deeper: boolean, open: (group: string) => void): TemplateResult {
  const ink = swatch(at < LAYERS && part.folded === 0 ? at : null);
  if (part.folded > 0) return html`<span class="named">${ink}<span>${shown.format.integer(part.folded)} others</span></span>`;
  const [text, detail] = [groupName(shown, by, part.group, inside), groupDetail(by, part.group)];
  const label = html`<span class="group-name">${text}</span>`;
  return html`<span class="named">${ink}<span>${deeper && part.parts.length > 0
    ? html`<button type="button" class="link" data-group=${part.group} @click=${() => open(part.group)}>${label}</button>` : label}
    ${detail === '' ? nothing : html`<span class="detail">${detail}</span>`}</span></span>`;
}

/** The table behind the chart: every bucket, every part. */
function series(shown: Shown, branch: Branch, buckets: readonly string[], by: string): TemplateResult {
  const when = buckets[0] !== undefined && buckets[0].length > 10 ? 'Hour' : 'Day';
  const heads = branch.parts.map((part) => ({ name: part.folded > 0 ? `${part.folded} others` : groupName(shown, by, part.group, branch.group), number: true }));
  return table(`Exact cost by ${when.toLowerCase()}`, [{ name: when }, { name: 'Total', number: true }, ...heads], buckets.map((bucket, at) => [
    shown.dates.full(bucket), money(shown, branch.series[at] ?? null), ...branch.parts.map((part) => money(shown, part.series[at] ?? null)),
  ]));
}
