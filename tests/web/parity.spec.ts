// 50,000 charges and 50,000 estimated lines in five parts: the native program and WASM in Node give the same bytes.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { answer, AT, core, program, rating } from './corpus';
import { batch, CURRENCIES } from './parity';

const SEEDS = [1, 2, 3, 4, 5];

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Equal, or the first place where they are not: a whole difference of megabytes helps nobody. */
function same(what: string, native: string, wasm: string): void {
  if (native === wasm) return;
  let at = 0;
  while (native[at] === wasm[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 200), at + 100);
  expect(around(wasm), `${what}: ${hash(native)} and ${hash(wasm)} differ at ${at}`).toBe(around(native));
}

for (const seed of SEEDS) {
  test(`10,000 generated charges and 10,000 lines are the same bytes natively and in WASM, seed ${seed}`, async () => {
    test.setTimeout(180_000);
    const [module, rater] = [await core(), await rating()];
    const { card, usage, workload, anchor, commitment } = batch(seed);
    const folder = mkdtempSync(join(tmpdir(), 'forebill-parity-'));
    try {
      const file = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const run = (...args: string[]) => answer(program(), [...args, '--store', `file:${folder}/store`, '-o', 'json']);
      run('import', 'ratecard', file('card.json', card), '--offer', 'MS-AZR-0003P');
      const id = (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books[0]?.id ?? '';
      const bytes = readFileSync(join(folder, 'store', 'ratebook', `${id.replace('sha256:', '')}.json`));
      const book = module.RateBook.open(bytes);

      const rated = run('rate', '--book', id, '--usage', file('usage.jsonl', usage), '--billing-anchor', `${anchor}`,
        '--commitment', commitment);
      same('rate', rated, rater.rateUsage(rater.RateBook.open(bytes), new TextEncoder().encode(usage), anchor, commitment));
      const estimated = run('estimate', file('workload.json', workload), '--book', id, '--at', AT);
      same('estimate', estimated, book.estimate(workload, AT));
      book.free();

      // Nothing was compared with nothing.
      const { totals } = JSON.parse(rated) as { totals: { currency: string; charges: number; unpriced: number } };
      expect(totals.currency).toBe(CURRENCIES[seed % CURRENCIES.length]);
      expect(totals.charges).toBeGreaterThanOrEqual(10_000);
      expect(totals.charges - totals.unpriced).toBeGreaterThan(8_000);
      expect(totals.unpriced).toBeGreaterThan(20);
      expect((JSON.parse(estimated) as { lines: unknown[] }).lines.length).toBeGreaterThanOrEqual(10_000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
