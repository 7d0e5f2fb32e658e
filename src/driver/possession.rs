//! Proofs of possession that no sentence asks for (RFC 9449): where the server issues tokens to a client
//! with a proof alone, each of its token requests has one, and a token that is bound is used with one.

use std::borrow::Cow;
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use serde_json::Value;

use super::dpop_proof::algorithms;
use super::flow::{Client, Driver};
use super::keys::Key;
use super::site::Provers;
use super::{Draft, Unmet};
use crate::observe::observed::error_code;
use crate::observe::{Observed, observed};
use crate::wire::transport::Sent;
use crate::wire::{Response, basic, challenge};

/// The error that asks for a nonce (RFC 9449 §8).
const USE_NONCE: &str = "use_dpop_nonce";

/// The error about a proof that is missing, or not valid (RFC 9449 §5).
const INVALID_PROOF: &str = "invalid_dpop_proof";

/// What a proof is for.
enum Aim {
    Tokens,
    Call(String),
}

impl Driver {
    /// Whether no client of the target gets Bearer tokens, as far as is known: all have to prove a key, or
    /// tokens of this scenario are bound to one that nobody asked to be.
    pub fn has_bound_alone(&self) -> bool {
        self.provers().all || self.keys.is_any_bound()
    }

    /// What is said of the default client goes for all: each proves a key where it has to.
    pub(super) fn expect_proofs_of_all(&self) {
        let own = self.client(&Client::default_role()).map(|client| client.id);
        let mut provers = self.provers();
        provers.all |= own.is_ok_and(|id| provers.clients.contains(&id));
    }

    fn provers(&self) -> MutexGuard<'_, Provers> {
        self.site.provers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The draft with the proof that it needs.
    pub(super) async fn proven<'d>(&mut self, draft: &'d Draft) -> Result<Cow<'d, Draft>, Unmet> {
        let Some(aim) = self.aim(draft) else { return Ok(Cow::Borrowed(draft)) };
        let mut draft = draft.clone();
        let token = match &aim {
            Aim::Tokens => None,
            Aim::Call(token) => {
                draft.headers.set("Authorization", format!("DPoP {token}"));
                Some(token.as_str())
            }
        };
        let proof = self.proof_for(&draft, (Key::Own, None), token).await?.sign()?;
        draft.headers.push("DPoP", proof);
        Ok(Cow::Owned(draft))
    }

    fn aim(&self, draft: &Draft) -> Option<Aim> {
        if !self.is_open(draft) {
            return None;
        }
        let mut fields = draft.headers.all("authorization");
        if let (Some(field), None) = (fields.next(), fields.next()) {
            let field = String::from_utf8_lossy(field);
            let token = field.strip_prefix("Bearer ").filter(|it| self.keys.is_bound(it));
            if let Some(token) = token {
                return Some(Aim::Call(token.to_owned()));
            }
        }
        let proves = self.is_for_tokens(draft) && self.proves(draft);
        (proves || self.keys.revokes && self.is_revocation(draft)).then_some(Aim::Tokens)
    }

    fn is_revocation(&self, draft: &Draft) -> bool {
        self.site.revocation.as_ref().is_some_and(|url| url.path() == draft.url.path())
    }

    /// A valid revocation revoked nothing: whether those of this scenario have a proof from now on, for the tokens
    /// are bound and it may have lacked one. No text asks for it, so that this is for controls alone.
    pub fn tries_proof_to_revoke(&mut self) -> bool {
        let may = self.keys.is_any_bound() && !self.keys.revokes;
        self.keys.revokes |= may;
        may
    }

    /// Whether a proof was a help there.
    pub fn keep_proof_to_revoke(&mut self, helps: bool) {
        self.keys.revokes = helps;
        self.site.proves_revocations.fetch_or(helps, Ordering::Relaxed);
    }

    /// Whether a sentence leaves it to the driver whether there is a proof.
    fn is_open(&self, draft: &Draft) -> bool {
        let decided = draft.unproven || draft.headers.get("dpop").is_some();
        !decided && !algorithms(&self.site.profile).is_empty()
    }

    fn is_for_tokens(&self, draft: &Draft) -> bool {
        draft.url.path() == self.site.token.path()
    }

    fn proves(&self, draft: &Draft) -> bool {
        let provers = self.provers();
        provers.all || asker(draft).is_some_and(|it| provers.clients.contains(&it))
    }

    /// Whether a request has to be sent once more: its answer asks for a proof that it did not have, or for
    /// a nonce that was not known.
    pub(super) fn needs_another_proof(
        &mut self,
        draft: &Draft,
        proven: &Draft,
        sent: &Sent,
    ) -> bool {
        if !self.is_open(draft) {
            return false;
        }
        let had = proven.headers.get("dpop").is_some();
        if had {
            return self.learn_nonce(&draft.url, sent);
        }
        let Ok(response) = sent else { return false };
        let asked = matches!(&*error_code(response), USE_NONCE | INVALID_PROOF);
        if !asked || !self.is_for_tokens(draft) {
            return false;
        }
        self.learn_nonce(&draft.url, sent);
        if let Some(client) = asker(draft) {
            self.provers().clients.insert(client);
        }
        self.proves(draft)
    }

    /// Whether an ordinary request may have been refused for lack of a proof, in words of the server's own: then
    /// it is sent once more with one. What is said of the default client goes for all.
    pub(super) fn tries_proof(&mut self, client: &Client, draft: &Draft, sent: &Sent) -> bool {
        let refused = Observed::of_token(sent).is_refusal();
        let may = self.is_open(draft) && self.is_for_tokens(draft) && !self.proves(draft);
        if !refused || !may {
            return false;
        }
        match asker(draft) {
            _ if *client == Client::default_role() => self.provers().all = true,
            Some(asker) => drop(self.provers().clients.insert(asker)),
            None => return false,
        }
        true
    }

    /// A proof was no help.
    pub(super) fn untried(&mut self, client: &Client, draft: &Draft) {
        let mut provers = self.provers();
        if *client == Client::default_role() {
            provers.all = false;
        } else if let Some(asker) = asker(draft) {
            provers.clients.remove(&asker);
        }
    }

    /// Keeps whether the token of an answer is bound to a key. A server may hand the same token out again.
    pub(super) fn note_bound(&mut self, draft: &Draft, sent: &Sent) {
        let Ok(response) = sent else { return };
        let Some(Value::Object(members)) = observed::json(response) else { return };
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let bound = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("DPoP"));
        if let Some(token) = text("access_token") {
            self.keys.bind(token, bound && draft.headers.get("dpop").is_some());
        }
    }

    /// Whether an access token is bound to a key of the scenario.
    pub fn is_bound(&self, token: &str) -> bool {
        self.keys.is_bound(token)
    }

    /// The scheme of the challenges that are due to a call: that by which it presents its token.
    pub(super) fn scheme_of(&self, draft: &Draft) -> &'static str {
        let field = draft.headers.text("authorization").unwrap_or_default();
        let token = field.strip_prefix("Bearer ").filter(|_| !draft.unproven);
        if token.is_some_and(|it| self.keys.is_bound(it)) { "dpop" } else { "bearer" }
    }

    /// Whether each of these is refused for lack of a proof.
    pub(super) fn lack_proof(answers: &[Sent]) -> bool {
        let asks = |sent: &Sent| {
            let error = sent.as_ref().map(error_code).unwrap_or_default();
            matches!(&*error, USE_NONCE | INVALID_PROOF)
        };
        !answers.is_empty() && answers.iter().all(asks)
    }

    /// Keeps the nonce of an answer from this URL; whether it asks for one that was not known.
    pub fn learn_nonce(&mut self, url: &url::Url, sent: &Sent) -> bool {
        let known = self.keys.nonce(url).cloned();
        let Ok(response) = sent else { return false };
        let asks = asks_for_nonce(response);
        self.keys.learn(url, response, asks);
        asks && self.keys.nonce(url) != known.as_ref()
    }
}

/// The client that a request names.
fn asker(draft: &Draft) -> Option<String> {
    let known = draft.credentials.as_ref().and_then(|it| it.id.clone());
    let basic = || Some(basic::decode(draft.headers.get("authorization")?)?.id);
    known.or_else(|| draft.form.first("client_id").map(str::to_owned)).or_else(basic)
}

/// Whether a response asks for a nonce: as a token endpoint does, or as a resource.
fn asks_for_nonce(response: &Response) -> bool {
    error_code(response) == USE_NONCE
        || challenge_of(response).is_some_and(|it| it.param("error") == Some(USE_NONCE))
}

/// The challenge of a response for bound tokens (RFC 9449 §7.1).
pub fn challenge_of(response: &Response) -> Option<challenge::Challenge> {
    let fields = response.headers.all("www-authenticate");
    let mut read = fields.flat_map(|value| challenge::read(&String::from_utf8_lossy(value)));
    read.find(|challenge| challenge.is("dpop"))
}
