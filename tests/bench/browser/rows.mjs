// The rows of a list as the peers get them: objects, and one text each.

import { readFileSync } from 'node:fs';

const FIELDS = ['service', 'product', 'meter', 'unit', 'kind', 'sku', 'arm', 'region', 'from', 'included', 'tiers'];

/** Texts stay texts, prices too. */
export function rows(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => {
    const parts = line.split('\t');
    return Object.fromEntries(FIELDS.map((name, at) => [name, parts[at]]));
  });
}

/** What a search looks at, in lower case. */
export const text = (row) =>
  `${row.service} ${row.product} ${row.meter} ${row.arm} ${row.kind} ${row.region}`.toLowerCase();
