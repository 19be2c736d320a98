// How the cost pages look and read: both themes, a phone, hostile names, every state. The pictures are for eyes.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { openCosts } from './support/costs';

const HOSTILE = '<img src=x onerror="document.title=\'owned\'">{{7*7}}${7*7}"><script>document.title=1</script>';
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function audit(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target) }))).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390, 320]) {
    test(`${colorScheme}, ${width} px wide: accessible, nothing overflows`, async ({ page, demo }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      // An audit of a wide table takes seconds: each kind of view once in each theme.
      const views = [['spend', '#/spend'], ['alerts', '#/alerts'], ['invoices', '#/invoices']];
      if (width === 1280) views.push(['hours', '#/spend?per=hour']);
      if (width === 390) views.push(['tables', '#/spend?as=table']);
      for (const [name, hash] of views) {
        await openCosts(page, demo.origin, hash);
        if (name === 'spend') await page.locator('details.strip > summary').click();
        await page.screenshot({ path: `out/costs-${colorScheme}-${width}-${name ?? ''}.png`, fullPage: true, animations: 'disabled' });
        await audit(page);
      }
    });
  }
}

/** Puts the text in the place of every string that is no date, amount, unit, id or word of ours. */
function poison(value: unknown, key = ''): unknown {
  const ours = new Set(['schema', 'at', 'month', 'currency', 'subscriptionId', 'bucket', 'granularity', 'code', 'levels', 'buckets', 'on']);
  if (ours.has(key)) return value;
  if (Array.isArray(value)) return value.map((one) => poison(one, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, name)]));
  }
  if (typeof value !== 'string' || /^-?\d+(\.\d+)?$|^\d{4}-\d\d/.test(value)) return value;
  return key === 'drills' || key === 'group' ? `${value}${HOSTILE}` : HOSTILE;
}

test('hostile names, tags, rules and reasons are text', async ({ page, demo }) => {
  await page.route('**/data/**/*.json', async (route) => {
    // A drill by a hostile tag is answered with a real one.
    const url = route.request().url().replace(/(\/(?:day|hour)\/)[^/]*\.json$/, '$1service.json');
    const response = await route.fetch({ url, timeout: 30_000 });
    await route.fulfill({ response, json: poison(await response.json()) });
  });
  for (const hash of ['#/spend', '#/spend?as=table', '#/alerts', '#/invoices', `#/spend?by=${encodeURIComponent(`tag:${HOSTILE}`)}&in=${encodeURIComponent(HOSTILE)}`]) {
    await openCosts(page, demo.origin, hash);
    await page.waitForTimeout(100);
    expect(await page.title(), hash).toMatch(/^Forebill: (spend|alerts|invoices)$/);
    const made = await page.locator('forebill-costs').evaluate((element) => {
      const roots = [element.shadowRoot, ...[...(element.shadowRoot?.querySelectorAll('*') ?? [])].map((one) => one.shadowRoot)];
      return roots.reduce((sum, root) => sum + (root?.querySelectorAll('img, script, iframe, object, [onerror]').length ?? 0), 0);
    });
    expect(made, hash).toBe(0);
  }
  await expect(page.locator('.group-name', { hasText: HOSTILE }).first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test('nothing moves while the page loads', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('about:blank');
    await openCosts(page, demo.origin);
    await expect(page.locator('forebill-course-chart svg .spent')).toHaveCount(1);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts), `${width} px`).toEqual([]);
  }
});

interface Answer {
  status: number;
  json?: unknown;
  body?: string;
}

const STATES: [string, string, Answer, RegExp][] = [
  ['an empty store', 'reports.json', { status: 200, json: {
    schema: 'forebill.reports/1', at: '1970-01-01T00:00:00Z', months: [], subscriptions: [],
    ledger: { usage: [], prices: [], billing: [], missing: [], complete: true },
  } }, /Nothing was read from Azure yet/],
  ['a month without usage', 'report/**', { status: 404, json: { schema: 'forebill.refused/1', code: 'nothing', why: 'the store has no usage in this period' } }, /There is nothing to show for this month.*no usage in this period/s],
  ['a damaged record', 'report/**', { status: 500, json: { schema: 'forebill.refused/1', code: 'damaged', why: 'forebill verify names it' } }, /The store is damaged.*forebill verify names it/s],
  ['a static host without the document', 'report/**', { status: 404, body: '<h1>Not Found</h1>' }, /The server answered 404/],
  ['a document of another form', 'reports.json', { status: 200, json: { schema: 'forebill.reports/9' } }, /this page reads "forebill\.reports\/1"/],
  ['a server that fails', 'reports.json', { status: 503, body: '' }, /The server answered 503/],
];

for (const [name, path, answer, words] of STATES) {
  test(`${name} is told`, async ({ page, demo }) => {
    await page.route(`**/data/${path}`, (route) => route.fulfill(answer));
    await page.goto(`${demo.origin}/costs.html`);
    await expect(page.locator('.failure')).toContainText(words);
    await audit(page);
    await page.screenshot({ path: `out/costs-state-${name.replaceAll(' ', '-')}.png` });
    await page.unroute(`**/data/${path}`);
    const again = page.getByRole('button', { name: 'Try again' });
    if (await again.count()) {
      await again.click();
      await expect(page.getByRole('region', { name: 'Spent so far' })).toBeVisible({ timeout: 30_000 });
    }
  });
}
