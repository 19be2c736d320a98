//! Regions have two names: billing says `EU West`, everything else says `westeurope`.
//!
//! The pairs are facts that the Retail Prices API states in every row (`location`, `armRegionName`).

use crate::letters::push_lower;

/// Billing name and Azure Resource Manager name of each region, in one text: two addresses for each would be a third of it.
const REGIONS: &str = "\
    AE Central=uaecentral;\
    AE North=uaenorth;\
    AP East=eastasia;\
    AP Southeast=southeastasia;\
    AT East=austriaeast;\
    AU Central=australiacentral;\
    AU Central 2=australiacentral2;\
    AU East=australiaeast;\
    AU Southeast=australiasoutheast;\
    BE Central=belgiumcentral;\
    BR South=brazilsouth;\
    BR Southeast=brazilsoutheast;\
    CA Central=canadacentral;\
    CA East=canadaeast;\
    CH North=switzerlandnorth;\
    CH West=switzerlandwest;\
    CL Central=chilecentral;\
    DE North=germanynorth;\
    DE West Central=germanywestcentral;\
    ES Central=spaincentral;\
    EU North=northeurope;\
    EU West=westeurope;\
    FR Central=francecentral;\
    FR South=francesouth;\
    ID Central=indonesiacentral;\
    IL Central=israelcentral;\
    IN Central=centralindia;\
    IN Central Jio=jioindiacentral;\
    IN South=southindia;\
    IN West=westindia;\
    IN West Jio=jioindiawest;\
    IT North=italynorth;\
    JA East=japaneast;\
    JA West=japanwest;\
    KR Central=koreacentral;\
    KR South=koreasouth;\
    MX Central=mexicocentral;\
    MY South=malaysiasouth;\
    MY West=malaysiawest;\
    NO East=norwayeast;\
    NO West=norwaywest;\
    NZ North=newzealandnorth;\
    PL Central=polandcentral;\
    QA Central=qatarcentral;\
    SE Central=swedencentral;\
    SE South=swedensouth;\
    TW North=taiwannorth;\
    TW Northwest=taiwannorthwest;\
    UK South=uksouth;\
    UK West=ukwest;\
    US Central=centralus;\
    US East=eastus;\
    US East 2=eastus2;\
    US Gov AZ=usgovarizona;\
    US Gov TX=usgovtexas;\
    US Gov Virginia=usgovvirginia;\
    US Gov=usgovvirginia;\
    US North Central=northcentralus;\
    US South Central=southcentralus;\
    US West=westus;\
    US West 2=westus2;\
    US West 3=westus3;\
    US West Central=westcentralus;\
    US DoD=usdodcentral;\
    ZA North=southafricanorth;\
    ZA West=southafricawest";

fn regions() -> impl Iterator<Item = (&'static str, &'static str)> {
    REGIONS.split(';').filter_map(|pair| pair.split_once('='))
}

/// The Resource Manager name of a billing region; zones and continents have none.
#[must_use]
pub fn arm_name(billing_name: &str) -> Option<&'static str> {
    regions().find(|(billing, _)| *billing == billing_name).map(|(_, arm)| arm)
}

/// Without blanks, in lower case.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        push_lower(letter, &mut plain);
    }
    plain
}

/// Whether what a person wrote (`westeurope`, `West Europe`, `EU West`) means this billing region.
#[must_use]
pub fn means(written: &str, billing_name: &str) -> bool {
    let written = plain(written);
    written == plain(billing_name) || arm_name(billing_name) == Some(written.as_str())
}

/// The Resource Manager name of the region that is written, in any spelling; `None` for what is no region.
#[must_use]
pub fn known(written: &str) -> Option<&'static str> {
    regions().find(|(billing, _)| means(written, billing)).map(|(_, arm)| arm)
}

/// Where a meter of one service and billing region is sold for somebody in a region: what leaves a region is sold by
/// the zone of the region. `None` for everything that is not sold by such zones, and where the zone is not known.
#[must_use]
pub fn sold_by_zone(service: &str, billing_name: &str, written: &str) -> Option<&'static str> {
    is_bandwidth_zone(service, billing_name).then(|| bandwidth_zone(written)).flatten()
}

/// Whether this is a zone by which traffic is sold.
pub(crate) fn is_bandwidth_zone(service: &str, billing_name: &str) -> bool {
    service == "Bandwidth" && billing_name.starts_with("Zone ")
}

/// The zone by which traffic that leaves a region is billed, as Microsoft's page on bandwidth prices lists them. `None`
/// for what is no region, and for regions opened since, whose zone we have not seen stated.
fn bandwidth_zone(written: &str) -> Option<&'static str> {
    const BY_COUNTRY: [(&str, &str); 3] =
        [("Zone 1", "CA CH DE EU FR NO SE UK US"), ("Zone 2", "AP AU IN JA KR"), ("Zone 3", "AE BR ZA")];
    let (billing, _) = regions().find(|(billing, _)| means(written, billing))?;
    let country = billing.split(' ').next()?;
    // Clouds of governments are billed by zones of their own.
    if billing.starts_with("US Gov") || billing.starts_with("US DoD") {
        return None;
    }
    BY_COUNTRY.iter().find(|(_, countries)| countries.split(' ').any(|own| own == country)).map(|(zone, _)| *zone)
}

/// One text for all spellings of a region, so that two of them can be compared.
#[must_use]
pub fn key(written: &str) -> String {
    let written = plain(written);
    let known = regions().find(|(billing, arm)| *arm == written || plain(billing) == written);
    known.map_or(written, |(_, arm)| arm.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_region_in_three_spellings() {
        for written in ["westeurope", "West Europe", "EU West", "eu west"] {
            assert!(means(written, "EU West"), "{written}");
        }
        assert!(!means("westeurope", "EU North"));
        assert!(!means("", "EU North"));
        assert!(means("Zone 1", "Zone 1"));
        assert_eq!(arm_name("Zone 1"), None);
        for written in ["westeurope", "West Europe", "EU West", "eu west"] {
            assert_eq!(key(written), "westeurope");
        }
        let zones =
            ["West Europe", "eastus2", "AP Southeast", "brazilsouth", "usgovvirginia", "Zone 1"].map(bandwidth_zone);
        assert_eq!(zones, [Some("Zone 1"), Some("Zone 1"), Some("Zone 2"), Some("Zone 3"), None, None]);
        assert_eq!((key("Zone 1"), key("EU North")), ("zone1".into(), "northeurope".into()));
    }
}
