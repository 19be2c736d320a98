// Every export opens again, also after a spreadsheet changed it, and the workbook calculates whatever the page can: the digits
// are those of the command line.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test, type Demo } from './support/demo';
import { answered, grandTotal, lines, open, search, hits, workloadOf } from './support/page';
import { Workbook } from './support/workbook';

interface Answer {
  lines: { name: string; meterId: string; cost: string; quantity: string; tiers: { quantity: string; cost: string }[] }[];
  groups: Record<string, string>;
  totals: { monthlyCost: string; yearlyCost: string; monthlyCostLow: string; monthlyCostHigh: string; invoiceCost: string };
  terms?: { monthlyDue: string };
}

/** Groups in groups, cost centres and other tags, units, spans, schedules, ranges and ramps; three lines share one meter's tiers. */
const WORKLOAD = {
  schema: 'forebill.workload/1', name: '=Shop "a", b', currency: 'USD', offer: 'MS-AZR-0003P',
  groups: [
    { name: 'outer', tags: { costCenter: '4711', team: 'x;y' } }, { name: "'=inner", within: 'outer' }, { name: '@other', tags: { costCenter: "O'Hara, \"z\"" } },
  ],
  items: [
    { name: 'first', query: 'data transfer out', region: 'Zone 1', quantity: '60', unit: 'GB' },
    { name: '=1+1', query: 'data transfer out', region: 'Zone 1', quantity: '20', unit: 'TB', group: 'outer', low: '1', high: '30.5' },
    { name: 'office', query: 'D4s v5', region: 'westeurope', schedule: { hoursPerDay: '10.5', daysPerWeek: '5' }, count: 3, group: 'outer', tags: { env: 'test' } },
    { name: 'third', query: 'data transfer out', region: 'Zone 1', quantity: '700', unit: 'GB', per: 'day', count: 2, group: "'=inner", tags: { costCenter: '0815' } },
    { name: 'D4s "v5", two', query: 'D4s v5', region: 'westeurope', quantity: '730.000000000000000001', group: '@other', ramp: ['0.25', '0.5', '1'] },
  ],
} as const;

async function give(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel(/^Or paste/).fill(text);
  await page.getByRole('button', { name: 'Open it' }).click();
}

async function choose(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByLabel('Choose a file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
}

async function take(page: Page, format: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'Share' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: format }).click();
  const bytes = readFileSync(await (await waiting).path());
  await page.keyboard.press('Escape');
  return bytes;
}

async function copied(page: Page, format: string): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('dialog').getByRole('button', { name: format }).click();
  await expect(page.locator('.toast')).toContainText('copied');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press('Escape');
  return text;
}

async function filled(page: Page, demo: Demo): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, demo.origin);
  await give(page, JSON.stringify(WORKLOAD));
  await expect(lines(page)).toHaveCount(WORKLOAD.items.length);
}

test('CSV, TSV, workbook and Markdown open again as the same estimate', async ({ page, demo }) => {
  await filled(page, demo);
  const workload = await workloadOf(page);
  const total = await grandTotal(page).getAttribute('data-exact') ?? '';
  const forms: [string, () => Promise<void>][] = [];
  const csv = await take(page, 'CSV');
  const tsv = await copied(page, 'TSV');
  const xlsx = await take(page, 'Excel');
  const markdown = await copied(page, 'Markdown');
  forms.push(
    ['csv, a file', () => choose(page, 'shop.csv', csv)], ['csv, pasted', () => give(page, csv.toString('utf8'))], ['tsv', () => give(page, tsv)],
    ['xlsx', () => choose(page, 'shop.xlsx', xlsx)], ['markdown', () => give(page, `Ticket 12\n\n${markdown}\nThanks!`)],
  );
  for (const [form, again] of forms) {
    await page.getByLabel('Name of the estimate').fill('another');
    while (await lines(page).count() > 0) await lines(page).first().getByRole('button', { name: /^Remove/ }).click();
    await again();
    await expect(page.getByRole('dialog'), form).toBeHidden();
    await expect(lines(page), form).toHaveCount(WORKLOAD.items.length);
    expect(JSON.parse(await workloadOf(page)), form).toEqual(JSON.parse(workload));
    await expect(grandTotal(page), form).toHaveAttribute('data-exact', total);
  }
});

/** As a spreadsheet writes it: texts in a part of their own, cells without a value, and another order of parts. */
function rewritten(bytes: Uint8Array, change: (xml: string) => string): Uint8Array {
  const parts = unzipSync(bytes);
  const texts: string[] = [];
  const xml = change(strFromU8(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array()))
    .replace(/<c r="(\w+)"((?: s="\d+")?) t="inlineStr"><is>(?:<r><rPr><b\/><\/rPr>)?<t xml:space="preserve">(.*?)<\/t>(?:<\/r>)?<\/is><\/c>/gs, (_, at: string, style: string, text: string) => {
      texts.push(text);
      return `<c r="${at}"${style} t="s"><v>${texts.length - 1}</v></c>`;
    })
    .replace(/<c r="B2"/, '<c r="AB2" s="1"/><c r="B2"');
  const shared = texts.map((text) => (text.length > 3 ? `<si><r><t>${text.slice(0, 1).replace('&', '')}</t></r><r><rPr><b/></rPr><t xml:space="preserve">${text.startsWith('&') ? text : text.slice(1)}</t></r></si>` : `<si><t>${text}</t></si>`)).join('');
  return zipSync({ 'xl/sharedStrings.xml': strToU8(`<sst count="${texts.length}">${shared}</sst>`), 'xl/worksheets/sheet1.xml': strToU8(xml), 'docProps/app.xml': strToU8('<x/>') }, { level: 0 });
}

test('what a spreadsheet changed counts, and what is no estimate is refused', async ({ page, demo }) => {
  await filled(page, demo);
  const book = await take(page, 'Excel');
  const row = new Workbook(new Uint8Array(book)).find('B', 'first');
  const cell = new RegExp(`(<c r="F${row}"><v>)60(</v>)`);
  await choose(page, 'changed.xlsx', rewritten(book, (xml) => {
    expect(xml).toMatch(cell);
    return xml.replace(cell, '$11.5E3$2');
  }));
  await expect(lines(page).first().getByLabel(/^Quantity of/)).toHaveValue('1.5E3');
  const expected = structuredClone(WORKLOAD) as unknown as { items: { quantity?: string }[] };
  expected.items[0]!.quantity = '1500';
  await expect(lines(page)).toHaveCount(WORKLOAD.items.length);
  const answer = await answered<Answer>(page, demo);
  expect(answer.lines[0]?.quantity).toBe('1500');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', answer.totals.monthlyCost);

  // Somebody's own table: names of columns in any order, semicolons and decimal commas, as spreadsheets of half the world write them.
  await give(page, 'Region;Menge egal;quantity;Unit;Name\nZone 1;x;1,5;TB;data transfer out\nwesteurope;"y;z";730;;D4s v5\n;;;;\n');
  await expect(lines(page)).toHaveCount(2);
  const own = await answered<Answer>(page, demo);
  expect(JSON.parse(await workloadOf(page)).items.map(({ quantity, unit }: { quantity: string; unit: string }) => `${quantity} ${unit}`)).toEqual(['1.5 TB', '730 1 Hour']);
  expect(own.lines[0]?.quantity).toBe('1500');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', own.totals.monthlyCost);

  // Its last row is often the sum of the others, and no line; what nothing here is for is told with its offer.
  await give(page, 'Name;Region;Quantity;Cost\ndata transfer out;Zone 1;20000;1\nSubtotal;;;1\nTotal:;;20000;1\n');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('.toast')).toHaveText(/^The estimate is open\s*Undo/);
  await expect(lines(page)).toHaveCount(1);
  await give(page, 'Name,Region,Quantity,Offer\ndata transfer out,Zone 1,1,MS-AZR-9999P\ndata transfer out,Zone 1,1,\nno such thing,,1,\n');
  await expect(page.locator('.toast')).toContainText('no meter or list here (2): data transfer out MS-AZR-9999P, no such thing');
  await expect(lines(page)).toHaveCount(1);

  // What was pasted with tabs has the numbers of the page, a file with commas those of programs; a row that lacks its quantity is told.
  const amounts = async () => (JSON.parse(await workloadOf(page)) as { items: { quantity: string; count: number }[] }).items.map(({ quantity, count }) => `${quantity} × ${count}`);
  for (const [text, read] of [
    ['Name;Region;Quantity\ndata transfer out;Zone 1;1.5\ndata transfer out;Zone 1;20.125\n', ['1.5 × 1', '20.125 × 1']],
    ['Name;Region;Quantity\ndata transfer out;Zone 1;1.500E+03\n', ['1.500E+03 × 1']],
    ['Name;Region;Quantity;Count\ndata transfer out;Zone 1;20.000;1.000\ndata transfer out;Zone 1;1.234,5;1\n', ['20000 × 1000', '1234.5 × 1']],
    ['Name\tRegion\tQuantity\ndata transfer out\tZone 1\t20,000\ndata transfer out\tZone 1\t20.125\n', ['20000 × 1', '20.125 × 1']],
    ['Name,Region,Quantity\ndata transfer out,Zone 1,"20,000"\ndata transfer out,Zone 1,20.125\n', ['20000 × 1', '20.125 × 1']],
  ] as const) {
    await give(page, text);
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect.poll(amounts, text).toEqual(read);
  }
  // Two readings in one table are none.
  await give(page, 'Name;Region;Quantity\ndata transfer out;Zone 1;20,5\ndata transfer out;Zone 1;1.5\n');
  await expect(page.getByRole('alert')).toContainText('items[1].quantity');
  await page.keyboard.press('Escape');

  // An export of this page has points, also with other marks between, until a spreadsheet writes commas; a text keeps its points then.
  await give(page, JSON.stringify({ schema: 'forebill.workload/1', items: [{ name: 'grows', query: 'data transfer out', region: 'Zone 1', quantity: '20.125', unit: 'TB', ramp: ['0.5', '1.250'] }] }));
  await expect.poll(amounts).toEqual(['20.125 × 1']);
  const [written, year] = [await workloadOf(page), await page.locator('.year').getAttribute('data-exact') ?? ''];
  const semicolons = (await take(page, 'CSV')).toString('utf8').replace(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ';');
  for (const text of [semicolons, semicolons.replaceAll(';20.125;', ';20,125;')]) {
    await give(page, text);
    await expect(page.getByRole('dialog')).toBeHidden();
    expect(JSON.parse(await workloadOf(page))).toEqual(JSON.parse(written));
    await expect(page.locator('.year')).toHaveAttribute('data-exact', year);
  }
  await give(page, 'Name,Region,Quantity\ndata transfer out,Zone 1,\nD4s v5,westeurope,730\n');
  await expect(page.getByRole('alert')).toContainText('items[0].quantity');
  await page.keyboard.press('Escape');

  const kept = await workloadOf(page);
  const cut = rewritten(book, (xml) => xml.slice(0, xml.length / 2));
  const broken = new Uint8Array(book).slice(0, book.length - 30);
  const damaged = new Uint8Array(book);
  damaged.fill(0xff, book.length / 2, book.length - 600);
  const endless = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(40_000_000) });
  for (const bytes of [cut, broken, damaged, endless, strToU8('PK'), strToU8('PK\u0003\u0004')]) {
    await choose(page, 'broken.xlsx', bytes);
    await expect(page.getByRole('alert')).toContainText('no workbook, or a damaged one');
    await page.keyboard.press('Escape');
  }
  for (const [text, why] of [
    ['a,b\n1,2', 'names its columns'], ['name,quantity\nD4s v5,-3', 'items[0].quantity'], ['name,quantity,tags\nD4s v5,3,[', 'could not be opened'],
  ] as const) {
    await give(page, text);
    await expect(page.getByRole('alert')).toContainText(why);
    await page.keyboard.press('Escape');
  }
  expect(await workloadOf(page)).toBe(kept);
});

test('the workbook calculates lines that share tiers, spans, schedules, counts and the year', async ({ page, demo }) => {
  await filled(page, demo);
  const without = { ...WORKLOAD, items: WORKLOAD.items.filter((item) => !('ramp' in item)) };
  await give(page, JSON.stringify(without));
  await expect(lines(page)).toHaveCount(without.items.length);
  const book = new Workbook(new Uint8Array(await take(page, 'Excel')));
  const rowOf = (name: string) => book.find('B', name);
  const compare = async (what: string) => {
    const { lines: all, totals, groups, terms } = await answered<Answer>(page, demo);
    for (const { name, cost, quantity } of all) {
      expect(book.calculated(`L${rowOf(name)}`), `${what}: ${name}`).toBeCloseTo(Number(quantity), 6);
      expect(book.calculated(`P${rowOf(name)}`), `${what}: ${name}`).toBeCloseTo(Number(cost), 6);
    }
    for (const [name, sum] of Object.entries(groups)) expect(book.calculated(`P${rowOf(name)}`), `${what}: ${name}`).toBeCloseTo(Number(sum), 6);
    expect(book.calculated(`P${rowOf('Estimated a month')}`), what).toBeCloseTo(Number(totals.monthlyCost), 6);
    expect(book.calculated(`P${rowOf('Estimated a year')}`), what).toBeCloseTo(Number(totals.yearlyCost), 5);
    return { totals, terms };
  };
  const { totals, terms } = await compare('as written');
  // What stands below the lines is what the page says.
  for (const [name, sum] of [['At least', totals.monthlyCostLow], ['At most', totals.monthlyCostHigh], ['Rounded per meter', totals.invoiceCost], ...(terms ? [['To pay a month', terms.monthlyDue]] : [])] as const) {
    expect(book.text(`Q${rowOf(name)}`), name).toBe(sum);
  }
  expect(totals.monthlyCostLow).not.toBe(totals.monthlyCostHigh);

  const change = async (name: string, label: RegExp, column: string, value: string) => {
    await lines(page).filter({ has: page.locator(`input[data-field="name"]`) }).nth(without.items.findIndex((item) => item.name === name)).getByLabel(label).fill(value);
    const cell = book.cells.get(`${column}${rowOf(name)}`);
    expect(cell, `${column} of ${name}`).toBeDefined();
    cell!.value = value.replace(/\D+$/, '');
    await compare(`${name}: ${value}`);
  };
  await change('first', /^Quantity of/, 'F', '20000');
  await change('first', /^Quantity of/, 'F', '3');
  await change('=1+1', /^Quantity of/, 'F', '2 TB');
  await change('office', /^Hours a day of/, 'I', '24');
  await change('office', /^Days a week of/, 'J', '7');
  await change('office', /^How many of/, 'K', '12');
  await change('third', /^Quantity of/, 'F', '90000/day');
  // Of nothing everything follows, too.
  await give(page, JSON.stringify({ ...without, items: without.items.map((item) => ('quantity' in item ? { ...item, quantity: '0', low: undefined, high: undefined } : { ...item, schedule: { hoursPerDay: '0', daysPerWeek: '5' } })) }));
  await expect(lines(page).first().getByLabel(/^Quantity of/)).toHaveValue('0');
  const empty = new Workbook(new Uint8Array(await take(page, 'Excel')));
  book.cells.clear();
  for (const [at, cell] of empty.cells) book.cells.set(at, cell);
  await change('=1+1', /^Quantity of/, 'F', '20 TB');
  await change('office', /^Hours a day of/, 'I', '8');
  await change('third', /^Quantity of/, 'F', '123456.75/day');
});

test('the sums of an offer with a credit stand in every export', async ({ page, demo }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, demo.origin);
  await give(page, JSON.stringify({ ...WORKLOAD, offer: 'MS-AZR-0062P' }));
  await expect(lines(page)).toHaveCount(WORKLOAD.items.length);
  const { terms } = await answered<{ terms: { monthlyDue: string; credit: { used: string; endsOnDay: number; days: number } } }>(page, demo);
  const csv = (await take(page, 'CSV')).toString('utf8');
  for (const [name, what] of [['To pay a month', terms.monthlyDue], ['Paid by credit', terms.credit.used], ['Credit ends', `day ${terms.credit.endsOnDay} of ${terms.credit.days}`]] as const) {
    expect(csv.split('\r\n').find((row) => row.includes(name)), name).toContain(what);
  }
  const markdown = await copied(page, 'Markdown');
  expect(markdown).toMatch(/\| \*\*To pay a month\*\* .*\$[\d,.]+\*\* \|/);
  expect(markdown).toMatch(/\*\*Credit ends\*\* .*day \d+ of 30/);
  expect(markdown).toMatch(/At least: 1; At most: 30\.5/);
});

test.describe('a German page', () => {
  test.use({ locale: 'de-DE' });

  test('takes numbers as it writes them', async ({ page, demo }) => {
    await open(page, demo.origin);
    const box = page.getByRole('combobox', { name: 'Zähler suchen' }).or(page.locator('#search'));
    await box.fill('data transfer out 20.000 GB');
    await expect(page.locator('.chip', { hasText: '20000 GB' })).toBeVisible();
    await hits(page).or(page.getByRole('option')).filter({ hasText: /\d Stufen/ }).first().click();
    const quantity = lines(page).first().locator('[data-field="quantity"]');
    const total = page.locator('p.grand');
    const of = async (typed: string) => {
      await quantity.fill(typed);
      expect(await quantity.inputValue()).toBe(typed);
      return [(JSON.parse(await workloadOf(page)) as { items: { quantity: string }[] }).items[0]?.quantity, await total.getAttribute('data-exact')];
    };
    const [thousands, dear] = await of('20.000 GB');
    expect(thousands).toBe('20000');
    expect((await of('20000'))[1]).toBe(dear);
    for (const [typed, meant] of [
      ['2,5', '2.5'], ['1.234.567,25', '1234567.25'], ['2.5', '2.5'], ['0,125', '0.125'], ['0.125', '0.125'], ['1,5k', '1500'], ['3*2,5', '7.5'], ['1.000*2', '2000'], ['12.50', '12.50'],
    ] as const) expect((await of(typed))[0], typed).toBe(meant);
    // What is no number anywhere stays none.
    for (const typed of ['1.00.000', '1,2,3', '1,000.5']) {
      await quantity.fill(typed);
      await expect(page.locator('.problem'), typed).toBeVisible();
    }
    // What came from elsewhere stands there as it is typed here.
    await quantity.fill('1234,5');
    await page.getByRole('button', { name: 'Rückgängig' }).first().click();
    await page.getByRole('button', { name: 'Wiederholen' }).first().click();
    await page.reload();
    await expect(quantity).toHaveValue('1234,5');
  });
});

test('an English page takes thousands as it writes them', async ({ page, demo }) => {
  await open(page, demo.origin);
  await search(page).fill('data transfer out');
  await hits(page).first().click();
  const quantity = lines(page).first().getByLabel(/^Quantity of/);
  for (const [typed, meant] of [['20,000', '20000'], ['1,234.5', '1234.5'], ['20.000', '20.000']] as const) {
    await quantity.fill(typed);
    expect((JSON.parse(await workloadOf(page)) as { items: { quantity: string }[] }).items[0]?.quantity, typed).toBe(meant);
  }
  for (const typed of ['2,5', '1.234,5']) {
    await quantity.fill(typed);
    await expect(page.locator('.problem'), typed).toBeVisible();
  }
});
