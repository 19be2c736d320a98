//! Two hundred hostile links through every door: none is followed, and none brings the token elsewhere.

use functions::azure::{AzureClient, AzureError, Cloud, Egress, Endpoints};

use crate::support::rig::{Rig, silent};
use crate::support::scripted::{Scripted, Step};

/// Hosts that are ours only at a glance, in every way of writing them; `{}` stands for the real host.
fn hostile(real: &str) -> Vec<String> {
    let hosts = [
        "evil.example",
        "{}.evil.example",
        "evil-{}",
        "{}evil.example",
        "{}.",
        "x.{}",
        "evil.example#{}",
        "evil.example?{}",
        "evil.example/{}",
        "evil.example\\@{}",
        "{}@evil.example",
        "{}:443@evil.example",
        "user@{}",
        "user:pw@{}",
        ":@evil.example",
        "{}%2eevil.example",
        "{}%00.evil.example",
        "{}%40evil.example",
        "evil.example:443",
        "{}:444",
        "{}:80",
        "{}:8443",
        "{}:0",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "0",
        "[::]",
        "metadata.google.internal",
        "instance-data",
        "①②⑦.0.0.1",
        "ｅvil.example",
        "manаgement.azure.com",
        "xn--mangement-q4a.azure.com",
        "management.azure.com.cn",
        "management-azure.com",
        "azure.com",
        "management.azure.co",
        "management.usgovcloudapi.net",
        "management.chinacloudapi.cn",
        "login.microsoftonline.com",
        "prices.azure.com.evil.example",
    ];
    let mut links = Vec::new();
    for host in hosts {
        let host = host.replace("{}", real);
        links.push(format!("https://{host}/"));
        links.push(format!("//{host}/subscriptions/x?sig=1"));
        links.push(format!("\\\\{host}\\x"));
        links.push(format!("http://{host}/x"));
    }
    let schemes = [
        "javascript:alert(1)",
        "data:application/json,{}",
        "file:///etc/passwd",
        "ftp://x/",
        "gopher://x:70/_",
        "ws://x/",
        "blob:https://x/1",
        "about:blank",
        "mailto:a@b",
        "jar:http://x!/y",
        "dict://x:11211/",
        "ldap://x/",
        "tel:1",
        "view-source:https://x/",
    ];
    links.extend(schemes.map(str::to_owned));
    links.push(format!("http://{real}/"));
    links.push(format!("ftp://{real}/"));
    links.push(format!("https:{real}@evil.example/"));
    links.push("https://".to_owned());
    links.push("https://[::1".to_owned());
    links.push("\thttps://evil.example/".to_owned());
    links.push("ht\ntps://evil.example/".to_owned());
    links
}

/// A link that, read as the sender reads it, stays on the host: not hostile, whatever it looks like.
fn stays(link: &str, base: &str) -> bool {
    let base = url::Url::parse(base).unwrap();
    base.join(link)
        .is_ok_and(|url| url.origin() == base.origin() && url.username().is_empty() && url.password().is_none())
}

fn egress() -> (Egress, url::Url) {
    let endpoints = Endpoints::new(Cloud::Public, None, None, None).unwrap();
    (Egress::new(&endpoints), endpoints.arm)
}

#[test]
fn two_hundred_hostile_links_are_refused_at_every_door() {
    let (egress, arm) = egress();
    type Door<'a> = (&'a str, &'a str, &'a dyn Fn(&str) -> Result<url::Url, AzureError>);
    let download = |link: &str| egress.download_link(&arm, link);
    let doors: [Door; 4] = [
        ("management.azure.com", "https://management.azure.com", &|link| egress.arm_link(link)),
        ("prices.azure.com", "https://prices.azure.com", &|link| egress.retail_link(link)),
        ("management.azure.com", "https://management.azure.com", &download),
        ("ratecard.blob.core.windows.net", "https://ratecard.blob.core.windows.net", &download),
    ];
    for (number, (real, base, door)) in doors.into_iter().enumerate() {
        let mut tried = 0;
        for link in hostile(real).into_iter().filter(|link| !stays(link, base)) {
            let joined = url::Url::parse("https://management.azure.com").unwrap().join(&link);
            // Storage has many names: a part before the suffix is another account, asked without the token.
            let account = joined.as_ref().is_ok_and(|url| {
                url.scheme() == "https"
                    && url.username().is_empty()
                    && url.port().is_none()
                    && url.host_str().is_some_and(|host| host.ends_with(".blob.core.windows.net"))
            });
            if number >= 2 && (account || stays(&link, "https://management.azure.com")) {
                continue;
            }
            tried += 1;
            let answer = door(&link);
            assert!(matches!(answer, Err(AzureError::Egress { .. })), "door {number}: {link} -> {answer:?}");
            let told = answer.unwrap_err().to_string();
            assert!(!told.contains("sig=") && !told.contains("pw") && !told.contains('\n'), "{told}");
        }
        assert!(tried >= 200, "door {number}: only {tried}");
    }
}

#[test]
fn settings_take_no_hostile_host() {
    let mut tried = 0;
    for link in hostile("management.azure.com") {
        let Ok(url) = url::Url::parse(&link) else {
            assert!(Endpoints::new(Cloud::Public, Some(&link), None, None).is_err(), "{link:?}");
            continue;
        };
        // Another host over https is what these settings are for; names and plain http are not.
        let user = !url.username().is_empty() || url.password().is_some();
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
        if url.scheme() == "https" && !user || url.scheme() == "http" && loopback && !user {
            continue;
        }
        tried += 1;
        let refused = |arm, retail, authority| Endpoints::new(Cloud::Public, arm, retail, authority).is_err();
        assert!(refused(Some(&link), None, None), "{link}");
        assert!(refused(None, Some(&link), None), "{link}");
        assert!(refused(None, None, Some(&link)), "{link}");
    }
    assert!(tried >= 60, "{tried}");
}

#[tokio::test]
async fn hostile_links_in_answers_reach_nobody() {
    let attacker = Scripted::always(Step::ok("{}"));
    let port = attacker.url.rsplit(':').next().unwrap().to_owned();
    let bodies = hostile(&format!("127.0.0.1:{port}"));
    let next =
        |link: &str| serde_json::json!({"value": [1], "Items": [], "nextLink": link, "NextPageLink": link}).to_string();
    let mut tried = 0;
    for link in bodies.iter().filter(|link| !link.trim().is_empty()) {
        let rig = Rig::new(Scripted::always(Step::ok(next(link))), silent(), Scripted::always(Step::ok(next(link))));
        // What still leads to the rig itself is a circle, and a circle is refused as well.
        assert!(rig.usage().await.is_err(), "{link}");
        assert!(rig.retail_prices().await.is_err(), "{link}");
        tried += 2;
    }
    assert!(tried >= 400, "{tried}");
    assert_eq!(attacker.count(), 0);
}

#[tokio::test]
async fn the_host_of_prices_never_sees_the_token() {
    let rig = Rig::new(
        Scripted::always(Step::ok(r#"{"value":[]}"#)),
        silent(),
        Scripted::always(Step::ok(r#"{"Items":[]}"#)),
    );
    rig.usage().await.unwrap();
    rig.retail_prices().await.unwrap();
    let client: &AzureClient = &rig.client;
    client.download(&format!("{}/invoice.pdf?sig=x", rig.storage.url)).await.unwrap_err();
    for server in [&rig.retail, &rig.storage] {
        assert!(server.asked().iter().all(|asked| asked.header("authorization").is_none()));
    }
}
