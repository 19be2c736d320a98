// What stands in the place of lines while there are none: where to begin, or why there are no prices.

import { html, nothing, type TemplateResult } from 'lit';
import type { EstimatorError, OpenBook } from '../estimator.js';
import { perUnit, quantityUnit, type Format } from '../format.js';
import type { MeterHit } from '../types.js';
import { warnIcon } from '../icons.js';
import { said } from '../words.js';
import type { MoreWords } from '../words/more-en.js';
import type { DetailWords } from './details.js';
import { bone } from './states.js';

export function withoutBooks(words: MoreWords): TemplateResult {
  return html`
    <div class="failure">
      <p class="failure-title">${words.noBook}</p>
      <p>${words.noBookText}</p>
    </div>`;
}

export interface StartingPoint {
  title: keyof MoreWords['points'];
  items: { hit: MeterHit; quantity: string; count: string }[];
}

interface Wish {
  title: keyof MoreWords['points'];
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
  words: DetailWords, points: readonly StartingPoint[] | null, book: OpenBook | null, format: Format, choose: (point: StartingPoint) => void,
): TemplateResult {
  return html`
    <section class="start" aria-label=${words.start}>
      <h2>${words.whatCost}</h2>
      <p class="start-text"><bdi>${words.startText}</bdi></p>
      ${points && book ? points.length === 0 ? nothing : html`
        <h3>${words.orStart}</h3>
        <ul class="points">
          ${points.map((point) => html`
            <li><button type="button" class="point" @click=${() => choose(point)}>
              <span class="point-title">${words.points[point.title]}</span>
              ${point.items.map((item) => html`
                <span class="point-item">
                  <span>${item.count === '1' ? nothing : html`${item.count} × `}${format.quantity(item.quantity)} ${quantityUnit(item.hit.unit, words)}</span>
                  <span class="muted"><bdi>${item.hit.name}</bdi>, ${item.hit.region || words.allRegions}, ${format.unitPrice(book.info.currency, item.hit.unitPrice)} ${perUnit(item.hit.unit, words)}</span>
                </span>`)}
            </button></li>`)}
        </ul>` : bone('points', 'points')}
    </section>`;
}

export function failure(words: DetailWords, error: EstimatorError, retry: () => void): TemplateResult {
  return html`
    <div class="failure" role="alert">
      <p class="failure-title">${warnIcon} ${words.failed}</p>
      <p><span title=${error.message}>${said(words, error)}</span></p>
      <p><button type="button" class="button primary" @click=${retry}>${words.tryAgain}</button>
        <span class="muted">${words.code} <code>${error.code}</code></span></p>
    </div>`;
}

export function keyHelp({ keys }: DetailWords): TemplateResult {
  return html`
    <p class="key-help" aria-hidden="true">
      <span><kbd>/</kbd> ${keys.find}</span> <span><kbd>Enter</kbd> ${keys.next}</span>
      <span><kbd>Esc</kbd> ${keys.amount}</span>
      <span><kbd>E</kbd> ${keys.explain}</span> <span><kbd>A</kbd> ${keys.assumptions}</span>
      <span><kbd>Alt</kbd><kbd>↑</kbd><kbd>↓</kbd> ${keys.move}</span>
      <span><kbd>Del</kbd> ${keys.remove}</span> <span><kbd>Ctrl</kbd><kbd>Z</kbd> ${keys.undo}</span>
    </p>`;
}
