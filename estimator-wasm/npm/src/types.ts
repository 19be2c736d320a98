// Written by `make types` from the types of the Rust code: change those.
//
// Every amount of money, price and quantity is a decimal as text. It is never a number: numbers of JavaScript
// cannot hold it.

/** An exact decimal number; zero by default. */
export type Decimal = string;

/** An instant inside our JSON: RFC 3339 in UTC, whole seconds where they are whole. */
export type Instant = string;

/** An ISO 4217 currency code, such as `USD`. */
export type Currency = string;

/** An offer's durable id such as `MS-AZR-0003P`; kept in upper case because Azure accepts both. */
export type OfferId = string;

/** The thing that is counted. Only this identifies a meter: names, units and regions of a meter change. */
export type MeterId = string;

/** `sha256:` and 64 hexadecimal digits: which bytes a price came from. */
export type BookId = string;

/** Where the prices came from. */
export type Source = "ratecard" | "retail" | "pricesheet" | "own";

/** Why there is no price. Never a reason to count 0. */
export type Unpriced = "noSuchMeter" | "notYetInForce" | "noLongerInForce" | "ambiguous" | "notInRegion" | "noMatch" | "offerNotAtHand" | "unitMismatch" | "unitInexact";

/** Whether there is a price. */
export type Status = "priced" | "unpriced";

/** The rate book behind a result. */
export type BookInfo = {
  /** Hash of its bytes. */
  id: BookId,
  /** Where its prices came from. */
  source: Source,
  /** The offer; retail prices have none. */
  offer: string | null,
  /** The currency. */
  currency: Currency,
  /** Language of its texts. */
  locale: string,
  /** Country of purchase. */
  regionInfo: string,
  /** How many prices it holds. */
  meters: number,
};

/** What a book is. */
export type OpenedBook = {
  schema: "forebill.bookinfo/1",
  /** Hash of its bytes. */
  id: BookId,
  /** Where its prices came from. */
  source: Source,
  /** The offer; retail prices have none. */
  offer: string | null,
  /** The currency. */
  currency: Currency,
  /** Language of its texts. */
  locale: string,
  /** Country of purchase. */
  regionInfo: string,
  /** How many prices it holds. */
  meters: number,
};

/** What a machine gives up for a lower price. No row says it but the name, so the name decides. */
export type Priority = "standard" | "spot" | "lowPriority";

/** What a price list says of the future of a meter. Most lists say nothing, which is `Active`. */
export type MeterStatus = "active" | "deprecated";

/** What a search shows of one meter. */
export type FoundMeter = {
  /** The meter. */
  meterId: MeterId,
  /** Its name. */
  name: string,
  /** Its service. */
  category: string,
  /** Its sub-category. */
  subCategory: string,
  /** Its billing region; empty when global. */
  region: string,
  /** The region's Resource Manager name. */
  armRegion: string | null,
  /** Pricing unit. */
  unit: string,
  /** The first price that is not zero. */
  unitPrice: Decimal,
  /** How many tiers there are. */
  tiers: number,
  /** Free units per billing period. */
  includedQuantity: Decimal,
  /** From when the price holds. */
  effectiveAt: Instant,
  /** What the name says about how a machine may be taken away. */
  priority: Priority,
  /** Whether the price list still recommends the meter. */
  status: MeterStatus,
};

/** A word with a typing error. */
export type Corrected = {
  /** As it was typed. */
  typed: string,
  /** What it was taken for. */
  meant: string,
};

/** The best hits of a search. */
export type SearchResult = {
  /** `forebill.search/1` */
  schema: "forebill.search/1",
  /** How many meters fit in all. */
  total: number,
  /** The best of them. */
  hits: Array<FoundMeter>,
  /** Words that met nothing, each with the word that was taken for it. */
  corrected?: Array<Corrected>,
};

/** A length of time, of which a month has 730 hours' worth. */
export type Per = "hour" | "day" | "week";

/** Running hours in a week, every week. */
export type Schedule = {
  /** Hours on each of these days. */
  hoursPerDay: Decimal,
  /** Days of the week. */
  daysPerWeek: Decimal,
};

/** One line of a workload: a meter and how much of it. */
export type WorkloadItem = {
  /** For people. */
  name?: string,
  /** The meter; or `query`. */
  meterId?: MeterId | null,
  /** A search text that picks the meter, such as `D4s v5`. */
  query?: string | null,
  /** Where it runs, in any spelling; needed with `query`, a wish with `meterId`. */
  region?: string | null,
  /** The offer of the subscription that it runs in, where that is not the workload's. */
  offer?: OfferId | null,
  /** Per piece and month, in `unit`; absent with a `schedule`. */
  quantity?: Decimal | null,
  /** At least this much. */
  low?: Decimal | null,
  /** At most this much. */
  high?: Decimal | null,
  /** Unit of the quantities; the meter's own when absent. */
  unit?: string | null,
  /** What the quantities are for, where that is no month. */
  per?: Per | null,
  /** How many pieces. */
  count?: Decimal | number | null,
  /** When it runs, instead of a quantity of hours. */
  schedule?: Schedule | null,
  /** Share of the quantity in month 1, 2, …; the last one stays. */
  ramp?: Array<Decimal>,
  /** Lines are summed by it. */
  group?: string | null,
  /** For cross-charging. */
  tags?: { [key in string]: string },
};

/** What is said of a group. One that nothing is said of needs no entry. */
export type WorkloadGroup = {
  /** What items call it in `group`. */
  name: string,
  /** The group that it lies in. That one lies in none: there are two levels. */
  within?: string | null,
  /** Tags of everything in it, such as its cost centre. A tag of an inner group wins, and one of the item itself. */
  tags?: { [key in string]: string },
};

/** What somebody intends to run in a month. */
export type Workload = {
  /** `forebill.workload/1` */
  schema: "forebill.workload/1",
  /** For people. */
  name?: string | null,
  /** The currency of the price list to use. */
  currency?: Currency | null,
  /** The offer of the price list to use. */
  offer?: OfferId | null,
  /** What is said of groups, in the order in which they are shown. */
  groups?: Array<WorkloadGroup>,
  /** What runs. */
  items: Array<WorkloadItem>,
};

/** A tier filled with the quantity that fell into it. */
export type TierCharge = {
  /** First billable unit of the tier. */
  from: Decimal,
  /** First unit of the next tier; absent for the last. */
  to: Decimal | null,
  /** Billable units charged at this tier's price, or packages where it is sold in packages. */
  quantity: Decimal,
  /** Free units of the period as long as this price was in force. */
  includedQuantity: Decimal,
  /** How the tiers are read: `graduated`, `volume` or `package`. */
  model: "graduated" | "volume" | "package",
  /** Units in a package, where it is sold in packages. */
  packageSize?: Decimal,
  /** How many units the unit price is for, where that is not one: 30 where days are counted and the price is per
   * `30 Days`. */
  block?: Decimal,
  /** List unit price. */
  unitPrice: Decimal,
  /** Quantity × unit price, for a block divided by it. A part of a block without end is cut off so that all parts
   * add up to the cost. */
  cost: Decimal,
  /** From when this price holds. */
  effectiveAt: Instant,
};

/** One priced line. */
export type EstimateLine = {
  /** Position in the workload. */
  item: number,
  /** Name of the item. */
  name: string,
  /** Group of the item. */
  group: string | null,
  /** The offer that it is priced by; absent where that is the estimate's own. */
  offer?: OfferId,
  /** Whether there is a price. */
  status: Status,
  /** Why there is none. */
  reason: Unpriced | null,
  /** The meter; absent when a search text found none. */
  meterId: MeterId | null,
  /** Its name. */
  meterName: string,
  /** Its service. */
  category: string,
  /** Its sub-category. */
  subCategory: string,
  /** Its billing region. */
  region: string,
  /** Its pricing unit, or what the items of the meter count where that has no exact value in it. */
  unit: string,
  /** Number of pieces. */
  count: Decimal,
  /** All pieces, in `unit`. */
  quantity: Decimal,
  /** The part of the quantity that the meter's included quantity covers. */
  includedQuantity: Decimal | null,
  /** What is left. */
  billableQuantity: Decimal | null,
  /** Exact cost of the month; absent without a price, never 0 instead. */
  cost: Decimal | null,
  /** Present where the decimals of the exact cost may have no end: after how many of them the sum of the meter's
   * lines is cut off. */
  costCutAfter?: number,
  /** What a unit costs on average, rounded to twelve decimals; absent where nothing is used or there is no price. */
  averagePrice?: Decimal,
  /** What the next unit of the meter costs at list price, for as many units as the price of its tier; absent where
   * tiers do not add up. */
  marginalPrice?: Decimal,
  /** From when the price holds. */
  effectiveAt: Instant | null,
  /** Id of the rate book; absent where there is none of the item's offer. */
  book: BookId | null,
  /** The tier table, filled with what this line adds to it. */
  tiers: Array<TierCharge>,
};

/** Sums of an estimate, before offer terms and tax. */
export type EstimateTotals = {
  /** The one currency. */
  currency: Currency,
  /** Exact cost of a month at the full quantities. */
  monthlyCost: Decimal,
  /** Exact cost of the first twelve months, ramps applied. */
  yearlyCost: Decimal,
  /** The month as an invoice would round it, per meter. */
  invoiceCost: Decimal,
  /** The month at the low quantities. */
  monthlyCostLow: Decimal,
  /** The month at the high quantities. */
  monthlyCostHigh: Decimal,
  /** Present where a sum here has a cost that is cut off: after how many decimals. Sums are those of the told costs,
   * so that the lines add up to them. */
  costCutAfter?: number,
  /** Whether every line has a price. When not, the sums are a lower bound. */
  complete: boolean,
  /** How many lines have none. */
  unpricedLines: number,
};

/** How far a credit goes in a month. */
export type CreditReach = {
  /** What a billing period grants. */
  granted: Decimal,
  /** What the month draws. */
  used: Decimal,
  /** What is left of it; gone with the period. */
  remaining: Decimal,
  /** The day of the period after which nothing is left, from 1 on; absent where the credit lasts. */
  endsOnDay: number | null,
  /** How many days the period was taken to have: those of the month that the estimate is made in. */
  days: number,
};

/** What the terms of the offer make of a month at the full quantities. */
export type EstimateTerms = {
  /** Discount of the commitment in percent; absent where there is none. */
  discountPercent: Decimal | null,
  /** What the discount takes off, exact. */
  discount: Decimal,
  /** Fees of the month. */
  recurringCharge: Decimal,
  /** The credit, where the offer grants one. */
  credit: CreditReach | null,
  /** What remains to be paid for a month, exact. */
  monthlyDue: Decimal,
};

/** What the items of one offer cost. */
export type OfferPart = {
  /** The offer; retail prices have none. */
  offer: string | null,
  /** The rate book. */
  book: BookInfo,
  /** Positions of its items in the workload. */
  items: Array<number>,
  /** Exact cost of a month, before the terms. */
  monthlyCost: Decimal,
  /** Whether every one of its items has a price. When not, the amounts are a lower bound. */
  complete: boolean,
  /** What its terms make of a month; absent where it has none. */
  terms?: EstimateTerms,
};

/** A line without a price. */
export type UnpricedLine = {
  /** Position in the workload. */
  item: number,
  /** Name of the item. */
  name: string,
  /** How much nobody could price. */
  quantity: Decimal,
  /** Why. */
  reason: Unpriced,
  /** The same in words. */
  explanation: string,
};

/** The kinds of doubt. */
export type WarningCode = "rowReplaced" | "rowRepeated" | "instanceDataUnreadable" | "negativeTotal" | "laterPriceUsed" | "costWithoutEnd" | "unknownOfferTerm" | "offerTermNotApplied" | "meterRepeated" | "unitDoubtful" | "offerNotFound" | "morePages" | "savingsPlanIncomplete" | "unknownMeterStatus" | "ruleWithoutEffect" | "queryAmbiguous" | "reportedTwice" | "quantityRounded";

/** Something a reader of the result should know. `code` is stable, `message` is for people. */
export type Warning = {
  /** Stable name, for scripts. */
  code: WarningCode,
  /** What happened, with the ids and numbers. */
  message: string,
  /** Where in the input, as a JSON path; absent when the whole input is meant. */
  path?: string,
};

/** A priced workload. */
export type Estimate = {
  /** `forebill.estimate/1` */
  schema: "forebill.estimate/1",
  /** The currency of all amounts. */
  currency: Currency,
  /** The offer, where the book has one. */
  offer: string | null,
  /** The rate book. */
  book: BookInfo,
  /** One per item, in its order. */
  lines: Array<EstimateLine>,
  /** Exact cost per group, in order of name, inner groups being part of their outer one; items without a group are
   * left out. */
  groups: { [key in string]: Decimal },
  /** Exact cost per tag and value, those of groups too; items without the tag are left out. */
  tags?: { [key in string]: { [key in string]: Decimal } },
  /** The sums. */
  totals: EstimateTotals,
  /** What the terms of the offer make of a month, or those of all offers together; absent where there are none. */
  terms?: EstimateTerms,
  /** What each offer has of it, the estimate's own first; absent where there is no other. */
  offers?: Array<OfferPart>,
  /** What has no price. */
  unpriced: Array<UnpricedLine>,
  /** What was doubtful. */
  warnings: Array<Warning>,
};

/** What a word of a line is. */
export type Role = "meter" | "region" | "quantity" | "schedule" | "count" | "filler" | "unknown";

/** A word of a typed line, or several that belong together. */
export type ReadPart = {
  /** What it is. */
  role: Role,
  /** As it was typed. */
  text: string,
  /** What it was taken for, where it has a typing error or the price list has other words for it. */
  meant?: string,
  /** Where it begins in the line, in UTF-16 code units. */
  start: number,
  /** Where it ends. */
  end: number,
};

/** A line that was read, such as `d4s v5 westeurope 12h weekdays x3`. */
export type ReadLine = {
  schema: "forebill.line/1",
  /** All words, in order. */
  parts: Array<ReadPart>,
  /** What to look for. */
  query: string,
  /** Resource Manager's name of the region. */
  region: string | null,
  /** Per piece and month, in `unit`. */
  quantity: Decimal | null,
  /** Unit of the quantity. */
  unit: string | null,
  /** What the quantity is for, where that is no month. */
  per: Per | null,
  /** When it runs. */
  schedule: Schedule | null,
  /** How many pieces. */
  count: Decimal | null,
  /** Words that nobody knows. */
  unknown: Array<string>,
  /** The item of a workload that the line means; absent when it names no meter or no quantity. */
  item: WorkloadItem | null,
};

/** The largest number that fits. */
export type Goal = {
  /** `forebill.goal/1` */
  schema: "forebill.goal/1",
  /** Position of the item in the workload. */
  item: number,
  /** Its name. */
  name: string,
  /** A month must not cost more. */
  within: Decimal,
  /** The one currency. */
  currency: Currency,
  /** How many pieces; absent where the month costs more without any. */
  count: number | null,
  /** What a month then costs after the terms of the offer; without any piece where none fits. */
  monthlyDue: Decimal,
  /** What a month with one more costs; absent where a thousand million fit, and where none does. */
  oneMore: Decimal | null,
};

/** Why a line does not cost what it cost before. Several can hold at once. */
export type Reason = "added" | "removed" | "quantity" | "product" | "region" | "offer" | "unit" | "includedQuantity" | "rate" | "tier" | "unpriced";

/** One line in two estimates. */
export type LineDifference = {
  /** Position in the first estimate; absent for a line that was added. */
  itemBefore: number | null,
  /** Position in the other; absent for a line that was removed. */
  itemAfter: number | null,
  /** Name of the item. */
  name: string,
  /** What it cost; absent without a price, never 0 instead. */
  before: Decimal | null,
  /** What it costs. */
  after: Decimal | null,
  /** What it costs more; absent where one of the two has no price. */
  difference: Decimal | null,
  /** Why. */
  reasons: Array<Reason>,
};

/** Two workloads at the same prices. */
export type Branches = {
  /** `forebill.branches/1` */
  schema: "forebill.branches/1",
  /** Sums of the first. */
  before: EstimateTotals,
  /** Sums of the other. */
  after: EstimateTotals,
  /** A month of the first after the terms of the offer. */
  monthlyDueBefore: Decimal,
  /** The same of the other. */
  monthlyDueAfter: Decimal,
  /** Lines that do not cost the same. */
  lines: Array<LineDifference>,
};

/** Whether a cell says what everything costs. */
export type CellStatus = "priced" | "incomplete" | "unavailable" | "refused";

/** Why a workload was refused. The message beside it has the numbers and the names. */
export type Problem = "notJson" | "notReadable" | "otherSchema" | "otherBook" | "tooMany" | "oneMeterNeeded" | "oneQuantityNeeded" | "scheduleAlone" | "belowZero" | "lowAboveHigh" | "lowAboveQuantity" | "highBelowQuantity" | "badRamp" | "badHours" | "badDays" | "badGroup" | "otherUnit" | "decimalAndBinary" | "noFixedLength" | "scheduleNotHours" | "notExact" | "noSuchItem" | "noPrice" | "ownUnitOnly";

/** The workload under one book, at one time, in one region. */
export type Cell = {
  /** The rate book. */
  book: BookId,
  /** Its offer; retail prices have none. */
  offer: string | null,
  /** The prices in force at this time. */
  at: Instant,
  /** The region of every item; absent where each is in its own. */
  region: string | null,
  /** The currency of its amounts. */
  currency: Currency,
  /** Whether it is the whole cost. */
  status: CellStatus,
  /** A month at list prices, exact. */
  monthlyCost: Decimal,
  /** The same after the terms of the offer. */
  monthlyDue: Decimal,
  /** What it is more than the first cell; absent where one of the two is not complete or the currencies differ. */
  difference: Decimal | null,
  /** Lines without a price. */
  missing: Array<UnpricedLine>,
  /** Why there are no sums at all. */
  problem?: string,
  /** The same as a stable name. */
  refusal?: Problem,
  /** Lines that do not cost what they cost in the first cell, with the reason; only where asked for. */
  lines?: Array<LineDifference>,
};

/** A matrix of cells. The first is the workload as it is written, with the first book. */
export type Comparison = {
  /** `forebill.comparison/1` */
  schema: "forebill.comparison/1",
  /** The books, in the order in which they were given. */
  books: Array<BookInfo>,
  /** By candidate, then as written, then by region. */
  cells: Array<Cell>,
  /** By currency the cell in which least is due, of those that have all prices. */
  cheapest: { [key in Currency]: number },
};

/** Why something was refused; thrown as JSON text. */
export type Refusal = {
  /** Stable name, for programs. */
  code: string,
  /** What is wrong, for people. */
  message: string,
  /** What is wrong, as a stable name, where a workload was refused. */
  problem?: Problem,
  /** Where in the input, such as `items[2].quantity`; empty for the whole of it. */
  path: string,
  /** Line, from 1; 0 when the place is not a position in a text. */
  line: number,
  /** Column, from 1; 0 when the whole line is meant. */
  column: number,
};
