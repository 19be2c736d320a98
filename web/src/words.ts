// Which catalogue of texts a language has. English is always there; another one comes when it is asked for.

import { spoken } from './spoken.js';
import { en, type Words } from './words/en.js';

export type { Words } from './words/en.js';
export { en };

/** The texts of a language such as `de-AT`; English where there is no catalogue. */
export async function wordsOf(lang: string): Promise<Words> {
  return spoken(lang) === 'de' ? (await import('./words/de.js')).de : en;
}
