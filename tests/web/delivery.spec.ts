// What the program sends, as who asks for it takes it: the pages as the build packed them, documents packed once, and nothing
// twice.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from './support/demo';

const dist = new URL('../../web/dist/', import.meta.url).pathname;

interface Answer { status: number; headers: IncomingHttpHeaders; body: Buffer }

/** As it goes over the wire: nothing is unpacked on the way. */
function ask(url: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
    }).on('error', reject).end();
  });
}

const UNPACK: Record<string, (bytes: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

async function taken(url: string, takes: string, packed: string | undefined): Promise<Buffer> {
  const asked = { 'accept-encoding': takes };
  const answer = await ask(url, asked);
  expect(answer.status, url).toBe(200);
  expect(answer.headers['content-encoding'], `${url} for ${takes}`).toBe(packed);
  expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
  const tag = answer.headers.etag ?? '';
  expect(tag).toMatch(/^"[0-9a-f]{32}(-br|-gzip)?"$/);
  // The head alone says the same.
  const { date: _, ...head } = (await ask(url, asked, 'HEAD')).headers;
  const { date: __, ...whole } = answer.headers;
  expect(head).toEqual(whole);
  // What somebody has is not sent again.
  const again = await ask(url, { ...asked, 'if-none-match': tag });
  expect([again.status, again.body.length, again.headers.etag, again.headers.vary]).toEqual([304, 0, tag, answer.headers.vary]);
  expect((await ask(url, { ...asked, 'if-none-match': '"another"' })).status).toBe(200);
  return packed === undefined ? answer.body : UNPACK[packed]?.(answer.body) ?? Buffer.alloc(0);
}

test('pages are sent as small as they are taken, and are the built ones', async ({ demo }) => {
  const assets = readdirSync(`${dist}assets`).filter((name) => !name.endsWith('.br')).map((name) => `assets/${name}`);
  expect(assets.some((name) => name.endsWith('.wasm'))).toBe(true);
  for (const name of ['index.html', 'costs.html', 'sw.js', ...assets]) {
    const built = readFileSync(`${dist}${name}`);
    const tiny = built.length < 1024;
    const bodies = [];
    for (const [takes, form] of [['gzip, deflate, br, zstd', 'br'], ['gzip', 'gzip'], ['identity', undefined], ['br;q=0, *;q=0', undefined]] as const) {
      bodies.push(await taken(`${demo.origin}/${name}`, takes, tiny ? undefined : form));
    }
    for (const body of bodies) expect(body.equals(built), name).toBe(true);
    const { headers } = await ask(`${demo.origin}/${name}`, {});
    expect(headers.vary, name).toBe(tiny ? undefined : 'accept-encoding');
    expect(headers['cache-control']).toBe(name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  }
  const { headers } = await ask(`${demo.origin}/`, {});
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect((await ask(`${demo.origin}/${assets.find((name) => name.endsWith('.wasm')) ?? ''}`, {})).headers['content-type']).toBe('application/wasm');
  // The packed file itself is no page.
  expect((await ask(`${demo.origin}/index.html.br`, {})).status).toBe(404);
});

test('the price list comes packed and is the one that its name says; an invoice is packed already', async ({ demo }) => {
  const list = JSON.parse((await taken(`${demo.origin}/data/books.json`, 'identity', undefined)).toString()) as { books: { id: string; url: string; compact: boolean }[] };
  const [book] = list.books;
  for (const [takes, form] of [['gzip, br', 'gzip'], ['br', undefined]] as const) {
    const bytes = await taken(`${demo.origin}/${book?.url ?? ''}`, takes, form);
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(book?.id);
  }
  // So do the two files of its compact form, which `forebill` itself finds to be the same book.
  const folder = mkdtempSync(join(tmpdir(), 'forebill-delivery-'));
  try {
    const hex = book?.id.replace('sha256:', '') ?? '';
    expect(book?.compact).toBe(true);
    for (const ending of ['forebook', 'ids']) {
      const url = `${demo.origin}/data/ratebook/${hex}.${ending}`;
      writeFileSync(join(folder, `${hex}.${ending}`), await taken(url, 'gzip, br', 'gzip'));
      const { headers } = await ask(url, {});
      expect([headers['content-type'], headers['cache-control']]).toEqual(['application/octet-stream', 'public, max-age=31536000, immutable']);
    }
    execFileSync(demo.program, ['books', 'unpack', join(folder, `${hex}.forebook`), '--to', folder]);
    expect(createHash('sha256').update(readFileSync(join(folder, `${hex}.json`))).digest('hex')).toBe(hex);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { invoices } = JSON.parse((await taken(`${demo.origin}/data/invoices.json`, 'gzip', 'gzip')).toString()) as { invoices: { object: { sha256: string } }[] };
  const pdf = await taken(`${demo.origin}/data/invoice/${invoices[0]?.object.sha256 ?? ''}.pdf`, 'gzip, br', undefined);
  expect(createHash('sha256').update(pdf).digest('hex')).toBe(invoices[0]?.object.sha256);
});
