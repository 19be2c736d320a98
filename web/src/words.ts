// Which catalogue of texts a language has. English is always there; another one comes when it is asked for.

import { en, type Words } from './words/en.js';

export type { Words } from './words/en.js';
export { en };

const CATALOGUES: Record<string, () => Promise<Words>> = {
  de: async () => (await import('./words/de.js')).de,
};

/** The texts of a language such as `de-AT`; English where there is no catalogue. */
export async function wordsOf(lang: string): Promise<Words> {
  return (await CATALOGUES[lang.split('-')[0]?.toLowerCase() ?? '']?.()) ?? en;
}
