import { css } from 'lit';

export const total = css`
  .headline {
    position: sticky; z-index: 2; inset-block-end: 0; margin-inline: -16px; padding: 10px 16px;
    display: grid; grid-template-columns: auto 1fr; align-items: baseline; gap: 0 16px;
    border-block-start: 1px solid var(--hairline); background: var(--raised);
  }
  .headline h2 { font-weight: 400; font-size: 14px; line-height: 20px; color: var(--muted); }
  .grand { font-size: 20px; line-height: 28px; font-weight: 600; overflow-wrap: anywhere; }
  .year { grid-column: 1 / -1; color: var(--muted); font-size: 12px; line-height: 16px; }
  .flag { grid-column: 1 / -1; display: flex; gap: 8px; color: var(--warn); font-size: 12px; line-height: 16px; padding-block-start: 4px; }

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
  }
`;
