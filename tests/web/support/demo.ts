// The demo that started.ts runs beside all specs.

import { test as base, expect } from '@playwright/test';

export interface Demo {
  /** The program under test. */
  program: string;
  origin: string;
  store: string;
}

export const test = base.extend<object, { demo: Demo }>({
  demo: [async ({}, use) => {
    const demo = process.env['FOREBILL_DEMO'];
    if (!demo) throw new Error('the demo was not started');
    await use(JSON.parse(demo) as Demo);
  }, { scope: 'worker' }],
});

export { expect };
