//! Takes out of the module where in the sources each panic stands: with their words gone, nobody reads that either.
//!
//! A place is four numbers: where the path of a file lies, how long it is, line and column. What only looks like one
//! would have to point at a whole path by chance. The paths are those of the machine that built the module.

use std::collections::BTreeSet;
use std::ops::Range;

use walrus::{ConstExpr, DataId, DataKind, Module, ir::Value};

/// Bytes of a place.
const PLACE: usize = 16;

/// Makes all of them zeros, which take no room once the module is packed.
pub fn forget(module: &mut Module) {
    let mut memory: Vec<(DataId, usize, Vec<u8>)> = Vec::new();
    for data in module.data.iter() {
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            memory.push((data.id(), start.cast_unsigned() as usize, data.value.clone()));
        }
    }
    let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (_, start, bytes) in &memory {
        // Aligned in memory, not in the segment.
        let first = start.next_multiple_of(4) - start;
        for at in (first..bytes.len().saturating_sub(PLACE - 1)).step_by(4) {
            let number = |field: usize| {
                let from = at + 4 * field;
                bytes[from..from + 4].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
            };
            let path = number(0)..number(0).saturating_add(number(1));
            if number(2) > 0 && number(3) > 0 && at_address(&memory, &path).is_some_and(is_source) {
                found.insert((start + at, PLACE));
                found.insert((path.start, path.len()));
            }
        }
    }
    for (data, start, mut bytes) in memory {
        for (at, length) in &found {
            let within = at.checked_sub(start).and_then(|at| bytes.get_mut(at..at + length));
            within.into_iter().for_each(|bytes| bytes.fill(0));
        }
        module.data.get_mut(data).value = bytes;
    }
}

fn at_address<'m>(memory: &'m [(DataId, usize, Vec<u8>)], wanted: &Range<usize>) -> Option<&'m [u8]> {
    memory.iter().find_map(|(_, start, bytes)| {
        let from = wanted.start.checked_sub(*start)?;
        bytes.get(from..from.checked_add(wanted.len())?)
    })
}

fn is_source(path: &[u8]) -> bool {
    path.len() > 3 && path.ends_with(b".rs") && path.iter().all(|byte| byte.is_ascii_graphic())
}
