// From right to left an amount stays in its order, with its sign, its currency and its range; and a name that turns the order of
// letters turns its own only.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answer } from './corpus';
import { openCosts } from './support/costs';
import { drawn } from './support/drawn';
import { expect, test } from './support/demo';
import { add, lines, open, ready } from './support/page';

/** Everything behind it is drawn from right to left. */
const TURNING = '\u202e';

async function inOrder(page: Page, selector: string, least: number, has: string | RegExp = ''): Promise<void> {
  const found = await drawn(page.locator(selector).filter({ hasText: has }));
  expect(found.length, selector).toBeGreaterThanOrEqual(least);
  for (const { text, drawn } of found) expect(drawn, selector).toBe(text);
}

for (const where of ['the document', 'the element'] as const) {
  for (const locale of ['en-US', 'de-DE']) {
    test(`amounts of the calculator, right to left on ${where}, ${locale}`, async ({ browser, demo }) => {
      const context = await browser.newContext({ locale });
      const page = await context.newPage();
      await page.goto(`${demo.origin}/`);
      await ready(page);
      await page.evaluate((where) => {
        const element = document.querySelector('forebill-estimator') as HTMLElement & { load: (workload: object) => Promise<void> };
        (where === 'the element' ? element : document.documentElement).dir = 'rtl';
        return element.load({
          schema: 'forebill.workload/1', name: '\u202eestimate', items: [
            { name: '\u202emachines', query: 'd4s v5', region: 'westeurope', quantity: '730', unit: 'Hours', low: '100', high: '800', count: 2, group: '\u202egroup' },
            { name: 'שרת', query: 'data transfer out', region: 'Zone 1', quantity: '20000', unit: 'GB', group: '\u202egroup' },
            { name: 'gone', meterId: '00000000-0000-4000-8000-00000000dead', quantity: '5' },
          ],
        });
      }, where);
      await expect(lines(page)).toHaveCount(3);
      const proof = page.locator('.line-cost').nth(1);
      await proof.click();
      await inOrder(page, 'p.grand', 1);
      await inOrder(page, '.summary dd.num', 4);
      await inOrder(page, '.legend .num', 3);
      await inOrder(page, '.line-cost .cost', 2);
      await inOrder(page, '.line-rate > span:not(.tier-bar)', 3);
      await inOrder(page, '.group-sum strong', 1);
      await inOrder(page, '.tiers td.num', 5);
      await inOrder(page, '.year', 1);
      // The range of low and high is one text.
      expect((await drawn(page.locator('dd[data-low]')))[0]?.text).toMatch(/\d\$?(?:to|bis)/);
      const german = locale === 'de-DE';
      await page.getByRole('button', { name: german ? 'Vergleichen' : 'Compare' }).click();
      await page.getByRole('button', { name: german ? 'A als B kopieren' : 'Copy A as B' }).click();
      await page.getByRole('button', { name: german ? 'Zurück zu den Posten' : 'Back to the lines' }).click();
      await lines(page).nth(1).locator('input[data-field=quantity]').fill('700');
      await page.getByRole('button', { name: german ? 'Vergleichen' : 'Compare' }).click();
      await expect(page.locator('table.matrix')).toBeVisible();
      await inOrder(page, '.branch-row .num', 2);
      // ≥ before an amount, a sign before a difference.
      expect((await drawn(page.locator('.branch-row .num'))).some(({ drawn }) => drawn.startsWith('≥'))).toBe(true);
      await inOrder(page, '.diff td.num', 3);
      await inOrder(page, '.cell-amount', 2);
      await context.close();
    });
  }
}

test('a name that turns the order of letters turns nothing beside it', async ({ page, demo }) => {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    const file = join(folder, 'card.json');
    writeFileSync(file, JSON.stringify({
      OfferTerms: [], Currency: 'USD', Locale: 'en-US', IsTaxIncluded: false, MeterRegion: '', Tags: [],
      Meters: [{
        MeterId: '00000000-0000-4000-8000-000000000001', MeterName: `Box${TURNING}es`, MeterCategory: `Things${TURNING}!`, MeterSubCategory: '', Unit: '1 Hour', MeterRegion: 'EU West',
        MeterRates: { 0: 0.25 }, MeterTags: [], EffectiveDate: '2020-01-01T00:00:00Z', IncludedQuantity: 0,
      }],
    }));
    const run = (...args: string[]) => answer(demo.program, [...args, '-o', 'json', '--store', `file:${folder}/store`]);
    run('import', 'ratecard', file, '--offer', 'MS-AZR-0003P');
    const id = (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books[0]?.id ?? '';
    const hex = id.replace('sha256:', '');
    const listed = { id, url: `data/ratebook/${hex}.json`, source: 'ratecard', offer: 'MS-AZR-0003P', offerName: `Pay ${TURNING}day`, currency: 'USD', fetchedAt: '2026-11-01T00:00:00Z', meters: 1 };
    await page.route('**/data/books.json', (route) => route.fulfill({ json: { schema: 'forebill.books/1', books: [listed] } }));
    await page.route('**/data/ratebook/*.json', (route) => route.fulfill({ body: readFileSync(join(folder, 'store', 'ratebook', `${hex}.json`)) }));
    for (const dir of ['ltr', 'rtl']) {
      await open(page, demo.origin);
      await page.evaluate((dir) => { document.documentElement.dir = dir; }, dir);
      await page.evaluate(() => (document.querySelector('forebill-estimator') as unknown as { clear: () => void }).clear());
      const line = await add(page, 'things', '730');
      await line.locator('input.name').fill(`${TURNING}web`);
      // Where the line is, stands behind what it is.
      const apart = await line.locator('.line-path').evaluate((path) => {
        const range = document.createRange();
        const texts = document.createTreeWalker(path, NodeFilter.SHOW_TEXT, (node) => (node.textContent?.includes('Things') ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP));
        range.selectNodeContents(texts.nextNode() ?? path);
        return (path.querySelector('.tag')?.getBoundingClientRect().left ?? 0) - range.getBoundingClientRect().left;
      });
      if (dir === 'ltr') expect(apart).toBeGreaterThan(0);
      else expect(apart).toBeLessThan(0);
      await line.getByLabel(/^Quantity of/).fill('800');
      await line.locator('.line-cost').click();
      const facts = await drawn(line.locator('.facts dd').filter({ hasText: 'MS-AZR-0003P' }), 'MS-AZR');
      expect(facts[0]?.drawn).toBe('MS-AZR-0003P');
      await inOrder(page, '.line-cost .cost', 1);
      await page.getByRole('button', { name: 'History' }).click();
      const step = page.locator('.step-name').filter({ hasText: 'Quantity 800' });
      await expect(step).toBeVisible();
      const steps = await drawn(step, 'Quantity');
      expect(steps[0]).toEqual({ text: 'Quantity800', drawn: 'Quantity800' });
      await page.keyboard.press('Escape');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('amounts of the cost pages, right to left, with names that turn', async ({ page, demo }) => {
  // Names of Azure in every document.
  await page.route('**/data/{report,showback,invoices,reports,reconcile}**', async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replaceAll(/"(?:name|service)":"(?=[^"])/g, (found) => `${found}${TURNING}`);
    await route.fulfill({ response: answer, body: text });
  });
  for (const dir of ['rtl', 'ltr']) {
    for (const hash of ['#/spend', '#/showback', '#/invoices']) {
      await page.goto('about:blank');
      await openCosts(page, demo.origin, hash);
      await page.evaluate((dir) => { document.documentElement.dir = dir; }, dir);
      await inOrder(page, 'span.num[data-exact]', 10);
      // What is said of a figure is a sentence.
      await inOrder(page, '.figure p.muted:has([data-exact])', hash === '#/spend' ? 5 : 0);
      if (hash !== '#/spend') continue;
      // "1 GB", "22 of 199 rows without a price", "7.5% discount: $396.66".
      await inOrder(page, 'tbody td', 20, /^\s*\d/);
      // The low and the high of a band, in this order.
      await inOrder(page, 'td:has(.num ~ .num, .num .num)', 1, ' – ');
      const moved = await drawn(page.locator('.reason'), ':');
      expect(moved.length).toBeGreaterThan(1);
      const bare = (text: string) => text.replaceAll(/[^\d.,$+−]/g, '');
      for (const { text, drawn } of moved) if (dir === 'ltr') expect(bare(drawn)).toBe(bare(text));
    }
  }
});
