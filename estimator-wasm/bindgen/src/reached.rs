//! Takes out of the module what nothing reaches once a panic is a trap: the sentences of errors that only a panic would
//! say, the functions that write them, and tables of theirs.
//!
//! A linker keeps a text for as long as some function names its address, and it does not know that the function is a trap
//! by now. With `--emit-relocs` it says which bytes of the module are addresses and of what: so whatever is an address is
//! known, and nothing is guessed from numbers that look like one. Without those sections the module stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    ExternalKind, FunctionBody, KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry, SymbolInfo, TypeRef,
};

use walrus::{IndicesToIds, Module};

use crate::panics::{self, only_panics};

/// What may go: functions by their number, and bytes by their segment and place in it.
#[derive(Default)]
pub struct Unreached {
    pub functions: Vec<u32>,
    pub bytes: Vec<(u32, usize)>,
}

/// A function or a piece of data, by the place of its symbol.
type Symbol = u32;

/// The module as its linker left it. Places of bytes are those in the file.
#[derive(Default)]
struct Linked<'a> {
    /// By number of a type.
    parameters: Vec<usize>,
    /// By number of a function: its type.
    type_of: Vec<u32>,
    imported: u32,
    bodies: Vec<FunctionBody<'a>>,
    code: usize,
    /// Where each segment begins.
    segments: Vec<usize>,
    data: usize,
    symbols: Vec<SymbolInfo<'a>>,
    /// By the number of the section that they are in.
    addresses: BTreeMap<u32, Vec<RelocationEntry>>,
    code_section: u32,
    data_section: u32,
    /// Functions that are called from outside.
    roots: BTreeSet<u32>,
}

impl<'a> Linked<'a> {
    fn read(module: &'a [u8]) -> wasmparser::Result<Linked<'a>> {
        let mut linked = Linked::default();
        let mut section = 0;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            match &payload {
                Payload::TypeSection(types) => {
                    for function in types.clone().into_iter_err_on_gc_types() {
                        linked.parameters.push(function?.params().len());
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        if let TypeRef::Func(of) | TypeRef::FuncExact(of) = import?.ty {
                            linked.type_of.push(of);
                            linked.imported += 1;
                        }
                    }
                }
                Payload::FunctionSection(functions) => {
                    for of in functions.clone() {
                        linked.type_of.push(of?);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports.clone() {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            linked.roots.insert(export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => {
                    linked.roots.insert(*func);
                }
                Payload::CodeSectionStart { range, .. } => {
                    (linked.code, linked.code_section) = (range.start, section);
                }
                Payload::CodeSectionEntry(body) => linked.bodies.push(body.clone()),
                Payload::DataSection(segments) => {
                    (linked.data, linked.data_section) = (segments.range().start, section);
                    for segment in segments.clone() {
                        let segment = segment?;
                        linked.segments.push(segment.range.end - segment.data.len());
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => linked.read_symbols(linking)?,
                    KnownCustom::Reloc(addresses) => {
                        let all = addresses.entries().into_iter().collect::<wasmparser::Result<_>>()?;
                        linked.addresses.insert(addresses.section_index(), all);
                    }
                    _ => {}
                },
                _ => {}
            }
            section += u32::from(payload.as_section().is_some());
        }
        Ok(linked)
    }

    fn read_symbols(&mut self, linking: wasmparser::LinkingSectionReader<'a>) -> wasmparser::Result<()> {
        for part in linking {
            if let Linking::SymbolTable(symbols) = part? {
                self.symbols = symbols.into_iter().collect::<wasmparser::Result<_>>()?;
            }
        }
        Ok(())
    }

    /// The address at each place of a section.
    fn addresses(&self, section: u32, start: usize) -> BTreeMap<usize, Symbol> {
        let all = self.addresses.get(&section).into_iter().flatten();
        all.map(|address| (start + address.offset as usize, address.index)).collect()
    }

    /// Where in the file the data of a symbol lies.
    fn range(&self, symbol: Symbol) -> Option<(u32, Range<usize>)> {
        match self.symbols.get(symbol as usize) {
            Some(SymbolInfo::Data { symbol: Some(data), .. }) => {
                let start = self.segments.get(data.index as usize)? + data.offset as usize;
                Some((data.index, start..start + data.size as usize))
            }
            _ => None,
        }
    }

    /// Places of what a function only gives to one that panics.
    fn given_to_panics(
        &self,
        body: &FunctionBody<'_>,
        panics: &BTreeSet<u32>,
    ) -> wasmparser::Result<Vec<Range<usize>>> {
        let (mut given, mut last) = (Vec::new(), Vec::new());
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let start = operators.original_position();
            let operator = operators.read()?;
            match operator {
                Operator::I32Const { .. } | Operator::I64Const { .. } | Operator::LocalGet { .. } => {
                    last.push(start..operators.original_position());
                }
                Operator::Call { function_index } => {
                    if panics.contains(&function_index) {
                        let parameters = self.parameters[self.type_of[function_index as usize] as usize];
                        given.extend(last.drain(last.len().saturating_sub(parameters)..));
                    }
                    last.clear();
                }
                _ => last.clear(),
            }
        }
        Ok(given)
    }
}

/// What nothing in the module reaches.
pub fn unreached(module: &[u8]) -> wasmparser::Result<Unreached> {
    let linked = Linked::read(module)?;
    if linked.symbols.is_empty() {
        return Ok(Unreached::default());
    }
    let panics: BTreeSet<u32> = linked.symbols.iter().filter_map(panicking).collect();
    let in_code = linked.addresses(linked.code_section, linked.code);
    let in_data = linked.addresses(linked.data_section, linked.data);
    let mut functions = BTreeSet::new();
    let mut data = BTreeSet::new();
    let mut open: Vec<u32> = linked.roots.iter().copied().collect();
    let mut open_data: Vec<Symbol> = Vec::new();
    while !open.is_empty() || !open_data.is_empty() {
        let mut named: Vec<Symbol> = Vec::new();
        for function in std::mem::take(&mut open) {
            let Some(body) = function.checked_sub(linked.imported).and_then(|own| linked.bodies.get(own as usize))
            else {
                continue;
            };
            if !functions.insert(function) || panics.contains(&function) {
                continue;
            }
            let given = linked.given_to_panics(body, &panics)?;
            let named_by_it =
                in_code.range(body.range()).filter(|(at, _)| !given.iter().any(|range| range.contains(at)));
            named.extend(named_by_it.map(|(_, symbol)| *symbol));
        }
        for symbol in std::mem::take(&mut open_data) {
            if data.insert(symbol)
                && let Some((_, range)) = linked.range(symbol)
            {
                named.extend(in_data.range(range).map(|(_, symbol)| *symbol));
            }
        }
        for symbol in named {
            match linked.symbols.get(symbol as usize) {
                Some(SymbolInfo::Func { index, .. }) => open.push(*index),
                Some(SymbolInfo::Data { .. }) => open_data.push(symbol),
                _ => {}
            }
        }
    }
    let own = linked.imported..linked.imported + linked.bodies.len() as u32;
    Ok(Unreached {
        functions: own.filter(|function| !functions.contains(function)).collect(),
        bytes: unreached_bytes(&linked, &data),
    })
}

fn panicking(symbol: &SymbolInfo<'_>) -> Option<u32> {
    match symbol {
        SymbolInfo::Func { index, name: Some(name), .. } if only_panics(name) => Some(*index),
        _ => None,
    }
}

/// Bytes of symbols that nobody names, less those that another symbol has, too.
fn unreached_bytes(linked: &Linked<'_>, reached: &BTreeSet<Symbol>) -> Vec<(u32, usize)> {
    let all = (0..linked.symbols.len() as Symbol).filter_map(|symbol| Some((symbol, linked.range(symbol)?)));
    let needed = all.clone().filter(|(symbol, _)| reached.contains(symbol));
    let needed: BTreeSet<usize> = needed.flat_map(|(_, (_, range))| range).collect();
    let mut bytes = Vec::new();
    for (_, (segment, range)) in all.filter(|(symbol, _)| !reached.contains(symbol)) {
        let start = linked.segments[segment as usize];
        bytes.extend(range.filter(|at| !needed.contains(at)).map(|at| (segment, at - start)));
    }
    bytes
}

/// Makes the functions traps and the bytes zeros, which take no room once the module is packed.
pub fn forget(module: &mut Module, numbers: &IndicesToIds, unreached: &Unreached) -> walrus::Result<()> {
    for function in &unreached.functions {
        panics::trap(module, numbers.get_func(*function)?);
    }
    for (segment, at) in &unreached.bytes {
        if let Some(byte) = module.data.get_mut(numbers.get_data(*segment)?).value.get_mut(*at) {
            *byte = 0;
        }
    }
    Ok(())
}

/// Takes away what the linker said: it speaks of places that are others by now.
pub fn forget_addresses(module: &mut Module) {
    let all: Vec<String> = module.customs.iter().map(|(_, section)| section.name().to_owned()).collect();
    for name in all.iter().filter(|name| *name == "linking" || name.starts_with("reloc.")) {
        module.customs.remove_raw(name);
    }
}
