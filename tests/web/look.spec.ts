// How it looks and reads: both themes, a phone, hostile text, no shifts.
// The pictures are for eyes; nothing is compared with them.

import type { Page } from '@playwright/test';
import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { Host } from './support/host';
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

/** What moved, and from where to where: for whoever has to find out what it was. */
interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/** Keeps what moved by itself. */
function watch(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    const place = ({ x, y, width, height }: DOMRectReadOnly) => `${width} × ${height} at ${x}, ${y}`;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
        // What moves within half a second of a key or a click was asked for.
        if (!hadRecentInput) shifts.push(`${value}: ${sources.map((moved) => `${place(moved.previousRect)} → ${place(moved.currentRect)}`).join('; ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function stands(page: Page, what: string): Promise<void> {
  await page.waitForTimeout(600);
  expect(await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts), what).toEqual([]);
}

test('nothing moves while the page loads, nor by itself while one works', async ({ page, demo }) => {
  await watch(page);
  await open(page, demo.origin);
  const still = (what: string) => stands(page, what);
  await still('load');
  await fill(page);
  await still('lines');
});

for (const late of ['details-*.js', '*.wasm']) test(`on a phone an estimate that was kept stands still, however late ${late} comes`, async ({ browser, demo }) => {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  await watch(page);
  await open(page, demo.origin);
  await add(page, 'virtual machines', '730');
  await add(page, 'data transfer out', '20000', 'tiered');
  await page.waitForTimeout(600);
  await page.route(`**/assets/${late}`, async (route) => {
    await new Promise((later) => setTimeout(later, 700));
    await route.continue();
  });
  await page.reload();
  await ready(page);
  await expect(lines(page)).toHaveCount(2);
  await expect(page.locator('.name').first()).toHaveCSS('block-size', '44px');
  await stands(page, 'kept');
  await context.close();
});

for (const width of [1280, 412, 320]) {
  test(`${width} px wide: the heading stands where it stands when the rest of the document comes`, async ({ page, demo }) => {
    const host = await Host.start(demo.origin);
    const document = await (await fetch(`${host.origin}/forebill/index.html`)).text();
    const links = document.indexOf('<nav');
    expect(links).toBeGreaterThan(0);
    host.pages.set('/forebill/', { type: '.html', body: document.slice(0, links), late: document.slice(links) });
    try {
      await watch(page);
      await page.setViewportSize({ width, height: 823 });
      await page.goto(`${host.origin}/forebill/`);
      await ready(page);
      await stands(page, 'heading');
    } finally {
      host.stop();
    }
  });
}

// A finger gets larger fields than a mouse: they have to be so from the first drawing on.
for (const [width, hasTouch] of [[1280, false], [412, false], [412, true], [320, true]] as const) {
  test.describe(() => {
    test.use({ hasTouch });
    test(`${width} px wide${hasTouch ? ', with touch' : ''}: one reads where to begin before there are prices, and nothing moves when they come`, async ({ page, demo }) => {
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
