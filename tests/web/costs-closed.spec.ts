// A month that is over, as the pages show it and as the program prints it: who pays, by which rule, and what invoices say.

import type { Locator } from '@playwright/test';
import { expect, test } from './support/demo';
import { openCosts, printed, sum } from './support/costs';

interface Line { costCentre: string | null; what: { kind: string }; service: string; amount: string | null; unpricedQuantity: string }
interface Showback {
  statements: { costCentre: string | null; own: string; shared: string; total: string; unpriced: number }[];
  lines: Line[];
  total: string;
  unpriced: { meterId: string; quantity: string }[];
}

const exactly = (amount: string) => sum([amount]);

/** The exact amounts of each row of a table. */
function amounts(table: Locator): Promise<string[][]> {
  return table.locator('tbody > tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll(':scope > td [data-exact]')].map((one) => one.getAttribute('data-exact') ?? '')));
}

test('statements have the digits of forebill showback, and are the total', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/showback');
  await expect(page.getByLabel('Month', { exact: true })).toHaveValue('2026-10');
  const showback = await printed<Showback>(page, demo, 'showback', '2026-10');
  const table = page.getByRole('group', { name: 'Statements', exact: true });
  const names = showback.statements.map((one) => one.costCentre ?? '(no cost centre)');
  await expect(table.locator('[data-centre]')).toHaveText(names);
  const shown = await amounts(table);
  expect(shown).toEqual(showback.statements.map((one) => [one.total, one.own, ...(one.shared === '0' ? [] : [one.shared])]));
  const foot = await table.locator('tfoot [data-exact]').getAttribute('data-exact');
  expect(foot).toBe(showback.total);
  expect(sum(shown.map((row) => row[0] ?? ''))).toBe(exactly(showback.total));

  // What nobody is named for has its own figure, in red, and its own row.
  const nobody = showback.statements.find((one) => one.costCentre === null);
  expect(exactly(nobody?.total ?? '0')).toBeGreaterThan(0n);
  await expect(page.getByRole('region', { name: 'Without a cost centre' }).locator('[data-exact]').first()).toHaveAttribute('data-exact', nobody?.total ?? '');
  await expect(table.locator('tr.nobody')).toContainText('(no cost centre)');
  await expect(table.locator('tr', { hasText: 'network' })).toContainText('in proportion');
  await expect(page.getByRole('group', { name: 'Without a price' }).locator('tbody tr')).toHaveCount(showback.unpriced.length);
  await expect(page.getByRole('region', { name: 'All statements' }).locator('.value')).toHaveText('≥\u00a0$18,001.78');
  await expect(table.locator('tr.nobody')).toContainText('1 line without a price');
  expect(nobody?.unpriced).toBeGreaterThan(0);
  await expect(page.getByRole('region', { name: 'Without a cost centre' }).locator('.value')).toHaveText('≥\u00a0$4,998.58');
  await expect(table.locator('tr.nobody [data-exact]').first()).toHaveText('≥\u00a0$4,998.58');
  // What lacks a price is at least so much, wherever it stands.
  const own = table.locator('tr.nobody > td').nth(2);
  await expect(own.locator('[data-exact]')).toHaveText('≥\u00a0$4,998.58');
  const incomplete = new Set(showback.lines.filter((line) => Number(line.unpricedQuantity) > 0).map((line) => line.costCentre ?? '(no cost centre)'));
  const marked = await table.locator('tbody > tr').evaluateAll((rows) => rows.filter((row) => row.textContent?.includes('≥')).map((row) => row.querySelector('[data-centre]')?.textContent));
  expect(new Set(marked)).toEqual(incomplete);
  // 170.29 of 18,001.78 is 0.946 %: rounded twice it would be 1 %.
  await expect(table.locator('tr', { hasText: '4891' })).toContainText('0.9%');
});

test('a statement says which rule made each line its own, and is a file', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/showback');
  const showback = await printed<Showback>(page, demo, 'showback', '2026-10');
  for (const centre of ['4711', 'network', null]) {
    const own = showback.lines.filter((line) => line.costCentre === centre);
    await page.locator(`[data-centre="${centre ?? ''}"]`).click();
    const table = page.getByRole('group', { name: `Statement of ${centre ?? '(no cost centre)'}` });
    await expect(table.locator('tbody tr')).toHaveCount(own.length);
    const shown = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [
      row.querySelector('td:nth-child(3) [data-exact]')?.getAttribute('data-exact') ?? null, row.querySelector('td:nth-child(2)')?.textContent ?? '', row.querySelector('td:nth-child(7)')?.textContent?.trim() ?? '', row.querySelector('th')?.textContent ?? '',
    ] as const));
    expect(shown.map(([amount]) => amount).sort()).toEqual(own.map((line) => line.amount).sort());
    const total = showback.statements.find((one) => one.costCentre === centre)?.total ?? '';
    expect(sum(shown.map(([amount]) => amount ?? '0'))).toBe(exactly(total));
    await expect(table.locator('tfoot [data-exact]')).toHaveAttribute('data-exact', total);
    if (centre === null) {
      for (const name of ['Total', 'Own']) await expect(page.getByRole('region', { name, exact: true }).locator('.value')).toHaveText('≥\u00a0$4,998.58');
      await expect(table.locator('tfoot [data-exact]')).toHaveText('≥\u00a0$4,998.58');
    }
    for (const [, kind, rule, item] of shown) {
      if (kind !== 'usage') continue;
      // The rules of the sample, by eye.
      if (centre === null) expect(rule, item).toBe('no rule names one');
      else if (centre === 'network') expect(rule, item).toBe(`cost-centre network for service "${item.startsWith('VPN') ? 'VPN Gateway' : 'Load Balancer'}"`);
      else expect(rule, item).toBe('cost-centre from tag costCenter');
    }
    if (centre === '4711') {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV of 4711' }).click()]);
      expect(download.suggestedFilename()).toBe('2026-10_statement_4711.csv');
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString('utf8').trim().split('\r\n')).toHaveLength(own.length + 1);
    }
    await page.getByRole('navigation', { name: 'Statements' }).getByRole('button').click();
  }
  // A month that is open is no statement to hand out, and says whose rules it has.
  await page.getByRole('button', { name: 'Month after' }).click();
  await expect(page.getByText('Shown by the rules with which October 2026 was closed')).toBeVisible();
  await expect(page.getByRole('link', { name: /^CSV of/ })).toHaveCount(0);
});

test('invoices stand beside our rating, and what was not compared is said', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/invoices');
  interface Compared { invoices: { invoice: string; invoiced: string; ours: string; difference: string; reasons: Record<string, string>; lines: { difference: string }[] }[] }
  const { invoices } = await printed<Compared>(page, demo, 'invoices', 'reconcile', '2026-10');
  const beside = page.getByRole('group', { name: 'Beside our rating: October 2026' });
  const shown = await amounts(beside);
  expect(shown.map((row) => row.slice(0, 3))).toEqual(invoices.map((one) => [one.invoiced, one.ours, one.difference]));
  expect(shown.map((row) => row.slice(3).sort())).toEqual(invoices.map((one) => Object.values(one.reasons).sort()));
  const totals = [invoices.map((one) => one.invoiced), invoices.map((one) => one.ours), invoices.map((one) => one.difference)].map(sum);
  expect((await beside.locator('tfoot [data-exact]').evaluateAll((all) => all.map((one) => one.getAttribute('data-exact') ?? ''))).map(exactly)).toEqual(totals);
  await expect(page.getByRole('region', { name: 'On the invoices' }).locator('.value')).toHaveText('$19,788.93');
  await expect(page.getByRole('region', { name: 'Difference' })).toContainText('Every part of it has a reason');
  const differing = invoices.flatMap((one) => one.lines.filter((line) => line.difference !== '0')).length;
  await expect(page.getByRole('group', { name: 'What differs' }).locator('tbody tr')).toHaveCount(differing);
  const [first] = invoices;
  await expect(page.getByRole('group', { name: 'Archived invoices' }).locator('tr', { hasText: first?.invoice ?? '' }).locator('[data-exact]').first()).toHaveAttribute('data-exact', first?.invoiced ?? '');

  await openCosts(page, demo.origin, '#/spend?month=2026-10');
  const figure = page.getByRole('region', { name: 'Invoiced' });
  expect((await figure.locator('[data-exact]').evaluateAll((all) => all.map((one) => one.getAttribute('data-exact') ?? ''))).map(exactly)).toEqual(totals);
  const bills = await amounts(page.getByRole('group', { name: 'Bills', exact: true }));
  expect(bills.map((row) => row.slice(-2))).toEqual(invoices.map((one) => [one.invoiced, one.difference]));
  await expect(page.locator('details.strip')).toContainText('invoices of October 2026 explained');

  // Documents without lines are no amounts; of a month under way there is nothing.
  await page.getByRole('button', { name: 'Month before' }).click();
  await expect(figure).toContainText('3 invoices are archived, and the lines are not known');
  await expect(figure.locator('[data-exact]')).toHaveCount(0);
  await page.getByLabel('Month', { exact: true }).selectOption('2026-11');
  await expect(figure).toContainText('No invoice of these billing periods is known yet');
});
