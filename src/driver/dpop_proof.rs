//! The valid proof of possession of a request (RFC 9449 §4.2).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::flow::Driver;
use super::keys::{Key, bare};
use super::{Draft, Unmet};
use crate::profile::Profile;
use crate::wire::jwk::{Alg, SigningKey};
use crate::wire::jws;

/// A proof before it is signed.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) key: Arc<SigningKey>,
    /// The target's time, in seconds since the epoch.
    pub(super) now: u64,
}

impl Proof {
    /// What is signed.
    pub(super) fn text(&self) -> String {
        jws::text(&self.header, &self.claims)
    }

    /// The compact form.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub(super) fn sign(&self) -> Result<String, Unmet> {
        let signed = self.key.compact(&self.header, &self.claims);
        signed.map_err(|error| Unmet::Failed(error.to_string()))
    }

    pub(super) fn claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }
}

/// The algorithms of the profile that the suite has, too.
pub fn algorithms(profile: &Profile) -> Vec<Alg> {
    let known = profile.dpop.iter().filter_map(|name| Alg::read(name));
    known.filter(|alg| Alg::GENERATED.contains(alg)).collect()
}

impl Driver {
    /// A key of the client; by default of the first algorithm of the profile.
    ///
    /// # Errors
    /// Where the profile names no algorithm that the suite has.
    pub fn signing_key(&mut self, which: Key, alg: Option<Alg>) -> Result<Arc<SigningKey>, Unmet> {
        let alg = alg.or_else(|| algorithms(&self.site.profile).first().copied());
        let alg = alg.ok_or_else(|| {
            Unmet::Lacking("the profile names no algorithm of proofs that the suite has".to_owned())
        })?;
        self.keys.get(which, alg)
    }

    /// Whether the target asked for a nonce at this URL.
    pub fn was_asked_for_nonce(&self, url: &url::Url) -> bool {
        self.keys.was_asked(url)
    }

    /// The valid proof for a request, which presents an access token or none.
    pub(super) async fn proof_for(
        &mut self,
        draft: &Draft,
        (key, alg): (Key, Option<Alg>),
        token: Option<&str>,
    ) -> Result<Proof, Unmet> {
        let key = self.signing_key(key, alg)?;
        let now = self.target_time().await?.as_secs();
        let header = json!({"typ": "dpop+jwt", "alg": key.alg().name(), "jwk": key.jwk()});
        let claims = json!({
            "jti": self.fresh(32), "htm": draft.method, "htu": bare(&draft.url), "iat": now,
        });
        let mut proof =
            Proof { header: jws::members(header), claims: jws::members(claims), key, now };
        if let Some(token) = token {
            proof.claim("ath", jws::hash(token));
        }
        if let Some(nonce) = self.keys.nonce(&draft.url) {
            proof.claim("nonce", nonce.clone());
        }
        Ok(proof)
    }
}
