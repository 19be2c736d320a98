//! The management host: checks the token, finds the endpoint without regard to case.
//! Errors come in the three shapes that the real providers use: wrapped, flat, and `Message`.

use super::call::{Call, Reply};
use super::state::{Shared, TokenCheck};
use super::{arm_groups, arm_invoices, arm_rate_card, arm_usage, refusals};

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    let reply = match refusal(shared, call) {
        Some(refusal) => refusal,
        None => route(shared, call),
    };
    let spent = shared.request_count() % 10_000;
    reply
        .with("x-ms-ratelimit-remaining-subscription-reads", (14_999 - spent).to_string())
        .with("x-ms-correlation-request-id", shared.next_request_id())
        .with("cache-control", "no-cache")
}

fn refusal(shared: &Shared, call: &Call) -> Option<Reply> {
    let token = call.authorization.as_deref().and_then(|value| value.split_once(' '));
    let (code, text) = match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => match shared.token_check(token.trim()) {
            TokenCheck::Good => return None,
            TokenCheck::Expired => {
                ("ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.")
            }
            TokenCheck::Invalid => ("InvalidAuthenticationToken", "The access token is invalid."),
        },
        _ => ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
    };
    let challenge =
        format!("Bearer authorization_uri=\"{}/{}\", error=\"invalid_token\"", shared.urls.authority, shared.tenant_id);
    Some(wrapped(401, code, text).with("www-authenticate", challenge))
}

fn route(shared: &Shared, call: &Call) -> Reply {
    if call.method != "GET" {
        return wrapped(405, "MethodNotAllowed", "The requested resource does not support this method.");
    }
    if call.param("api-version").is_none() {
        return wrapped(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        );
    }
    let segments = call.segments();
    let lower: Vec<String> = segments.iter().map(|s| s.to_ascii_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    match words[..] {
        ["subscriptions"] => subscriptions(shared),
        ["subscriptions", id, ..] => {
            let Some(subscription) = shared.tenant.position(id) else {
                return wrapped(404, "SubscriptionNotFound", &format!("The subscription '{id}' could not be found."));
            };
            if let Some(refusal) = refusals::answer(shared, subscription, &words[2..]) {
                return refusal;
            }
            match words[2..] {
                ["resourcegroups"] => arm_groups::list(shared, subscription),
                ["providers", "microsoft.commerce", "ratecard"] => arm_rate_card::answer(shared, call),
                ["providers", "microsoft.commerce", "usageaggregates"] => arm_usage::answer(shared, call, subscription),
                ["providers", "microsoft.billing", "invoices"] => arm_invoices::list(shared, call, subscription),
                ["providers", "microsoft.billing", "invoices", _] => {
                    arm_invoices::one(shared, subscription, segments[5])
                }
                ["providers", "microsoft.billing", "billingperiods"] => {
                    arm_invoices::billing_periods(shared, call, subscription)
                }
                _ => missing(call),
            }
        }
        _ => missing(call),
    }
}

fn missing(call: &Call) -> Reply {
    wrapped(404, "InvalidResourceType", &format!("The resource type could not be found for the path '{}'.", call.path))
}

fn subscriptions(shared: &Shared) -> Reply {
    let list: Vec<serde_json::Value> = shared
        .tenant
        .subscriptions()
        .iter()
        .enumerate()
        .filter(|(at, _)| shared.shows(*at))
        .map(|(_, s)| {
            let quota = match s.offer.as_str() {
                super::rate_card::MSDN => "MSDN_2014-09-01",
                super::rate_card::COMMITMENT => "MonetaryCommitment_2015-05-01",
                _ => "PayAsYouGo_2014-09-01",
            };
            serde_json::json!({
                "id": format!("/subscriptions/{}", s.id), "authorizationSource": "RoleBased", "managedByTenants": [],
                "subscriptionId": s.id, "tenantId": shared.tenant_id, "displayName": s.name, "state": "Enabled",
                "subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "quotaId": quota, "spendingLimit": "Off"},
            })
        })
        .collect();
    let count = list.len();
    Reply::json(200, serde_json::json!({"value": list, "count": {"type": "Total", "value": count}}).to_string())
}

/// `{"error":{"code":...,"message":...}}`
pub fn wrapped(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, serde_json::json!({"error": {"code": code, "message": message}}).to_string())
}

/// `{"code":...,"message":...}`
pub fn flat(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, serde_json::json!({"code": code, "message": message}).to_string())
}
