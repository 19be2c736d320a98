// What a field for quantities takes besides a number: `3*730`, `1.5k`, `(8 + 12) * 31 / 4`, `2 TB`, `50/day`. Worked out with whole numbers of any
// length, as a fraction until the end: a result whose decimals have no end is none.

import { isQuantity } from './format.js';
import type { Per } from './types.js';

type Fraction = readonly [bigint, bigint];

/** As many as a number of the core has. */
const MOST_DECIMALS = 28;
/** What stands behind a stroke, by its first letter, in English and in German; a month is what every quantity is for. */
const LENGTHS: Record<string, Per> = { h: 'hour', s: 'hour', d: 'day', t: 'day', w: 'week' };
const SCALES: Record<string, bigint> = { k: 1_000n, m: 1_000_000n };

/** The decimal that is meant, or null where there is none. A plain number stays as it was typed. */
export function worked(typed: string): string | null {
  const text = typed.trim();
  if (isQuantity(text)) return text;
  const parts = text.length > 64 ? [] : text.match(/\d+(?:\.\d+)?[km]?|[-+*×/()]|[^ ]/gi) ?? [];
  const sum = (): Fraction | null => chain(product, { '+': 1n, '-': -1n }, ([a, b], [c, d], sign) => [a * d + sign * c * b, b * d]);
  const product = (): Fraction | null => chain(part, { '*': 1n, '×': 1n, '/': -1n }, ([a, b], [c, d], way) => (way > 0n ? [a * c, b * d] : [a * d, b * c]));
  const part = (): Fraction | null => {
    const word = parts.shift() ?? '';
    if (word === '(') {
      const inner = sum();
      return parts.shift() === ')' ? inner : null;
    }
    const [, whole, fraction = '', scale = ''] = /^(\d+)(?:\.(\d+))?([km]?)$/i.exec(word) ?? [];
    return whole === undefined ? null : [BigInt(whole + fraction) * (SCALES[scale.toLowerCase()] ?? 1n), 10n ** BigInt(fraction.length)];
  };
  function chain(next: () => Fraction | null, signs: Record<string, bigint>, join: (left: Fraction, right: Fraction, sign: bigint) => Fraction): Fraction | null {
    let left = next();
    for (let sign = signs[parts[0] ?? '']; left && sign !== undefined; sign = signs[parts[0] ?? '']) {
      parts.shift();
      const right = next();
      left = right && join(left, right, sign);
    }
    return left;
  }
  const result = sum();
  return result && parts.length === 0 ? decimal(result) : null;
}

/** "5 TB", "3*8 hours", "50/day": the number, null where there is none, the unit behind it, which the core reads, and what it
 * is for where that is no month. */
export function measured(typed: string): readonly [number: string | null, unit: string, per?: Per | undefined] {
  const number = worked(typed);
  if (number !== null) return [number, ''];
  const [, amount = typed, length = ''] = /^(.*?)(?: *\/ *| (?:per|an?|pro|je|am) )(h|hour|stunde|d|day|tag|w|week|woche|month|monat)$/i.exec(typed.trim()) ?? [];
  const [, sum = amount, unit = ''] = /^(.*?[\d)](?:[km](?= ))?) *([a-z][a-z ]*)$/i.exec(amount.trim()) ?? [];
  return [worked(sum), unit, LENGTHS[length.charAt(0).toLowerCase()]];
}

function decimal([up, down]: Fraction): string | null {
  if (down === 0n) return null;
  for (let places = 0; places <= MOST_DECIMALS; places += 1) {
    const scaled = up * 10n ** BigInt(places);
    if (scaled % down !== 0n) continue;
    const digits = (scaled / down).toString().padStart(places + 1, '0');
    const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return isQuantity(text) ? text : null;
  }
  return null;
}
