import { spoken } from '../spoken.js';
import type { Words } from '../words.js';
import { moreEn, type MoreWords } from '../words/more-en.js';
import { toolsEn, type ToolWords } from './words-en.js';

export type AllWords = Words & MoreWords & ToolWords;

/** The texts of the tools, in the language that the element speaks. */
export async function allWords(words: Words, lang: string): Promise<AllWords> {
  if (spoken(lang) === 'en') return { ...words, ...moreEn, ...toolsEn };
  const [{ moreDe }, { toolsDe }] = await Promise.all([import('../words/more-de.js'), import('./words-de.js')]);
  return { ...words, ...moreDe, ...toolsDe };
}
