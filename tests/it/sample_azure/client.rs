//! A minimal HTTP client and exact readers, enough to talk to the sample.

use functions::demo::{Options, SampleAzure};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const NOW: &str = "2026-11-23T09:30:00Z";

pub async fn sample() -> SampleAzure {
    SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap()
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let mut head = format!(
        "{method} /{} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        path.replace(' ', "%20").replace('\'', "%27"),
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let split = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..split].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> =
        lines.map(|line| line.split_once(": ").unwrap()).map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned())).collect();
    Answer { status, headers, body: bytes[split + 4..].to_vec() }
}

pub async fn get(url: &str) -> Answer {
    send("GET", url, &[], "").await
}

pub async fn sign_in(azure: &SampleAzure) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}%2F.default",
        azure.client_id(),
        azure.client_secret(),
        azure.arm().replace(':', "%3A").replace('/', "%2F")
    );
    let url = format!("{}/{}/oauth2/v2.0/token", azure.authority(), azure.tenant_id());
    let answer = send("POST", &url, &[], &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

pub async fn arm(url: &str, token: &str) -> Answer {
    send("GET", url, &[("authorization", &format!("Bearer {token}"))], "").await
}

/// The card of an offer, fetched as a careful client does.
pub async fn card(azure: &SampleAzure, offer: &str) -> Answer {
    let token = sign_in(azure).await;
    let redirect = arm(&card_url(azure, offer), &token).await;
    assert_eq!(redirect.status, 302);
    get(redirect.header("location").unwrap()).await
}

pub fn card_url(azure: &SampleAzure, offer: &str) -> String {
    format!(
        "{}/subscriptions/{}/providers/microsoft.commerce/RATECARD?api-version=2015-06-01-preview&$filter=OfferDurableId eq '{offer}' and Currency eq 'USD' and Locale eq 'en-US' and RegionInfo eq 'US'",
        azure.arm(),
        azure.subscriptions()[0].id
    )
}

#[derive(Deserialize, Debug)]
pub struct Page {
    pub value: Vec<UsageRow>,
    #[serde(rename = "nextLink")]
    pub next_link: Option<String>,
}

#[derive(Deserialize, Debug)]
pub struct UsageRow {
    pub id: String,
    pub name: String,
    pub properties: Properties,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    pub usage_start_time: String,
    pub meter_id: String,
    pub quantity: Box<RawValue>,
    pub instance_data: Option<String>,
    pub info_fields: serde_json::Value,
}

impl UsageRow {
    pub fn millionths(&self) -> i64 {
        millionths(self.properties.quantity.get())
    }

    pub fn resource(&self) -> String {
        let Some(text) = &self.properties.instance_data else {
            return self.properties.info_fields["project"].as_str().unwrap_or("").to_owned();
        };
        let data: serde_json::Value = serde_json::from_str(text).unwrap();
        let inner = data.get("Microsoft.Resources").unwrap_or(&data);
        inner["resourceUri"].as_str().unwrap().to_owned()
    }

    /// The day of the use in UTC.
    pub fn usage_day(&self) -> jiff::civil::Date {
        let moment: jiff::Timestamp = self.properties.usage_start_time.parse().unwrap();
        jiff::tz::TimeZone::UTC.to_datetime(moment).date()
    }

    /// The reported day, from the name.
    pub fn reported_day(&self) -> String {
        self.name.split('_').nth(2).unwrap().to_owned()
    }
}

/// Exact decimal text, exponents included, as millionths.
pub fn millionths(text: &str) -> i64 {
    let (mantissa, power) = text.split_once(['E', 'e']).map_or((text, 0), |(m, p)| (m, p.parse::<i32>().unwrap()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i64 = format!("{whole}{fraction}").parse().unwrap();
    let shift = 6 + power - fraction.len() as i32;
    if shift >= 0 {
        digits * 10i64.pow(shift as u32)
    } else {
        let factor = 10i64.pow(-shift as u32);
        assert_eq!(digits % factor, 0, "{text} is finer than a millionth");
        digits / factor
    }
}

pub fn usage_url(azure: &SampleAzure, subscription: usize, granularity: &str, from: &str, to: &str) -> String {
    format!(
        "{}/subscriptions/{}/providers/Microsoft.Commerce/UsageAggregates?api-version=2015-06-01-preview&reportedStartTime={from}T00%3a00%3a00%2b00%3a00&reportedEndTime={to}T00%3a00%3a00%2b00%3a00&aggregationGranularity={granularity}",
        azure.arm(),
        azure.subscriptions()[subscription].id
    )
}

/// All rows of a window, following the links, and the size of each page.
pub async fn usage(
    azure: &SampleAzure,
    subscription: usize,
    granularity: &str,
    from: &str,
    to: &str,
) -> (Vec<UsageRow>, Vec<usize>) {
    let token = sign_in(azure).await;
    let mut url = usage_url(azure, subscription, granularity, from, to);
    let (mut rows, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let answer = arm(&url, &token).await;
        if answer.status == 202 {
            assert!(answer.header("retry-after").is_some());
            continue;
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page: Page = serde_json::from_slice(&answer.body).unwrap();
        sizes.push(page.value.len());
        rows.extend(page.value);
        match page.next_link {
            Some(link) => url = link,
            None => return (rows, sizes),
        }
    }
}
