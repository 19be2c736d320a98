//! `forebill`: the one place that knows the clock and the process.

use std::process::ExitCode;

use clap::Parser as _;
use functions::cli::{self, Cli, LogFormat};
use jiff::Timestamp;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log_format() {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(false).init(),
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(cli::run(cli, Timestamp::now())),
        Err(error) => {
            eprintln!("forebill: starting: {error}");
            ExitCode::FAILURE
        }
    }
}
