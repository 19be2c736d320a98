//! Turns the compiled browser module into an ES module that a page imports.
//!
//! The library and the `wasm-bindgen` crate have one version, pinned in the workspace: a separately
//! installed command-line tool could drift from it and would take minutes to build.

mod panics;
mod places;
mod reached;

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
    let name = Path::new(module).file_stem().map_or_else(|| module.into(), |stem| stem.to_string_lossy());
    let bytes = std::fs::read(module).map_err(|error| format!("{module}: {error}"))?;
    let unreached = reached::unreached(&bytes).map_err(|error| format!("{module}: {error}"))?;
    let config = {
        let mut config = walrus::ModuleConfig::new();
        // The compiler's output is well formed; names and producers are not for the browser.
        config
            .strict_validate(false)
            .generate_dwarf(false)
            .generate_name_section(false)
            .generate_producers_section(false)
            .on_parse(move |module, numbers| reached::forget(module, numbers, &unreached));
        config
    };
    let mut parsed = config.parse(&bytes).map_err(|error| format!("{error:#}"))?;
    panics::trap_at_once(&mut parsed);
    places::forget(&mut parsed);
    reached::forget_addresses(&mut parsed);
    bindgen.input_module(&name, parsed).typescript(true);
    // Bundlers look for a default path and do not find it; a page says where the module lies.
    bindgen.omit_default_module_path(true);
    // After a trap nothing inside an instance can be trusted: with this function a page makes a new one.
    bindgen.reset_state_function(replaceable);
    bindgen.web(true).map_err(|error| format!("{error:#}"))?;
    bindgen.generate(Path::new(out)).map_err(|error| format!("{error:#}"))
}
