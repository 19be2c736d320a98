// Names from outside do nothing, wherever they are shown: 500 texts as names of lines, groups, estimates, offers, and as every
// text of a rate book, under the policy and without any.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answer } from './corpus';
import { expect, test, type Demo } from './support/demo';
import { Host, STRICT } from './support/host';
import { ready } from './support/page';
import { PAYLOADS } from './support/payloads';

const id = (index: number) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;

/** A book whose every text is hostile. */
function book({ program }: Demo): { bytes: Buffer; id: string } {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-web-'));
  try {
    const meters = PAYLOADS.map((text, index) => ({
      EffectiveDate: '2020-01-01T00:00:00Z', IncludedQuantity: 0, MeterCategory: text, MeterId: id(index), MeterName: `hit ${text}`,
      MeterRates: { 0: 0.1, 100: 0.05 }, MeterRegion: text.slice(0, 40), MeterSubCategory: text, MeterTags: [], Unit: index % 2 === 0 ? '1 Hour' : `1 ${text.slice(0, 20)}`,
    }));
    writeFileSync(join(folder, 'card.json'), JSON.stringify({ OfferTerms: [], Meters: meters, Currency: 'USD', Locale: 'en-US', IsTaxIncluded: false }));
    const run = (...args: string[]) => answer(program, [...args, '--store', `file:${folder}/store`, '-o', 'json']);
    run('import', 'ratecard', join(folder, 'card.json'), '--offer', 'MS-AZR-0003P');
    const [listed] = (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books;
    return { id: listed?.id ?? '', bytes: readFileSync(join(folder, 'store', 'ratebook', `${listed?.id.replace('sha256:', '')}.json`)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing ran, and nothing was made of a text but text. */
async function harmless(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const root = (document.querySelector('forebill-estimator') as HTMLElement).shadowRoot as ShadowRoot;
    const made = [...root.querySelectorAll('*')].filter((node) => (
      node.matches('script, img, iframe, object, embed, link, meta, base, style, video, audio, math, template, marquee, details, forebill-estimator, a')
      || (node.localName === 'svg' && !node.classList.contains('icon'))
      || [...node.attributes].some(({ name, value }) => name.startsWith('on') || (['href', 'src', 'action', 'srcdoc'].includes(name) && /javascript:/i.test(value)))
    ));
    return { ran: 'pwned' in globalThis, made: made.map((node) => node.outerHTML.slice(0, 100)), title: document.title };
  });
  expect(found, where).toEqual({ ran: false, made: [], title: 'Host' });
}

for (const policy of [STRICT, '']) {
  test(`500 hostile texts ${policy === '' ? 'without a policy' : 'under the policy'}`, async ({ page, demo }) => {
    test.setTimeout(180_000);
    expect(new Set(PAYLOADS).size).toBe(500);
    const dialogs: string[] = [];
    const foreign: string[] = [];
    page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
    const host = await Host.start(demo.origin);
    page.on('request', (request) => { if (!request.url().startsWith(host.origin) && !/^(blob|data):/.test(request.url())) foreign.push(request.url()); });
    try {
      const made = book(demo);
      host.file('/own/data/book.json', made.bytes);
      host.file('/own/data/books.json', JSON.stringify({ schema: 'forebill.books/1', books: PAYLOADS.slice(0, 60).map((text, index) => ({
        id: index === 0 ? made.id : `sha256:${index}`, url: index === 0 ? 'data/book.json' : text, source: 'ratecard', offer: text, offerName: text, currency: 'USD', fetchedAt: index === 0 ? '2026-11-01T00:00:00Z' : text, meters: 1,
      })) }));
      host.page('/hostile.html', '<!doctype html><html lang="en"><head><title>Host</title><script type="module" src="/forebill/estimator.js"></script></head><body><forebill-estimator books="/own/data/books.json" autosave shortcuts="page"></forebill-estimator></body></html>', policy);
      await page.goto(`${host.origin}/hostile.html`);
      const search = page.getByRole('combobox', { name: 'Find a meter to add' });
      await ready(page);
      await harmless(page, 'at the start');

      // As names of lines, of groups and of the estimate, and every text of the meters.
      const items = PAYLOADS.map((name, index) => ({ name, meterId: id(index), quantity: '150', group: PAYLOADS[index - (index % 10)], tags: { [name.slice(0, 30)]: name } }));
      // Every second one lies in the one before, and each has a cost centre.
      const groups = PAYLOADS.filter((_, index) => index % 10 === 0).map((name, index, all) => ({ name, ...(index % 2 === 1 ? { within: all[index - 1] } : {}), tags: { costCenter: name } }));
      await page.evaluate(async (workload) => {
        await (document.querySelector('forebill-estimator') as HTMLElement & { load(given: unknown): Promise<void> }).load(workload);
      }, { schema: 'forebill.workload/1', name: PAYLOADS[1], groups, items });
      await expect(page.locator('[data-line]')).toHaveCount(500);
      expect(await page.locator('.name[data-field=name]').evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value).sort()))
        .toEqual([...PAYLOADS].sort());
      const unfold = () => page.evaluate(() => {
        const root = (document.querySelector('forebill-estimator') as HTMLElement).shadowRoot as ShadowRoot;
        for (const button of root.querySelectorAll<HTMLElement>('.line-cost, .line-tools button:first-child')) button.click();
      });
      await unfold();
      await expect(page.locator('.proof')).toHaveCount(500, { timeout: 60_000 });
      await expect(page.locator('.more')).toHaveCount(550);
      await expect(page.locator('.by-tag dt')).toHaveCount(50);
      await harmless(page, 'lines, proofs, assumptions and cost centres');
      // They were looked at, and are drawn again with every key as long as they are open.
      await unfold();
      await expect(page.locator('.proof')).toHaveCount(0);

      // In the search, its results, its words; each as what is typed.
      await search.fill('hit script');
      await expect(page.locator('.hit').first()).toBeVisible();
      await harmless(page, 'results');
      await page.evaluate(async (texts) => {
        const element = document.querySelector('forebill-estimator') as HTMLElement & { updateComplete: Promise<unknown> };
        const box = element.shadowRoot?.querySelector('#search') as HTMLInputElement;
        // Only what is shown changes here: the lines are drawn again with each.
        for (const text of texts) {
          box.value = text;
          box.dispatchEvent(new InputEvent('input'));
          await element.updateComplete;
        }
      }, PAYLOADS.filter((_, index) => index % 10 === 0));
      await harmless(page, 'words typed');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');

      // In messages, sheets, and the comparison.
      // By place and not by name: a name is looked for in all five hundred lines.
      const tool = (name: string) => page.locator('.tools').getByText(name, { exact: true });
      await page.locator('.line .line-tools button:last-child').first().click();
      await expect(page.locator('.toast')).toBeVisible();
      await tool('Compare').click();
      await page.locator('.compare').getByText('Copy A as B').click();
      await expect(page.locator('table.matrix')).toBeVisible({ timeout: 60_000 });
      await harmless(page, 'comparison');
      for (const name of ['Share', 'Open']) {
        await tool(name).click();
        await expect(page.locator('dialog.sheet')).toBeVisible();
        if (name === 'Open') {
          for (const text of PAYLOADS.slice(0, 25)) {
            await page.locator('dialog textarea').fill(JSON.stringify({ schema: text, [text]: 1 }));
            await page.locator('dialog').getByText('Open it').click();
            await expect(page.locator('dialog [role=alert]')).toBeVisible();
          }
        }
        await harmless(page, name);
        await page.keyboard.press('Escape');
      }
      await page.locator('.tools [aria-label="History"]').click();
      await expect(page.locator('.step').first()).toBeVisible();
      await harmless(page, 'history');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await expect(page.locator('.command').first()).toBeVisible();
      await harmless(page, 'palette');
      expect({ dialogs, foreign }).toEqual({ dialogs: [], foreign: [] });
    } finally {
      host.stop();
    }
  });
}
