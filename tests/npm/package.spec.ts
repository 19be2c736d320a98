// The npm package, installed from its tarball into small projects of every kind. Each gives the digits of `forebill`.

import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test as base, type Page } from '@playwright/test';
import { ask, type Asked } from './support/asked';
import { installed, run, tarball, tool } from './support/project';
import { served } from './support/served';

const test = base.extend<object, { asked: Asked }>({
  asked: [async ({}, use) => {
    const asked = ask();
    await use(asked);
    rmSync(asked.folder, { recursive: true, force: true });
  }, { scope: 'worker', timeout: 60_000 }],
});

interface Answers {
  info: { id: string; meters: number };
  verified: boolean;
  found: string;
  estimated: string;
  after: string;
  compared: string;
  comparedAgain: string;
  branched: string;
  fitting: string;
  line: { parts: { role: string; text: string; start: number; end: number }[]; unknown: string[]; item: object };
  refused: object;
  trapped: object;
  replaced: number;
  closed: string;
}

function same(given: Answers, asked: Asked): void {
  expect(given.found).toBe(asked.found);
  expect(given.estimated).toBe(asked.estimated);
  expect(given.compared).toBe(asked.compared);
  expect(given.comparedAgain, 'also after the trap').toBe(asked.compared);
  expect(given.branched).toBe(asked.branched);
  expect(given.fitting).toBe(asked.fitting);
  expect(given.line.parts.map(({ role, text }) => `${role}:${text}`)).toEqual([
    'count:2x', 'unknown:größer', 'meter:d4s', 'meter:v5', 'region:westeurope', 'schedule:12h', 'schedule:weekdays',
  ]);
  expect(given.line.parts[2], 'places are those of JavaScript').toMatchObject({ start: 10, end: 13 });
  expect(given.line.item).toMatchObject({
    query: 'd4s v5', region: 'westeurope', count: '2', schedule: { hoursPerDay: '12', daysPerWeek: '5' },
  });
  expect(given.refused).toEqual({ code: 'badWorkload', path: 'items[0].meterId', known: true });
  expect(given.trapped).toEqual({ code: 'trapped', known: true, real: true });
  expect(given.replaced).toBe(1);
  expect(given.after, 'the book is there again after the trap').toBe(asked.estimated);
  expect(given.closed).toBe('closed');
  // Nothing was compared with nothing.
  const { totals, lines } = JSON.parse(given.estimated) as { totals: { monthlyCost: string }; lines: { status: string }[] };
  expect(totals.monthlyCost).toMatch(/^\d+\.\d{6,}$/);
  expect(lines.map(({ status }) => status)).toEqual(['priced', 'priced', 'priced', 'unpriced']);
  const { cells } = JSON.parse(given.compared) as { cells: { status: string; lines?: unknown[] }[] };
  expect(cells.filter(({ lines }) => lines !== undefined).length).toBeGreaterThan(1);
  const { count, monthlyDue, oneMore } = JSON.parse(given.fitting) as { count: number; monthlyDue: string; oneMore: string };
  expect([count > 0, Number(monthlyDue) <= 2500.5, Number(oneMore) > 2500.5]).toEqual([true, true, true]);
  expect((JSON.parse(given.branched) as { lines: object[] }).lines).toHaveLength(4);
  expect(given.info.meters).toBeGreaterThan(1000);
  expect([given.info.id, given.verified]).toEqual([asked.id, true]);
}

/** Opens a built project in the browser. Anything on the console is a failure. */
async function inBrowser(
  page: Page, asked: Asked, folder: string, answers = 'answers', others: Record<string, string> = {}, types = {},
): Promise<Answers> {
  const told: string[] = [];
  page.on('console', (message) => told.push(message.text()));
  page.on('pageerror', (error) => told.push(String(error)));
  const files: Record<string, string> = { '/book.json': asked.book, '/question.json': asked.question };
  const { origin, close } = await served((path) => {
    const other = Object.keys(others).find((start) => path.startsWith(start));
    return files[path] ?? (other === undefined ? join(folder, path) : join(others[other] ?? '', path.slice(other.length)));
  }, types);
  try {
    await page.goto(origin);
    await page.waitForFunction((name) => name in globalThis, answers).catch(() => expect(told).toEqual([]));
    const given = await page.evaluate((name) => (globalThis as unknown as Record<string, Promise<Answers>>)[name], answers);
    expect(told).toEqual([]);
    if (given === undefined) throw new Error('the page gave no answers');
    return given;
  } finally {
    close();
  }
}

test('Node: the module comes from disk', ({ asked }) => {
  const project = installed('node');
  same(JSON.parse(run(project, process.execPath, 'main.js', asked.book, asked.question)), asked);
});

test('Node: the compact form gives every answer of the other one, also after a trap', ({ asked }) => {
  const project = installed('node');
  const { another, refusals, ...given } = JSON.parse(
    run(project, process.execPath, 'compact.js', asked.prices, asked.ids, asked.id, asked.question),
  ) as Answers & { another: boolean; refusals: string[] };
  same(given, asked);
  expect(another, 'an id that is that of no such prices').toBe(false);
  expect(refusals).toEqual([
    'badRateBook: the id of the rate book must be told with its prices and ids: 64 hexadecimal digits',
    'badRateBook: the bytes are not those of their hash: get the rate book again',
    'badRateBook: this is the other part of a rate book',
    'badRateBook: the id of the rate book must be told with its prices and ids: 64 hexadecimal digits',
  ]);
});

test('Node: a delta on either form of its base gives every answer of the book that it leads to', ({ asked }) => {
  const project = installed('node');
  const files = [asked.beside, asked.besidePrices, asked.besideIds, asked.besideId, asked.delta, asked.question];
  const { compact, json, refusals } = JSON.parse(run(project, process.execPath, 'delta.js', ...files)) as {
    compact: Answers; json: Answers; refusals: string[];
  };
  same(compact, asked);
  same(json, asked);
  expect(refusals).toEqual([
    `otherBase: this delta changes rate book ${asked.besideId}, and not ${asked.id}`,
    'badDelta: the delta: the bytes are not those of their hash: get the rate book again',
    'badDelta: the delta: this is the other part of a rate book',
    'badRateBook: this is the other part of a rate book',
  ]);
});

test('Node: threads have an instance each', ({ asked }) => {
  const project = installed('node');
  same(JSON.parse(run(project, process.execPath, 'threads.js', asked.book, asked.question)), asked);
});

test('Node: items of two offers, with the book of each', ({ asked }) => {
  const project = installed('node');
  const given = run(project, process.execPath, 'beside.js', asked.book, asked.beside, asked.question).trimEnd();
  expect(given).toBe(asked.mixed);
  const [estimate] = given.split('\n').map((line) => JSON.parse(line) as { offers: { items: number[]; terms?: { credit: { used: string } } }[] });
  expect(estimate?.offers.map(({ items, terms }) => [items, terms?.credit.used])).toEqual([[[2, 3], undefined], [[0, 1], '100']]);
});

test('the example of the README runs as it stands there', ({ asked }) => {
  const project = installed('node');
  const readme = readFileSync(join(project, 'node_modules/forebill-estimator/README.md'), 'utf8');
  const example = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  const file = join(project, 'node_modules', 'example.mjs');
  writeFileSync(file, example);
  expect(run(asked.folder, process.execPath, file)).toBe(`${asked.monthlyOfReadme} USD a month\n`);
});

test('Vite: page and worker', async ({ page, asked }) => {
  const project = installed('vite');
  tool(project, 'vite', 'build');
  same(await inBrowser(page, asked, join(project, 'dist')), asked);
  same(await inBrowser(page, asked, join(project, 'dist'), 'answersOfWorker'), asked);
});

test('webpack without a configuration', async ({ page, asked }) => {
  const project = installed('webpack');
  tool(project, 'webpack', './main.js', '--mode', 'production', '--no-stats');
  copyFileSync(join(project, 'index.html'), join(project, 'dist/index.html'));
  same(await inBrowser(page, asked, join(project, 'dist')), asked);
});

test('esbuild: the module is imported as a file', async ({ page, asked }) => {
  const project = installed('esbuild');
  const words = ['--bundle', '--format=esm', '--minify', '--loader:.wasm=file', '--log-level=warning'];
  tool(project, 'esbuild', 'main.js', 'index.html', ...words, '--loader:.html=copy', '--entry-names=[name]', '--outdir=dist');
  same(await inBrowser(page, asked, join(project, 'dist')), asked);
});

test('a script tag, from a server that does not know what a module is', async ({ page, asked }) => {
  const project = installed('script');
  const others = {
    '/package/': join(project, 'node_modules/forebill-estimator'),
    '/served.js': join(project, '../served.js'),
    '/questions.js': join(project, '../questions.js'),
  };
  same(await inBrowser(page, asked, project, 'answers', others, { '.wasm': 'application/octet-stream' }), asked);
});

test('bindings and all around them are at most 4 kB under gzip', () => {
  const script = readFileSync(join(installed('script'), 'node_modules/forebill-estimator/dist/forebill.global.js'));
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(4_000);
});

test('TypeScript: real answers have the types that the package declares, and no field more', ({ asked }) => {
  const project = installed('types');
  const given = [['SearchResult', asked.found], ['Estimate', asked.estimated], ['Workload', asked.workload]];
  const literals = given.map(([type, json]) => `export const ${type} = ${json} satisfies forebill.${type};\n`);
  const check = (literals: string[]) => {
    writeFileSync(join(project, 'answers.ts'), `import type * as forebill from 'forebill-estimator';\n${literals.join('')}`);
    tool(project, 'tsc');
  };
  check(literals);
  // The check can fail: a field that was not declared, one that is missing, money as a number.
  for (const [right, wrong] of [['"total":', '"sum":0,"total":'], ['"yearlyCost":', '"annualCost":'], ['"cost":"', '"cost":+"']]) {
    const changed = literals.map((text) => text.replace(right ?? '', wrong ?? ''));
    expect(changed).not.toEqual(literals);
    expect(() => check(changed)).toThrow(/exit/);
  }
  rmSync(join(project, 'answers.ts'));
});

test('publint and arethetypeswrong find nothing', () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  tool(here, 'publint', 'run', tarball(), '--strict');
  // Entries without code have no types.
  tool(here, 'attw', tarball(), '--profile', 'esm-only', '--exclude-entrypoints', './forebill.wasm', './forebill.global.js');
});
