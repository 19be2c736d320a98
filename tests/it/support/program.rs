//! Runs the real executable and reads what it says.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use functions::demo::SampleAzure;

/// What the program answered.
pub struct Answer {
    /// Exit status.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{error}\nstdout: {}\nstderr: {}", self.stdout, self.stderr),
        }
    }
}

/// Runs `forebill` with a clean environment in a folder of its own.
pub fn forebill(folder: &Path, arguments: &[&str]) -> Answer {
    let output = command(folder, arguments).stdin(Stdio::null()).output().expect("the program starts");
    answer(output)
}

/// Runs with a sample Azure that lives in this process and goes on answering.
pub async fn with_sample(sample: &SampleAzure, folder: &Path, line: &[&str], more: &[(&str, &str)]) -> Answer {
    let mut command = command(folder, line);
    command.envs(super::runtime_api::azure(sample)).envs(more.iter().copied()).stdin(Stdio::null());
    answer(tokio::task::spawn_blocking(move || command.output().expect("the program starts")).await.expect("it ends"))
}

/// The same, before it is started: for standard input or more variables.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forebill"));
    command.args(arguments).current_dir(folder).env_clear().env("HOME", folder).env("TMPDIR", std::env::temp_dir());
    command
}

/// Reads what a finished process said.
pub fn answer(output: Output) -> Answer {
    Answer {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
