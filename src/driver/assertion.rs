//! Assertions (RFC 7523 §3), and the token requests that carry them.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Unmet;
use super::flow::{Client, Driver};
use super::grants::Subject;
use crate::driver::Draft;
use crate::profile;
use crate::wire::Secret;
use crate::wire::jws::{self, Algorithm, BadRsaKey};

/// How long a valid assertion is good: less than every document's most.
const GOOD_FOR: Duration = Duration::from_secs(45);

/// The value of `grant_type` (RFC 7523 §2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A valid assertion before it is signed.
#[derive(Debug, Clone)]
pub struct Assertion {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) algorithm: Algorithm,
    pub(super) key: Secret,
    /// The target's time, since the epoch.
    pub(super) now: Duration,
}

impl Assertion {
    /// The same under another algorithm.
    #[must_use]
    pub fn under(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self.header.insert("alg".to_owned(), json!(algorithm.name()));
        self
    }

    /// The same with another member of the claims.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// The same, good for a second more: another text with the same `jti`.
    #[must_use]
    pub fn with_later_expiry(self) -> Self {
        let later = (self.now + GOOD_FOR).as_secs() + 1;
        self.with("exp", later)
    }

    /// The identifier that makes it unique.
    pub fn jti(&self) -> &str {
        self.claims.get("jti").and_then(Value::as_str).unwrap_or_default()
    }

    /// What is signed.
    pub(super) fn text(&self) -> String {
        jws::text(&self.header, &self.claims)
    }

    /// The compact form.
    ///
    /// # Errors
    /// Where the profile's key is none.
    pub fn sign(&self) -> Result<String, BadRsaKey> {
        let text = self.text();
        let signature = jws::sign(&self.key, self.algorithm, &text)?;
        Ok(format!("{text}.{}", jws::part(&signature)))
    }
}

impl Driver {
    /// A valid assertion of a client, as its profile entry says.
    ///
    /// # Errors
    /// Where the profile gives the client no key, or the subject no identifier.
    pub async fn assertion(
        &mut self,
        client: &Client,
        subject: &Subject,
    ) -> Result<Assertion, Unmet> {
        let entry = self.client(client)?;
        let signing = signing(client, &entry)?;
        let (kind, id) = self.subject(subject)?;
        let now = self.target_time().await?;
        let key = signing.private_key.clone().unwrap_or_default();
        self.journal.private_key(&key);
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(signing.algorithm.name()));
        header.insert("typ".to_owned(), json!("JWT"));
        if let Some(id) = &signing.key_id {
            header.insert("kid".to_owned(), json!(id));
        }
        let audience = signing.audience.clone().unwrap_or_else(|| self.site.token.to_string());
        let claims = [
            ("iss", json!(entry.id)),
            ("sub", json!(id)),
            ("box_sub_type", json!(kind)),
            ("aud", json!(audience)),
            ("jti", json!(self.fresh(40))),
            ("exp", json!((now + GOOD_FOR).as_secs())),
        ];
        let claims = claims.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        Ok(Assertion { header, claims, algorithm: signing.algorithm, key, now })
    }

    /// The token request that carries an assertion.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn assertion_grant(&self, client: &Client, assertion: &str) -> Result<Draft, Unmet> {
        self.grant_request(client, JWT_BEARER, &[("assertion", assertion)])
    }
}

/// The key that a client signs with.
pub(super) fn signing<'a>(
    client: &Client,
    entry: &'a profile::Client,
) -> Result<&'a profile::Assertion, Unmet> {
    entry.assertion.as_ref().ok_or_else(|| {
        let role = &client.0;
        Unmet::Lacking(format!("the profile defines no `clients.{role}.assertion`"))
    })
}
