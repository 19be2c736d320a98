// Fetches the documents below data/: read-only, from the page's own origin, and nothing that was typed goes with it. What
// was read before is kept in this browser, shown with its age while the server is asked or is not there, and replaced by
// what the server says.

import type { CostWords } from './words.js';

/** A document on its way, there, or refused with a reason. */
export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'ready'; value: T; kept: Kept | null }
  | Refused;

/** Why there is nothing: in the words of the page, or in those of the program, which speaks English. */
export interface Refused {
  state: 'refused';
  code: string;
  why: string;
  by: 'page' | 'program';
}

/** What is shown is an earlier answer. */
export interface Kept {
  at: string;
  /** Whether the server is still being asked; otherwise it could not be reached. */
  asking: boolean;
}

/** What a name says of directions must end with it, wherever it stands. Not where it is a part of an address. */
const DIRECTED = /[\u202a-\u202e\u2066-\u2069]/;
const ADDRESSES = ['drills', 'files', 'file'];

function read(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  return /[\u202a-\u202e\u2066-\u2069]|\\u20[26]/i.test(text) ? enclosed(value) : value;
}

function enclosed(value: unknown, key = ''): unknown {
  if (ADDRESSES.includes(key)) return value;
  if (typeof value === 'string') return DIRECTED.test(value) ? `\u2068${value.replaceAll('\u2069', '')}\u2069` : value;
  if (Array.isArray(value)) return value.map((one) => enclosed(one));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, enclosed(one, name)])) : value;
}

const ROOT = 'data/';
const CACHE = 'forebill-documents-1';
const KEPT_AT = 'x-forebill-kept-at';
const MOST_KEPT = 80;
/** A server that answers by then is waited for. */
const PATIENCE_MS = 400;

export class Documents {
  readonly #known = new Map<string, Loaded<unknown>>();
  readonly #changed: () => void;
  readonly #words: () => CostWords;

  constructor(changed: () => void, words: () => CostWords) {
    this.#changed = changed;
    this.#words = words;
  }

  /** What is known of it now; the first question sends for it. */
  get<T extends { schema: string }>(path: string, schema: T['schema']): Loaded<T> {
    const known = this.#known.get(path);
    if (known) return known as Loaded<T>;
    const loading = { state: 'loading' } as const;
    this.#known.set(path, loading);
    void this.#load(path, schema);
    return loading;
  }

  /** The oldest of what is shown and may be outdated. */
  get kept(): Kept | null {
    const all = [...this.#known.values()].flatMap((one) => (one.state === 'ready' && one.kept ? [one.kept] : []));
    return all.reduce<Kept | null>((oldest, one) => (oldest && oldest.at <= one.at ? { ...oldest, asking: oldest.asking && one.asking } : one), null);
  }

  /** Everything is asked for again. */
  forget(): void {
    this.#known.clear();
    this.#changed();
  }

  async #load(path: string, schema: string): Promise<void> {
    const url = new URL(ROOT + path, document.baseURI).href;
    const before = earlier(url);
    const answer = this.#ask(url, schema);
    const set = (loaded: Loaded<unknown>) => {
      this.#known.set(path, loaded);
      this.#changed();
    };
    const first = await Promise.race([answer, later(PATIENCE_MS)]);
    if (first && (first.state !== 'refused' || first.code !== 'notReached')) return set(first);
    const known = await before;
    const shown = known && isRecord(known.value) && known.value['schema'] === schema ? known : null;
    if (!first && shown) set({ state: 'ready', value: shown.value, kept: { at: shown.at, asking: true } });
    const last = await answer;
    if (shown && last.state === 'refused' && last.code === 'notReached') set({ state: 'ready', value: shown.value, kept: { at: shown.at, asking: false } });
    else set(last);
  }

  async #ask(url: string, schema: string): Promise<Loaded<unknown>> {
    const words = this.#words();
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { credentials: 'same-origin' });
      text = await response.text();
    } catch {
      return refused('notReached', words.whyNotReached);
    }
    let body: unknown = null;
    try {
      body = read(text);
    } catch {
      // What is no JSON has no form.
    }
    if (!response.ok) return reason(response.status, body, words);
    if (!isRecord(body) || body['schema'] !== schema) {
      const found = isRecord(body) ? String(body['schema']) : words.noJson;
      return refused('unknown', words.whyForm(found, schema));
    }
    void keep(url, text);
    return { state: 'ready', value: body, kept: null };
  }
}

/** Only a page that was loaded safely has a place for it. */
async function place(): Promise<Cache | null> {
  try {
    return 'caches' in globalThis ? await caches.open(CACHE) : null;
  } catch {
    return null;
  }
}

async function earlier(url: string): Promise<{ value: unknown; at: string } | null> {
  try {
    const found = await (await place())?.match(url);
    return found ? { value: read(await found.text()), at: found.headers.get(KEPT_AT) ?? '' } : null;
  } catch {
    return null;
  }
}

async function keep(url: string, text: string): Promise<void> {
  try {
    const cache = await place();
    // The newest stand at the end.
    await cache?.delete(url);
    await cache?.put(url, new Response(text, { headers: { 'content-type': 'application/json', [KEPT_AT]: new Date().toISOString() } }));
    const all = await cache?.keys() ?? [];
    for (const old of all.slice(0, Math.max(0, all.length - MOST_KEPT))) await cache?.delete(old);
  } catch {
    // A full disk, or a browser that keeps nothing: the page works without.
  }
}

function later(ms: number): Promise<null> {
  return new Promise((done) => { setTimeout(() => done(null), ms); });
}

function reason(status: number, body: unknown, words: CostWords): Loaded<never> {
  if (isRecord(body) && body['schema'] === 'forebill.refused/1') return refused(String(body['code']), String(body['why']), 'program');
  return refused(status === 404 ? 'nothing' : 'notServed', words.whyStatus(status));
}

function refused(code: string, why: string, by: Refused['by'] = 'page'): Refused {
  return { state: 'refused', code, why, by };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
