// The documents of a month that is over, as the program writes them: its showback, its invoices beside our rating, and the
// charge of every meter. Amounts are decimal text.

import type { TierCharge } from '../types.js';

export type UnpricedReason =
  | 'noSuchMeter' | 'notYetInForce' | 'noLongerInForce' | 'ambiguous' | 'notInRegion' | 'noMatch' | 'offerNotAtHand' | 'unitMismatch' | 'unitInexact';
export type LineKind = 'usage' | 'fees' | 'credit' | 'rounding' | 'sharedIn' | 'sharedOut';
export type Cause = 'usage' | 'followsUsage' | 'prices' | 'tags';
export type InvoiceKind = 'usage' | 'marketplace' | 'fee' | 'credit' | 'rounding' | 'tax' | 'other';
export type Reason = 'tax' | 'credit' | 'fee' | 'marketplace' | 'unpriced' | 'lateUsage' | 'rounding' | 'unexplained';

export interface ShowbackLine {
  costCentre: string | null;
  subscriptionId: string | null;
  what: { kind: LineKind; meterId?: string; pool?: string };
  service: string;
  name: string;
  region: string;
  quantity: string | null;
  unit: string;
  unpricedQuantity: string;
  listCost: string | null;
  amount: string | null;
}

export interface Statement {
  costCentre: string | null;
  own: string;
  shared: string;
  adjusted: string;
  total: string;
  unpriced: number;
}

export interface Showback {
  month: string;
  currency: string;
  rules: string;
  basis: {
    subscriptions: { subscriptionId: string; name: string; gaps: string[] }[];
    leftOut: string[];
  };
  lines: ShowbackLine[];
  adjustments: { month: string; cause: Cause; line: ShowbackLine }[];
  closedAt: string | null;
  statements: Statement[];
  total: string;
  azureDue: string;
  complete: boolean;
  unpriced: { costCentre: string | null; meterId: string; name: string; quantity: string; unit: string }[];
  notes: string[];
  /** What the month is billed in other currencies, each for itself. */
  otherCurrencies?: Showback[];
}

export interface ShowbackPage {
  schema: 'forebill.showback-page/1';
  rulesOf: string | null;
  assignedBy: string[];
  namedBy: number[][];
  files: string[];
  markup: string | null;
  showback: Showback;
}

export type Reasons = Partial<Record<Reason, string>>;

/** Invoices of a month and our rating of the same usage. */
export interface Invoiced {
  month: string;
  currency: string | null;
  invoiced: string;
  ours: string;
  difference: string;
  reasons: Reasons;
  invoices: {
    invoice: string; subscriptionId: string; invoiced: string; ours: string; difference: string; reasons: Reasons; explained: boolean;
  }[];
  notCompared: string[];
}

export interface InvoiceComparison {
  invoice: string;
  subscriptionId: string;
  subscription: string;
  periodStartOn: string;
  periodEndOn: string;
  issuedOn: string;
  issuedOnIsTold: boolean;
  currency: string;
  lines: {
    kind: InvoiceKind; meterId: string | null; name: string; invoiced: string | null; ours: string | null; difference: string;
    parts: { reason: Reason; amount: string; quantity?: string }[];
  }[];
  invoiced: string;
  ours: string;
  difference: string;
  reasons: Reasons;
  unpriced: unknown[];
  gaps: string[];
}

export interface Reconciliation {
  schema: 'forebill.reconcile-page/1';
  sums: Invoiced;
  compared: { invoices: InvoiceComparison[]; notCompared: string[] };
}

export interface Charge {
  subscriptionId: string;
  meterId: string;
  meterName: string;
  meterCategory: string;
  meterSubCategory: string;
  meterRegion: string;
  unit: string;
  quantity: string;
  includedQuantity: string | null;
  billableQuantity: string | null;
  cost: string | null;
  costCutAfter?: number;
  book: string;
  tiers: TierCharge[];
  status: 'priced' | 'unpriced';
  reason?: UnpricedReason;
}

export interface Charges {
  schema: 'forebill.charges/1';
  subscriptions: {
    subscriptionId: string;
    name: string;
    book: { id: string; source: 'ratecard' | 'retail' | 'pricesheet' | 'own'; offer: string | null; currency: string };
    bookFetchedAt: string;
    charges: Charge[];
  }[];
}
