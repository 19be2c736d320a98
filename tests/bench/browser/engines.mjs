// Ours and the peers, each with the same face: `open` gives a function that answers a keystroke.
//
// Ours answers with the exact number of hits, the 20 best names with prices, and counts by service, region, unit and
// kind. The peers answer with 20 rows and no counts, and their words meet beginnings of words where ours meet any part:
// both favours the peers.

import { readFileSync } from 'node:fs';
import { rows, text } from './rows.mjs';

const LIMIT = 20;

export async function module(folder) {
  const bindings = await import(`${folder}/estimator_wasm.js`);
  bindings.initSync({ module: readFileSync(`${folder}/estimator_wasm_bg.wasm`) });
  return bindings;
}

async function ours({ module: folder, book }) {
  const { PriceBook } = await module(folder);
  const bytes = readFileSync(book);
  return () => {
    const open = PriceBook.open(bytes);
    return (typed) => {
      const count = open.search(typed, '', '', '', -1, LIMIT);
      const names = open.shown();
      return [count, names, open.byService(), open.byRegion(), open.byUnit(), open.byKind()];
    };
  };
}

async function includes({ list }) {
  const all = rows(list);
  return () => {
    const texts = all.map(text);
    return (typed) => {
      const words = typed.toLowerCase().split(' ');
      const found = [];
      for (let at = 0; at < texts.length && found.length < texts.length; at += 1) {
        if (words.every((word) => texts[at].includes(word))) found.push(at);
      }
      return found.slice(0, LIMIT);
    };
  };
}

async function ufuzzy({ list }) {
  const { default: UFuzzy } = await import('@leeoniya/ufuzzy');
  const all = rows(list);
  return () => {
    const texts = all.map(text);
    const search = new UFuzzy();
    return (typed) => (search.filter(texts, typed) ?? []).slice(0, LIMIT);
  };
}

async function flexsearch({ list }) {
  const { Index } = await import('flexsearch');
  const all = rows(list);
  return () => {
    const index = new Index({ tokenize: 'forward' });
    all.forEach((row, at) => index.add(at, text(row)));
    return (typed) => index.search(typed, LIMIT);
  };
}

async function minisearch({ list }) {
  const { default: MiniSearch } = await import('minisearch');
  const all = rows(list);
  return () => {
    const index = new MiniSearch({ fields: ['text'], searchOptions: { prefix: true, combineWith: 'AND' } });
    index.addAll(all.map((row, id) => ({ id, text: text(row) })));
    return (typed) => index.search(typed).slice(0, LIMIT);
  };
}

async function fuse({ list }) {
  const { default: Fuse } = await import('fuse.js');
  const all = rows(list);
  return () => {
    const index = new Fuse(all.map(text), { useExtendedSearch: true, ignoreLocation: true, threshold: 0.3 });
    return (typed) => index.search(typed, { limit: LIMIT });
  };
}

async function sqljs({ list }) {
  const { default: init } = await import('sql.js');
  const sql = await init();
  const all = rows(list);
  return () => {
    const database = new sql.Database();
    database.run('CREATE TABLE meters (text TEXT)');
    const insert = database.prepare('INSERT INTO meters VALUES (?)');
    database.run('BEGIN');
    all.forEach((row) => insert.run([text(row)]));
    database.run('COMMIT');
    return (typed) => {
      const words = typed.toLowerCase().split(' ');
      const where = words.map(() => 'text LIKE ?').join(' AND ');
      return database.exec(`SELECT rowid FROM meters WHERE ${where} LIMIT ${LIMIT}`, words.map((word) => `%${word}%`));
    };
  };
}

export const engines = { ours, includes, ufuzzy, flexsearch, minisearch, fuse, sqljs };
