// No workload typed by a user leaves the page.

import type { Request } from '@playwright/test';
import { expect, test } from './support/demo';
import { add, open, ready, search } from './support/page';

const TYPED = ['zqxmarker', 'virtual machines', '7319.25'];

function carries(request: Request): boolean {
  const sent = decodeURIComponent(`${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`);
  return TYPED.some((text) => sent.includes(text) || sent.includes(encodeURIComponent(text)));
}

test('nothing typed leaves the page', async ({ page, demo }) => {
  const requests: Request[] = [];
  page.on('request', (request) => requests.push(request));
  await open(page, demo.origin);
  const afterLoad = requests.length;

  const line = await add(page, 'virtual machines', '7319.25');
  await line.getByLabel('Name of the line').fill('zqxmarker');
  await search(page).pressSequentially('zqxmarker', { delay: 20 });
  await page.waitForTimeout(500);

  // Parts of the page that come later are files of it, and how fresh the store is, whatever is typed.
  const later = requests.slice(afterLoad).map((request) => new URL(request.url()).pathname);
  expect(later.filter((path) => !/^\/(assets\/[\w-]+\.js|data\/reports\.json)$/.test(path))).toEqual([]);
  expect(requests.filter((request) => new URL(request.url()).origin !== demo.origin && !request.url().startsWith('data:'))).toEqual([]);
  expect(requests.filter(carries)).toEqual([]);
  expect(requests.every((request) => request.method() === 'GET')).toBe(true);
  const stored = await page.evaluate(async () => ({
    cookies: document.cookie, local: Object.keys(localStorage), session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
  }));
  expect(stored).toEqual({ cookies: '', local: ['forebill.recent/1'], session: 0, databases: 0 });
});

test('the content security policy is strict, and the page lives under it', async ({ page, demo }) => {
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.message));
  const response = await page.goto(`${demo.origin}/`);
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toMatch(/'unsafe-eval'/);
  await ready(page);
  const line = await add(page, 'data transfer out', '20000', 'tiered');
  await line.getByRole('button', { name: /explain$/ }).click();
  expect(complaints).toEqual([]);
});

test('below the calculator stands how the last invoices came out', async ({ page, demo }) => {
  await open(page, demo.origin);
  const trust = page.locator('.trust');
  await expect(trust).toHaveText('The invoices of October 2026 were compared with this rating: every difference is explained');
  await trust.click();
  await expect(page.getByRole('heading', { name: /October 2026/ })).toBeVisible();
  await page.route('**/data/reports.json', async (route) => {
    const reports = await (await route.fetch()).json() as { lastCompared: { reasons: Record<string, string> } };
    reports.lastCompared.reasons['unexplained'] = '12.5';
    await route.fulfill({ json: reports });
  });
  await open(page, demo.origin);
  await expect(trust).toHaveText('The invoices of October 2026 were compared with this rating: $12.50 are not explained');
});
