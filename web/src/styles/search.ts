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
`;
