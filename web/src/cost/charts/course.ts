// What the month has come to, day after day, what it is expected to come to, and the lines that it should not cross.

import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { line } from 'd3-shape';
import { drawn } from '../geometry.js';
import { money, moneyText, type Shown } from '../shown.js';
import { chartStyles } from '../styles/chart.js';
import type { CourseDay, Interval } from '../types.js';
import { heightScale, timeAxis, valueAxis } from './axis.js';
import { HEIGHT, MARGIN, Plot } from './plot.js';

export interface Course {
  days: CourseDay[];
  /** Which amounts lack something. */
  bounds: ReadonlyMap<CourseDay, { day: boolean; running: boolean }>;
  /** Of one subscription only: bands of several have no sum. */
  band: Interval | null;
  budgets: string[];
  shown: Shown;
}

type Point = [number, number];

export class CourseChart extends Plot {
  static override styles = [chartStyles, css`
    .spent { fill: none; stroke: var(--accent); stroke-width: 2.5; }
    .expected { fill: none; stroke: var(--accent); stroke-width: 2; stroke-dasharray: 6 4; }
    .band { fill: var(--accent); fill-opacity: .16; stroke: var(--accent); stroke-opacity: .5; }
    .budget { stroke: var(--up); stroke-width: 1.5; stroke-dasharray: 10 3 2 3; }
    .budget-name { fill: var(--up); }
    .today { stroke: var(--control); stroke-dasharray: 2 3; }
    .dot { fill: var(--bg); stroke: var(--accent); stroke-width: 2; }
  `];
  static override properties = { ...Plot.properties, data: { attribute: false } };
  declare data: Course | undefined;

  protected get count(): number {
    return this.data?.days.length ?? 0;
  }

  /** The last day that is fully reported. */
  protected get first(): number {
    const expected = this.data?.days.findIndex((day) => day.expected) ?? -1;
    return expected < 0 ? this.count - 1 : Math.max(0, expected - 1);
  }

  protected get name(): string {
    return this.data?.shown.words.cursorRunning ?? '';
  }

  protected words(at: number): string {
    const [day, shown] = [this.data?.days[at], this.data?.shown];
    if (!day || !shown) return '';
    const { words, dates } = shown;
    const least = this.data?.bounds.get(day);
    return `${dates.full(day.on)}: ${moneyText(shown, day.running, least?.running)} ${day.expected ? words.isExpected : words.asReported}, ${words.theDay(moneyText(shown, day.cost, least?.day)).join('')}`;
  }

  protected readout(at: number): TemplateResult {
    const [day, shown] = [this.data?.days[at], this.data?.shown];
    if (!day || !shown) return html``;
    const { words, dates } = shown;
    const least = this.data?.bounds.get(day);
    return html`
      <span class="when">${dates.full(day.on)} <strong>${money(shown, day.running, least?.running)}</strong></span>
      <span>${day.expected ? words.expectedByThen : words.asReported}</span>
      <span>${words.theDay(money(shown, day.cost, least?.day))}</span>`;
  }

  protected picture(inner: number): SVGTemplateResult {
    const { data } = this;
    if (!data) return svg``;
    const { words, format, dates, currency } = data.shown;
    const step = inner / Math.max(1, this.count);
    const x = (at: number) => MARGIN.left + (at + 0.5) * step;
    const lengths = data.days.map((day) => drawn(day.running));
    const budgets = data.budgets.map((above) => [above, drawn(above)] as const);
    const band = data.band ? [drawn(data.band.p10), drawn(data.band.p90)] as const : null;
    // The upper edge of the band is the part that is looked at.
    const y = heightScale(Math.min(0, ...lengths), Math.max(0, ...lengths, band?.[1] ?? 0, ...budgets.map(([, length]) => length)));
    const draw = line<Point>().x(([at]) => x(at)).y(([, length]) => y(length));
    const points = lengths.map((length, at): Point => [at, length]);
    const known = this.first;
    const more = data.days.some((day) => day.expected);
    const [start, end] = [points[known], this.count - 1];
    return svg`${valueAxis(y, data.shown, inner)}
      ${band && more && start ? svg`<polygon class="band" points="${x(start[0])},${y(start[1])} ${x(end)},${y(band[0])} ${x(end)},${y(band[1])}"></polygon>` : null}
      ${budgets.map(([above, length]) => svg`
        <line class="budget" x1=${MARGIN.left} x2=${MARGIN.left + inner} y1=${y(length)} y2=${y(length)}></line>
        <text class="tick budget-name" x=${MARGIN.left + 6} y=${y(length) - 5}>${words.budgetLine(format.money(currency, above))}</text>`)}
      <path class="spent" d=${draw(points.slice(0, known + 1)) ?? ''}></path>
      ${more ? svg`
        <path class="expected" d=${draw(points.slice(known)) ?? ''}></path>
        <line class="today" x1=${x(known)} x2=${x(known)} y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom}></line>
        <text class="tick" x=${x(known) - 6} y=${MARGIN.top - 8} text-anchor="end">${words.reportedTo(dates.day(data.days[known]?.on ?? ''))}</text>` : null}
      ${timeAxis(data.days.map((day) => dates.day(day.on)), inner)}
      <line class="cursor" x1=${x(this.at)} x2=${x(this.at)} y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom}></line>
      <circle class="dot" cx=${x(this.at)} cy=${y(lengths[this.at] ?? 0)} r="4"></circle>`;
  }
}
