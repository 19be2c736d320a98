// The documents below data/, as the program writes them. Amounts are decimal text.

import type { Invoiced, UnpricedReason } from './closed-types.js';

export type * from './closed-types.js';

export interface Sum {
  group: string;
  bucket: string | null;
  cost: string | null;
  invoiceCost: string | null;
  rows: number;
  unpricedRows: number;
}

export interface Branch extends Sum {
  folded: number;
  series: (string | null)[];
  /** Places of what lacks a price; absent where nothing does, and in what an earlier version published. */
  unpriced?: number[];
  parts: Branch[];
}

export interface Drill {
  schema: 'forebill.drill/1';
  currency: string;
  levels: string[];
  buckets: string[];
  all: Branch;
}

export interface Bill {
  discountPercent: string | null;
  discount: string;
  recurringCharge: string;
  credit: { granted: string; used: string; remaining: string; endsOn: string | null } | null;
  invoiceDue: string;
  complete: boolean;
}

export interface SubscriptionSpend {
  subscriptionId: string;
  name: string;
  offer: string;
  billingPeriodStart: string;
  billingPeriodEnd: string;
  usageCompleteTo: string | null;
  gaps: string[];
  bookFetchedAt: string;
  rows: number;
  cost: string;
  invoiceCost: string;
  bill: Bill | null;
  unpriced: number;
}

export interface Spend {
  at: string;
  subscriptions: SubscriptionSpend[];
  /** The month by service. */
  rows: Sum[];
  days: Sum[];
  totals: { currency: string; cost: string; invoiceCost: string; invoiceDue: string; complete: boolean };
  unpriced: { subscriptionId: string; meterId: string; meterName: string; quantity: string; unit: string; reason: UnpricedReason; explanation: string }[];
  withoutOffer: string[];
  unread: { subscriptionId: string; name: string; gaps: string[] }[];
  warnings: { code: string; message: string }[];
  /** Not in what an earlier version published. */
  included?: { subscriptionId: string; meterId: string; meterName: string; unit: string; included: string; used: string }[];
  restated?: { subscriptionId: string; name: string; readAt: string; reportedOn: string[]; rows: number; change: string }[];
}

export interface CourseDay {
  on: string;
  cost: string;
  running: string;
  expected: boolean;
  /** Of what is expected; not in what an earlier version published. */
  complete?: boolean;
}

export interface Interval {
  p10: string;
  p50: string;
  p90: string;
}

export interface Expected {
  cost: string;
  due: string;
  complete: boolean;
  subscriptions: {
    subscriptionId: string; name: string; billingPeriodEnd: string; elapsedDays: number; fromOn: string;
    coldStart: boolean; complete: boolean; cost: Interval; due: Interval | null;
  }[];
}

/** Rows without a price on either side. Not in what an earlier version published. */
interface Lacking {
  unpricedRows?: number;
  unpricedRowsBefore?: number;
}

export interface Moved {
  meter: string;
  resource: string;
  unit: string;
  quantityBefore: string;
  quantity: string;
  costBefore: string;
  cost: string;
  quantityEffect: string;
  priceEffect: string;
}

export interface Movers extends Lacking {
  month: string;
  cost: string;
  costBefore: string;
  difference: string;
  services: (Lacking & { service: string; cost: string; costBefore: string; difference: string; moved: Moved[] })[];
}

export type Level = string | { service: string } | { resourceGroup: string };

export interface Anomaly {
  level: Level;
  /** Whether the day has all prices, and those before it. Not in what an earlier version published. */
  complete?: boolean;
  usualComplete?: boolean;
  openedOn: string;
  closedOn: string | null;
  cost: string;
  usual: string;
  comparedWith: string;
  moved: Moved[];
}

export interface Report {
  schema: 'forebill.report/1';
  at: string;
  month: string;
  subscriptionId: string | null;
  spend: Spend;
  invoiced: Invoiced | null;
  drills: string[];
  course: CourseDay[];
  expected: Expected | null;
  notExpected: string | null;
  movers: Movers | null;
  anomalies: { subscriptionId: string; name: string; anomalies: Anomaly[] }[];
  budgets: { rule: string; above: string }[];
}

export interface Days {
  from: string;
  to: string;
}

export interface UsageLine {
  subscriptionId: string;
  name: string | null;
  granularity: string;
  from: string;
  committed: number;
  due: number;
  gaps: Days[];
  missed: { from: string; to: string; reason: string; tries: number }[];
  lastReadAt: string | null;
}

export interface Reports {
  schema: 'forebill.reports/1';
  at: string;
  months: string[];
  subscriptions: { subscriptionId: string; name: string; offer: string; currency: string }[];
  ledger: {
    usage: UsageLine[];
    prices: { source: string; offer: string | null; name: string | null; currency: string; lastReadAt: string }[];
    billing: { subscriptionId: string; invoices: number; invoicedTo: string | null; lastReadAt: string | null }[];
    missing: { subscriptionId: string; what: string }[];
    complete: boolean;
  };
  closed: string[];
  withInvoiceLines: string[];
  lastCompared: Invoiced | null;
}

export interface AlertLine {
  what: string;
  quantity: string;
  unit: string;
  rates?: string[];
  cost?: string;
  /** What it is compared with. */
  before?: Pick<AlertLine, 'quantity' | 'rates' | 'cost'>;
}

export interface Caused {
  rule: string;
  scope: string;
  period: string;
  summary: string;
  lines: AlertLine[];
}

export interface Alerts {
  schema: 'forebill.alerts-page/1';
  at: string;
  rules: string[];
  findings: (Caused & { fires: boolean })[];
  unknown: { rule: string; why: string }[];
  notes: string[];
  incidents: (Caused & {
    open: boolean; openedAt: string; changedAt: string;
    outcome: { sent: { at: string; to: string[] } } | { failed: { reason: string } } | null;
  })[];
}

export interface Invoices {
  schema: 'forebill.invoices/1';
  at: string;
  invoices: {
    subscriptionId: string; name: string; periodStartOn: string; periodEndOn: string; readAt: string; file: string;
    object: { sha256: string; bytes: number };
  }[];
}
