// Whether a page can be used by everybody, as far as a program sees it: axe-core, in the page itself. Its wrapper for Playwright
// takes twice as long, for frames that these pages do not have.

import axe, { type RunOptions } from 'axe-core';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a second theme changes. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

export async function accessible(page: Page, what = '', only: 'all' | 'colours' = 'all'): Promise<void> {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe.source);
  const options: RunOptions = {
    runOnly: only === 'all' ? { type: 'tag', values: RULES } : { type: 'rule', values: COLOURS }, resultTypes: ['violations'],
  };
  const found = await page.evaluate(async (asked) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations, passes } = await run(document, asked);
    return {
      passed: passes.length,
      violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, html }) => ({ target: JSON.stringify(target), html: html.slice(0, 200) })) })),
    };
  }, options);
  expect(found.violations, what).toEqual([]);
  // An audit that looked at nothing would find nothing.
  expect(found.passed, what).toBeGreaterThan(0);
}

export async function fits(page: Page, what = ''): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), what).toBe(0);
}
