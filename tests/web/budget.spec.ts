// What a host page loads, in Brotli, without the module and the rate book.

import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const assets = new URL('../../web/dist/assets/', import.meta.url).pathname;
const KB = 1024;

/** The scripts that come with one, by what they import; with `later`, also those that come on first use. */
function bytes(entry: string, later: boolean): number {
  const seen = new Set<string>();
  const follow = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = readFileSync(`${assets}${file}`, 'utf8');
    for (const [, next] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) follow(next ?? '');
    if (later) for (const [, next] of code.matchAll(/import\("\.\/([^"]+\.js)"\)/g)) follow(next ?? '');
  };
  follow(entry);
  // A build that this does not read would have no parts.
  expect(seen.size).toBe(later ? 3 : 1);
  return [...seen].reduce((sum, file) => sum + brotliCompressSync(readFileSync(`${assets}${file}`)).length, 0);
}

test('the element and the whole calculator stay small', () => {
  const entry = readFileSync(`${assets}../estimator.js`, 'utf8').split('assets/')[1]?.split("'")[0] ?? '';
  const [element, calculator] = [bytes(entry, false), bytes(entry, true)];
  console.log(`element ${element} B, calculator with all its languages and exports ${calculator} B, ${readdirSync(assets).length} files`);
  expect(element).toBeLessThanOrEqual(25 * KB);
  expect(calculator).toBeLessThanOrEqual(60 * KB);
});
