// Days and hours in UTC, as billing counts them.

import type { CostWords } from './words.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export class Dates {
  readonly locale: string;
  readonly #day: Intl.DateTimeFormat;
  readonly #long: Intl.DateTimeFormat;
  readonly #month: Intl.DateTimeFormat;
  readonly #plain: Intl.DateTimeFormat;
  readonly #hour: Intl.DateTimeFormat;
  readonly #ago: Intl.RelativeTimeFormat;
  readonly #words: CostWords;

  constructor(locale: string, words: CostWords) {
    this.locale = locale;
    this.#words = words;
    this.#ago = new Intl.RelativeTimeFormat(locale, { style: 'short' });
    const form = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    this.#day = form({ day: 'numeric', month: 'short' });
    this.#long = form({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
    this.#plain = form({ day: 'numeric', month: 'short', year: 'numeric' });
    this.#month = form({ month: 'long', year: 'numeric' });
    this.#hour = form({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  /** 5 Nov */
  day(on: string): string {
    return this.#text(this.#day, on);
  }

  /** Thu, 5 Nov 2026; with the hour where there is one. */
  full(on: string): string {
    return on.length > 10 ? `${this.#text(this.#hour, on)} UTC` : this.#text(this.#long, on);
  }

  /** Oct 14 – Nov 13, 2026; both days are in it. */
  range(from: string, to: string): string {
    const [first, last] = [new Date(from), new Date(to)];
    return first <= last ? this.#plain.formatRange(first, last) : `${from} – ${to}`;
  }

  /** November 2026 */
  month(month: string): string {
    return this.#text(this.#month, `${month}-01`);
  }

  /** How long ago, in the largest unit that fits. */
  age(at: string, now: number): string {
    const minutes = Math.floor((now - Date.parse(at)) / 60_000);
    if (Number.isNaN(minutes)) return this.#words.unknownTime;
    if (minutes < 1) return this.#words.justNow;
    if (minutes < 60) return this.#ago.format(-minutes, 'minute');
    return minutes < 2880 ? this.#ago.format(-Math.floor(minutes / 60), 'hour') : this.#ago.format(-Math.floor(minutes / 1440), 'day');
  }

  #text(form: Intl.DateTimeFormat, on: string): string {
    const date = new Date(on);
    return Number.isNaN(date.getTime()) ? on : form.format(date);
  }
}

/** The day before the end of a period, which is exclusive. */
export function lastDay(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString().slice(0, 10);
}

/** All days or hours from the first to the last: one without usage must not close up. */
export function withoutHoles(buckets: readonly string[]): string[] {
  const [first, last] = [buckets[0], buckets[buckets.length - 1]];
  if (first === undefined || last === undefined) return [];
  const hours = first.length > 10;
  const all: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last) && all.length < 10_000; at += hours ? HOUR_MS : DAY_MS) {
    const text = new Date(at).toISOString();
    all.push(hours ? `${text.slice(0, 13)}:00:00Z` : text.slice(0, 10));
  }
  return all;
}

/** Whether a nightly job must have missed a night. */
export function isStale(at: string, now: number): boolean {
  return now - Date.parse(at) > 36 * HOUR_MS;
}
