// Decimal strings to readable text. The strings go straight into Intl, which
// keeps every digit; a number in between would not.

import { en, type Words } from './words/en.js';

type IntlText = Parameters<Intl.NumberFormat['format']>[0];

const MINUS = '\u2212';

/** A JSON number of at most 64 characters: the core's own grammar. */
const QUANTITY = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function isQuantity(text: string): boolean {
  return text.length <= 64 && QUANTITY.test(text);
}

/** A count stays small enough to be a plain integer in JSON. */
export function isCount(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

export class Format {
  readonly words: Words;
  readonly #locale: string;
  readonly #cache = new Map<string, Intl.NumberFormat>();
  readonly #date: Intl.DateTimeFormat;
  readonly #dateTime: Intl.DateTimeFormat;
  /** What the language puts between thousands, and before decimals. */
  readonly #marks: string[];
  /** What was typed last, and what it says. */
  #typed = ['', ''];

  constructor(locale: string, words: Words = en) {
    this.words = words;
    this.#locale = locale;
    this.#marks = new Intl.NumberFormat(locale).formatToParts(1234567.5).flatMap(({ type, value }) => (type === 'group' || type === 'decimal' ? value : [])).slice(1);
    const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
    this.#date = new Intl.DateTimeFormat(locale, day);
    this.#dateTime = new Intl.DateTimeFormat(locale, {
      ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
    });
  }

  /** An amount as one types it in this language, as the core writes it: `20.000,5` in German is `20000.5`. */
  plain(typed: string): string {
    const [group = '', point = '.'] = this.#marks;
    const plain = typed.replace(/\d[\d.,’'\u00A0\u202F]*(?![\d.,]|e[+-]?\d)/gi, (number) => {
      const [whole = '', ...decimals] = number.split(point);
      const bare = whole.replaceAll(group, '');
      return decimals.length < 2 && (bare === whole || /^[1-9]\d{0,2}(\D\d{3})+$/.test(whole)) ? [bare, ...decimals].join('.') : number;
    });
    this.#typed = [plain, typed];
    return plain;
  }

  /** A line with a quantity in it; where decimals have a point the core reads it as it stands. */
  asked(line: string): string {
    return this.#marks[1] === ',' ? this.plain(line) : line;
  }

  /** The other way; what was just typed stays as it stands there. */
  typed(plain: string): string {
    return plain === this.#typed[0] ? this.#typed[1] ?? '' : this.#marks[1] === ',' ? plain.replaceAll('.', ',') : plain;
  }

  /** An amount with the currency's own number of decimals; one that would be no amount with them has two digits. */
  money(currency: string, amount: string): string {
    const text = this.#text(`m${currency}`, { style: 'currency', currency }, amount);
    const [, zeros, digit = ''] = /^-?0\.(0*)([1-9])/.exec(amount) ?? [];
    const decimals = zeros === undefined ? 0 : this.#cache.get(`m${currency}`)?.resolvedOptions().maximumFractionDigits ?? 0;
    const vanishes = zeros !== undefined && (zeros.length > decimals || (zeros.length === decimals && digit < '5'));
    return vanishes ? this.#text(`t${currency}`, { style: 'currency', currency, maximumSignificantDigits: 2 }, amount) : text;
  }

  /** An amount with all its decimals, at least the currency's own. */
  exactMoney(currency: string, amount: string): string {
    return this.#text(
      `x${currency}`, { style: 'currency', currency, maximumFractionDigits: 28 }, amount,
    );
  }

  /** Unit prices go far below a cent: $0.0000123. */
  unitPrice(currency: string, amount: string): string {
    return this.exactMoney(currency, amount);
  }

  /** For a glance; where it stands, all digits are not far. */
  shortPrice(currency: string, amount: string): string {
    return this.#text(`s${currency}`, { style: 'currency', currency, minimumFractionDigits: 0, maximumSignificantDigits: 4 }, amount);
  }

  quantity(amount: string): string {
    return this.#text('q', { maximumFractionDigits: 28 }, amount);
  }

  integer(count: number): string {
    return this.#text('q', { maximumFractionDigits: 28 }, String(count));
  }

  /** From ten-thousandths, so that no division happens here. */
  percent(tenThousandths: bigint): string {
    return this.#text(
      'p', { style: 'percent', maximumFractionDigits: 1 }, `${tenThousandths}e-4`,
    );
  }

  date(instant: string): string {
    return this.#instant(this.#date, instant);
  }

  dateTime(instant: string): string {
    return this.#instant(this.#dateTime, instant);
  }

  #instant(formatter: Intl.DateTimeFormat, instant: string): string {
    const date = new Date(instant);
    return Number.isNaN(date.getTime()) ? instant : formatter.format(date);
  }

  #text(key: string, options: Intl.NumberFormatOptions, amount: string): string {
    let formatter = this.#cache.get(key);
    if (!formatter) {
      formatter = new Intl.NumberFormat(this.#locale, options);
      this.#cache.set(key, formatter);
    }
    return formatter.format(amount as IntlText).replace('-', MINUS);
  }
}

/** A sum that lacks a price is a lower bound. */
export function least(whole: boolean, amount: string): string {
  return whole ? amount : `≥ ${amount}`;
}

/** "1 Hour" behind a price: "per hour". Anything unusual stays as Azure writes it. */
export function perUnit(unit: string, words: Words = en): string {
  return words.per(/^1 hours?$/i.test(unit) ? words.hour : unit.replace(/^1 (?=\D)/, ''));
}

/** "1 Hour" behind a quantity: "hours"; a block such as "10K" is a factor. */
export function quantityUnit(unit: string, words: Words = en): string {
  if (/^1 hours?$/i.test(unit)) return words.hours;
  const bare = unit.replace(/^1 (?=\D)/, '');
  return /^\d/.test(bare) ? `× ${bare}` : bare;
}

/** The first eight hex digits of a content hash, enough to tell books apart. */
export function shortHash(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 8);
}

const SOURCES: Record<string, string> = {
  ratecard: 'Azure RateCard API', retail: 'Azure Retail Prices API', pricesheet: 'Azure Price Sheet API', own: 'own price book',
};

export function sourceName(source: string, { coded }: Words): string {
  return coded(source) ?? SOURCES[source] ?? source;
}
