import { Book, type Candidate, type Wishes } from './book.js';
import { ForebillError } from './errors.js';
import { start } from './instance.js';
import type { Comparison, Workload } from './types.js';

/** Where the module comes from: an address, an answer that has it, its bytes, or what was made of them. */
export type ModuleSource = string | URL | Request | Response | ArrayBuffer | Uint8Array | WebAssembly.Module;

/** The estimator, ready to be asked. */
export interface Estimator {
  /**
   * Opens a rate book, also one of `compactBook`, and goes on to the book that deltas lead to, one after the other. Throws a
   * `ForebillError` when the bytes are not one; its `code` is `otherBase` when a delta changes another book, and its
   * `message` names both.
   */
  openBook(bytes: Uint8Array | ArrayBuffer, deltas?: readonly (Uint8Array | ArrayBuffer)[]): Book;
  /**
   * One workload with several price lists, as it is written and in other regions: in those that are named, or in all
   * where a product of it is sold. The first candidate is what the others are compared with; `explain` adds to each
   * cell the lines that differ, with the reason.
   */
  compare(
    workload: Workload | string,
    candidates: readonly Candidate[],
    wishes?: Wishes,
  ): Comparison;
}

const estimator: Estimator = {
  openBook: (bytes, deltas = []) => new Book(...[bytes, ...deltas].map(viewed)),
  compare: (workload, candidates, wishes) => Book.compare(workload, candidates, wishes),
};

function viewed(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  const given = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!(given instanceof Uint8Array)) throw new TypeError('a rate book is given as a Uint8Array or an ArrayBuffer');
  return given;
}

let loading: Promise<Estimator> | undefined;

/** Loads once, whatever is given later. A failed load is forgotten, so that it can be tried again. */
export function loadFrom(source: () => ModuleSource | Promise<ModuleSource>): Promise<Estimator> {
  loading ??= (async () => {
    start(await compiled(await source()));
    return estimator;
  })().catch((cause: unknown) => {
    loading = undefined;
    throw new ForebillError({
      code: 'notLoaded',
      message: 'The estimator could not be loaded. It needs WebAssembly: a content security policy must allow '
        + `'wasm-unsafe-eval'. (${String(cause)})`,
    }, { cause });
  });
  return loading;
}

async function compiled(source: ModuleSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source as BufferSource);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
  // Compiling while it comes in needs the right type, which not every server says.
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
