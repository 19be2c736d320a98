// Packs every file of dist/ as small as it gets, under its name with .br: so the program holds them, and a static host that knows
// such files sends them. Says what each weighs.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const dist = new URL('dist/', import.meta.url).pathname;
const pack = promisify(brotliCompress);

const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
for (const file of files.sort()) {
  const bytes = await readFile(file);
  const packed = await pack(bytes, { params: {
    [constants.BROTLI_PARAM_MODE]: file.endsWith('.wasm') ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  } });
  await writeFile(`${file}.br`, packed);
  console.log(`${String(bytes.length).padStart(8)} B  ${String(packed.length).padStart(7)} B brotli  ${file.slice(dist.length)}`);
}
