/** The language of the texts for somebody whose browser speaks `lang`, such as `de-AT`; English where there are none. */
export function spoken(lang: string): 'de' | 'en' {
  return /^de\b/i.test(lang) ? 'de' : 'en';
}

/** A catalogue of another language with the names of the English one. The build leaves out its names, which it has in the same
 * order: they would be a tenth of what it weighs. */
export function named<T extends object>(english: T, other: T): T {
  const texts: unknown[] = Object.values(other);
  return Object.fromEntries(Object.keys(english).map((name, at) => [name, texts[at]])) as T;
}
