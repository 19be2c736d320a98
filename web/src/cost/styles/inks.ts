import { css } from 'lit';

export const inks = css`
  .ground-1 { fill: var(--series-1); }
  .ground-2 { fill: var(--series-2); }
  .ground-3 { fill: var(--series-3); }
  .ground-4 { fill: var(--series-4); }
  .ground-5 { fill: var(--series-5); }
  .ground-6 { fill: var(--series-6); }
  .ground-other { fill: var(--series-other); }
  .hatch { fill: none; stroke: var(--bg); stroke-width: 1.2; stroke-opacity: .8; }
  .dot { fill: var(--bg); fill-opacity: .85; }
  .swatch { flex: none; inline-size: 12px; block-size: 12px; display: inline-block; vertical-align: -1px; border-radius: 2px; }
`;
