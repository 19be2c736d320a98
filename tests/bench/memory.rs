//! How much memory decoding a rate card takes at its peak, against three times the finished book plus the text.
//!
//! A program of its own: counting every allocation would slow the other tasks down.

use std::alloc::System;
use std::error::Error;

use cap::Cap;
use shared::azure::ratecard::{self, CardRequest};

#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> Result<(), Box<dyn Error>> {
    let Some(card) = std::env::args().nth(1).filter(|arg| !arg.starts_with("--")) else {
        println!("run tests/bench/bench.py: it gives this program a card");
        return Ok(());
    };
    let before = HEAP.allocated();
    let text = std::fs::read(card)?;
    let text_bytes = HEAP.allocated() - before;
    let request = CardRequest { offer: None, currency: None, region_info: String::new() };
    let decoded = ratecard::decode(&text, &request)?;
    let peak_bytes = HEAP.max_allocated() - before;
    let book_bytes = HEAP.allocated() - before - text_bytes;
    println!("{text_bytes} {book_bytes} {peak_bytes} {}", decoded.0.meters().len());
    Ok(())
}
