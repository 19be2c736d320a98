// The cost pages in several languages and from right to left.

import { expect, test } from './support/demo';
import { openCosts, printed } from './support/costs';
import { foreign, saidBy } from './support/foreign';
import { costDe } from '../../web/src/cost/words/de';
import { costEn } from '../../web/src/cost/words/en';
import { sentenceDe } from '../../web/src/cost/words/sentences-de';
import { codedDe } from '../../web/src/words/coded-de';
import { de } from '../../web/src/words/de';
import { en } from '../../web/src/words/en';
import { moreDe } from '../../web/src/words/more-de';
import { moreEn } from '../../web/src/words/more-en';

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

test('what rules say is said in German, with the same numbers', async ({ page, demo }) => {
  const id = '11111111-2222-4333-8444-555555555555';
  const told: [string, string][] = [
    [`hours of subscription ${id} in the period of 2026-10-14 are 701.5, above 700`, `Stunden von ${id} im Zeitraum ab 2026-10-14: 701.5, über 700`],
    [`projected bill at p90 of subscription ${id} is 900.01 EUR, not above 1000 EUR; 1 day of it is known`, `erwartete Rechnung bei p90 von ${id}: 900.01 EUR, nicht über 1000 EUR; 1 Tag davon bekannt`],
    [`credit of 100 USD of subscription ${id} ended on 2026-11-03, before 2026-12-10`, `das Guthaben von 100 USD von ${id} endete am 2026-11-03, vor dem 2026-12-10`],
    [`3 reported days of subscription ${id} are missing, from 2026-11-04`, `3 Tage von ${id}, die gemeldet sind, fehlen, ab 2026-11-04`],
    [`usage of subscription ${id} was last imported at 2026-11-20T00:00:00Z, 81 h ago, older than 3 days`, `Verbrauch von ${id} wurde zuletzt eingelesen am 2026-11-20T00:00:00Z, vor 81 Std., älter als 3 Tage`],
    [`everything of subscription ${id} cost at least 9 USD on 2026-11-12 where at least 4 USD is usual; also service Storage`, `alles von ${id} kostete am 2026-11-12 mindestens 9 USD, üblich sind mindestens 4 USD; auch Dienst Storage`],
    [`usage was never read: subscription ${id}`, `Verbrauch von ${id} wurde nie gelesen`],
  ];
  for (const [english, german] of told) expect(sentenceDe(english)).toBe(german);
  const filtered: [string, string][] = [
    [`spend of subscription ${id} and meter-category "Storage and more" with tag "env"="dev" is 5 USD, above 1 USD`, `Kosten von ${id} und Dienst „Storage and more“ mit Tag „env“ = „dev“: 5 USD, über 1 USD`],
    ['hours of resource-group "web" in the periods that began in 2026-10 are at least 7, perhaps above 9, and not all of it is known', 'Stunden von Ressourcengruppe „web“ in den Zeiträumen, die begannen in 2026-10: mindestens 7, vielleicht über 9, und nicht alles ist bekannt'],
    ['spend with tag "a"="b" and tag "c"="" is 1 USD, above 0 USD', 'Kosten mit Tag „a“ = „b“ und Tag „c“ = „“: 1 USD, über 0 USD'],
    ['12 rows count no hours and are left out', '12 Zeilen zählen keine Stunden und bleiben außer Betracht'],
    ['network, shared in proportion, among 3', 'network, geteilt nach Verhältnis unter 3'],
    ['Shared evenly among 2', 'Geteilt zu gleichen Teilen unter 2'],
    ['nobody is there to bear network', 'niemand ist da, der network trägt'],
    ['2026-03 is final: its usage before 2026-06-01 is no longer kept', '2026-03 ist endgültig: sein Verbrauch vor 2026-06-01 wird nicht mehr aufbewahrt'],
    [`invoice E04 of ${id}: no day of its period was read`, `Rechnung E04 von ${id}: kein Tag ihres Zeitraums wurde gelesen`],
    [`invoice E04 of ${id}: its period is 2026-10-01 – 2026-10-31, and the billing period 2026-10-14 – 2026-11-13`, `Rechnung E04 von ${id}: ihr Zeitraum ist 2026-10-01 – 2026-10-31, und der Abrechnungszeitraum 2026-10-14 – 2026-11-13`],
    [`the store has no usage of ${id} in this period`, `der Speicher hat keinen Verbrauch von ${id} in diesem Zeitraum`],
  ];
  for (const [english, german] of filtered) expect(sentenceDe(english)).toBe(german);
  expect(sentenceDe('spend of whom is 1 USD, above 0 USD')).toBeUndefined();

  await openCosts(page, demo.origin, '#/alerts');
  const { findings, notes } = await printed<{ findings: { rule: string; summary: string }[]; notes: string[] }>(page, demo, 'alerts', 'test');
  const numbers = (text: string) => (text.match(/\d[\d.]*\d|\d/g) ?? []).sort();
  const said = [...findings.map(({ summary }) => summary), ...notes.map((note) => note.slice(note.indexOf(': ') + 2))];
  expect(said.length).toBeGreaterThan(10);
  for (const text of said) expect(numbers(sentenceDe(text) ?? text), `${text} is ${sentenceDe(text)}`).toEqual(numbers(text));
  expect(said.filter((text) => sentenceDe(text) === undefined)).toEqual([]);
});

// Worked by hand from the digits of the month: 14302.717658379742, 9.4 % more than before.
const CASES: { locale: string; amount: string; change: string; asOf: string; compared?: RegExp }[] = [
  { locale: 'en-US', amount: '≥\u00a0$14,302.72', change: '+9.4%', asOf: 'as of Nov 23, 2026, 09:00 UTC', compared: /Compared: .*Nov 1\s–\s20, 2026.*, and as many days of the billing period before\. Later days are left out until they are fully reported\./ },
  { locale: 'de-DE', amount: '≥\u00a014.302,72\u00a0$', change: '+9,4\u00a0%', asOf: 'Stand 23. Nov. 2026, 09:00 UTC', compared: /Verglichen: .*1\.–20\. Nov\. 2026.* und ebenso viele Tage des Abrechnungszeitraums davor\. Spätere Tage fehlen, bis sie vollständig gemeldet sind\./ },
  { locale: 'nl-NL', amount: '≥\u00a0US$\u00a014.302,72', change: '+9,4%', asOf: 'as of 23 nov 2026, 09:00 UTC' },
  { locale: 'ja-JP', amount: '≥\u00a0$14,302.72', change: '+9.4%', asOf: 'as of 2026年11月23日 09:00 UTC' },
];

for (const { locale, amount, change, asOf, compared } of CASES) {
  test(`${locale}: amounts, dates and texts`, async ({ browser, demo }) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const german = locale === 'de-DE';
    await openCosts(page, demo.origin);
    await expect(page.locator('html')).toHaveAttribute('lang', german ? 'de' : 'en');
    await expect(page.locator('.figure .value').first()).toHaveText(amount);
    await expect(page.locator('.figure .value').nth(3)).toHaveText(change);
    await expect(page.locator('.strip li').last()).toHaveText(asOf);
    // The last days are not whole yet, so the comparison ends before them, and says so.
    if (compared) for (const place of ['.figure:nth-child(4)', 'section:has(> #moved)']) await expect(page.locator(place)).toContainText(compared);
    if (german) {
      // Nothing of the other catalogue is on any page, and nothing that the program says is still English.
      const english = foreign([costEn, en, moreEn], [costDe, de, moreDe, codedDe]);
      const month = (by: string) => `#/spend?by=${by}&as=table`;
      const views = ['#/spend', ...['service', 'subscription', 'resource-group', 'resource', 'meter', 'region'].map(month),
        '#/showback', '#/showback?centre=4711', '#/alerts', '#/invoices', '#/invoices?month=2026-09'];
      for (const hash of views) {
        await openCosts(page, demo.origin, hash);
        for (const summary of await page.locator('forebill-costs summary').all()) await summary.click();
        const said = await saidBy(page, 'forebill-costs');
        expect(said.filter((text) => english.test(text)), hash).toEqual([]);
        // Words that no name of Azure has, and every sentence.
        expect(said.filter((text) => /(?<![\p{L}-])(?:the|is|are|ago|usage|never|held|which)(?![\p{L}-])/iu.test(text)), hash).toEqual([]);
        expect(await page.locator('forebill-costs').evaluate((element) => [...(element.shadowRoot?.querySelectorAll('[lang=en]:not(code)') ?? [])].map((one) => one.textContent)), hash).toEqual([]);
        if (hash === '#/alerts') await page.screenshot({ path: 'out/de-costs-alerts.png', fullPage: true });
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
