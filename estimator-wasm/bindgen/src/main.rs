//! Turns the compiled browser module into an ES module that a page imports.
//!
//! The library and the `wasm-bindgen` crate have one version, pinned in the workspace: a separately
//! installed command-line tool could drift from it and would take minutes to build.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let (module, out, replaceable) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, module, out] => (module, out, false),
        [_, "--replaceable", module, out] => (module, out, true),
        _ => {
            eprintln!("usage: bindgen [--replaceable] MODULE.wasm OUT_DIR");
            return ExitCode::from(2);
        }
    };
    match generate(module, out, replaceable) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(module: &str, out: &str, replaceable: bool) -> Result<(), String> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(module).typescript(true).remove_name_section(true).remove_producers_section(true);
    // Bundlers look for a default path and do not find it; a page says where the module lies.
    bindgen.omit_default_module_path(true);
    // After a trap nothing inside an instance can be trusted: with this function a page makes a new one.
    bindgen.reset_state_function(replaceable);
    bindgen.web(true).map_err(|error| format!("{error:#}"))?;
    bindgen.generate(Path::new(out)).map_err(|error| format!("{error:#}"))
}
