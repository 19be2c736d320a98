//! A retail list of 600,000 rows that nobody has to download: made from a seed, the same on every machine.
//!
//! Its proportions are those of Azure's own list as far as that could be counted: some 33,000 different items, each in
//! about 18 regions, two thirds of the rows with a meter id of their own, sizes that double in price, regions that
//! are dearer by a factor of their own, one product in six with prices that follow no rule, dates in waves. Prices
//! that follow no rule are more than in the real list, which makes this one the harder to write small.

use std::sync::Arc;

use jiff::Timestamp;
use shared::decimal::Decimal;
use shared::guid::MeterId;
use shared::meter::{Meter, PriceKind, Sku, Tier, TierTable};
use shared::money::Currency;
use shared::ratebook::{BookHeader, Interner, RateBook, Source};

/// SplitMix64: a few lines, the same everywhere, and no cryptography.
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn in_hundred(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

const REGIONS: [&str; 60] = [
    "US East",
    "US East 2",
    "US West",
    "US West 2",
    "US West 3",
    "US Central",
    "US North Central",
    "US South Central",
    "US West Central",
    "CA Central",
    "CA East",
    "BR South",
    "BR Southeast",
    "EU North",
    "EU West",
    "UK South",
    "UK West",
    "FR Central",
    "FR South",
    "DE West Central",
    "DE North",
    "CH North",
    "CH West",
    "NO East",
    "NO West",
    "SE Central",
    "SE South",
    "PL Central",
    "IT North",
    "ES Central",
    "AE North",
    "AE Central",
    "QA Central",
    "IL Central",
    "ZA North",
    "ZA West",
    "IN Central",
    "IN South",
    "IN West",
    "JA East",
    "JA West",
    "KR Central",
    "KR South",
    "AP East",
    "AP Southeast",
    "AU East",
    "AU Southeast",
    "AU Central",
    "AU Central 2",
    "NZ North",
    "MX Central",
    "CL Central",
    "ID Central",
    "MY West",
    "TW North",
    "AT East",
    "BE Central",
    "US Gov Virginia",
    "US Gov AZ",
    "US Gov TX",
];

const SERVICES: [(&str, &str, &str); 24] = [
    ("Storage", "Blob Storage", "1 GB/Month"),
    ("Storage", "Files", "1 GB/Month"),
    ("Storage", "Managed Disks", "1/Month"),
    ("Bandwidth", "Data Transfer", "1 GB"),
    ("SQL Database", "General Purpose", "1 Hour"),
    ("SQL Managed Instance", "Business Critical", "1 Hour"),
    ("Azure Database for PostgreSQL", "Flexible Server", "1 Hour"),
    ("Azure Database for MySQL", "Flexible Server", "1 Hour"),
    ("Azure Cosmos DB", "Autoscale", "1/Hour"),
    ("Azure Kubernetes Service", "Standard", "1 Hour"),
    ("Functions", "Premium", "1 GB Second"),
    ("Azure App Service", "Premium v3 Plan", "1 Hour"),
    ("Redis Cache", "Premium", "1 Hour"),
    ("Application Gateway", "WAF v2", "1/Hour"),
    ("Load Balancer", "Standard", "1 Hour"),
    ("VPN Gateway", "VpnGw", "1 Hour"),
    ("Event Hubs", "Dedicated", "1/Hour"),
    ("Service Bus", "Premium", "1/Hour"),
    ("Key Vault", "HSM", "10K"),
    ("Azure Monitor", "Logs", "1 GB"),
    ("Azure Data Factory v2", "Data Flow", "1 Hour"),
    ("HDInsight", "Hadoop", "1 Hour"),
    ("Azure Synapse Analytics", "SQL Pool", "100 Hours"),
    ("Cognitive Services", "Language", "1K"),
];

const FAMILIES: [&str; 22] = [
    "B", "D", "Ds", "Dd", "Dds", "Da", "Das", "Dp", "Dps", "E", "Es", "Eds", "Ea", "Eas", "F", "Fs", "G", "L", "Ls",
    "M", "NC", "ND",
];
const SIZES: [u64; 10] = [1, 2, 4, 8, 16, 20, 32, 48, 64, 96];
const WORDS: [&str; 16] = [
    "LRS",
    "ZRS",
    "GRS",
    "RA-GRS",
    "Hot",
    "Cool",
    "Archive",
    "Premium",
    "Standard",
    "Basic",
    "Operations",
    "Data Stored",
    "Data Retrieval",
    "vCore",
    "Compute",
    "Backup",
];

/// What all items of a product share.
struct Product {
    service: Arc<str>,
    name: Arc<str>,
    sku: String,
    regions: Vec<usize>,
    /// In millionths of the currency, for one core or one unit.
    base: u64,
    /// Prices that follow no rule.
    odd: bool,
    date: i64,
}

/// Everything that grows while the list is made.
struct List {
    chance: Chance,
    interner: Interner,
    meters: Vec<Meter>,
    rows: usize,
}

/// Days since 1970 of the wave in which a price was set: a month's first, mostly.
fn day(chance: &mut Chance) -> i64 {
    let month = chance.below(110) as i64;
    16_801 + month * 30 + if chance.in_hundred(50) { chance.below(2) as i64 } else { 0 }
}

impl List {
    fn product(&mut self, service: &str, name: &str) -> Product {
        let chance = &mut self.chance;
        let share = *chance.one_of(&[3, 8, 15, 25, 90]);
        let core = chance.below(8) as usize;
        let regions = (0..REGIONS.len()).filter(|region| *region <= core || chance.in_hundred(share)).collect();
        Product {
            service: self.interner.text(service),
            name: self.interner.text(name),
            sku: format!("DZH318Z0{:08}", chance.below(100_000_000)),
            regions,
            base: 1_000 + chance.below(90_000),
            odd: chance.in_hundred(17),
            date: day(chance),
        }
    }

    /// One item in all regions of its product, as usage and, where `times` says so, as reservations and for tests.
    fn item(&mut self, product: &Product, meter: &str, unit: &str, arm: &str, units: u64, kinds: &[(PriceKind, u64)]) {
        let sku = Sku {
            id: self.interner.text(&format!("{}/{:04X}", product.sku, self.chance.below(65_536))),
            arm_name: self.interner.text(arm),
        };
        let (name, unit) = (self.interner.text(meter), self.interner.text(unit));
        for region in &product.regions {
            let id = MeterId::from_bits((u128::from(self.chance.next()) << 64) | u128::from(self.chance.next()));
            // 1.00 to 1.59 of the first region's price, and one region in four is as dear as the first.
            let factor = if region % 4 == 0 { 100 } else { 100 + (*region as u64 * 37) % 60 };
            let mut price = product.base * units * factor / 100;
            if product.odd {
                price = price * (80 + self.chance.below(41)) / 100 + self.chance.below(100);
            }
            let days = if self.chance.in_hundred(80) { product.date } else { day(&mut self.chance) };
            for (kind, percent) in kinds {
                let tiers = self.tiers(price * percent / 100, kind);
                self.rows += tiers.tiers().len();
                self.meters.push(Meter {
                    id,
                    category: product.service.clone(),
                    sub_category: product.name.clone(),
                    name: name.clone(),
                    region: self.interner.text(REGIONS[*region]),
                    unit: unit.clone(),
                    effective_at: Timestamp::from_second(days * 86_400).expect("a day of these years"),
                    ends_at: None,
                    included_quantity: Decimal::ZERO,
                    tiers: Arc::new(tiers),
                    kind: kind.clone(),
                    sku: Some(sku.clone()),
                    third_party: false,
                    deprecated: false,
                });
            }
        }
    }

    /// Cents for what is dear, a tenth of that for what is cheap; one price in fifty has tiers.
    fn tiers(&mut self, micros: u64, kind: &PriceKind) -> TierTable {
        let digits = match micros {
            10_000_000.. => 10_000,
            100_000.. => 1_000,
            1_000.. => 100,
            _ => 1,
        };
        let price = Decimal::new(i128::from(micros / digits * digits), 6);
        let mut tiers = vec![Tier { from: Decimal::ZERO, unit_price: price }];
        if *kind == PriceKind::Consumption && self.chance.in_hundred(2) {
            for (from, percent) in [(10_240, 96), (51_200, 92)] {
                let unit_price = Decimal::new(i128::from(micros / digits * digits * percent), 8);
                tiers.push(Tier { from: Decimal::from(from), unit_price });
            }
        }
        TierTable::new(tiers).expect("ascending tiers")
    }
}

/// The list. `rows` counts tiers, as the feed does; the list ends with the product that reaches it.
pub fn generated(rows: usize) -> (RateBook, usize) {
    let mut list = List { chance: Chance(20_201_210), interner: Interner::default(), meters: Vec::new(), rows: 0 };
    let term = |text: &str| PriceKind::Reservation { term: text.into() };
    let machine = [(PriceKind::Consumption, 100), (term("1 Year"), 518_000), (term("3 Years"), 1_008_000)];
    let windows = [(PriceKind::Consumption, 180), (PriceKind::DevTest, 100)];
    let plain = [(PriceKind::Consumption, 100)];
    let mut generation = 0;
    while list.rows < rows {
        generation += 1;
        for family in FAMILIES {
            let series = format!("{family}v{generation}");
            let linux = list.product("Virtual Machines", &format!("Virtual Machines {series} Series"));
            let on_windows = Product {
                name: list.interner.text(&format!("Virtual Machines {series} Series Windows")),
                service: linux.service.clone(),
                sku: format!("{}W", linux.sku),
                regions: linux.regions.clone(),
                ..linux
            };
            for size in SIZES {
                let name = format!("{}{size}{} v{generation}", &family[..1], family[1..].to_lowercase());
                let arm = format!("Standard_{}", name.replace(' ', "_"));
                list.item(&linux, &name, "1 Hour", &arm, size, &machine);
                list.item(&linux, &format!("{name} Spot"), "1 Hour", &arm, size, &[(PriceKind::Consumption, 23)]);
                list.item(
                    &linux,
                    &format!("{name} Low Priority"),
                    "1 Hour",
                    &arm,
                    size,
                    &[(PriceKind::Consumption, 20)],
                );
                list.item(&on_windows, &name, "1 Hour", &arm, size, &windows);
            }
        }
        for (service, kind, unit) in SERVICES {
            for tier in 0..6 {
                let product = list.product(service, &format!("{service} {kind} Gen{generation}.{tier}"));
                for _ in 0..8 {
                    let (first, second) = (*list.chance.one_of(&WORDS), *list.chance.one_of(&WORDS));
                    let units = 1 + list.chance.below(30);
                    list.item(&product, &format!("{first} {second} {units}"), unit, "", units, &plain);
                }
            }
        }
    }
    let header = BookHeader {
        source: Source::Retail,
        offer: None,
        currency: Currency::USD,
        locale: "en-US".into(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    };
    let rows = list.rows;
    (RateBook::new(header, list.meters).expect("ids are distinct").0, rows)
}
