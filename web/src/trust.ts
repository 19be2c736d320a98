// What speaks for the numbers of this site, below the calculator: how the last invoices came out beside our rating. Only for its
// own page: a host page has no store.

import { spoken } from './spoken.js';

interface Compared { month: string; currency: string | null; reasons: Record<string, string> }

const TEXTS = {
  en: {
    explained: (month: string) => `The invoices of ${month} were compared with this rating: every difference is explained`,
    open: (month: string, amount: string) => `The invoices of ${month} were compared with this rating: ${amount} are not explained`,
    never: 'No invoice was compared with this rating yet',
  },
  de: {
    explained: (month: string) => `Die Rechnungen vom ${month} wurden mit dieser Berechnung verglichen: jede Abweichung ist erklärt`,
    open: (month: string, amount: string) => `Die Rechnungen vom ${month} wurden mit dieser Berechnung verglichen: ${amount} sind nicht erklärt`,
    never: 'Noch wurde keine Rechnung mit dieser Berechnung verglichen',
  },
};

function told({ lastCompared: last }: { lastCompared?: Compared | null }, locale: string): string {
  const texts = spoken(locale) === 'de' ? TEXTS.de : TEXTS.en;
  if (!last || last.currency === null) return texts.never;
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${last.month}-01T00:00:00Z`));
  const { unexplained } = last.reasons;
  if (unexplained === undefined) return texts.explained(month);
  // The text goes in as it is: no number in between.
  return texts.open(month, new Intl.NumberFormat(locale, { style: 'currency', currency: last.currency }).format(unexplained as unknown as number));
}

async function tell(element: Element): Promise<void> {
  try {
    const response = await fetch('data/reports.json', { credentials: 'same-origin' });
    if (!response.ok) return;
    const link = document.createElement('a');
    link.slot = 'footer';
    link.className = 'trust';
    link.href = 'costs.html#/invoices';
    link.textContent = told(await response.json() as { lastCompared?: Compared | null }, element.getAttribute('lang') ?? 'en');
    element.append(link);
  } catch {
    // Without a store, or without a network, there is nothing to tell.
  }
}

const element = document.querySelector('forebill-estimator');
// Not before the prices: nobody waits for this.
element?.addEventListener('forebill-ready', () => void tell(element), { once: true });
