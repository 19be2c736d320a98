// Numbers, dates and texts of several countries, and from right to left.

import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { ready } from './support/page';

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
    await expect(page.locator('output.grand')).toHaveText(amount);
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
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await page.screenshot({ path: `out/rtl-${width}.png`, fullPage: true });
  }
  await accessible(page);
});
