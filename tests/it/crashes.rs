//! The real program, killed at any moment, on a disk that is full, and on one whose writes fail.
//!
//! `FOREBILL_KILLS=1000` kills it that often; the normal run is content with fewer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use shared::snapshot::Snapshots;

use crate::support::odd_azure::{Day, FIRST, OddAzure};
use crate::support::program::{answer, forebill};

const PAGES: usize = 3;

fn line(at: &str) -> String {
    format!("snapshot usage --subscription {FIRST} --from 2026-10-01 --at {at}")
}

/// An Azure with a month of usage.
fn azure() -> OddAzure {
    let azure = OddAzure::start();
    azure.otherwise(Day::Pages(PAGES));
    azure
}

fn promises_hold(folder: &Path, when: &str) {
    let answer = forebill(folder, &["verify", "-o", "json", "--at", "2026-12-01T00:00:00Z"]);
    // Killed before it wrote anything, it left no store to be checked.
    let nothing = answer.stderr.contains("holds no store") && days(folder).is_empty();
    assert_eq!(answer.code, if nothing { 2 } else { 0 }, "{when}: {}{}", answer.stdout, answer.stderr);
}

fn snapshots(folder: &Path) -> Snapshots {
    use functions::archive::Archive;
    use functions::store::Store;
    let store = Store::open(&format!("file:{}", folder.join("data").display())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(Archive::new(store).snapshots()).unwrap()
}

/// What counts of each day, by the hashes of its pages.
fn days(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let usage = snapshots(folder).usage.into_iter();
    usage
        .map(|((_, _, day), (_, pages))| (day.to_string(), pages.into_iter().map(|page| page.sha256).collect()))
        .collect()
}

/// What a run that nothing befell leaves.
fn undisturbed(azure: &OddAzure, at: &str) -> BTreeMap<String, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let answer = azure.forebill(folder.path(), &line(at));
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    days(folder.path())
}

#[test]
fn killed_at_any_moment_the_next_run_goes_on() {
    let kills: u64 = std::env::var("FOREBILL_KILLS").map_or(40, |text| text.parse().expect("a number"));
    let (azure, folder) = (azure(), tempfile::tempdir().unwrap());
    let mut chance = fastrand::Rng::with_seed(7);
    // A machine is as quick as it is: kills fall within what a whole run takes here.
    let began = std::time::Instant::now();
    undisturbed(&azure, "2026-11-02T03:00:00Z");
    let whole = u64::try_from(began.elapsed().as_micros()).unwrap();
    let mut cut_short = 0;
    for kill in 0..kills {
        // Every night is another run, and every fourth starts from nothing.
        if kill % 4 == 0 {
            let _ = fs::remove_dir_all(folder.path().join("data"));
        }
        let at = format!("2026-11-{:02}T03:00:00Z", 2 + kill % 4);
        let mut child =
            azure.command(folder.path(), &line(&at)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Only the first of four has the whole month to read.
        let most = if kill % 4 == 0 { whole } else { whole / 4 };
        std::thread::sleep(Duration::from_micros(chance.u64(0..most)));
        // SIGKILL.
        child.kill().unwrap();
        cut_short += usize::from(child.wait().unwrap().code().is_none());
        promises_hold(folder.path(), &format!("after kill {kill}"));
    }
    assert!(cut_short * 8 > kills as usize, "only {cut_short} of {kills} runs were still running");
    let at = "2026-11-09T03:00:00Z";
    let last = azure.forebill(folder.path(), &line(at));
    assert_eq!(last.code, 0, "{}", last.stderr);
    promises_hold(folder.path(), "at the end");
    assert_eq!(days(folder.path()), undisturbed(&azure, at));
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let (azure, folder) = (azure(), tempfile::tempdir().unwrap());
    let at = "2026-11-02T03:00:00Z";
    let program = env!("CARGO_BIN_EXE_forebill");
    // From room for nothing to nearly enough. The small disk exists for that process only; what it holds is copied off.
    for kilobytes in [4, 40, 120, 300] {
        let _ = fs::remove_dir_all(folder.path().join("data"));
        let script = format!(
            "mkdir -p small && mount -t tmpfs -o size={kilobytes}k none small && cd small && '{program}' {}; \
             code=$?; rm -rf ../data; cp -a data ../data 2>/dev/null; exit $code",
            line(at)
        );
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).current_dir(folder.path());
        let full = answer(command.envs(azure.variables()).output().unwrap());
        assert_eq!(full.code, 1, "{kilobytes} kB: {}", full.stderr);
        assert!(full.stderr.contains("No space left on device"), "{kilobytes} kB: {}", full.stderr);
        fs::create_dir_all(folder.path().join("data")).unwrap();
        promises_hold(folder.path(), &format!("{kilobytes} kB"));
    }
    let again = azure.forebill(folder.path(), &line(at));
    assert_eq!(again.code, 0, "{}", again.stderr);
    promises_hold(folder.path(), "with room again");
    assert_eq!(days(folder.path()), undisturbed(&azure, at));
}

#[test]
fn a_disk_that_does_not_write_is_told_and_loses_nothing() {
    let (azure, folder) = (azure(), tempfile::tempdir().unwrap());
    let (mut failed, mut night) = (0, 1);
    for (calls, error) in [
        ("fsync", "EIO"),
        ("linkat,renameat2,rename,link", "EIO"),
        ("linkat,renameat2,rename,link", "ENOSPC"),
        ("mkdir", "ENOSPC"),
    ] {
        for nth in [1, 2, 3, 10, 40] {
            // Each night has something to write.
            night += 1;
            let at = format!("2026-11-{night:02}T03:00:00Z");
            let mut command = Command::new("strace");
            let inject = format!("inject={calls}:error={error}:when={nth}");
            command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject]);
            command.arg(env!("CARGO_BIN_EXE_forebill")).args(line(&at).split_whitespace());
            command.current_dir(folder.path()).envs(azure.variables());
            let told = answer(command.output().unwrap());
            let message = if error == "EIO" { "Input/output error" } else { "No space left on device" };
            if told.code != 0 {
                failed += 1;
                assert!(told.code == 1 && told.stderr.contains(message), "{calls} {nth}: {}", told.stderr);
            }
            promises_hold(folder.path(), &format!("{error} at the {nth}. of {calls}"));
        }
    }
    assert!(failed >= 8, "only {failed} runs met their fault");
    let again = azure.forebill(folder.path(), &line("2026-11-25T03:00:00Z"));
    assert_eq!(again.code, 0, "{}", again.stderr);
    promises_hold(folder.path(), "at the end");
    assert_eq!(days(folder.path()), undisturbed(&azure, "2026-11-25T03:00:00Z"));
}
