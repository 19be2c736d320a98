//! Recorded answers of Azure. They lie beside the checkout and are read in place, never copied into it.
//!
//! A newcomer without them still runs every test: each asks for a file and goes on with generated
//! data when there is none. Under CI a missing file is an error, so that nothing passes by absence.

use std::io::Read as _;
use std::path::PathBuf;

/// The path of a recorded file, such as `azure/golden/tier-cases.json`.
pub fn path(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    let under_ci = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
    assert!(!under_ci, "{name} is missing beside the checkout, and CI must have it");
    eprintln!("{name} is not beside the checkout: this test runs on generated data");
    None
}

/// The unpacked bytes of a recorded file.
pub fn bytes(name: &str) -> Option<Vec<u8>> {
    let packed = std::fs::read(path(name)?).expect("a recorded file can be read");
    let mut bytes = Vec::new();
    if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("a recorded file unpacks");
    } else if name.ends_with(".zst") {
        zstd::stream::read::Decoder::new(&packed[..])
            .and_then(|mut reader| reader.read_to_end(&mut bytes))
            .expect("a recorded file unpacks");
    } else {
        bytes = packed;
    }
    Some(bytes)
}
