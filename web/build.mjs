// Builds the pages into dist/: a script for each page, one style sheet, one icon, the
// WASM module, each under a name that changes with its content.
//
//   node build.mjs [--estimator DIR] [--out DIR]
//
// DIR of --estimator holds the wasm-bindgen output; by default it is where the
// Rust build puts it.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, transform } from 'esbuild';
import { smallCatalogues, textNames } from './catalogues.mjs';
import { joinChunks } from './join.mjs';

/** The first versions with light-dark() colours. */
const target = ['chrome123', 'firefox120', 'safari17.5'];

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { estimator: { type: 'string' }, out: { type: 'string' } } });
const estimator = resolve(values.estimator ?? join(here, '../estimator-wasm/npm/src/generated'));
const out = resolve(values.out ?? join(here, 'dist'));

for (const name of ['estimator_wasm.js', 'estimator_wasm_bg.wasm']) {
  if (!existsSync(join(estimator, name))) {
    console.error(`${name} is not in ${estimator}. Build the browser module (crate estimator-wasm) first.`);
    process.exit(1);
  }
}

/** Lets --estimator stand in for the generated folder. */
const fromEstimator = {
  name: 'estimator',
  setup(builder) {
    builder.onResolve({ filter: /\/generated\/estimator_wasm/ }, ({ path }) => ({ path: join(estimator, basename(path).replace(/\?url$/, '')) }));
  },
};

/** The styles are text inside the script: the bundler leaves that text alone. */
const smallStyles = {
  name: 'small-styles',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/((cost\/)?styles\/.*|tools\/styles)\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const literal = /css`([^`$]*)`/;
      const styles = literal.exec(source)?.[1];
      if (styles === undefined) return { contents: source, loader: 'ts' };
      const { code } = await transform(styles, { loader: 'css', minify: true, target });
      return { contents: source.replace(literal, () => `css\`${code.trim().replaceAll('\\', '\\\\')}\``), loader: 'ts' };
    });
  },
};

/** Indentation inside the templates is white space that no reader sees. */
const smallTemplates = {
  name: 'small-templates',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/(element|nav|toast|views\/.*|tools\/.*|cost\/(page|shown|copy|why|answers|views\/.*|charts\/.*))\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^[ \t]+/gm, ''), loader: 'ts',
    }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const alone = { absWorkingDir: here, bundle: true, format: 'esm', target, minify: true, charset: 'utf8', logLevel: 'warning' };
// By itself, so that the element's script stays whole: no other script shares a part of it.
const begun = await build({ ...alone, entryPoints: ['src/start.ts', 'src/trust.ts'], entryNames: 'assets/[name]-[hash]', outdir: out, metafile: true });
const [startScript, trustScript] = ['start', 'trust'].map((name) => Object.keys(begun.metafile.outputs).find((file) => file.includes(`/${name}-`)).replace(/^.*assets\//, 'assets/'));

const texts = await textNames(join(here, 'src'));
/** What only this source calls, and calls often: as with texts, a page needs no long name. What a host page may call is none of it. */
const members = [
  'actions', 'addGroup', 'branches', 'canRedo', 'canUndo', 'changeWork', 'collapsed', 'current', 'desk', 'dissolved',
  'editing', 'exactMoney', 'exporting', 'fetchPinned', 'fetchToday', 'fresh', 'isListed', 'keyHelp', 'laid', 'moveGroup',
  'noHits', 'offersOf', 'opened', 'placed', 'position', 'priced', 'problems', 'regrouped', 'removeBranch', 'reprice',
  'saving', 'sections', 'shelf', 'sourceOf', 'startFrom', 'tierBar', 'toast', 'worksIn',
];

/** The scripts of some entries, joined, and what else they need. */
async function bundle(entryPoints) {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints,
    entryNames: 'assets/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    outdir: out,
    bundle: true,
    format: 'esm',
    splitting: true,
    chunkNames: 'assets/[name]-[hash]',
    target,
    minify: true,
    charset: 'utf8',
    legalComments: 'linked',
    loader: { '.wasm': 'file', '.svg': 'copy' },
    metafile: true,
    logLevel: 'warning',
    mangleProps: new RegExp(`${texts.source}|^(${members.join('|')})$`),
    plugins: [fromEstimator, smallStyles, smallTemplates, smallCatalogues],
  });
  const outputs = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => ({ file: path.replace(/^.*assets\//, 'assets/'), entryPoint }));
  const isScript = ({ file }) => /\.js(\.LEGAL\.txt)?$/.test(file);
  const sources = new Set(Object.values(entryPoints));
  const joined = await joinChunks(
    join(out, 'assets'),
    outputs.filter(isScript).map(({ file }) => file),
    outputs.filter(({ file, entryPoint }) => file.endsWith('.js') && sources.has(entryPoint))
      .map(({ file }) => ({ file, name: /\/(\w+)-\w+\.js$/.exec(file)[1] })),
  );
  return { ...joined, others: outputs.filter((output) => !isScript(output)).map(({ file }) => file) };
}

const element = await bundle({ main: 'src/main.ts', embed: 'src/embed.ts', page: 'src/page.css', icon: 'src/assets/icon.svg' });
// By themselves, so that the element's script stays whole: what two pages shared would be a file more for every host page.
const costs = await bundle({ costs: 'src/cost/main.ts' });
const others = element.others;
const files = [...new Set([...others, startScript, trustScript, ...element.files, ...costs.files])];
const named = (start, end) => {
  const found = element.entries.get(start) ?? costs.entries.get(start) ?? others.find((file) => file.startsWith(`assets/${start}-`) && file.endsWith(end));
  if (!found) throw new Error(`the bundle has no ${start}*${end}`);
  return found;
};

const details = files.find((file) => file.startsWith('assets/details-'));
// What the details import besides the script that is there.
const preloaded = element.imports.get(basename(details)).map((file) => `assets/${file}`).filter((file) => file !== named('main', '.js'));
const pages = ['index.html', 'costs.html', 'embed.html', 'manifest.webmanifest'];
for (const name of pages) {
  const page = (await readFile(join(here, name), 'utf8'))
    .replace('%icon%', named('icon', '.svg'))
    .replace('%style%', named('page', '.css'))
    .replace('%script%', named(name === 'costs.html' ? 'costs' : 'main', '.js'))
    .replace('%embed%', named('embed', '.js'))
    .replace('%start%', startScript)
    .replace('%trust%', trustScript)
    .replace('%module%', files.find((file) => file.endsWith('.wasm')))
    .replace('%details%', details)
    .replace('%shared%', preloaded.map((file) => `<link rel="modulepreload" href="${file}">`).join('\n  '));
  await writeFile(join(out, name), page);
}
// For host pages: one name that stays.
await writeFile(join(out, 'estimator.js'), `export { ForebillEstimator, define, useModule } from './${named('main', '.js')}';\n`);

// What the page needs without a network; its name for all of it changes with any of it.
const offline = ['./', 'costs.html', 'manifest.webmanifest', ...new Set([...others, startScript, trustScript, ...element.files, ...costs.files])].filter((file) => !/LEGAL|embed-/.test(file));
await build({
  ...alone, format: 'iife', entryPoints: ['src/sw.ts'], outfile: join(out, 'sw.js'),
  define: {
    FOREBILL_FILES: JSON.stringify(offline),
    FOREBILL_VERSION: JSON.stringify(createHash('sha256').update(offline.join()).update(await readFile(join(out, 'index.html'))).update(await readFile(join(out, 'costs.html'))).digest('hex').slice(0, 16)),
  },
});
