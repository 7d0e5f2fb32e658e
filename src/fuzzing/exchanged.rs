//! What has to come of a token exchange by a client (RFC 8693): a token that lives, under its own type, is
//! exchanged for one that stands for the same user and can do no more.

use super::case::Base;
use super::choices::Choices;
use super::expected::{Expectation, Judge};
use super::generate::Maker;
use super::granted_scope;
use super::model::{Age, Pair, Token};
use super::oracle::{Finding, Terms};
use super::play::{Brought, Player};
use super::reading::{Reading, given, repeated};
use super::targets;
use super::tried::Tried;
use crate::driver::exchange::{ACCESS_TOKEN, REFRESH_TOKEN, TypedToken};
use crate::driver::{Client, Draft, Unmet};
use crate::observe::success::Tokens;

/// Parameters that are looked at; more of the same name is an error.
const KNOWN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "scope",
    "resource",
];

/// The role of the client that exchanges tokens, and that of one that may not.
pub(super) const EXCHANGER: &str = "exchange";
pub(super) const FORBIDDEN: &str = "no-exchange";

/// A type that nobody has defined.
pub(super) const NO_TYPE: &str = "urn:oauthspec:nothing";

const WIDENS: &str = "exchange/scope-never-widens";

impl Judge<'_> {
    /// Whether clients exchange tokens here.
    pub(super) fn exchanges(&self) -> bool {
        self.terms.profile.downscope.is_none() && self.terms.level("exchange/tokens").is_some()
    }

    /// A token exchange.
    pub(super) fn exchanged(&self, read: &Reading, to: &mut Expectation) {
        to.by = "exchange/tokens";
        if repeated(&read.body, &KNOWN[..KNOWN.len() - 1]) {
            self.refuse_where_cited("exchange/repeated-parameter", to);
            to.open = true;
        }
        to.open |= read.body.iter().any(|(name, _)| !KNOWN.contains(&name.as_str()));
        let client = self.client(read, "exchange/client-authenticated", to);
        let is = |role: &str| {
            let known = self.terms.profile.client(role);
            client.zip(known).is_some_and(|(client, known)| client.id == known.id)
        };
        if is(FORBIDDEN) {
            self.refuse_where_cited("exchange/client-not-allowed", to);
        } else {
            to.open |= !is(EXCHANGER);
        }
        self.actor(read, to);
        // What may be named, and how much of it, is the server's policy; a fragment never.
        let named = targets::named(&read.body);
        if named.iter().any(|it| it.contains('#')) {
            self.refuse_where_cited("exchange/target-malformed", to);
        }
        to.open |= !named.is_empty() || given(&read.body, "scope").is_some();
        let kind = given(&read.body, "subject_token_type");
        let Some(token) = given(&read.body, "subject_token") else {
            return self.absent(read, ("subject_token", "exchange/subject-token-required"), to);
        };
        let Some(kind) = kind else {
            return self.absent(read, ("subject_token_type", "exchange/subject-type-required"), to);
        };
        match kind {
            ACCESS_TOKEN | REFRESH_TOKEN => {
                self.subject(token, kind, client.map(|it| it.id.as_str()), to);
            }
            NO_TYPE => self.refuse_where_cited("exchange/subject-type-unknown", to),
            _ => to.open = true,
        }
    }

    fn absent(&self, read: &Reading, (name, rule): (&str, &'static str), to: &mut Expectation) {
        let nowhere = !read.body.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
            && read.query.is_empty();
        if nowhere { self.refuse_where_cited(rule, to) } else { to.open = true }
    }

    fn actor(&self, read: &Reading, to: &mut Expectation) {
        let (token, kind) =
            (given(&read.body, "actor_token"), given(&read.body, "actor_token_type"));
        let rule = match (token, kind) {
            (None, None) => return,
            (Some(_), None) => "exchange/actor-type-required",
            (None, Some(_)) => "exchange/actor-type-alone",
            (Some(token), Some(ACCESS_TOKEN))
                if !self.model.is_known(token) || self.is_over(token) =>
            {
                "exchange/actor-invalid"
            }
            // Who may act for whom is the server's policy.
            _ => {
                to.open = true;
                return;
            }
        };
        self.refuse_where_cited(rule, to);
    }

    /// Whether an access token has ended. What a server may have given up before has ended all the more.
    fn is_over(&self, value: &str) -> bool {
        let pair = self.model.by_access(value).and_then(|at| self.model.pairs.get(at));
        pair.is_some_and(|pair| {
            let expired = matches!(pair.born.age(self.now, pair.expires_in), Age::Dead);
            let dead = pair.access.dead.is_some_and(|rule| self.terms.level(rule).is_some());
            expired || dead
        })
    }

    fn subject(&self, value: &str, kind: &str, client: Option<&str>, to: &mut Expectation) {
        let by = |at: Option<usize>| at.and_then(|at| self.model.pairs.get(at));
        let (access, refresh) = (by(self.model.by_access(value)), by(self.model.by_refresh(value)));
        let own = |pair: &Pair| Some(pair.client.as_str()) == client && pair.key.is_none();
        match (access, refresh) {
            (Some(pair), _) if kind == ACCESS_TOKEN => {
                to.open |= !own(pair);
                self.ended(&pair.access, "exchange/subject-revoked", to);
                match pair.born.age(self.now, pair.expires_in) {
                    Age::Dead => self.refuse_where_cited("exchange/subject-expired", to),
                    Age::Unknown => to.open |= self.now > pair.born.moved,
                    Age::Alive => {}
                }
            }
            (_, Some(pair)) if kind == REFRESH_TOKEN => {
                // A server need not exchange refresh tokens.
                to.open = true;
                let token = pair.refresh.as_ref();
                token.into_iter().for_each(|it| self.ended(it, "exchange/subject-gone", to));
            }
            (None, None) if !self.model.is_known(value) => {
                self.refuse_where_cited("exchange/subject-invalid", to);
            }
            _ => self.refuse_where_cited("exchange/subject-kind", to),
        }
    }

    fn ended(&self, token: &Token, rule: &'static str, to: &mut Expectation) {
        if token.dead.is_some() {
            self.refuse_where_cited(rule, to);
        }
        to.open |= token.doubtful;
    }
}

/// What an exchange tells of its scope, beside that of the token that was exchanged: nothing opens the
/// scoped resource that did not before.
pub(super) fn widened(
    terms: &Terms,
    (before, tokens): (&Pair, &Tokens),
    tried: &mut Tried,
) -> Option<Finding> {
    let (held, told) = (before.told.as_deref()?, tokens.scope.as_deref()?);
    let level = terms.level(WIDENS)?;
    let needed = granted_scope::needed(&terms.profile);
    let lacked = |scope: &&str| !granted_scope::is_within(scope, held);
    if needed.is_empty() || !needed.iter().all(lacked) {
        return None;
    }
    tried.note("scope-never-grows");
    needed.iter().any(|scope| granted_scope::is_within(scope, told)).then(|| Finding {
        rule: Some(WIDENS),
        level,
        ..Finding::plain("scope-never-grows", "an exchange that tells of more than there was")
    })
}

impl Player<'_> {
    pub(super) fn exchange_draft(
        &self,
        client: &Client,
        (token, refresh): (Option<usize>, bool),
    ) -> Result<Draft, Unmet> {
        let (access, other) = self.tokens(token);
        let subject =
            if refresh { TypedToken::refresh(&other) } else { TypedToken::access(&access) };
        self.driver.token_exchange(client, &subject, None)
    }

    /// Tokens came of an exchange: the model learns for whom, and that nothing has ended.
    pub(super) fn exchanged(
        &mut self,
        client: &str,
        (pair, at): (&mut Pair, usize),
        tokens: &Tokens,
    ) {
        let Some(old) = self.model.pairs.get_mut(at) else { return };
        (pair.family, pair.ordinary) = (old.family, old.ordinary);
        pair.user.clone_from(&old.user);
        let profile = &self.stage.terms.profile;
        let own = profile.client(client).map(|known| known.id.clone());
        pair.client = own.unwrap_or_default();
        pair.exchanged = true;
        pair.targeted = pair.ordinary && !pair.resources.is_empty();
        // The client that exchanges need not be one that may refresh.
        if let Some(token) = &mut pair.refresh {
            token.doubtful = true;
        }
        if !old.access.doubtful && old.access.dead.is_none() {
            old.access.survived = Some("exchange/subject-stays");
        }
        let terms = std::sync::Arc::clone(&self.stage.terms);
        let widened = widened(&terms, (old, tokens), &mut self.played.tried);
        self.played.findings.extend(widened);
    }

    /// The exchange of a token by a client.
    pub(super) async fn exchange(
        &mut self,
        shot: &super::case::Shot,
        client: &Client,
        token: (Option<usize>, bool),
    ) -> Result<Brought, Unmet> {
        let draft = self.exchange_draft(client, token)?;
        self.token(shot, &draft).await
    }
}

impl<C: Choices> Maker<'_, C> {
    /// A client exchanges a token of its own.
    pub(super) fn exchange(&mut self) {
        let client = EXCHANGER.to_owned();
        let user = "default".to_owned();
        let code =
            self.push(Base::Authorize { client: client.clone(), user, deny: false }, Vec::new());
        let token = self.push(Base::Exchange { client: client.clone(), code }, Vec::new());
        for _ in 0..1 + self.choices.below(3) {
            let (client, refresh) = (client.clone(), self.choices.once_in(4));
            self.maybe_odd(Base::TokenExchange { client, token, refresh });
        }
    }
}
