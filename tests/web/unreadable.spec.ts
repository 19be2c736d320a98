// A line that cannot be read is missing in every sum that it belongs to, and in no other; and it is kept as it was typed.

import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open, ready, workloadOf } from './support/page';

interface Item { name?: string; quantity?: string; count?: number | string; unit?: string }
interface Answer { totals: { monthlyCost: string } }

const MACHINE = { query: 'D4s v5', region: 'westeurope' };

async function give(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: /^(Open|Öffnen)$/ }).click();
  await page.getByLabel(/^(Or paste|Oder ihren Text)/).fill(text);
  await page.getByRole('button', { name: /^(Open it|Öffnen)$/ }).last().click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

const workload = (items: object[], more: object = {}) => JSON.stringify({ schema: 'forebill.workload/1', offer: 'MS-AZR-0003P', currency: 'USD', ...more, items });
const quantity = (line: Locator) => line.locator('input[data-field=quantity]');
const itemsOf = async (page: Page) => (JSON.parse(await workloadOf(page)) as { items: Item[] }).items;

test('branches with a line that cannot be read are compared by what each of them has', async ({ page, demo }) => {
  await open(page, demo.origin);
  await give(page, workload([{ ...MACHINE, name: 'a', quantity: '730' }, { ...MACHINE, name: 'b', quantity: '100' }]));
  const whole = await grandTotal(page).textContent() ?? '';
  const { totals } = await answered<Answer>(page, demo);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Copy A as B' }).click();
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await expect(page.getByRole('button', { name: 'Compare' })).toBeFocused();
  await quantity(lines(page).first()).fill('x');
  const left = await grandTotal(page).textContent() ?? '';
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText('Branch A', { exact: true }).locator('xpath=..').locator('.num').first()).toHaveText(whole);
  await expect(page.locator('[data-branch="1"] .branch-row .num')).toHaveText(`≥ ${left}`);
  await expect(page.locator('[data-branch="1"]')).toContainText('no price');

  // Neither matrix nor goal seek take what is left for all of it.
  const cells = page.locator('table.matrix td[data-status]');
  await expect(cells.first()).toHaveAttribute('data-status', 'incomplete');
  await expect(cells.first()).toContainText('1 line without a price');
  await expect(page.locator('table.matrix td[data-status=priced]')).toHaveCount(0);
  const goal = page.getByRole('region', { name: 'How many for an amount' });
  await goal.getByLabel('How many of').selectOption({ index: 1 });
  await goal.getByLabel(/^for at most/).fill('500');
  await goal.getByRole('button', { name: /^Find/ }).click();
  await expect(goal.getByRole('status')).toContainText(/price/);
  await expect(goal.getByRole('button', { name: 'Use this count' })).toHaveCount(0);
});

test('what the terms of an offer make of it is a lower bound, too', async ({ page, demo }) => {
  await open(page, demo.origin);
  const own = { ...MACHINE, offer: 'MS-AZR-0062P' };
  await give(page, workload([{ ...MACHINE, quantity: '730' }, { ...own, quantity: '100' }, { ...own, quantity: '500' }]));
  const amounts = page.locator('[data-offer]').nth(1).locator('dd');
  await expect(amounts.first()).toHaveText(/^\$138\.24$/);
  await quantity(lines(page).nth(2)).fill('x');
  await expect(amounts.first()).toHaveText(/^≥ \$23\.04$/);
  for (const text of await amounts.allTextContents()) expect(text).toMatch(/^≥|incomplete$/);
  await expect(page.locator('[data-offer]').first().locator('dd').first()).toHaveText(/^\$168\.19$/);
});

for (const typed of ['abc', '', '100 GB', '5 apples', '1,5 TB']) {
  test(`“${typed}” is there after a reload, and all that stood beside it`, async ({ page, demo }) => {
    await open(page, demo.origin);
    await give(page, workload([
      { ...MACHINE, name: 'a', quantity: '730' },
      { ...MACHINE, name: 'b', quantity: '100', count: 3, low: '50', high: '200', ramp: ['0.5', '1'], group: 'g', tags: { costCenter: 'ZZ', env: 'e' } },
    ], { groups: [{ name: 'g', tags: { costCenter: 'K' } }] }));
    await quantity(lines(page).nth(1)).fill(typed);
    await expect(page.locator('.headline .flag')).toContainText('1 of 2');
    const before = JSON.parse(await workloadOf(page)) as object;
    // What was typed is kept after a moment.
    await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain('ZZ');
    await page.waitForTimeout(1500);
    await page.reload();
    await ready(page);
    await expect(lines(page)).toHaveCount(2);
    await expect(page.locator('.headline .flag')).toContainText('1 of 2');
    expect(JSON.parse(await workloadOf(page))).toEqual(before);
  });
}

test('a table in the code page of a country keeps its columns', async ({ page, demo }) => {
  await open(page, demo.origin);
  const choose = async (text: string) => {
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel('Choose a file').setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
    await expect(page.getByRole('dialog')).toBeHidden();
  };
  await choose('Name;Region;Quantity;At most;Cost centre\nD4s v5;westeurope;5;9;Büro\n');
  const [item] = await itemsOf(page);
  expect(item).toMatchObject({ quantity: '5', high: '9', tags: { costCenter: 'Büro' } });
});

test('a column named Kind is not an export of this page', async ({ page, demo }) => {
  await open(page, demo.origin);
  await give(page, 'Kind;Name;Region;Quantity\nVM;data transfer out;Zone 1;15\n');
  expect((await itemsOf(page)).map((item) => item.quantity)).toEqual(['15']);
});

test('a table with tabs has one reading on a German page', async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto(`${demo.origin}/`);
  await ready(page);
  for (const [numbers, read] of [
    [['1.5', '20.125'], ['1.5', '20.125']], [['1,5', '20.125'], ['1.5', '20125']], [['1.234,5', '7'], ['1234.5', '7']], [['0.125', '2'], ['0.125', '2']],
  ] as const) {
    await give(page, ['Name\tRegion\tQuantity', ...numbers.map((number) => `data transfer out\tZone 1\t${number}`)].join('\n'));
    expect((await itemsOf(page)).map((item) => item.quantity), `${numbers}`).toEqual(read);
  }
  await context.close();
});

test('a host page hears of no total where nothing has one', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await page.evaluate(() => {
    document.querySelector('forebill-estimator')!.addEventListener('forebill-change', (event) => { document.documentElement.dataset['heard'] = JSON.stringify((event as CustomEvent<{ total: string | null }>).detail.total); });
  });
  await quantity(line).fill('x');
  await expect(page.locator('html')).toHaveAttribute('data-heard', 'null');
});
