//! What has to come of proofs of possession (RFC 9449): each for its request, by its key, once; and of
//! tokens that are bound to a key.

use std::borrow::Cow;
use std::time::Instant;

use super::case::{Base, Edit, Shot};
use super::expected::{Expectation, Judge};
use super::model::Pair;
use super::play::Player;
use super::reading::Reading;
use crate::driver::Client;
use crate::driver::dpop::Showing;
use crate::driver::dpop_flaw::Flaw;
use crate::driver::keys::Key;
use crate::driver::{Draft, Unmet};
use crate::wire::transport::Sent;

/// What a request shows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whether it is the client's other key.
    pub other: bool,
    /// What is wrong with the proof, as it is written in sentences.
    pub flaw: Option<String>,
    /// Whether it is the proof that was sent before.
    pub again: bool,
    /// Whether that one was taken.
    pub taken: bool,
}

impl Shown {
    /// What the edits of a shot say of a proof.
    pub(super) fn of(shot: &Shot) -> Option<Self> {
        shot.edits.iter().rev().find_map(|edit| match edit {
            Edit::Prove { other, flaw, again } => {
                Some(Self { other: *other, flaw: flaw.clone(), again: *again, taken: false })
            }
            _ => None,
        })
    }

    fn key(&self) -> Key {
        if self.other { Key::Other } else { Key::Own }
    }

    fn flaw(&self) -> Option<Flaw> {
        self.flaw.as_ref().and_then(|text| text.parse().ok())
    }

    /// The rule by which a proof is refused at the token endpoint; empty: it is none of this model's.
    fn rule(&self) -> Option<&'static str> {
        if self.again {
            return Some("dpop/replay");
        }
        Some(match self.flaw()? {
            Flaw::OtherMethod => "dpop/method",
            Flaw::For(_) => "dpop/uri",
            Flaw::Made(_) | Flaw::MadeAt(_) => "dpop/time",
            Flaw::OtherSigner
            | Flaw::ClaimsAltered
            | Flaw::SignatureEmpty
            | Flaw::SignatureZero => "dpop/signature",
            Flaw::Type(_) => "dpop/type",
            Flaw::Unsigned(_) | Flaw::PublicKeyAsSecret => "dpop/algorithm",
            Flaw::PrivateKey => "dpop/no-private-key",
            Flaw::Two => "dpop/one-proof",
            Flaw::Without(_) | Flaw::OtherType(_) => "dpop/claims",
            Flaw::UnknownNonce | Flaw::WithoutNonce => "dpop/nonce-checked",
            Flaw::NonceOfResource => "dpop/nonce-of-resource",
            _ => "",
        })
    }
}

/// Flaws that the fuzzer tries.
pub(super) const FLAWS: &[&str] = &[
    "a proof for another method",
    "a proof for another path",
    "a proof for another host",
    "a proof made 86400 seconds ago",
    "a proof signed with another key",
    "a proof whose claims were altered once it was signed",
    "a proof whose signature is empty",
    "a proof whose typ is \"JWT\"",
    "a proof without a signature whose alg is \"none\"",
    "a proof signed as if its public key were a shared secret",
    "a proof that shows its private key",
    "two proofs",
    "a proof without jti",
    "a proof without htu",
    "a proof without iat",
    "a proof with a nonce never told",
    "a proof without a nonce",
    "a proof with the nonce of the resource",
];

impl Judge<'_> {
    /// The proof of a token request, and the key that a refresh token is bound to.
    pub(super) fn proof(
        &self,
        shown: Option<&Shown>,
        (refreshed, asked_nonce): (Option<&Pair>, bool),
        to: &mut Expectation,
    ) {
        if let Some(shown) = shown {
            match shown.rule() {
                Some("") => to.open = true,
                Some("dpop/replay") if !shown.taken => to.open = true,
                // Without a demand for one, nobody looks at a nonce.
                Some("dpop/nonce-checked" | "dpop/nonce-of-resource") if !asked_nonce => {
                    to.open = true;
                }
                Some(rule) => self.refuse_where_cited(rule, to),
                None => {}
            }
        }
        let Some(pair) = refreshed.filter(|pair| pair.key.is_some()) else { return };
        let profile = &self.terms.profile;
        let client = profile.clients.values().find(|client| client.id == pair.client);
        let public = client.is_some_and(|client| client.secret.is_none());
        if shown.map(|it| it.other) == pair.key {
            return;
        }
        if public { self.refuse_where_cited("dpop/refresh-bound", to) } else { to.open = true }
    }

    /// The proof of a call with a token that is bound to a key.
    pub(super) fn bound_call(
        &self,
        pair: &Pair,
        scheme: bool,
        (shown, asked_nonce): (Option<&Shown>, bool),
        to: &mut Expectation,
    ) {
        let Some(key) = pair.key else {
            // A token without a key is no bound token.
            if scheme {
                self.refuse_where_cited("dpop/unbound-refused", to);
            }
            return;
        };
        let Some(shown) = shown.filter(|_| scheme) else {
            let rule = if scheme { "dpop/resource-proof" } else { "dpop/no-downgrade" };
            return self.refuse_where_cited(rule, to);
        };
        to.by = "dpop/resource-served";
        if shown.other != key {
            self.refuse_where_cited("dpop/resource-proof", to);
        }
        match shown.rule() {
            None => {}
            Some("") => to.open = true,
            Some("dpop/replay") if !shown.taken => to.open = true,
            // A proof that came before is RFC 9449's matter at the resource, too (§11.1).
            Some("dpop/replay") => self.refuse_where_cited("dpop/replay", to),
            Some("dpop/nonce-of-resource") => to.open = true,
            Some("dpop/nonce-checked") if !asked_nonce => to.open = true,
            Some("dpop/nonce-checked") => self.refuse_where_cited("dpop/resource-nonce", to),
            Some(_) => self.refuse_where_cited("dpop/resource-checks", to),
        }
    }
}

impl Player<'_> {
    /// What a shot shows of a key, as it will be understood: before it is sent.
    pub(super) fn shown(&self, shot: &Shot) -> Option<Shown> {
        Shown::of(shot).map(|shown| Shown { taken: self.proof_taken, ..shown })
    }

    /// The shot with a proof where the target issues tokens with one alone, and where it says nothing of one: a token
    /// request, or a call with a token that is bound.
    pub(super) fn proving<'s>(&self, shot: &'s Shot) -> Cow<'s, Shot> {
        let asks = match &shot.request {
            Base::Exchange { .. }
            | Base::Refresh { .. }
            | Base::Poll { .. }
            | Base::Downscope { .. }
            | Base::TokenExchange { .. }
            | Base::Assertion { .. } => true,
            Base::Use { token, .. } => {
                let (access, _) = self.tokens(*token);
                let pair = self.model.by_access(&access).and_then(|at| self.model.pairs.get(at));
                pair.is_some_and(|pair| pair.key.is_some())
            }
            _ => false,
        };
        let mut shot = Cow::Borrowed(shot);
        if asks && Shown::of(&shot).is_none() && self.driver.has_bound_alone() {
            let edits = &mut shot.to_mut().edits;
            edits.push(Edit::Prove { other: false, flaw: None, again: false });
        }
        shot
    }

    /// Whether this client gets tokens for a proof alone.
    pub(super) fn is_bound(&self, client: &Client) -> bool {
        self.driver.has_bound_alone() || client.0 == "dpop"
    }

    /// Whether the client of a token request gets bound tokens alone.
    pub(super) fn owes_proof(&self, read: &Reading) -> bool {
        let bound = self.stage.terms.profile.client("dpop").map(|client| client.id.as_str());
        let id = read.clients().next();
        self.driver.has_bound_alone() || id.is_some() && id == bound
    }

    /// Sends a request with its changes; where a nonce is asked for, once more with it.
    pub(super) async fn sent(
        &mut self,
        shot: &Shot,
        draft: &Draft,
    ) -> Result<(Reading, Sent, Instant), Unmet> {
        let shown = Shown::of(shot);
        let first = self.sent_once(shot, draft, shown.as_ref()).await?;
        let Some(shown) = shown else { return Ok(first) };
        let asks = self.driver.learn_nonce(&draft.url, &first.1);
        let about_nonce = shown.flaw().is_some_and(|flaw| flaw.is_about_nonce());
        if !asks || about_nonce || shown.again {
            return Ok(first);
        }
        self.sent_once(shot, draft, Some(&shown)).await
    }

    async fn sent_once(
        &mut self,
        shot: &Shot,
        draft: &Draft,
        shown: Option<&Shown>,
    ) -> Result<(Reading, Sent, Instant), Unmet> {
        let draft = &self.authenticated(Some(shot), draft).await?;
        let (mut request, read) = self.spoil(shot, draft)?;
        if let Some(shown) = shown {
            let fields = self.fields(shown, draft).await?;
            fields.iter().for_each(|field| request.headers.push("DPoP", field.as_str()));
            // A server need not keep what it did not take.
            self.proof_taken &= shown.again;
            self.proofs = fields;
        }
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        Ok((read, sent, since))
    }

    async fn fields(&mut self, shown: &Shown, draft: &Draft) -> Result<Vec<String>, Unmet> {
        if shown.again {
            let none = || Unmet::Failed("no proof was sent before".to_owned());
            return Some(self.proofs.clone()).filter(|it| !it.is_empty()).ok_or_else(none);
        }
        let token = super::request::token_of(draft);
        let flaw = shown.flaw();
        let how = Showing {
            key: shown.key(),
            token: token.as_deref(),
            flaw: flaw.as_ref(),
            ..Showing::default()
        };
        self.driver.proofs(draft, &how).await
    }
}
