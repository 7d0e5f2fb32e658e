//! The keys of a scenario's clients, and the nonces that servers told for proofs by them (RFC 9449 §8).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use super::Unmet;
use crate::wire::jwk::{Alg, SigningKey};
use crate::wire::{Response, Secret};

/// Which of a client's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Key {
    /// The one that its tokens are bound to.
    #[default]
    Own,
    /// Another one, of the same kind.
    Other,
}

/// Keys, and what was told of nonces by the URL that was called.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: BTreeMap<(Key, &'static str), Arc<SigningKey>>,
    nonces: BTreeMap<String, String>,
    asked: BTreeSet<String>,
    bound: BTreeSet<Secret>,
    pem: Option<Secret>,
    /// Whether revocations have a proof of the client's key, too.
    pub(super) revokes: bool,
}

impl Keys {
    /// A key, made when it is first needed.
    pub(super) fn get(&mut self, which: Key, alg: Alg) -> Result<Arc<SigningKey>, Unmet> {
        if let Some(known) = self.keys.get(&(which, alg.name())) {
            return Ok(Arc::clone(known));
        }
        let made = SigningKey::generate(alg).map_err(|error| Unmet::Failed(error.to_string()))?;
        let made = Arc::new(made);
        self.keys.insert((which, alg.name()), Arc::clone(&made));
        Ok(made)
    }

    /// The private key (PEM) of clients that a scenario registers, made when it is first needed.
    pub(super) fn pem(&mut self) -> Result<Secret, Unmet> {
        if let Some(known) = &self.pem {
            return Ok(known.clone());
        }
        let made = SigningKey::generate_pem().map_err(|error| Unmet::Failed(error.to_string()))?;
        Ok(self.pem.insert(made.into()).clone())
    }

    /// The nonce that was told last.
    pub(super) fn nonce(&self, url: &Url) -> Option<&String> {
        self.nonces.get(&bare(url))
    }

    /// Whether a nonce was asked for.
    pub(super) fn was_asked(&self, url: &Url) -> bool {
        self.asked.contains(&bare(url))
    }

    /// Keeps whether an access token is bound to a key.
    pub(super) fn bind(&mut self, token: &str, bound: bool) {
        match bound {
            true => drop(self.bound.insert(token.into())),
            false => drop(self.bound.remove(&Secret::from(token))),
        }
    }

    /// Whether an access token is bound to a key.
    pub(super) fn is_bound(&self, token: &str) -> bool {
        self.bound.contains(&Secret::from(token))
    }

    /// Whether any is.
    pub(super) fn is_any_bound(&self) -> bool {
        !self.bound.is_empty()
    }

    /// Keeps the nonce of a response; `asks`: it asks for one.
    pub(super) fn learn(&mut self, url: &Url, response: &Response, asks: bool) {
        if let Some(nonce) = response.headers.text("dpop-nonce") {
            self.nonces.insert(bare(url), nonce.into_owned());
        }
        if asks {
            self.asked.insert(bare(url));
        }
    }
}

/// A URL without query and fragment (RFC 9449 §4.2).
pub(super) fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}
