// What has no price is in no sum: every amount that lacks it says that it is a lower bound, and no other does.

import type { Locator, Page } from '@playwright/test';
import { expect, test, type Demo } from './support/demo';
import { openCosts, printed } from './support/costs';

interface Row { group: string; bucket: string; cost: string | null; unpricedRows: number }
interface Spend { rows: Row[]; days: Row[] }
interface Part { group: string; parts: Part[] }
type Level = string | Record<string, string>;
interface Watched { anomalies: { subscriptionId: string; anomalies: { level: Level; openedOn: string }[] }[] }

const MONTH = '2026-11';

/** How an amount begins, or that there is none. */
function mark(text: string): string {
  return /^\s*(≥|no price|)/.exec(text)?.[1] ?? '';
}

function marks(cells: Locator): Promise<string[]> {
  return cells.allTextContents().then((all) => all.map(mark));
}

function marked(row: Pick<Row, 'cost' | 'unpricedRows'> | undefined): string {
  return row === undefined || row.unpricedRows === 0 ? '' : row.cost === null ? 'no price' : '≥';
}

async function groups(page: Page, origin: string, bucket: string, by: string): Promise<string[]> {
  const drill = (await (await page.request.get(`${origin}/data/report/all/${MONTH}/${bucket}/${encodeURIComponent(by)}.json`)).json()) as { all: Part };
  return drill.all.parts.map(({ group }) => group);
}

for (const [bucket, divisions] of [['day', ['service', 'subscription', 'meter', 'tag:costCenter']], ['hour', ['service', 'meter']]] as const) {
  test(`each ${bucket} that lacks a price is at least so much, whatever it is divided by`, async ({ page, demo }) => {
    for (const by of divisions) {
      await openCosts(page, demo.origin, `#/spend?as=table&by=${encodeURIComponent(by)}&month=${MONTH}${bucket === 'hour' ? '&per=hour' : ''}`);
      const spend = await printed<Spend>(page, demo, 'spend', '--period', MONTH, '--by', by, '--bucket', bucket);
      const found = new Map(spend.rows.map((row) => [`${row.bucket} ${row.group}`, row]));
      const columns = await groups(page, demo.origin, bucket, by);
      const buckets = [...new Set(spend.rows.map((row) => row.bucket))].sort();
      const wanted = buckets.map((at) => {
        const lacks = spend.rows.some((row) => row.bucket === at && row.unpricedRows > 0);
        return [lacks ? '≥' : '', ...columns.map((group) => marked(found.get(`${at} ${group}`)))];
      });
      expect(wanted.flat()).toContain('≥');
      const rows = page.getByRole('group', { name: `Exact cost by ${bucket}`, exact: true }).locator('tbody tr');
      await expect(rows).toHaveCount(buckets.length);
      const shown = await rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')));
      expect(shown.map((cells) => cells.map(mark)), by).toEqual(wanted);
    }
  });
}

test('the caption of the chart and the lines of a day say it, too', async ({ page, demo }) => {
  await openCosts(page, demo.origin, `#/spend?month=${MONTH}`);
  const spend = await printed<Spend>(page, demo, 'spend', '--period', MONTH, '--by', 'service', '--bucket', 'day');
  const last = spend.days.at(-1);
  const of = new Map(spend.rows.filter((row) => row.bucket === last?.bucket).map((row) => [row.group, row]));
  const cursor = page.getByRole('slider', { name: /^Exact cost by service: cursor over days/ });
  await cursor.focus();
  await page.keyboard.press('End');
  await expect(page.locator('forebill-stack-chart .when [data-exact]')).toHaveText('≥\u00a0$437.91');
  const named = page.locator('forebill-stack-chart .part');
  for (const [group, row] of of) {
    const part = named.filter({ has: page.getByText(group, { exact: true }) });
    if (await part.count() > 0) expect(mark(await part.locator('[data-exact]').innerText()), group).toBe(marked(row));
  }
  await expect(cursor).toHaveAttribute('aria-valuetext', /: ≥\u00a0\$437\.91\..*Virtual Machines ≥\u00a0\$18\.14/);
  await page.keyboard.press('Enter');
  const lines = page.getByRole('group', { name: /^By service, / });
  await expect(lines.locator('tfoot [data-exact]')).toHaveText(/^≥/);
  const rows = lines.locator('tbody tr');
  for (let at = 0; at < await rows.count(); at += 1) {
    const row = rows.nth(at);
    expect(mark(await row.locator('td [data-exact]').first().innerText())).toBe(marked(of.get(await row.locator('[data-group]').getAttribute('data-group') ?? '')));
  }
});

test('so do what moved and the month before', async ({ page, demo }) => {
  await openCosts(page, demo.origin, `#/spend?month=${MONTH}`);
  const against = page.getByRole('region', { name: 'Against October 2026' });
  await expect(against).toContainText('≥\u00a0$12,173.23 then, ≥\u00a0$13,321.61 now');
  const moved = page.getByRole('group', { name: /^What moved against/ });
  expect((await marks(moved.locator('tfoot td'))).slice(0, 2)).toEqual(['≥', '≥']);
  const services = await moved.locator('tbody tr').evaluateAll((all) => all.map((row) => [row.querySelector('th'), ...row.querySelectorAll('td')].slice(0, 3).map((cell) => cell?.textContent ?? '')));
  expect(services.length).toBeGreaterThan(3);
  for (const [service = '', now = '', before = ''] of services) {
    const wanted = service === 'Virtual Machines' ? '≥' : '';
    expect([mark(now), mark(before)], service).toEqual([wanted, wanted]);
  }
});

/** Whether some of what is meant lacks a price on this day, and on any day before it. */
async function lacking(page: Page, demo: Demo, subscription: string, level: Level, on: string): Promise<[day: boolean, before: boolean]> {
  const by = typeof level === 'object' && 'resourceGroup' in level ? 'resource-group' : 'service';
  const named = typeof level === 'string' ? null : Object.values(level)[0]?.toLowerCase() || '(none)';
  const { months } = (await (await page.request.get(`${demo.origin}/data/reports.json`)).json()) as { months: string[] };
  const days: string[] = [];
  for (const month of months) {
    const { rows } = await printed<Spend>(page, demo, 'spend', '--period', month, '--by', by, '--bucket', 'day', '--subscription', subscription);
    days.push(...rows.filter((row) => row.unpricedRows > 0 && (named === null || row.group.toLowerCase() === named)).map(({ bucket }) => bucket));
  }
  return [days.includes(on), days.some((day) => day < on)];
}

test('a day that stands out, and what is usual, say it on each level', async ({ page, demo }) => {
  test.setTimeout(120_000);
  await openCosts(page, demo.origin, `#/spend?month=${MONTH}`);
  const rows = page.getByRole('group', { name: 'Unusual days', exact: true }).locator('tbody tr');
  const { anomalies: all } = (await (await page.request.get(`${demo.origin}/data/report/all/${MONTH}.json`)).json()) as Watched;
  const wanted: string[][] = [];
  for (const { subscriptionId, anomalies } of all) {
    for (const { level, openedOn } of anomalies) wanted.push((await lacking(page, demo, subscriptionId, level, openedOn)).map((lacks) => (lacks ? '≥' : '')));
  }
  expect(await rows.evaluateAll((found) => found.map((row) => [1, 2].map((at) => row.querySelectorAll('td')[at]?.textContent ?? '')))
    .then((cells) => cells.map((pair) => pair.map(mark)))).toEqual(wanted);
  expect(new Set(wanted.flat())).toEqual(new Set(['', '≥']));
});

test('so does the running total', async ({ page, demo }) => {
  await openCosts(page, demo.origin, `#/spend?month=${MONTH}`);
  const course = page.locator('forebill-course-chart');
  await expect(course.locator('.when [data-exact]')).toHaveText(/^≥/);
  await expect(course.getByRole('slider')).toHaveAttribute('aria-valuetext', /: ≥\u00a0\$[\d,.]+ as reported, the day ≥/);

  await page.keyboard.press('t');
  const days = page.getByRole('group', { name: 'Running total and forecast', exact: true }).locator('tbody tr');
  // What one subscription alone has left to come has all its prices; the sum of all days has not.
  const { course: of } = (await (await page.request.get(`${demo.origin}/data/report/all/${MONTH}.json`)).json()) as { course: { on: string }[] };
  expect(of.at(-1)?.on).toBe('2026-12-13');
  expect(await marks(days.locator('td:nth-of-type(1)'))).toEqual(of.map(({ on }) => (on < '2026-12' ? '≥' : '')));
  expect(new Set(await marks(days.locator('td:nth-of-type(2)')))).toEqual(new Set(['≥']));
});

test('a month in which everything has a price has no lower bound', async ({ page, demo }) => {
  await page.route('**/data/report/**', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/,"unpriced":\[[\d,]+\]/g, '').replace(/"(unpricedRows|unpricedRowsBefore|unpriced)":\d+/g, '"$1":0').replace(/"(complete|usualComplete)":false/g, '"$1":true');
    await route.fulfill({ response, body });
  });
  for (const as of ['', '&as=table']) {
    await openCosts(page, demo.origin, `#/spend?month=${MONTH}${as}`);
    await expect(page.getByRole('group', { name: /^What moved against/ })).toBeVisible();
    await expect(page.getByText('≥')).toHaveCount(0);
  }
});

test('our rating of an invoice is at least so much where a meter has no price', async ({ page, demo }) => {
  await openCosts(page, demo.origin, '#/invoices?month=2026-10');
  interface Compared { invoices: { invoice: string; unpriced: unknown[] }[] }
  const { invoices } = await printed<Compared>(page, demo, 'invoices', 'reconcile', '2026-10');
  await expect(page.getByRole('region', { name: 'Our rating', exact: true }).locator('.value')).toHaveText('≥\u00a0$18,001.78');
  const beside = page.getByRole('group', { name: 'Beside our rating: October 2026', exact: true });
  const wanted = invoices.map((one) => (one.unpriced.length > 0 ? '≥' : ''));
  expect(new Set(wanted)).toEqual(new Set(['', '≥']));
  expect(await marks(beside.locator('tbody tr td:nth-of-type(4)'))).toEqual(wanted);
  await expect(beside.locator('tfoot td').nth(3)).toHaveText('≥\u00a0$18,001.78');
  // What was billed is billed.
  expect(new Set(await marks(beside.locator('tr td:nth-of-type(3)')))).toEqual(new Set(['']));
  const archived = page.getByRole('group', { name: 'Archived invoices', exact: true }).locator('tbody tr');
  for (const [at, one] of invoices.entries()) {
    const row = archived.filter({ hasText: one.invoice });
    if (await row.count() > 0) expect(await marks(row.locator('td:nth-of-type(4)'))).toEqual([wanted[at]]);
  }

  await openCosts(page, demo.origin, '#/spend?month=2026-10');
  await expect(page.getByRole('region', { name: 'Invoiced' })).toContainText('≥\u00a0$18,001.78 by our rating');
});
