// The corpus of worked cases, priced by the real program: what the browser module must repeat byte for byte.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Case {
  name: string;
  /** The rate book that the program made from the case's rate card. */
  book: Uint8Array;
  bookId: string;
  anchor: number;
  commitment: string | undefined;
  usage: Uint8Array | null;
  workload: string | null;
  /** What the program printed, one line of JSON each. */
  rated: string | null;
  estimated: string | null;
}

/** The prices in force then: the page and the program are told the same time. */
export const AT = '2026-11-01T00:00:00Z';

const folder = new URL('../corpus/', import.meta.url).pathname;

/** The native program. */
export function program(): string {
  const path = process.env['FOREBILL_BIN'];
  if (!path) throw new Error('set FOREBILL_BIN to the forebill program');
  return path;
}

/** The browser module in Node. */
export async function core() {
  return loaded(new URL('../../estimator-wasm/npm/src/generated/', import.meta.url).pathname);
}

/** The same with the rating of usage, which no page loads: `make rating`. */
export async function rating() {
  return loaded(join(resolve(process.env['CARGO_TARGET_DIR'] ?? new URL('../../target', import.meta.url).pathname), 'rating'));
}

async function loaded(folder: string) {
  const module = await import(join(folder, 'estimator_wasm.js'));
  await module.default({ module_or_path: readFileSync(join(folder, 'estimator_wasm_bg.wasm')) });
  return module;
}

export function readCorpus(program: string): Case[] {
  const names = readdirSync(folder).sort();
  if (names.length < 17) throw new Error(`only ${names.length} cases in the corpus`);
  return names.map((name) => readCase(program, join(folder, name), name));
}

function readCase(program: string, path: string, name: string): Case {
  const text = (file: string) => (existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : null);
  const expected = JSON.parse(text('expected.json') ?? '{}') as { billingAnchor?: number; commitment?: string };
  const anchor = expected.billingAnchor ?? 1;
  const store = mkdtempSync(join(tmpdir(), 'forebill-corpus-'));
  const run = (...args: string[]) => answer(program, [...args, '--store', `file:${store}`, '--output', 'json']);
  try {
    run('import', 'ratecard', join(path, 'ratecard.json'), '--offer', 'MS-AZR-0003P');
    const bookId = (JSON.parse(run('books', 'list')) as { books: { id: string }[] }).books[0]?.id ?? '';
    const book = readFileSync(join(store, 'ratebook', `${bookId.replace('sha256:', '')}.json`));
    const usage = text('usage.jsonl');
    const workload = text('workload.json');
    return {
      name, book, bookId, anchor, workload, commitment: expected.commitment,
      usage: usage === null ? null : new TextEncoder().encode(usage),
      rated: usage === null ? null
        : run('rate', '--book', bookId, '--usage', join(path, 'usage.jsonl'), '--billing-anchor', `${anchor}`,
          ...(expected.commitment === undefined ? [] : ['--commitment', expected.commitment])),
      estimated: workload === null ? null : run('estimate', join(path, 'workload.json'), '--at', AT),
    };
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** 3 means done but incomplete: the result is there and lists what is missing. */
export function answer(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 }).trimEnd();
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    if (status === 3) return stdout.trimEnd();
    throw new Error(`${args.join(' ')}: exit ${status}\n${stderr}`);
  }
}
