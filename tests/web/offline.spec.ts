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

test('the element in the page of somebody else registers no worker', async ({ page, demo }) => {
  await page.goto(`${demo.origin}/embed.html`);
  await ready(page);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});
