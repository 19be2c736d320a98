// 50,000 charges and 50,000 estimated lines: the native program and WASM in Node give the same bytes.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { answer, AT, core, program } from './corpus';
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

test('50,000 generated charges and 50,000 lines are the same bytes natively and in WASM', async () => {
  test.setTimeout(300_000);
  const module = await core();
  let [charges, lines, priced, unpriced] = [0, 0, 0, 0];
  for (const seed of SEEDS) {
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
      const book = module.RateBook.open(readFileSync(join(folder, 'store', 'ratebook', `${id.replace('sha256:', '')}.json`)));

      const rated = run('rate', '--book', id, '--usage', file('usage.jsonl', usage), '--billing-anchor', `${anchor}`,
        '--commitment', commitment);
      same(`seed ${seed}: rate`, rated, module.rateUsage(book, new TextEncoder().encode(usage), anchor, commitment));
      const estimated = run('estimate', file('workload.json', workload), '--book', id, '--at', AT);
      same(`seed ${seed}: estimate`, estimated, book.estimate(workload, AT));
      book.free();

      const { totals } = JSON.parse(rated) as { totals: { currency: string; charges: number; unpriced: number } };
      expect(totals.currency).toBe(CURRENCIES[seed % CURRENCIES.length]);
      charges += totals.charges;
      priced += totals.charges - totals.unpriced;
      unpriced += totals.unpriced;
      lines += (JSON.parse(estimated) as { lines: unknown[] }).lines.length;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  // Nothing was compared with nothing.
  expect(charges).toBeGreaterThanOrEqual(50_000);
  expect(lines).toBeGreaterThanOrEqual(50_000);
  expect(priced).toBeGreaterThan(40_000);
  expect(unpriced).toBeGreaterThan(100);
});
