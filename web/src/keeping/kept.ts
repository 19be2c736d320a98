// The estimate that this browser kept, before there are prices: what its lines are called, and how much of each.

import { html, type TemplateResult } from 'lit';
import type { Words } from '../words.js';
import { read } from './file.js';
import { recent } from './recent.js';

/** As many as a screen has. */
const SHOWN = 30;

/** Nothing where nothing was kept, or nothing that can be read. */
export function kept(words: Words): TemplateResult | null {
  try {
    const { active, workloads } = read(recent()[0]?.text ?? '');
    const items = workloads[active]?.['items'] as Record<string, unknown>[];
    if (items.length === 0) return null;
    return html`
      <div class="work"><section class="lines" aria-label=${words.lines} aria-busy="true"><ol class="line-list">
        ${items.slice(0, SHOWN).map(({ name, quantity, unit, count }) => html`
          <li class="line"><div class="line-grid"><div class="line-what">
            <p class="name kept">${name}</p>
            <p class="line-path"><bdi>${[quantity, unit].join(' ')}${count === 1 ? '' : ` × ${String(count)}`}</bdi></p>
          </div></div></li>`)}
      </ol></section></div>`;
  } catch {
    return null;
  }
}
