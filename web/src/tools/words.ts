import type { Words } from '../words.js';
import { toolsEn, type ToolWords } from './words-en.js';

export type AllWords = Words & ToolWords;

/** The texts of the tools, in the language that the element speaks. */
export async function allWords(words: Words, lang: string): Promise<AllWords> {
  const own = /^de\b/i.test(lang) ? (await import('./words-de.js')).toolsDe : toolsEn;
  return { ...words, ...own };
}
