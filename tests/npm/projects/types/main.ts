// How somebody with TypeScript uses the package: this has to compile.

import { ForebillError, ForebillTrap, compactBook, load, verify, type Book, type Decimal, type Estimate, type WorkloadItem } from 'forebill-estimator';

export async function monthly(bytes: Uint8Array, words: string, quantity: Decimal): Promise<string> {
  const book: Book = (await load()).openBook(bytes);
  const items: WorkloadItem[] = book.search(words, 1).hits.map(({ meterId }) => ({ meterId, quantity, count: 2 }));
  try {
    const { totals }: Estimate = book.estimate({ schema: 'forebill.workload/1', items }, new Date());
    return totals.monthlyCost;
  } catch (error) {
    if (error instanceof ForebillTrap) return 'ask again';
    if (error instanceof ForebillError) return `${error.path}: ${error.message}`;
    throw error;
  } finally {
    book.close();
  }
}

export async function compact(prices: Uint8Array, ids: ArrayBuffer, id: string): Promise<boolean> {
  return verify((await load()).openBook(await compactBook({ prices, ids, id })));
}

export async function next(bytes: ArrayBuffer, deltas: Uint8Array[]): Promise<string> {
  return (await load()).openBook(bytes, deltas).info.id;
}

// @ts-expect-error a quantity is text
export const wrong: WorkloadItem = { meterId: '', quantity: 1.5 };
