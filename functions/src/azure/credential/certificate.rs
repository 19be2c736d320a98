//! A service principal with a certificate: a short-lived statement is signed with its key. azure_identity does this
//! with OpenSSL only, so the signature is ring's, and the statement goes in as a client assertion.

use std::path::Path;
use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_core::time::OffsetDateTime;
use azure_identity::{ClientAssertion, ClientAssertionCredential};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::authority::{Heard, assertion_options, client_options};
use super::{Credential, Principal};
use crate::azure::{AzureError, Endpoints};

/// How long a statement is good: it is used at once.
const LIFE_SECONDS: i64 = 600;

impl Credential {
    /// A service principal with a certificate and its key in one PEM file.
    pub fn certificate(
        endpoints: &Endpoints,
        http: &reqwest::Client,
        who: &Principal,
        file: &Path,
    ) -> Result<Credential, AzureError> {
        let named = |problem: String| AzureError::Config(format!("{}: {problem}", file.display()));
        let pem = std::fs::read(file).map_err(|error| named(error.to_string()))?;
        let signer = Arc::new(Signer::new(endpoints, who, &pem).map_err(named)?);
        let heard = Heard::default();
        let client_options = client_options(endpoints, http, &heard)?;
        let who = who.clone();
        Credential::new("a certificate", endpoints, heard, move || {
            let options = assertion_options(client_options.clone());
            let (tenant, client, signed) = (who.tenant_id.clone(), who.client_id.clone(), Statement(signer.clone()));
            Ok(ClientAssertionCredential::new(tenant, client, signed, Some(options))? as Arc<dyn TokenCredential>)
        })
    }
}

/// What signs.
struct Signer {
    key: RsaKeyPair,
    header: String,
    audience: String,
    client_id: String,
}

impl Signer {
    fn new(endpoints: &Endpoints, who: &Principal, pem: &[u8]) -> Result<Signer, String> {
        let certificate = CertificateDer::from_pem_slice(pem)
            .map_err(|_| "has no certificate (-----BEGIN CERTIFICATE-----)".to_owned())?;
        // Entra finds the key by the certificate's SHA-1, which is a name here and proves nothing.
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
        let header = serde_json::json!({"alg": "RS256", "typ": "JWT", "x5t": URL_SAFE_NO_PAD.encode(thumbprint)});
        let mut audience = endpoints.authority.clone();
        audience.set_path(&format!("/{}/oauth2/v2.0/token", who.tenant_id));
        Ok(Signer {
            key: rsa_key(pem)?,
            header: header.to_string(),
            audience: audience.to_string(),
            client_id: who.client_id.clone(),
        })
    }

    fn sign(&self, now: i64, id: &[u8; 16]) -> Result<String, ring::error::Unspecified> {
        let claims = serde_json::json!({
            "aud": self.audience, "iss": self.client_id, "sub": self.client_id, "jti": URL_SAFE_NO_PAD.encode(id),
            "nbf": now, "iat": now, "exp": now + LIFE_SECONDS,
        });
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(&self.header), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn rsa_key(pem: &[u8]) -> Result<RsaKeyPair, String> {
    if pem.windows(9).any(|text| text == b"ENCRYPTED") {
        return Err("the key is encrypted: decrypt it first (openssl pkey -in FILE)".into());
    }
    let refused = |what: &str| format!("{what}: an RSA key of 2048 to 4096 bits is needed");
    match PrivateKeyDer::from_pem_slice(pem) {
        Ok(PrivateKeyDer::Pkcs8(key)) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        Ok(PrivateKeyDer::Pkcs1(key)) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        Ok(_) => return Err(refused("the key is not RSA")),
        Err(_) => return Err("has no private key beside the certificate".into()),
    }
    .map_err(|error| refused(&format!("the key cannot be used ({error})")))
}

/// A new statement for each sign-in.
struct Statement(Arc<Signer>);

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Statement(..)")
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Statement {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let failed = |_| azure_core::Error::with_message(ErrorKind::Credential, "the certificate's key does not sign");
        let mut id = [0; 16];
        SystemRandom::new().fill(&mut id).map_err(failed)?;
        self.0.sign(OffsetDateTime::now_utc().unix_timestamp(), &id).map_err(failed)
    }
}
