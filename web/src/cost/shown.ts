// How this page says things: amounts, names of groups, changes.

import { html, nothing, type TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { Dates } from './dates.js';
import { thousandths } from './geometry.js';
import type { Level, Sum } from './types.js';

export interface Shown {
  format: Format;
  dates: Dates;
  currency: string;
  /** Subscription id → name. */
  names: ReadonlyMap<string, string>;
  /** The time of the page, for ages only. */
  now: number;
}

const MINUS = '\u2212';

/** An amount of the currency's decimals; its exact text goes with it. What nobody knows is no 0. */
export function money(shown: Shown, amount: string | null | undefined, least = false): TemplateResult {
  if (amount === null || amount === undefined) return html`<span class="warn">no price</span>`;
  return html`<span class="num" data-exact=${amount}>${least ? '≥\u00a0' : ''}${shown.format.money(shown.currency, amount)}</span>`;
}

/** All digits. */
export function exact(shown: Shown, amount: string | null): TemplateResult {
  if (amount === null) return html`<span class="warn">no price</span>`;
  return html`<span class="num" data-exact=${amount}>${shown.format.exactMoney(shown.currency, amount)}</span>`;
}

/** "+$1,292.44": dearer and cheaper are said by the sign, too. */
export function change(shown: Shown, amount: string): TemplateResult {
  const text = shown.format.money(shown.currency, amount);
  const falls = amount.startsWith('-');
  return html`<span class="num ${falls ? 'down' : 'up'}" data-exact=${amount}>${falls ? text : `+${text}`}</span>`;
}

/** "+8.2 %" of what was before. */
export function perCent(part: string, whole: string): string {
  const parts = thousandths(part, whole);
  if (parts === null) return '';
  const size = (parts < 0n ? -parts : parts).toString().padStart(2, '0');
  return `${parts < 0n ? MINUS : '+'}${size.slice(0, -1)}.${size.slice(-1)} %`;
}

/** A group as it is read: a resource by its own name, a subscription by the one it was given, a meter without the
 * service that it is shown in. */
export function groupName(shown: Shown, by: string, group: string, inside = ''): string {
  if (by === 'resource') return group.slice(group.lastIndexOf('/') + 1) || group;
  if (by === 'subscription') return shown.names.get(group) ?? group;
  if (by === 'meter') {
    const parts = group.split(' · ');
    const first = parts.length > 2 && parts[0] === inside ? 1 : 0;
    return parts.length > 1 ? parts.slice(first, -1).join(' · ') : group;
  }
  return group;
}

/** What tells groups of one name apart. */
export function groupDetail(by: string, group: string): string {
  if (by === 'resource') return group.slice(0, Math.max(0, group.lastIndexOf('/')));
  if (by === 'meter') return group.slice(group.lastIndexOf(' · ') + 3);
  return by === 'subscription' ? group : '';
}

export function byName(by: string): string {
  return {
    service: 'Service', subscription: 'Subscription', 'resource-group': 'Resource group', resource: 'Resource',
    meter: 'Meter', region: 'Region',
  }[by] ?? `Tag ${by.replace(/^tag:/, '')}`;
}

export function levelName(level: Level): string {
  if (level === 'total') return 'Everything';
  if (typeof level === 'string') return level;
  return 'service' in level ? level.service || '(none)' : `Resource group ${level.resourceGroup || '(none)'}`;
}

export function unpricedNote(sum: Sum, shown: Shown): TemplateResult | typeof nothing {
  if (sum.unpricedRows === 0) return nothing;
  return html`<span class="warn">${shown.format.integer(sum.unpricedRows)} of ${shown.format.integer(sum.rows)} rows without a price</span>`;
}
