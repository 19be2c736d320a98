// The texts of the cost pages in a language such as `de-AT`; English is always there, another one comes when it is asked for.

import { spoken } from '../spoken.js';
import { costEn, type CostWords } from './words/en.js';

export type { CostWords } from './words/en.js';
export { costEn };

export async function costWordsOf(lang: string): Promise<CostWords> {
  return spoken(lang) === 'de' ? (await import('./words/de.js')).costDe : costEn;
}
