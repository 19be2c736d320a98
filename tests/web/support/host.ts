// A host page of somebody else: the built element under /forebill/, the demo's rate books beside it, and pages with a policy.

import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import type { AddressInfo } from 'node:net';

const dist = new URL('../../../web/dist/', import.meta.url).pathname;
export const examples = new URL('../../../web/examples/', import.meta.url).pathname;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.json': 'application/json',
};

/** What a strict portal sends. */
export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self' http://localhost:*; base-uri 'none'; object-src 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

/** `late` comes when what is before it was drawn. */
export interface Page { type: string; body: string | Buffer; late?: string; policy?: string }

export class Host {
  readonly #server: Server;
  readonly pages = new Map<string, Page>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(demo: string): Promise<Host> {
    const host = new Host(createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      const page = host.pages.get(pathname);
      if (page) {
        response.writeHead(200, { 'content-type': TYPES[page.type] ?? page.type, ...(page.policy ? { 'content-security-policy': page.policy } : {}) });
        response.write(page.body);
        setTimeout(() => response.end(page.late), page.late === undefined ? 0 : 700);
      } else if (pathname.startsWith('/forebill/data/')) {
        void fetch(`${demo}${pathname.replace('/forebill', '')}`).then(async (answer) => {
          response.writeHead(answer.status, { 'content-type': 'application/json' });
          response.end(Buffer.from(await answer.arrayBuffer()));
        });
      } else {
        const file = join(dist, pathname.replace('/forebill/', ''));
        if (!pathname.startsWith('/forebill/') || !existsSync(file)) {
          response.writeHead(404);
          response.end();
          return;
        }
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...(file.endsWith('.html') ? { 'content-security-policy': STRICT } : {}) });
        response.end(readFileSync(file));
      }
    }));
    await new Promise<void>((done) => host.#server.listen(0, '127.0.0.1', done));
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  page(path: string, body: string, policy = STRICT): void {
    this.pages.set(path, { type: '.html', body, policy });
  }

  file(path: string, body: string | Buffer): void {
    this.pages.set(path, { type: extname(path), body });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** One script of an example, with the React that it is for. */
export async function bundled(example: string, react: '18' | '19'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(examples, example)], bundle: true, write: false, format: 'esm', jsx: 'automatic', minify: true,
    define: { 'process.env.NODE_ENV': '"production"' }, external: ['/forebill/*'], nodePaths: [new URL('../node_modules', import.meta.url).pathname],
    alias: react === '18' ? { react: 'react-18', 'react-dom': 'react-dom-18' } : {},
  });
  return outputFiles[0]?.text ?? '';
}
