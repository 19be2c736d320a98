// The cost pages in several languages and from right to left.

import { expect, test } from './support/demo';
import { openCosts } from './support/costs';
import { costDe } from '../../web/src/cost/words/de';
import { costEn } from '../../web/src/cost/words/en';

/** Every key with the kind of its text. */
function keys(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' && value !== null ? keys(value as object, `${path}${key}.`) : [`${path}${key}: ${typeof value}`])).sort();
}

/** Every text that takes nothing. */
function texts(words: object): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => (typeof value === 'string' ? [[key, value]]
    : typeof value === 'object' && value !== null ? texts(value as object) : []));
}

test('both catalogues have the same keys, and no text was left in English', () => {
  expect(keys(costDe)).toEqual(keys(costEn));
  const german = new Map(texts(costDe));
  const same = texts(costEn).filter(([key, text]) => german.get(key) === text).map(([, text]) => text);
  expect(same.filter((text) => !['Budget', 'Bytes', 'Code:', 'Region'].includes(text))).toEqual([]);
});

// Worked by hand from the digits of the month: 14302.717658379742, 9.4 % more than before.
const CASES = [
  { locale: 'en-US', amount: '≥\u00a0$14,302.72', change: '+9.4%', asOf: 'as of Nov 23, 2026, 09:00 UTC' },
  { locale: 'de-DE', amount: '≥\u00a014.302,72\u00a0$', change: '+9,4\u00a0%', asOf: 'Stand 23. Nov. 2026, 09:00 UTC' },
  { locale: 'nl-NL', amount: '≥\u00a0US$\u00a014.302,72', change: '+9,4%', asOf: 'as of 23 nov 2026, 09:00 UTC' },
  { locale: 'ja-JP', amount: '≥\u00a0$14,302.72', change: '+9.4%', asOf: 'as of 2026年11月23日 09:00 UTC' },
];

for (const { locale, amount, change, asOf } of CASES) {
  test(`${locale}: amounts, dates and texts`, async ({ browser, demo }) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const german = locale === 'de-DE';
    await openCosts(page, demo.origin);
    await expect(page.locator('html')).toHaveAttribute('lang', german ? 'de' : 'en');
    await expect(page.locator('.figure .value').first()).toHaveText(amount);
    await expect(page.locator('.figure .value').nth(3)).toHaveText(change);
    await expect(page.locator('.strip li').last()).toHaveText(asOf);
    if (german) {
      // Nothing of the other catalogue is on any page.
      const mine = new Set(texts(costDe).map(([, text]) => text));
      const foreign = texts(costEn).map(([, text]) => text).filter((text) => text.length > 5 && !mine.has(text));
      for (const hash of ['#/spend', '#/spend?by=meter&as=table', '#/showback', '#/showback?centre=4711', '#/alerts', '#/invoices']) {
        await openCosts(page, demo.origin, hash);
        const said = await page.locator('forebill-costs').evaluate((element) => [...(element.shadowRoot?.querySelectorAll('h2, h3, p, th, td, li, label, legend, option, summary, a, button') ?? [])]
          .filter((one) => !one.closest('[lang=en]')).flatMap((one) => [one.getAttribute('aria-label') ?? '', ...[...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent?.trim() ?? '')]));
        expect(said.filter((text) => foreign.includes(text)), hash).toEqual([]);
        if (hash === '#/showback') await page.screenshot({ path: 'out/de-costs-showback.png', fullPage: true });
      }
      await expect(page).toHaveTitle('Forebill: Rechnungen');
    }
    await context.close();
  });
}

test('from right to left nothing is cut off', async ({ page, demo }) => {
  for (const hash of ['#/spend', '#/showback', '#/invoices']) {
    await openCosts(page, demo.origin, hash);
    await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), hash).toBe(0);
      expect(await page.locator('h2').first().evaluate((one) => getComputedStyle(one).direction)).toBe('rtl');
      // Otherwise ≥ is drawn as ≤, and a minus stands behind its amount.
      expect(await page.locator('[data-exact]').evaluateAll((all) => all.filter((one) => getComputedStyle(one).direction !== 'ltr').length)).toBe(0);
      await page.screenshot({ path: `out/rtl-costs-${width}-${hash.slice(2)}.png`, fullPage: true });
    }
  }
});
