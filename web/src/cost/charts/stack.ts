// What was spent on each day or in each hour, divided by group: bars for days, steps for hours.

import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { scaleBand } from 'd3-scale';
import { area, curveStepAfter, stack, stackOffsetDiverging, stackOrderNone } from 'd3-shape';
import { drawn } from '../geometry.js';
import { money, moneyText, type Shown } from '../shown.js';
import { inks } from '../styles/inks.js';
import { chartStyles } from '../styles/chart.js';
import { heightScale, timeAxis, valueAxis } from './axis.js';
import { HEIGHT, MARGIN, Plot } from './plot.js';
import { fills, swatch } from './fills.js';

export interface Amounts {
  series: (string | null)[];
  /** Where something of it has no price. */
  least: boolean[];
}

export interface Layer extends Amounts {
  name: string;
}

export interface Stacked {
  title: string;
  buckets: string[];
  /** The dearest first; all others are in the total. */
  layers: Layer[];
  total: Amounts;
  others: number;
  /** From here on usage may still arrive. */
  lateFrom: string | null;
  /** The one whose lines are shown below. */
  picked: string | null;
  shown: Shown;
}

const LAST = 'other';

export class StackChart extends Plot {
  static override styles = [chartStyles, inks, css`
    .late { fill: none; stroke: var(--text); stroke-dasharray: 3 3; }
    .picked { fill: var(--accent); fill-opacity: .16; stroke: var(--accent); }
  `];
  static override properties = { ...Plot.properties, data: { attribute: false } };
  declare data: Stacked | undefined;

  protected get count(): number {
    return this.data?.buckets.length ?? 0;
  }

  protected get first(): number {
    return this.count - 1;
  }

  protected get name(): string {
    const { title = '', shown } = this.data ?? {};
    return shown ? shown.words.cursorOver(title, this.#hours) : '';
  }

  get #hours(): boolean {
    return (this.data?.buckets[0]?.length ?? 0) > 10;
  }

  protected words(at: number): string {
    const { data } = this;
    if (!data) return '';
    const text = ({ series, least }: Amounts) => moneyText(data.shown, series[at], least[at]);
    const of = data.layers.map((layer) => `${layer.name} ${text(layer)}`);
    if (data.others > 0) of.push(data.shown.words.others(data.others, data.shown.format.integer(data.others)));
    return `${data.shown.dates.full(data.buckets[at] ?? '')}: ${text(data.total)}. ${of.join(', ')}`;
  }

  protected readout(at: number): TemplateResult {
    const { data } = this;
    if (!data) return html``;
    const { shown } = data;
    const { words, format, dates } = shown;
    const amount = ({ series, least }: Amounts) => money(shown, series[at], least[at]);
    return html`
      <span class="when">${dates.full(data.buckets[at] ?? '')} <strong>${amount(data.total)}</strong></span>
      ${data.layers.map((layer, index) => html`
        <span class="part">${swatch(index)}<span>${layer.name}</span>${amount(layer)}</span>`)}
      ${data.others > 0 ? html`<span class="part">${swatch(null)}<span>${words.others(data.others, format.integer(data.others))}</span></span>` : null}
      <span class="hint">${this.#hours ? words.choosePickHour : words.choosePick}</span>`;
  }

  protected override pick(at: number): void {
    const bucket = this.data?.buckets[at];
    if (bucket !== undefined) this.dispatchEvent(new CustomEvent('forebill-pick', { detail: bucket }));
  }

  protected picture(inner: number): SVGTemplateResult {
    const { data } = this;
    if (!data) return svg``;
    const names = data.layers.map((_, index) => `${index + 1}`);
    const rows = data.buckets.map((_, at) => {
      const lengths = data.layers.map((layer) => drawn(layer.series[at] ?? null));
      const rest = data.others > 0 ? drawn(data.total.series[at] ?? null) - lengths.reduce((sum, length) => sum + length, 0) : 0;
      return new Map([...names.map((name, index) => [name, lengths[index] ?? 0] as const), [LAST, rest] as const]);
    });
    const layers = stack<unknown, Map<string, number>, string>().keys([...names, LAST])
      .value((row, key) => row.get(key) ?? 0).order(stackOrderNone).offset(stackOffsetDiverging)(rows);
    const ends = layers.flatMap((layer) => layer.flatMap(([low, high]) => [low, high]));
    const y = heightScale(Math.min(0, ...ends), Math.max(0, ...ends));
    const labels = data.buckets.map((bucket) => data.shown.dates.day(bucket.slice(0, 10)));
    return svg`${fills()}${valueAxis(y, data.shown, inner)}
      ${this.#hours ? this.#steps(layers, y, inner) : this.#bars(layers, y, inner)}
      ${timeAxis(labels, inner)}${this.#pickedPlace(inner)}${this.#cursorLine(inner)}`;
  }

  #bars(layers: ReturnType<ReturnType<typeof stack>>, y: (value: number) => number, inner: number): SVGTemplateResult {
    const { buckets = [], lateFrom = null } = this.data ?? {};
    const x = scaleBand<number>().domain(buckets.keys()).range([MARGIN.left, MARGIN.left + inner]).paddingInner(0.18).paddingOuter(0.09);
    const width = x.bandwidth();
    const bar = (at: number, low: number, high: number, key: string) => {
      // A pixel of ground between two parts, where there is room for it.
      const height = Math.max(0, y(low) - y(high));
      return height === 0 ? null : svg`<rect class="ink-${key}" fill="url(#fill-${key})" x=${x(at) ?? 0} y=${y(high)}
        width=${width} height=${height > 2 ? height - 1 : height}></rect>`;
    };
    const late = lateFrom === null ? -1 : buckets.findIndex((bucket) => bucket >= lateFrom);
    const from = late < 0 ? 0 : (x(late) ?? 0);
    return svg`${layers.map((layer) => svg`${layer.map(([low, high], at) => bar(at, low, high, layer.key as string))}`)}
      ${late < 0 ? null : svg`
        <rect class="late" x=${from - 2} y=${MARGIN.top - 2} width=${MARGIN.left + inner - from + 1} height=${HEIGHT - MARGIN.bottom - MARGIN.top + 2}></rect>
        <text class="tick" x=${MARGIN.left + inner - 2} y=${MARGIN.top - 8} text-anchor="end">${this.data?.shown.words.mayArrive}</text>`}`;
  }

  #steps(layers: ReturnType<ReturnType<typeof stack>>, y: (value: number) => number, inner: number): SVGTemplateResult {
    const step = inner / Math.max(1, this.count);
    const shape = area<[number, number]>().x((_, at) => MARGIN.left + at * step).y0(([low]) => y(low)).y1(([, high]) => y(high))
      .curve(curveStepAfter);
    // The last hour is as wide as the others.
    const closed = (layer: readonly (readonly [number, number])[]) =>
      [...layer, layer[layer.length - 1] ?? [0, 0]].map(([low, high]) => [low, high] as [number, number]);
    return svg`${layers.map((layer) => svg`
      <path class="ink-${layer.key as string}" fill="url(#fill-${layer.key as string})" d=${shape(closed(layer as unknown as [number, number][])) ?? ''}></path>`)}`;
  }

  #pickedPlace(inner: number): SVGTemplateResult | null {
    const at = this.data?.picked == null ? -1 : this.data.buckets.indexOf(this.data.picked);
    if (at < 0) return null;
    const step = inner / Math.max(1, this.count);
    return svg`<rect class="picked" x=${MARGIN.left + at * step} y=${MARGIN.top} width=${step} height=${HEIGHT - MARGIN.top - MARGIN.bottom}></rect>`;
  }

  #cursorLine(inner: number): SVGTemplateResult {
    const x = MARGIN.left + ((this.at + 0.5) * inner) / Math.max(1, this.count);
    return svg`<line class="cursor" x1=${x} x2=${x} y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom}></line>`;
  }
}
