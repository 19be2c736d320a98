// Rate cards, usage and workloads by the thousand, the same in every run of a seed, aimed at what two builds could do
// differently: bounds and 10^-k beside them, 28 digits, exponents, corrections, price changes, currencies without cents.

/** 32 random bits by SplitMix32: no generator of the runtime, so that a failure can be repeated anywhere. */
export class Draw {
  constructor(private state: number) {}

  below(end: number): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = this.state ^ (this.state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % end;
  }

  oneIn(many: number): boolean {
    return this.below(many) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  digits(count: number): string {
    let text = '';
    while (text.length < count) text += this.below(1_000_000).toString().padStart(6, '0');
    return text.slice(0, count);
  }

  /** A price: up to 28 decimals, often one of a few, sometimes with an exponent. */
  price(): string {
    switch (this.below(5)) {
      case 0: return this.pick(['0', '1', '0.05', '0.00036', '0.0']);
      case 1: return `${this.below(1000)}.${this.digits(28 - 3)}`;
      case 2: return `0.${this.digits(28)}`;
      case 3: return `${1 + this.below(99)}E-0${1 + this.below(9)}`;
      default: return `${this.below(100)}.${this.digits(4)}`;
    }
  }

  /** A quantity: up to 28 digits. */
  quantity(): string {
    switch (this.below(4)) {
      case 0: return this.below(100_000).toString();
      case 1: return `${1 + this.below(999_999)}.${this.digits(10)}`;
      case 2: return `${1 + this.below(999_999_999)}.${this.digits(19)}`;
      default: return `0.${'0'.repeat(this.below(20))}1`;
    }
  }
}

const METERS = 2_000;
/** The last ones are on no card. */
const UNKNOWN = 20;
const SUBSCRIPTIONS = 5;
export const CURRENCIES = ['USD', 'JPY', 'KWD', 'EUR', 'CLF'];

const meterId = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** Where a meter's price changes; usage aims at these. */
type Bounds = string[];

export interface Batch {
  card: string;
  usage: string;
  workload: string;
  anchor: number;
  commitment: string;
}

/** A card of 2,000 meters, 10,000 charges of usage on it, and a workload of 10,000 items. */
export function batch(seed: number): Batch {
  const draw = new Draw(seed);
  const bounds: Bounds[] = [];
  const meters: string[] = [];
  for (let number = 0; number < METERS - UNKNOWN; number += 1) {
    const dates = draw.oneIn(5) ? ['2020-01-01T00:00:00Z', '2026-10-15T12:00:00Z'] : ['2020-01-01T00:00:00'];
    bounds[number] = [];
    for (const date of dates) meters.push(meter(draw, number, date, bounds[number]));
  }
  const terms = draw.pick([
    '{"Name": "Monetary Credit", "Credit": 150.005, "EffectiveDate": "2013-12-23T00:00:00Z", "ExcludedMeterIds": '
      + `["${meterId(3)}"]}`,
    '{"Name": "Monetary Commitment", "TieredDiscount": {"5000": 7.5, "0": 0, "500.0": 5}, "EffectiveDate": '
      + `"2013-12-23T00:00:00Z", "ExcludedMeterIds": ["${meterId(4)}"]}`,
    '{"Name": "Recurring Charge", "RecurringCharge": 25, "EffectiveDate": "2013-12-23T00:00:00Z"}',
  ]);
  const currency = CURRENCIES[seed % CURRENCIES.length] ?? '';
  return {
    card: `{"OfferTerms": [${terms}], "Meters": [\n${meters.join(',\n')}\n], "Currency": "${currency}"}`,
    usage: usage(draw, bounds),
    workload: workload(draw, bounds, currency),
    anchor: draw.pick([1, 14, 31]),
    commitment: draw.pick(['0', '500', '6000.5']),
  };
}

function meter(draw: Draw, number: number, date: string, bounds: Bounds): string {
  const rates = [`"0": ${draw.price()}`];
  let bound = 0;
  for (let tier = draw.below(6); tier > 0; tier -= 1) {
    bound += 1 + draw.below(5_000);
    const written = `${bound}${draw.pick(['', '.0', '.5', '.0000000001'])}`;
    rates.push(`"${written}": ${draw.price()}`);
    bounds.push(written);
  }
  // A JSON map promises no order.
  rates.push(...rates.splice(0, draw.below(rates.length)));
  const included = draw.oneIn(3) ? `${draw.below(500)}.5` : '0.0';
  if (included !== '0.0') bounds.push(included);
  const id = draw.oneIn(4) ? meterId(number).toUpperCase() : meterId(number);
  return `{"MeterId": "${id}", "MeterName": "Meter ${number}", "MeterCategory": "Category ${number % 7}", "MeterRegion": `
    + `"${draw.pick(['', 'EU West', 'US East'])}", "Unit": "${draw.pick(['1', '10K', '1 GB', '1 Hour'])}", "MeterTags": `
    + `[${draw.oneIn(20) ? '"Third Party"' : ''}], "MeterRates": {${rates.join(', ')}}, "IncludedQuantity": ${included}, `
    + `"EffectiveDate": "${date}"}`;
}

/** Anything, or a bound, or 10^-10 above one. */
function aimed(draw: Draw, bounds: Bounds | undefined): string {
  if (bounds === undefined || bounds.length === 0 || draw.oneIn(2)) return draw.quantity();
  const bound = draw.pick(bounds);
  if (draw.oneIn(2)) return bound;
  const [whole, fraction = ''] = bound.split('.');
  return fraction.length === 10 ? `${whole}.0000000002` : `${whole}.${fraction.padEnd(9, '0')}1`;
}

/** Two or three rows for every meter of every subscription: all in October, so each pair is one charge. */
function usage(draw: Draw, bounds: Bounds[]): string {
  const rows: string[] = [];
  for (let number = 0; number < METERS; number += 1) {
    for (let subscription = 0; subscription < SUBSCRIPTIONS; subscription += 1) {
      const id = draw.oneIn(3) ? meterId(number).toUpperCase() : meterId(number);
      for (let row = 2 + draw.below(2); row > 0; row -= 1) {
        const day = (15 + draw.below(13)).toString();
        const hour = draw.below(24).toString().padStart(2, '0');
        const zone = draw.pick(['Z', '+00:00', '-01:00', '+05:30']);
        const sign = draw.oneIn(12) ? '-' : '';
        rows.push(`{"name": "Daily_${draw.below(3)}", "properties": {"subscriptionId": "11111111-2222-3333-4444-00000000000`
          + `${subscription}", "meterId": "${id}", "usageStartTime": "2026-10-${day}T${hour}:00:00${zone}", "usageEndTime": `
          + `"2026-10-${day}T${hour}:59:59${zone}", "quantity": ${sign}${aimed(draw, bounds[number])}}}`);
      }
    }
  }
  return rows.join('\n');
}

/** 10,000 items on 2,000 meters: five share the tiers of one. */
function workload(draw: Draw, bounds: Bounds[], currency: string): string {
  const items = Array.from({ length: METERS * 5 }, (_, index) => {
    const number = draw.below(METERS);
    const extras = draw.pick(['', ', "count": 3', `, "group": "group ${draw.below(9)}"`, ', "ramp": [0.25, 0.5, 1]']);
    return `{"name": "item ${index}", "meterId": "${meterId(number)}", "quantity": "${aimed(draw, bounds[number])}"${extras}}`;
  });
  return `{"schema": "forebill.workload/1", "currency": "${currency}", "items": [\n${items.join(',\n')}\n]}`;
}
