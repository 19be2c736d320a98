// What a user does on the cost pages, in the words of the page.

import { expect, type Page } from '@playwright/test';

export async function openCosts(page: Page, origin: string, hash = '#/spend'): Promise<void> {
  await page.goto(`${origin}/costs.html${hash}`);
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.bones, [aria-busy=true]')).toHaveCount(0, { timeout: 30_000 });
}

/** The parts that are shown, each with its exact cost. */
export async function parts(page: Page): Promise<[string, string][]> {
  const rows = page.getByRole('group', { name: /^By / }).locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  return rows.evaluateAll((all) => all.map((row): [string, string] => [
    row.querySelector('[data-group]')?.getAttribute('data-group') ?? row.querySelector('.group-name')?.textContent ?? '',
    row.querySelector('td [data-exact]')?.getAttribute('data-exact') ?? 'no price',
  ]));
}
