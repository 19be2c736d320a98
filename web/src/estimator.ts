// The one door to the core: load the WASM module once, open rate books, ask.
// JSON text goes in and out; here it gets its types.

import init, { RateBook } from './generated/estimator/estimator_wasm.js';
import wasmUrl from './generated/estimator/estimator_wasm_bg.wasm?url';
import type { BookInfo, CoreError, Estimate, SearchResult, Workload } from './types.js';

/** What went wrong, in the core's words, with the field when it names one. */
export class EstimatorError extends Error {
  readonly code: string;
  readonly path: string | undefined;

  constructor(error: CoreError) {
    super(error.message);
    this.name = 'EstimatorError';
    this.code = error.code;
    this.path = error.path;
  }
}

let loading: Promise<unknown> | undefined;

/** A failed load is forgotten, so that "Try again" can succeed. */
function loadCore(): Promise<unknown> {
  loading ??= init({ module_or_path: new URL(wasmUrl, import.meta.url) }).catch((cause) => {
    loading = undefined;
    throw new EstimatorError({
      code: 'coreNotLoaded',
      message: 'The browser could not start the pricing core. The page needs WebAssembly: '
        + `a content security policy must allow 'wasm-unsafe-eval'. (${String(cause)})`,
    });
  });
  return loading;
}

export class OpenBook {
  readonly info: BookInfo;
  readonly #book: RateBook;

  private constructor(book: RateBook) {
    this.#book = book;
    this.info = answer<BookInfo>(() => book.info());
  }

  static async open(bytes: Uint8Array): Promise<OpenBook> {
    await loadCore();
    return new OpenBook(guarded(() => RateBook.open(bytes)));
  }

  search(query: string, limit: number): SearchResult {
    return answer(() => this.#book.search(query, limit));
  }

  /** `at` says which prices are in force; the core has no clock, so the page tells the time. */
  estimate(workload: Workload, at = new Date().toISOString()): Estimate {
    return answer(() => this.#book.estimate(JSON.stringify(workload), at));
  }
}

function answer<T>(ask: () => string): T {
  return JSON.parse(guarded(ask)) as T;
}

function guarded<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw new EstimatorError(coreError(thrown));
  }
}

/** The core throws JSON text; a trap inside WASM is an ordinary Error. */
function coreError(thrown: unknown): CoreError {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  try {
    const parsed = JSON.parse(text) as Partial<CoreError>;
    if (typeof parsed.code === 'string' && typeof parsed.message === 'string') {
      return parsed as CoreError;
    }
  } catch {
    // Not JSON: the text itself is the message.
  }
  return { code: 'coreFailed', message: text };
}
