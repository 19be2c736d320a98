//! The laws of prices, held against ten thousand generated cases each: no example can be lucky that often.
//!
//! A build with `FOREBILL_LAW_CASES=1000000` in its environment searches a hundred times longer. Amounts are compared
//! with exact fractions ([`given::Exact`]) or with the same money computed by another road, never with what was printed.
//!
//! The properties, and where each is held. C(q) is the cost of a running total of q units.
//!
//! | # | property | held by |
//! |---|---|---|
//! | 1 | zero: C(0) = 0 | `tiers::nothing_costs_nothing`, `models::nothing_costs_nothing_under_every_model` |
//! | 2 | flat: one tier is q × price | `tiers::one_tier_is_quantity_times_price` |
//! | 3 | boundary: at a bound only the tiers below count | `tiers::at_a_bound_only_the_tiers_below_count` |
//! | 4 | continuity: a step costs the price on its side | `tiers::a_step_over_a_bound_costs_the_price_on_each_side` |
//! | 5, 6, 7 | monotone, never negative, at most the dearest price | `tiers::more_never_costs_less_and_never_more_than_the_dearest_price` |
//! | 8 | a tier cut in two changes nothing | `tiers::a_tier_cut_in_two_changes_nothing` |
//! | 9, 10 | falling prices reward volume, rising ones do not | `tiers::falling_prices_reward_volume_and_rising_ones_do_not` |
//! | 11 | not additive | `tiers::graduated_prices_are_not_additive` |
//! | 12 | scaled prices scale the cost | `tiers::scaled_prices_scale_the_cost` |
//! | 13 | scaled units change nothing | `tiers::scaled_units_change_nothing`, `months::a_price_per_block_is_the_same_price`, `units::*` |
//! | 14 | the order in the file means nothing | `tiers::the_order_of_the_tiers_in_the_file_means_nothing` |
//! | 15 | included quantity first | `tiers::included_quantity_is_taken_off_first`, `tiers::both_forms_of_one_price_agree` |
//! | 16 | hours, days and a month are the same money | `months::a_month_in_slices_costs_what_the_month_costs`, `months::hours_and_days_cost_the_same` |
//! | 17 | a correction leaves no trace; below zero is told | `months::a_correction_leaves_no_trace`, `months::a_negative_month_costs_nothing_and_says_so` |
//! | 18 | a restated row is its correction | `months::a_restated_row_is_its_correction` |
//! | 19 | prorated parts add up to the invoice | `shares::prorated_parts_add_up_to_the_invoice` |
//! | 20 | calendar | `calendar::*`; any time zone: `tests/it/time_zones.rs` |
//! | 21 | allocation is exact | `shares::parts_add_up_and_none_is_a_unit_off` |
//! | 22 | allocation is stable | `shares::order_scale_and_sign_mean_nothing` |
//! | 23 | rounding once | `rounding::*` |
//! | 24 | one currency | `currencies::*`; there is no conversion that could compound |
//! | 25 | offer terms | `offers::*`, of an estimate: `reach::*` |
//! | 26 | one price at any time | `prices::*`; which one, among regions and readings: `lookups::*` |
//! | 27 | what-if neutrality | `what_if::*`, as a matrix: `compared::*`; items of several offers: `beside::*` |
//! | 28 | every grouping adds up | `what_if::every_grouping_adds_up_to_the_total` |
//! | 29 | native and WASM agree | `tests/web/parity.spec.ts`, `tests/web/corpus.spec.ts` |
//! | 30 | exact or refused | `numbers::*`, `tiers::tiers_cost_what_fractions_say`; a book that is written and imported is the same book: `tests/it/real_answers.rs` |
//! | 31 | statements of cost centres add up to the bill | `statements::statements_add_up_to_the_bill_in_any_order` |
//! | 32 | adjustments are what a closed month is now less what was frozen | `statements::adjustments_are_what_it_is_now_less_what_was_frozen` |
//! | 33 | the reasons of an invoice's differences add up to them | `statements::differences_of_an_invoice_are_the_sum_of_their_reasons` |

mod beside;
mod calendar;
mod compared;
mod currencies;
mod given;
mod lookups;
mod models;
mod months;
mod numbers;
mod offers;
mod prices;
mod reach;
mod rounding;
mod shares;
mod statements;
mod tiers;
mod units;
mod what_if;
