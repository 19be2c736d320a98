// The page and the command line must say the same, digit for digit.

import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open } from './support/page';

interface Answer {
  lines: { item: number; cost: string | null }[];
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
  await expect(proof).toContainText('Offer');
});

test('a quantity that is no number is refused in place and marks the total', async ({ page, demo }) => {
  await open(page, demo.origin);
  await add(page, 'virtual machines', '730');
  const exact = await grandTotal(page).getAttribute('data-exact');
  const line = await add(page, 'virtual machines', '1,5');
  await expect(line.getByLabel(/^Quantity of/)).toHaveAttribute('aria-invalid', 'true');
  await expect(line).toContainText('Digits and a point only');
  await expect(page.getByText('Incomplete: 1 of 2 lines without a price')).toBeVisible();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', exact ?? '');
});
