//! Assertions that a client signs (RFC 7523 §3), before they are sent.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Unmet;
use crate::profile;
use crate::wire::Secret;
use crate::wire::jws::{self, Algorithm, BadPrivateKey};

/// How long a valid assertion is good: less than every document's most.
const GOOD_FOR: Duration = Duration::from_secs(45);

/// The value of `client_assertion_type` (RFC 7523 §2.2).
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A published key that no target has registered.
pub(super) const STRANGER: &str = include_str!("../../fixtures/keys/stranger.pem");

/// The same for P-256.
const STRANGER_P256: &str = include_str!("../../fixtures/keys/stranger-p256.pem");

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
    /// A valid one: who issues it, about whom, for which server, and the target's time.
    pub(super) fn new(
        signing: &profile::Assertion,
        (issuer, subject, audience): (&str, &str, &str),
        (jti, now): (String, Duration),
    ) -> Self {
        let (algorithm, key) =
            (signing.algorithm(), signing.private_key.clone().unwrap_or_default());
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(algorithm.name()));
        header.insert("typ".to_owned(), json!("JWT"));
        if let Some(id) = &signing.key_id {
            header.insert("kid".to_owned(), json!(id));
        }
        let audience = signing.audience.as_deref().unwrap_or(audience);
        let claims = [
            ("iss", json!(issuer)),
            ("sub", json!(subject)),
            ("aud", json!(audience)),
            ("jti", json!(jti)),
            ("exp", json!((now + GOOD_FOR).as_secs())),
        ];
        let claims = claims.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        Self { header, claims, algorithm, key, now }
    }

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

    /// It is signed with a key of nobody, of the same kind.
    pub(super) fn use_key_of_stranger(&mut self) {
        let p256 = self.algorithm == Algorithm::Es256;
        self.key = if p256 { STRANGER_P256 } else { STRANGER }.into();
    }

    /// It is signed with this key, by the algorithm of its kind.
    pub(super) fn use_key(&mut self, key: Secret) {
        let by = Algorithm::of_key(&key);
        if (by == Algorithm::Es256) != (self.algorithm == Algorithm::Es256) {
            self.algorithm = by;
            self.header.insert("alg".to_owned(), json!(by.name()));
        }
        self.key = key;
    }

    /// What is signed.
    pub(super) fn text(&self) -> String {
        jws::text(&self.header, &self.claims)
    }

    /// The compact form.
    ///
    /// # Errors
    /// Where the profile's key is none.
    pub fn sign(&self) -> Result<String, BadPrivateKey> {
        let text = self.text();
        let signature = jws::sign(&self.key, self.algorithm, &text)?;
        Ok(format!("{text}.{}", jws::part(&signature)))
    }
}

/// The key that a client signs with.
pub(super) fn signing<'a>(
    role: &str,
    entry: &'a profile::Client,
) -> Result<&'a profile::Assertion, Unmet> {
    entry
        .assertion
        .as_ref()
        .ok_or_else(|| Unmet::Lacking(format!("the profile defines no `clients.{role}.assertion`")))
}
