//! The hosts of each Azure cloud.

use url::Url;

use super::AzureError;

/// Which Azure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Cloud {
    /// Azure, worldwide.
    #[default]
    Public,
    /// Azure in China, operated by 21Vianet.
    China,
    /// Azure for the US government.
    Usgov,
}

/// Where to ask.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Azure Resource Manager: the only host that ever sees the token.
    pub arm: Url,
    /// Retail Prices, public.
    pub retail: Url,
    /// Sign-in.
    pub authority: Url,
    /// Rate cards and invoices are downloaded from hosts that end like this.
    pub storage_suffixes: &'static [&'static str],
    /// Whom a statement about us is addressed to, where another cloud makes it.
    pub exchange_audience: &'static str,
}

impl Endpoints {
    /// The hosts of a cloud, any of them replaced.
    pub fn new(
        cloud: Cloud,
        arm: Option<&str>,
        retail: Option<&str>,
        authority: Option<&str>,
    ) -> Result<Endpoints, AzureError> {
        let (default_arm, default_authority, storage_suffixes, exchange_audience): (_, _, &[&str], _) = match cloud {
            Cloud::Public => (
                "https://management.azure.com",
                "https://login.microsoftonline.com",
                &[".blob.core.windows.net", ".azure-api.net"],
                "api://AzureADTokenExchange",
            ),
            Cloud::China => (
                "https://management.chinacloudapi.cn",
                "https://login.chinacloudapi.cn",
                &[".blob.core.chinacloudapi.cn", ".azure-api.cn"],
                "api://AzureADTokenExchangeChina",
            ),
            Cloud::Usgov => (
                "https://management.usgovcloudapi.net",
                "https://login.microsoftonline.us",
                &[".blob.core.usgovcloudapi.net", ".azure-api.us"],
                "api://AzureADTokenExchangeUSGov",
            ),
        };
        Ok(Endpoints {
            arm: endpoint("FOREBILL_ARM_ENDPOINT", arm.unwrap_or(default_arm))?,
            retail: endpoint("FOREBILL_RETAIL_ENDPOINT", retail.unwrap_or("https://prices.azure.com"))?,
            authority: endpoint("AZURE_AUTHORITY_HOST", authority.unwrap_or(default_authority))?,
            storage_suffixes,
            exchange_audience,
        })
    }
}

fn endpoint(setting: &str, text: &str) -> Result<Url, AzureError> {
    let url = Url::parse(text).map_err(|error| AzureError::Config(format!("{setting}: {error}")))?;
    if url.host_str().is_none() || !url.username().is_empty() || url.password().is_some() {
        return Err(AzureError::Config(format!("{setting}: needs a host and no user name")));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(AzureError::Config(format!("{setting}: https is needed (http only for a loopback address)"))),
    }
}

/// Whether the URL names this machine by address: a name such as `localhost` could be resolved elsewhere.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        let arm = |text| Endpoints::new(Cloud::Public, Some(text), None, None).map(|e| e.arm.to_string());
        assert!(arm("http://127.0.0.1:8081").is_ok());
        assert!(arm("http://[::1]:8081").is_ok());
        assert!(arm("https://management.azure.com").is_ok());
        for bad in [
            "http://management.azure.com",
            "http://localhost:1",
            "https://user@management.azure.com",
            "ftp://127.0.0.1",
            "x",
        ] {
            assert!(matches!(arm(bad), Err(AzureError::Config(_))), "{bad}");
        }
    }
}
