// Which catalogue of texts a language has. English is always there; another one comes when it is asked for.

import type { EstimatorError } from './estimator.js';
import { named, spoken } from './spoken.js';
import { en, type Words } from './words/en.js';

export type { Words } from './words/en.js';
export { en };

/** What is said of an error in the language of the page; the core's own words where there are no others. */
export function said({ coded }: Words, error: EstimatorError): string {
  return coded(error.problem ?? '') ?? coded(error.code) ?? error.message;
}

/** The texts of a language such as `de-AT`; English where there is no catalogue. */
export async function wordsOf(lang: string): Promise<Words> {
  return spoken(lang) === 'de' ? named(en, (await import('./words/de.js')).de) : en;
}
