//! `forebill serve`: the pages over a store.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::{Common, Done, output};
use crate::error::Error;
use crate::serve;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  forebill serve --store file:./data --listen 127.0.0.1:8080")]
pub struct Args {
    /// Address; only loopback, since the pages have no sign-in
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
}

pub async fn run(common: &Common, args: Args) -> Result<Done, Error> {
    let listener = bind(args.listen).await?;
    let archive = Arc::new(common.archive()?);
    // A store that cannot be read is told now and not by a page that stays empty.
    archive.snapshots().await?;
    output::text(&format!("Open  {}\nCtrl-C stops.\n", address(&listener)?))?;
    serve::run(listener, archive).await?;
    Ok(Done::Complete)
}

/// Refuses addresses that others could reach.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener, Error> {
    if !listen.ip().is_loopback() {
        return Err(Error::Usage(format!(
            "{listen} can be reached by others: use a loopback address such as 127.0.0.1:8080"
        )));
    }
    TcpListener::bind(listen).await.map_err(Error::io(format!("listening on {listen}")))
}

pub fn address(listener: &TcpListener) -> Result<String, Error> {
    let bound = listener.local_addr().map_err(Error::io("the listener"))?;
    Ok(format!("http://{bound}/"))
}
