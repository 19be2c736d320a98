// The page and the command line must say the same, digit for digit.

import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open, search } from './support/page';

interface Answer {
  lines: { item: number; cost: string | null; quantity: string; averagePrice: string; marginalPrice: string }[];
  totals: { monthlyCost: string };
}

test('page and command line agree on every digit', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'data transfer out', '20000', 'tiered');
  const second = await add(page, 'virtual machines', '730');
  await second.getByLabel(/^How many of/).fill('3');
  await expect(lines(page)).toHaveCount(2);

  const answer = await answered<Answer>(page, demo);
  expect(answer.lines).toHaveLength(2);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', answer.totals.monthlyCost);
  for (const line of answer.lines) {
    await expect(lines(page).nth(line.item).locator('.cost')).toHaveAttribute('data-exact', line.cost ?? 'no price');
  }
});

test('a line shows its tiers, its included quantity and its rate book', async ({ page, demo }) => {
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await line.getByRole('button', { name: /explain$/ }).click();
  const proof = line.getByRole('region', { name: /^How the cost of/ });
  await expect(proof.getByRole('columnheader')).toHaveText(['Tier', 'Quantity', 'Share of the quantity', 'Unit price', 'Cost']);
  expect(await proof.locator('tr.used').count()).toBeGreaterThan(1);
  if (await proof.locator('tr.included').count()) {
    await expect(proof.locator('tbody tr').first()).toContainText('Included quantity');
  }
  await expect(proof).toContainText(/Rate book\s*[0-9a-f]{8} · [A-Z]{3}/);
  await expect(proof).toContainText('Price effective');
  await expect(proof).toContainText('half away from zero');
  await expect(proof).toContainText('Offer');
});

test('a quantity that is no number is refused in place and marks the total', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'virtual machines', '730');
  const exact = await grandTotal(page).getAttribute('data-exact');
  const line = await add(page, 'virtual machines', '1,5');
  await expect(line.getByLabel(/^Quantity of/)).toHaveAttribute('aria-invalid', 'true');
  await expect(line).toContainText('A number such as 1500.5');
  await expect(page.getByText('Incomplete: 1 of 2 lines without a price')).toBeVisible();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', exact ?? '');
});

test('a sum or a product in a field is its result, and prices on average and at the margin are those of the command line', async ({ page, demo }) => {
  await open(page, demo.origin);
  const machine = await add(page, 'd4s v5', '3*730');
  await expect(machine).toContainText('= 2,190');
  const egress = await add(page, 'data transfer out', '(18k + 2000) / 1', 'tiered');
  const { lines: told, totals } = await answered<Answer>(page, demo);
  expect(told.map(({ quantity }) => quantity)).toEqual(['2190', '20000']);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  await expect(egress.locator('.tier-bar')).toBeVisible();
  await expect(machine.locator('.tier-bar')).toHaveCount(0);
  // What the next unit costs, where that is not the price that stands there first.
  await expect(egress.locator('.line-rate')).toContainText(/\$0\.087[^]*avg \$0\.08503[^]*next \$0\.083/);
  await egress.getByLabel(/^Quantity of/).fill('900');
  await expect(egress.locator('.line-rate')).not.toContainText('next');
  await egress.getByLabel(/^Quantity of/).fill('(18k + 2000) / 1');
  await egress.getByRole('button', { name: /explain$/ }).click();
  // By hand: 1,700.525 over 20,000 GB, and the price of the second tier.
  expect(told[1]).toMatchObject({ cost: '1700.525', averagePrice: '0.08502625', marginalPrice: '0.083' });
  await expect(egress.locator('.average')).toHaveAttribute('data-exact', told[1]?.averagePrice ?? '');
  await expect(egress.locator('.average')).toHaveText('$0.08502625');
  await expect(egress.locator('.margin')).toHaveText('$0.083');
  await expect(egress.locator('.margin')).toHaveAttribute('data-exact', told[1]?.marginalPrice ?? '');
  // What has no end, and what is no number, is none.
  for (const typed of ['10/3', '1/0', '2*', '-5', '5 apples']) {
    await machine.getByLabel(/^Quantity of/).fill(typed);
    await expect(machine.getByLabel(/^Quantity of/), typed).toHaveAttribute('aria-invalid', 'true');
  }
});

test('a quantity may have another unit than its meter, where the one has an exact value in the other', async ({ page, demo }) => {
  await open(page, demo.origin);
  const machine = await add(page, 'd4s v5', '3 days');
  await expect(machine).toContainText('= 72 hours');
  const egress = await add(page, 'data transfer out', '20 TB', 'tiered');
  await expect(egress).toContainText(/= 20,000 GB/);
  const { lines: told, totals } = await answered<Answer>(page, demo);
  expect(told.map(({ quantity }) => quantity)).toEqual(['72', '20000']);
  // By hand, as with 20,000 typed.
  expect(told[1]).toMatchObject({ cost: '1700.525' });
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  for (const typed of ['3 TB', '5 apples', 'TB', '2 * TB']) {
    await machine.getByLabel(/^Quantity of/).fill(typed);
    await expect(machine.getByLabel(/^Quantity of/), typed).toHaveAttribute('aria-invalid', 'true');
  }
  await machine.getByLabel(/^Quantity of/).fill('1.5k minutes');
  await expect(machine).toContainText('= 25 hours');
});

test('a quantity may be for an hour, a day or a week: a month has 730 hours', async ({ page, demo }) => {
  await open(page, demo.origin);
  const egress = await add(page, 'data transfer out', '50/day', 'tiered');
  await expect(egress).toContainText('= 1,520.8333333333 GB');
  const machine = await add(page, 'd4s v5', '12 hours per week');
  await expect(machine).toContainText('= 52.1428571429 hours');
  await search(page).fill('data transfer out 2 gb/hour');
  await page.keyboard.press('Enter');
  const typed = lines(page).nth(2);
  await expect(typed.getByLabel(/^Quantity of/)).toHaveValue('2/hour');
  await expect(typed).toContainText('= 1,460 GB');
  const { lines: told, totals } = await answered<Answer>(page, demo);
  // By hand: 50 × 730 ÷ 24, 12 × 730 ÷ 168, and 2 × 730.
  expect(told.map(({ quantity }) => quantity)).toEqual(['1520.8333333333', '52.1428571429', '1460']);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  await expect(page.locator('.warnings')).toContainText('the quantity in a month has no end');
  await egress.getByRole('button', { name: /explain$/ }).click();
  await expect(egress.locator('.facts')).toContainText('50 per day = 1,520.8333333333');
  for (const same of ['50 per day', '50 GB a day', '25*2 / day', '50 je Tag']) {
    await egress.getByLabel(/^Quantity of/).fill(same);
    await expect(egress, same).toContainText('= 1,520.8333333333 GB');
  }
  await egress.getByLabel(/^Quantity of/).fill('1000/month');
  await expect(grandTotal(page)).not.toHaveAttribute('data-exact', totals.monthlyCost);
  await expect(egress).toContainText('= 1,000');
});
