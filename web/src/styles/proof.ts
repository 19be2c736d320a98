import { css } from 'lit';

export const proof = css`
  .proof {
    display: grid; gap: 16px; margin-block-end: 16px; padding: 12px 12px 8px;
    border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface);
  }
  .scroll { overflow-x: auto; border-radius: var(--radius); }
  .tiers { inline-size: 100%; border-collapse: collapse; font-size: 12px; }
  .tiers caption { padding-block-end: 8px; font-size: 14px; font-weight: 600; }
  .tiers caption .muted { display: block; font-weight: 400; font-size: 12px; line-height: 16px; }
  .tiers th, .tiers td { padding: 5px 0 5px 8px; font-weight: 400; white-space: nowrap; }
  .tiers th:first-child { padding-inline-start: 0; text-align: start; }
  .tiers thead th { color: var(--muted); font-size: 12px; line-height: 16px; }
  .tiers tbody tr { border-block-start: 1px solid var(--hairline); }
  .tiers tfoot tr { border-block-start: 1px solid var(--control); }
  .tiers tfoot th, .tiers tfoot td { font-weight: 600; }
  .unused { color: var(--muted); }
  .included td, .included th { color: var(--down); }
  .fill-head, .fill { display: none; }
  .meter-bar { display: block; block-size: 8px; border-radius: 2px; background: color-mix(in srgb, var(--control) 18%, transparent); }
  .meter-bar > span { display: block; block-size: 100%; min-inline-size: 2px; border-radius: 2px; background: var(--series-1); }
  .included .meter-bar > span { background: var(--down); }

  .facts { display: grid; gap: 8px 24px; grid-template-columns: minmax(0, 1fr); }
  .facts > div { min-inline-size: 0; }
  .facts dt { color: var(--muted); font-size: 12px; line-height: 16px; }
  .facts dd { overflow-wrap: anywhere; text-align: start; }
  .copy { justify-self: start; margin-inline-start: -12px; }
  .no-price-reason strong { color: var(--warn); }

  @container work (min-width: 620px) {
    .proof { padding-inline: 16px; }
    .tiers { font-size: 14px; }
    .tiers th, .tiers td { padding-inline-start: 12px; }
    .fill-head, .fill { display: table-cell; inline-size: 22%; }
    .tiers caption .muted { display: inline; margin-inline-start: 8px; }
    .facts { grid-template-columns: repeat(3, minmax(0, auto)); justify-content: space-between; }
  }
`;
