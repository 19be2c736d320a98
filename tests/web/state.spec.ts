// Groups, assumptions, the way back, and what the browser keeps. Sums are compared with those of the command line.

import { expect, test } from './support/demo';
import { add, answered, grandTotal, hits, lines, open, search } from './support/page';

interface Answer {
  groups: Record<string, string>;
  totals: { monthlyCost: string; monthlyCostLow: string; monthlyCostHigh: string; yearlyCost: string };
}

test('groups have the subtotals of the command line, and lines move through them by keyboard', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  await add(page, 'virtual machines', '730');
  await page.getByRole('button', { name: 'New group' }).click();
  const group = page.locator('[data-group]').first();
  await expect(group.getByLabel('Name of the group')).toBeFocused();
  await page.keyboard.type('Web <b>tier</b>');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('region', { name: 'Web <b>tier</b>' })).toBeVisible();

  await page.locator('.line-cost').nth(1).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(group.locator('[data-line]')).toHaveCount(1);
  await expect(group.locator('.line-cost')).toBeFocused();
  // The focus was in the group: so is what is added.
  await add(page, 'hot lrs', '900');
  await expect(group.locator('[data-line]')).toHaveCount(2);

  const { groups, totals } = await answered<Answer>(page, demo);
  expect(Object.keys(groups)).toEqual(['Web <b>tier</b>']);
  await expect(group.locator('.group-sum')).toHaveAttribute('data-exact', groups['Web <b>tier</b>'] ?? '');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);

  await group.getByRole('button', { name: /^Show or hide/ }).click();
  await expect(group.locator('[data-line]')).toHaveCount(0);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);

  // A second group of the same name would be the same one in a file.
  await page.getByRole('button', { name: 'New group' }).click();
  const second = page.locator('[data-group]').nth(1);
  await second.getByLabel('Name of the group').fill('Web <b>tier</b>');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.locator('[data-group]').first().getByLabel('Name of the group')).toHaveValue('Web <b>tier</b> 2');
  await page.locator('[data-group]').nth(1).getByRole('button', { name: /^Remove the group/ }).click();
  await expect(lines(page)).toHaveCount(3);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
});

test('schedules, ramps and ranges are those of the command line', async ({ page, demo }) => {
  await open(page, demo.origin);
  const machine = await add(page, 'd4s v5', '730');
  await machine.getByRole('button', { name: /^Assumptions/ }).click();
  await machine.getByLabel(/^Runs/).selectOption('plan');
  await expect(machine.getByLabel(/^Hours a day/)).toBeFocused();
  await machine.getByLabel(/^Hours a day/).fill('9.5');
  await machine.getByLabel(/^Days a week/).fill('6');
  await machine.getByLabel(/^Share of month/).fill('0.25 0.5 1');
  const egress = await add(page, 'data transfer out', '20000', 'tiered');
  await egress.getByRole('button', { name: /^Assumptions/ }).click();
  await egress.getByLabel(/^At least/).fill('9000');
  await egress.getByLabel(/^At most/).fill('81000.5');

  const { totals } = await answered<Answer>(page, demo);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  await expect(page.locator('.year')).toHaveAttribute('data-exact', totals.yearlyCost);
  const range = page.locator('[data-low]');
  await expect(range).toHaveAttribute('data-low', totals.monthlyCostLow);
  await expect(range).toHaveAttribute('data-high', totals.monthlyCostHigh);
  expect(totals.monthlyCostLow).not.toBe(totals.monthlyCostHigh);
  // What a line assumes is seen and heard without opening it.
  await expect(egress.getByRole('button', { name: /^Assumptions and group of .*: 9000, 81000\.5$/ })).toHaveClass(/assumed/);
  await expect(machine.getByRole('button', { name: /: 0\.25 0\.5 1$/ })).toHaveClass(/assumed/);

  // What the core refuses stands at its field.
  await egress.getByLabel(/^At least/).fill('30000');
  await expect(egress.getByLabel(/^At least/)).toHaveAttribute('aria-invalid', 'true');
  await expect(egress).toContainText('the low quantity is above the quantity itself');
});

test('every step can be taken back, also the hundredth', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'virtual machines', '730');
  await line.locator('.line-cost').focus();
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('Control+d');
  await expect(lines(page)).toHaveCount(61);
  // Also from within a field, whose letters are steps of the estimate.
  await lines(page).nth(60).getByLabel(/^Quantity of/).focus();
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('Control+z');
  await expect(lines(page)).toHaveCount(1);
  await expect(lines(page).first().getByLabel(/^Quantity of/)).toHaveValue('730');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(lines(page)).toHaveCount(0);
  for (let step = 0; step < 2; step += 1) await page.getByRole('button', { name: 'Redo' }).click();
  await expect(lines(page)).toHaveCount(2);
});

test('the estimate is there again after a reload, half typed lines too', async ({ page, demo }) => {
  await open(page, demo.origin);
  await page.evaluate(() => localStorage.clear());
  await add(page, 'data transfer out', '20000', 'tiered');
  const total = await grandTotal(page).getAttribute('data-exact');
  await add(page, 'virtual machines', '1,5');
  await page.getByLabel('Name of the estimate').fill('Shop');
  await open(page, demo.origin);
  await expect(lines(page)).toHaveCount(2);
  await expect(page.getByLabel('Name of the estimate')).toHaveValue('Shop');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', total ?? '');
  // It goes on with the prices of the day: nobody shared it.
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Branches' })).toBeVisible();
  await expect(page.getByText(/when this was shared/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Back to the lines' }).click();
  await page.getByRole('button', { name: 'Start empty' }).click();
  await expect(lines(page)).toHaveCount(0);
  await page.evaluate(() => localStorage.setItem('forebill.recent/1', '[{"id":"x","savedAt":"","name":"","lines":1,"text":"{}"},7]'));
  await page.reload();
  await expect(page.getByText('What would it cost?')).toBeVisible();
});

test('before there are prices one types, and sees what was kept', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await line.getByLabel('Name of the line').fill('Egress of the shop');
  await page.waitForTimeout(600);
  let answer = (): void => undefined;
  const held = new Promise<void>((done) => { answer = done; });
  await page.route('**/data/ratebook/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.reload({ waitUntil: 'commit' });
  await expect(page.getByText('Egress of the shop')).toBeVisible();
  await expect(page.getByText('20000 1 GB')).toBeVisible();
  await expect(search(page)).toBeFocused();
  await page.keyboard.type('d4s v5');
  await expect(page.locator('.headline')).toHaveCount(0);
  await expect(search(page)).toHaveValue('d4s v5');
  answer();
  await expect(hits(page).first()).toBeVisible();
  await expect(search(page)).toBeFocused();
  await expect(lines(page)).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(lines(page)).toHaveCount(2);
});

test('a name of blanks is none, wherever it is shown', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'd4s v5', '730');
  const name = line.getByLabel('Name of the line');
  const meter = await name.getAttribute('placeholder') ?? '';
  // Typed into an empty field, and in place of a name.
  for (const typed of ['', 'web']) {
    await name.fill(typed);
    await name.fill('   ');
    await expect(name).toHaveValue('');
    await expect(line.getByRole('button', { name: /explain$/ })).toHaveAccessibleName(new RegExp(`^${meter.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  }
  const estimate = page.getByLabel('Name of the estimate');
  for (const typed of ['', 'shop']) {
    await estimate.fill(typed);
    await estimate.fill('  ');
    await expect(estimate).toHaveValue('');
  }
  await page.getByRole('button', { name: 'New group' }).click();
  const group = page.getByLabel('Name of the group');
  await group.fill('  ');
  await page.keyboard.press('Tab');
  await expect(group).toHaveValue('Group');
  // And from a file.
  await page.evaluate(() => (document.querySelector('forebill-estimator') as unknown as { load: (workload: object) => Promise<void> }).load({
    schema: 'forebill.workload/1', name: ' ', items: [{ name: '  ', query: 'd4s v5', region: 'westeurope', quantity: '730', unit: 'Hours', group: '  ' }],
  }));
  await expect(page.locator('[data-group]')).toHaveCount(0);
  await expect(estimate).toHaveValue('');
  await expect(lines(page)).toHaveCount(1);
  await expect(name).toHaveValue('');
  await expect(page.locator('.line-path').first()).not.toContainText(/·\s*$/);
});

test('the least and the most of a quantity outlive a schedule', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'd4s v5', '730');
  await line.getByRole('button', { name: /^Assumptions/ }).click();
  await line.getByLabel(/^At least/).fill('100');
  await line.getByLabel(/^At most/).fill('800');
  const range = page.locator('dd[data-low]');
  const [low, high] = [await range.getAttribute('data-low'), await range.getAttribute('data-high')];
  await line.getByLabel(/^Runs/).selectOption('plan');
  // A schedule is what it is.
  await expect(range).toHaveCount(0);
  await expect(line.getByRole('button', { name: /^Assumptions/ })).toHaveAccessibleName(/^Assumptions and group of [^:]*$/);
  await line.getByLabel(/^Runs/).selectOption('quantity');
  await expect(line.getByLabel(/^At least/)).toHaveValue('100');
  await expect(line.getByLabel(/^At most/)).toHaveValue('800');
  await expect(range).toHaveAttribute('data-low', low ?? '-');
  await expect(range).toHaveAttribute('data-high', high ?? '-');
});
