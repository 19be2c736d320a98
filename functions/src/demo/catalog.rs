//! The price model of the sample: every meter once, with its list prices over time.
//! The rate card and the retail feed are two renderings of this list, so they cannot disagree.
//! Identifiers are hashes of names: the same in every run and for every seed.

mod services;
mod virtual_machines;

use super::decimal::{KeyStyle, scaled};
use super::regions::{Place, REGIONS};
use super::{calendar, digest};
use jiff::Timestamp;
use jiff::civil::{Date, date};

pub use services::{NO_BREAK_NAME, family};

/// Meters that were never charged for carry this date.
pub const ALWAYS_FREE: Date = Date::constant(1, 1, 1);

/// Prices from a date on: card bounds (behind the allowance) and rates, in millionths.
#[derive(Debug, Clone)]
pub struct Version {
    pub effective: Date,
    pub tiers: Vec<(i64, i64)>,
}

#[derive(Debug)]
pub struct Meter {
    pub id: String,
    pub category: &'static str,
    pub sub_category: String,
    pub name: String,
    pub place: Place,
    pub unit: &'static str,
    /// Units that cost nothing in each billing period, in millionths.
    pub included: i64,
    pub keys: KeyStyle,
    pub third_party: bool,
    /// Oldest first, never empty.
    pub versions: Vec<Version>,
    /// The sizes behind a virtual machine meter.
    pub arm_sizes: &'static [&'static str],
    /// The Linux rate behind a Windows meter: what development offers charge.
    pub linux_rate: Option<i64>,
    pub reservable: bool,
}

impl Meter {
    /// The prices in force on a date; the oldest ones where the date lies before all of them.
    pub fn at(&self, day: Date) -> Option<&Version> {
        self.versions.iter().rev().find(|v| v.effective <= day).or(self.versions.first())
    }
}

/// The id of a meter, from the four names that describe it.
pub fn meter_id(category: &str, sub_category: &str, name: &str, place: &str) -> String {
    digest::guid("meter", &[category, sub_category, name, place].join("\u{1f}"))
}

pub struct Catalog {
    /// In the order of their ids, which mixes services and regions as the real feeds do.
    pub meters: Vec<Meter>,
    repriced: String,
    duplicated: String,
}

impl Catalog {
    /// `now` places the one price change inside the current month.
    pub fn new(now: Timestamp) -> Catalog {
        let mut meters = Vec::with_capacity(3000);
        virtual_machine_meters(&mut meters);
        service_meters(&mut meters);
        meters.sort_by(|a, b| a.id.cmp(&b.id));
        let repriced = meter_id("Redis Cache", "Standard", "C1 Cache Instance", "EU West");
        let duplicated = meter_id("Azure App Service", "Premium v3 Plan - Linux", "P1 v3", "US East");
        let mut catalog = Catalog { meters, repriced, duplicated };
        catalog.add_versions(now);
        catalog
    }

    pub fn find(&self, id: &str) -> Option<&Meter> {
        self.meters.binary_search_by(|m| m.id.as_str().cmp(id)).ok().map(|at| &self.meters[at])
    }

    /// The meter whose price changes inside the current month.
    pub fn repriced(&self) -> &str {
        &self.repriced
    }

    /// The meter that stands twice on the card: the older entry is long out of force.
    pub fn duplicated(&self) -> &str {
        &self.duplicated
    }

    fn add_versions(&mut self, now: Timestamp) {
        let today = calendar::date_of(now);
        // Half-way between the first of the month and today, so that both prices have usage.
        let back = (i64::from(today.day()) - 1) / 2;
        let change = calendar::date(calendar::number(today) - back);
        let (repriced, duplicated) = (self.repriced.clone(), self.duplicated.clone());
        for meter in &mut self.meters {
            let Some(current) = meter.versions.first().cloned() else {
                continue;
            };
            let other =
                |per_mille| current.tiers.iter().map(|&(start, rate)| (start, scaled(rate, per_mille))).collect();
            if meter.id == repriced {
                meter.versions.push(Version { effective: change, tiers: other(1150) });
            } else if meter.id == duplicated {
                meter.versions.insert(0, Version { effective: date(2013, 6, 1), tiers: other(1400) });
            }
        }
    }
}

fn virtual_machine_meters(meters: &mut Vec<Meter>) {
    use virtual_machines::{SIZES, WINDOWS_PER_CORE};
    for region in REGIONS {
        for size in SIZES {
            let linux = scaled(size.linux, region.level);
            let mut add = |sub_category: String, name: String, rate: i64, linux_rate: Option<i64>, reservable: bool| {
                let mut meter =
                    plain("Virtual Machines", sub_category, name, Place::Region(region), "1 Hour", vec![(0, rate)]);
                meter.arm_sizes = size.arm;
                meter.linux_rate = linux_rate;
                meter.reservable = reservable;
                meters.push(meter);
            };
            add(size.series.into(), size.meter.into(), linux, None, size.reservable);
            if size.windows {
                // The licence costs the same in every region.
                let rate = linux + WINDOWS_PER_CORE * size.cores;
                add(format!("{} Windows", size.series), size.meter.into(), rate, Some(linux), false);
            }
            if size.evictable {
                // The suffix stands once, behind both sizes: `D4 v3/D4s v3 Spot`.
                add(size.series.into(), format!("{} Low Priority", size.meter), scaled(linux, 200), None, false);
                add(size.series.into(), format!("{} Spot", size.meter), scaled(linux, 183), None, false);
            }
        }
    }
}

fn service_meters(meters: &mut Vec<Meter>) {
    for template in services::TEMPLATES {
        let mut add = |place: Place, level: i64| {
            let tiers = template.tiers.iter().map(|&(start, rate)| (start, scaled(rate, level))).collect();
            let mut meter = plain(
                template.category,
                template.sub_category.into(),
                template.name.into(),
                place,
                template.unit,
                tiers,
            );
            meter.included = template.included;
            meter.keys = template.keys;
            meter.third_party = template.third_party;
            meters.push(meter);
        };
        match template.scope {
            services::Scope::Global => add(Place::Global, 1000),
            services::Scope::Zone(zone) => add(Place::Zone(zone), 1000),
            services::Scope::Regional => {
                for region in REGIONS {
                    add(Place::Region(region), if template.level { region.level } else { 1000 });
                }
            }
        }
    }
}

fn plain(
    category: &'static str,
    sub_category: String,
    name: String,
    place: Place,
    unit: &'static str,
    tiers: Vec<(i64, i64)>,
) -> Meter {
    let id = meter_id(category, &sub_category, &name, place.billing());
    let free = tiers.iter().all(|&(_, rate)| rate == 0);
    let effective = if free { ALWAYS_FREE } else { effective(&id) };
    Meter {
        id,
        category,
        sub_category,
        name,
        place,
        unit,
        included: 0,
        keys: KeyStyle::Plain,
        third_party: false,
        versions: vec![Version { effective, tiers }],
        arm_sizes: &[],
        linux_rate: None,
        reservable: false,
    }
}

/// Between 2014 and 2022, on the first of a month for most meters.
fn effective(id: &str) -> Date {
    let draw = digest::number(id);
    let first = calendar::number(date(2014, 1, 1)) + (draw % 3200) as i64;
    let day = calendar::date(first);
    if (draw / 3200).is_multiple_of(5) { day } else { day.first_of_month() }
}
