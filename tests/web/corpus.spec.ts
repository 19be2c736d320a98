// Three runtimes, one answer: the corpus in the native program, in WASM under Node, and in the page.

import { test as nodeTest } from '@playwright/test';
import { AT, core, program, rating, readCorpus, type Case } from './corpus';
import { expect, test } from './support/demo';
import { open } from './support/page';

nodeTest('WASM in Node repeats the program byte for byte', async () => {
  const [module, rater] = [await core(), await rating()];
  const cases = readCorpus(program());
  for (const { name, book, anchor, commitment, usage, workload, rated, estimated } of cases) {
    const open = module.RateBook.open(book);
    if (workload !== null) expect(open.estimate(workload, AT), `${name}: estimate`).toBe(estimated);
    open.free();
    if (usage === null) continue;
    const priced = rater.RateBook.open(book);
    expect(rater.rateUsage(priced, usage, anchor, commitment), `${name}: rate`).toBe(rated);
    priced.free();
  }
});

test('the page repeats the program byte for byte', async ({ page, demo }) => {
  const cases = readCorpus(program()).filter(({ workload }) => workload !== null);
  let current: Case | undefined;
  await page.route('**/data/books.json', (route) => {
    const header = JSON.parse(new TextDecoder().decode(current?.book)) as { currency: string };
    return route.fulfill({ json: { schema: 'forebill.books/1', books: [{
      id: current?.bookId, url: 'data/ratebook/case.json', source: 'ratecard', offer: 'MS-AZR-0003P',
      offerName: current?.name, currency: header.currency, fetchedAt: '2026-11-01T00:00:00Z', meters: 1,
    }] } });
  });
  await page.route('**/data/ratebook/case.json', (route) => route.fulfill({ body: Buffer.from(current?.book ?? []) }));
  for (current of cases) {
    await open(page, demo.origin);
    const priced = await page.locator('forebill-estimator').evaluate(
      (element, { workload, at }) => JSON.stringify(
        (element as unknown as { rate(w: unknown, at: string): unknown }).rate(JSON.parse(workload), at),
      ),
      { workload: current.workload ?? '', at: AT },
    );
    expect(priced, current.name).toBe(current.estimated);
  }
});
