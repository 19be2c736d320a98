// What stands in the page's place while there is nothing to price: loading,
// no book, an error, an estimate without lines.

import { html, nothing, type TemplateResult } from 'lit';
import type { EstimatorError, OpenBook } from '../estimator.js';
import type { Words } from '../words.js';
import { perUnit, quantityUnit, type Format } from '../format.js';
import type { MeterHit } from '../types.js';
import { warnIcon } from '../icons.js';

/** Bones of the final size, so that nothing moves when the prices arrive. */
export function skeleton(words: Words): TemplateResult {
  return html`
    <div class="body" aria-hidden="true">
      <div class="search"><div class="bone bone-search"></div></div>
      <div class="start"><div class="bone bone-start"></div></div>
      <div class="summary"><div class="bone bone-total"></div></div>
    </div>
    <p class="loading" role="status">${words.loading}</p>`;
}

export function failure(error: EstimatorError, words: Words, retry: () => void): TemplateResult {
  return html`
    <div class="failure" role="alert">
      <p class="failure-title">${warnIcon} ${words.failed}</p>
      <p>${error.message}</p>
      <p><button type="button" class="button primary" @click=${retry}>${words.tryAgain}</button>
        <span class="muted">${words.code} <code>${error.code}</code></span></p>
    </div>`;
}

export function withoutBooks(words: Words): TemplateResult {
  return html`
    <div class="failure">
      <p class="failure-title">${words.noBook}</p>
      <p>${words.noBookText}</p>
    </div>`;
}

export interface StartingPoint {
  title: keyof Words['points'];
  items: { hit: MeterHit; quantity: string; count: string }[];
}

interface Wish {
  title: keyof Words['points'];
  items: { query: string; quantity: string; count: string }[];
}

/** Words only; the meters and their prices are whatever the book has for them. */
const WISHES: Wish[] = [
  {
    title: 'machines',
    items: [
      { query: 'd4s v5', quantity: '730', count: '2' },
      { query: 'data transfer out', quantity: '500', count: '1' },
    ],
  },
  { title: 'egress', items: [{ query: 'data transfer out', quantity: '20000', count: '1' }] },
  {
    title: 'storage',
    items: [
      { query: 'hot lrs data stored', quantity: '5000', count: '1' },
      { query: 'hot read operations', quantity: '300', count: '1' },
    ],
  },
  { title: 'database', items: [{ query: 'vcore', quantity: '730', count: '4' }] },
];

const OFFERED = 3;

export function startingPoints(book: OpenBook): StartingPoint[] {
  const found: StartingPoint[] = [];
  for (const wish of WISHES) {
    const items = wish.items.flatMap(({ query, quantity, count }) => {
      const hit = book.search(query, 1).hits[0];
      return hit ? [{ hit, quantity, count }] : [];
    });
    if (items.length === wish.items.length) found.push({ title: wish.title, items });
    if (found.length === OFFERED) break;
  }
  return found;
}

export function start(
  points: readonly StartingPoint[], book: OpenBook, format: Format, choose: (point: StartingPoint) => void,
): TemplateResult {
  const { words } = format;
  return html`
    <section class="start" aria-label=${words.start}>
      <h2>${words.whatCost}</h2>
      <p class="start-text">${words.startText}</p>
      ${points.length > 0 ? html`
        <h3>${words.orStart}</h3>
        <ul class="points">
          ${points.map((point) => html`
            <li><button type="button" class="point" @click=${() => choose(point)}>
              <span class="point-title">${words.points[point.title]}</span>
              ${point.items.map((item) => html`
                <span class="point-item">
                  <span>${item.count === '1' ? nothing : html`${item.count} × `}${format.quantity(item.quantity)} ${quantityUnit(item.hit.unit, words)}</span>
                  <span class="muted">${item.hit.name}, ${item.hit.region || words.allRegions}, ${format.unitPrice(book.info.currency, item.hit.unitPrice)} ${perUnit(item.hit.unit, words)}</span>
                </span>`)}
            </button></li>`)}
        </ul>` : nothing}
    </section>`;
}
