import { css } from 'lit';

export const failure = css`
  .failure {
    display: grid; gap: 12px; max-inline-size: 720px; margin-block: 24px; padding: 20px 24px; overflow-wrap: anywhere;
    border: 1px solid var(--hairline); border-inline-start: 3px solid var(--warn); border-radius: var(--radius-large); background: var(--surface);
  }
  .failure-title { display: flex; align-items: center; gap: 8px; }
  .failure-title .icon { color: var(--warn); }
  .failure .button { margin-inline-end: 12px; }
  /* A command on a line of its own. */
  .failure p > code:only-child { display: block; margin-block-start: 4px; padding: 8px 12px; border: 1px solid var(--hairline); border-radius: var(--radius); background: var(--bg); color: var(--text); }
`;
