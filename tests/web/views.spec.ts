// Every view besides the plain lines: both themes, three widths, and zoomed to twice the size. axe finds nothing, nothing
// is wider than the page, and the pictures are for eyes.

import type { Page } from '@playwright/test';
import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { add, lines, open, search } from './support/page';

/** The last one is 1280 px zoomed to 200 %. */
const SIZES = [{ width: 1280, height: 900 }, { width: 390, height: 844 }, { width: 320, height: 640 }, { width: 640, height: 450 }];

async function audit(page: Page, what: string, sizes: typeof SIZES): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await fits(page, `${what} at ${size.width}`);
    await accessible(page, `${what} at ${size.width}`);
    if (size.width === 1280 || size.width === 390) await page.screenshot({ path: `out/${what}-${size.width}.png`, animations: 'disabled' });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** A line that was typed, and two groups, one in the other. */
async function fill(page: Page): Promise<void> {
  await search(page).fill('d4s v5 westeurope 12h weekdays x3');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.keyboard.type('Data tier');
  await page.keyboard.press('Tab');
  await add(page, 'data transfer out', '5k * 4', 'tiered');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.locator('[data-group] [data-group]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Cost centre and place of Group' }).click();
  await page.getByLabel('Cost centre: Group').fill('4711');
}

type Look = (view: string, most?: number) => Promise<void>;

/** What is looked at, begun with an empty page. */
const VIEWS: Record<string, (page: Page, look: Look) => Promise<void>> = {
  lines: async (page, look) => {
    await search(page).fill('d4s v5 westeurope 12h weekdays x3 qqq');
    await look('typed');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await fill(page);
    await lines(page).first().getByRole('button', { name: /^Assumptions/ }).click();
    await look('groups');
    await page.getByRole('button', { name: 'History' }).click();
    await look('history', 2);
  },
  dialogs: async (page, look) => {
    await fill(page);
    await page.getByRole('button', { name: 'Share' }).click();
    await look('share');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel(/^Or paste/).fill('{');
    await page.getByRole('button', { name: 'Open it' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('open');
    await page.keyboard.press('Escape');
    for (const [keys, view] of [['Control+k', 'palette'], ['?', 'keys']] as const) {
      await lines(page).first().locator('.line-cost').focus();
      await page.keyboard.press(keys);
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(view);
      await page.keyboard.press('Escape');
    }
    await page.evaluate(() => { location.hash = '#e=9.x'; });
    await expect(page.getByRole('alert')).toBeVisible();
    await look('refused');
  },
  comparison: async (page, look) => {
    await fill(page);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'Copy A as B' }).click();
    await page.getByRole('button', { name: 'Back to the lines' }).click();
    await lines(page).first().getByLabel(/^How many/).fill('4');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.locator('table.matrix')).toBeVisible();
    await page.getByRole('button', { name: 'Region × date' }).click();
    await page.getByLabel('Add a day').fill('2026-03-01');
    await expect(page.locator('table.matrix thead')).toContainText('Mar 1, 2026');
    await page.locator('table.matrix tbody tr').nth(1).locator('td button').first().click();
    await expect(page.getByRole('region', { name: 'Lines that differ' })).toBeVisible();
    await page.getByLabel(/^for at most/).fill('5000');
    await page.keyboard.press('Enter');
    await look('compare');
  },
};

for (const [name, see] of Object.entries(VIEWS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${colorScheme}: ${name} are accessible at every size`, async ({ page, demo }) => {
      test.setTimeout(240_000);
      await page.emulateMedia({ colorScheme });
      await open(page, demo.origin);
      // What fits does not depend on the theme: dark is looked at in two sizes.
      await see(page, (view, most = colorScheme === 'dark' ? 2 : SIZES.length) => audit(page, `${view}-${colorScheme}`, SIZES.slice(0, most)));
    });
  }
}

test('a finger hits every control: 44 pixels', async ({ browser, demo }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await page.getByRole('button', { name: 'New group' }).click();
  await line.getByRole('button', { name: /^Assumptions/ }).click();
  await line.getByRole('button', { name: /explain$/ }).click();
  // A field with a box around it is hit by the box.
  const low = await page.locator('forebill-estimator').locator('button, select, .amount-box, input:not(.amount-box input)').evaluateAll((all) => all
    .map((control) => ({ name: control.outerHTML.slice(0, 120), box: control.getBoundingClientRect() })).filter(({ box }) => box.height > 0 && box.height < 44).map(({ name }) => name));
  expect(low).toEqual([]);
  await page.screenshot({ path: 'out/touch.png', fullPage: true });
  await context.close();
});

test('with forced colours the parts of a sum keep theirs', async ({ page, demo }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  await add(page, 'd4s v5', '730');
  const colours = await page.locator('.swatch, .tier.last > span').evaluateAll((all) => all.map((part) => getComputedStyle(part).backgroundColor));
  expect(colours).toHaveLength(3);
  expect(new Set([...colours, await page.locator('.summary').evaluate((ground) => getComputedStyle(ground).backgroundColor)]).size).toBe(3);
  await page.screenshot({ path: 'out/forced.png', fullPage: true });
});

test('on paper: no controls, every line and its sources', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await add(page, 'd4s v5', '730');
  await add(page, 'hot lrs data stored', '1234567');
  await line.getByRole('button', { name: /explain$/ }).click();
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 720, height: 1000 });
  // No digit and no unit is cut off.
  for (const part of await page.locator('.amount-box input, .amount-box .unit').all()) {
    expect(await part.evaluate((element) => element.scrollWidth <= element.clientWidth), await part.evaluate((element) => element.outerHTML)).toBe(true);
  }
  for (const hidden of ['#search', '.tools', '.line-tools', '.add-group', '.key-help', 'select.picker']) await expect(page.locator(hidden).first(), hidden).toBeHidden();
  await expect(page.getByText('Rate book').first()).toBeVisible();
  await expect(page.locator('p.grand')).toBeVisible();
  await page.screenshot({ path: 'out/print.png', fullPage: true });
});
