// The lines, what opens below one and what stands in their place: loaded beside the prices, and not before them.

import type { nothing, TemplateResult } from 'lit';
import type { Format } from '../format.js';
import type { BookEntry, BookInfo, EstimateLine, ReadLine } from '../types.js';
import type { EstimatorError, OpenBook } from '../estimator.js';
import type { LineProblem } from '../pricing.js';
import type { Group, Line } from '../state.js';
import type { Words } from '../words.js';
import type { MoreWords } from '../words/more-en.js';
import { allWords, type AllWords } from '../tools/words.js';
import { detailStyles } from '../styles/details.js';
import { assumptions } from './assumptions.js';
import { chips } from './chips.js';
import { grip, type Dragged } from './drag.js';
import { group, type List } from './group.js';
import { lineList, type LinesView } from './lines.js';
import { noHits } from './no-hits.js';
import { proof } from './proof.js';
import { summary } from './summary.js';
import { tierBar } from './tiers.js';
import type { TotalView } from './total.js';
import { failure, keyHelp, start, startingPoints, withoutBooks, type StartingPoint } from './start.js';

export interface Provenance {
  info: BookInfo;
  entry: BookEntry;
}

export interface ProofActions {
  copied: boolean;
  copy: (text: string) => void;
}

export type DetailWords = Words & MoreWords;

export class Details {
  readonly words: AllWords;
  #points: { book: OpenBook; points: StartingPoint[] } | null = null;

  constructor(words: AllWords) {
    this.words = words;
  }

  proof(
    line: Line, priced: EstimateLine, reason: string | undefined, from: Provenance, format: Format, actions: ProofActions,
  ): TemplateResult {
    return proof(line, priced, reason, from, format, this.words, actions);
  }

  lines(view: LinesView): TemplateResult {
    return lineList(view);
  }

  assumptions(line: Line, title: string, problem: LineProblem | undefined, view: LinesView): TemplateResult {
    return assumptions(line, title, problem, view, this.words);
  }

  tierBar(priced: EstimateLine, currency: string, format: Format): TemplateResult | typeof nothing {
    return tierBar(priced, currency, format, this.words);
  }

  group(one: Group, view: LinesView, list: List): TemplateResult {
    return group(one, view, list, this.words);
  }

  grip(view: LinesView, dragged: Dragged): TemplateResult {
    return grip(view, dragged);
  }

  start(book: OpenBook | null, format: Format, choose: (point: StartingPoint) => void): TemplateResult {
    if (book && this.#points?.book !== book) this.#points = { book, points: startingPoints(book) };
    return start(book && (this.#points?.points ?? null), book, format, this.words, choose);
  }

  summary(view: TotalView): TemplateResult {
    return summary(view, this.words);
  }

  keyHelp(): TemplateResult {
    return keyHelp(this.words);
  }

  failure(error: EstimatorError, retry: () => void): TemplateResult {
    return failure(error, this.words, retry);
  }

  /** What was understood of a typed line, word by word. */
  chips(read: ReadLine | null): TemplateResult | typeof nothing {
    return chips(read, this.words);
  }

  noHits(book: OpenBook, query: string, format: Format, ask: (words: string) => void): TemplateResult {
    return noHits(book, query, format, this.words, ask);
  }

  withoutBooks(): TemplateResult {
    return withoutBooks(this.words);
  }
}

export async function detailsFor(words: Words, lang: string, root: HTMLElement | DocumentFragment): Promise<Details> {
  const all = await allWords(words, lang);
  const { styleSheet } = detailStyles;
  if (root instanceof ShadowRoot && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
  return new Details(all);
}
