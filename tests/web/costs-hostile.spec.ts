// Names from outside do nothing on the cost pages, wherever they are shown: 500 texts in the place of every text of every
// document, under the policy and without any.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo';
import { Host, STRICT } from './support/host';
import { PAYLOADS } from './support/payloads';

/** What a page needs to find its way, and amounts and days, which are read and never shown as they are. */
const OURS = new Set(['schema', 'at', 'month', 'months', 'closed', 'withInvoiceLines', 'currency', 'bucket', 'course', 'granularity', 'levels', 'on', 'level', 'rules']);

type Json = unknown;

function poisoned(value: Json, text: string, key = ''): Json {
  if (key === 'buckets' || key === 'series') return (value as Json[]).slice(0, 2);
  if (OURS.has(key)) return value;
  if (Array.isArray(value)) return value.slice(0, 1).map((one) => poisoned(one as Json, text, key));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one as Json, text, name)]));
  return typeof value !== 'string' || /^-?\d+(\.\d+)?$|^\d{4}-\d\d/.test(value) ? value : text;
}

/** Every list gets as many entries as there are texts, each entry another text in all its fields. */
function flooded(value: Json, key = ''): Json {
  if (key === 'buckets' || key === 'series' || OURS.has(key)) return poisoned(value, '', key);
  if (Array.isArray(value)) return value.length === 0 ? value : PAYLOADS.map((text) => poisoned(value[0] as Json, text, key));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, flooded(one as Json, name)]));
  return poisoned(value, PAYLOADS[1] ?? '', key);
}

/** Nothing ran, nothing was made of a text but text, and all of them are there. */
async function harmless(page: Page, where: string): Promise<void> {
  const found = await page.evaluate((payloads) => {
    const roots = [document.querySelector('forebill-costs')?.shadowRoot as ShadowRoot];
    for (const node of roots[0]?.querySelectorAll('*') ?? []) if (node.shadowRoot) roots.push(node.shadowRoot);
    const nodes = roots.flatMap((root) => [...root.querySelectorAll('*')]);
    const made = nodes.filter((node) => (
      node.matches('script, img, iframe, object, embed, link, meta, base, video, audio, math, template, marquee, textarea, input, forebill-estimator')
      || [...node.attributes].some(({ name, value }) => name.startsWith('on') || (['href', 'src', 'action', 'srcdoc'].includes(name) && !/^(data\/|#\/|costs\.html#|\.\/$)/.test(value)))
    ));
    const text = roots.map((root) => root.textContent).join('\n');
    return {
      ran: 'pwned' in globalThis, made: made.map((node) => node.outerHTML.slice(0, 100)), title: /^Forebill: \w+$/.test(document.title),
      missing: payloads.filter((payload) => !text.includes(payload)).length, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  }, PAYLOADS);
  expect(found, where).toEqual({ ran: false, made: [], title: true, missing: 0, overflow: 0 });
}

for (const [name, policy] of [['under the policy', STRICT], ['without any policy', '']] as const) {
  test(`500 hostile texts in every field do nothing, ${name}`, async ({ page, demo }) => {
    test.setTimeout(180_000);
    const dialogs: string[] = [];
    const foreign: string[] = [];
    page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
    const host = await Host.start(demo.origin);
    page.on('request', (request) => { if (!request.url().startsWith(host.origin)) foreign.push(request.url()); });
    try {
      const data = async <T>(path: string) => (await (await fetch(`${demo.origin}/data/${path}`)).json()) as T;
      const put = async (path: string, from = path) => { host.file(`/forebill/data/${path}`, JSON.stringify(flooded(await data(from)))); };
      for (const path of ['reports.json', 'report/all/2026-10.json', 'report/all/2026-10/charges.json', 'alerts.json', 'invoices.json', 'reconcile/2026-10.json', 'showback/2026-10.json']) await put(path);
      await put('report/all/2026-10/day/service.json');
      await put('report/all/2026-10/day/meter.json');
      host.page('/forebill/costs.html', readFileSync(new URL('../../web/dist/costs.html', import.meta.url), 'utf8'), policy);
      for (const view of ['spend?month=2026-10', 'spend?month=2026-10&as=table', 'alerts', 'invoices', 'showback?centre=4711', 'showback']) {
        if (view === 'showback') {
          // A cost centre that reads like a number was left, so that its statement could be opened.
          const page = await data('showback/2026-10.json') as { showback: { statements: object[] } };
          page.showback.statements = PAYLOADS.map((costCentre) => ({ ...page.showback.statements[0], costCentre }));
          host.file('/forebill/data/showback/2026-10.json', JSON.stringify(page));
        }
        await page.goto('about:blank');
        await page.goto(`${host.origin}/forebill/costs.html#/${view}`);
        await expect(page.locator('h2').first()).toBeVisible({ timeout: 20_000 });
        await expect(page.locator('.bones, [aria-busy=true]')).toHaveCount(0, { timeout: 20_000 });
        await harmless(page, view);
      }
      expect({ dialogs, foreign }).toEqual({ dialogs: [], foreign: [] });
    } finally {
      host.stop();
    }
  });
}
