// A book of the program's own demo, a question about it, and what the program answers: the truth of every project.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Asked {
  folder: string;
  /** Files with the book and the question. */
  book: string;
  /** Its id, and the two files of its compact form. */
  id: string;
  prices: string;
  ids: string;
  /** What leads to it from the book of the other offer. */
  delta: string;
  question: string;
  workload: string;
  /** What the program printed, one line of JSON each. */
  found: string;
  estimated: string;
  /** Everything in all regions, the lines that differ, and how many web servers fit. */
  compared: string;
  branched: string;
  fitting: string;
  monthlyOfReadme: string;
  /** The book of the other offer, its id and compact form, and what the program prints of items of both. */
  beside: string;
  besideId: string;
  besidePrices: string;
  besideIds: string;
  mixed: string;
}

const AT = '2026-11-01T00:00:00Z';
const WORDS = 'd4s v5 westeurope';

/** Two items share three tiers, one runs by a schedule, one has no price. */
const WORKLOAD = {
  schema: 'forebill.workload/1',
  items: [
    { name: 'web servers', query: 'D4s v5', region: 'westeurope', count: 3, schedule: { hoursPerDay: '12', daysPerWeek: '5' } },
    { name: 'archive', query: 'hot lrs data stored', region: 'westeurope', quantity: '71234.0000000001', group: 'storage' },
    {
      name: 'more of it', query: 'hot lrs data stored', region: 'westeurope', quantity: '0.333333333333', low: '0', high: '7',
      ramp: ['0.25', '1'], group: 'storage',
    },
    { name: 'nothing like it', query: 'zzzz qqqq', region: 'westeurope', quantity: '1' },
  ],
};

/** The same with fewer of one and another region for the archive. */
const OTHER = { ...WORKLOAD, items: WORKLOAD.items.slice(0, 2).map((item) => ({ ...item, count: 2, region: 'eastus' })) };
/** The web servers and the archive in a subscription with a credit, the rest of the archive not. */
const MIXED = { ...WORKLOAD, items: WORKLOAD.items.map((item, place) => (place < 2 ? { ...item, offer: 'MS-AZR-0062P' } : item)) };
const WITHIN = '2500.5';

export function ask(): Asked {
  const folder = mkdtempSync(join(tmpdir(), 'forebill-npm-'));
  const store = join(folder, 'store');
  program('demo', '--once', '--dir', store);
  const run = (...args: string[]) => program(...args, '--store', `file:${store}`, '--at', AT, '--output', 'json');
  const { books } = JSON.parse(run('books', 'list')) as { books: { id: string; offer: string | null }[] };
  const idOf = (wanted: string) => books.find(({ offer }) => offer === wanted)?.id ?? '';
  const id = idOf('MS-AZR-0003P');
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const bookOf = (name: string, wanted: string) => {
    writeFileSync(join(folder, name), readFileSync(join(store, 'ratebook', `${wanted.replace('sha256:', '')}.json`)));
    return join(folder, name);
  };
  const book = bookOf('book.json', id);
  const besideId = idOf('MS-AZR-0062P');
  const packed = (...words: string[]) => {
    const told = run('books', 'pack', ...words, '--to', join(folder, 'packed'));
    return (JSON.parse(told) as { files: { path: string }[] }).files.map(({ path }) => path).sort();
  };
  const [prices = '', ids = ''] = packed(id);
  const [besidePrices = '', besideIds = ''] = packed(besideId);
  const [delta = ''] = packed(id, '--on', besideId);

  const found = run('prices', 'search', '--book', id, '--limit', '3', WORDS);
  const { hits } = JSON.parse(found) as { hits: { meterId: string }[] };
  const readme = { schema: 'forebill.workload/1', items: [{ meterId: hits[0]?.meterId, quantity: '730', count: 3 }] };
  const ofReadme = JSON.parse(run('estimate', file('readme.json', readme), '--book', id)) as { totals: { monthlyCost: string } };
  const workload = file('workload.json', WORKLOAD);
  const priced = file('priced.json', { ...WORKLOAD, items: WORKLOAD.items.slice(0, 3) });
  const ofOffer = ['--offers', 'MS-AZR-0003P'];
  const mixed = file('mixed.json', MIXED);
  const sought = file('sought.json', { ...MIXED, items: MIXED.items.slice(0, 2) });
  return {
    folder, book, id, prices, ids, delta, besideId, besidePrices, besideIds, found, workload: JSON.stringify(WORKLOAD),
    question: file('question.json', { words: WORDS, workload: WORKLOAD, other: OTHER, mixed: MIXED, within: WITHIN, at: AT }),
    estimated: run('estimate', workload, '--book', id),
    compared: run('compare', workload, ...ofOffer, '--regions', 'all', '--explain'),
    branched: run('compare', workload, ...ofOffer, '--with', file('other.json', OTHER)),
    fitting: run('estimate', priced, '--book', id, '--item', 'web servers', '--within', WITHIN),
    monthlyOfReadme: ofReadme.totals.monthlyCost,
    beside: bookOf('beside.json', besideId),
    mixed: [
      run('estimate', mixed, '--book', id),
      run('compare', mixed, ...ofOffer, '--regions', 'all', '--explain'),
      run('compare', file('other.json', OTHER), ...ofOffer, '--with', mixed),
      run('estimate', sought, '--book', id, '--item', 'web servers', '--within', WITHIN),
    ].join('\n'),
  };
}

/** What it prints. Ending with 3 only says that something has no price. */
function program(...args: string[]): string {
  const path = process.env['FOREBILL_BIN'];
  if (!path) throw new Error('set FOREBILL_BIN to the forebill program');
  try {
    return execFileSync(path, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    if (status === 3) return stdout.trimEnd();
    throw new Error(`${args.join(' ')}: exit ${status}\n${stderr}`);
  }
}
