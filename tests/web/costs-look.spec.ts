// How the cost pages look and read: both themes, a phone, every state. The pictures are for eyes.

import { accessible, fits } from './support/audit';
import { expect, test } from './support/demo';
import { openCosts } from './support/costs';

/** Every view, and at which widths it is audited: 640 px are 1280 at twice the size. An audit of a wide table takes seconds. */
const VIEWS: [string, string, number[]][] = [
  ['spend', '#/spend', []],
  ['tables', '#/spend?as=table&in=Bandwidth', [390]],
  ['hours', '#/spend?per=hour', [1280]],
  ['charge', '#/spend?in=Bandwidth&on=2026-11-05&why=08aec027-e278-582a-ba0c-f62edf1b0dd4', [390, 640]],
  ['showback', '#/showback', [390, 640]],
  ['statement', '#/showback?centre=4711', [390, 640]],
  ['alerts', '#/alerts', [390, 640]],
  ['invoices', '#/invoices', [390, 640]],
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 640, 390]) {
    test(`${colorScheme}, ${width} px wide: accessible, nothing overflows`, async ({ page, demo }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      for (const [name, hash, audited] of VIEWS) {
        if (width !== 1280 && !audited.includes(width)) continue;
        await openCosts(page, demo.origin, hash);
        if (name === 'charge') await expect(page.locator('.why-place .proof').first()).toBeVisible();
        if (name === 'charge') await page.locator('details.strip > summary').click();
        await fits(page);
        if (width !== 640) await page.screenshot({ path: `out/costs-${colorScheme}-${width}-${name}.png`, fullPage: true, animations: 'disabled' });
        // Of a second theme only what a theme changes.
        if (audited.includes(width)) await accessible(page, name, colorScheme === 'dark' ? 'colours' : 'all');
      }
    });
  }
}

test('320 px wide nothing overflows', async ({ page, demo }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  for (const [, hash] of VIEWS.filter(([name]) => name !== 'hours')) {
    await openCosts(page, demo.origin, hash);
    await fits(page);
  }
});

test('nothing moves while the page loads', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const moved: number[] = [];
    const note = (all: PerformanceEntryList) => { for (const one of all) moved.push((one as PerformanceEntry & { value: number }).value); };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    Object.assign(globalThis, { moved: () => { note(observer.takeRecords()); return moved; } });
  });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const hash of ['#/spend', '#/showback', '#/invoices']) {
      await page.goto('about:blank');
      await openCosts(page, demo.origin, hash);
      if (hash === '#/spend') await expect(page.locator('forebill-course-chart svg .spent')).toHaveCount(1);
      // Two frames after all of it is there nothing is left to be drawn.
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
      expect(await page.evaluate(() => (globalThis as unknown as { moved: () => number[] }).moved()), `${width} px ${hash}`).toEqual([]);
    }
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
    ledger: { usage: [], prices: [], billing: [], missing: [], complete: true }, closed: [], withInvoiceLines: [], lastCompared: null,
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
    await accessible(page);
    await fits(page);
    await page.screenshot({ path: `out/costs-state-${name.replaceAll(' ', '-')}.png` });
    await page.unroute(`**/data/${path}`);
    const again = page.getByRole('button', { name: 'Try again' });
    if (await again.count()) {
      await again.click();
      await expect(page.getByRole('region', { name: 'Spent so far' })).toBeVisible({ timeout: 30_000 });
    }
  });
}
