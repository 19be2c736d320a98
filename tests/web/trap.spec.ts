// When the module breaks off, the page lives on: that answer is lost, the next one is right.

import { expect, test } from './support/demo';
import { add, grandTotal, open } from './support/page';

/** Set in the page: how many estimates break off, and how many instances were made. */
interface Traps {
  traps: number;
  instances: number;
}

test('a trap in the module costs one answer and not the page', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const counted = Object.assign(globalThis as unknown as Traps, { traps: 0, instances: 0 });
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(made, given) {
        counted.instances += 1;
        const { exports } = Reflect.construct(made, given) as { exports: Record<string, (...given: unknown[]) => unknown> };
        let broken = false;
        // As in a real one, nothing that was open in it can be trusted afterwards.
        const estimate = (...given: unknown[]) => {
          if (counted.traps > 0) broken = true;
          if (broken) {
            counted.traps = 0;
            throw new WebAssembly.RuntimeError('unreachable');
          }
          return exports['ratebook_estimate']?.(...given);
        };
        return { exports: { ...exports, ratebook_estimate: estimate } };
      },
    });
  });
  await open(page, demo.origin);
  const line = await add(page, 'data transfer out', '500', 'tiered');
  const quantity = line.getByLabel(/^Quantity of/);
  await quantity.fill('20000');
  const right = await grandTotal(page).getAttribute('data-exact');
  await quantity.fill('500');
  await expect(grandTotal(page)).not.toHaveAttribute('data-exact', right ?? '');

  await page.evaluate(() => { (globalThis as unknown as Traps).traps = 1; });
  await quantity.fill('600');
  await expect(page.getByText('the estimator broke off and was replaced')).toBeVisible();
  await quantity.fill('20000');
  await expect(grandTotal(page)).toHaveAttribute('data-exact', right ?? '');
  await expect(page.getByText('the estimator broke off')).toBeHidden();
  expect(await page.evaluate(() => (globalThis as unknown as Traps).instances)).toBe(2);
});
