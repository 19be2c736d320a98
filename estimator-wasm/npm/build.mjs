// Puts the package together: the optimised module, one script for each way to load it, types, licences.
//
//     node build.mjs OUT
//
// The bindings and the optimised module lie in src/generated, where `make npm` puts them.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('usage: node build.mjs OUT');
const here = fileURLToPath(new URL('.', import.meta.url));
const out = resolve(given);
const dist = join(out, 'dist');

rmSync(out, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

cpSync(join(here, 'src/generated/estimator_wasm_bg.wasm'), join(dist, 'forebill.wasm'));

const common = { absWorkingDir: here, bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };
// Scripts of a bundler are left readable: whoever bundles makes them small.
await build({ ...common, entryPoints: ['src/index.ts'], outdir: dist, format: 'esm' });
await build({ ...common, entryPoints: ['src/node.ts'], outdir: dist, format: 'esm', platform: 'node' });
await build({
  ...common, entryPoints: { 'forebill.global': 'src/script.ts' }, outdir: dist, format: 'iife', minify: true,
});
execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--project', here, '--outDir', dist], {
  stdio: 'inherit',
});
// The types of all entries are those of `index`, and the instance is nobody's business.
for (const entry of ['instance', 'node', 'script']) rmSync(join(dist, `${entry}.d.ts`));

// What is needed to build it is of no use to whoever installs it.
const { devDependencies, scripts, private: _, ...manifest } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(here, 'README.md'), join(out, 'README.md'));
for (const licence of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT']) cpSync(join(here, '../..', licence), join(out, licence));
