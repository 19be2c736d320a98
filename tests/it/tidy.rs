//! The rules of the house, read off the source. Each rule is a function of text, and each is shown to fail on a
//! planted breach, so that none of them can pass by looking at nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Source files below a folder as (path from the root, text), tests at the bottom of a file cut off.
fn sources(folder: &str, ending: &str) -> Vec<(String, String)> {
    let (mut files, mut open) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let skipped = ["node_modules", "target", "dist", "generated", ".venv", "out", "test-results"];
            if path.is_dir() && !skipped.iter().any(|name| path.ends_with(name)) {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
                files.push((path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned(), code));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .{ending} below {folder}");
    files
}

/// Lines of code; what a comment says breaks no rule.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// Lowest first: a module may use those before it and none after.
const LAYERS: [&str; 31] = [
    "decimal",
    "allocation",
    "problem",
    "order",
    "json",
    "guid",
    "money",
    "period",
    "letters",
    "quantity",
    "region",
    "warning",
    "meter",
    "offer",
    "ratebook",
    "ownbook",
    "search",
    "usage",
    "rating",
    "columns",
    "lines",
    "estimate",
    "compare",
    "spend",
    "forecast",
    "rollup",
    "snapshot",
    "showback",
    "reconcile",
    "azure",
    "laws",
];

fn layer_breaches(files: &[(String, String)]) -> Vec<String> {
    let layer = |module: &str| LAYERS.iter().position(|name| *name == module);
    let mut breaches = Vec::new();
    for (path, text) in files {
        let inside = path.strip_prefix("shared/src/").unwrap_or(path);
        let module = inside.split(['/', '.']).next().unwrap_or("");
        if module == "lib" {
            continue;
        }
        let Some(own) = layer(module) else {
            breaches.push(format!("{path}: {module} has no place in the layers"));
            continue;
        };
        for line in code_lines(text) {
            for used in line.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
                if layer(used).is_none_or(|layer| layer > own) {
                    breaches.push(format!("{path}: {module} uses {used}"));
                }
            }
        }
    }
    breaches
}

#[test]
fn modules_of_the_pricing_crate_only_look_down() {
    assert_eq!(layer_breaches(&sources("shared/src", "rs")), Vec::<String>::new());
    let planted = [("shared/src/decimal.rs".to_owned(), "use crate::rating::Charge;".to_owned())];
    assert_eq!(layer_breaches(&planted), ["shared/src/decimal.rs: decimal uses rating"]);
    let stray = [("shared/src/util.rs".to_owned(), String::new())];
    assert_eq!(layer_breaches(&stray), ["shared/src/util.rs: util has no place in the layers"]);
}

/// What the pricing crate may never reach, however indirectly.
fn impure(tree: &str) -> Vec<String> {
    let banned = |name: &str| {
        let exact = [
            "tokio",
            "reqwest",
            "hyper",
            "tracing",
            "log",
            "rand",
            "getrandom",
            "js-sys",
            "web-sys",
            "wasm-bindgen",
            "libc",
            "mio",
            "socket2",
            "rustls",
            "ring",
            "chrono",
            "ts-rs",
        ];
        exact.contains(&name) || name.starts_with("aws-") || name.starts_with("azure_")
    };
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| banned(name)).map(str::to_owned).collect()
}

#[test]
fn the_pricing_crate_depends_on_nothing_that_does_io() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "-p", "shared", "-e", "normal", "--prefix", "none", "--target", "wasm32-unknown-unknown"])
        .arg("--locked")
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("serde_json"), "the tree was not read: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(impure(&tree), Vec::<String>::new());
    assert_eq!(impure("serde v1\ntokio v1.54\nazure_core v1"), ["tokio", "azure_core"]);
}

/// (where, what may not stand there, why)
const BANNED: [(&str, &str, &str, &[&str]); 26] = [
    ("shared/src", "rs", "f64", &[]),
    ("shared/src", "rs", "f32", &[]),
    // A workbook holds numbers in no other form; all digits stand beside one that has more than fit.
    ("functions/src", "rs", "f64", &["functions/src/statements/xlsx.rs"]),
    ("estimator-wasm/src", "rs", "f64", &[]),
    ("shared/src", "rs", "std::fs", &[]),
    ("shared/src", "rs", "fs::", &[]),
    ("shared/src", "rs", "env::", &[]),
    ("shared/src", "rs", "std::{", &[]),
    ("shared/src", "rs", "std::env", &[]),
    ("shared/src", "rs", "SystemTime", &[]),
    ("shared/src", "rs", "HashMap", &[]),
    ("functions/src", "rs", "Timestamp::now", &["functions/src/main.rs"]),
    ("functions/src", "rs", "SystemTime", &[]),
    ("functions/src", "rs", "env::var", &["functions/src/config.rs"]),
    ("functions/src/jobs", "rs", "reqwest", &[]),
    ("functions/src/jobs", "rs", "azure_core", &[]),
    ("functions/src/jobs", "rs", "crate::cli", &[]),
    ("functions/src/azure", "rs", "crate::jobs", &[]),
    // A run's time and its chance are arguments.
    ("functions/src/azure", "rs", "Instant::now", &["functions/src/azure/run.rs"]),
    ("functions/src/azure", "rs", "time::sleep", &["functions/src/azure/run.rs"]),
    ("functions/src/azure", "rs", "fastrand::u64", &["functions/src/azure/run.rs"]),
    ("functions/src/store", "rs", "crate::azure", &[]),
    ("functions/src", "rs", "aws_sdk_sqs", &["functions/src/queue.rs", "functions/src/queue/connect.rs"]),
    ("functions/src", "rs", "aws_sdk_sns", &["functions/src/notify/aws.rs"]),
    ("functions/src", "rs", "aws_sdk_sesv2", &["functions/src/notify/aws.rs"]),
    ("functions/src/queue", "rs", "crate::job", &[]),
];

fn banned_words(word: &str, excepted: &[&str], files: &[(String, String)]) -> Vec<String> {
    let hit = |(path, text): &&(String, String)| {
        !excepted.contains(&path.as_str()) && code_lines(text).any(|line| line.contains(word))
    };
    files.iter().filter(hit).map(|(path, _)| format!("{path} has {word}")).collect()
}

#[test]
fn clocks_settings_floats_and_adapters_stay_in_their_rooms() {
    for (folder, ending, word, excepted) in BANNED {
        assert_eq!(banned_words(word, excepted, &sources(folder, ending)), Vec::<String>::new());
    }
    let planted = [("shared/src/money.rs".to_owned(), "let x = 1.0 as f64;".to_owned())];
    assert_eq!(banned_words("f64", &[], &planted), ["shared/src/money.rs has f64"]);
    let comment = [("shared/src/money.rs".to_owned(), "// never f64".to_owned())];
    assert_eq!(banned_words("f64", &[], &comment), Vec::<String>::new());
}

/// Money is text in the browser; foreign text never becomes markup.
#[test]
fn the_page_does_no_arithmetic_on_money_and_writes_no_markup() {
    let files = sources("web/src", "ts");
    for word in [
        "Number(",
        "parseFloat",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "styleMap",
        "unsafeHTML",
        " style=$",
    ] {
        // The length of a bar, never printed.
        let excepted: &[&str] = if word == "Number(" { &["web/src/cost/geometry.ts"] } else { &[] };
        assert_eq!(banned_words(word, excepted, &files), Vec::<String>::new());
    }
    let planted = [("web/src/x.ts".to_owned(), "total.innerHTML = cost".to_owned())];
    assert_eq!(banned_words("innerHTML", &[], &planted), ["web/src/x.ts has innerHTML"]);
}

fn unfinished(files: &[(String, String)]) -> Vec<String> {
    // Put together here, so that this file does not find itself.
    let words = [["to", "do!("], ["unimple", "mented!("], ["#[ig", "nore"], ["FIX", "ME"]].map(|parts| parts.concat());
    let mut breaches = Vec::new();
    for (path, text) in files {
        let name = Path::new(path).file_stem().and_then(|name| name.to_str()).unwrap_or("");
        if ["util", "utils", "common", "helpers", "misc"].contains(&name) {
            breaches.push(format!("{path} is called {name}"));
        }
        for word in words.iter().filter(|word| text.contains(*word)) {
            breaches.push(format!("{path} has {word}"));
        }
        if text.lines().count() > 500 && !path.contains("/catalog/") {
            breaches.push(format!("{path} has {} lines: is it two things?", text.lines().count()));
        }
    }
    breaches
}

#[test]
fn no_room_is_called_misc_and_nothing_is_left_undone() {
    let mut files = sources("shared/src", "rs");
    files.extend(sources("functions/src", "rs"));
    files.extend(sources("tests/it", "rs"));
    assert_eq!(unfinished(&files), Vec::<String>::new());
    let planted = |path: &str, text: String| unfinished(&[(path.to_owned(), text)]);
    assert_eq!(planted("shared/src/misc.rs", String::new()), ["shared/src/misc.rs is called misc"]);
    assert_eq!(planted("tests/it/x.rs", ["#[ig", "nore]"].concat()).len(), 1);
    assert_eq!(planted("shared/src/x.rs", "\n".repeat(501)).len(), 1);
}
