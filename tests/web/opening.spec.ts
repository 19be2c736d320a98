// What opening, choosing and counting must not hide: another order of shared tiers, another list of prices, another block.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open, workloadOf } from './support/page';

async function give(page: Page, workload: object): Promise<void> {
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel(/^Or paste/).fill(JSON.stringify({ schema: 'forebill.workload/1', ...workload }));
  await page.getByRole('button', { name: 'Open it' }).click();
}

test('lines that share tiers and now stand in another order are told of', async ({ page, demo }) => {
  await open(page, demo.origin);
  const item = (name: string, group?: string) => ({ name, query: 'data transfer out', region: 'Zone 1', quantity: '20000', ...(group ? { group } : {}) });
  await give(page, { items: [item('one', 'b'), item('two', 'a'), item('three')] });
  await expect(page.locator('.toast')).toContainText('shared tiers may fall otherwise');
  // As it stands here, it is what the command line says of it.
  const { groups } = await answered<{ groups: Record<string, string> }>(page, demo);
  for (const [name, sum] of Object.entries(groups)) await expect(page.getByRole('region', { name, exact: true }).locator('.group-sum')).toHaveAttribute('data-exact', sum);
  await give(page, { items: [item('three'), item('one', 'b'), item('two', 'a')] });
  await expect(page.locator('.toast')).toContainText('The estimate is open');
  await expect(page.locator('.toast')).not.toContainText('shared tiers');
});

test('a quantity in another unit is worked out in the unit that is counted, for one piece and for many', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '2 TB');
  await expect(line.locator('.meant')).toHaveText('= 2,000 GB');
  await line.getByLabel(/^How many/).fill('3');
  await expect(line.locator('.meant')).toHaveText('× 3 = 6,000 GB');
});

test('another list of prices is a step like every other', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  const offer = page.getByLabel('Offer and currency');
  const first = await offer.locator('option:checked').textContent() ?? '';
  const before = await grandTotal(page).getAttribute('data-exact') ?? '';
  await offer.selectOption({ label: await offer.locator('option', { hasText: 'MSDN Platforms' }).first().textContent() ?? '' });
  await expect(offer.locator('option:checked')).toHaveText(/^MSDN Platforms/);
  await expect(grandTotal(page)).not.toHaveAttribute('data-exact', before);
  const other = await grandTotal(page).getAttribute('data-exact') ?? '';
  await lines(page).first().getByLabel(/^Quantity of/).fill('1');
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: /Use the prices of MSDN Platforms/ })).toBeVisible();
  await page.keyboard.press('Escape');
  const undo = page.getByRole('button', { name: 'Undo' }).first();
  await undo.click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', other);
  await undo.click();
  await expect(offer.locator('option:checked')).toHaveText(first);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', before);
  await page.getByRole('button', { name: 'Redo' }).first().click();
  await expect(offer.locator('option:checked')).toHaveText(/^MSDN Platforms/);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', other);
});

test('an amount below nothing buys nothing, and what has no end says so', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'data transfer out', '0');
  await page.getByRole('button', { name: 'Compare' }).click();
  const goal = page.getByRole('region', { name: 'How many for an amount' });
  const ask = async (amount: string) => {
    await goal.getByLabel(/^for at most/).fill(amount);
    await goal.getByRole('button', { name: /^Find/ }).click();
    return goal.getByRole('status');
  };
  await expect(await ask('-5')).toHaveText(/^A number such as/);
  await expect(await ask('1,000')).toHaveText(/^≥ 1,000,000,000: a month then costs \$0\.00/);
  await goal.getByRole('button', { name: 'Use this count' }).click();
  expect((JSON.parse(await workloadOf(page)) as { items: { count: number }[] }).items[0]?.count).toBe(1_000_000_000);
  await expect(page.locator('.problem')).toHaveCount(0);
});

test('the list that was chosen in an opened link goes along with it', async ({ page, demo }) => {
  await open(page, demo.origin);
  const offer = page.getByLabel('Offer and currency');
  const choose = async (name: RegExp) => {
    await offer.selectOption({ label: await offer.locator('option', { hasText: name }).first().textContent() ?? '' });
    await expect(offer.locator('option:checked')).toHaveText(name);
  };
  const total = () => grandTotal(page).getAttribute('data-exact');
  await choose(/^MSDN Platforms/);
  await add(page, 'data transfer out', '20000', 'tiered');
  const dear = await total();
  const link = async () => page.evaluate(() => document.querySelector('forebill-estimator')!.shareUrl());
  const first = await link() ?? '';
  await page.goto('about:blank');
  await page.goto(first);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', dear ?? '');
  await lines(page).first().getByLabel(/^Quantity of/).fill('500');
  const typed = await total();
  await choose(/^Pay-as-you-go/);
  await expect(page.getByText('when this was shared')).toHaveCount(0);
  const chosen = await total() ?? '';
  expect(chosen).not.toBe(typed);
  const { totals } = await answered<{ totals: { monthlyCost: string } }>(page, demo);
  expect(totals.monthlyCost).toBe(chosen);
  const second = await link() ?? '';
  await lines(page).first().getByLabel(/^Quantity of/).fill('600');
  const undo = page.getByRole('button', { name: 'Undo' }).first();
  await undo.click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', chosen);
  await undo.click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', typed ?? '');
  await expect(offer.locator('option:checked')).toHaveText(/^MSDN Platforms/);
  await page.getByRole('button', { name: 'Redo' }).first().click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', chosen);
  await page.goto('about:blank');
  await page.goto(second);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', chosen);
  await expect(offer.locator('option:checked')).toHaveText(/^Pay-as-you-go/);

  // A workload of another offer, and back.
  await give(page, { offer: 'MS-AZR-0062P', currency: 'USD', items: [{ query: 'data transfer out', region: 'Zone 1', quantity: '20000' }] });
  await expect(grandTotal(page)).toHaveAttribute('data-exact', dear ?? '');
  await undo.click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', chosen);
  await page.getByRole('button', { name: 'Redo' }).first().click();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', dear ?? '');
  await expect(offer.locator('option:checked')).toHaveText(/^MSDN Platforms/);
});

test('what is to be paid for an estimate without all prices says so, and so do its exports', async ({ page, demo }) => {
  await open(page, demo.origin);
  await give(page, { offer: 'MS-AZR-0062P', currency: 'USD', items: [
    { query: 'data transfer out', region: 'Zone 1', quantity: '20000' }, { name: 'nobody', meterId: '00000000-0000-4000-8000-000000000000', quantity: '1' },
  ] });
  await expect(lines(page)).toHaveCount(2);
  const due = page.locator('.summary .pairs div', { hasText: 'To pay a month' }).locator('dd');
  await expect(due).toHaveText(/^≥ \$1,/);
  await lines(page).nth(1).locator('.line-tools button').first().click();
  await page.getByLabel(/^Group: nobody/).selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Share' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await waiting).path(), 'utf8');
  for (const name of ['Estimated a month', 'Rounded per meter', 'To pay a month']) expect(csv.split('\r\n').find((row) => row.includes(name)), name).toContain('incomplete');
  await page.keyboard.press('Escape');
  await lines(page).nth(1).getByRole('button', { name: /^Remove/ }).click();
  await expect(due).toHaveText(/^\$1,/);
});

test('every amount that lacks a price is at least so much, in the panel and in exports, and no other one', async ({ page, demo }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, demo.origin);
  const nobody = { name: 'nobody', meterId: '00000000-0000-4000-8000-000000000000', quantity: '1' };
  const egress = { query: 'data transfer out', region: 'Zone 1', quantity: '20000' };
  await give(page, {
    offer: 'MS-AZR-0003P', currency: 'USD',
    groups: [{ name: 'left', tags: { costCenter: '1', team: 'x' } }, { name: 'right', tags: { costCenter: '2' } }],
    items: [{ ...egress, group: 'left' }, { ...nobody, group: 'left' }, { ...egress, group: 'right' }, { ...egress, group: 'right', offer: 'MS-AZR-0062P', tags: { team: 'y' } }],
  });
  await expect(lines(page)).toHaveCount(4);
  const panel = await page.locator('.summary .pairs dd.num[data-exact], .summary .pairs div:has(> dt:text-is("Exact")) dd').evaluateAll((all) => all.map((one) => [one.previousElementSibling?.textContent, one.textContent?.startsWith('≥ ')]));
  expect(panel.filter(([name]) => ['Exact', 'Rounded per meter', 'A month', 'To pay a month', '1', '2'].includes(name ?? ''))).toEqual([
    ['Exact', true], ['Rounded per meter', true], ['To pay a month', true],
    ['A month', true], ['A month', false], ['To pay a month', false], ['1', true], ['2', false],
  ]);

  const exported = async (format: string, by: RegExp) => {
    await page.getByRole('button', { name: 'Share' }).click();
    const waiting = format === 'CSV' ? page.waitForEvent('download') : null;
    await page.getByRole('dialog').getByRole('button', { name: format }).click();
    if (!waiting) await expect(page.locator('.toast')).toContainText('copied');
    const text = waiting ? readFileSync(await (await waiting).path(), 'utf8') : await page.evaluate(() => navigator.clipboard.readText());
    await page.keyboard.press('Escape');
    return text.split(/\r?\n/).flatMap((row) => { const name = by.exec(row)?.[1]; return name === undefined ? [] : [[name, row.includes('incomplete')]]; });
  };
  for (const [format, by] of [['CSV', /^(?:group|total),(left|right|Cost centre \d|team \w),/], ['Markdown', /^\| (?:\*\*)?(left|right|Cost centre \d|team \w)(?:\*\*)? \|/]] as const) {
    expect(await exported(format, by), format).toEqual([
      ['left', true], ['right', false], ['Cost centre 1', true], ['Cost centre 2', false], ['team x', true], ['team y', false],
    ]);
  }
});

test('an estimate that is only shown stays as it is, whatever key is pressed', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  const before = await workloadOf(page);
  await page.evaluate(() => { document.querySelector('forebill-estimator')!.readonly = true; });
  await expect(page.getByLabel('Offer and currency')).toHaveCount(0);
  await expect(page.locator('.picker-only')).toHaveText(/^Pay-as-you-go/);
  await lines(page).first().locator('.line-cost').focus();
  for (const key of ['Control+k', 'Control+z', 'Control+Shift+z', 'Delete', 'Control+d', 'a']) await page.keyboard.press(key);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await workloadOf(page)).toBe(before);
});
