// How it looks and reads: both themes, a phone, hostile text, no shifts.
// The pictures are for eyes; nothing is compared with them.

import type { Page } from '@playwright/test';
import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { add, lines, open, ready, search } from './support/page';

const HOSTILE = '<img src=x onerror="document.title=\'owned\'">{{7*7}}${7*7}';

async function fill(page: Page): Promise<void> {
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await add(page, 'virtual machines', '730');
  await add(page, 'virtual machines', '12q');
  await line.getByRole('button', { name: /explain$/ }).click();
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390, 320]) {
    test(`${colorScheme}, ${width} px wide: accessible, nothing overflows`, async ({ page, demo }) => {
      const picture = (name: string) => page.screenshot({ path: `out/${colorScheme}-${width}-${name}.png`, animations: 'disabled' });
      const audit = async () => {
        await accessible(page);
        await fits(page);
      };
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await open(page, demo.origin);
      await picture('empty');
      await audit();
      await search(page).fill('virtual machines');
      await picture('hits');
      await audit();
      await search(page).fill('virtual machines zzzz');
      await picture('no-hits');
      await audit();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await fill(page);
      await picture('lines');
      await audit();
      await page.screenshot({ path: `out/${colorScheme}-${width}-page.png`, fullPage: true, animations: 'disabled' });
    });
  }
}

test('hostile text is text', async ({ page, demo }) => {
  await open(page, demo.origin);
  const title = await page.title();
  const line = await add(page, 'virtual machines', '730');
  await add(page, 'data transfer out', '20000', 'tiered');
  await line.getByLabel('Name of the line').fill(HOSTILE);
  await line.getByRole('button', { name: /explain$/ }).click();
  await expect(page.locator('.legend-name', { hasText: HOSTILE })).toBeVisible();
  await search(page).fill(HOSTILE);
  await expect(page.getByText('No meter matches')).toContainText(HOSTILE);
  expect(await page.locator('forebill-estimator img').count()).toBe(0);
  expect(await page.title()).toBe(title);
  await expect(lines(page)).toHaveCount(2);
  await fits(page);
});

/** Keeps what moved by itself. */
function watch(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      // What moves within half a second of a key or a click was asked for.
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function stands(page: Page, what: string): Promise<void> {
  await page.waitForTimeout(600);
  expect(await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts), what).toEqual([]);
}

test('nothing moves while the page loads, nor by itself while one works', async ({ page, demo }) => {
  await watch(page);
  await open(page, demo.origin);
  const still = (what: string) => stands(page, what);
  await still('load');
  await fill(page);
  await still('lines');
});

for (const width of [1280, 412, 320]) {
  test(`${width} px wide: one reads where to begin before there are prices, and nothing moves when they come`, async ({ page, demo }) => {
    await watch(page);
    await page.setViewportSize({ width, height: 823 });
    let send = () => {};
    const asked = new Promise<void>((done) => { send = done; });
    await page.route('**/assets/details-*.js', async (route) => {
      await new Promise((late) => setTimeout(late, 700));
      await route.continue();
    });
    await page.route('**/data/ratebook/**', async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto(`${demo.origin}/`);
    await expect(page.getByRole('heading', { name: 'What would it cost?' })).toBeVisible();
    await stands(page, 'before');
    await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeDisabled();
    send();
    await ready(page);
    await expect(page.locator('.point').first()).toBeVisible();
    await stands(page, 'with prices');
  });
}

test('without prices the page says why and tries again', async ({ page, demo }) => {
  await page.route('**/data/books.json', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${demo.origin}/`);
  await expect(page.getByRole('alert')).toContainText('The server answered 503');
  await page.screenshot({ path: 'out/light-1280-error.png' });
  await page.unroute('**/data/books.json');
  await page.getByRole('button', { name: 'Try again' }).click();
  await ready(page);
});
