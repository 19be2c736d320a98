// Builds the browser module, optimises it as the npm package does, and says how large it is.
//
//     node module.mjs search|page|rating FOLDER

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { transformSync } from '../../../estimator-wasm/npm/node_modules/esbuild/lib/main.js';
import { optimise } from '../../../estimator-wasm/npm/optimise.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

export const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

export function brotli(bytes, quality = 11) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: quality, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

function cargo(...words) {
  execFileSync('cargo', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What the Makefile tells the compiler. */
const small = /^SMALL := (.*)$/m.exec(readFileSync(join(root, 'Makefile'), 'utf8'))[1].split(' ');

/**
 * `search` is search and exact prices alone, `page` is the JSON interface that the page loads, and `rating` is that with the
 * rating of usage, which no page has: for the tests that compare module and program.
 */
const FEATURES = { search: 'compact', page: 'json', rating: 'usage' };

export function build(kind, folder) {
  mkdirSync(folder, { recursive: true });
  const features = ['--no-default-features', '--features', FEATURES[kind]];
  const wasm = ['--profile', 'browser', '--target', 'wasm32-unknown-unknown', '-p', 'estimator-wasm', '--lib'];
  cargo('rustc', '--quiet', '--locked', ...wasm, ...features, '--', ...small);
  const built = join(target, 'wasm32-unknown-unknown', 'browser', 'estimator_wasm.wasm');
  cargo('run', '--quiet', '--release', '--locked', '-p', 'bindgen', '--', built, folder);
  const module = join(folder, 'estimator_wasm_bg.wasm');
  const plain = join(folder, 'plain.wasm');
  cpSync(module, plain);
  optimise(plain, module);
  // Node takes the bindings for a module only beside a package.json that says so.
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
  return folder;
}

/** Bytes of the module and of its bindings, which every page loads without comments: raw, under gzip -9, under brotli 11. */
export function sizes(folder) {
  const measured = (bytes) => ({ raw: bytes.length, gzip: gzip(bytes), brotli: brotli(bytes) });
  const { code } = transformSync(readFileSync(join(folder, 'estimator_wasm.js'), 'utf8'), { minify: true, format: 'esm' });
  return { module: measured(readFileSync(join(folder, 'estimator_wasm_bg.wasm'))), glue: measured(Buffer.from(code)) };
}

const [kind, out] = process.argv.slice(2);
if (out !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) build(kind, out);
