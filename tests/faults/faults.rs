//! Faults at every operation of the jobs, in one process and in virtual time.
//!
//! The jobs, the client and the archive are the real ones. What lies beyond two seams is simulated: the store's three
//! operations, and one HTTP exchange. `plan` says which operation fails and how, `store` and `azure` do it, `world` runs
//! the jobs as their schedule would, `invariants` looks at what is left, and `cases` goes through all of it.

mod azure;
mod bugs;
mod cases;
mod invariants;
mod plan;
mod process;
mod scenario;
mod store;
mod texts;
mod threads;
mod time;
mod wire;
mod world;

pub(crate) use store::SimStore;
pub(crate) use wire::SimWire;
