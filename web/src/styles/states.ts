import { css } from 'lit';

export const states = css`
  .banner { margin-block-end: 12px; padding: 8px 12px; border: 1px solid var(--hairline); border-inline-start: 3px solid var(--warn); border-radius: var(--radius); background: var(--surface); }

  .bone { border-radius: var(--radius-large); background: var(--surface); }
  .starting { grid-column: 1; padding-block: 24px 8px; }
  /* As high as what takes its place, or nothing below would stay. */
  .starting, .start { min-block-size: 348px; }
  @container forebill (max-width: 639.98px) { .starting, .start { min-block-size: 500px; } }
  .bone-search { block-size: 44px; }
  .bone-start { block-size: 260px; }
  .bone-points { block-size: 172px; }
  .bone-total { block-size: 220px; }
  .summary:has(> .bone) { padding: 0; border: 0; }
  /* A fast start shows no words at all. */
  .loading { padding-block: 16px; color: var(--muted); animation: appear 120ms 400ms both; }

  .toast-place { position: fixed; z-index: 4; inset-inline: 0; inset-block-end: 24px; display: grid; justify-items: center; padding-inline: 16px; pointer-events: none; }
  .toast {
    display: flex; align-items: center; gap: 8px; max-inline-size: 100%; padding: 4px 4px 4px 16px; pointer-events: auto; overflow-wrap: anywhere;
    border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--raised);
    box-shadow: 0 8px 28px light-dark(rgb(20 28 40 / .2), rgb(0 0 0 / .55)); animation: appear 120ms both;
  }
  @keyframes appear { from { opacity: 0; } }
  @media (prefers-reduced-motion: reduce) { .toast { animation: none; } .loading { animation-duration: 0s; } }

  @container forebill (max-width: 899.98px) { .toast-place { inset-block-end: 88px; } }
`;
