// Joins what esbuild split: a module that the first script has already loaded stays in it, where esbuild makes a file of each
// part that two scripts share. One request and a tenth of the bytes less for a host page.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rollup } from 'rollup';
import { minify } from 'terser';

const named = (path) => basename(path).replace(/-[A-Z0-9]{8}\.js$/, '');

/** The scripts that need a file, through whatever parts they share. */
function users(file, getModuleInfo) {
  return named(file) === 'chunk' ? (getModuleInfo(file)?.importers ?? []).flatMap((other) => users(other, getModuleInfo)) : [named(file)];
}

/** What is asked for together is one file: the texts of a language, and all that the page needs beside the prices. The tools and
 * what they make are in it too: alone they were 1.7 kB more, and each came when somebody waited for it. */
const LATER = ['details', 'keeping', 'tools', 'xlsx'];
function together(file, { getModuleInfo }) {
  if (/^(more-|words-)?de$/.test(named(file))) return 'de';
  const all = users(file, getModuleInfo);
  return !all.includes('main') && LATER.some((part) => all.includes(part)) ? LATER[0] : undefined;
}

/** Takes the scripts in `folder` and puts the joined ones in their place; gives the entries' files by their names. Made small once
 * more: what was joined has names and branches that one script does not need. */
export async function joinChunks(folder, scripts, entries) {
  const bundle = await rollup({
    input: Object.fromEntries(entries.map(({ name, file }) => [name, join(folder, basename(file))])),
    logLevel: 'silent',
    // The entry may export to later scripts what they share with it: else it would be a file that only names another.
    preserveEntrySignatures: 'allow-extension',
  });
  const { output } = await bundle.generate({
    format: 'esm', compact: true, manualChunks: together, onlyExplicitManualChunks: true, entryFileNames: '[name]-[hash].js', chunkFileNames: ({ name }) => `${name.replace(/-[A-Z0-9]{8}$/, '')}-[hash].js`,
  });
  await bundle.close();
  const notices = new Map();
  for (const file of scripts) {
    const path = join(folder, basename(file));
    if (path.endsWith('.LEGAL.txt')) notices.set(basename(path, '.LEGAL.txt'), await readFile(path, 'utf8'));
    await rm(path);
  }
  const legal = `${entries[0].name}.LEGAL.txt`;
  await writeFile(join(folder, legal), [...new Set(notices.values())].join('\n'));
  const written = new Map();
  const imports = new Map();
  for (const { code, fileName, name, isEntry, imports: needed, moduleIds } of output) {
    imports.set(fileName, needed);
    const smaller = (text) => minify(text, { module: true, ecma: 2022, compress: { ecma: 2022, passes: 3, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false }, format: { comments: false, ecma: 2022 } });
    // Names are given by how often they stand there, which is another thing the second time.
    const small = await smaller((await smaller(code)).code);
    // Where there is something of others.
    const notice = moduleIds.some((id) => notices.has(basename(id))) ? `/*! Licences: ${legal} */\n` : '';
    await writeFile(join(folder, fileName), `${notice}${small.code}`);
    if (isEntry) written.set(name, `assets/${fileName}`);
  }
  return { files: [...output.map(({ fileName }) => `assets/${fileName}`), `assets/${legal}`], entries: written, imports };
}
