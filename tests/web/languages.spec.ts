// Numbers, dates and texts of several countries, and from right to left.

import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { foreign, saidBy } from './support/foreign';
import { ready } from './support/page';
import { toolsDe } from '../../web/src/tools/words-de';
import { toolsEn } from '../../web/src/tools/words-en';
import { codedDe } from '../../web/src/words/coded-de';
import { de } from '../../web/src/words/de';
import { en } from '../../web/src/words/en';
import { moreDe } from '../../web/src/words/more-de';
import { moreEn } from '../../web/src/words/more-en';

const CASES = [
  { locale: 'en-US', amount: '$1,700.53', date: /^[A-Z][a-z]{2} \d{1,2}, \d{4}$/, title: 'Estimated a month', search: 'Find a meter to add' },
  { locale: 'de-DE', amount: '1.700,53\u00a0$', date: /^\d{1,2}\. [A-Z][a-zä]+\.? \d{4}$/, title: 'Geschätzt im Monat', search: 'Zähler zum Hinzufügen suchen' },
  { locale: 'nl-NL', amount: 'US$\u00a01.700,53', date: /^\d{1,2} [a-z]{3} \d{4}$/, title: 'Estimated a month', search: 'Find a meter to add' },
  { locale: 'ja-JP', amount: '$1,700.53', date: /^\d{4}年\d{1,2}月\d{1,2}日$/, title: 'Estimated a month', search: 'Find a meter to add' },
];

for (const { locale, amount, date, title, search } of CASES) {
  test(`${locale}: amounts, dates and texts`, async ({ browser, demo }) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    await page.goto(`${demo.origin}/`);
    const box = page.getByRole('combobox', { name: search });
    await ready(page);
    await expect(page.locator('html')).toHaveAttribute('lang', locale === 'de-DE' ? 'de' : 'en');
    await box.fill('20000 GB data transfer out');
    await page.locator('#hits [role=option]').filter({ has: page.locator('.hit-note') }).first().click();
    await expect(page.locator('p.grand')).toHaveText(amount);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    expect((await page.locator('.as-of time').textContent())?.trim()).toMatch(date);
    if (locale === 'de-DE') {
      for (const [button, words] of [['Teilen', 'Diese Schätzung teilen'], ['Öffnen', 'Eine Schätzung öffnen']] as const) {
        await page.getByRole('button', { name: button, exact: true }).click();
        await expect(page.getByRole('dialog', { name: words })).toBeVisible();
        await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Vergleichen' }).click();
      await expect(page.locator('table.matrix')).toContainText('am günstigsten');
      await page.screenshot({ path: 'out/de-compare.png', fullPage: true });
    }
    await context.close();
  });
}

test('a German page says nothing in English, whatever is wrong on it', async ({ browser, demo }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  const english = foreign([en, moreEn, toolsEn], [de, moreDe, toolsDe, codedDe]);
  const german = async (where: string) => {
    expect((await saidBy(page, 'forebill-estimator')).filter((text) => english.test(text)), where).toEqual([]);
  };
  await page.goto(`${demo.origin}/`);
  await ready(page);
  await german('nothing yet');
  const box = page.getByRole('combobox', { name: 'Zähler zum Hinzufügen suchen' });
  await box.fill('d4s v5 westeurope 12h weekdays x3 qqq');
  await expect(page.locator('.chip').first()).toBeVisible();
  await german('typed');
  await box.fill('data transfer out 1.234,5 GB');
  await expect(page.locator('.chip')).toContainText(['Zähler data', 'Zähler transfer', 'Zähler out', 'Menge 1234,5']);
  await box.fill('nichts davon');
  await german('nothing found');
  for (const words of ['d4s v5', 'data transfer out']) {
    await box.fill(words);
    await page.locator('#hits [role=option]').first().click();
  }
  const line = page.locator('[data-line]').first();
  await line.locator('.line-tools button').first().click();
  const field = (name: string) => line.locator(`input[data-field=${name}]`);
  const wrong = async (fill: Record<string, string>, text: string | undefined) => {
    for (const [name, value] of Object.entries(fill)) await field(name).fill(value);
    await expect(line.locator('.problem')).toHaveText(text ?? 'no text');
    await german(text ?? '');
  };
  await wrong({ quantity: '' }, de.enterQuantity);
  await wrong({ quantity: 'viele' }, de.numberOrSum);
  await wrong({ quantity: '5 TB' }, codedDe['otherUnit']);
  await wrong({ quantity: '1e99' }, codedDe['notReadable']);
  await wrong({ quantity: '10', low: '20' }, codedDe['lowAboveQuantity']);
  await wrong({ low: '', high: '5' }, codedDe['highBelowQuantity']);
  await wrong({ high: '', count: '-1' }, de.wholeCount);
  await wrong({ count: '1', ramp: '1 '.repeat(121) }, codedDe['badRamp']);
  await wrong({ ramp: 'x' }, de.digitsOnly);
  await field('ramp').fill('');
  await line.locator('select').first().selectOption('plan');
  await wrong({ hours: '25' }, codedDe['badHours']);
  await wrong({ hours: '12', days: '8' }, codedDe['badDays']);
  await field('days').fill('5');
  await line.locator('.line-cost').click();
  await german('proof');
  await page.getByRole('button', { name: de.newGroup }).click();
  await page.getByRole('button', { name: de.history }).click();
  await german('groups and history');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: de.compare }).click();
  for (const pivot of Object.values(toolsDe.pivots)) {
    await page.getByRole('button', { name: pivot }).click();
    await expect(page.locator('table.matrix')).toBeVisible();
    await german(pivot);
  }
  await page.getByRole('button', { name: toolsDe.backToLines }).click();
  for (const [button, title] of [[de.share, toolsDe.shareTitle], [de.openFile, toolsDe.openTitle]] as const) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await german(title);
    if (button === de.openFile) {
      const pasted = page.getByLabel(toolsDe.orPaste);
      for (const text of ['{', '{"schema":"forebill.workload/1","items":[{"query":"d4s v5","quantity":"1","low":"2"}]}', '#e=9.x']) {
        await pasted.fill(text);
        await page.getByRole('dialog').getByRole('button', { name: toolsDe.openIt }).click();
        await expect(page.getByRole('alert')).toContainText(/[a-zß]{4}/);
        await german(text);
      }
    }
    await page.keyboard.press('Escape');
  }
  for (const [keys, title] of [['Control+k', toolsDe.palette], ['?', toolsDe.help]] as const) {
    await line.locator('.line-cost').focus();
    await page.keyboard.press(keys);
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await german(title);
    await page.keyboard.press('Escape');
  }
  await context.close();
});

test('the proof is copied in German, with all digits and nothing invisible, and the units of a plan are whole', async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: 'de-DE', permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(`${demo.origin}/`);
  await ready(page);
  for (const words of ['20 TB data transfer out', 'd4s v5 12h weekdays']) {
    await page.getByRole('combobox', { name: de.findMeter }).fill(words);
    await page.locator('#hits [role=option]').first().click();
  }
  const line = page.locator('[data-line]').first();
  await line.locator('.line-cost').click();
  await line.getByRole('button', { name: moreDe.copyAsText }).click();
  await expect(line.getByRole('button', { name: moreDe.copied })).toBeVisible();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  // 5 GB are free, 10,235 of the first tier and 9,760 of the second: 890.445 and 810.08.
  for (const fact of ['Data Transfer Out: 1700.525 USD', 'Menge: 20 TB = 20000 (1 GB)', 'Freimenge: 5', 'Stufe 0 – 10235: 10235 × 0.087 = 890.445', 'Stufe 10235 – 51195: 9760 × 0.083 = 810.08', 'Die nächste Einheit kostet: 0.083']) {
    expect(copied).toContain(fact);
  }
  expect(copied.find((fact) => fact.startsWith(moreDe.rateBook))).toMatch(/: sha256:[0-9a-f]{64}, USD, Azure RateCard API, 2026-11-\d\dT/);
  expect(copied.filter((fact) => foreign([en, moreEn], [de, moreDe]).test(fact) || /[\u2066-\u2069]/.test(fact))).toEqual([]);
  for (const unit of await page.locator('.planned .unit').all()) expect(await unit.evaluate((text) => text.scrollWidth <= text.clientWidth), await unit.innerText()).toBe(true);
  await context.close();
});

test('what fails is told in German, too', async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: 'de-DE', serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.route('**/data/books.json', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${demo.origin}/`);
  await expect(page.getByRole('alert')).toContainText('Der Server gibt die Preise nicht heraus.');
  await expect(page.getByRole('alert').locator('[title]')).toHaveAttribute('title', 'The server answered 503 for the list of rate books.');
  await expect(page.getByRole('navigation', { name: 'Seiten' }).getByRole('link', { name: 'Umlage' })).toBeVisible();
  await context.close();
});

test('from right to left nothing is cut off', async ({ page, demo }) => {
  await page.goto(`${demo.origin}/`);
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  const box = page.getByRole('combobox', { name: 'Find a meter to add' });
  await ready(page);
  for (const words of ['data transfer out', 'd4s v5']) {
    await box.fill(words);
    await page.locator('#hits [role=option]').first().click();
  }
  await page.locator('.line-cost').first().click();
  // A text that begins with a number stays in its order: the number is left of its words.
  await page.locator('[data-line]').first().locator('input[data-field=quantity]').fill('20 TB');
  for (const text of [/of \d tiers/, /GB included/, /^= /, /a year/]) {
    const order = await page.locator('.rate-note, .year').filter({ hasText: text }).first().evaluate((element) => {
      const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (node.nextNode()) if (node.currentNode.textContent?.trim()) texts.push(node.currentNode as Text);
      const at = (of: Text | undefined, place: number) => {
        const range = document.createRange();
        range.setStart(of as Text, place);
        range.setEnd(of as Text, place + 1);
        return range.getBoundingClientRect().left;
      };
      return at(texts[0], 0) < at(texts.at(-1), (texts.at(-1)?.length ?? 1) - 1);
    });
    expect(order, `${text}`).toBe(true);
  }
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await page.screenshot({ path: `out/rtl-${width}.png`, fullPage: true });
  }
  await accessible(page);
});
