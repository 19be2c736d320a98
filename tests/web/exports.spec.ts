// Every export says what the page says: digits are compared with the command line, and nothing in it is a formula but ours.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, answered, grandTotal, lines, open, workloadOf } from './support/page';
import { Workbook } from './support/workbook';

const HOSTILE = '=HYPERLINK("http://x.test","a,b")|<b>';

interface Answer {
  lines: { cost: string; quantity: string; includedQuantity: string; tiers: { quantity: string; unitPrice: string; cost: string }[] }[];
  groups: Record<string, string>;
  totals: { monthlyCost: string; yearlyCost: string; monthlyCostLow: string; monthlyCostHigh: string; invoiceCost: string };
  terms?: { monthlyDue: string; credit: { used: string; endsOnDay: number | null; days: number } | null };
}

async function fill(page: Page): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const egress = await add(page, 'data transfer out', '20000', 'tiered');
  await egress.getByLabel('Name of the line').fill(HOSTILE);
  const machine = await add(page, 'd4s v5', '730');
  await machine.getByLabel(/^How many/).fill('3');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.locator('[data-group]').getByLabel('Name of the group').fill('@group');
  await page.keyboard.press('Tab');
  await add(page, 'hot lrs', '900.123456789012345678', 'tiered');
  await page.getByLabel('Name of the estimate').fill('=Shop');
}

async function take(page: Page, format: string): Promise<Buffer> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: format }).click();
  return readFileSync(await (await waiting).path());
}

async function copied(page: Page, format: string): Promise<string> {
  await page.getByRole('dialog').getByRole('button', { name: format }).click();
  await expect(page.locator('.toast')).toContainText('copied');
  return page.evaluate(() => navigator.clipboard.readText());
}

/** RFC 4180. */
function parsed(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain ?? '' : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}

test('CSV, TSV and Markdown have the digits of the command line and no formula of anybody else', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  const answer = await answered<Answer>(page, demo);
  await page.getByRole('button', { name: 'Share' }).click();

  const csv = (await take(page, 'CSV')).toString('utf8');
  expect(csv.codePointAt(0)).toBe(0xfeff);
  const rows = parsed(csv.slice(1));
  const column = (name: string) => rows[0]?.indexOf(name) ?? -1;
  for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  const own = rows.slice(1).filter((row) => row[column('Meter id')] !== '');
  expect(own.map((row) => row[column('Cost')])).toEqual(answer.lines.map(({ cost }) => cost));
  expect(own.map((row) => row[column('Quantity together')])).toEqual(answer.lines.map(({ quantity }) => quantity));
  expect(own[0]?.[column('Name of the line')]).toBe(`'${HOSTILE}`);
  expect(own[2]?.[column('Group')]).toBe("'@group");
  // A price of one tier stands in the line's own row.
  const parted = answer.lines.filter(({ tiers: { length }, includedQuantity }) => length > 1 || includedQuantity !== '0');
  expect(parted.length).toBeGreaterThan(1);
  const tiers = rows.filter((row) => row[column('Kind')] === 'tier');
  expect(tiers.map((row) => ['Quantity together', 'Unit price', 'Cost'].map((name) => row[column(name)])))
    .toEqual(parted.flatMap((line) => [[line.includedQuantity, '0', '0'], ...line.tiers.map(({ quantity, unitPrice, cost }) => [quantity, unitPrice, cost])]));
  const single = own.filter((_, index) => !parted.includes(answer.lines[index]!));
  expect(single.map((row) => row[column('Unit price')])).toEqual(answer.lines.filter((line) => !parted.includes(line)).map((line) => line.tiers[0]?.unitPrice));
  expect(single.length).toBeGreaterThan(0);
  expect(csv).toContain(answer.totals.monthlyCost);
  expect(csv).toContain(answer.totals.yearlyCost);

  const tsv = (await copied(page, 'TSV')).split('\n').map((row) => row.split('\t'));
  expect(new Set(tsv.filter((row) => row.length > 1).map((row) => row.length))).toEqual(new Set([rows[0]?.length]));
  expect(tsv[1]?.[column('Cost')]).toBe(answer.lines[0]?.cost);

  const markdown = await copied(page, 'Markdown');
  expect(markdown).toContain('\\|&lt;b&gt;');
  expect(markdown).not.toContain('<b>');
  const table = markdown.split('\n').filter((line) => line.startsWith('|'));
  // Cells are counted by bars that are not escaped.
  expect(new Set(table.map((line) => line.replaceAll('\\|', '').split('|').length))).toEqual(new Set([7]));
  expect(markdown.replaceAll(',', '')).toContain(answer.totals.monthlyCost.replace(/(\.\d\d)0+$/, '$1'));
});

test('the workbook calculates: tiers follow the quantity, and exact costs stand beside', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  const answer = await answered<Answer>(page, demo);
  await page.getByRole('button', { name: 'Share' }).click();
  const book = new Workbook(new Uint8Array(await take(page, 'Excel')));
  await page.keyboard.press('Escape');
  const rows = answer.lines.map((_, index) => [...book.cells].filter(([at, { value }]) => at.startsWith('A') && value === 'line')[index]?.[0].slice(1));
  const total = book.find('B', 'Estimated a month');

  for (const [index, line] of answer.lines.entries()) {
    expect(book.text(`Q${rows[index]}`), 'exact').toBe(line.cost);
    expect(book.text(`P${rows[index]}`), 'kept result').toBe(line.cost);
    expect(book.calculated(`P${rows[index]}`)).toBeCloseTo(Number(line.cost), 8);
  }
  expect(book.text(`Q${total}`)).toBe(answer.totals.monthlyCost);
  expect(book.calculated(`P${total}`)).toBeCloseTo(Number(answer.totals.monthlyCost), 8);
  expect(book.calculated(`P${book.find('B', '@group')}`)).toBeCloseTo(Number(answer.groups['@group']), 8);
  expect(book.text(`S${rows[2]}`), 'more digits than a spreadsheet has').toContain('15 digits');
  // What people wrote is text.
  expect(book.cells.get(`B${rows[0]}`)).toEqual({ value: HOSTILE, text: true });

  // Another quantity in the sheet gives what the page gives for it.
  for (const [index, quantity] of [[0, '400000'], [0, '3'], [1, '1.5']] as const) {
    const field = lines(page).nth(index).getByLabel(/^Quantity of/);
    await field.fill(quantity);
    const cell = book.cells.get(`F${rows[index]}`);
    if (cell) cell.value = quantity;
    const again = await answered<Answer>(page, demo);
    expect(book.calculated(`P${total}`), `${index}: ${quantity}`).toBeCloseTo(Number(again.totals.monthlyCost), 8);
  }
});

test('a file opens again, pasted or chosen, and a workload of the command line too', async ({ page, demo }) => {
  await open(page, demo.origin);
  await fill(page);
  const workload = await workloadOf(page);
  const total = await grandTotal(page).getAttribute('data-exact');
  await page.getByRole('button', { name: 'Share' }).click();
  const file = await take(page, 'JSON');
  const plain = await take(page, 'Workload');
  expect(JSON.parse(plain.toString())).toEqual(JSON.parse(workload));
  await page.keyboard.press('Escape');

  const empty = async () => {
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    // Leaving the page keeps the estimate, which is not what is tried here.
    await page.evaluate(() => localStorage.clear());
    while (await lines(page).count() > 0) await lines(page).first().getByRole('button', { name: /^Remove/ }).click();
  };
  for (const text of [file.toString(), plain.toString()]) {
    await empty();
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel(/^Or paste/).fill(text);
    await page.getByRole('button', { name: 'Open it' }).click();
    await expect(lines(page)).toHaveCount(3);
    expect(await workloadOf(page)).toBe(workload);
    await expect(grandTotal(page)).toHaveAttribute('data-exact', total ?? '');
  }
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel('Choose a file').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: file });
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel(/^Or paste/).fill(JSON.stringify({ schema: 'forebill.workload/1', items: [
    { query: 'D4s v5', region: 'westeurope', quantity: '730', unit: 'Hours' }, { query: 'no such thing', region: 'westeurope', quantity: '1' },
  ] }));
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.locator('.toast')).toContainText(/ Left out, .*no such thing/);
  await expect(lines(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel(/^Or paste/).fill('{"schema": 1}');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('alert')).toContainText('What was here is unchanged');
});

test('an opened workload has the prices of the offer and the currency that it was written for', async ({ page, demo }) => {
  const items = [{ query: 'data transfer out', region: 'Zone 1', quantity: '20000' }];
  const totals = new Map<string, string>();
  const given = async (about: object) => {
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel(/^Or paste/).fill(JSON.stringify({ schema: 'forebill.workload/1', ...about, items }));
    await page.getByRole('button', { name: 'Open it' }).click();
  };
  await open(page, demo.origin);
  const offer = page.getByLabel('Offer and currency');
  for (const [id, name] of [['MS-AZR-0062P', 'MSDN Platforms'], ['MS-AZR-0003P', 'Pay-as-you-go']] as const) {
    await given({ offer: id, currency: 'USD' });
    await expect(offer.locator('option:checked')).toHaveText(new RegExp(`^${name} `));
    await expect(lines(page)).toHaveCount(1);
    const { totals: program } = await answered<Answer>(page, demo);
    await expect(grandTotal(page)).toHaveAttribute('data-exact', program.monthlyCost);
    expect((JSON.parse(await workloadOf(page)) as { offer: string }).offer).toBe(id);
    totals.set(id, program.monthlyCost);
  }
  // Who names none goes on with what is there; who names what is not there is told, and nothing changes.
  await given({});
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(grandTotal(page)).toHaveAttribute('data-exact', totals.get('MS-AZR-0003P') ?? '');
  for (const about of [{ offer: 'MS-AZR-9999P' }, { currency: 'EUR' }]) {
    await given(about);
    await expect(page.getByRole('alert')).toContainText(`There are no prices of ${'offer' in about ? 'MS-AZR-9999P' : ' EUR'}`);
    await page.keyboard.press('Escape');
    await expect(offer.locator('option:checked')).toHaveText(/^Pay-as-you-go /);
  }
});
