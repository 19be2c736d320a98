import { css } from 'lit';

export const pages = css`
  .bar { justify-content: flex-start; column-gap: 14px; }
  :host { min-block-size: 100vh; min-block-size: 100dvh; }
  .app > section, .drill-place { min-inline-size: 0; }
  section > h2 { padding-block: 24px 8px; }
  .small { font-size: 12px; line-height: 18px; }
  .up { color: var(--up); }
  .down { color: var(--down); }
  .icon-button { display: grid; place-items: center; inline-size: var(--control-height); block-size: var(--control-height); padding: 0; border: 0; border-radius: var(--radius); background: none; color: var(--muted); }
  .icon-button:hover:enabled { background: var(--tint); color: var(--text); }
  .icon-button:disabled { opacity: .35; }
  .turn-back .icon { rotate: 90deg; }
  .turn-on .icon { rotate: -90deg; }
  .link { padding: 0; border: 0; background: none; color: var(--accent); text-align: start; text-decoration: underline; text-underline-offset: 2px; overflow-wrap: anywhere; }
  .failure .link { min-block-size: 24px; }
  a { color: var(--accent); }

  .controls { display: flex; flex-wrap: wrap; align-items: end; gap: 12px 20px; padding-block-end: 12px; }
  .field { min-inline-size: 0; max-inline-size: 100%; margin: 0; padding: 0; border: 0; }
  .field > label, .field > legend { display: block; padding: 0 0 4px; color: var(--muted); font-size: 12px; line-height: 16px; }
  .field > legend kbd { line-height: 14px; }
  /* Of one width, whatever is to choose from: what is beside them must not move when it arrives. */
  .field .picker { inline-size: 160px; max-inline-size: 100%; }
  @container forebill (min-width: 640px) { #scope { inline-size: 240px; } }
  @container forebill (max-width: 639.98px) { forebill-copy-table { display: none; } .figure { padding-inline: 12px; } .figure .value { font-size: 16px; } }
  .joined { display: inline-flex; align-items: center; }
  .toggle .button:first-child { border-start-end-radius: 0; border-end-end-radius: 0; }
  .toggle .button + .button { margin-inline-start: -1px; border-start-start-radius: 0; border-end-start-radius: 0; }
  .toggle .button[aria-pressed="true"] { background: var(--tint); font-weight: 600; box-shadow: inset 0 -2px var(--accent); }

  .strip { border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface); }
  .strip > summary { padding: 8px 12px; cursor: pointer; border-radius: var(--radius-large); }
  .strip > summary > ul { display: inline-flex; flex-wrap: wrap; gap: 2px 16px; vertical-align: top; max-inline-size: calc(100% - 24px); }
  .strip > summary li { display: flex; align-items: center; gap: 6px; font-size: 12px; line-height: 20px; color: var(--muted); }
  /* What stands apart is also said apart. */
  .strip > summary li:not(:last-child) span::after { content: ',\a0'; font-size: 0; line-height: 0; }
  .strip > summary li.warn { color: var(--warn); font-weight: 600; }
  .strip .scroll { margin: 0 12px 12px; }
  .notes { display: grid; gap: 4px; padding: 0 12px 12px; font-size: 12px; line-height: 18px; overflow-wrap: anywhere; }
  .notes:not(:has(li)) { display: none; }

  .figures { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 156px), 1fr)); padding-block-start: 12px; }
  .figure { min-block-size: 128px; padding: 12px 16px; border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--raised); font-size: 12px; line-height: 18px; overflow-wrap: anywhere; }
  .figure h2 { padding: 0; font-size: 12px; line-height: 16px; color: var(--muted); }
  .figure .value { font-size: 18px; line-height: 28px; font-weight: 600; letter-spacing: -.01em; padding-block-end: 4px; }
  @container forebill (min-width: 900px) { .figure .value { font-size: 24px; line-height: 32px; } }
  .figure.broad { grid-column: 1 / -1; }
  @container forebill (min-width: 900px) { .figure.broad { grid-column: span 2; } }
  .month-only .picker { inline-size: 232px; }
  @container forebill (min-width: 380px) { .month-only .picker { inline-size: 264px; } }
  @container forebill (min-width: 900px) { .number { white-space: nowrap; } }
  td:not(.end, .below > td) { min-inline-size: 88px; }

  .state + .crumbs, .muted + .crumbs { padding-block-start: 12px; }
  .crumbs ol { display: flex; flex-wrap: wrap; gap: 0 6px; padding-block-end: 8px; }
  .crumbs li { min-inline-size: 0; overflow-wrap: anywhere; }
  .crumbs li + li::before { content: "›"; padding-inline-end: 6px; color: var(--muted); }
  .crumbs [aria-current] { font-weight: 600; }

  .scroll { overflow-x: auto; max-block-size: 560px; border: 1px solid var(--hairline); border-radius: var(--radius-large); margin-block-start: 8px; }
  .table-place { position: relative; }
  thead th:last-child { padding-inline-end: 36px; }
  table { border-collapse: separate; border-spacing: 0; min-inline-size: 100%; }
  th, td { padding: 6px 12px; text-align: start; vertical-align: top; border-block-end: 1px solid var(--hairline); font-weight: 400; }
  tbody tr:last-child > * { border-block-end: 0; }
  thead th { position: sticky; inset-block-start: 0; z-index: 1; background: var(--surface); color: var(--muted); font-size: 12px; white-space: nowrap; }
  tbody th, tfoot th, thead th:first-child { position: sticky; inset-inline-start: 0; z-index: 1; background: var(--bg); }
  thead th:first-child, tfoot th { z-index: 2; background: var(--surface); }
  .day { white-space: nowrap; }
  tbody th { min-inline-size: 140px; max-inline-size: 480px; overflow-wrap: anywhere; }
  @container forebill (max-width: 639.98px) { tbody th { min-inline-size: 124px; max-inline-size: 176px; } th, td { padding-inline: 8px; } }
  .end { text-align: end; font-variant-numeric: tabular-nums lining-nums; }
  td.end { white-space: nowrap; }
  td:last-child:not(.end) { min-inline-size: 180px; }
  [aria-busy="true"] { cursor: progress; }
  .waiting { font-weight: 400; font-size: 12px; color: var(--muted); animation: appear 120ms 400ms both; }
  tfoot > tr > * { position: sticky; inset-block-end: 0; border-block-start: 1px solid var(--control); background: var(--surface); font-weight: 600; }
  .detail { display: block; color: var(--muted); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
  .named { display: flex; gap: 8px; align-items: flex-start; }
  .named > .swatch { margin-block-start: 4px; }
  .reason { min-inline-size: 220px; font-size: 12px; line-height: 18px; overflow-wrap: anywhere; }

  .cards { display: grid; gap: 12px; }
  .card { min-inline-size: 0; padding: 12px 16px; border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--raised); overflow-wrap: anywhere; }
  .card tbody th { background: var(--raised); }
  .figure:not(:has(p.muted)) { min-block-size: 0; }
  .card > * + * { margin-block-start: 6px; }
  .card-title { display: flex; gap: 2px 12px; font-weight: 600; }
  .card-title > .state { flex: none; align-self: start; }
  .card-title > :last-child::first-letter { text-transform: uppercase; }
  .card-title > :last-child { display: block; }
  .state { display: inline-flex; align-items: center; gap: 6px; }
  code { overflow-wrap: anywhere; }

  forebill-stack-chart, forebill-course-chart { display: block; min-block-size: 306px; }
  .figure.over { border-color: var(--up); }
  .figure.over .value { color: var(--up); }
  /* In a page from right to left a sign would change its side, and ≥ its meaning. */
  span.num { unicode-bidi: isolate; direction: ltr; }
  span.warn { unicode-bidi: plaintext; }
  .card.fires { border-inline-start: 3px solid var(--up); padding-inline-start: 14px; }
  .doubts { display: grid; gap: 4px; padding-block-start: 12px; color: var(--muted); font-size: 12px; line-height: 18px; }
  .doubts li { display: flex; gap: 8px; overflow-wrap: anywhere; min-inline-size: 0; }
  .doubts .icon { color: var(--warn); margin-block-start: 1px; }
  p.state { display: flex; gap: 8px; padding-block: 12px 0; }
  .strip + p.muted, .strip + p.state { padding-block-start: 12px; }
  .apart { padding-block: 16px 0; }
  .becauses { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; font-size: 12px; line-height: 18px; }
  td .becauses { min-inline-size: 240px; }
  tr.nobody > * { color: var(--up); }
  tr.nobody .link { color: inherit; font-weight: 600; }
  .bar-cell { display: grid; grid-template-columns: 72px 56px; align-items: center; justify-content: end; gap: 8px; }
  .meter-bar { display: block; block-size: 8px; border-radius: 2px; background: color-mix(in srgb, var(--control) 18%, transparent); }
  .meter-bar > span { display: block; block-size: 100%; border-radius: 2px; background: var(--series-1); }
  .nobody .meter-bar > span { background: var(--up); }
  .files { display: inline-flex; gap: 12px; margin-block: -2px; }
  .files a { display: inline-flex; align-items: center; min-block-size: 24px; }
  .rules { margin-block-start: 24px; }
  .rules > summary, .card summary { cursor: pointer; }
  pre { overflow-x: auto; margin: 8px 0 0; padding: 12px; border: 1px solid var(--hairline); border-radius: var(--radius-large); background: var(--surface); font: 12px/18px ui-monospace, "Cascadia Mono", Consolas, monospace; }
  .only { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
  .only .button { margin-block-start: 8px; }
  .only strong:not(:empty) { padding-block-start: 8px; }
  .why { padding: 0; border: 0; background: none; color: var(--accent); text-decoration: underline dotted; text-underline-offset: 3px; }
  .why:hover, .why[aria-expanded="true"] { text-decoration-style: solid; }
  tr.below > td { padding: 0; background: var(--surface); }
  .scroll:has(> table > tbody > .below) { max-block-size: max(560px, 85vh); }
  .why-place { container: work / inline-size; position: sticky; inset-inline-start: 0; display: grid; gap: 8px; inline-size: calc(100cqi - 50px); max-inline-size: 980px; min-block-size: 96px; padding: 12px 16px; }
  .why-place .proof { margin: 0; background: var(--raised); }
  .why-place .scroll { margin: 0; border: 0; max-block-size: none; }
  .why-place .tiers :is(th, td) { position: static; min-inline-size: 0; max-inline-size: none; border-block-end: 0; background: none; }
  .why-place .tiers tr > :last-child { padding-inline-end: 0; }
  .kept { position: fixed; z-index: 5; inset-block-end: 16px; inset-inline: 16px; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; inline-size: fit-content; max-inline-size: calc(100% - 32px); margin-inline: auto; padding: 8px 16px; border: 1px solid var(--warn); border-radius: var(--radius-large); background: var(--raised); box-shadow: 0 8px 28px light-dark(rgb(20 28 40 / .2), rgb(0 0 0 / .55)); }
  .bones { display: grid; gap: 12px; }
  .bone-strip { block-size: 38px; }
  .bone-kpis { block-size: 128px; }
  .bone-chart { block-size: 340px; }
  @media print { .controls, .places { display: none; } .scroll { max-block-size: none; } }
`;
