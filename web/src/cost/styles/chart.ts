import { css } from 'lit';

export const chartStyles = css`
  :host { display: block; min-inline-size: 0; }
  .plot { display: block; block-size: 260px; border-radius: var(--radius); touch-action: pan-y; cursor: crosshair; }
  .plot:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  /* Time runs from left to right in every language. */
  .plot > svg { display: block; overflow: visible; direction: ltr; }
  .grid { stroke: var(--hairline); }
  .base { stroke: var(--control); }
  .tick { fill: var(--muted); font: 12px/16px "Segoe UI Variable Text", "Segoe UI", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
  .cursor { stroke: var(--text); stroke-opacity: .55; pointer-events: none; }
  .readout {
    display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr)); align-content: start; gap: 2px 16px; min-block-size: 40px;
    padding-block-start: 6px; font-size: 12px; line-height: 18px; color: var(--muted);
  }
  .readout > * { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .readout strong { color: var(--text); }
  .when { color: var(--text); }
  .part { display: flex; align-items: center; gap: 6px; }
  .part > span { overflow: hidden; text-overflow: ellipsis; }
  .part > .num { flex: none; margin-inline-start: auto; color: var(--text); }
  .readout > .hint { grid-column: 1 / -1; white-space: normal; }
  .warn { flex: none; color: var(--warn); }
  .num { unicode-bidi: isolate; direction: ltr; font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
`;
