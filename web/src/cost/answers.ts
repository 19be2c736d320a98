// Amounts inside a sentence of the program: "spend is at least 14302.717658379742 USD, above 12000 USD". They are shown as
// everywhere on the page, and keep their exact text; times are those of the reader's language, and ids of subscriptions become
// the names that they were given.

import { html, nothing, type TemplateResult } from 'lit';
import { money, quantity, type Shown } from './shown.js';

const FOUND = /(\d{4}-\d\d-\d\dT[\d:.]+Z)|(subscription )?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?<![\w.:-])(-?\d+(?:\.\d+)?)(?: ([A-Z]{3})\b)?(?![\w:-]|\.\d)/g;

/** The first currency that an amount has. */
export function currencyIn(text: string): string | null {
  const found = /(?:^|\s)-?\d+(?:\.\d+)? ([A-Z]{3})\b/.exec(text)?.[1];
  return found !== undefined && isCurrency(found) ? found : null;
}

function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}

/** A sentence in the language of the page, where its form is known; else in the program's own. */
export function answered(shown: Shown, text: string): TemplateResult {
  const own = shown.words.lang === 'en' ? text : shown.words.sentence(text);
  return html`<span lang=${own === undefined ? 'en' : nothing}>${written(shown, own ?? text)}</span>`;
}

function written(shown: Shown, text: string): TemplateResult {
  const parts: unknown[] = [];
  let end = 0;
  for (const found of text.matchAll(FOUND)) {
    const [all, instant, , id, amount, currency] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + all.length;
    if (instant !== undefined) parts.push(shown.format.dateTime(instant));
    else if (id !== undefined) parts.push(shown.names.get(id) ?? all);
    else if (amount !== undefined && currency !== undefined && isCurrency(currency)) parts.push(money({ ...shown, currency }, amount));
    else if (amount !== undefined) parts.push(quantity(shown, amount), currency === undefined ? '' : ` ${currency}`);
  }
  parts.push(text.slice(end));
  return html`${parts}`;
}
