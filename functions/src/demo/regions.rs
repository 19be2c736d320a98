//! The regions of the sample and their three names, in one table.
//! The rate card speaks of "EU West", the retail feed of "westeurope", older rows of "West Europe".
//! Each also has its egress zone and a price level against US East, in thousandths.

/// A data-centre region.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// As on the rate card and in `location` of the retail feed.
    pub billing: &'static str,
    /// As in resource locations and `armRegionName`.
    pub arm: &'static str,
    /// As in `meteredRegion` of classic rows.
    pub display: &'static str,
    pub zone: &'static str,
    pub level: i64,
}

const fn r(billing: &'static str, arm: &'static str, display: &'static str, zone: &'static str, level: i64) -> Region {
    Region { billing, arm, display, zone, level }
}

#[rustfmt::skip]
pub const REGIONS: &[Region] = &[
    r("US East", "eastus", "East US", "Zone 1", 1000),
    r("US East 2", "eastus2", "East US 2", "Zone 1", 1000),
    r("US Central", "centralus", "Central US", "Zone 1", 1140),
    r("US South Central", "southcentralus", "South Central US", "Zone 1", 1130),
    r("US West", "westus", "West US", "Zone 1", 1170),
    r("US West 2", "westus2", "West US 2", "Zone 1", 1000),
    r("US West 3", "westus3", "West US 3", "Zone 1", 1000),
    r("CA Central", "canadacentral", "Canada Central", "Zone 1", 1115),
    r("CA East", "canadaeast", "Canada East", "Zone 1", 1115),
    r("EU North", "northeurope", "North Europe", "Zone 1", 1110),
    r("EU West", "westeurope", "West Europe", "Zone 1", 1200),
    r("UK South", "uksouth", "UK South", "Zone 1", 1160),
    r("FR Central", "francecentral", "France Central", "Zone 1", 1170),
    r("DE West Central", "germanywestcentral", "Germany West Central", "Zone 1", 1200),
    r("CH North", "switzerlandnorth", "Switzerland North", "Zone 1", 1320),
    r("NO East", "norwayeast", "Norway East", "Zone 1", 1260),
    r("SE Central", "swedencentral", "Sweden Central", "Zone 1", 1060),
    r("PL Central", "polandcentral", "Poland Central", "Zone 1", 1190),
    r("IT North", "italynorth", "Italy North", "Zone 1", 1180),
    r("ES Central", "spaincentral", "Spain Central", "Zone 1", 1170),
    r("IL Central", "israelcentral", "Israel Central", "Zone 5", 1280),
    r("AE North", "uaenorth", "UAE North", "Zone 5", 1250),
    r("QA Central", "qatarcentral", "Qatar Central", "Zone 5", 1260),
    r("ZA North", "southafricanorth", "South Africa North", "Zone 5", 1240),
    r("AP East", "eastasia", "East Asia", "Zone 2", 1390),
    r("AP Southeast", "southeastasia", "Southeast Asia", "Zone 2", 1250),
    r("JA East", "japaneast", "Japan East", "Zone 2", 1340),
    r("KR Central", "koreacentral", "Korea Central", "Zone 2", 1230),
    r("IN Central", "centralindia", "Central India", "Zone 2", 1060),
    r("AU East", "australiaeast", "Australia East", "Zone 2", 1260),
    r("AU Southeast", "australiasoutheast", "Australia Southeast", "Zone 2", 1260),
    r("BR South", "brazilsouth", "Brazil South", "Zone 3", 1610),
];

/// Where a meter applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The same price everywhere: the rate card leaves `MeterRegion` empty.
    Global,
    /// A traffic zone, written alike in both feeds.
    Zone(&'static str),
    Region(&'static Region),
}

impl Place {
    /// `MeterRegion` of the rate card.
    pub fn billing(&self) -> &'static str {
        match self {
            Place::Global => "",
            Place::Zone(name) => name,
            Place::Region(region) => region.billing,
        }
    }

    /// `armRegionName` of the retail feed.
    pub fn arm(&self) -> &'static str {
        match self {
            Place::Global => "Global",
            Place::Zone(name) => name,
            Place::Region(region) => region.arm,
        }
    }

    /// `location` of the retail feed.
    pub fn location(&self) -> &'static str {
        match self {
            Place::Global => "Global",
            Place::Zone(name) => name,
            Place::Region(region) => region.billing,
        }
    }
}
