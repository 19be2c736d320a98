//! Sign-in, subscriptions, billing periods and invoices.

use super::client::*;
use base64::Engine as _;
use jiff::civil::Date;

#[tokio::test]
async fn sign_in_explains_what_is_wrong() {
    let azure = sample().await;
    let url = format!("{}/{}/oauth2/v2.0/token", azure.authority(), azure.tenant_id());
    let form = |id: &str, secret: &str, scope: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}")
    };
    let scope = "https%3A%2F%2Fmanagement.azure.com%2F.default";
    let (id, secret) = (azure.client_id(), azure.client_secret());
    for (form, code) in [
        (form(id, "wrong", scope), "AADSTS7000215"),
        (form("nobody", secret, scope), "AADSTS700016"),
        (form(id, secret, "https%3A%2F%2Felsewhere%2F.default"), "AADSTS1002012"),
    ] {
        let answer = send("POST", &url, &[], &form).await;
        assert!(answer.status >= 400);
        assert!(answer.json()["error_description"].as_str().unwrap().starts_with(code));
    }
    assert_eq!(send("POST", &url, &[], &form(id, secret, scope)).await.json()["token_type"], "Bearer");
    let list = format!("{}/subscriptions?api-version=2022-12-01", azure.arm());
    assert_eq!(get(&list).await.json()["error"]["code"], "AuthenticationFailed");
    assert_eq!(arm(&list, "a.b.c").await.status, 401);
    assert_eq!(arm(&list, &sign_in(&azure).await).await.json()["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_statement_of_another_cloud_stands_for_the_secret() {
    let azure = sample().await;
    let url = format!("{}/{}/oauth2/v2.0/token", azure.authority(), azure.tenant_id());
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let ask = async |claims: serde_json::Value| {
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims.to_string());
        let form = format!(
            "grant_type=client_credentials&client_id={}&scope=https%3A%2F%2Fmanagement.azure.com%2F.default\
             &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
             &client_assertion=e30.{claims}.x",
            azure.client_id()
        );
        send("POST", &url, &[], &form).await.json()
    };
    let (audience, role, later) =
        ("api://AzureADTokenExchange", "arn:aws:iam::123456789012:role/forebill", now.as_second() + 300);
    let good = ask(serde_json::json!({"aud": audience, "sub": role, "exp": later})).await;
    assert_eq!(good["token_type"], "Bearer");
    for (claims, code) in [
        (serde_json::json!({"aud": "sts.amazonaws.com", "sub": role, "exp": later}), "AADSTS700212"),
        (serde_json::json!({"aud": audience, "exp": later}), "AADSTS700213"),
        (serde_json::json!({"aud": audience, "sub": role, "exp": now.as_second()}), "AADSTS700024"),
    ] {
        assert!(ask(claims).await["error_description"].as_str().unwrap().starts_with(code), "{code}");
    }
}

#[tokio::test]
async fn closed_periods_have_invoices_with_links_that_expire() {
    let azure = sample().await;
    let token = sign_in(&azure).await;
    for subscription in azure.subscriptions() {
        let base = format!("{}/subscriptions/{}/providers/Microsoft.Billing", azure.arm(), subscription.id);
        let mut periods = Vec::new();
        let mut url = format!("{base}/billingPeriods?api-version=2018-03-01-preview&$top=5");
        loop {
            let page = arm(&url, &token).await.json();
            periods.extend(page["value"].as_array().unwrap().clone());
            let Some(next) = page["nextLink"].as_str() else {
                break;
            };
            assert!(next.starts_with("/subscriptions/"), "relative: {next}");
            url = format!("{}{next}", azure.arm());
        }
        let date = |at: usize, name: &str| periods[at]["properties"][name].as_str().unwrap().parse::<Date>().unwrap();
        for at in 1..periods.len() {
            assert_eq!(date(at, "billingPeriodEndDate").tomorrow().unwrap(), date(at - 1, "billingPeriodStartDate"));
            assert_eq!(date(at, "billingPeriodStartDate").day(), subscription.anchor_day);
        }
        assert!(date(0, "billingPeriodEndDate") > "2026-11-23".parse().unwrap());
        assert_eq!(periods[0]["name"], "202701-1", "two months ahead of its dates");
        let mut invoices = Vec::new();
        let mut url =
            format!("{base}/invoices?api-version=2018-03-01-preview&$filter=invoicePeriodEndDate gt 2016-12-01");
        loop {
            let page = arm(&url, &token).await.json();
            invoices.extend(page["value"].as_array().unwrap().clone());
            let Some(next) = page["nextLink"].as_str() else {
                break;
            };
            url = next.to_owned();
        }
        assert_eq!(invoices.len(), periods.len() - 1);
        assert!(invoices.iter().all(|i| i["properties"]["downloadUrl"].is_null()));
        let latest = arm(&format!("{base}/invoices/latest?api-version=2018-03-01-preview"), &token).await.json();
        assert_eq!(latest["name"], invoices[0]["name"]);
        let link = latest["properties"]["downloadUrl"]["url"].as_str().unwrap();
        let pdf = get(link).await;
        assert!(
            pdf.status == 200
                && pdf.body.starts_with(b"%PDF-1.4")
                && pdf.text().contains(latest["name"].as_str().unwrap())
        );
        let table = pdf.text().rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse::<usize>().unwrap();
        assert!(pdf.body[table..].starts_with(b"xref"));
        assert_eq!(arm(link, &token).await.status, 400);
        azure.set_now("2026-11-23T10:30:00Z".parse().unwrap());
        assert_eq!(get(link).await.status, 403);
        azure.set_now(NOW.parse().unwrap());
    }
}
