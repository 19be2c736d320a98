// Fetches the documents below data/: read-only, from the page's own origin, and nothing that was typed goes with it.

/** A document on its way, there, or refused with a reason. */
export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'ready'; value: T }
  | { state: 'refused'; code: string; why: string };

const ROOT = 'data/';

export class Documents {
  readonly #known = new Map<string, Loaded<unknown>>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** What is known of it now; the first question sends for it. */
  get<T extends { schema: string }>(path: string, schema: T['schema']): Loaded<T> {
    const known = this.#known.get(path);
    if (known) return known as Loaded<T>;
    const loading = { state: 'loading' } as const;
    this.#known.set(path, loading);
    void read<T>(path, schema).then((answer) => {
      this.#known.set(path, answer);
      this.#changed();
    });
    return loading;
  }

  /** Everything is asked for again. */
  forget(): void {
    this.#known.clear();
    this.#changed();
  }
}

async function read<T extends { schema: string }>(path: string, schema: T['schema']): Promise<Loaded<T>> {
  let response: Response;
  try {
    response = await fetch(new URL(ROOT + path, document.baseURI), { credentials: 'same-origin' });
  } catch {
    return refused('notReached', 'The server could not be reached.');
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  if (!response.ok) return reason(response.status, body);
  if (!isRecord(body) || body['schema'] !== schema) {
    const found = isRecord(body) ? String(body['schema']) : 'no JSON';
    return refused('unknown', `The document has the form "${found}"; this page reads "${schema}".`);
  }
  return { state: 'ready', value: body as unknown as T };
}

function reason(status: number, body: unknown): { state: 'refused'; code: string; why: string } {
  if (isRecord(body) && body['schema'] === 'forebill.refused/1') return refused(String(body['code']), String(body['why']));
  return refused(status === 404 ? 'nothing' : 'notServed', `The server answered ${status}.`);
}

function refused(code: string, why: string): { state: 'refused'; code: string; why: string } {
  return { state: 'refused', code, why };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
