// From the desk to a text and back. What is refused throws and changes nothing.

import { noPrices, type Current } from '../books.js';
import type { Desk } from '../desk.js';
import { EstimatorError, type OpenBook } from '../estimator.js';
import type { Pin } from '../history.js';
import { refuse } from '../snapshots.js';
import { offersOf } from '../state.js';
import { namedOffers, open, read, write, type Shared } from './file.js';

/** The estimate as the text of a link or a file; null before there are prices. */
export function textOf(desk: Desk, work = desk.work): string | null {
  const { shelf } = desk;
  const { current } = shelf;
  if (!current) return null;
  const { info } = current.book;
  const beside = offersOf(work.branches).flatMap((offer) => {
    const book = shelf.which(offer, info.currency, work.pin);
    return book ? [{ ...book, offer }] : [];
  });
  return write(work, info, current.entry, beside, new Date().toISOString());
}

export interface Loaded {
  /** Lines that name no meter. */
  missing: string[];
  /** Whether the prices that it was made with were still there. */
  pinned: boolean;
  regrouped: boolean;
}

/** Opens a text in place of what is there, with the prices that it was made with where they still are; one that is live
 * goes on with today's. */
export async function load(desk: Desk, text: string, repair = false, live = false): Promise<Loaded> {
  const { shelf } = desk;
  const given = read(text);
  const shared = live ? { ...given, pin: null } : given;
  const today = shelf.current?.book.info.id;
  const own = shared.pin && shared.pin.book !== today ? await shelf.fetchPinned(shared.pin) : shelf.current;
  const beside = await Promise.all((shared.pin?.beside ?? []).map((one) => shelf.fetchPinned(one)));
  // Prices of one day: where one of the books is gone, all are today's.
  const past = shared.pin && !beside.includes(null) ? own : null;
  const current = past ?? await named(desk, shared, live || shared.pin !== null);
  if (!current) refuse('notReady', 'There is no rate book yet.');
  // The prices of an unpinned file, and those of a lost book, are today's.
  const pin: Pin | null = past && shared.pin;
  const at = pin?.at || new Date().toISOString();
  const offers = namedOffers(shared);
  await Promise.all(offers.flatMap((offer) => {
    const book = shelf.which(offer, current.book.info.currency, pin);
    return book ? [shelf.fetchPinned(book)] : [];
  }));
  const laid = desk.laid(current.book, offers, pin);
  const opened = repair ? openRepaired(shared, laid, at) : open(shared, laid, at);
  desk.history.mark(shelf.current?.entry);
  desk.history.set({ ...opened.work, pin });
  desk.history.mark(current.entry);
  if (current === shelf.current) desk.reprice();
  else shelf.use(current);
  return { missing: opened.missing, pinned: !shared.pin || past !== null, regrouped: opened.regrouped };
}

/** Today's prices of the offer and the currency that a workload was written for. What is kept, or has lost the prices that it
 * names, is opened with others, too. */
function named({ shelf }: Desk, { workloads, active }: Shared, others: boolean): Promise<Current | null> | Current | null {
  const { offer = '', currency = '' } = workloads[active] ?? {};
  const entry = shelf.listed({ offer: `${offer}`, currency: `${currency}` });
  if (!entry && !others && shelf.current) throw noPrices({ offer: `${offer}`, currency: `${currency}` });
  return entry ? shelf.fetchToday(entry) : shelf.current;
}

/** The core is asked without the amounts that it refuses: what was left half typed stays so, and must not lose the rest. */
function openRepaired(shared: Shared, book: OpenBook, at: string): ReturnType<typeof open> {
  const lists = shared.workloads.map(({ items }) => (Array.isArray(items) ? [...items] as Record<string, unknown>[] : []));
  for (let tries = lists.flat().length; ; tries -= 1) {
    try {
      return open(shared, book, at, lists);
    } catch (thrown) {
      const position = thrown instanceof EstimatorError ? /items\[(\d+)\]/.exec(thrown.path)?.[1] : undefined;
      if (position === undefined || tries < 0) throw thrown;
      const index = Number.parseInt(position, 10);
      for (const list of lists) {
        const item = list[index];
        if (item) list[index] = bare(item);
      }
    }
  }
}

function bare({ name, meterId, region, group, offer, tags }: Record<string, unknown>): Record<string, unknown> {
  return { name, meterId, region, group, offer, tags, quantity: '0' };
}
