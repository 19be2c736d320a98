// Which language what opens below a line speaks.

import { named, spoken } from '../spoken.js';
import { moreEn, type MoreWords } from './more-en.js';

export async function moreWords(lang: string): Promise<MoreWords> {
  return spoken(lang) === 'de' ? named(moreEn, (await import('./more-de.js')).moreDe) : moreEn;
}
