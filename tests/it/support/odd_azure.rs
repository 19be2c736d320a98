//! An Azure that answers each reported day as a test tells it: enough of sign-in, usage, billing periods and invoices.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, mpsc};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use tokio::sync::oneshot;

use super::program::{Answer, answer, command};

pub const FIRST: &str = "11111111-2222-3333-4444-555555555555";
pub const SECOND: &str = "33333333-2222-3333-4444-555555555555";
/// Stands in tokens and signatures: it must be found nowhere afterwards.
pub const CANARY: &str = "canary-7f3a";
pub const METER: &str = "1a2b3c4d-0001-4000-8000-000000000002";

/// How a reported day is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// With so many pages of one row each.
    Pages(usize),
    /// With a status and Azure's words for it.
    Status(u16),
    /// With status 200 and this.
    Text(String),
}

type Days = Arc<Mutex<BTreeMap<(String, String), Day>>>;

#[derive(Clone)]
struct Shared {
    url: String,
    days: Days,
    /// What is answered where nothing is told.
    otherwise: Arc<Mutex<Day>>,
    /// The cost centre of the one resource group.
    group_centre: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Runs on a thread of its own, so that the program can be waited for. Stops when dropped.
pub struct OddAzure {
    shared: Shared,
    _stop: oneshot::Sender<()>,
}

impl OddAzure {
    pub fn start() -> OddAzure {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let shared = Shared {
                    url: format!("http://{}", listener.local_addr().unwrap()),
                    days: Arc::default(),
                    otherwise: Arc::new(Mutex::new(Day::Pages(1))),
                    group_centre: Arc::new(Mutex::new("4711".to_owned())),
                    asked: Arc::default(),
                };
                tell.send(shared.clone()).unwrap();
                let router = Router::new().fallback(answered).with_state(shared);
                tokio::select! {
                    served = async { axum::serve(listener, router).await } => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        OddAzure { shared: told.recv().unwrap(), _stop: stop }
    }

    /// From now on, for this subscription and day.
    pub fn tell(&self, subscription: &str, day: &str, how: Day) {
        self.shared.days.lock().unwrap().insert((subscription.into(), day.into()), how);
    }

    /// From now on, for every day of which nothing is told.
    pub fn otherwise(&self, how: Day) {
        *self.shared.otherwise.lock().unwrap() = how;
    }

    /// From now on, the tag `costCenter` of the resource group `rg-web`.
    pub fn tag_group(&self, centre: &str) {
        centre.clone_into(&mut self.shared.group_centre.lock().unwrap());
    }

    /// Everything is well from now on.
    pub fn heal(&self) {
        self.shared.days.lock().unwrap().clear();
        self.otherwise(Day::Pages(1));
    }

    /// The usage requests since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }

    pub fn forebill(&self, folder: &Path, line: &str) -> Answer {
        answer(self.command(folder, line).output().unwrap())
    }

    /// The same, before it is started.
    pub fn command(&self, folder: &Path, line: &str) -> Command {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = command(folder, &arguments);
        command.envs(self.variables());
        command
    }

    /// What the program must know to ask here.
    pub fn variables(&self) -> [(&'static str, &str); 5] {
        [
            ("AZURE_AUTHORITY_HOST", self.shared.url.as_str()),
            ("AZURE_TENANT_ID", "99999999-2222-3333-4444-555555555555"),
            ("AZURE_CLIENT_ID", "88888888-2222-3333-4444-555555555555"),
            ("AZURE_CLIENT_SECRET", CANARY),
            ("FOREBILL_ARM_ENDPOINT", self.shared.url.as_str()),
        ]
    }
}

async fn answered(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_lowercase();
    let query = request.uri().query().unwrap_or("").to_owned();
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let json = match segments[..] {
        [_, "oauth2", "v2.0", "token"] => {
            format!(r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{CANARY}"}}"#)
        }
        ["subscriptions", of, "providers", "microsoft.commerce", "usageaggregates"] => {
            return usage(&shared, of, &query);
        }
        ["subscriptions", _, "providers", "microsoft.billing", "billingperiods"] => billing_periods(),
        ["subscriptions", _, "resourcegroups"] => {
            let centre = shared.group_centre.lock().unwrap().clone();
            let group = serde_json::json!({"id": "/subscriptions/x/resourceGroups/rg-web", "name": "rg-web", "tags": {"costCenter": centre}});
            serde_json::json!({"value": [group]}).to_string()
        }
        ["subscriptions", _, "providers", "microsoft.billing", "invoices"] => invoices(&shared),
        ["files", _] => "%PDF-1.4 an invoice".to_owned(),
        _ => return respond(404, r#"{"error":{"code":"NotFound","message":"no such path"}}"#.to_owned()),
    };
    respond(200, json)
}

fn usage(shared: &Shared, of: &str, query: &str) -> Response<Body> {
    let field = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let day = field("reportedStartTime").unwrap_or("").chars().take(16).collect::<String>();
    let day = day.replace("%2D", "-").chars().take(10).collect::<String>();
    shared.asked.lock().unwrap().push(format!("{of} {day}"));
    let told = shared.days.lock().unwrap().get(&(of.to_owned(), day.clone())).cloned();
    let told = told.unwrap_or_else(|| shared.otherwise.lock().unwrap().clone());
    let page: usize = field("continuationToken").map_or(0, |page| page.trim_start_matches(CANARY).parse().unwrap());
    match told {
        Day::Text(text) => respond(200, text),
        Day::Status(status) => {
            respond(status, format!(r#"{{"error":{{"code":"Told{status}","message":"as the test says"}}}}"#))
        }
        Day::Pages(pages) => {
            let link = format!("{}/subscriptions/{of}/providers/Microsoft.Commerce/UsageAggregates", shared.url);
            let next = format!(
                r#","nextLink":"{link}?api-version=1&reportedStartTime={day}T&continuationToken={CANARY}{}""#,
                page + 1
            );
            let next = if page + 1 < pages { next.as_str() } else { "" };
            respond(200, format!(r#"{{"value":[{}]{next}}}"#, row(of, &day, page)))
        }
    }
}

fn row(of: &str, day: &str, page: usize) -> String {
    format!(
        r#"{{"name":"Daily_BRSDT_{}_{page:04}","properties":{{"subscriptionId":"{of}","meterId":"{METER}","usageStartTime":"{day}T00:00:00+00:00","usageEndTime":"{day}T23:59:59+00:00","quantity":{}.5,"unit":"1 Hour"}}}}"#,
        day.replace('-', ""),
        page + 1
    )
}

fn billing_periods() -> String {
    let period = |name: &str, from: &str, to: &str| {
        format!(
            r#"{{"name":"{name}","properties":{{"billingPeriodStartDate":"{from}","billingPeriodEndDate":"{to}"}}}}"#
        )
    };
    let periods = [period("202610-1", "2026-09-14", "2026-10-13"), period("202611-1", "2026-10-14", "2026-11-13")];
    format!(r#"{{"value":[{}]}}"#, periods.join(","))
}

fn invoices(shared: &Shared) -> String {
    format!(
        r#"{{"value":[{{"name":"202610-1","properties":{{"invoicePeriodStartDate":"2026-09-14","invoicePeriodEndDate":"2026-10-13","downloadUrl":{{"expiryTime":"2026-12-01T00:00:00Z","url":"{}/files/1.pdf?sig={CANARY}"}}}}}}]}}"#,
        shared.url
    )
}

fn respond(status: u16, body: String) -> Response<Body> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    // A zero keeps the tests short where the program waits as it is told.
    let response =
        response.header("retry-after", "0").header("x-ms-request-id", "77777777-0000-0000-0000-000000000001");
    let response = response.header("etag", "\"an-etag\"").header("set-cookie", CANARY);
    response.body(Body::from(body)).unwrap()
}
