//! Where a webhook may lead: somebody types its address, and names change what they mean.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::azure::{AzureError, is_loopback};

/// What is said where a name or an address is one of a private network.
const PRIVATE: &str = "the address is in a private network; FOREBILL_ALERT_PRIVATE_HOSTS=allow permits that";

/// The address of a setting, if messages may go there: https, or http for a loopback address.
pub fn checked(setting: &str, address: &str, private: bool) -> Result<Url, AzureError> {
    // What is wrong with a secret is said without it.
    let refused = |why: &str| AzureError::Config(format!("{setting}: {why}"));
    let url = Url::parse(address).map_err(|_| refused("it is no address"))?;
    // Whoever writes a loopback address means this machine: a name that leads there does not.
    let local = is_loopback(&url);
    let fits = url.host_str().is_some() && (url.scheme() == "https" || url.scheme() == "http" && local);
    if !fits {
        return Err(refused("https is needed (http only for a loopback address)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("a user name does not belong there"));
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => None,
    };
    match address {
        Some(address) if !local && !private && !is_public(address) => Err(refused(PRIVATE)),
        _ => Ok(url),
    }
}

/// A client that follows no redirect, and no name into a private network.
pub fn client(private: bool) -> Result<reqwest::Client, AzureError> {
    // A second installation answers with an error that means it is already there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("forebill/", env!("CARGO_PKG_VERSION")))
        .no_proxy();
    let builder = if private { builder } else { builder.dns_resolver(Arc::new(PublicOnly)) };
    builder.build().map_err(|error| AzureError::Config(error.without_url().to_string()))
}

/// Names of public addresses. The address that was looked at is the one that is connected to.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is a trick.
            if found.iter().all(|address| is_public(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(PRIVATE.into())
            }
        })
    }
}

/// Whether an address is one of the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        // This network; carriers' own; protocol assignments; benchmarks; reserved and broadcast.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Addresses that hold one of the other kind lead where that leads: mapped and translated ones, tunnels.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            embedded(high, low)
        }
        // The internet is 2000::/3; in it Teredo, the assignments of protocols, and documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for good in ["1.1.1.1", "52.97.200.1", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::1.1.1.1"] {
            assert!(public(good), "{good}");
        }
        for bad in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::10.0.0.1",
            "fe80::1",
            "fec0::1",
            "fd00:ec2::254",
            "ff02::1",
            "64:ff9b::10.0.0.1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
        ] {
            assert!(!public(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_is_https_and_public_or_on_this_machine() {
        let told = |address: &str, private| checked("SETTING", address, private).map(|_| ()).map_err(|e| e.to_string());
        for good in ["https://hooks.example.com/x", "http://127.0.0.1:8080/x", "https://1.1.1.1/", "http://[::1]:1/"] {
            assert_eq!(told(good, false), Ok(()), "{good}");
        }
        for bad in [
            "http://hooks.example.com/canary",
            "http://localhost/canary",
            "ftp://127.0.0.1/canary",
            "canary hook",
            "https://canary:pw@hooks.example.com/",
            "https://10.0.0.1/canary",
            "https://169.254.169.254/canary",
            "https://0xa000001/canary",
            "https://2130706433:1@10.1/canary",
            "https://[::ffff:10.0.0.1]/canary",
            "https://[fd00:ec2::254]/canary",
        ] {
            let error = told(bad, false).unwrap_err();
            assert!(error.contains("SETTING") && !error.contains("canary"), "{bad}: {error}");
        }
        assert_eq!(told("https://10.0.0.1/hook", true), Ok(()));
    }

    /// The name of this machine leads to it, whatever its number.
    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_not_followed() {
        let name = "localhost".parse::<Name>().unwrap();
        let error = PublicOnly.resolve(name).await.err().unwrap().to_string();
        assert!(error.contains("private network"), "{error}");
        let sent = client(false).unwrap().post("https://localhost:9/canary").send().await.unwrap_err();
        assert!(sent.is_connect(), "{sent:?}");
        assert!(format!("{sent:?}").contains("private network"), "{sent:?}");
    }
}
