// The pages of this site, as every cost page shows them.

import { css, html, type TemplateResult } from 'lit';

export type Place = 'estimate' | 'spend' | 'showback' | 'alerts' | 'invoices';

const PLACES: [Place, string][] = [
  ['estimate', './'],
  ['spend', 'costs.html#/spend'],
  ['showback', 'costs.html#/showback'],
  ['alerts', 'costs.html#/alerts'],
  ['invoices', 'costs.html#/invoices'],
];

export function nav(current: Place, label: string, names: Record<Place, string>): TemplateResult {
  return html`
    <nav class="places" aria-label=${label}>
      <ul>${PLACES.map(([place, href]) => html`
        <li><a href=${href} aria-current=${place === current ? 'page' : 'false'}>${names[place]}</a></li>`)}</ul>
    </nav>`;
}

export const navStyles = css`
  .places ul { display: flex; flex-wrap: wrap; gap: 0 4px; }
  .places a {
    display: flex; align-items: center; min-block-size: var(--control-height); padding: 0 10px;
    border-radius: var(--radius); color: var(--muted); text-decoration: none;
  }
  @container forebill (max-width: 479.98px) { .places ul { gap: 0; } .places a { padding: 0 4px; font-size: 13px; } .places { margin-inline-start: -4px; } }
  .places a:hover { background: var(--tint); color: var(--text); }
  .places a[aria-current="page"] { color: var(--text); font-weight: 600; box-shadow: inset 0 -2px var(--accent); border-end-start-radius: 0; border-end-end-radius: 0; }
`;
