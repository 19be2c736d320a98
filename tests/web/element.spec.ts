// What the element promises to a host page when something is missing: a list, an offer, a date, the right to change.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answer } from './corpus';
import { expect, test as base, type Demo } from './support/demo';
import { Host } from './support/host';
import { add, grandTotal, lines, ready } from './support/page';

const test = base.extend<{ host: Host }>({
  host: async ({ demo }, use) => {
    const host = await Host.start(demo.origin);
    await use(host);
    host.stop();
  },
});

const LIST = 'books="/forebill/data/books.json"';

async function show(page: Page, host: Host, attributes: string): Promise<void> {
  await page.addInitScript(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    addEventListener('forebill-error', (event) => told.push((event as CustomEvent<unknown>).detail));
  });
  host.page('/page.html', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><script type="module" src="/forebill/estimator.js"></script></head>
    <body><forebill-estimator ${attributes}></forebill-estimator></body></html>`);
  await page.goto(`${host.origin}/page.html`);
}

const told = (page: Page) => page.evaluate(() => (globalThis as unknown as { told: { code: string; message: string }[] }).told);

interface Books { books: { id: string; url: string; offer: string | null; offerName: string; currency: string }[] }
const booksOf = async ({ origin }: Demo) => (await (await fetch(`${origin}/data/books.json`)).json() as Books).books;

async function give(page: Page, bytes: Buffer): Promise<void> {
  await page.locator('forebill-estimator').evaluate((element, text) => {
    Object.assign(element, { priceBook: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) });
  }, bytes.toString('base64'));
}

test('an estimate that cannot be changed offers nothing to begin with', async ({ page, host }) => {
  await show(page, host, `${LIST} readonly`);
  await ready(page);
  await expect(page.locator('.point, .start')).toHaveCount(0);
  await page.locator('forebill-estimator').evaluate((element) => element.removeAttribute('readonly'));
  await expect(page.locator('.point').first()).toBeVisible();
});

test('an offer or a currency of which there is no list is told, and the first list is used', async ({ page, host, demo }) => {
  const [first, second] = await booksOf(demo);
  await show(page, host, `${LIST} offer="MS-AZR-9999P" currency="EUR"`);
  await ready(page);
  expect(await told(page)).toEqual([{ code: 'noPrices', message: 'There are no prices of MS-AZR-9999P EUR here.' }]);
  const banner = page.getByRole('alert');
  await expect(banner).toHaveText(`There are no prices of MS-AZR-9999P EUR here. The prices shown are still those of ${first?.offerName} · ${first?.currency}.`);
  const element = page.locator('forebill-estimator');
  expect(await element.evaluate((node) => [node.matches(':state(ready)'), node.matches(':state(error)')])).toEqual([true, false]);
  await add(page, 'd4s v5', '730');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', /^\d/);
  // One that there is takes it away, and another one that there is not brings it back.
  await element.evaluate((node, { offer, currency }) => Object.assign(node, { offer, currency }), { offer: second?.offer, currency: second?.currency });
  await expect(banner).toHaveCount(0);
  await expect(page.getByLabel('Offer and currency')).toHaveValue(second?.id ?? '');
  await element.evaluate((node) => Object.assign(node, { offer: 'MS-AZR-9998P', lang: 'de' }));
  await expect(banner).toContainText('Dafür gibt es hier keine Preise.');
  expect((await told(page)).map(({ code }) => code)).toEqual(['noPrices', 'noPrices']);
});

test('prices of a host page that says no time have none on the page', async ({ page, host, demo }) => {
  const [first] = await booksOf(demo);
  const book = Buffer.from(await (await fetch(`${demo.origin}/${first?.url}`)).arrayBuffer());
  await show(page, host, 'autosave');
  await give(page, book);
  await ready(page);
  await expect(page.locator('.picker-only')).toBeVisible();
  await expect(page.locator('.as-of')).toHaveCount(0);
  await expect(page.locator('.sources')).not.toContainText('Fetched');
  await add(page, 'd4s v5', '730');
  const kept = () => page.evaluate(() => localStorage.getItem('forebill.recent/1') ?? '');
  await expect.poll(kept).toContain('offerName');
  expect(await kept()).not.toContain('fetchedAt');
  // What was kept without a time opens again.
  await page.reload();
  await give(page, book);
  await expect(lines(page)).toHaveCount(1);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', /^\d/);
});

test('without a list, and with one that cannot be had, that is said and asked for again', async ({ page, host }) => {
  await show(page, host, '');
  const failure = page.getByRole('alert');
  await expect(failure).toContainText('No list of rate books is named here.');
  expect((await told(page)).map(({ code }) => code)).toEqual(['noBooks']);
  await failure.getByRole('button', { name: 'Try again' }).click();
  await expect(failure).toContainText('No list of rate books is named here.');
  // Who names one later is served.
  await page.route('**/data/books.json', (route) => route.abort());
  await page.locator('forebill-estimator').evaluate((element) => element.setAttribute('books', '/forebill/data/books.json'));
  await expect(failure).toContainText('Could not reach the server for the list of rate books.');
  await page.unroute('**/data/books.json');
  await failure.getByRole('button', { name: 'Try again' }).click();
  await ready(page);
  await expect(failure).toHaveCount(0);
});

test('a host page gives a rate book as JSON or compact, and the prices are the same', async ({ page, host, demo }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const [first] = await booksOf(demo);
  const id = first?.id ?? '';
  const json = Buffer.from(await (await fetch(`${demo.origin}/${first?.url}`)).arrayBuffer());
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    answer(demo.program, ['books', 'pack', id, '--to', folder, '-o', 'json', '--store', `file:${demo.store}`]);
    const part = (ending: string) => readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? ''));
    // As `compactBook` of the package puts them together.
    const compact = Buffer.concat([part('.forebook'), part('.ids'), Buffer.from(id)]);
    await show(page, host, '');
    // What is neither is said, and what comes next is taken.
    await give(page, part('.forebook'));
    await expect(page.getByRole('alert')).toContainText('Code: badRateBook');
    const totals: (string | null)[] = [];
    for (const bytes of [json, compact]) {
      await give(page, bytes);
      await ready(page);
      await page.evaluate(() => (document.querySelector('forebill-estimator') as unknown as { clear: () => void }).clear());
      await add(page, 'data transfer out', '20000', 'tiered');
      totals.push(await grandTotal(page).getAttribute('data-exact'));
      const workload = await page.evaluate(() => JSON.stringify(document.querySelector('forebill-estimator')));
      expect(JSON.parse(workload)).toMatchObject({ offer: first?.offer, currency: first?.currency });
      await page.locator('.line-cost').first().click();
      await expect(page.locator('.facts code').first()).toHaveText(id.replace('sha256:', '').slice(0, 8));
      // The whole id goes with the copied proof.
      await page.evaluate(() => navigator.clipboard.writeText(''));
      await page.getByRole('button', { name: 'Copy as text' }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(id);
    }
    expect(totals[0]).toMatch(/^\d/);
    expect(totals[1]).toBe(totals[0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
