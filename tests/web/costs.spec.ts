// The cost pages say what the program prints of the same store, digit for digit.

import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { openCosts, parts, printed, sum } from './support/costs';

interface Row {
  group: string;
  bucket: string | null;
  cost: string | null;
  rows: number;
  unpricedRows: number;
}

interface Spend {
  rows: Row[];
  days: Row[];
  totals: { cost: string; invoiceCost: string; invoiceDue: string };
  subscriptions: { subscriptionId: string; name: string; cost: string; bill: { invoiceDue: string; complete: boolean } }[];
  unpriced: { meterId: string; quantity: string }[];
  included: { used: string; included: string }[];
  restated: { name: string; change: string }[];
}

function month(page: Page): Promise<string> {
  return page.getByLabel('Month', { exact: true }).inputValue();
}

test('the month has the digits of forebill spend', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page));
  const spent = page.getByRole('region', { name: 'Spent so far' }).locator('[data-exact]');
  for (const [at, amount] of [spend.totals.cost, spend.totals.invoiceCost, spend.totals.invoiceDue].entries()) {
    await expect(spent.nth(at)).toHaveAttribute('data-exact', amount);
  }
  expect(await parts(page)).toEqual(spend.rows.map((row) => [row.group, row.cost ?? 'no price']));
  // What has no price is no 0, and every sum that lacks it says so.
  await expect(page.locator('.figure .value').first()).toHaveText('≥\u00a0$14,302.72');
  for (const at of [0, 1, 2]) await expect(spent.nth(at)).toHaveText(/^≥/);
  const expected = page.getByRole('region', { name: 'Expected', exact: true }).locator('[data-exact]');
  for (const at of [0, 1]) await expect(expected.nth(at)).toHaveText(/^≥/);
  const foretold = page.getByRole('group', { name: 'Expected bills', exact: true }).locator('tbody tr');
  await expect(foretold).toHaveCount(spend.subscriptions.length);
  for (const one of spend.subscriptions) {
    const amounts = await foretold.filter({ hasText: one.name }).locator('td [data-exact]').allTextContents();
    expect(amounts.map((amount) => amount.startsWith('≥'))).toEqual(amounts.map(() => !one.bill.complete));
  }
  const lacking = spend.rows.filter((row) => row.unpricedRows > 0);
  expect(lacking.length).toBeGreaterThan(0);
  for (const row of lacking) await expect(page.getByRole('group', { name: 'By service' }).locator('tbody tr', { hasText: row.group })).toContainText(`${row.unpricedRows} of ${row.rows} rows without a price`);
  await expect(page.locator('details.strip')).toContainText('1 meter without a price');
  await expect(page.locator('details.strip')).toContainText(`${spend.rows.reduce((all, row) => all + row.rows, 0).toLocaleString('en-US')} rows`);

  const bills = page.getByRole('group', { name: 'Bills', exact: true }).locator('tbody tr');
  await expect(bills).toHaveCount(spend.subscriptions.length);
  for (const [at, one] of spend.subscriptions.entries()) {
    await expect(bills.nth(at)).toContainText(one.name);
    await expect(bills.nth(at).locator('td .num').first()).toHaveAttribute('data-exact', one.cost);
    await expect(bills.nth(at).locator('td .num').last()).toHaveAttribute('data-exact', one.bill.invoiceDue);
  }
  const unpriced = page.getByRole('group', { name: 'Without a price' }).locator('tbody tr');
  await expect(unpriced).toHaveCount(spend.unpriced.length);
  await expect(unpriced.first()).toContainText(spend.unpriced[0]?.meterId ?? '');

  const free = page.getByRole('group', { name: 'Included quantities', exact: true }).locator('tbody tr');
  expect(spend.included.length).toBeGreaterThan(0);
  await expect(free).toHaveCount(spend.included.length);
  for (const [at, one] of spend.included.entries()) {
    const told = await free.nth(at).locator('[data-exact]').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-exact')));
    expect(told).toEqual([one.used, one.included]);
  }
  const changed = page.getByRole('group', { name: 'Changed by Azure since yesterday', exact: true }).locator('tbody tr');
  expect(spend.restated.length).toBeGreaterThan(0);
  await expect(changed).toHaveCount(spend.restated.length);
  for (const [at, one] of spend.restated.entries()) {
    await expect(changed.nth(at)).toContainText(one.name);
    await expect(changed.nth(at).locator('[data-exact]')).toHaveAttribute('data-exact', one.change);
  }
});

test('every day and hour stands in the table behind the chart', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/spend?as=table');
  const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page), '--bucket', 'day');
  const table = page.getByRole('group', { name: 'Exact cost by day' });
  await expect(table.locator('tbody tr')).toHaveCount(spend.days.length);
  for (const [at, day] of spend.days.entries()) {
    await expect(table.locator('tbody tr').nth(at).locator('td [data-exact]').first()).toHaveAttribute('data-exact', day.cost ?? '');
  }
  await page.getByRole('button', { name: 'Hour' }).click();
  const hours = page.getByRole('group', { name: 'Exact cost by hour' });
  const hourly = await printed<Spend>(page, demo, 'spend', '--period', await month(page), '--by', 'service', '--bucket', 'hour');
  await expect(hours.locator('tbody tr')).toHaveCount(new Set(hourly.rows.map((row) => row.bucket)).size);
  const first = hourly.rows[0];
  await expect(hours.locator('tbody tr').first().locator(`td [data-exact="${first?.cost ?? ''}"]`)).toHaveCount(1);
});

test('down to a resource and back, by service, group, meter, tag and subscription', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const dearest = (await parts(page))[0];
  await page.locator('[data-group]').first().click();
  await expect(page.getByRole('navigation', { name: 'Where in the month' }).locator('[aria-current]')).toHaveText(dearest?.[0] ?? '');
  await expect(page.locator('#drill ~ * tfoot .num').first()).toHaveAttribute('data-exact', dearest?.[1] ?? '');
  const meter = (await parts(page))[0];
  await page.locator('[data-group]').first().click();
  await expect(page.locator('#drill ~ * tfoot .num').first()).toHaveAttribute('data-exact', meter?.[1] ?? '');
  await expect(page.getByRole('group', { name: 'By resource' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('group', { name: 'By meter' })).toBeVisible();
  await page.getByRole('button', { name: 'Everything' }).click();
  await expect(page.getByRole('group', { name: 'By service' })).toBeVisible();

  for (const by of ['subscription', 'resource-group', 'resource', 'meter', 'region', 'tag:costCenter']) {
    await page.getByLabel('Divided by').selectOption(by);
    const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page), '--by', by);
    await expect.poll(async () => (await parts(page)).map(([, cost]) => cost)).toEqual(spend.rows.map((row) => row.cost ?? 'no price'));
  }
  const [one] = (await printed<Spend>(page, demo, 'spend')).subscriptions;
  await page.getByLabel('Subscriptions').selectOption(one?.subscriptionId ?? '');
  const alone = await printed<Spend>(page, demo, 'spend', '--period', await month(page), '--subscription', one?.subscriptionId ?? '');
  await expect(page.getByRole('region', { name: 'Spent so far' }).locator('[data-exact]').first()).toHaveAttribute('data-exact', alone.totals.cost);
});

test('forecast, band and budget are those of the program', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  interface Forecast {
    cost: string;
    due: string;
    subscriptions: { subscriptionId: string; cost: { p10: string; p50: string; p90: string } }[];
  }
  const forecast = await printed<Forecast>(page, demo, 'forecast');
  const expected = page.getByRole('region', { name: 'Expected', exact: true }).locator('[data-exact]');
  const last = forecast.subscriptions[forecast.subscriptions.length - 1];
  await page.getByLabel('Subscriptions').selectOption(last?.subscriptionId ?? '');
  await expect(page.getByRole('region', { name: 'Expected', exact: true })).toContainText('80 % of bills between');
  const own = [last?.cost.p10 ?? '', last?.cost.p90 ?? ''];
  for (const edge of own) await expect(expected.and(page.locator(`[data-exact="${edge}"]`))).toHaveCount(1);
  const budget = page.getByRole('region', { name: 'Budget', exact: true });
  await expect(budget.locator('[data-exact]').first()).toHaveAttribute('data-exact', '9000');
});

test('a table is copied with all digits, and no name becomes a formula', async ({ page, context, demo }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.route('**/day/service.json', async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace('"group":"Storage"', '"group":"=1+1"');
    await route.fulfill({ response, body: text });
  });
  await openCosts(page, demo.origin);
  await page.getByRole('button', { name: 'Copy By service' }).click();
  await expect(page.getByRole('button', { name: 'By service: copied' })).toBeVisible();
  const rows = (await page.evaluate(() => navigator.clipboard.readText())).split('\n').map((row) => row.split('\t'));
  const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page));
  expect(rows[0]?.slice(0, 2)).toEqual(['Service', 'Exact cost']);
  const named = (group: string) => (group === 'Storage' ? "'=1+1" : group);
  expect(rows.slice(1, -1).map((row) => row.slice(0, 2))).toEqual(spend.rows.map((row) => [named(row.group), row.cost]));
  expect(rows[rows.length - 1]?.slice(0, 2)).toEqual(['Total', spend.totals.cost]);
});

test('by keyboard: T shows tables, arrows move the cursor, which says its day', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const cursor = page.getByRole('slider', { name: /^Exact cost by service: cursor over days/ });
  await cursor.focus();
  await page.keyboard.press('Home');
  await expect(cursor).toHaveAttribute('aria-valuenow', '1');
  const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page));
  const readout = page.locator('forebill-stack-chart .when [data-exact]');
  await expect(readout).toHaveAttribute('data-exact', spend.days[0]?.cost ?? '');
  await page.keyboard.press('ArrowRight');
  await expect(readout).toHaveAttribute('data-exact', spend.days[1]?.cost ?? '');
  await expect(cursor).toHaveAttribute('aria-valuetext', /2026|20\d\d: /);
  await page.keyboard.press('t');
  await expect(page.getByRole('status').filter({ hasText: /^Tables$/ })).toHaveCount(1);
  await expect(page.getByRole('group', { name: 'Exact cost by day' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Running total and forecast' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(cursor).toBeVisible();
});

test('a bar leads to the lines of its day', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const spend = await printed<Spend>(page, demo, 'spend', '--period', await month(page), '--by', 'service', '--bucket', 'day');
  const [first] = spend.days;
  const cursor = page.getByRole('slider', { name: /^Exact cost by service: cursor over days/ });
  await cursor.focus();
  await page.keyboard.press('Home');
  const said = page.locator('.only strong');
  const heard = page.getByRole('status').filter({ hasText: /^(Only .* 1, 20\d\d|The whole month)$/ });
  await expect(said).toBeEmpty();
  await page.keyboard.press('Enter');
  await expect(said).toHaveText(/^Only .* 1, 20\d\d$/);
  await expect(heard).toHaveText(/^Only/);
  const lines = page.getByRole('group', { name: /^By service, / });
  await expect(lines.locator('tfoot [data-exact]')).toHaveAttribute('data-exact', first?.cost ?? '');
  expect(page.url()).toContain(`on=${first?.bucket ?? ''}`);
  const shown = new Map(await parts(page));
  const rows = spend.rows.filter((row) => row.bucket === first?.bucket && row.cost !== '0').map((row): [string, string] => [row.group, row.cost ?? 'no price']);
  expect(shown).toEqual(new Map(rows));
  expect(sum([...shown.values()].filter((cost) => cost !== 'no price'))).toBe(sum([first?.cost ?? '']));
  await page.getByRole('button', { name: 'The whole month' }).click();
  await expect(heard).toHaveText('The whole month');
  // The button is gone, and the focus not with it.
  await expect(cursor).toBeFocused();
  await expect(page.getByRole('group', { name: 'By service', exact: true })).toBeVisible();
  await expect(said).toBeEmpty();
});

test('what the numbers rest on is said point by point', async ({ page, demo }) => {
  await openCosts(page, demo.origin);
  const points = await page.locator('.strip > summary li').allTextContents();
  expect(points.length).toBeGreaterThan(4);
  const { nodes } = await (await page.context().newCDPSession(page)).send('Accessibility.getFullAXTree');
  const said = nodes.filter(({ role }) => /^Disclosure/.test(String(role?.value))).map(({ name }) => String(name?.value).replace(/\s+/g, ' '));
  expect(said.map((text) => text.trim())).toContain(points.map((point) => point.trim()).join(', '));
});

test('the amount of a meter opens to its tiers, which add up to it', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/spend?by=meter');
  const [dearest] = await parts(page);
  await page.locator('.why').first().click();
  const drawer = page.locator('.why-place');
  await expect(drawer.locator('.proof').first()).toBeVisible();
  const costs = drawer.locator('.tiers tfoot [data-exact]');
  expect(sum(await costs.evaluateAll((all) => all.map((one) => one.getAttribute('data-exact') ?? '')))).toBe(sum([dearest?.[1] ?? '']));
  interface Rated { subscriptions: { charges: { meterId: string; quantity: string; cost: string; tiers: { cost: string }[] }[] }[] }
  const { subscriptions } = (await (await page.request.get(`${demo.origin}/data/report/all/${await month(page)}/charges.json`)).json()) as Rated;
  const meter = dearest?.[0].split(' · ').at(-1);
  const charges = subscriptions.flatMap((one) => one.charges).filter((one) => one.meterId === meter);
  await expect(costs).toHaveCount(charges.length);
  for (const charge of charges) expect(sum(charge.tiers.map((tier) => tier.cost))).toBe(sum([charge.cost]));
  await expect(drawer.locator('.proof').first()).toContainText('Included quantity');
  await page.locator('.why').first().click();
  await expect(drawer).toHaveCount(0);
});

test('alerts with their lines, and invoices as files', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/alerts');
  interface Part { quantity: string; cost?: string; before?: Part }
  interface Tested { findings: { fires: boolean; rule: string; summary: string; lines: Part[] }[] }
  const tested = await printed<Tested>(page, demo, 'alerts', 'test');
  const fires = tested.findings.filter((one) => one.fires);
  const cards = page.locator('section', { has: page.locator('#rules') }).locator('li.fires');
  await expect(cards).toHaveCount(fires.length);
  for (const [at, one] of fires.entries()) {
    const card = cards.nth(at);
    await expect(card).toContainText('Fires');
    const rows = card.locator('tbody tr');
    await expect(rows).toHaveCount(one.lines.length);
    for (const [place, line] of one.lines.entries()) {
      for (const [part, was] of [[line, false], [line.before, true]] as const) {
        if (part?.cost === undefined) continue;
        const cost = rows.nth(place).locator('td').last().locator(was ? '.detail [data-exact]' : ':scope > [data-exact]');
        // Where the answer names no currency, it is that of the subscriptions.
        await expect(cost).toHaveText(/^−?\$[\d,]+\.\d\d\d*$/);
        // All digits are behind it, where it has more than stand there.
        const behind = /\.\d\d?$|^\d+$/.test(part.cost) ? null : part.cost;
        expect((await cost.getAttribute('title'))?.replace(/[$,]/g, '') ?? null).toBe(behind);
        await expect(cost).toHaveAttribute('data-exact', part.cost);
      }
      if (line.before) await expect(rows.nth(place).locator('td').nth(0)).toContainText('was ');
    }
    // Amounts in the answer, too: read like the others, and all digits behind them.
    const said = [...one.summary.matchAll(/([\d.]+) USD/g)].map(([, amount]) => amount ?? '');
    expect(await card.locator('.card-title [data-exact]').evaluateAll((all) => all.filter((found) => found.textContent?.includes('$')).map((found) => found.getAttribute('data-exact')))).toEqual(said);
    if (said.at(-1) === '12000') await expect(card.locator('.card-title [data-exact]').last()).toHaveText('$12,000.00');
  }
  await expect(cards.locator('.card-title').filter({ hasText: '$12,000.00' })).toHaveCount(1);
  expect(tested.findings.some(({ fires }) => fires)).toBe(true);
  expect(fires.some(({ lines }) => lines.some(({ before }) => before !== undefined))).toBe(true);

  await page.getByRole('link', { name: 'Invoices' }).click();
  interface Listed { invoices: { name: string; file: string; object: { bytes: number } }[] }
  const { invoices } = await printed<Listed>(page, demo, 'invoices', 'list');
  const links = page.getByRole('group', { name: 'Archived invoices' }).locator('a[download]');
  await expect(links).toHaveText(invoices.map(({ name }) => name).reverse());
  const [download] = await Promise.all([page.waitForEvent('download'), links.first().click()]);
  expect(download.suggestedFilename()).toBe(invoices[invoices.length - 1]?.file);
});

test('the address carries the view, and the page asks nobody else', async ({ page, demo }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).origin}`));
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.message));
  await openCosts(page, demo.origin);
  await page.getByRole('button', { name: 'Month before' }).click();
  await page.getByLabel('Divided by').selectOption('resource-group');
  await page.locator('[data-group]').first().click();
  await expect(page.getByRole('group', { name: 'By resource' })).toBeVisible();
  const total = await page.locator('#drill ~ * tfoot .num').first().getAttribute('data-exact');
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await expect(page.locator('#drill ~ * tfoot .num').first()).toHaveAttribute('data-exact', total ?? '');
  expect([...new Set(asked)]).toEqual([`GET ${demo.origin}`]);
  expect(complaints).toEqual([]);
});

test('charts come with the cost pages only, and are small', async ({ page, demo }) => {
  const scripts = async (address: string) => {
    const html = await (await page.request.get(`${demo.origin}/${address}`)).text();
    return [...html.matchAll(/assets\/[\w-]+\.js/g)].map(([name]) => name);
  };
  const [costs, other] = [await scripts('costs.html'), await scripts('')];
  const own = costs.filter((script) => !other.includes(script));
  expect(own).toHaveLength(1);
  const script = await (await page.request.get(`${demo.origin}/${own[0] ?? ''}`)).body();
  expect(brotliCompressSync(script).length).toBeLessThan(46_000);
});
