// The names of texts are long, for who writes them, and a page needs none of them. A catalogue in another language loses its
// names here: they are those of the English one, in its order (`named` in src/spoken.ts puts them back). What nothing but a
// text is called gets a short name everywhere.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { parseAst } from 'rollup/parseAst';

/** The code of a catalogue, and where the object of its texts stands in it. */
async function catalogue(path) {
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', target: 'es2022', charset: 'utf8' });
  const variables = parseAst(code).body.flatMap((statement) => (statement.declaration ?? statement).declarations ?? []);
  const found = variables.find(({ id, init }) => /^(\w+(De|En)|de|en)$/.test(id.name) && init.type === 'ObjectExpression');
  if (found) return { code, init: found.init };
  throw new Error(`${path} has no catalogue`);
}

const CATALOGUES = ['words/en.ts', 'words/more-en.ts', 'tools/words-en.ts'];
const names = ({ init }) => init.properties.map(({ key }) => key.name);

export const smallCatalogues = {
  name: 'small-catalogues',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/(words|tools)\/(\w+-)?de\.ts$/ }, async ({ path }) => {
      if (path.endsWith('coded-de.ts')) return undefined;
      const [other, english] = await Promise.all([catalogue(path), catalogue(path.replace(/de\.ts$/, 'en.ts'))]);
      if (`${names(other)}` !== `${names(english)}`) throw new Error(`${path} has not the names of the English catalogue in their order`);
      const { code, init } = other;
      const texts = init.properties.map(({ value }) => code.slice(value.start, value.end));
      return { contents: `${code.slice(0, init.start)}[${texts}]${code.slice(init.end)}`, loader: 'js' };
    });
  },
};

/** What may be renamed: wherever the source has such a name, a text is asked for. */
export async function textNames(source) {
  const all = (await Promise.all(CATALOGUES.map((path) => catalogue(join(source, path))))).flatMap(names);
  const files = (await readdir(source, { recursive: true })).filter((path) => /\.ts$/.test(path) && !CATALOGUES.includes(path.replace(/de\.ts$/, 'en.ts')));
  const code = (await Promise.all(files.map((path) => readFile(join(source, path), 'utf8')))).join('\n').replace(/^\s*(\/\/|\/\*|\*).*$/gm, '');
  const others = new Set([...code.matchAll(/(?<!\b(?:words|text)(?:\(\))?\.)\b\w+\b/g)].map(([name]) => name));
  return new RegExp(`^(${all.filter((name) => !others.has(name)).join('|')})$`);
}
