//! What Azure's answers are known to do, over real HTTP on loopback. `table` names the test for each known quirk.

mod billing;
mod bodies;
mod egress;
mod faults;
mod politeness;
mod rate_card;
mod retail;
mod secrets;
mod sign_in;
mod table;
mod usage;
