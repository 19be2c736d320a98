// The pages without a network, after one visit. What a name says for ever is taken from the cache; the pages and the list of
// rate books are asked for first, so that nobody sees old prices while there are new ones. It keeps files of this site and
// nothing that was typed. What the store says is kept by the cost pages themselves, which show its age.

interface ExtendableEvent extends Event { waitUntil(work: Promise<unknown>): void }
interface Book { url: string; compact?: boolean }
interface FetchEvent extends ExtendableEvent { readonly request: Request; respondWith(answer: Promise<Response>): void }

declare const FOREBILL_FILES: readonly string[];
declare const FOREBILL_VERSION: string;

const CACHE = `forebill-${FOREBILL_VERSION}`;
const LIST = 'data/books.json';
const BOOKS = 'data/ratebook/';
/** Those that were opened, also only to be compared. */
const MOST_BOOKS = 24;
const self = globalThis as unknown as {
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  readonly clients: { claim(): Promise<void> };
};

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(forget()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const path = url.pathname.slice(new URL('.', location.href).pathname.length);
  if (path.startsWith('assets/') || path.startsWith(BOOKS)) event.respondWith(kept(request));
  else if (path === '' || path === 'index.html' || path === 'costs.html' || path === LIST) event.respondWith(newest(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FOREBILL_FILES, LIST]);
  const list = await (await cache.match(LIST))?.json() as { books?: Book[] } | undefined;
  const [first] = list?.books ?? [];
  if (!first) return;
  const { url, compact } = first;
  // Where the compact form cannot be had, the page takes the other one.
  const files = compact ? ['forebook', 'ids'].map((ending) => url.replace(/json$/, ending)) : [url];
  await cache.addAll(files).catch(() => cache.add(url));
}

/** Rate books are kept over a new version of the page: links may need them. What is opened from now on, also by the page that
 * brought the worker, goes through it. */
async function forget(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const name of await caches.keys()) {
    if (!/^forebill-[0-9a-f]{16}$/.test(name) || name === CACHE) continue;
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      const answer = request.url.includes(BOOKS) ? await old.match(request) : undefined;
      if (answer) await cache.put(request, answer);
    }
    await caches.delete(name);
  }
  await self.clients.claim();
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await keep(cache, request, await fetch(request));
  if (request.url.includes(BOOKS)) await bound(cache);
  return answer;
}

/** Lets old rate books go: first those that are no longer listed, the oldest first, then what came last. So whatever is used
 * stays, and what is compared has the rest of the room. */
async function bound(cache: Cache): Promise<void> {
  const files = new Map<string, Request[]>();
  for (const request of await cache.keys()) {
    const [, book] = new RegExp(`/${BOOKS}([^.]+)`).exec(request.url) ?? [];
    if (book) files.set(book, [...files.get(book) ?? [], request]);
  }
  const list = await (await cache.match(LIST))?.text() ?? '';
  const books = [...files.keys()];
  const going = [...books.filter((book) => !list.includes(book)), ...books.filter((book) => list.includes(book)).reverse()];
  for (const book of going.slice(0, Math.max(0, books.length - MOST_BOOKS))) for (const file of files.get(book) ?? []) await cache.delete(file);
}

async function newest(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    return await keep(cache, request, await fetch(request));
  } catch (offline) {
    const answer = await cache.match(request, { ignoreSearch: true });
    if (answer) return answer;
    throw offline;
  }
}

async function keep(cache: Cache, request: Request, answer: Response): Promise<Response> {
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

export {};
