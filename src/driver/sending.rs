//! How requests of a client are sent: where the client authenticates by an assertion, that is made last, so
//! that each request has its own.

use std::borrow::Cow;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::assertion::{Assertion, CLIENT_ASSERTION_TYPE, signing};
use super::basic_form::knows_no_client;
use super::draft::Signer;
use super::flow::{Client, Driver};
use super::own_scope::asking;
use super::{Draft, Unmet};
use crate::observe::{Observed, success};
use crate::profile;
use crate::wire::transport::Sent;

/// A resource that was not named, a proof that was missing, and then its nonce.
const MOST_PROOFS: usize = 3;

/// For whom an assertion is that a client sends elsewhere than to the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// As everywhere.
    TokenEndpoint,
    /// The server by its name.
    Issuer,
}

impl Driver {
    /// Sends a draft; with a proof of possession where the target wants one of this client, or where the
    /// token is bound to a key (RFC 9449), and with the name of the resource where it wants that (RFC 8707).
    ///
    /// # Errors
    /// Where it cannot be made into a request.
    pub async fn submit(&mut self, draft: &Draft) -> Result<Sent, Unmet> {
        for _ in 0..MOST_PROOFS {
            let named = self.completed(draft);
            let proven = self.proven(&named).await?;
            let sent = self.submit_once(&proven).await?;
            let unnamed = self.needs_resource(&named, &sent);
            if !unnamed && !self.needs_another_proof(draft, &proven, &sent) {
                return self.with_other_scope(&named, sent).await;
            }
        }
        let named = self.completed(draft);
        let proven = self.proven(&named).await?;
        self.submit_once(&proven).await
    }

    /// What a request is answered that is refused for its scope, where another one works.
    async fn with_other_scope(&mut self, draft: &Draft, sent: Sent) -> Result<Sent, Unmet> {
        let what = Observed::of_token(&sent);
        let refused = matches!(what, Observed::Error { error, .. } if error == "invalid_scope");
        let others = if refused { self.with_other_scopes(draft) } else { None };
        let Some((client, scopes)) = others else { return Ok(sent) };
        for scope in scopes {
            let other = asking(draft, scope.as_deref());
            let proven = self.proven(&other).await?;
            let answer = self.submit_once(&proven).await?;
            if Observed::of_token(&answer) == Observed::Tokens {
                let known = &self.site.own_scopes;
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(client.id, Some(scope));
                return Ok(answer);
            }
        }
        Ok(sent)
    }

    async fn submit_once(&mut self, draft: &Draft) -> Result<Sent, Unmet> {
        let sent = self.submit_for(draft, self.known_audience()).await?;
        if !self.may_want_issuer(draft, &sent) {
            return Ok(sent);
        }
        let again = self.submit_for(draft, Audience::Issuer).await?;
        if knows_no_client(&again) {
            return Ok(sent);
        }
        self.site.asserts_to_issuer.store(true, Ordering::Relaxed);
        Ok(again)
    }

    /// Whether a valid assertion may be refused for its audience: which name of itself a server wants beside the token
    /// endpoint, no document says (RFC 7523 §3, RFC 9126 §2).
    fn may_want_issuer(&self, draft: &Draft, sent: &Sent) -> bool {
        let signer = draft.credentials.as_ref().and_then(|it| it.signer.as_ref());
        let Some(signer) = signer.filter(|it| !it.foreign) else { return false };
        draft.url.path() != self.site.token.path()
            && self.known_audience() == Audience::TokenEndpoint
            && self.names_no_audience(&signer.role)
            && knows_no_client(sent)
    }

    /// For whom assertions are that are sent elsewhere than to the token endpoint, as far as is known.
    fn known_audience(&self) -> Audience {
        let to_issuer = self.site.asserts_to_issuer.load(Ordering::Relaxed);
        if to_issuer { Audience::Issuer } else { Audience::TokenEndpoint }
    }

    /// Whether the profile leaves it to the suite for whom a client's assertions are.
    fn names_no_audience(&self, role: &str) -> bool {
        let entry = self.client(&Client(role.to_owned()));
        entry.is_ok_and(|it| it.assertion.as_ref().is_some_and(|it| it.audience.is_none()))
    }

    async fn submit_for(&mut self, draft: &Draft, audience: Audience) -> Result<Sent, Unmet> {
        let client = self.spaced(draft);
        if let Some(client) = &client {
            self.site.spacing.turn(client).await;
        }
        let authenticated = self.authenticated(draft, audience).await?;
        let sent = self.transmit(&authenticated).await?;
        let is_refused = sent.as_ref().is_ok_and(|response| (300..500).contains(&response.status));
        if let Some(client) = client.filter(|_| is_refused) {
            self.site.spacing.give_back(&client);
        }
        self.note_bound(&authenticated, &sent);
        self.note_owner(draft, &sent);
        Ok(sent)
    }

    /// Keeps the client that an access token was issued to, where tokens are introspected and it can prove who it is:
    /// a server may tell a client of its own tokens alone (RFC 7662 §2.2, §4).
    fn note_owner(&mut self, draft: &Draft, sent: &Sent) {
        let (Some(own), Ok(response)) = (&draft.credentials, sent) else { return };
        let proves = own.id.is_some() && (own.secret.is_some() || own.signer.is_some());
        if !proves || self.site.profile.introspecting().is_none() {
            return;
        }
        if let Some(tokens) = success::tokens(response) {
            self.owners.insert(tokens.access.to_string(), own.clone());
        }
    }

    /// The client that has to wait for a second of its own before it asks for tokens by this request; none where
    /// nothing has to.
    pub(super) fn spaced(&self, draft: &Draft) -> Option<String> {
        let site = &self.site;
        let is_for = |url: Option<&url::Url>| url.is_some_and(|url| url.path() == draft.url.path());
        let from_page = || {
            let kind = draft.query.first("response_type").unwrap_or_default();
            is_for(site.authorization.as_ref()) && kind.contains("token")
        };
        let brings = site.spacing.has_begun() && (is_for(Some(&site.token)) || from_page());
        brings.then(|| client_of(draft))
    }

    /// Sends copies of a draft at once.
    ///
    /// # Errors
    /// Where it cannot be made into a request.
    pub async fn race(&mut self, draft: &Draft, copies: usize) -> Result<Vec<Sent>, Unmet> {
        self.footprint.raced = true;
        if let Some(client) = self.spaced(draft) {
            self.site.spacing.turn(&client).await;
        }
        for _ in 0..MOST_PROOFS {
            let (proven, answers) = self.race_once(draft, copies).await?;
            let Some(first) = answers.first().filter(|_| Self::lack_proof(&answers)) else {
                return Ok(answers);
            };
            // Nothing was used up by them.
            if !self.needs_another_proof(draft, &proven, first) {
                return Ok(answers);
            }
        }
        Ok(self.race_once(draft, copies).await?.1)
    }

    /// One of the copies, and the answers to all.
    async fn race_once(
        &mut self,
        draft: &Draft,
        copies: usize,
    ) -> Result<(Draft, Vec<Sent>), Unmet> {
        let (mut requests, mut last) = (Vec::new(), draft.clone());
        for _ in 0..copies {
            let named = self.completed(draft);
            let proven = self.proven(&named).await?;
            last = self.authenticated(&proven, self.known_audience()).await?.into_owned();
            requests.push(self.prepared(&last).await?);
        }
        let answers = self.journal.race(&*self.site.transport, &draft.label, &requests).await;
        answers.iter().for_each(|sent| self.note_bound(&last, sent));
        Ok((last, answers))
    }

    /// The draft with the assertion by which its client authenticates, where it has to have one.
    async fn authenticated<'d>(
        &mut self,
        draft: &'d Draft,
        audience: Audience,
    ) -> Result<Cow<'d, Draft>, Unmet> {
        if draft.credentials.as_ref().is_none_or(|it| it.signer.is_none()) {
            return Ok(Cow::Borrowed(draft));
        }
        let mut draft = draft.clone();
        let signer = draft.credentials.as_mut().and_then(|credentials| credentials.signer.take());
        let Some(Signer { role, foreign, in_url }) = signer else { return Ok(Cow::Owned(draft)) };
        let entry = self.client(&Client(role.clone()))?;
        let id = entry.id.as_str();
        let mut assertion = self.asserted(signing(&role, &entry)?, (id, id)).await?;
        let elsewhere = draft.url.path() != self.site.token.path();
        if elsewhere && audience == Audience::Issuer && self.names_no_audience(&role) {
            assertion = assertion.with("aud", self.issuer());
        }
        if foreign {
            assertion.use_key_of_stranger();
        }
        let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()))?;
        draft.assert(&written, in_url);
        Ok(Cow::Owned(draft))
    }

    /// A valid assertion for this server: who issues it, and about whom.
    pub(super) async fn asserted(
        &mut self,
        signing: &profile::Assertion,
        (issuer, subject): (&str, &str),
    ) -> Result<Assertion, Unmet> {
        self.journal.private_key(signing.private_key.as_deref().unwrap_or_default());
        let now = self.target_time().await?;
        let (jti, token) = (self.fresh(40), self.site.token.to_string());
        Ok(Assertion::new(signing, (issuer, subject, &token), (jti, now)))
    }
}

impl Draft {
    /// Adds the assertion by which the client authenticates (RFC 7523 §2.2).
    pub fn assert(&mut self, assertion: &str, in_url: bool) {
        let place = if in_url { &mut self.query } else { self.params() };
        place.push("client_assertion_type", CLIENT_ASSERTION_TYPE);
        place.push("client_assertion", assertion);
    }
}

/// The client of a request for tokens.
fn client_of(draft: &Draft) -> String {
    let own = draft.credentials.as_ref().and_then(|credentials| credentials.id.clone());
    let named = || draft.form.first("client_id").or(draft.query.first("client_id"));
    own.or_else(|| named().map(str::to_owned)).unwrap_or_default()
}
