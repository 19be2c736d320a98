// The main views in both themes, wide, and on a phone: into web/screenshots, for eyes and for the readme.

import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { openCosts } from './support/costs';
import { add, lines, open, search } from './support/page';

const folder = new URL('../../web/screenshots/', import.meta.url).pathname;

async function named(page: Page, button: string, name: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
}

/** A shop with two tiers, one in the other, and its proof opened. */
async function fill(page: Page): Promise<void> {
  const egress = await add(page, 'data transfer out', '20000', 'tiered');
  await egress.getByLabel('Name of the line').fill('Egress');
  await named(page, 'New group', 'Web shop');
  const machines = await add(page, 'd4s v5 westeurope', '730');
  await machines.getByLabel('Name of the line').fill('Web servers');
  await machines.getByLabel(/^How many/).fill('3');
  await named(page, 'New group', 'Data tier');
  await page.locator('[data-group]').last().getByLabel('Name of the group').focus();
  await page.keyboard.press('Alt+ArrowRight');
  const storage = await add(page, 'hot lrs data stored', '12k', 'tiered');
  await storage.getByLabel('Name of the line').fill('Pictures of goods');
  await page.getByRole('button', { name: 'Cost centre and place of Web shop' }).click();
  await page.getByLabel('Cost centre: Web shop').fill('4711');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Cost centre and place of Web shop' }).click();
  await page.getByLabel('Name of the estimate').fill('Web shop, production');
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme}`, async ({ page, demo }) => {
    const picture = async (name: string, width = 1280, height = 860) => {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => { scrollTo(0, 0); });
      await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled', caret: 'hide' });
    };
    await page.emulateMedia({ colorScheme });
    await open(page, demo.origin);
    // A link of this machine says nothing to a reader.
    await page.evaluate(() => document.querySelector('forebill-estimator')?.setAttribute('share-base', 'https://prices.example/'));
    await fill(page);
    await search(page).fill('d4s v5 westeurope 12h weekdays x3');
    await expect(page.locator('.chip').first()).toBeVisible();
    await picture(`search-${colorScheme}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await lines(page).first().getByRole('button', { name: /explain$/ }).click();
    await page.locator('.toast').waitFor({ state: 'hidden' });
    await picture(`estimate-${colorScheme}`);
    await picture(`estimate-${colorScheme}-narrow`, 390, 844);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByRole('dialog').getByRole('textbox').first()).toHaveValue(/#e=/);
    await picture(`share-${colorScheme}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.locator('table.matrix')).toBeVisible();
    await picture(`compare-${colorScheme}`);
  });
}

// The cost pages as of the sample's own day: how long ago it was read would change with every picture.
for (const colorScheme of ['light', 'dark'] as const) {
  test(`cost pages, ${colorScheme}`, async ({ page, demo }) => {
    await page.clock.setFixedTime('2026-11-23T10:00:00Z');
    await page.emulateMedia({ colorScheme });
    for (const [name, width] of [['spend', 1280], ['spend', 390], ['showback', 1280], ['invoices', 1280]] as const) {
      await page.setViewportSize({ width, height: 900 });
      await openCosts(page, demo.origin, `#/${name}`);
      await page.screenshot({ path: `${folder}${name}-${colorScheme}${width === 390 ? '-narrow' : ''}.png`, animations: 'disabled' });
    }
  });
}
