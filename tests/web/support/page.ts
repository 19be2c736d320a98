// What a user does on the page, in the words of the page.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Frame, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { answer } from '../corpus';

export function search(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Find a meter to add' });
}

/** Not every option on the page: the offer selector has some too. */
export function hits(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Meters found' }).getByRole('option');
}

export function lines(page: Page): Locator {
  return page.getByRole('list').locator('[data-line]');
}

export function grandTotal(page: Page): Locator {
  return page.locator('p.grand');
}

/** There are prices: one can type before. */
export async function ready(where: Page | Frame | FrameLocator | Locator): Promise<void> {
  await expect(where.locator('.headline').first()).toBeVisible({ timeout: 20_000 });
}

export async function open(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/`);
  await ready(page);
}

/** Finds a meter, takes the first hit (or the first with tiers), types a quantity. */
export async function add(page: Page, words: string, quantity: string, which: 'first' | 'tiered' = 'first'): Promise<Locator> {
  const before = await lines(page).count();
  await search(page).fill(words);
  const options = hits(page);
  const wanted = which === 'tiered' ? options.filter({ hasText: /\d tiers/ }).first() : options.first();
  await wanted.click();
  await expect(lines(page)).toHaveCount(before + 1);
  const line = lines(page).nth(before);
  await expect(line.getByLabel(/^Quantity of/)).toBeFocused();
  await line.getByLabel(/^Quantity of/).fill(quantity);
  return line;
}

/** The estimate as the program prices what the element gives to a host page. */
export async function answered<T>(page: Page, { program, store }: { program: string; store: string }): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    const file = join(folder, 'workload.json');
    writeFileSync(file, await workloadOf(page));
    return JSON.parse(answer(program, ['estimate', file, '--output', 'json', '--store', `file:${store}`])) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The workload as the element gives it to a host page. */
export function workloadOf(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify(document.querySelector('forebill-estimator')));
}
