import { css } from 'lit';

export const total = css`
  .headline {
    position: sticky; z-index: 2; inset-block-end: 0; margin-inline: -16px; padding: 10px 16px;
    display: grid; grid-template-columns: 1fr auto; align-items: baseline; gap: 0 16px;
    border-block-start: 1px solid var(--hairline); background: var(--raised);
  }
  .headline h2 { font-weight: 400; font-size: 14px; line-height: 20px; color: var(--muted); }
  .grand { display: block; font-size: 20px; line-height: 28px; font-weight: 600; overflow-wrap: anywhere; }
  .year { grid-column: 1 / -1; color: var(--muted); font-size: 12px; line-height: 16px; }
  .flag { grid-column: 1 / -1; display: flex; gap: 8px; color: var(--warn); font-size: 12px; line-height: 16px; padding-block-start: 4px; }
  .summary-rest { display: grid; gap: 16px; padding-block-start: 8px; min-inline-size: 0; }

  .stack { display: flex; gap: 1px; block-size: 12px; overflow: hidden; border-radius: var(--radius); }
  .stack > span { min-inline-size: 2px; flex: 0 1 0; }
  .legend { padding-block-start: 8px; }
  .legend li { display: grid; grid-template-columns: 10px minmax(0, 1fr) auto minmax(80px, auto); gap: 8px; align-items: center; padding-block: 2px; }
  .legend-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .swatch { inline-size: 10px; block-size: 10px; border-radius: 2px; }
  .series-1 { background: var(--series-1); }
  .series-2 { background: var(--series-2); }
  .series-3 { background: var(--series-3); }
  .series-4 { background: var(--series-4); }
  .series-5 { background: var(--series-5); }
  .series-6 { background: var(--series-6); }
  .series-other { background: var(--series-other); }

  .pairs > div { display: grid; grid-template-columns: minmax(88px, 1fr) minmax(0, auto); gap: 16px; padding-block: 2px; }
  .pairs dt { color: var(--muted); }
  .pairs dd { text-align: end; overflow-wrap: anywhere; }
  .others ul { padding-block-start: 4px; }
  .other {
    display: grid; grid-template-columns: minmax(88px, 1fr) minmax(0, auto); gap: 16px; inline-size: calc(100% + 16px); min-block-size: var(--control-height);
    align-items: center; margin-inline: -8px; padding-inline: 8px; border: 0; border-radius: var(--radius); background: none; text-align: start;
  }
  .other .num { overflow-wrap: anywhere; }
  .other:hover { background: var(--tint); }
  .warnings li { display: flex; gap: 8px; color: var(--warn); }
  .sources h3 { padding-block-end: 4px; }
  .promise { display: flex; gap: 8px; align-items: center; padding-block-start: 12px; color: var(--muted); font-size: 12px; line-height: 16px; }

  @container forebill (min-width: 640px) {
    .headline { margin-inline: -24px; padding-inline: 24px; }
  }
  @container forebill (min-width: 900px) {
    .summary { padding: 16px; border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface); }
    .headline { position: static; display: block; margin: 0; padding: 0; border: 0; background: none; }
    .grand { font-size: 28px; line-height: 36px; text-align: start; padding-block-start: 4px; }
    .grand.long { font-size: 20px; line-height: 28px; }
    .year { text-align: start; font-size: 14px; line-height: 20px; }
    .flag { padding-block-start: 8px; font-size: 14px; line-height: 20px; }
    .summary-rest { padding-block-start: 16px; }
    .summary-rest > * + * { padding-block-start: 16px; border-block-start: 1px solid var(--hairline); }
    .summary-rest > :first-child { padding-block-start: 16px; border-block-start: 1px solid var(--hairline); }
  }
`;
