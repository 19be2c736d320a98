import { css } from 'lit';

export const lines = css`
  .work { container: work / inline-size; min-inline-size: 0; }
  .line { position: relative; border-block-end: 1px solid var(--hairline); }
  .line-list { border-block-start: 1px solid var(--hairline); }
  .line-grid {
    display: grid; gap: 8px 12px; align-items: center; padding-block: 12px;
    grid-template:
      "what what tools" auto
      "quantity count count" auto
      "rate cost cost" auto
      "problem problem problem" auto / minmax(0, 1fr) minmax(0, 3.5rem) calc(2 * var(--control-height));
  }
  .line-grid.line-head { display: none; }
  .line-what { grid-area: what; min-inline-size: 0; }
  .name {
    inline-size: 100%; block-size: 28px; margin-inline-start: -7px; padding-inline: 6px;
    border: 1px solid transparent; border-radius: var(--radius); background: none;
    font-weight: 600; text-overflow: ellipsis;
  }
  .name::placeholder { color: var(--text); opacity: 1; }
  @media (pointer: coarse) { .name { block-size: var(--control-height); } }
  .kept { margin-inline: 0; padding-inline: 0; line-height: 28px; overflow: hidden; white-space: nowrap; border: 0; }
  .name:hover { border-color: var(--hairline); }
  .name:focus { border-color: var(--control); background: var(--raised); }
  .line-path { color: var(--muted); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }

  .amount { display: block; min-inline-size: 0; align-self: start; }
  .amount.quantity { grid-area: quantity; }
  .amount.count { grid-area: count; }
  .amount-caption { display: block; color: var(--muted); font-size: 12px; line-height: 16px; }
  .amount-box {
    display: flex; align-items: center; gap: 6px; block-size: var(--control-height); padding-inline: 8px;
    border: 1px solid var(--control); border-radius: var(--radius); background: var(--raised);
  }
  .amount-box:focus-within { outline: 2px solid var(--accent); outline-offset: -1px; }
  .amount.wrong .amount-box { border-color: var(--up); }
  .amount.wrong .amount-box:focus-within { outline-color: var(--up); }
  .amount input { flex: 1; min-inline-size: 0; inline-size: 100%; block-size: 100%; padding: 0; border: 0; outline: 0; background: none; }
  .unit { flex: none; max-inline-size: 60%; overflow: hidden; color: var(--muted); font-size: 12px; text-overflow: ellipsis; white-space: nowrap; }
  .problem { grid-area: problem; color: var(--up); font-size: 12px; line-height: 16px; }

  .line-rate { grid-area: rate; text-align: start; }
  .line-rate > span { display: block; white-space: nowrap; }
  .rate-note { color: var(--muted); font-size: 12px; line-height: 16px; }
  .line-cost {
    grid-area: cost; display: flex; align-items: center; justify-content: flex-end; gap: 6px;
    min-block-size: var(--control-height); padding: 0 4px 0 8px; border: 0; border-radius: var(--radius);
    background: none; font-weight: 600; text-align: end;
  }
  .cost { min-inline-size: 0; white-space: nowrap; }
  .cost.long { overflow-wrap: anywhere; white-space: normal; }
  .line-cost:hover:enabled { background: var(--tint); }
  .no-price { color: var(--warn); }
  .chevron { color: var(--muted); }
  .line-cost:disabled .chevron { visibility: hidden; }
  .line-cost[aria-expanded="true"] .chevron { rotate: 180deg; }
  .icon-button {
    display: grid; place-items: center; inline-size: var(--control-height); block-size: var(--control-height);
    padding: 0; border: 0; border-radius: var(--radius); background: none; color: var(--muted);
  }
  .icon-button:hover { background: var(--tint); color: var(--text); }
  .icon-button:disabled { opacity: .4; background: none; }
  .icon-button.assumed { color: var(--accent); box-shadow: inset 0 -2px var(--accent); }
  .line-tools { grid-area: tools; display: flex; align-self: start; justify-self: end; }

  .add-group { margin: 8px 0 0 -12px; }

  .planned { display: grid; gap: 4px; }
  .planned .unit { max-inline-size: 80%; }
  .planned .amount-caption { display: none; }

  @container work (min-width: 620px) {
    .lines { --columns: minmax(0, 1fr) 132px 68px 112px 140px calc(2 * var(--control-height)); }
    .line-grid {
      gap: 4px 12px;
      grid-template:
        "what quantity count rate cost tools" auto
        ". problem problem problem problem problem" auto /
        var(--columns);
    }
    .line-grid.line-head {
      display: grid; padding-block: 0 8px; color: var(--muted); font-size: 12px; line-height: 16px;
      grid-template: auto / var(--columns);
    }
    .line-head > :nth-child(5) { padding-inline-end: 26px; }
    .line-grid .amount-caption { display: none; }
    .amount { align-self: center; }
    .line-rate { text-align: end; }
    .line-tools { align-self: center; }
  }
  @container work (min-width: 820px) {
    .lines { --columns: minmax(0, 1fr) 152px 76px 116px 156px calc(2 * var(--control-height)); }
  }
`;
