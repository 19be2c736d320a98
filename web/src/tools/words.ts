import { named, spoken } from '../spoken.js';
import type { Words } from '../words.js';
import { moreWords } from '../words/more.js';
import type { MoreWords } from '../words/more-en.js';
import { toolsEn, type ToolWords } from './words-en.js';

export type AllWords = Words & MoreWords & ToolWords;

/** The texts of the tools, in the language that the element speaks. */
export async function allWords(words: Words, lang: string): Promise<AllWords> {
  const tools = spoken(lang) === 'de' ? named(toolsEn, (await import('./words-de.js')).toolsDe) : toolsEn;
  return { ...words, ...await moreWords(lang), ...tools };
}
