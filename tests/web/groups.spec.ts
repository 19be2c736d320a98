// Groups in groups, their cost centres, moving with the pointer, and the history: sums are those of the command line.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open, workloadOf } from './support/page';
import { Workbook } from './support/workbook';

interface Answer {
  groups: Record<string, string>;
  tags: Record<string, Record<string, string>>;
  totals: { monthlyCost: string };
}

function groupNamed(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

async function newGroup(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'New group' }).click();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await expect(groupNamed(page, name)).toBeVisible();
  return groupNamed(page, name);
}

async function bear(page: Page, group: string, centre: string): Promise<void> {
  await page.getByRole('button', { name: `Cost centre and place of ${group}`, exact: true }).click();
  await page.getByLabel(`Cost centre: ${group}`, { exact: true }).fill(centre);
  await page.keyboard.press('Tab');
}

/** Three groups, one of them in another, each with a line, and a line beside them. */
async function fill(page: Page): Promise<void> {
  await add(page, 'hot lrs', '900', 'tiered');
  await newGroup(page, 'Web');
  await add(page, 'd4s v5', '730');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.keyboard.type('Frontend');
  // While it is being named.
  await page.keyboard.press('Alt+ArrowRight');
  await expect(groupNamed(page, 'Web').locator('[data-group]')).toHaveAttribute('aria-label', 'Frontend');
  await expect(groupNamed(page, 'Frontend').getByLabel('Name of the group')).toBeFocused();
  await add(page, 'data transfer out', '20000', 'tiered');
  await newGroup(page, 'News');
  await add(page, 'hot lrs', '50');
}

test('groups lie in each other, and their cost centres bear what the command line says', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  await bear(page, 'Web', '4711');
  await bear(page, 'News', '=4890');
  const { groups, tags, totals } = await answered<Answer>(page, demo);
  expect(Object.keys(groups).sort()).toEqual(['Frontend', 'News', 'Web']);
  expect(Object.keys(tags['costCenter'] ?? {}).sort()).toEqual(['4711', '=4890']);
  // The outer group holds more than its own line.
  expect(groups['Web']).toBe(tags['costCenter']?.['4711']);
  expect(groups['Web']).not.toBe(groups['Frontend']);
  for (const [name, sum] of Object.entries(groups)) {
    await expect(groupNamed(page, name).locator('.group-sum').first()).toHaveAttribute('data-exact', sum);
  }
  const shown = await page.locator('[data-tag="costCenter"] .pairs > div').evaluateAll((all) => all.map((row) => [row.querySelector('dt')?.textContent, row.querySelector('dd')?.getAttribute('data-exact')]));
  expect(Object.fromEntries(shown)).toEqual(tags['costCenter']);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);

  await page.getByRole('button', { name: 'Share' }).click();
  const take = async (format: string) => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: format }).click();
    return readFileSync(await (await waiting).path());
  };
  const csv = (await take('CSV')).toString('utf8').split('\r\n').map((row) => row.split(','));
  const [at, cost] = [csv[0]?.indexOf('Cost centre') ?? -1, csv[0]?.indexOf('Cost') ?? -1];
  expect(csv.filter(([kind]) => kind === 'line').map((row) => row[at])).toEqual(['', '4711', '4711', "'=4890"]);
  // An inner group names the outer one.
  const [name, group] = [csv[0]?.indexOf('Name of the line') ?? -1, csv[0]?.indexOf('Group') ?? -1];
  expect(csv.filter(([kind]) => kind === 'group').map((row) => [row[name], row[group], row[cost]])).toEqual([['Web', '', groups['Web']], ['Frontend', 'Web', groups['Frontend']], ['News', '', groups['News']]]);
  for (const [centre, sum] of Object.entries(tags['costCenter'] ?? {})) {
    expect(csv.find((row) => row[1] === `Cost centre ${centre}`)?.[cost]).toBe(sum);
  }
  const book = new Workbook(new Uint8Array(await take('Excel')));
  for (const [name, sum] of [['Web', groups['Web']], ['Frontend', groups['Frontend']], ['Cost centre 4711', groups['Web']]] as const) {
    const row = book.find('B', name);
    expect(book.text(`Q${row}`), name).toBe(sum);
    expect(book.calculated(`P${row}`), name).toBeCloseTo(Number(sum), 8);
  }
  const file = (await take('JSON')).toString();
  await page.keyboard.press('Escape');

  // It opens as it was saved, and a group that is taken away leaves what lies in it.
  const workload = await workloadOf(page);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel(/^Or paste/).fill(file);
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await workloadOf(page)).toBe(workload);
  await groupNamed(page, 'Web').getByRole('button', { name: 'Remove the group Web, keep its lines' }).click();
  await expect(page.locator('[data-group]')).toHaveCount(2);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  const left = await answered<Answer>(page, demo);
  expect(left.tags['costCenter']).toEqual({ '=4890': tags['costCenter']?.['=4890'] });
});

test('lines and groups move with the pointer', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  const drag = async (from: Locator, to: Locator, part: number, finish = true) => {
    await from.scrollIntoViewIfNeeded();
    await from.hover();
    const [start, end] = [await from.locator('> .grip').boundingBox(), await to.boundingBox()];
    if (!start || !end) throw new Error('nothing to drag');
    await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
    await page.mouse.down();
    await page.mouse.move(end.x + 80, end.y + end.height * part, { steps: 3 });
    await expect(page.locator('[data-drop]')).toHaveCount(1);
    if (!finish) await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect(page.locator('[data-drop], [data-dragged]')).toHaveCount(0);
  };
  const order = () => lines(page).evaluateAll((all) => all.map((line) => [line.querySelector('.name')?.getAttribute('placeholder'), line.closest('[data-group]')?.getAttribute('aria-label')]));
  const [storage, machine, egress, news] = await order();
  const line = (index: number) => lines(page).nth(index);
  const before = await grandTotal(page).getAttribute('data-exact');
  await page.setViewportSize({ width: 1280, height: 1400 });

  await drag(line(0), groupNamed(page, 'Frontend').locator('> .group-head'), 0.5, false);
  expect(await order()).toEqual([storage, machine, egress, news]);
  await drag(line(0), groupNamed(page, 'Frontend').locator('> .group-head'), 0.5);
  expect(await order()).toEqual([machine, [storage?.[0], 'Frontend'], egress, news]);
  await drag(line(2), line(0), 0.25);
  expect(await order()).toEqual([[egress?.[0], 'Web'], machine, [storage?.[0], 'Frontend'], news]);
  // A group goes into another one, and out again in front of it.
  await drag(groupNamed(page, 'News').locator('> .group-head'), groupNamed(page, 'Web').locator('> .group-head'), 0.75);
  await expect(groupNamed(page, 'Web').locator('[data-group]')).toHaveCount(2);
  await drag(groupNamed(page, 'News').locator('> .group-head'), groupNamed(page, 'Web').locator('> .group-head'), 0.25);
  await expect(page.locator('[data-group]').first()).toHaveAttribute('aria-label', 'News');
  // Two levels are all: an outer group with another one inside lies in none.
  await page.getByRole('button', { name: 'Cost centre and place of Web' }).click();
  await expect(page.getByLabel('Lies in: Web')).toHaveCount(0);
  await expect(page.getByLabel(/^Cost centre: Web/)).toBeVisible();
  const { totals } = await answered<Answer>(page, demo);
  expect(totals.monthlyCost).toBe(before);
});

test('every step stands in the history by its name, and a click goes there', async ({ page, demo }) => {
  await open(page, demo.origin);
  // What is typed is what was there: that is no step.
  const machine = await add(page, 'd4s v5', '730');
  const alone = await workloadOf(page);
  const name = await machine.getByLabel('Name of the line').getAttribute('placeholder');
  await machine.getByLabel(/^How many/).fill('3');
  const egress = await add(page, 'data transfer out', '20000', 'tiered');
  await newGroup(page, 'Web');
  await egress.getByRole('button', { name: /^Remove/ }).click();
  const end = await workloadOf(page);
  await page.getByRole('button', { name: 'History' }).click();
  const dialog = page.getByRole('dialog', { name: 'History' });
  const steps = dialog.locator('.step');
  await expect(steps.first()).toBeVisible();
  const names = await steps.locator('.step-name').allTextContents();
  expect(names.slice(0, 3)).toEqual([expect.stringMatching(/^Removed /), expect.stringMatching(/Web/), 'New group: Group']);
  expect(names.slice(-3)).toEqual([`${name}: Count 3`, `Added ${name}`, 'The beginning']);
  await expect(dialog.locator('[aria-current=step]')).toHaveText(/Removed/);

  await steps.filter({ hasText: `Added ${name}` }).click();
  await expect(dialog.locator('[aria-current=step]')).toHaveText(new RegExp(`Added ${name}`));
  expect(await workloadOf(page)).toBe(alone);
  const { totals } = await answered<Answer>(page, demo);
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.monthlyCost);
  await steps.first().click();
  expect(await workloadOf(page)).toBe(end);
});
