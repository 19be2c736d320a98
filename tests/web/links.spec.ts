// An estimate in a link: the same one on the other side, with the prices of then, and nothing of it in a request.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Page, Request } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer } from './corpus';
import { expect, test } from './support/demo';
import { add, grandTotal, lines, open, ready, search, workloadOf } from './support/page';

const SECRET = 'zqxmarker Söhne & <b>';

async function fill(page: Page): Promise<void> {
  const machine = await add(page, 'd4s v5', '730');
  await machine.getByLabel('Name of the line').fill(SECRET);
  await machine.getByRole('button', { name: /^Assumptions/ }).click();
  await machine.getByLabel(/^Runs/).selectOption('plan');
  await machine.getByLabel(/^Share of month/).fill('0.5 1');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.locator('[data-group]').getByLabel('Name of the group').fill('Data');
  await page.keyboard.press('Tab');
  const egress = await add(page, 'data transfer out', '20000', 'tiered');
  await egress.getByRole('button', { name: /^Assumptions/ }).click();
  await egress.getByLabel(/^At most/).fill('30000');
  await page.getByLabel('Name of the estimate').fill('Shop');
}

async function linkOf(page: Page, names: boolean): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click();
  const sheet = page.getByRole('dialog', { name: 'Share this estimate' });
  if (names) await sheet.getByLabel('Leave out names').uncheck();
  const link = sheet.getByLabel('Link', { exact: true });
  await expect(link).toHaveValue(/#e=1\./);
  // Without names it is made again.
  await page.waitForTimeout(150);
  const value = await link.inputValue();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  return value;
}

const inside = (link: string) => JSON.parse(inflateRawSync(Buffer.from(link.split('#e=1.')[1] ?? '', 'base64url')).toString()) as Record<string, unknown>;
const linkTo = (origin: string, text: string) => `${origin}/#e=1.${deflateRawSync(Buffer.from(text)).toString('base64url')}`;

test('a link brings the same estimate, and no request knows of it', async ({ page, demo, browser }) => {
  await open(page, demo.origin);
  await fill(page);
  const [workload, total] = [await workloadOf(page), await grandTotal(page).getAttribute('data-exact')];
  const link = await linkOf(page, true);
  const nameless = await linkOf(page, false);
  expect(JSON.stringify(inside(link))).toContain('zqxmarker');
  expect(JSON.stringify(inside(nameless))).not.toMatch(/zqxmarker|Data"|Shop/);
  expect(Object.keys(inside(link))).toEqual(['schema', 'book', 'at', 'active', 'workloads']);

  const context = await browser.newContext();
  const other = await context.newPage();
  const requests: Request[] = [];
  other.on('request', (request) => requests.push(request));
  await other.goto(link);
  await expect(lines(other)).toHaveCount(2);
  expect(await workloadOf(other)).toBe(workload);
  await expect(grandTotal(other)).toHaveAttribute('data-exact', total ?? '');
  await expect(other.getByText(/when this was shared/)).toBeVisible();
  expect(new URL(other.url()).hash).toBe('');
  const code = link.split('#e=1.')[1] ?? '-';
  for (const request of requests) {
    const sent = `${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`;
    expect(sent).not.toContain(code.slice(0, 40));
    expect(sent).not.toContain('zqxmarker');
    expect(request.method()).toBe('GET');
  }
  // What came can be taken back, and stays after a reload.
  await other.reload();
  await expect(lines(other)).toHaveCount(2);
  await expect(other.getByText(/when this was shared/), 'still the prices of then, and said so').toBeVisible();
  await context.close();
});

test('a link shows the prices that it was made with, and today\'s on demand', async ({ page, demo, browser }) => {
  await open(page, demo.origin);
  await fill(page);
  const total = await grandTotal(page).getAttribute('data-exact');
  const link = await linkOf(page, true);
  const { books } = await (await fetch(`${demo.origin}/data/books.json`)).json() as { books: { id: string; offerName: string }[] };
  const later = books.filter(({ id }) => id !== (inside(link)['book'] as { id: string }).id);
  expect(later.length).toBeGreaterThan(0);

  const context = await browser.newContext();
  const other = await context.newPage();
  await other.route('**/data/books.json', (route) => route.fulfill({ json: { schema: 'forebill.books/1', books: later } }));
  await other.goto(link);
  await expect(lines(other)).toHaveCount(2);
  await expect(grandTotal(other)).toHaveAttribute('data-exact', total ?? '');
  await other.getByRole('button', { name: /^Use today/ }).click();
  await expect(other.getByText(/when this was shared/)).toBeHidden();
  await expect(grandTotal(other)).not.toHaveAttribute('data-exact', total ?? '');
  await other.getByRole('button', { name: 'Undo' }).first().click();
  await expect(grandTotal(other)).toHaveAttribute('data-exact', total ?? '');
  await context.close();

  const gone = await browser.newContext();
  const without = await gone.newPage();
  await without.route('**/data/books.json', (route) => route.fulfill({ json: { schema: 'forebill.books/1', books: later } }));
  await without.route(`**/${(inside(link)['book'] as { id: string }).id.replace('sha256:', '')}.*`, (route) => route.fulfill({ status: 404 }));
  await without.goto(link);
  await expect(without.getByText('these are today’s')).toBeVisible();
  await expect(lines(without)).toHaveCount(2);
  await gone.close();
});

/** Opens a text in place of what is there. */
async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Open an estimate' });
  await sheet.getByLabel(/^Or paste/).fill(text);
  await sheet.getByRole('button', { name: 'Open it' }).click();
}

test('amounts that a file has as numbers keep every digit', async ({ page, demo }) => {
  await open(page, demo.origin);
  const meter = await add(page, 'data transfer out', '1', 'tiered');
  await expect(meter).toBeVisible();
  const { items: [{ meterId }] } = JSON.parse(await workloadOf(page)) as { items: [{ meterId: string }] };
  // Neither is a number of JavaScript, where the first ends in 568 and the second in a digit less.
  const written = `"meterId":"${meterId}","quantity":12345678901234567.25,"high":123456789012345678901,"count":3,"ramp":[0.10000000000000000555,1e0]`;
  await paste(page, `{"schema":"forebill.workload/1","items":[{"name":"a \\" 12345678901234567.25",${written}}]}`);
  await expect(lines(page).first().getByLabel(/^Quantity of/)).toHaveValue('12345678901234567.25');
  const [item] = (JSON.parse(await workloadOf(page)) as { items: Record<string, unknown>[] }).items;
  expect(item).toMatchObject({ name: 'a \" 12345678901234567.25', quantity: '12345678901234567.25', high: '123456789012345678901', ramp: ['0.10000000000000000555', '1e0'] });
  // A number where a text belongs is still none.
  await paste(page, `{"schema":"forebill.workload/1","items":[{"name":5,"meterId":"${meterId}","quantity":1}]}`);
  await expect(page.getByRole('alert')).toContainText('items[0].name');
});

test('a line that is not sold where it was asked for is the same when it is opened again', async ({ page, demo, browser }) => {
  await open(page, demo.origin);
  await add(page, 'd4s v5', '730');
  const { items: [{ meterId }] } = JSON.parse(await workloadOf(page)) as { items: [{ meterId: string }] };
  await paste(page, `{"schema":"forebill.workload/1","items":[{"name":"there","meterId":"${meterId}","region":"usgovvirginia","quantity":"730"}]}`);
  await expect(lines(page).first().locator('.no-price')).toBeVisible();
  const workload = await workloadOf(page);
  expect(JSON.parse(workload)).toMatchObject({ items: [{ meterId, region: 'usgovvirginia' }] });
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(await linkOf(page, true));
  await expect(lines(other).first().locator('.no-price')).toBeVisible();
  expect(await workloadOf(other)).toBe(workload);
  await context.close();
});

test('a damaged link says so and keeps the estimate', async ({ page, demo }) => {
  test.setTimeout(120_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await open(page, demo.origin);
  await add(page, 'virtual machines', '730');
  const total = await grandTotal(page).getAttribute('data-exact') ?? '';
  const good = inside(await linkOf(page, true));
  const changed = (change: (value: any) => void) => {
    const value = structuredClone(good);
    change(value);
    return linkTo(demo.origin, JSON.stringify(value));
  };
  const whole = linkTo(demo.origin, JSON.stringify(good));
  const cases: [string, string | RegExp][] = [
    [`${demo.origin}/#e=`, 'version'],
    [`${demo.origin}/#e=2.AAAA`, 'version'],
    [`${demo.origin}/#e=1.`, 'damaged'],
    [`${demo.origin}/#e=1.%00<img>`, 'damaged'],
    [whole.slice(0, -20), 'damaged or cut off'],
    [`${whole}x=${'A'.repeat(70_000)}`, 'longer than any link'],
    [linkTo(demo.origin, '0'.repeat(50_000_000)), 'longer than an estimate can be'],
    [linkTo(demo.origin, 'null'), 'not an object'],
    [linkTo(demo.origin, '{"schema":"forebill.page/2"}'), 'schema'],
    [linkTo(demo.origin, '\u{FEFF}{'), 'not JSON'],
    [changed((value) => { value.more = 1; }), 'not known: more'],
    [changed((value) => { value.book.id = '../../x'; }), 'book.id'],
    [changed((value) => { value.book.offerName = 'a\u0000b'; }), 'book.offerName'],
    [changed((value) => { value.at = 'yesterday'; }), 'at'],
    [changed((value) => { value.beside = {}; }), 'other offers'],
    [changed((value) => { value.beside = Array(33).fill({ offer: 'MS-AZR-0062P', ...value.book }); }), 'other offers'],
    [changed((value) => { value.beside = [{ offer: '../x', ...value.book }]; }), 'beside[0].offer'],
    [changed((value) => { value.beside = [{ offer: 'MS-AZR-0062P', ...value.book, id: 'sha256:1' }]; }), 'beside[0].id'],
    [changed((value) => { value.beside = [{ offer: 'MS-AZR-0062P', ...value.book, url: 'x' }]; }), 'not known: url'],
    [changed((value) => { value.beside = ['x']; }), 'beside[0] is not an object'],
    [changed((value) => { value.workloads[0].items[0].offer = 'gold'; }), 'items[0].offer'],
    [changed((value) => { value.workloads[0].items[0].offer = { a: 1 }; }), 'items[0]'],
    [changed((value) => { value.active = 1; }), 'active'],
    [changed((value) => { value.workloads = []; }), 'workloads'],
    [changed((value) => { value.workloads = Array(4).fill(value.workloads[0]); }), 'workloads'],
    [changed((value) => { value.workloads[0].items[0].quantity = '-1'; }), 'items[0].quantity'],
    [changed((value) => { value.workloads[0].items[0].quantity = { a: 1 }; }), 'items[0]'],
    [changed((value) => { value.workloads[0].items[0].cost = '0'; }), 'cost'],
    [changed((value) => { value.workloads[0].items = Array(1001).fill(value.workloads[0].items[0]); }), '1000 lines'],
    [linkTo(demo.origin, JSON.stringify(good).replace('{', '{"__proto__":{"schema":"x"},')), '__proto__'],
  ];
  for (const [link, problem] of cases) {
    await page.evaluate((to) => { location.hash = new URL(to).hash; }, link);
    const alert = page.getByRole('alert');
    await expect(alert, link.slice(0, 80)).toContainText(problem);
    await expect(alert).toContainText('What was here is unchanged');
    await expect(grandTotal(page)).toHaveAttribute('data-exact', total);
    await alert.getByRole('button', { name: 'Close' }).click();
    await expect(alert).toBeHidden();
  }
  await expect(lines(page)).toHaveCount(1);
  expect(errors).toEqual([]);
  await ready(page);
});

test('what has changed since is what the command line says of the two price lists', async ({ page, demo }) => {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    const run = (...args: string[]) => answer(demo.program, [...args, '-o', 'json', '--store', `file:${folder}/store`]);
    const corpus = (file: string) => readFileSync(new URL(`../corpus/ramp-low-high-schedule/${file}`, import.meta.url), 'utf8');
    const ids = () => (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books.map(({ id }) => id);
    const card = JSON.parse(corpus('ratecard.json')) as { Meters: { MeterRates: Record<string, number> }[] };
    writeFileSync(join(folder, 'then.json'), JSON.stringify(card));
    run('import', 'ratecard', join(folder, 'then.json'), '--offer', 'MS-AZR-0003P');
    const [then] = ids();
    // Today the first meter is dearer.
    const rates = card.Meters[0]?.MeterRates ?? {};
    rates['0'] = 9.25;
    writeFileSync(join(folder, 'now.json'), JSON.stringify(card));
    run('import', 'ratecard', join(folder, 'now.json'), '--offer', 'MS-AZR-0003P');
    const now = ids().find((id) => id !== then);
    const hex = (id = '') => id.replace('sha256:', '');
    await page.route('**/data/books.json', (route) => route.fulfill({ json: { schema: 'forebill.books/1', books: [{
      id: now, url: `data/ratebook/${hex(now)}.json`, source: 'ratecard', offer: 'MS-AZR-0003P', offerName: 'Pay-as-you-go', currency: 'USD',
      fetchedAt: '2026-11-01T00:00:00Z', meters: 1,
    }] } }));
    await page.route('**/data/ratebook/*.json', (route) => route.fulfill({
      body: readFileSync(join(folder, 'store', 'ratebook', new URL(route.request().url()).pathname.split('/').at(-1) ?? '')),
    }));
    const workload = corpus('workload.json');
    writeFileSync(join(folder, 'workload.json'), workload);
    const price = (book = '') => JSON.parse(run('estimate', join(folder, 'workload.json'), '--book', book)) as {
      totals: { monthlyCost: string }; lines: { cost: string }[];
    };
    const [before, after] = [price(then), price(now)];
    const different = before.lines.filter(({ cost }, index) => cost !== after.lines[index]?.cost).length;
    expect(different).toBeGreaterThan(0);

    await page.goto(linkTo(demo.origin, JSON.stringify({
      schema: 'forebill.page/1', book: { id: then, offerName: 'Pay-as-you-go', fetchedAt: '2026-10-01T00:00:00Z' }, at: '2026-11-02T00:00:00Z',
      active: 0, workloads: [JSON.parse(workload)],
    })));
    await expect(grandTotal(page)).toHaveAttribute('data-exact', before.totals.monthlyCost);
    await page.getByRole('button', { name: 'What has changed since?' }).click();
    const sheet = page.getByRole('dialog', { name: 'What has changed since?' });
    await expect(sheet.locator('strong[data-exact]')).toHaveAttribute('data-exact', after.totals.monthlyCost);
    await expect(sheet.locator('tbody tr')).toHaveCount(different);
    await expect(sheet.locator('tbody tr').first()).toContainText('rate');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Use today/ }).click();
    await expect(grandTotal(page)).toHaveAttribute('data-exact', after.totals.monthlyCost);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
