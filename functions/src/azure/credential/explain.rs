//! What a refused sign-in means and what to do: people meet these codes on their first day.

use shared::json::printable;

use super::authority::Heard;

/// The error in one line.
pub(super) fn plain(error: &azure_core::Error) -> String {
    let text = error.to_string();
    // azure_identity names its type first and a help page last.
    let text = text.split_once("authentication failed. ").map_or(text.as_str(), |(_, rest)| rest);
    let text = text.split("\nTo troubleshoot").next().unwrap_or(text).replace(['\r', '\n'], " ");
    // What follows is for support staff: numbers of this request.
    let text = text.split(" Trace ID:").next().unwrap_or("").trim();
    printable(text).chars().take(300).collect()
}

/// The error, and what to do about it.
pub(super) fn words(error: &azure_core::Error, heard: &Heard) -> String {
    let mut said = plain(error);
    let code = code(&said);
    if code.is_none()
        && let Some(status) = heard.status()
    {
        said = match status {
            200..300 => "the sign-in service answered with something that is no token".to_owned(),
            status => format!("the sign-in service answered {status} without a reason"),
        };
    }
    match code.map_or_else(|| without_code(&said), advice) {
        Some(advice) => format!("{said} → {advice}"),
        None => said,
    }
}

/// The number of `AADSTS700016`.
fn code(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits = rest.len() - rest.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    rest[..digits].parse().ok()
}

fn without_code(said: &str) -> Option<&'static str> {
    (said.contains("not found on PATH") || said.contains("az login")).then_some(
        "install the Azure CLI and run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and one way to sign in",
    )
}

fn advice(code: u32) -> Option<&'static str> {
    Some(match code {
        7_000_215 => "AZURE_CLIENT_SECRET is wrong: it is the secret's value, not its id",
        7_000_222 => "the client secret has expired: make a new one in the app registration",
        700_016 => "AZURE_CLIENT_ID is not an application of AZURE_TENANT_ID: check both, and FOREBILL_CLOUD",
        90_002 => "AZURE_TENANT_ID does not exist in this cloud: check it, and FOREBILL_CLOUD",
        900_382 | 500_011 | 500_014 => {
            "the identity and Resource Manager are of different clouds: set FOREBILL_CLOUD to public, china or usgov"
        }
        50_034 | 50_020 => "the account is not in this tenant: check AZURE_TENANT_ID, or az login --tenant",
        50_076 | 50_079 | 50_158 => "a second factor is wanted: run az login again",
        50_173 | 70_043 | 700_082 => "the login is too old: run az login again",
        65_001 | 65_005 => {
            "the application lacks a permission: grant it Azure Service Management user_impersonation, or sign in as a \
             service principal"
        }
        70_021 | 700_211 | 700_212 | 700_213 => {
            "no federated credential of the application fits issuer, subject and audience: the subject is the role's ARN \
             (AWS) or the service account, letter by letter; a new one takes some minutes"
        }
        700_024 => "the statement is outside its time: check this machine's clock",
        700_027 | 7_000_214 => "the certificate is not registered with the application, or another one is: upload it",
        700_030 => "the certificate is not one that Entra accepts: register it with the application",
        1_002_012 | 70_011 => "FOREBILL_ARM_ENDPOINT is not a resource of this cloud: check it, and FOREBILL_CLOUD",
        53_003 => "a Conditional Access policy refuses this sign-in: ask the tenant's administrator",
        7_000_112 => "the application is disabled: enable it in Entra",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_wherever_they_stand() {
        assert_eq!(code("AADSTS7000215: Invalid"), Some(7_000_215));
        assert_eq!(code("x AADSTS90002"), Some(90_002));
        assert_eq!(code("AADSTS: none"), None);
        assert_eq!(code("other"), None);
    }
}
