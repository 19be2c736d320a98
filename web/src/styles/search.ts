import { css } from 'lit';

export const search = css`
  .search { position: relative; }
  #search {
    inline-size: 100%; block-size: 44px; padding-inline: 40px 44px;
    border: 1px solid var(--control); border-radius: var(--radius-large);
    background: var(--raised); font-size: 16px; line-height: 24px; text-overflow: ellipsis;
  }
  #search::placeholder { color: var(--muted); opacity: 1; }
  #search:focus { outline: 2px solid var(--accent); outline-offset: -1px; border-color: transparent; }
  .search-icon {
    position: absolute; inset-inline-start: 14px; inset-block-start: 14px; color: var(--muted); pointer-events: none;
  }
  #search:focus ~ .search-key { display: none; }
  @media (hover: none) { .search-key { display: none; } }
  .search-key { position: absolute; inset-inline-end: 12px; inset-block-start: 12px; pointer-events: none; }

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
`;
