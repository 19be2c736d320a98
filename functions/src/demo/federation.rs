//! A statement of another cloud about who asks, in place of a secret. The sample trusts whoever signed it, as it knows no
//! keys, and checks what people get wrong: the audience, the subject, the time.

use super::state::Shared;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The code and the words of Entra's refusal, where there is one.
pub fn refusal(shared: &Shared, kind: &str, statement: &str) -> Option<(u32, String)> {
    if kind != KIND {
        return Some((
            900_144,
            "The request body must contain the following parameter: 'client_assertion_type'.".into(),
        ));
    }
    let Some(claims) = claims(statement) else {
        return Some((50_027, "JWT token is invalid or malformed.".into()));
    };
    let text = |name: &str| claims[name].as_str().unwrap_or("").to_owned();
    let audience = text("aud");
    if !audience.starts_with("api://AzureADTokenExchange") {
        return Some((
            700_212,
            format!("No matching federated identity record found for presented assertion audience '{audience}'."),
        ));
    }
    if text("sub").is_empty() {
        return Some((
            700_213,
            "No matching federated identity record found for presented assertion subject ''.".into(),
        ));
    }
    if claims["exp"].as_i64().is_none_or(|end| end <= shared.now().as_second()) {
        return Some((700_024, "Client assertion is not within its valid time range.".into()));
    }
    None
}

fn claims(statement: &str) -> Option<Value> {
    let mut parts = statement.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
