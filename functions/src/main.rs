//! `forebill`: the one place that knows the clock and the process.

// The whole program is one future; working out its layout goes deeper than the default allows.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser as _;
use functions::cli::{self, Cli, LogFormat};
use functions::{config, lambda};
use jiff::Timestamp;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("forebill: starting: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Inside Lambda the same program serves the job that its handler setting names.
    if let Some(api) = config::lambda_runtime_api() {
        log(LogFormat::Json, "info");
        return runtime.block_on(lambda::run(&api, &config::lambda_handler(), Timestamp::now));
    }
    let cli = Cli::parse();
    log(cli.log_format(), "warn");
    runtime.block_on(cli::run(cli, Timestamp::now))
}

fn log(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(false).init(),
    }
}
