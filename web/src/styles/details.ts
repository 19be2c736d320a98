import { css } from 'lit';

export const detailStyles = css`
  .group { margin-block-start: 20px; }
  .group-head { position: relative; display: grid; align-items: center; gap: 0 4px; grid-template: "fold name tools" auto "sum sum sum" auto / var(--control-height) minmax(0, 1fr) auto; }
  .group-head .line-tools { align-self: center; }
  .group-name { grid-area: name; font-size: 16px; }
  .group-sum { grid-area: sum; display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0 12px; padding-block-end: 4px; padding-inline-end: 4px; }
  .group-count { font-size: 12px; }
  .centre { max-inline-size: 16ch; overflow: hidden; padding: 0 8px; border: 1px solid var(--hairline); border-radius: 10px; color: var(--muted); font-size: 12px; line-height: 18px; text-overflow: ellipsis; white-space: nowrap; }
  .tag { display: inline-block; padding: 0 6px; border: 1px solid var(--hairline); border-radius: 10px; line-height: 16px; }
  .tag.own-offer { border-color: var(--accent); color: var(--accent); }
  .tag.warn { border-color: var(--warn); color: var(--warn); }
  .sources .pairs + .pairs { margin-block-start: 8px; }
  .fold { grid-area: fold; }
  .fold[aria-expanded="false"] { rotate: -90deg; }
  .fold:dir(rtl)[aria-expanded="false"] { rotate: 90deg; }
  .group-empty { padding: 12px 0 12px calc(var(--control-height) + 4px); border-block: 1px solid var(--hairline); color: var(--muted); font-size: 12px; line-height: 16px; }
  .group.inner { margin: 8px 0 0; padding-inline-start: 20px; }
  .group.inner .group-name { font-size: 14px; }
  .group.inner > .line-list { border-block-end: 0; }
  .text-box { inline-size: 100%; block-size: var(--control-height); padding: 0 8px; border: 1px solid var(--control); border-radius: var(--radius); background: var(--raised); }
  .text-box::placeholder { color: var(--muted); opacity: 1; }

  .grip { position: absolute; inset-block: 0; inset-inline-start: -18px; display: grid; place-items: center; inline-size: 18px; max-block-size: 56px; color: var(--muted); cursor: grab; opacity: 0; touch-action: none; }
  .line:hover > .grip, .group-head:hover > .grip { opacity: 1; }
  [data-dragged] { opacity: .5; }
  [data-dragged] .grip { cursor: grabbing; }
  [data-drop="before"] { box-shadow: 0 -2px var(--accent); }
  [data-drop="after"] { box-shadow: 0 2px var(--accent); }
  [data-drop="in"] { outline: 2px solid var(--accent); outline-offset: -1px; border-radius: var(--radius); }
  @media (pointer: coarse) {
    .grip { opacity: .7; }
  }

  .tier-bar { display: flex; gap: 2px; margin-block-start: 4px; }
  .tier { flex: 1; block-size: 5px; min-inline-size: 4px; border-radius: 2px; background: color-mix(in srgb, var(--control) 22%, transparent); }
  .tier.free { flex: 0 0 8px; }
  .tier > span { display: block; block-size: 100%; border-radius: 2px; background: var(--series-1); }
  .tier.free > span { background: var(--down); }
  .tier.last > span { position: relative; min-inline-size: 2px; }
  .tier.last > span::after { content: ""; position: absolute; inset: -2px -1px -2px auto; inline-size: 2px; background: var(--text); }
  .line-rate > .tier-bar { display: flex; }
  .meant { display: block; padding: 2px 9px 0; text-align: end; overflow-wrap: anywhere; }
  .amount input, .name { unicode-bidi: plaintext; }
  /* In a page from right to left a sign would change its side, and ≥ its meaning. As characters: a direction would move the box, too. */
  :is(.num:not(button, p, input, output), .cost, .unit, .cell-amount, .cell-note, .changes-sum, .group-sum strong, .line-rate > span:not(.tier-bar), .point-item > span) {
    &::before { content: '\2066'; }
    &::after { content: '\2069'; }
  }
  .stack, .swatch, .tier-bar, .meter-bar { forced-color-adjust: none; }
  .by-tag dl { padding-block-start: 4px; }
  .by-tag dt { overflow-wrap: anywhere; }

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
  .more {
    display: grid; gap: 8px 12px; margin-block-end: 16px; padding: 12px; align-items: end;
    grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
    border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface);
  }
  .more .amount-caption, .choice .amount-caption { display: block; }
  .choice { display: block; min-inline-size: 0; }
  .choice select { inline-size: 100%; block-size: var(--control-height); border: 1px solid var(--control); border-radius: var(--radius); background: var(--raised); }
  .more-buttons { grid-column: 1 / -1; display: flex; flex-wrap: wrap; margin-inline-start: -12px; }

  .facts { display: grid; gap: 8px 24px; grid-template-columns: minmax(0, 1fr); }
  .facts > div { min-inline-size: 0; }
  .facts dt { color: var(--muted); font-size: 12px; line-height: 16px; }
  .facts dd { overflow-wrap: anywhere; text-align: start; }
  .copy { justify-self: start; margin-inline-start: -12px; }
  .no-price-reason strong { color: var(--warn); }

  @container work (min-width: 620px) {
    .group-sum { padding-block: 0; }
    .group-head { grid-template: "fold name sum tools" auto / var(--control-height) minmax(0, 1fr) auto auto; }
    .line-grid .amount { position: relative; }
    .line-grid .meant { position: absolute; inset-block-start: 100%; inset-inline: -12px 0; padding-inline-start: 0; }
    .line-grid:has(.meant) { padding-block-end: 36px; }
    .proof { padding-inline: 16px; }
    .tiers { font-size: 14px; }
    .tiers th, .tiers td { padding-inline-start: 12px; }
    .fill-head, .fill { display: table-cell; inline-size: 22%; }
    .tiers caption .muted { display: inline; margin-inline-start: 8px; }
    .facts { grid-template-columns: repeat(3, minmax(0, auto)); justify-content: space-between; }
  }
  @container forebill (min-width: 720px) {
    .points { grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); }
  }
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

  .pairs > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; padding-block: 2px; }
  .pairs dt { color: var(--muted); }
  .pairs dd { margin-inline-start: auto; text-align: end; overflow-wrap: anywhere; }
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
  @container forebill (min-width: 900px) {
    .summary-rest { padding-block-start: 16px; }
    .summary-rest > * + * { padding-block-start: 16px; border-block-start: 1px solid var(--hairline); }
    .summary-rest > :first-child { padding-block-start: 16px; border-block-start: 1px solid var(--hairline); }
  }
  .failure {
    display: grid; gap: 8px; max-inline-size: 64ch; margin-block: 32px; padding: 16px 20px;
    border: 1px solid var(--hairline); border-inline-start: 3px solid var(--warn); border-radius: var(--radius-large); background: var(--surface);
  }
  .failure-title { display: flex; align-items: center; gap: 8px; font-weight: 600; font-size: 16px; line-height: 24px; }
  .failure-title .icon { color: var(--warn); }
  .failure .button { margin-inline-end: 12px; }
  .none { display: grid; gap: 8px; justify-items: start; padding: 16px; color: var(--muted); }
  .none-title { color: var(--text); font-weight: 600; overflow-wrap: anywhere; }
  .key-help { display: none; flex-wrap: wrap; gap: 4px 16px; padding-block-start: 16px; color: var(--muted); font-size: 12px; line-height: 20px; }
  .key-help kbd + kbd { margin-inline-start: 2px; }
  @container forebill (min-width: 900px) {
    @media (hover: hover) { .key-help { display: flex; } }
  }
  .chips { display: flex; flex-wrap: wrap; gap: 4px; padding: 8px 12px; border-block-end: 1px solid var(--hairline); }
  .chip { padding: 2px 8px; border: 1px solid var(--hairline); border-radius: 12px; background: var(--surface); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
  .chip-role { color: var(--muted); }
  .chip::after { content: ',\a0'; font-size: 0; line-height: 0; }
  .chip-role::after { content: '\a0'; font-size: 0; line-height: 0; }
  .chip.unknown { border-color: var(--warn); color: var(--warn); }
  .chip.unknown .chip-role { color: inherit; font-weight: 600; }
  .hits {
    position: absolute; z-index: 3; inset-inline: 0; inset-block-start: calc(100% + 4px);
    overflow: hidden; border: 1px solid var(--hairline); border-radius: var(--radius-large);
    background: var(--raised); box-shadow: 0 8px 28px light-dark(rgb(20 28 40 / .16), rgb(0 0 0 / .5));
  }
  #hits { max-block-size: min(420px, 56vh); overflow-y: auto; padding: 4px; overscroll-behavior: contain; scroll-padding: 4px; }
  .hit {
    display: grid; gap: 0 16px; align-items: baseline; padding: 6px 12px; border-radius: var(--radius); cursor: pointer;
    grid-template: "name price" auto "path note" auto "region note" auto / minmax(0, 1fr) auto;
  }
  .hit[aria-selected="true"] { background: var(--tint); box-shadow: inset 3px 0 var(--accent); }
  .hit-name { grid-area: name; font-weight: 600; overflow-wrap: anywhere; }
  .hit-path { grid-area: path; color: var(--muted); font-size: 12px; line-height: 16px; }
  .hit-region { grid-area: region; color: var(--muted); font-size: 12px; line-height: 16px; }
  .hit-price { grid-area: price; white-space: nowrap; }
  .hit-unit { color: var(--muted); }
  .hit-note { grid-area: note; color: var(--muted); font-size: 12px; line-height: 16px; text-align: end; white-space: nowrap; }
  .hits-foot {
    display: flex; justify-content: space-between; gap: 16px; padding: 8px 16px;
    border-block-start: 1px solid var(--hairline); background: var(--surface);
    color: var(--muted); font-size: 12px; line-height: 20px;
  }
  .keys { display: none; white-space: nowrap; }
  @container forebill (min-width: 640px) {
    .hit { grid-template: "name region price" auto "path region note" auto / minmax(0, 1fr) 128px minmax(168px, auto); }
    .hit-region { font-size: 14px; line-height: 20px; }
    .keys { display: inline; }
  }
  @media print {
    .search, .key-help, .toast-place, .tools, .line-tools, .group-head .icon-button, .grip, .tier-bar, .add-group, .copy, .chevron, .picker, .banner button { display: none !important; }
    .app { padding: 0; }
    .headline { position: static; }
    .lines { --columns: minmax(0, 1fr) 136px 56px 104px 110px 0 !important; }
    .amount-box { flex-wrap: wrap; justify-content: flex-end; block-size: auto; padding: 0; }
    .amount-box input { flex: none; field-sizing: content; inline-size: auto; max-inline-size: 100%; block-size: auto; }
    .amount-box .unit { max-inline-size: none; white-space: normal; }
    .meant { padding-inline: 0 !important; }
    .amount-box, .name, .summary, .proof { border-color: transparent !important; background: none !important; }
    .line, .proof, .summary-rest > * { break-inside: avoid; }
    .scroll { overflow: visible; }
  }
`;
