// Branches, regions and offers, and counts for an amount: every figure is that of the command line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answer } from './corpus';
import { expect, test, type Demo } from './support/demo';
import { add, grandTotal, lines, open, workloadOf } from './support/page';

interface Cell { offer: string | null; region: string | null; currency: string; status: string; monthlyDue: string; difference: string | null }

async function told<T>(page: Page, demo: Demo, args: (file: string) => string[]): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    const file = join(folder, 'workload.json');
    writeFileSync(file, await workloadOf(page));
    return JSON.parse(answer(demo.program, [...args(file), '-o', 'json', '--store', `file:${demo.store}`])) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(page: Page): Promise<void> {
  await add(page, 'd4s v5', '730');
  await add(page, 'data transfer out', '20000', 'tiered');
}

test('the matrix has every cell of the command line', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const table = page.locator('table.matrix');
  await expect(table).toBeVisible();
  const { cells, cheapest } = await told<{ cells: Cell[]; cheapest: Record<string, number> }>(page, demo, (file) => ['compare', file, '--regions', 'all', '--offers', 'all']);
  const columns = await table.locator('thead th').count() - 1;
  const rows = await table.locator('tbody tr').count();
  expect(columns * rows).toBe(cells.length);
  expect(columns).toBeGreaterThan(1);
  const shown = await table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => [cell.dataset['status'], cell.dataset['exact'] ?? null])));
  const byColumn = Array.from({ length: columns }, (_, column) => shown.map((row) => row[column]));
  // The command line lists its offers in an order of its own: columns are compared by what is in them.
  const theirs = Array.from({ length: columns }, (_, column) => cells.slice(column * rows, (column + 1) * rows)
    .map(({ status, monthlyDue }) => [status, status === 'priced' || status === 'incomplete' ? monthlyDue : null]));
  const sorted = (all: unknown[]) => all.map((column) => JSON.stringify(column)).sort();
  expect(sorted(byColumn)).toEqual(sorted(theirs));

  await expect(table.locator('td.current')).toHaveCount(1);
  await expect(table.locator('td.current')).toContainText('current');
  const best = Object.values(cheapest).map((number) => cells[number]?.monthlyDue);
  const marked = await table.locator('td.cheapest').evaluateAll((all) => all.map((cell) => (cell as HTMLElement).dataset['exact']));
  // Every cell that costs as little as the one that the command line names.
  const equal = shown.flat().flatMap((cell) => (cell?.[0] === 'priced' && best.includes(cell[1] ?? '') ? [cell[1]] : []));
  expect(marked.sort()).toEqual(equal.sort());
  await expect(table.locator('td.cheapest').first()).toContainText('cheapest');

  // A cell says why.
  const other = table.locator('tbody tr').nth(1).locator('td button').first();
  await other.click();
  await expect(page.getByRole('region', { name: 'Lines that differ' })).toBeVisible();
});

test('all cells that cost as little are the cheapest', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'vcore', '730');
  await page.getByRole('button', { name: 'Compare' }).click();
  const table = page.locator('table.matrix');
  await expect(table).toBeVisible();
  // The credit of one offer pays the month wherever it is used.
  const free = await table.locator('td[data-exact="0"]').count();
  expect(free).toBeGreaterThan(10);
  await expect(table.locator('td.cheapest')).toHaveCount(free);
  await expect(table.locator('td.cheapest[data-exact="0"]')).toHaveCount(free);
});

test('the other pivots have the cells of the command line: by date, and each group under each offer', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'New group' }).click();
  await page.keyboard.type('Web');
  await page.keyboard.press('Tab');
  await add(page, 'hot lrs', '900', 'tiered');
  await page.getByRole('button', { name: 'Compare' }).click();
  const table = page.locator('table.matrix');
  const shown = () => table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => [cell.dataset['status'], cell.dataset['exact'] ?? null])));

  await page.getByRole('button', { name: 'Group × offer' }).click();
  await expect(table.locator('tbody th').first()).toHaveText('Web');
  await expect(table.locator('tbody th')).toHaveText(['Web', 'No group', 'Together']);
  const heads = (await table.locator('thead th').allTextContents()).slice(1);
  const workload = JSON.parse(await workloadOf(page)) as { currency: string; offer: string; items: { group?: string }[] };
  for (const item of workload.items) item.group ??= 'No group';
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    writeFileSync(join(folder, 'grouped.json'), JSON.stringify(workload));
    const { books } = await (await fetch(`${demo.origin}/data/books.json`)).json() as { books: { id: string; offer: string | null; currency: string }[] };
    const own = books.findIndex(({ offer, currency }) => offer === workload.offer && currency === workload.currency);
    const columns = [books[own], ...books.filter((_, index) => index !== own)];
    expect(columns).toHaveLength(heads.length);
    const grid = await shown();
    for (const [column, book] of columns.entries()) {
      if (!book) throw new Error('no book');
      const offer = book.offer === null ? [] : ['--offer', book.offer];
      const told = JSON.parse(answer(demo.program, ['estimate', join(folder, 'grouped.json'), '--book', book.id, ...offer, '--currency', book.currency, '-o', 'json', '--store', `file:${demo.store}`])) as { groups: Record<string, string>; totals: { monthlyCost: string }; lines: { group: string; cost: string | null }[] };
      const cell = (group: string | null, sum: string | undefined) => {
        const costs = told.lines.filter((line) => group === null || line.group === group).map(({ cost }) => cost);
        const status = costs.every((cost) => cost === null) ? 'unavailable' : costs.includes(null) ? 'incomplete' : 'priced';
        return [status, status === 'unavailable' ? null : sum];
      };
      expect(grid.map((row) => row[column]), heads[column]).toEqual([
        cell('Web', told.groups['Web']), cell('No group', told.groups['No group']), cell(null, told.totals.monthlyCost),
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  await page.getByRole('button', { name: 'Region × date' }).click();
  await page.getByLabel('Add a day').fill('2026-03-01');
  await expect(table.locator('thead')).toContainText('Mar 1, 2026');
  const days = (await table.locator('thead th').allTextContents()).slice(1);
  const march = days.indexOf('Mar 1, 2026');
  const { cells } = await told<{ cells: Cell[] }>(page, demo, (file) => ['compare', file, '--regions', 'all', '--dates', '2026-11-28,2026-03-01']);
  const rows = await table.locator('tbody tr').count();
  const grid = await shown();
  const theirs = (column: number) => cells.slice(column * rows, (column + 1) * rows).map(({ status, monthlyDue }) => [status, status === 'priced' || status === 'incomplete' ? monthlyDue : null]);
  expect(grid.map((row) => row[0])).toEqual(theirs(0));
  expect(grid.map((row) => row[march])).toEqual(theirs(1));
});

test('a branch shows the lines that make the difference, and why', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  const before = await workloadOf(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Copy A as B' }).click();
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await expect(page.getByRole('button', { name: 'Branch B', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await lines(page).first().getByLabel(/^Quantity of/).fill('365');
  await lines(page).nth(1).getByRole('button', { name: /^Remove/ }).click();
  const total = await grandTotal(page).getAttribute('data-exact');
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    writeFileSync(join(folder, 'a.json'), before);
    const found = await told<{ lines: { difference: string | null; reasons: string[] }[] }>(page, demo, (file) => ['compare', join(folder, 'a.json'), '--with', file]);
    await page.getByRole('button', { name: 'Compare' }).click();
    const rows = page.locator('[data-branch="1"] tbody tr');
    await expect(rows).toHaveCount(found.lines.length);
    expect(found.lines).toHaveLength(2);
    for (const [index, line] of found.lines.entries()) {
      if (line.difference !== null) await expect(rows.nth(index).locator('[data-exact]')).toHaveAttribute('data-exact', line.difference);
    }
    await expect(rows.filter({ hasText: 'quantity' })).toHaveCount(1);
    await expect(rows.filter({ hasText: 'removed' })).toHaveCount(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // One of the two changes is taken into A, and given back.
  await page.locator('[data-branch="1"] tbody tr', { hasText: 'quantity' }).getByRole('button', { name: /^Take into A/ }).click();
  await expect(page.locator('[data-branch="1"] tbody tr')).toHaveCount(1);
  await page.locator('[data-branch="1"] tbody tr').getByRole('button', { name: /^Take into A/ }).click();
  await expect(page.locator('[data-branch="1"]')).toContainText('No line costs anything else');
  for (let step = 0; step < 2; step += 1) await page.getByRole('button', { name: 'Undo' }).first().click();
  await page.getByRole('button', { name: 'Branch A', exact: true }).click();
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await expect(lines(page)).toHaveCount(2);
  await expect(grandTotal(page)).not.toHaveAttribute('data-exact', total ?? '');
  await page.getByRole('button', { name: 'Remove branch A' }).click();
  await expect(lines(page)).toHaveCount(1);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', total ?? '');
});

test('the largest count for an amount is that of the command line', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const goal = await told<{ count: number; monthlyDue: string }>(page, demo, (file) => ['estimate', file, '--within', '5000', '--item', '1']);
  expect(goal.count).toBeGreaterThan(1);
  const part = page.getByRole('region', { name: 'How many for an amount' });
  await part.getByLabel(/^for at most/).fill('5000');
  await page.keyboard.press('Enter');
  await expect(part.getByRole('status')).toContainText(new RegExp(`^${goal.count}:`));
  await part.getByRole('button', { name: 'Use this count' }).click();
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await expect(lines(page).first().getByLabel(/^How many/)).toHaveValue(`${goal.count}`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByLabel(/^for at most/).fill('1');
  await page.keyboard.press('Enter');
  await expect(part.getByRole('status')).toContainText('Not even none');
  await part.getByLabel(/^for at most/).fill('1,5');
  await page.keyboard.press('Enter');
  await expect(part.getByRole('status')).toContainText('A number such as 1500.5');
});
