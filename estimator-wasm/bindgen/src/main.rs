//! Turns the compiled browser module into an ES module that a page imports.
//!
//! The library and the `wasm-bindgen` crate have one version, pinned in the workspace: a separately
//! installed command-line tool could drift from it and would take minutes to build.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, module, out] = arguments.as_slice() else {
        eprintln!("usage: bindgen MODULE.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    match generate(module, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(module: &str, out: &str) -> Result<(), String> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(module).typescript(true).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).map_err(|error| format!("{error:#}"))?;
    bindgen.generate(Path::new(out)).map_err(|error| format!("{error:#}"))
}
