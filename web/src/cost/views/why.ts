// Why a meter costs what it costs, in the drawer of the calculator: the tiers with their filled rows, what is free, the price
// list. Loaded when somebody asks.

import { html, type TemplateResult } from 'lit';
import { compareDecimals } from '../../decimal.js';
import type { Format } from '../../format.js';
import { detailStyles } from '../../styles/details.js';
import type { EstimateLine } from '../../types.js';
import type { DetailWords, Provenance } from '../../views/details.js';
import { proof } from '../../views/proof.js';
import { wordsOf } from '../../words.js';
import { moreWords } from '../../words/more.js';
import type { Line } from '../../state.js';
import { told, type Shown } from '../shown.js';
import type { Charge, Charges } from '../types.js';

export { detailStyles };

/** The texts of the drawer in the language of the page. */
export async function drawerWords(lang: string): Promise<DetailWords> {
  const words = await wordsOf(lang);
  return { ...words, ...await moreWords(lang) };
}

type OfOne = Charges['subscriptions'][number];

export interface Drawer {
  words: DetailWords;
  format: Format;
  copied: string | null;
  copy: (id: string, text: string) => void;
}

/** The charges of a meter, of each subscription that used it. */
export function chargesOf(shown: Shown, charges: Charges, meterId: string, only: string | null, drawer: Drawer): TemplateResult {
  const found = charges.subscriptions.filter((one) => only === null || one.subscriptionId === only)
    .flatMap((one) => one.charges.filter((charge) => charge.meterId === meterId).map((charge): [OfOne, Charge] => [one, charge]))
    .sort(([, a], [, b]) => compareDecimals(b.cost ?? '0', a.cost ?? '0'));
  if (found.length === 0) return html`<p class="muted">${shown.words.noCharge}</p>`;
  return html`
    ${found.map(([one, charge]) => html`<h3>${one.name}</h3>${drawn(shown, one, charge, drawer)}`)}
    <p class="muted small">${shown.words.proofWhole}</p>`;
}

function drawn(shown: Shown, one: OfOne, charge: Charge, { words, format, copied, copy }: Drawer): TemplateResult {
  const id = `${charge.subscriptionId}-${charge.meterId}`;
  const reason = charge.reason === undefined ? undefined : told(shown.words.reasons, charge.reason);
  return proof(words, line(id, charge), asLine(one.name, charge), reason, from(one), format, { copied: copied === id, copy: (text) => copy(id, text) });
}

function line(id: string, charge: Charge): Line {
  const { meterId, meterName: name, meterCategory: category, meterSubCategory: subCategory, meterRegion: region, unit, quantity } = charge;
  return {
    id, name, unit, quantity, meter: { meterId, name, category, subCategory, region, unit },
    count: '1', plan: null, region: '', offer: '', low: '', high: '', ramp: '', group: '', tags: {},
  };
}

function asLine(subscription: string, charge: Charge): EstimateLine {
  return {
    item: 0, name: `${charge.meterName}, ${subscription}`, group: null, status: charge.status, reason: null, meterId: charge.meterId, meterName: charge.meterName,
    category: charge.meterCategory, subCategory: charge.meterSubCategory, region: charge.meterRegion, unit: charge.unit, count: '1',
    quantity: charge.quantity, includedQuantity: free(charge), billableQuantity: charge.billableQuantity, cost: charge.cost,
    ...(charge.costCutAfter === undefined ? {} : { costCutAfter: charge.costCutAfter }),
    effectiveAt: charge.tiers[0]?.effectiveAt ?? null, book: charge.book, tiers: charge.tiers,
  };
}

/** What is free is of the whole period; the drawer shows how much of it was used. */
function free({ includedQuantity, billableQuantity, quantity }: Charge): string | null {
  return billableQuantity === '0' ? quantity : includedQuantity;
}

function from({ book, bookFetchedAt }: OfOne): Provenance {
  return {
    info: { id: book.id, source: book.source, offer: book.offer, currency: book.currency } as Provenance['info'],
    entry: { id: book.id, url: '', source: book.source, offer: book.offer, offerName: '', currency: book.currency, fetchedAt: bookFetchedAt, meters: 0 } as Provenance['entry'],
  };
}
