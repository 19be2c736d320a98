//! The sign-in host: exchanges the client's secret, or a statement about it, for a token.
//! Errors have the codes and the shape of the real ones, because clients explain them to people.

use super::call::{Call, Reply, pairs};
use super::federation;
use super::state::Shared;

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    let segments = call.segments();
    let [tenant, oauth2, version, token] = segments[..] else {
        return not_found();
    };
    if !(oauth2.eq_ignore_ascii_case("oauth2")
        && version.eq_ignore_ascii_case("v2.0")
        && token.eq_ignore_ascii_case("token"))
    {
        return not_found();
    }
    if call.method != "POST" {
        return refuse(shared, 400, "invalid_request", 900561, "The endpoint only accepts POST requests.");
    }
    if !tenant.eq_ignore_ascii_case(&shared.tenant_id) {
        let text = format!("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
        return refuse(shared, 400, "invalid_request", 90002, &text);
    }
    let form = pairs(&String::from_utf8_lossy(&call.body));
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(other) => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            return refuse(shared, 400, "unsupported_grant_type", 70003, &text);
        }
        None => {
            let text = "The request body must contain the following parameter: 'grant_type'.";
            return refuse(shared, 400, "invalid_request", 900144, text);
        }
    }
    let client = field("client_id").unwrap_or_default();
    if !client.eq_ignore_ascii_case(&shared.client_id) {
        let text = format!("Application with identifier '{client}' was not found in the directory.");
        return refuse(shared, 400, "unauthorized_client", 700016, &text);
    }
    let statement = field("client_assertion");
    if let Some((code, text)) = statement
        .and_then(|given| federation::refusal(shared, field("client_assertion_type").unwrap_or_default(), given))
    {
        return refuse(shared, 401, "invalid_client", code, &text);
    }
    if statement.is_none() && field("client_secret") != Some(&shared.client_secret) {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'."
        );
        return refuse(shared, 401, "invalid_client", 7000215, &text);
    }
    let scope = field("scope").unwrap_or_default();
    // The public name is accepted beside our own address: a client may be told only where to connect.
    let audience = scope.strip_suffix("/.default").map(|a| a.trim_end_matches('/'));
    if !audience.is_some_and(|a| a == shared.urls.arm || a == "https://management.azure.com") {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        return refuse(shared, 400, "invalid_scope", 1002012, &text);
    }
    let (token, seconds) = shared.token();
    let body = serde_json::json!({
        "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token,
    });
    Reply::json(200, body.to_string()).with("cache-control", "no-store, no-cache").with("pragma", "no-cache")
}

fn refuse(shared: &Shared, status: u16, error: &str, code: u32, text: &str) -> Reply {
    let trace = shared.next_request_id();
    let stamp = shared.now().to_string().replace('T', " ");
    let description = format!("AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {trace} Timestamp: {stamp}");
    let body = serde_json::json!({
        "error": error, "error_description": description, "error_codes": [code],
        "timestamp": stamp, "trace_id": trace, "correlation_id": trace,
    });
    Reply::json(status, body.to_string())
}

fn not_found() -> Reply {
    Reply::new(404, "text/plain", "")
}
