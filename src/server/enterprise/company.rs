//! A company whose users sign in at an identity provider of its own (`box` OAuth page, customers
//! with single sign-on): what the server and that provider know of each other.
//!
//! The provider answers a request to sign in by an assertion: who it is, for whom, in answer to
//! which request, until when, signed with a key that only the two know. The browser carries it.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::testbed::random::Random;
use crate::wire::{Origin, Params, form, jws};

/// Path of the provider's page to sign in on.
pub(in crate::server) const SIGN_ON: &str = "/sign-on";

/// Path to which the identity provider sends the user back.
pub(in crate::server) const RETURN: &str = "/sign-on/return";

/// The header of every assertion: no other is accepted, so nothing in it has to be believed.
const HEADER: &[u8] = br#"{"alg":"HS256"}"#;

/// What the server and the identity provider of a company know of each other.
pub struct Company {
    key: [u8; 32],
    places: OnceLock<Places>,
}

/// Where the two are.
#[derive(Debug, Clone)]
struct Places {
    provider: Origin,
    service: Origin,
}

/// What the provider says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Assertion {
    /// Who says it.
    pub(in crate::server) iss: String,
    /// To whom.
    pub(in crate::server) aud: String,
    /// The user's login.
    pub(in crate::server) sub: String,
    /// What it answers.
    pub(in crate::server) nonce: String,
    /// Until when, in seconds.
    pub(in crate::server) exp: u64,
}

impl std::fmt::Debug for Company {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Company").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Company {
    /// A company with a key that nobody else knows.
    pub fn new(random: &dyn Random) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self { key, places: OnceLock::new() }
    }

    /// Says where its identity provider and the server are. What was said first holds.
    pub fn settle(&self, provider: Origin, service: Origin) {
        let _ = self.places.set(Places { provider, service });
    }

    /// The URL at which a user signs in, in answer to this value.
    pub(in crate::server) fn sign_on_url(&self, nonce: &str, login: &str) -> Option<String> {
        let places = self.places.get()?;
        let params: Params = [("nonce", nonce), ("return", &self.return_url()?), ("login", login)]
            .into_iter()
            .collect();
        Some(format!("{}{SIGN_ON}?{}", places.provider, form::encode(&params)))
    }

    pub(super) fn return_url(&self) -> Option<String> {
        self.places.get().map(|places| format!("{}{RETURN}", places.service))
    }

    /// What the provider says of a user, in answer to this value, until then (in seconds).
    pub(super) fn assert(&self, login: &str, nonce: &str, exp: u64) -> Option<String> {
        let places = self.places.get()?;
        self.sign(&Assertion {
            iss: places.provider.to_string(),
            aud: places.service.to_string(),
            sub: login.to_owned(),
            nonce: nonce.to_owned(),
            exp,
        })
    }

    fn sign(&self, assertion: &Assertion) -> Option<String> {
        let payload = serde_json::to_vec(assertion).ok()?;
        let text = format!("{}.{}", jws::part(HEADER), jws::part(&payload));
        let signature = jws::part(&jws::hs256(&self.key, &text));
        Some(format!("{text}.{signature}"))
    }

    /// What an assertion says, if the provider said it. `unchecked`: by a mistake anybody may have.
    pub(in crate::server) fn read(&self, text: &str, unchecked: bool) -> Option<Assertion> {
        let places = self.places.get()?;
        let parts = jws::read(text)?;
        let right = jws::hs256(&self.key, parts.signed);
        let genuine: bool = right.ct_eq(&parts.signature).into();
        let assertion: Assertion = serde_json::from_value(parts.claims.into()).ok()?;
        let meant = assertion.iss == places.provider.to_string()
            && assertion.aud == places.service.to_string();
        Some(assertion).filter(|_| meant && (genuine || unchecked))
    }
}
