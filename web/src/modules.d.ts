// What the bundler resolves and the type checker cannot see.

// The browser module is made by the Rust build and is not committed. Its own
// .d.ts wins when it is there; this pattern lets the page be type-checked
// before the first Rust build.
declare module '*/estimator_wasm.js' {
  export class RateBook {
    static open(bytes: Uint8Array): RateBook;
    info(): string;
    search(query: string, limit: number): string;
    estimate(workload: string, at: string): string;
    free(): void;
  }
  export function initSync(options: { module: WebAssembly.Module }): unknown;
  export function __wbg_reset_state(): void;
}

// Bundled as a file next to the script; the import is its relative URL. The
// suffix keeps it apart from the module's own types, which lie beside it.
declare module '*.wasm?url' {
  const url: string;
  export default url;
}
