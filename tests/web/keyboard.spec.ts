// The whole main path without a mouse.

import { expect, test } from './support/demo';
import { add, grandTotal, hits, lines, open, search } from './support/page';

test('find, add, change, explain, move, remove and undo by keyboard', async ({ page, demo }) => {
  await open(page, demo.origin);
  const keys = page.keyboard;
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

  await keys.press('/');
  await expect(search(page)).toBeFocused();
  await keys.type('data transfer out');
  await expect(search(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(search(page)).toHaveAttribute('aria-activedescendant', 'hit-0');
  await keys.press('ArrowDown');
  await keys.press('ArrowUp');
  await expect(hits(page).and(page.locator('[aria-selected=true]'))).toHaveCount(1);
  await keys.press('Enter');
  await expect(lines(page)).toHaveCount(1);
  await expect(search(page)).toHaveAttribute('aria-expanded', 'false');

  const quantity = lines(page).first().getByLabel(/^Quantity of/);
  await expect(quantity).toBeFocused();
  await keys.type('20000');
  await expect(quantity).toHaveValue('20000');
  await keys.press('Enter');
  await expect(search(page)).toBeFocused();

  await keys.type('virtual machines');
  await keys.press('Enter');
  await expect(lines(page)).toHaveCount(2);
  await keys.type('100');
  const total = await grandTotal(page).getAttribute('data-exact');

  await keys.press('Escape');
  const amount = (line: number) => lines(page).nth(line).locator('.line-cost');
  await expect(amount(1)).toBeFocused();
  await keys.press('e');
  await expect(amount(1)).toHaveAttribute('aria-expanded', 'true');
  await keys.press('e');
  await expect(amount(1)).toHaveAttribute('aria-expanded', 'false');

  const name = await lines(page).nth(1).getAttribute('data-line');
  await keys.press('Alt+ArrowUp');
  await expect(lines(page).first()).toHaveAttribute('data-line', name ?? '');
  await expect(amount(0)).toBeFocused();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', total ?? '');

  await keys.press('Delete');
  await expect(lines(page)).toHaveCount(1);
  await expect(amount(0)).toBeFocused();
  await keys.press('Control+z');
  await expect(lines(page)).toHaveCount(2);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', total ?? '');
});

test('a removed line comes back with the button, and no hit says so', async ({ page, demo }) => {
  await open(page, demo.origin);
  await search(page).fill('zzzz no such meter');
  await expect(page.getByText('No meter matches')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(search(page)).toHaveValue('');

  await search(page).fill('virtual machines');
  await page.keyboard.press('Enter');
  await lines(page).first().getByRole('button', { name: /^Remove/ }).click();
  await expect(lines(page)).toHaveCount(0);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(lines(page)).toHaveCount(1);
});

test('Escape leads from a sheet back to its button', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'virtual machines', '730');
  const share = page.getByRole('button', { name: 'Share', exact: true });
  await share.focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Share this estimate' });
  await expect(sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(share).toBeFocused();
});
