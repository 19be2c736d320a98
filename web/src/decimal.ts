// Decimal text for pictures and ordering only: the length of a bar, which line
// is the dearest. Prices and totals are computed in the core. Everything is
// integer arithmetic on digits, so even a picture never rounds through a float.

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Digits and scale, or null for text that is not a plain decimal. */
export function digits(text: string): { value: bigint; scale: number } | null {
  const match = PLAIN.exec(text);
  if (!match) return null;
  const fraction = match[3] ?? '';
  return { value: BigInt(`${match[1]}${match[2]}${fraction}`), scale: fraction.length };
}

/** Two decimals as whole numbers of one scale; null where one of them is none. */
export function aligned(a: string, b: string): [bigint, bigint] | null {
  const left = digits(a);
  const right = digits(b);
  if (!left || !right) return null;
  const scale = Math.max(left.scale, right.scale);
  return [
    left.value * 10n ** BigInt(scale - left.scale),
    right.value * 10n ** BigInt(scale - right.scale),
  ];
}

/** Negative, zero or positive like any comparison; unreadable text is equal. */
export function compareDecimals(a: string, b: string): number {
  const pair = aligned(a, b);
  if (!pair || pair[0] === pair[1]) return 0;
  return pair[0] < pair[1] ? -1 : 1;
}

export function isZero(text: string): boolean {
  return digits(text)?.value === 0n;
}

/**
 * part ÷ whole in ten-thousandths, held between 0 and 10000. The rest is cut off: whoever shows one decimal of a percentage
 * rounds, and a second rounding would make 0.946 % 1 %.
 */
export function share(part: string, whole: string): bigint {
  const pair = aligned(part, whole);
  if (!pair || pair[0] <= 0n || pair[1] <= 0n) return 0n;
  const [numerator, denominator] = pair;
  const cut = (numerator * 10000n) / denominator;
  return cut > 10000n ? 10000n : cut;
}

/** Ten-thousandths as a CSS percentage: 6421n is "64.21%". */
export function percentage(tenThousandths: bigint): string {
  const text = tenThousandths.toString().padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}%`;
}
