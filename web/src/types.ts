// What the pricing core answers, as TypeScript sees it. The core's serialised
// types in the crate `shared` are the original; the browser tests read every
// field that is named here from real answers.
//
// Every amount of money, price and quantity is a decimal STRING. It is never
// turned into a JavaScript number.

export type Decimal = string;

export type Source = 'ratecard' | 'retail';

export interface BookList {
  schema: 'forebill.books/1';
  books: BookEntry[];
}

export interface BookEntry {
  id: string;
  url: string;
  source: Source;
  offer: string | null;
  offerName: string;
  currency: string;
  fetchedAt: string;
  meters: number;
}

export interface BookInfo {
  id: string;
  source: Source;
  offer: string | null;
  currency: string;
  locale: string;
  regionInfo: string;
  meters: number;
}

export interface SearchResult {
  schema: 'forebill.search/1';
  total: number;
  hits: MeterHit[];
}

export interface MeterHit {
  meterId: string;
  name: string;
  category: string;
  subCategory: string;
  region: string;
  armRegion: string | null;
  unit: string;
  /** The first price that is not zero. */
  unitPrice: Decimal;
  tiers: number;
  includedQuantity: Decimal;
  effectiveAt: string;
  priority: 'standard' | 'spot' | 'lowPriority';
  status: 'active' | 'deprecated';
}

export interface Workload {
  schema: 'forebill.workload/1';
  currency: string;
  offer?: string;
  items: WorkloadItem[];
}

export interface WorkloadItem {
  name: string;
  meterId: string;
  quantity: Decimal;
  unit: string;
  count: number;
  group?: string;
}

export interface Estimate {
  schema: 'forebill.estimate/1';
  currency: string;
  offer: string | null;
  book: BookInfo;
  lines: EstimateLine[];
  /** Exact cost by group name. */
  groups: Record<string, Decimal>;
  totals: EstimateTotals;
  unpriced: UnpricedLine[];
  warnings: EstimateWarning[];
}

export interface UnpricedLine {
  item: number;
  name: string;
  quantity: Decimal;
  reason: string;
  /** The reason in words. */
  explanation: string;
}

export interface EstimateLine {
  /** Position in the workload's items. */
  item: number;
  name: string;
  group: string | null;
  status: 'priced' | 'unpriced';
  /** A code; `unpriced` has it in words. */
  reason: string | null;
  meterId: string | null;
  meterName: string;
  category: string;
  subCategory: string;
  region: string;
  unit: string;
  count: Decimal;
  quantity: Decimal;
  /** The part of the included quantity that this line used. */
  includedQuantity: Decimal | null;
  billableQuantity: Decimal | null;
  /** Null when the rate book has no price: never zero. */
  cost: Decimal | null;
  /** Where decimals have no end, such as those of a third: after how many of them they are cut off. */
  costCutAfter?: number;
  effectiveAt: string | null;
  book: string;
  tiers: TierCharge[];
}

/** Bounds count billable units, that is after the included quantity. */
export interface TierCharge {
  from: Decimal;
  to: Decimal | null;
  /** Units, or packages where `packageSize` says how many units one holds. */
  quantity: Decimal;
  /** Free units of the period as long as this price was in force. */
  includedQuantity: Decimal;
  model: 'graduated' | 'volume' | 'package';
  packageSize?: Decimal;
  /** How many units the unit price is for, where that is not one. */
  block?: Decimal;
  unitPrice: Decimal;
  cost: Decimal;
  effectiveAt: string;
}

export interface EstimateTotals {
  currency: string;
  monthlyCost: Decimal;
  yearlyCost: Decimal;
  /** Each meter rounded to the minor unit, as an invoice does. */
  invoiceCost: Decimal;
  monthlyCostLow: Decimal;
  monthlyCostHigh: Decimal;
  /** Present where a sum has a cost whose decimals were cut off. */
  costCutAfter?: number;
  complete: boolean;
  unpricedLines: number;
}

export interface EstimateWarning {
  code: string;
  message: string;
  path?: string;
}

/** What the core throws, as JSON text. */
export interface CoreError {
  code: string;
  message: string;
  path?: string;
}
