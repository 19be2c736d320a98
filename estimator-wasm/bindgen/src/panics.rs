//! Takes out of the module what words a panic: nobody in a browser reads them, and the host page sees a trap either way.

use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Parts of the names of functions of the standard library that only panic. Names keep them in every way of writing
/// them; where a compiler calls one otherwise, the module is larger and the same.
const ONLY_PANIC: [&str; 11] = [
    "4core9panicking",
    "13unwrap_failed",
    "13expect_failed",
    "16slice_index_fail",
    "16slice_error_fail",
    "19slice_error_fail_rt",
    "17len_mismatch_fail",
    "13assert_failed",
    "17capacity_overflow",
    "18handle_alloc_error",
    "17rust_begin_unwind",
];

/// The same of what writes a value with its fields for a panic. Of two functions that do the same the compiler keeps one,
/// under either name: so no function that only writes a name can be taken.
const ONLY_DEBUG: [&str; 6] = ["debug_struct", "debug_tuple", "debug_list", "debug_set", "debug_map", "8builders"];

/// Nobody asks for these. No amount is a float, and where one stood in JSON, serde_json quotes it in its own way: only a text
/// for any unexpected value names them. And what is read and written lies in memory, where no system has an error.
const NEVER_ASKED: [&str; 2] = ["float_to_decimal_common", "3std2io5errorNtB"];

/// Whether a function of this name is one of them.
pub fn only_panics(name: &str) -> bool {
    ONLY_PANIC.iter().chain(&ONLY_DEBUG).chain(&NEVER_ASKED).any(|part| name.contains(part))
}

/// Makes each of them a trap.
pub fn trap_at_once(module: &mut Module) {
    let named = module.funcs.iter_local();
    let named = named.filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(only_panics));
    let found: Vec<FunctionId> = named.map(|(id, _)| id).collect();
    for id in found {
        trap(module, id);
    }
}

/// Makes a function a trap.
pub fn trap(module: &mut Module, id: FunctionId) {
    let (parameters, results) = module.types.params_results(module.funcs.get(id).ty());
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let arguments = parameters.iter().map(|parameter| module.locals.add(*parameter)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}
