// The pages of this site, as every page shows them.

import { css, html, type TemplateResult } from 'lit';

export type Place = 'estimate' | 'spend' | 'alerts' | 'invoices';

const PLACES: [Place, string, string][] = [
  ['estimate', 'Estimate', './'],
  ['spend', 'Spend', 'costs.html#/spend'],
  ['alerts', 'Alerts', 'costs.html#/alerts'],
  ['invoices', 'Invoices', 'costs.html#/invoices'],
];

export function nav(current: Place): TemplateResult {
  return html`
    <nav class="places" aria-label="Pages">
      <ul>${PLACES.map(([place, name, href]) => html`
        <li><a href=${href} aria-current=${place === current ? 'page' : 'false'}>${name}</a></li>`)}</ul>
    </nav>`;
}

export const navStyles = css`
  .places ul { display: flex; flex-wrap: wrap; gap: 0 4px; }
  .places a {
    display: flex; align-items: center; min-block-size: var(--control-height); padding: 0 10px;
    border-radius: var(--radius); color: var(--muted); text-decoration: none;
  }
  .places a:hover { background: var(--tint); color: var(--text); }
  .places a[aria-current="page"] { color: var(--text); font-weight: 600; box-shadow: inset 0 -2px var(--accent); border-end-start-radius: 0; border-end-end-radius: 0; }
`;
