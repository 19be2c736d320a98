//! Which links out of an answer may be followed. Decided on the parsed URL, the same that is sent.

use url::Url;

use super::AzureError;
use super::endpoint::{Endpoints, is_loopback};

/// Guards links that Azure put into an answer.
#[derive(Debug, Clone)]
pub struct Egress {
    arm: Url,
    retail: Url,
    storage_suffixes: &'static [&'static str],
}

impl Egress {
    /// Only the hosts of these endpoints.
    #[must_use]
    pub fn new(endpoints: &Endpoints) -> Egress {
        Egress {
            arm: endpoints.arm.clone(),
            retail: endpoints.retail.clone(),
            storage_suffixes: endpoints.storage_suffixes,
        }
    }

    /// A next page of Resource Manager; relative links are real.
    pub fn arm_link(&self, link: &str) -> Result<Url, AzureError> {
        same_origin("a next link", link, &self.arm)
    }

    /// A next page of Retail Prices.
    pub fn retail_link(&self, link: &str) -> Result<Url, AzureError> {
        same_origin("a next link", link, &self.retail)
    }

    /// A signed download link of a rate card or an invoice, always asked without the token.
    pub fn download_link(&self, base: &Url, link: &str) -> Result<Url, AzureError> {
        const WHAT: &str = "a download link";
        let url = base.join(link).map_err(|_| refused(WHAT, None))?;
        let plain_user = url.username().is_empty() && url.password().is_none();
        let documented = url.scheme() == "https"
            && url.port_or_known_default() == Some(443)
            && url.domain().is_some_and(|host| self.storage_suffixes.iter().any(|suffix| host.ends_with(suffix)));
        // A test Azure on this machine hands out links to this machine, and nobody else's does.
        let local = is_loopback(&self.arm) && is_loopback(&url) && matches!(url.scheme(), "http" | "https");
        let arm_itself = origin(&url) == origin(&self.arm);
        if plain_user && (documented || local || arm_itself) { Ok(url) } else { Err(refused(WHAT, Some(&url))) }
    }
}

fn same_origin(what: &'static str, link: &str, base: &Url) -> Result<Url, AzureError> {
    let url = base.join(link).map_err(|_| refused(what, None))?;
    let plain_user = url.username().is_empty() && url.password().is_none();
    if plain_user && origin(&url) == origin(base) { Ok(url) } else { Err(refused(what, Some(&url))) }
}

fn origin(url: &Url) -> (String, Option<String>, Option<u16>) {
    (url.scheme().to_owned(), url.host_str().map(str::to_lowercase), url.port_or_known_default())
}

fn refused(what: &'static str, url: Option<&Url>) -> AzureError {
    let host = url.map_or("a text that is no link".to_owned(), |url| {
        format!("{}://{}:{}", url.scheme(), url.host_str().unwrap_or(""), url.port_or_known_default().unwrap_or(0))
    });
    AzureError::Egress { what, host }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::Cloud;

    fn egress(arm: Option<&str>) -> Egress {
        match Endpoints::new(Cloud::Public, arm, None, None) {
            Ok(endpoints) => Egress::new(&endpoints),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_next_link_stays_on_its_host() {
        let egress = egress(None);
        for good in [
            "https://management.azure.com:443/subscriptions/x?a=b",
            "https://MANAGEMENT.azure.com/subscriptions/x",
            "/subscriptions/x?$skiptoken=1",
        ] {
            assert!(egress.arm_link(good).is_ok(), "{good}");
        }
        for bad in [
            "http://management.azure.com/",
            "https://management.azure.com@evil.example/",
            "//evil.example/x",
            "https://management.azure.com.evil.example/",
            "https://management.azure.com:444/",
            "https://169.254.169.254/",
            "https://evil.example\\@management.azure.com/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://user:pw@management.azure.com/",
            "https://xn--mnagement-q4a.azure.com/",
        ] {
            assert!(matches!(egress.arm_link(bad), Err(AzureError::Egress { .. })), "{bad}");
        }
    }

    #[test]
    fn downloads_come_from_documented_storage_or_from_loopback_to_loopback() {
        let public = egress(None);
        let base = public.arm.clone();
        assert!(public.download_link(&base, "https://ratecard.blob.core.windows.net/c?sig=x").is_ok());
        assert!(public.download_link(&base, "https://ratecard.azure-api.net/ratecards/x?sig=x").is_ok());
        for bad in [
            "http://ratecard.blob.core.windows.net/c",
            "https://blob.core.windows.net.evil.example/",
            "http://127.0.0.1:1/",
            "https://evilblob.core.windows.net/",
            "https://x.blob.core.windows.net:8443/",
            "https://10.0.0.1/",
        ] {
            assert!(matches!(public.download_link(&base, bad), Err(AzureError::Egress { .. })), "{bad}");
        }
        let local = egress(Some("http://127.0.0.1:9"));
        let base = local.arm.clone();
        assert!(local.download_link(&base, "http://127.0.0.1:10/c?sig=x").is_ok());
        assert!(local.download_link(&base, "http://192.168.0.1:10/c").is_err());
    }
}
