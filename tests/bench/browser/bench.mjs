// The estimator in the browser against its peers, over the same rows in one run.
//
//     npm ci --ignore-scripts && node bench.mjs [--seconds N] [--only bytes|whole|keys|lines] [--engines ours,includes,...]
//
// bytes  the compact book against sorted Parquet with zstd 19, and against the same rows as minified JSON
// whole  a book with its ids in the page's module, from its JSON form and from its two compact files, by turns
// keys   opening, and the time of a keystroke, against JavaScript's search libraries and SQLite
// lines  10,000 lines of an estimate priced again, in all regions, and 100 in a matrix, against exact numbers of JavaScript
//
// Figures of time are the best of several passes per keystroke, percentiles over keystrokes; ratios are of one run.
// Nothing here passes or fails by time. Beside each figure stand rows and different items: much of what is gained is
// that a list of 78,000 rows has 4,500 items.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engines } from './engines.mjs';
import { brotli, build, gzip, sizes } from './module.mjs';
import { rows } from './rows.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '40' }, only: { type: 'string' }, engines: { type: 'string' } },
});

const number = (value) => value.toLocaleString('en-US');
const print = (...parts) => console.log(...parts);

function books(folder) {
  const words = ['bench', '--quiet', '--locked', '-p', 'shared', '--bench', 'book', '--', folder];
  const told = execFileSync('cargo', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  // The small list is for other programs.
  return told.trim().split('\n').filter((line) => !line.startsWith('small')).map((line) => {
    const [name, figures] = line.split(': ');
    const file = (ending) => join(folder, `${name}.${ending}`);
    return { name, figures, book: file('book'), ids: file('ids'), json: file('json'), list: file('tsv') };
  });
}

function parquet(list) {
  const python = join(here, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    execFileSync('python3', ['-m', 'venv', join(here, '.venv')]);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')]);
  }
  return Number.parseInt(execFileSync(python, [join(here, 'parquet.py'), list], { encoding: 'utf8' }), 10);
}

function bytes({ name, figures, book, list }) {
  const packed = readFileSync(book);
  const json = Buffer.from(JSON.stringify(rows(list)));
  const ours = brotli(packed);
  const peer = parquet(list);
  // Brotli 11 takes minutes for a hundred megabytes, so those are packed as a server would on the way out.
  const quality = json.length > 50e6 ? 5 : 11;
  const text = brotli(json, quality);
  print(`\n${name}: ${figures}; no ids on either side`);
  print(`  book          ${number(packed.length)} bytes, gzip ${number(gzip(packed))}, brotli ${number(ours)}`);
  print(`  Parquet       ${number(peer)} bytes: the book is ${(ours / peer).toFixed(3)} of it`);
  print(`  minified JSON ${number(json.length)} bytes, brotli ${quality} ${number(text)}: the book is 1/${(text / ours).toFixed(1)} of it`);
}

function whole({ name, figures, book, ids, json }) {
  // The JSON form of the long list is larger than what is read.
  if (!existsSync(json)) return;
  page ??= build('page', join(folder, 'page'));
  const words = ['--max-old-space-size=6000', join(here, 'opening.mjs'), page, json, book, ids];
  const found = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
  const bytes = (...files) => files.map((path) => number(gzip(readFileSync(path)))).join(' + ');
  const line = (form, { open, search, megabytes }) => `${open.toFixed(1)} ms, the first search ${search.toFixed(1)}, `
    + `${megabytes} MB inside; ${form}`;
  print(`\n${name}: ${figures}; the whole book in the page's module`);
  print(`  JSON     ${line(`gzip ${bytes(json)} bytes`, found.json)}`);
  print(`  compact  ${line(`gzip ${bytes(book, ids)}`, found.compact)}: ${(found.json.open / found.compact.open).toFixed(2)} x as quick; `
    + `${found.equal} answers equal, the id is that of the JSON form: ${found.verified}`);
}

function keys({ name, figures, book, list }, module) {
  print(`\n${name}: ${figures}; milliseconds`);
  print('  engine        open first      best       p50       p95       p99      most   keys   MB   p99 of ours');
  const wanted = options.engines?.split(',') ?? Object.keys(engines);
  let mine;
  for (const engine of wanted) {
    const given = JSON.stringify({ module, book, list });
    const words = ['--max-old-space-size=6000', join(here, 'latency.mjs'), engine, given, options.seconds];
    const found = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 1e8 }));
    if (engine === 'ours') mine = found;
    const times = [found.first, found.open, found.p50, found.p95, found.p99, found.most];
    const cells = times.map((time) => time.toFixed(3).padStart(10)).join('');
    const ratio = mine ? `${(found.p99 / mine.p99).toFixed(1)} x` : '';
    print(`  ${engine.padEnd(12)}${cells}${String(found.keys).padStart(7)}${String(found.megabytes).padStart(5)}${ratio.padStart(12)}`);
  }
}

function lines({ name, figures, book }, module) {
  const words = [join(here, 'lines.mjs'), module, book];
  const found = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 1e8 }));
  const { plain } = found;
  const ratio = (peer) => `${(plain[peer] / plain.ours).toFixed(0)} x`;
  print(`\n${name}: ${figures}; milliseconds`);
  print(`  ${number(found.lines)} lines priced again  ${found.all.toFixed(3)}, after an edit ${found.edited.toFixed(3)}`);
  print(`  the same in every region      ${found.regions.toFixed(2)}`);
  print(`  100 lines, regions x 5 lists  ${found.matrix.toFixed(2)}`);
  print(`  ${number(plain.lines)} lines of one price ${plain.ours.toFixed(3)}; decimal.js ${ratio('decimal')}, big.js ${ratio('big')}, `
    + `BigInt ${ratio('bigint')}; all sums equal`);
}

const folder = mkdtempSync(join(tmpdir(), 'forebill-bench-'));
let page;
try {
  print(`node ${process.version}, load ${loadavg()[0].toFixed(2)}`);
  const lists = books(folder);
  const module = build('search', join(folder, 'search'));
  const { module: wasm, glue } = sizes(module);
  print(`module for search and prices: ${number(wasm.raw)} bytes, gzip ${number(wasm.gzip)}, brotli ${number(wasm.brotli)}; `
    + `bindings gzip ${number(glue.gzip)}`);
  const parts = { bytes, whole, keys, lines };
  if (options.only && !parts[options.only]) throw new Error(`--only is one of ${Object.keys(parts).join(', ')}`);
  const wanted = options.only ? [parts[options.only]] : Object.values(parts);
  for (const part of wanted) lists.forEach((list) => part(list, module));
  print(`\nload after ${loadavg()[0].toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true });
}
