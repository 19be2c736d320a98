// What was read before is there without a network, and while the server takes its time, with its age.

import { expect, test } from './support/demo';
import { openCosts } from './support/costs';

const spent = '.figure [data-exact]';

test.describe('with the worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('without a network the pages show what they showed, and since when', async ({ page, demo, context }) => {
    await openCosts(page, demo.origin);
    const total = await page.locator(spent).first().getAttribute('data-exact');
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await expect.poll(() => page.evaluate(async () => (await (await caches.open('forebill-documents-1')).keys()).length)).toBe(3);
    await context.setOffline(true);
    await page.reload();
    await expect(page.locator(spent).first()).toHaveAttribute('data-exact', total ?? '');
    await expect(page.locator('.kept')).toContainText('The server is not reached. What is shown was kept here just now.');
    // What was never read is not there, and says so.
    await page.getByRole('link', { name: 'Alerts' }).click();
    await expect(page.getByRole('alert')).toContainText('The server could not be reached');
    await context.setOffline(false);
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'Rules in force' })).toBeVisible();
    await expect(page.locator('.kept')).toHaveCount(0);
  });
});

test('a slow server is not waited for: first what was kept, then what it says', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const total = await page.locator(spent).first().getAttribute('data-exact') ?? '';
  await expect.poll(() => page.evaluate(async () => (await (await caches.open('forebill-documents-1')).keys()).length)).toBe(3);
  let answer = (): void => undefined;
  const asked = new Promise<void>((done) => { answer = done; });
  await page.route('**/data/report/all/*.json', async (route) => {
    await asked;
    const response = await route.fetch();
    const report = (await response.json()) as { spend: { totals: { cost: string } } };
    report.spend.totals.cost = '1.25';
    await route.fulfill({ response, json: report });
  });
  await page.reload();
  await expect(page.locator('.kept')).toContainText('Asking for what is new');
  await expect(page.locator(spent).first()).toHaveAttribute('data-exact', total);
  answer();
  await expect(page.locator(spent).first()).toHaveAttribute('data-exact', '1.25');
  await expect(page.locator('.kept')).toHaveCount(0);
});
