// The lines, what opens below one and what stands in their place: loaded beside the prices, and not before them.

import type { OpenBook } from '../estimator.js';
import type { Format } from '../format.js';
import type { BookEntry, BookInfo } from '../types.js';
import type { Words } from '../words.js';
import { allWords, type AllWords } from '../tools/words.js';
import type { MoreWords } from '../words/more-en.js';
import { detailStyles } from '../styles/details.js';
import { toolStyles } from '../tools/styles.js';
import { assumptions } from './assumptions.js';
import { chips } from './chips.js';
import { grip } from './drag.js';
import { group } from './group.js';
import { lineList } from './lines.js';
import { noHits } from './no-hits.js';
import { proof } from './proof.js';
import { summary } from './summary.js';
import { tierBar } from './tiers.js';
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
export type Details = ReturnType<typeof speaking>;

/** Every view with these texts. */
function speaking(words: AllWords) {
  const spoken = <A extends unknown[], R>(view: (words: AllWords, ...args: A) => R) => (...args: A) => view(words, ...args);
  let points: StartingPoint[] | null = null;
  let of: OpenBook | null = null;
  return {
    words,
    lines: lineList,
    grip,
    assumptions: spoken(assumptions),
    chips: spoken(chips),
    failure: spoken(failure),
    group: spoken(group),
    keyHelp: spoken(keyHelp),
    noHits: spoken(noHits),
    proof: spoken(proof),
    summary: spoken(summary),
    tierBar: spoken(tierBar),
    withoutBooks: spoken(withoutBooks),
    /** Without a book nothing that has a price. */
    start(book: OpenBook | null, format: Format, choose: (point: StartingPoint) => void) {
      if (of !== book) points = book && startingPoints(book);
      of = book;
      return start(words, points, book, format, choose);
    },
  };
}

export async function detailsFor(words: Words, lang: string, root: HTMLElement | DocumentFragment): Promise<Details> {
  const all = await allWords(words, lang);
  for (const { styleSheet } of [detailStyles, toolStyles]) {
    if (root instanceof ShadowRoot && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
  }
  return speaking(all);
}
