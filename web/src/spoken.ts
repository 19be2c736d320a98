/** The language of the texts for somebody whose browser speaks `lang`, such as `de-AT`; English where there are none. */
export function spoken(lang: string): 'de' | 'en' {
  return /^de\b/i.test(lang) ? 'de' : 'en';
}
