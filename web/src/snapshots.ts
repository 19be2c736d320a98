// Fetches what the page may fetch: the list of rate books and the books named
// in it. These are the only requests of the page, and they carry nothing that
// was typed.

import { EstimatorError, OpenBook } from './estimator.js';
import type { BookEntry, BookList } from './types.js';

export interface Books {
  entries: BookEntry[];
  /** The portal's root: the list is `data/books.json` in it and names `data/ratebook/…`. */
  root: URL;
}

export function refuse(code: string, message: string, path = ''): never {
  throw new EstimatorError({ code, message, path });
}

export async function fetchBooks(url: string): Promise<Books> {
  const address = new URL(url, document.baseURI);
  const response = await get(address, 'the list of rate books');
  const list = await response.json().catch(
    () => refuse('booksUnreadable', 'The list of rate books is not valid JSON.'),
  ) as Partial<BookList>;
  if (list.schema !== 'forebill.books/1' || !Array.isArray(list.books)) {
    refuse('booksUnknown', `The list of rate books has the form "${list.schema}"; this page reads "forebill.books/1".`);
  }
  return { entries: list.books, root: new URL('..', address) };
}

export async function fetchBook({ id, url, compact }: Pick<BookEntry, 'id' | 'url' | 'compact'>, root: URL): Promise<OpenBook> {
  const file = async (address: string) => (await get(new URL(address, root), 'the rate book')).blob();
  const opened = async (...parts: BlobPart[]) => OpenBook.open(new Uint8Array(await new Blob(parts).arrayBuffer()));
  if (compact) {
    try {
      const stem = url.slice(0, -4);
      return await opened(...await Promise.all([file(`${stem}forebook`), file(`${stem}ids`)]), id);
    } catch {
      // What is wrong with it is not worth a word while the other form can be had.
    }
  }
  const book = await opened(await file(url));
  if (book.info.id !== id) {
    refuse('bookMismatch', 'The rate book is not the one that the list names: its content has another hash.');
  }
  return book;
}

async function get(url: URL, what: string): Promise<Response> {
  const response = await fetch(url).catch(() => refuse('notReached', `Could not reach the server for ${what}.`));
  return response.ok ? response : refuse('notServed', `The server answered ${response.status} for ${what}.`);
}
