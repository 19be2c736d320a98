// Lines and labels around a picture.

import { svg, type SVGTemplateResult } from 'lit';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { Shown } from '../shown.js';
import { HEIGHT, MARGIN } from './plot.js';

const LABEL_WIDTH = 52;

export function heightScale(lowest: number, highest: number): ScaleLinear<number, number> {
  const top = highest > lowest ? highest : lowest + 1;
  return scaleLinear().domain([Math.min(0, lowest), top]).nice(4).range([HEIGHT - MARGIN.bottom, MARGIN.top]);
}

/** The labels are round numbers of the scale, no amounts of anybody. */
export function valueAxis(y: ScaleLinear<number, number>, { currency, dates: { locale } }: Shown, inner: number): SVGTemplateResult {
  const compact = new Intl.NumberFormat(locale, { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 });
  return svg`${y.ticks(4).map((tick) => svg`
    <line class=${tick === 0 ? 'base' : 'grid'} x1=${MARGIN.left} x2=${MARGIN.left + inner} y1=${y(tick)} y2=${y(tick)}></line>
    <text class="tick" x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${compact.format(tick)}</text>`)}`;
}

/** As many labels as fit. */
export function timeAxis(labels: readonly string[], inner: number): SVGTemplateResult {
  const step = inner / Math.max(1, labels.length);
  const each = Math.max(1, Math.ceil(LABEL_WIDTH / step));
  return svg`${labels.map((label, at) => (at % each === 0 && (at + 0.5) * step + LABEL_WIDTH / 3 <= inner + MARGIN.right
    ? svg`<text class="tick" x=${MARGIN.left + (at + 0.5) * step} y=${HEIGHT - 6} text-anchor="middle">${label}</text>` : null))}`;
}
