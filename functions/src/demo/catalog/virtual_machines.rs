//! The virtual machine sizes of the sample, with the price of one hour in US East on Linux.
//! Each size becomes a Linux meter per region, and where marked a Windows meter (in the
//! sub-category, as on the real card) and the two cheap siblings that can be evicted.

use crate::demo::decimal::dec;

/// A size; two sizes may share one meter.
pub struct Size {
    pub series: &'static str,
    pub meter: &'static str,
    pub arm: &'static [&'static str],
    pub cores: i64,
    pub linux: i64,
    pub windows: bool,
    pub evictable: bool,
    pub reservable: bool,
}

/// What the Windows licence adds per core and hour.
pub const WINDOWS_PER_CORE: i64 = dec("0.046");

const fn s(series: &'static str, meter: &'static str, arm: &'static [&'static str], cores: i64, linux: i64) -> Size {
    Size { series, meter, arm, cores, linux, windows: false, evictable: false, reservable: false }
}

const fn windows(size: Size) -> Size {
    Size { windows: true, ..size }
}

const fn evictable(size: Size) -> Size {
    Size { evictable: true, ..size }
}

const fn reservable(size: Size) -> Size {
    Size { reservable: true, ..size }
}

#[rustfmt::skip]
pub const SIZES: &[Size] = &[
    s("BS Series", "B1s", &["Standard_B1s"], 1, dec("0.0104")),
    windows(s("BS Series", "B2s", &["Standard_B2s"], 2, dec("0.0416"))),
    windows(s("BS Series", "B2ms", &["Standard_B2ms"], 2, dec("0.0832"))),
    s("BS Series", "B4ms", &["Standard_B4ms"], 4, dec("0.166")),
    s("Dv2/DSv2 Series", "D14 v2/DS14 v2", &["Standard_D14_v2", "Standard_DS14_v2"], 16, dec("1.196")),
    s("Dv3/DSv3 Series", "D2 v3/D2s v3", &["Standard_D2_v3", "Standard_D2s_v3"], 2, dec("0.096")),
    evictable(s("Dv3/DSv3 Series", "D4 v3/D4s v3", &["Standard_D4_v3", "Standard_D4s_v3"], 4, dec("0.192"))),
    windows(reservable(s("Dsv5 Series", "D2s v5", &["Standard_D2s_v5"], 2, dec("0.096")))),
    windows(evictable(reservable(s("Dsv5 Series", "D4s v5", &["Standard_D4s_v5"], 4, dec("0.192"))))),
    windows(reservable(s("Dsv5 Series", "D8s v5", &["Standard_D8s_v5"], 8, dec("0.384")))),
    s("Dsv5 Series", "D16s v5", &["Standard_D16s_v5"], 16, dec("0.768")),
    s("Dasv5 Series", "D4as v5", &["Standard_D4as_v5"], 4, dec("0.172")),
    s("Esv5 Series", "E4s v5", &["Standard_E4s_v5"], 4, dec("0.252")),
    evictable(s("Esv5 Series", "E8s v5", &["Standard_E8s_v5"], 8, dec("0.504"))),
    windows(s("FSv2 Series", "F4s v2", &["Standard_F4s_v2"], 4, dec("0.169"))),
];
