// Fills that are told apart without colour: each series has its own hatching over its colour.

import { svg, type SVGTemplateResult } from 'lit';

const SIZE = 8;

/** What lies over the colour of each series, in an 8 × 8 tile. */
const HATCHES: Record<string, SVGTemplateResult> = {
  1: svg``,
  2: svg`<path class="hatch" d="M-2 2 2 -2M0 8 8 0M6 10 10 6"></path>`,
  3: svg`<path class="hatch" d="M0 2h8M0 6h8"></path>`,
  4: svg`<circle class="dot" cx="2" cy="2" r="1.2"></circle><circle class="dot" cx="6" cy="6" r="1.2"></circle>`,
  5: svg`<path class="hatch" d="M-2 6 2 10M0 0 8 8M6 -2 10 2"></path>`,
  6: svg`<path class="hatch" d="M2 0v8M6 0v8"></path>`,
  other: svg`<path class="hatch" d="M0 4h8M4 0v8"></path>`,
};

export function fills(): SVGTemplateResult {
  return svg`<defs>${Object.entries(HATCHES).map(([key, hatch]) => svg`
    <pattern id="fill-${key}" patternUnits="userSpaceOnUse" width=${SIZE} height=${SIZE}>
      <rect class="ground-${key}" width=${SIZE} height=${SIZE}></rect>${hatch}
    </pattern>`)}</defs>`;
}

/** The same as a small picture beside a name. */
export function swatch(place: number | null): SVGTemplateResult {
  const key = place === null ? 'other' : `${place + 1}`;
  return svg`<svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
    <rect class="ground-${key}" width="12" height="12"></rect><g class="zoom">${HATCHES[key]}</g></svg>`;
}
