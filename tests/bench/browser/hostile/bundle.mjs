// What the page does with a link, as one file that Node takes: its own TypeScript, with another door to the module.

import { join } from 'node:path';
import { build } from '../../../../estimator-wasm/npm/node_modules/esbuild/lib/main.js';

const ENTRY = `
  export { fromLink, LINK_START, toLink } from './keeping/link.js';
  export { open, read, write } from './keeping/file.js';
  export { EstimatorError } from './estimator.js';`;

/** The page fetches its module by an address; here it is opened already, and what a link opens is a text. */
const door = (root) => ({
  name: 'door',
  setup(plugin) {
    plugin.onResolve({ filter: /\/estimator\.js$/ }, () => ({ path: 'door', namespace: 'door' }));
    plugin.onLoad({ filter: /.*/, namespace: 'door' }, () => ({
      contents: `export { ForebillError as EstimatorError } from './errors.js';
        export class OpenBook {}`,
      resolveDir: join(root, 'estimator-wasm', 'npm', 'src'),
    }));
  },
});

/** The path of the file. */
export async function bundled(root, folder) {
  const outfile = join(folder, 'keeping.mjs');
  await build({
    stdin: { contents: ENTRY, resolveDir: join(root, 'web', 'src'), loader: 'ts' },
    bundle: true, format: 'esm', platform: 'neutral', outfile, plugins: [door(root)], logLevel: 'error',
  });
  return outfile;
}
