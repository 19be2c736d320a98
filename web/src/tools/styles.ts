import { css } from 'lit';

export const toolStyles = css`
  .sheet {
    inline-size: min(640px, calc(100vw - 32px)); max-block-size: min(760px, calc(100dvh - 32px)); padding: 0; overflow: auto;
    border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--raised); color: var(--text);
    box-shadow: 0 8px 28px light-dark(rgb(20 28 40 / .2), rgb(0 0 0 / .55));
  }
  .sheet::backdrop { background: light-dark(rgb(20 28 40 / .32), rgb(0 0 0 / .6)); }
  .sheet-body { display: grid; gap: 12px; padding: 20px 24px 24px; }
  .sheet-body > *, .sheet-body > div { min-inline-size: 0; }
  .sheet-body > .button { justify-self: start; }
  .sheet-head { display: flex; align-items: center; justify-content: space-between; gap: 16px; }
  .sheet-head h2 { font-size: 20px; line-height: 28px; }
  .sheet-part { margin-block-start: 16px; font-size: 14px; line-height: 20px; color: var(--text); }
  .text-field {
    box-sizing: border-box; inline-size: 100%; min-block-size: var(--control-height); padding: 5px 8px; font: inherit; color: inherit;
    border: 1px solid var(--control); border-radius: var(--radius); background: var(--bg);
  }
  textarea.text-field { font: 12px/18px ui-monospace, "Cascadia Mono", Consolas, monospace; resize: vertical; }
  .link-row { display: flex; gap: 8px; }
  .link-row .text-field { flex: 1; min-inline-size: 0; text-overflow: ellipsis; }
  .link-row .button { flex: none; }
  .link-notes { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; }
  .check { display: flex; align-items: center; gap: 8px; min-block-size: 24px; }
  .check input { inline-size: 16px; block-size: 16px; margin: 0; accent-color: var(--accent); }
  .formats { display: grid; gap: 0; border-block-start: 1px solid var(--hairline); }
  .formats li { border-block-end: 1px solid var(--hairline); }
  .format {
    display: grid; grid-template-columns: minmax(80px, 7rem) minmax(0, 1fr) auto; gap: 4px 12px; align-items: center;
    inline-size: 100%; min-block-size: 44px; padding: 6px 8px; border: 0; border-radius: var(--radius); background: none; text-align: start;
  }
  .format:hover { background: var(--tint); }
  .format-name { font-weight: 600; overflow-wrap: anywhere; }
  .format-act { display: flex; align-items: center; gap: 6px; color: var(--accent); white-space: nowrap; }
  .open-file { padding-block: 12px; }
  .open-file .button { cursor: pointer; }
  .open-file .button:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
  .pasted { display: grid; gap: 4px; padding-block-end: 12px; }
  .sheet .banner { margin-block: 12px 0; }
  .sheet .banner .button { margin-block-start: 8px; display: flex; }
  .banner-row { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 16px; padding-block: 4px; overflow-wrap: anywhere; }
  .commands { display: grid; max-block-size: 50vh; overflow-y: auto; }
  .command { display: flex; justify-content: space-between; align-items: center; gap: 16px; min-block-size: 36px; padding: 2px 8px; border-radius: var(--radius); cursor: pointer; }
  .command:hover { background: var(--tint); }
  .command[aria-selected="true"] { background: var(--tint); box-shadow: inset 3px 0 var(--accent); }
  .keys-of { display: inline-flex; flex: none; gap: 2px; }
  .help { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 4px 24px; }
  .help > div { display: grid; grid-template-columns: 120px 1fr; align-items: center; min-block-size: 28px; }
  .banner-acts { display: flex; flex-wrap: wrap; }
  .past { display: grid; max-block-size: 60vh; overflow-y: auto; border-block-start: 1px solid var(--hairline); }
  .step {
    display: grid; grid-template-columns: 4ch minmax(0, 1fr) auto; gap: 12px; align-items: baseline; inline-size: 100%; min-block-size: 36px; padding: 6px 8px;
    border: 0; border-block-end: 1px solid var(--hairline); background: none; text-align: start;
  }
  .step:hover { background: var(--tint); }
  .step:focus-visible { outline-offset: -2px; }
  .step[aria-current="step"] { background: var(--tint); box-shadow: inset 3px 0 var(--accent); font-weight: 600; }
  .step.ahead .step-name { color: var(--muted); }
  .step-name { overflow-wrap: anywhere; }
  .pivot-head { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 8px 16px; inline-size: 100%; }
  .pivot-head .branch-tabs { flex-wrap: wrap; }
  .day .text-field { inline-size: 11rem; }
  .branch-tabs { display: flex; gap: 4px; align-items: center; }
  .branch-tabs [aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
  .changes-sum { text-align: start; font-size: 16px; line-height: 24px; }
  .up { color: var(--up); }
  .down { color: var(--down); }

  .body > .compare { grid-column: 1; }
  .compare { display: grid; gap: 24px; min-inline-size: 0; grid-template-columns: minmax(0, 1fr); }
  .compare-head { display: flex; align-items: center; justify-content: space-between; gap: 16px; }
  .compare-head h2:focus { outline: 0; }
  .compare-part { display: grid; gap: 8px; justify-items: start; min-inline-size: 0; padding-block-start: 16px; border-block-start: 1px solid var(--hairline); grid-template-columns: minmax(0, 1fr); }
  .compare-part > h3 { font-size: 14px; line-height: 20px; color: var(--text); }
  .branch, .compare-part > .scroll, .cell-details { inline-size: 100%; }
  .branch-row { display: flex; justify-content: space-between; gap: 16px; inline-size: 100%; padding-block: 4px; }
  .diff { inline-size: 100%; border-collapse: collapse; font-size: 12px; line-height: 16px; }
  .diff th, .diff td { padding: 6px 12px 6px 0; text-align: start; font-weight: 400; border-block-end: 1px solid var(--hairline); }
  .diff .num { text-align: end; white-space: nowrap; }
  .diff thead th { color: var(--muted); }
  .matrix-scroll { max-block-size: 480px; overflow: auto; border: 1px solid var(--hairline); border-radius: var(--radius-large); }
  .matrix { border-collapse: separate; border-spacing: 0; inline-size: 100%; }
  .matrix th { padding: 8px 12px; font-weight: 400; text-align: start; color: var(--muted); white-space: nowrap; background: var(--surface); }
  .matrix th.num { text-align: end; white-space: normal; }
  .matrix thead th { position: sticky; inset-block-start: 0; z-index: 1; border-block-end: 1px solid var(--hairline); }
  .matrix th:first-child { position: sticky; inset-inline-start: 0; z-index: 1; }
  .matrix thead th:first-child { z-index: 2; }
  .cell { padding: 2px; text-align: end; border-block-end: 1px solid var(--hairline); }
  .cell > span { padding: 6px 10px; color: var(--muted); font-size: 12px; }
  .cell.unavailable, .cell.refused { background: repeating-linear-gradient(135deg, transparent 0 6px, color-mix(in srgb, var(--control) 14%, transparent) 6px 7px); }
  .cell-button { display: grid; inline-size: 100%; min-block-size: 40px; align-content: center; padding: 4px 10px; border: 2px solid transparent; border-radius: var(--radius); background: none; white-space: nowrap; }
  .cell-button:hover { background: var(--tint); }
  .cell-note { font-size: 12px; line-height: 16px; }
  .mark { color: var(--muted); }
  .cell.incomplete .cell-amount, .cell.incomplete .mark { color: var(--warn); }
  .cell.cheapest .cell-button { border-color: var(--down); }
  .cell.cheapest .mark { color: var(--down); font-weight: 600; }
  .cell.current .cell-button { border-color: var(--accent); }
  .cell-details { padding: 12px; border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface); }
  .goal { display: grid; gap: 8px 12px; align-items: end; inline-size: 100%; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); }
  .goal .button { justify-content: center; }
  .goal .choice .amount-caption { display: block; }
  @media (max-width: 480px) {
    .sheet-body { padding: 16px; }
    .link-row { flex-wrap: wrap; }
    .format { grid-template-columns: minmax(0, 1fr) auto; }
    .format .muted { grid-row: 2; grid-column: 1; }
  }
`;
