// After one visit the page works without a network, and says from when its prices are.

import { expect, test } from './support/demo';
import { add, grandTotal, lines, open, ready } from './support/page';

test.use({ serviceWorkers: 'allow' });

test('without a network the page prices what it priced before', async ({ page, demo, context }) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  await open(page, demo.origin);
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await expect.poll(() => page.evaluate(async () => {
    const [name] = await caches.keys();
    return name === undefined ? [] : (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/data/'));
  })).toHaveLength(3);
  expect(complaints).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await ready(page);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', /^\d/);
  await line.getByRole('button', { name: /explain$/ }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog', { name: 'Share this estimate' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(lines(page)).toHaveCount(1);
  await expect(page.locator('.as-of')).toContainText(/\d{4}/);
});

test('what was opened to be compared can be compared without a network, and what was not is named', async ({ page, demo, context }) => {
  await open(page, demo.origin);
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await add(page, 'd4s v5', '730');
  const heads = page.locator('table.matrix thead th');
  const missing = page.getByText('Could not be loaded');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(heads).toHaveCount(2);
  await expect(missing).toBeVisible();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(heads.nth(3)).toBeVisible();
  await expect(missing).toHaveCount(0);
  const all = await heads.count();
  expect(all).toBeGreaterThan(3);
  await context.setOffline(true);
  await page.waitForTimeout(600);
  await page.reload();
  await expect(lines(page)).toHaveCount(1, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(heads).toHaveCount(all);
  await expect(missing).toHaveCount(0);
});

test('of books that were opened only so many are kept, and never without today\'s', async ({ page, demo }) => {
  await open(page, demo.origin);
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const found = await page.evaluate(async () => {
    const [name = ''] = (await caches.keys()).filter((key) => /^forebill-[0-9a-f]{16}$/.test(key));
    const cache = await caches.open(name);
    // Those of many nights before.
    for (let night = 0; night < 40; night += 1) await cache.put(`data/ratebook/${`${night}`.padStart(64, '0')}.json`, new Response('{}'));
    const { books } = await (await fetch('data/books.json')).json() as { books: { id: string }[] };
    for (const { id } of books) for (const ending of ['forebook', 'ids']) await (await fetch(`data/ratebook/${id.slice(7)}.${ending}`)).arrayBuffer();
    const kept = new Set((await cache.keys()).flatMap(({ url }) => /ratebook\/([^.]+)/.exec(url)?.[1] ?? []));
    return { kept: kept.size, oldest: [...kept].filter((id) => id.startsWith('0'.repeat(60))).sort()[0], lacks: books.filter(({ id }) => !kept.has(id.slice(7))).length, listed: books.length };
  });
  expect(found).toMatchObject({ kept: 24, lacks: 0 });
  expect(Number(found.oldest)).toBe(40 - (24 - found.listed));
});

test('the element in the page of somebody else registers no worker', async ({ page, demo }) => {
  await page.goto(`${demo.origin}/embed.html`);
  await ready(page);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});
