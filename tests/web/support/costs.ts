// What a user does on the cost pages, in the words of the page.

import { execFileSync } from 'node:child_process';
import { expect, type Page } from '@playwright/test';
import type { Demo } from './demo';

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

/** The exact sum of decimals, as a whole number of 10⁻⁴⁰: beside every page and program. */
export function sum(amounts: readonly string[]): bigint {
  return amounts.reduce((total, amount) => {
    const [whole = '0', part = ''] = amount.replace('-', '').split('.');
    return total + (amount.startsWith('-') ? -1n : 1n) * BigInt(whole + part.padEnd(40, '0'));
  }, 0n);
}

/** What the program prints of the demo's store as of the time that the page shows. */
export async function printed<T>(page: Page, demo: Demo, ...line: string[]): Promise<T> {
  const { at } = (await (await page.request.get(`${demo.origin}/data/reports.json`)).json()) as { at: string };
  const run = [...line, '--at', at, '--output', 'json', '--store', `file:${demo.store}`];
  try {
    return JSON.parse(execFileSync(demo.program, run, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 })) as T;
  } catch (error) {
    // Not everything has a price: the answer is there, and the exit code says so.
    return JSON.parse((error as { stdout: string }).stdout) as T;
  }
}
