// The rate book in its compact form: loaded where the list offers it, and the other form where it cannot be had.

import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, answered, grandTotal, open, ready } from './support/page';

/** The endings of the rate book's files that the page asks for. */
function asked(page: Page): string[] {
  const endings: string[] = [];
  page.on('request', (request) => {
    const [, ending] = /\/data\/ratebook\/[0-9a-f]{64}\.(\w+)$/.exec(request.url()) ?? [];
    if (ending) endings.push(ending);
  });
  return endings;
}

const WRONG = [
  ['prices that are not there', '**/*.forebook', { status: 404 }],
  ['ids that are not served', '**/*.ids', { status: 500 }],
  ['prices that break off', '**/*.forebook', { body: 'forebook\u0001\u0000' }],
  ['ids that are none', '**/*.ids', { json: {} }],
] as const;

for (const [what, address, answer] of [['all as it should be'], ...WRONG] as const) {
  test(`a book in two small files, ${what}: the sum is that of the program`, async ({ page, demo }) => {
    const files = asked(page);
    if (address) await page.route(address, (route) => route.fulfill(answer));
    await open(page, demo.origin);
    await add(page, 'data transfer out', '20000', 'tiered');
    await add(page, 'd4s v5 westeurope', '730');
    const { totals } = await answered<{ totals: { monthlyCost: string } }>(page, demo);
    expect(totals.monthlyCost).toMatch(/^\d+\.\d+$/);
    await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
    expect(files.toSorted()).toEqual(address ? ['forebook', 'ids', 'json'] : ['forebook', 'ids']);
  });
}

test('a list that offers no compact form is read as before', async ({ page, demo }) => {
  const files = asked(page);
  await page.route('**/data/books.json', async (route) => {
    const list = await (await route.fetch()).json() as { books: { compact?: boolean }[] };
    for (const book of list.books) delete book.compact;
    await route.fulfill({ json: list });
  });
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  expect(files).toEqual(['json']);
});

test('where neither form can be read, the page says why and tries again', async ({ page, demo }) => {
  await page.route('**/data/ratebook/**', (route) => route.fulfill({ body: '{"schema": "mine"}' }));
  await page.goto(`${demo.origin}/`);
  await expect(page.getByRole('alert')).toContainText('expected forebill.ratebook/1, found mine');
  await page.unroute('**/data/ratebook/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await ready(page);
});
