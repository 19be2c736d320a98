import type { Book } from './book.js';
import { verifyBook } from './generated/estimator_wasm.js';

/**
 * Whether the id of a book is that of its prices. The one that is told with a compact book is believed; to prove it takes
 * as long as to write the whole book in its other form.
 */
export function verify(book: Book): boolean {
  return book.ask(verifyBook);
}
