// Only for the pages of this site, and not for the element in pages of others: the browser's language, and the page offline.

import { spoken } from './spoken.js';

const { language } = navigator;
document.documentElement.lang = spoken(language);
// Numbers and dates are those of the region, also where the texts are English.
document.querySelector('forebill-estimator, forebill-costs')?.setAttribute('lang', language);

/** As in the texts of the cost pages. */
const PLACES_DE = ['Schätzung', 'Kosten', 'Umlage', 'Warnungen', 'Rechnungen'];

const nav = document.querySelector('.head nav');
if (nav && spoken(language) === 'de') {
  if (document.querySelector('forebill-estimator')) document.title = `Forebill: ${PLACES_DE[0]}`;
  nav.setAttribute('lang', 'de');
  nav.setAttribute('aria-label', 'Seiten');
  nav.querySelectorAll('a').forEach((link, index) => { link.textContent = PLACES_DE[index] ?? link.textContent; });
}

/** A worker's address is script to Trusted Types. This one address, and no other. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(given: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: Policies };
const address = 'sw.js';
if ('serviceWorker' in navigator) {
  try {
    const policy = trustedTypes?.createPolicy('forebill', { createScriptURL: () => address });
    await navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address);
  } catch {
    // Without it the page works while there is a network.
  }
}
