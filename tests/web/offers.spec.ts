// Lines that run in a subscription of another offer: their own prices, tiers, included quantities and terms. Every amount is
// worked by hand from two price lists of this test's own.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { answer } from './corpus';
import { accessible } from './support/audit';
import { expect, test as base } from './support/demo';
import { add, grandTotal, lines, open, workloadOf } from './support/page';
import { Workbook } from './support/workbook';

const [PAYG, STUDIO] = ['MS-AZR-0003P', 'MS-AZR-0063P'];
const LATER = 'MS-AZR-0064P';

const meter = (number: number, name: string, unit: string, rates: Record<string, number>, included: number) => ({
  MeterId: `00000000-0000-4000-8000-00000000000${number}`, MeterName: name, MeterCategory: 'Things', MeterSubCategory: '', Unit: unit, MeterRegion: 'EU West',
  MeterRates: rates, MeterTags: [], EffectiveDate: '2020-01-01T00:00:00Z', IncludedQuantity: included,
});
const CREDIT = { Name: 'Monetary Credit', Credit: 20, EffectiveDate: '2020-01-01T00:00:00Z', ExcludedMeterIds: [] };
const CARDS = {
  payg: { offer: PAYG, terms: [], meters: [meter(1, 'Outgoing', '1 GB', { 0: 0.1, 100: 0.05 }, 5), meter(2, 'Boxes', '1 Hour', { 0: 0.25 }, 0)] },
  studio: { offer: STUDIO, terms: [CREDIT], meters: [meter(1, 'Outgoing', '1 GB', { 0: 0.08, 100: 0.04 }, 50), meter(2, 'Boxes', '1 Hour', { 0: 0.15 }, 0)] },
  dearer: { offer: STUDIO, terms: [CREDIT], meters: [meter(1, 'Outgoing', '1 GB', { 0: 0.08, 100: 0.04 }, 50), meter(2, 'Boxes', '1 Hour', { 0: 0.2 }, 0)] },
};
type Name = keyof typeof CARDS;

interface Shop {
  ids: Record<Name, string>;
  /** The workload as the command line prices it, with the first two lists. */
  estimate: (workload: string) => unknown;
  /** Lets a page have these lists; answers with the books that it asks for. */
  serve: (page: Page, listed: Name[]) => Promise<string[]>;
}

const hex = (id: string) => id.replace('sha256:', '');

const test = base.extend<{ shop: Shop }>({
  shop: async ({ demo }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
    try {
      const taken = (name: Name, store: string) => {
        const { offer, terms, meters } = CARDS[name];
        const file = join(folder, `${name}.json`);
        writeFileSync(file, JSON.stringify({ OfferTerms: terms, Meters: meters, Currency: 'USD', Locale: 'en-US', IsTaxIncluded: false, MeterRegion: '', Tags: [] }));
        const run = (...args: string[]) => answer(demo.program, [...args, '-o', 'json', '--store', `file:${folder}/${store}`]);
        const ids = () => (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books.map(({ id }) => id);
        const before = ids();
        run('import', 'ratecard', file, '--offer', offer);
        return ids().find((id) => !before.includes(id)) ?? '';
      };
      const ids = { payg: taken('payg', 'store'), studio: taken('studio', 'store'), dearer: taken('dearer', 'later') };
      await use({
        ids,
        estimate: (workload) => {
          writeFileSync(join(folder, 'w.json'), workload);
          return JSON.parse(answer(demo.program, ['estimate', join(folder, 'w.json'), '-o', 'json', '--store', `file:${folder}/store`]));
        },
        serve: async (page, listed) => {
          const asked: string[] = [];
          const names = { payg: 'Pay-as-you-go', studio: 'Visual Studio', dearer: 'Visual Studio' };
          const entry = (id: string, offer: string, offerName: string, currency = 'USD') => ({
            id, url: `data/ratebook/${hex(id)}.json`, source: 'ratecard', offer, offerName, currency, fetchedAt: '2026-11-01T00:00:00Z', meters: 2,
          });
          await page.route('**/data/books.json', (route) => route.fulfill({ json: { schema: 'forebill.books/1', books: [
            ...listed.map((name) => entry(ids[name], CARDS[name].offer, names[name])), entry(`sha256:${'1'.repeat(64)}`, LATER, 'In euros', 'EUR'),
          ] } }));
          await page.route('**/data/ratebook/*.json', (route) => {
            const file = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
            const name = (Object.keys(ids) as Name[]).find((one) => `${hex(ids[one])}.json` === file);
            asked.push(name ?? file);
            const store = name === 'dearer' ? 'later' : 'store';
            return name ? route.fulfill({ body: readFileSync(join(folder, store, 'ratebook', file)) }) : route.fulfill({ status: 404 });
          });
          return asked;
        },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

const line = (page: Page, at: number): Locator => page.locator('[data-line]').nth(at);

async function choose(page: Page, at: number, offer: string): Promise<void> {
  const one = line(page, at);
  const chooser = one.getByLabel(/^Offer: /);
  if (!await chooser.isVisible()) await one.getByRole('button', { name: /^Assumptions/ }).click();
  await chooser.selectOption(offer);
}

/** Outgoing 255 GB: 5 are free, 100 × 0.10 + 150 × 0.05 = 17.5. The same meter with the other offer, 350 GB: 50 are free, 100 × 0.08 +
 * 200 × 0.04 = 16. Boxes there, 730 × 0.15 = 109.5. Together 143; of the 125.5 of the other offer its credit pays 20: 123 are due. */
async function fill(page: Page): Promise<void> {
  await add(page, 'outgoing', '255');
  await add(page, 'outgoing', '350');
  await add(page, 'boxes', '730');
  await choose(page, 1, STUDIO);
  await choose(page, 2, STUDIO);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '143');
}

test('a line with an offer of its own has that one\'s prices, and the sum is worked by hand', async ({ page, demo, shop }) => {
  const asked = await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  await add(page, 'outgoing', '605');
  expect(asked).toEqual(['payg']);
  await line(page, 0).getByRole('button', { name: /^Assumptions/ }).click();
  // Those of the same currency, and none of another.
  await expect(line(page, 0).getByLabel(/^Offer: /).locator('option')).toHaveText(['as the estimate', 'Pay-as-you-go', 'Visual Studio']);
  await page.keyboard.press('Escape');
  await line(page, 0).getByLabel(/^Quantity/).fill('255');
  await add(page, 'outgoing', '350');
  await add(page, 'boxes', '730');
  await choose(page, 1, STUDIO);
  // The box still has the estimate's price: 17.5 + 16 + 182.5.
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '216');
  await choose(page, 2, STUDIO);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '143');
  expect(asked).toEqual(['payg', 'studio']);
  for (const [at, cost] of [[0, '17.5'], [1, '16'], [2, '109.5']] as const) await expect(line(page, at).locator('.cost')).toHaveAttribute('data-exact', cost);
  await expect(line(page, 0).locator('.own-offer')).toHaveCount(0);
  await expect(line(page, 1).locator('.own-offer')).toHaveText(/Offer\s+Visual Studio/);
  const parts = page.locator('.summary [data-offer]');
  await expect(parts).toHaveCount(2);
  await expect(parts.nth(0)).toContainText(/Pay-as-you-go\s*A month\s*\$17\.50/);
  await expect(parts.nth(1)).toContainText(/Visual Studio\s*A month\s*\$125\.50\s*Paid by credit\s*\$20\.00[^]*To pay a month\s*\$105\.50/);
  await expect(page.locator('.summary')).toContainText(/To pay a month\s*\$123\.00/);
  // The command line says the same of the workload that the element gives.
  const workload = await workloadOf(page);
  expect((JSON.parse(workload) as { items: { offer?: string }[] }).items.map(({ offer }) => offer)).toEqual([undefined, STUDIO, STUDIO]);
  expect(shop.estimate(workload)).toMatchObject({ totals: { monthlyCost: '143' }, terms: { monthlyDue: '123' } });
  // The proof names the book of the line, not that of the estimate.
  await line(page, 1).getByRole('button', { name: /explain$/ }).click();
  await expect(line(page, 1).getByRole('region', { name: /^How the cost of/ })).toContainText(new RegExp(`Visual Studio ${STUDIO}\\s*Rate book\\s*${hex(shop.ids.studio).slice(0, 8)}`));
  await expect(line(page, 1).locator('tr.included')).toContainText('50');
  await accessible(page);
  await page.screenshot({ path: 'out/offers.png', fullPage: true });
  // Each choice is a step.
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '216');
  await page.getByRole('button', { name: 'Redo' }).first().click();
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('dialog', { name: 'History' })).toContainText(`Boxes: Offer ${STUDIO}`);
  await page.keyboard.press('Escape');
  // Kept, and there again.
  await page.waitForTimeout(600);
  await page.reload();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '143', { timeout: 20_000 });
});

test('exports name the offer of each line and every book, and the workbook calculates', async ({ page, context, demo, shop }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const sheet = page.getByRole('dialog', { name: 'Share this estimate' });
  const copied = async (name: string) => {
    await sheet.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await expect(page.locator('.toast').getByText(`${name} copied`)).toBeVisible();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const rows = (await copied('TSV')).split('\n').map((row) => row.split('\t'));
  const [offer, cost] = [rows[0]?.indexOf('Offer') ?? -1, rows[0]?.indexOf('Cost') ?? -1];
  expect(rows.filter(([kind]) => kind === 'line').map((row) => [row[offer], row[cost]])).toEqual([[PAYG, '17.5'], [STUDIO, '16'], [STUDIO, '109.5']]);
  for (const id of [shop.ids.payg, shop.ids.studio]) expect(rows.filter((row) => row.join().includes(id))).toHaveLength(1);
  const markdown = await copied('Markdown');
  expect(markdown).toMatch(/\| Outgoing \| Things, EU West, MS-AZR-0063P \| 350 GB \| 100 × \$0.08 \\\+ 200 × \$0.04 \|/);
  for (const id of [shop.ids.payg, shop.ids.studio]) expect(markdown).toContain(`Rate book ${hex(id).slice(0, 8)}`);
  const [download] = await Promise.all([page.waitForEvent('download'), sheet.getByRole('button', { name: /^Excel/ }).click()]);
  const book = new Workbook(readFileSync(await download.path()));
  // The two lines of one meter have tiers of their own, so each follows its quantity.
  const at = book.find('B', 'Outgoing');
  expect(book.cells.get(`L${at + 2}`)?.formula).toBeDefined();
  const total = book.find('B', 'Estimated a month');
  expect(book.calculated(`P${total}`)).toBeCloseTo(143, 9);
  expect([...book.cells].filter(([, { value }]) => value.startsWith(shop.ids.studio))).toHaveLength(1);
  await page.emulateMedia({ media: 'print' });
  await page.keyboard.press('Escape');
  await expect(line(page, 1).locator('.own-offer')).toBeVisible();
});

test('a link holds every book that it uses, and today\'s prices are another thing', async ({ page, demo, shop, browser }) => {
  await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const field = page.getByRole('dialog').getByLabel('Link', { exact: true });
  await expect(field).toHaveValue(/#e=1\./);
  await page.waitForTimeout(150);
  const link = await field.inputValue();

  const context = await browser.newContext();
  const other = await context.newPage();
  const asked = await shop.serve(other, ['payg', 'dearer']);
  await other.goto(link);
  await expect(grandTotal(other)).toHaveAttribute('data-exact', '143', { timeout: 20_000 });
  expect(asked.toSorted()).toEqual(['payg', 'studio']);
  await other.getByRole('button', { name: 'What has changed since?' }).click();
  // Of the other offer: 16 + 109.5 of then, and 16 + 730 × 0.2 = 146 today; its credit pays 20 of both.
  const sheet = other.getByRole('dialog', { name: 'What has changed since?' });
  await expect(sheet.locator('strong[data-exact]')).toHaveCount(2);
  await expect(sheet.locator('strong[data-exact]').nth(0)).toHaveAttribute('data-exact', '17.5');
  await expect(sheet.locator('strong[data-exact]').nth(1)).toHaveAttribute('data-exact', '162');
  await expect(sheet).toContainText('+$36.50');
  await expect(sheet.locator('tbody tr')).toHaveCount(1);
  await other.keyboard.press('Escape');
  await other.getByRole('button', { name: /^Use today/ }).click();
  await expect(grandTotal(other)).toHaveAttribute('data-exact', '179.5');
  await other.getByRole('button', { name: 'Undo' }).first().click();
  await expect(grandTotal(other)).toHaveAttribute('data-exact', '143');
  await context.close();

  // Where one of the books is gone, all prices are today's.
  const gone = await browser.newContext();
  const without = await gone.newPage();
  await shop.serve(without, ['payg', 'dearer']);
  await without.route(`**/${hex(shop.ids.studio)}.json`, (route) => route.fulfill({ status: 404 }));
  await without.goto(link);
  await expect(without.getByText('these are today’s')).toBeVisible();
  await expect(grandTotal(without)).toHaveAttribute('data-exact', '179.5');
  await gone.close();
});

test('while its book cannot be had, a line has no price and says why', async ({ page, demo, shop }) => {
  await shop.serve(page, ['payg', 'studio']);
  let free: () => void = () => undefined;
  const held = new Promise<void>((done) => { free = done; });
  await page.route(`**/${hex(shop.ids.studio)}.json`, async (route) => {
    await held;
    await route.abort();
  }, { times: 1 });
  await open(page, demo.origin);
  await add(page, 'outgoing', '255');
  await add(page, 'boxes', '730');
  await choose(page, 1, STUDIO);
  const chip = line(page, 1).locator('.own-offer');
  await expect(chip).toHaveAttribute('title', 'Loading prices');
  await expect(line(page, 1).locator('.line-cost')).toContainText('no price');
  await expect(page.getByText('Incomplete: 1 of 2 lines without a price')).toBeVisible();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '17.5');
  free();
  await expect(chip).toHaveAttribute('title', 'Could not reach the server for the rate book.');
  await line(page, 1).getByRole('button', { name: /explain$/ }).click();
  await expect(line(page, 1).getByRole('region', { name: /^How the cost of/ })).toContainText(/No price: Could not reach the server[^]*Offer\s*MS-AZR-0063P/);
  // Chosen again it is asked for again.
  await choose(page, 1, '');
  await choose(page, 1, STUDIO);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '127');
  // An offer of which there is no list.
  await page.evaluate(() => (document.querySelector('forebill-estimator') as unknown as { load: (workload: object) => Promise<void> }).load({ schema: 'forebill.workload/1', items: [
    { name: 'web', meterId: '00000000-0000-4000-8000-000000000002', quantity: '10', offer: 'ms-azr-0064p' },
  ] }));
  await expect(lines(page)).toHaveCount(1);
  await expect(line(page, 0).locator('.own-offer')).toHaveText(/MS-AZR-0064P/);
  // Nothing has a price, and that is not nothing.
  await expect(grandTotal(page)).toHaveText('–');
  await expect(page.getByRole('status').filter({ hasText: /^not priced$/ })).toHaveCount(1);
  await expect(page.locator('.summary')).not.toContainText('$0.00');
  await expect(line(page, 0).locator('.own-offer')).toHaveAttribute('title', /no prices of this offer are at hand in the currency/);
});

test('branches, counts and the matrix price a line with its own offer', async ({ page, demo, shop }) => {
  await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const table = page.locator('table.matrix');
  // With the other offer for all: 605 GB of one subscription, 50 are free: 8 + 455 × 0.04 = 26.2, and 109.5; 20 of 135.7 are credit.
  await expect(table.locator('tbody tr').first().locator('td')).toHaveCount(2);
  await expect(table.locator('tbody tr').first().locator('td').nth(0)).toHaveAttribute('data-exact', '123');
  await expect(table.locator('tbody tr').first().locator('td').nth(1)).toHaveAttribute('data-exact', '115.7');
  await page.getByRole('button', { name: 'Group × offer' }).click();
  await expect(table.locator('tbody tr').last().locator('td').nth(0)).toHaveAttribute('data-exact', '143');
  await expect(table.locator('tbody tr').last().locator('td').nth(1)).toHaveAttribute('data-exact', '135.7');
  // Boxes: three are 328.5, with 17.5 and 16 less 20 of credit 342; a fourth would make 451.5.
  await page.getByLabel('How many of').selectOption('Boxes');
  await page.getByLabel(/^for at most/).fill('400');
  await page.getByRole('button', { name: 'Find the largest count' }).click();
  await expect(page.getByText('3: a month then costs $342.00.')).toBeVisible();
  await page.getByRole('button', { name: 'Copy A as B' }).click();
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await choose(page, 2, '');
  await page.getByRole('button', { name: 'Compare' }).click();
  // 730 × 0.25 instead of 109.5.
  await expect(page.locator('.branch')).toContainText(/Boxes\s*\$109\.50\s*\$182\.50\s*\+\$73\.00\s*offer, rate/);
});

test('while a price list cannot be had, the selector names the one that is shown, and the matrix says what it lacks', async ({ page, demo, shop }) => {
  await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  await add(page, 'outgoing', '255');
  const selector = page.getByLabel('Offer and currency');
  await selector.selectOption({ label: 'In euros · EUR' });
  await expect(page.getByRole('alert')).toContainText('The prices shown are still those of Pay-as-you-go · USD.');
  await expect(selector).toHaveValue(shop.ids.payg);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', '17.5');
  // And so with one that is not the first.
  await selector.selectOption({ label: 'Visual Studio · USD' });
  await expect(page.getByRole('alert')).toHaveCount(0);
  await selector.selectOption({ label: 'In euros · EUR' });
  await expect(page.getByRole('alert')).toContainText('The prices shown are still those of Visual Studio · USD.');
  await expect(selector).toHaveValue(shop.ids.studio);
  await page.getByRole('button', { name: 'Compare' }).click();
  const matrix = page.getByRole('region', { name: 'Regions, dates, groups and offers' });
  await expect(matrix.locator('thead th')).toHaveText(['Region', 'Visual Studio · USD', 'Pay-as-you-go · USD']);
  await expect(matrix).toContainText('Could not be loaded: In euros · EUR');
  await page.getByRole('button', { name: 'Region × date' }).click();
  await expect(matrix.locator('thead th').first()).toHaveText('Region');
  await expect(matrix).not.toContainText('Could not be loaded');
});

test('where nothing that has a price costs anything, the matrix says that there is no price, and no 0', async ({ page, demo, shop }) => {
  await shop.serve(page, ['payg', 'studio']);
  await open(page, demo.origin);
  // 4 of 5 included, and a meter that no list has; and one list whose credit pays for what has a price.
  const items = [{ name: 'some', meterId: '00000000-0000-4000-8000-000000000001', quantity: '4' }, { name: 'gone', meterId: '00000000-0000-4000-8000-00000000dead', quantity: '5' }];
  const load = (items: object[]) => page.evaluate((items) => (document.querySelector('forebill-estimator') as unknown as { load: (workload: object) => Promise<void> })
    .load({ schema: 'forebill.workload/1', items }), items);
  await load(items);
  await page.getByRole('button', { name: 'Compare' }).click();
  const first = page.locator('table.matrix tbody tr').first().locator('td').first();
  for (const pivot of ['Region × offer', 'Region × date', 'Group × offer']) {
    await page.getByRole('button', { name: pivot }).click();
    await expect(first.locator('.cell-amount')).toHaveText('no price');
    await expect(first).toContainText('1 line without a price');
    await expect(page.locator('table.matrix')).not.toContainText('$0.00');
  }
  await page.getByRole('button', { name: 'Region × offer' }).click();
  await load([{ name: 'box', meterId: '00000000-0000-4000-8000-000000000002', quantity: '10' }, ...items.slice(1)]);
  await expect(first.locator('.cell-amount')).toHaveText('≥ $2.50');
  await expect(page.locator('table.matrix tbody tr').first().locator('td').nth(1).locator('.cell-amount')).toHaveText('≥ $0.00');
});
