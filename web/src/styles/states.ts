import { css } from 'lit';

export const states = css`
  .start { padding-block: 24px 8px; }
  .start h2 { font-size: 28px; line-height: 36px; letter-spacing: -.01em; }
  .start-text { max-inline-size: 60ch; padding-block: 8px 24px; color: var(--muted); font-size: 16px; line-height: 24px; }
  .points { display: grid; gap: 12px; padding-block-start: 8px; }
  .point {
    display: grid; align-content: start; gap: 8px; inline-size: 100%; block-size: 100%; padding: 16px; text-align: start;
    border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--raised);
  }
  .point:hover { border-color: var(--accent); background: var(--tint); }
  .point-title { font-weight: 600; }
  .point-item { display: grid; font-variant-numeric: tabular-nums; font-size: 12px; line-height: 16px; }

  .failure {
    display: grid; gap: 8px; max-inline-size: 64ch; margin-block: 32px; padding: 16px 20px;
    border: 1px solid var(--hairline); border-inline-start: 3px solid var(--warn); border-radius: var(--radius-large); background: var(--surface);
  }
  .failure-title { display: flex; align-items: center; gap: 8px; font-weight: 600; font-size: 16px; line-height: 24px; }
  .failure-title .icon { color: var(--warn); }
  .failure .button { margin-inline-end: 12px; }
  .banner { margin-block-end: 12px; padding: 8px 12px; border: 1px solid var(--hairline); border-inline-start: 3px solid var(--warn); border-radius: var(--radius); background: var(--surface); }

  .bone { border-radius: var(--radius-large); background: var(--surface); }
  .bone-search { block-size: 44px; }
  .bone-start { block-size: 260px; }
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
  @container forebill (min-width: 720px) {
    .points { grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); }
  }
`;
