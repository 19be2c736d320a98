// How this page says things: amounts, names of groups, changes.

import { html, nothing, type TemplateResult } from 'lit';
import { isZero, share } from '../decimal.js';
import type { Format } from '../format.js';
import type { Dates } from './dates.js';
import type { Percent } from './percent.js';
import type { Level, Sum } from './types.js';
import type { CostWords } from './words.js';

export interface Shown {
  words: CostWords;
  format: Format;
  percent: Percent;
  dates: Dates;
  currency: string;
  /** Subscription id → name. */
  names: ReadonlyMap<string, string>;
  /** The currency of a subscription, or the only one of `all`. */
  currencyOf: (scope: string) => string | null;
  /** The time of the page, for ages only. */
  now: number;
}

export type Said = TemplateResult | string | typeof nothing | readonly unknown[];

/** Something has no price, so the amount is a lower bound. */
const LEAST = '≥\u00a0';

/** As a text alone. */
export function moneyText({ words, format, currency }: Shown, amount: string | null | undefined, least = false): string {
  return amount === null || amount === undefined ? words.noPrice : `${least ? LEAST : ''}${format.money(currency, amount)}`;
}

/** An amount of the currency's decimals; its exact text goes with it. What nobody knows is no 0. */
export function money(shown: Shown, amount: string | null | undefined, least = false): TemplateResult {
  if (amount === null || amount === undefined) return unknown(shown);
  return html`<span class="num" data-exact=${amount} title=${digits(shown, amount)}>${moneyText(shown, amount, least)}</span>`;
}

/** All digits, where an amount has more of them: what stands there already would be heard twice. */
function digits({ format, currency }: Shown, amount: string): string | typeof nothing {
  const all = format.exactMoney(currency, amount);
  return all === format.money(currency, amount) ? nothing : all;
}

/** All digits. */
export function exact(shown: Shown, amount: string | null, least = false): TemplateResult {
  if (amount === null) return unknown(shown);
  return html`<span class="num" data-exact=${amount}>${least ? LEAST : ''}${shown.format.exactMoney(shown.currency, amount)}</span>`;
}

function unknown({ words }: Shown): TemplateResult {
  return html`<span class="warn">${words.noPrice}</span>`;
}

export function quantity(shown: Shown, amount: string): TemplateResult {
  return html`<span class="num" data-exact=${amount}>${shown.format.quantity(amount)}</span>`;
}

/** "+$1,292.44": dearer and cheaper are said by the sign, too. */
export function change(shown: Shown, amount: string): TemplateResult {
  const text = shown.format.money(shown.currency, amount);
  if (isZero(amount)) return html`<span class="num" data-exact=${amount}>${text}</span>`;
  const falls = amount.startsWith('-');
  return html`<span class="num ${falls ? 'down' : 'up'}" data-exact=${amount} title=${digits(shown, amount)}>${falls ? text : `+${text}`}</span>`;
}

/** A difference or a share that is neither good nor bad. */
export function signed(shown: Shown, amount: string, least = false): TemplateResult {
  const text = shown.format.money(shown.currency, amount);
  return html`<span class="num" data-exact=${amount} title=${digits(shown, amount)}>${least ? LEAST : ''}${isZero(amount) || amount.startsWith('-') ? text : `+${text}`}</span>`;
}

/** "34.5 %" of the whole; nothing where either is unknown. */
export function shareOf(shown: Shown, part: string | null, whole: string | null): string | typeof nothing {
  return part === null || whole === null ? nothing : shown.format.percent(share(part, whole));
}

/** The text of a code; one that no text is known of stays as it is. */
export function told(texts: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(texts, code) ? texts[code] ?? code : code;
}

/** What the program says, in the language of the page where its form is known; what is not stays English, and is read aloud so. */
export function spokenOf({ words }: Shown, text: string): TemplateResult {
  if (words.lang === 'en') return html`${text}`;
  const own = words.sentence(text);
  return own === undefined ? html`<span lang="en">${text}</span>` : html`${own}`;
}

/** A group as it is read: a resource by its own name, a subscription by the one it was given, a meter without the
 * service that it is shown in. */
export function groupName(shown: Shown, by: string, group: string, inside = ''): string {
  if (group === '(none)') return shown.words.nameless;
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
  if (by === 'meter') return meterOf(group);
  return by === 'subscription' ? group : '';
}

/** The id of a meter's group. */
export function meterOf(group: string): string {
  return group.slice(group.lastIndexOf(' · ') + 3);
}

export function byName({ words }: Shown, by: string): string {
  return Object.hasOwn(words.by, by) ? told(words.by, by) : words.byTag(by.replace(/^tag:/, ''));
}

export function levelName({ words }: Shown, level: Level): string {
  if (level === 'total') return words.everything;
  if (typeof level === 'string') return level;
  return 'service' in level ? level.service || words.nameless : words.inResourceGroup(level.resourceGroup || words.nameless);
}

export function unpricedNote(shown: Shown, sum: Sum): TemplateResult | typeof nothing {
  if (sum.unpricedRows === 0) return nothing;
  return html`<span class="warn">${shown.words.rowsUnpriced(shown.format.integer(sum.unpricedRows), shown.format.integer(sum.rows))}</span>`;
}
