//! What carries requests: the network, or in tests of faults an Azure of this process.

use reqwest::{Request, Response};

use super::attempt::describe;

/// The way to Azure.
#[derive(Debug, Clone)]
pub(super) enum Wire {
    /// HTTP.
    Net(reqwest::Client),
    /// One that fails as a test wants it.
    #[cfg(test)]
    Simulated(std::sync::Arc<crate::faults::SimWire>),
}

impl Wire {
    /// An answer with its body still to come, or why there is none.
    pub async fn send(&self, request: Request) -> Result<Response, String> {
        match self {
            Wire::Net(http) => http.execute(request).await.map_err(describe),
            #[cfg(test)]
            Wire::Simulated(wire) => wire.send(request).await,
        }
    }
}
