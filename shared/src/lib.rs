//! The pure pricing core of Forebill.
pub mod azure;
pub mod decimal;
pub mod estimate;
pub mod guid;
pub mod json;
pub mod meter;
pub mod money;
pub mod offer;
pub mod period;
pub mod quantity;
pub mod ratebook;
pub mod rating;
pub mod region;
pub mod search;
pub mod usage;
pub mod warning;
