//! How a price is shown by the commands that list, compare and follow prices.

use serde::Serialize;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::meter::{Meter, PriceKind, PriceModel, Priority};
use shared::money::Currency;
use shared::period::Instant;

/// What is paid for, beside the tiers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceView {
    /// `consumption`, `devTest`, `reservation`, `savingsPlan`, or Azure's word where that is not known.
    pub kind: String,
    /// The term of a reservation or a savings plan.
    pub term: Option<String>,
    /// How the tiers are read.
    pub model: &'static str,
    /// Units in a package.
    pub package_size: Option<Decimal>,
    /// Retail's SKU or a price sheet's part number.
    pub sku_id: Option<String>,
    /// Resource Manager's name of a size.
    pub arm_sku_name: Option<String>,
    /// Until when.
    pub ends_at: Option<Instant>,
    /// A reservation's price is one sum for its whole term, whatever its unit says.
    pub term_cost: Option<Decimal>,
    /// That sum by months, to the minor unit.
    pub monthly_cost: Option<Decimal>,
    /// In ascending order.
    pub tiers: Vec<TierView>,
}

/// One tier.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierView {
    /// First unit.
    pub from: Decimal,
    /// First unit of the next tier.
    pub to: Option<Decimal>,
    /// Price of one unit, or of one package.
    pub unit_price: Decimal,
}

/// The kind's name for programs, and its term.
pub fn kind_of(kind: &PriceKind) -> (&str, Option<&str>) {
    match kind {
        PriceKind::Consumption => ("consumption", None),
        PriceKind::DevTest => ("devTest", None),
        PriceKind::Reservation { term } => ("reservation", Some(term)),
        PriceKind::SavingsPlan { term } => ("savingsPlan", Some(term)),
        PriceKind::Other(name) => (name, None),
    }
}

impl PriceView {
    /// Of one row of a book.
    pub fn of(meter: &Meter, currency: Currency) -> PriceView {
        let (kind, term) = kind_of(&meter.kind);
        let (model, package_size) = match meter.tiers.model() {
            PriceModel::Graduated => ("graduated", None),
            PriceModel::Volume => ("volume", None),
            PriceModel::Package { size } => ("package", Some(size)),
        };
        let tiers = meter.tiers.tiers();
        let whole_term = matches!(meter.kind, PriceKind::Reservation { .. });
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PriceView {
            kind: kind.to_owned(),
            term: term.map(ToOwned::to_owned),
            model,
            package_size,
            sku_id: meter.sku.as_ref().and_then(|sku| text(&sku.id)),
            arm_sku_name: meter.sku.as_ref().and_then(|sku| text(&sku.arm_name)),
            ends_at: meter.ends_at.map(Instant),
            term_cost: tiers.first().filter(|_| whole_term).map(|tier| tier.unit_price),
            monthly_cost: meter.reservation_month(currency.minor_unit()),
            tiers: (tiers.iter().enumerate())
                .map(|(index, tier)| TierView {
                    from: tier.from,
                    to: meter.tiers.end_of(index),
                    unit_price: tier.unit_price,
                })
                .collect(),
        }
    }

    /// The kind for people.
    pub fn kind_text(&self) -> String {
        let term = self.term.as_deref().map(printable).unwrap_or_default();
        match self.kind.as_str() {
            "devTest" => "dev/test".into(),
            "reservation" => format!("reservation for {term}"),
            "savingsPlan" => format!("savings plan for {term}"),
            other => printable(other),
        }
    }

    /// All tiers on one line, for a cell of a table.
    pub fn tiers_text(&self) -> String {
        let several = self.tiers.len() > 1;
        let tier = |tier: &TierView| {
            if several { format!("{}: {}", tier.from, tier.unit_price) } else { tier.unit_price.to_string() }
        };
        let tiers = self.tiers.iter().map(tier).collect::<Vec<_>>().join(", ");
        let month = self.monthly_cost.map(|cost| format!(" a term, {cost} a month")).unwrap_or_default();
        match (self.package_size, self.model) {
            (Some(size), _) => format!("{tiers} per {size}"),
            (None, "volume") => format!("{tiers} (volume)"),
            _ => format!("{tiers}{month}"),
        }
    }
}

/// What a list adds to a meter's name: nothing for most.
pub fn marks(meter: &Meter) -> String {
    let priority = match meter.priority() {
        Priority::Standard => "",
        Priority::Spot => " [spot]",
        Priority::LowPriority => " [low priority]",
    };
    format!("{priority}{}", if meter.deprecated { " [deprecated]" } else { "" })
}

/// Service and sub-category as one cell.
pub fn service(category: &str, sub_category: &str) -> String {
    match (category, sub_category) {
        (category, "") => category.to_owned(),
        ("", sub_category) => sub_category.to_owned(),
        (category, sub_category) => format!("{category} · {sub_category}"),
    }
}

/// The day of a time.
pub fn day(at: Instant) -> String {
    at.to_string().get(..10).unwrap_or_default().to_owned()
}
