import { css } from 'lit';

export const base = css`
  *, ::before, ::after { box-sizing: border-box; }
  :host {
    display: block;
    container: forebill / inline-size;
    min-block-size: 560px;
    background: var(--bg);
    color: var(--text);
  }
  :host([hidden]) { display: none; }
  [hidden] { display: none !important; }

  h2, h3, p, ul, ol, dl, dd, caption { margin: 0; padding: 0; font: inherit; text-align: start; }
  ul, ol { list-style: none; }
  h2 { font-weight: 600; font-size: 16px; line-height: 24px; }
  h3 { font-weight: 600; font-size: 12px; line-height: 16px; color: var(--muted); }
  button, input, select { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; }
  button:disabled { cursor: default; }
  code { font: 12px/16px ui-monospace, "Cascadia Mono", Consolas, monospace; }
  .icon { flex: none; display: block; }
  .muted { color: var(--muted); }
  .warn { color: var(--warn); }
  .num { font-variant-numeric: tabular-nums lining-nums; text-align: end; }
  .visually-hidden {
    position: absolute; inline-size: 1px; block-size: 1px; margin: -1px;
    overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

  /* Nothing of the host page's text is inherited but its direction, and nothing but tokens comes in. */
  .app {
    all: initial; display: block; color-scheme: inherit; color: var(--text);
    font: 400 14px/20px "Segoe UI Variable Text", "Segoe UI", system-ui, sans-serif;
  }
  .app { max-inline-size: 1440px; margin-inline: auto; padding: 0 16px 24px; }
  .bar {
    display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
    gap: 4px 24px; min-block-size: 64px; padding-block: 12px;
  }
  .title { font-size: 20px; line-height: 28px; }
  .context { display: flex; align-items: center; gap: 12px; min-block-size: var(--control-height); color: var(--muted); min-inline-size: 0; }
  .context[aria-busy="true"] { opacity: .6; }
  .as-of { white-space: nowrap; }
  .wide { display: none; }
  .picker {
    flex: 0 1 auto; block-size: var(--control-height); padding-inline: 8px; min-inline-size: 0; text-overflow: ellipsis;
    border: 1px solid var(--control); border-radius: var(--radius); background: var(--raised); color: var(--text);
  }
  .picker-only { color: var(--text); }

  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; min-inline-size: 0; }
  .doc-name { flex: 1 1 14rem; font-size: 16px; text-overflow: ellipsis; }
  .doc-name::placeholder { color: var(--muted); font-weight: 400; }
  .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }

  .body { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); align-items: start; }
  .summary { display: contents; }

  .button {
    display: inline-flex; align-items: center; gap: 8px; min-block-size: var(--control-height);
    padding: 0 12px; border: 1px solid var(--control); border-radius: var(--radius);
    background: var(--raised);
  }
  .button:hover { background: var(--tint); }
  .button:disabled { opacity: .5; background: var(--raised); }
  .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
  .button.quiet { border-color: transparent; background: none; color: var(--accent); }
  .button.quiet:hover { background: var(--tint); }
  kbd {
    display: inline-block; min-inline-size: 20px; padding: 0 5px; text-align: center;
    border: 1px solid var(--hairline); border-radius: var(--radius); background: var(--surface);
    color: var(--muted); font: 12px/18px "Segoe UI", system-ui, sans-serif;
  }

  @container forebill (max-width: 479.98px) {
    .tools .button { padding-inline: 7px; }
    .tools .button .icon { display: none; }
  }
  @container forebill (min-width: 640px) {
    .app { padding-inline: 24px; }
    .wide { display: inline; }
  }
  @container forebill (min-width: 900px) {
    .body { grid-template-columns: minmax(0, 1fr) 320px; gap: 16px 32px; }
    .body > .head, .body > .search { grid-column: 1; }
    .body > .start, .body > .work { grid-column: 1; }
    .summary { display: block; grid-column: 2; grid-row: 1 / span 4; position: sticky; inset-block-start: 16px; }
  }
`;
