//! What Azure's billing APIs answer, decoded into our values. Nothing outside this module knows a wire type.

pub mod invoice;
pub mod pricesheet;
pub mod ratecard;
pub mod resource_group;
pub mod retail;
pub mod subscription;
pub mod usage;
