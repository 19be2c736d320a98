// The workload as a value, and the only ways to change it. No DOM, no Lit:
// every function takes a value and returns a new one.

import type { MeterHit, Workload, WorkloadItem } from './types.js';
import { isCount, isQuantity } from './format.js';

/** What is remembered of a meter, so that a line survives a book without it. */
export type MeterFacts = Pick<
  MeterHit, 'meterId' | 'name' | 'category' | 'subCategory' | 'region' | 'unit'
>;

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly meter: MeterFacts;
  /** As typed: text until the core reads it. */
  readonly quantity: string;
  readonly count: string;
}

export type Lines = readonly Line[];
export type Field = 'name' | 'quantity' | 'count';

let created = 0;

export function newLine(meter: MeterFacts, quantity = startQuantity(meter.unit), count = '1'): Line {
  created += 1;
  return { id: `line-${created}`, name: '', meter, quantity, count };
}

/** A month has 730 hours in an estimate; anything else starts with one unit. */
function startQuantity(unit: string): string {
  return /^1 hours?$/i.test(unit) ? '730' : '1';
}

export function edit(lines: Lines, id: string, field: Field, value: string): Lines {
  return lines.map((line) => (line.id === id ? { ...line, [field]: value } : line));
}

export function remove(lines: Lines, id: string): Lines {
  return lines.filter((line) => line.id !== id);
}

export function duplicate(lines: Lines, id: string): Lines {
  return lines.flatMap((line) => {
    if (line.id !== id) return [line];
    return [line, { ...newLine(line.meter, line.quantity, line.count), name: line.name }];
  });
}

export function move(lines: Lines, id: string, by: -1 | 1): Lines {
  const from = lines.findIndex((line) => line.id === id);
  const to = from + by;
  const line = lines[from];
  const other = lines[to];
  if (!line || !other) return lines;
  return lines.with(from, other).with(to, line);
}

/** What the page itself can say about a field, before the core is asked. */
export function fieldError(line: Line): { field: Field; message: string } | null {
  const quantity = line.quantity.trim();
  if (quantity === '') return { field: 'quantity', message: 'Enter a quantity' };
  if (!isQuantity(quantity)) {
    return { field: 'quantity', message: 'Digits and a point only, such as 1500.5' };
  }
  if (!isCount(line.count.trim())) {
    return { field: 'count', message: 'Count: a whole number from 1' };
  }
  return null;
}

export function workload(lines: Lines, currency: string, offer: string | null): Workload {
  return {
    schema: 'forebill.workload/1',
    currency,
    ...(offer === null ? {} : { offer }),
    items: lines.map(item),
  };
}

function item(line: Line): WorkloadItem {
  return {
    // A line without a name of its own goes by its meter's.
    name: line.name.trim() || line.meter.name,
    meterId: line.meter.meterId,
    quantity: line.quantity.trim(),
    unit: line.meter.unit,
    count: isCount(line.count.trim()) ? Number.parseInt(line.count, 10) : 1,
  };
}

const STEPS = 50;

/** Past and future of the lines; typing in one field is one step. */
export class History {
  #past: Lines[] = [];
  #future: Lines[] = [];
  #typing: string | null = null;
  lines: Lines = [];

  set(next: Lines, typing: string | null = null): void {
    if (next === this.lines) return;
    if (typing === null || typing !== this.#typing) {
      this.#past = [...this.#past.slice(1 - STEPS), this.lines];
    }
    this.#typing = typing;
    this.#future = [];
    this.lines = next;
  }

  undo(): boolean {
    const before = this.#past.pop();
    if (!before) return false;
    this.#future.push(this.lines);
    this.lines = before;
    this.#typing = null;
    return true;
  }

  redo(): boolean {
    const after = this.#future.pop();
    if (!after) return false;
    this.#past.push(this.lines);
    this.lines = after;
    this.#typing = null;
    return true;
  }
}
