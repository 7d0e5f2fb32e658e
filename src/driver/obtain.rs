//! What a client obtains by a valid flow: a code, tokens, and the resource that they open.

use std::time::Instant;

use super::flow::{Authorization, Client, Code, Driver, Pair};
use super::journey::{End, Journey};
use super::person::{Kept, SignIn};
use super::{Draft, Unmet};
use crate::observe::{Observed, success};
use crate::wire::Secret;
use crate::wire::transport::Sent;

/// What tokens are kept by; `None`: they are for one scenario alone.
fn shareable(ask: &Authorization<'_>) -> Option<(String, Option<String>)> {
    let usual = ask.is_for_a_person() && ask.proof.is_none();
    usual.then(|| (ask.client.0.clone(), ask.scope.map(str::to_owned)))
}

/// Why the first code of a client did not come.
#[derive(Debug)]
pub struct NoCode {
    /// What came instead.
    pub unmet: Unmet,
    /// The way of the browser, where there was one.
    pub journey: Option<Box<Journey>>,
}

/// Why a client with a query in its redirect URI gets nothing.
pub const TWO_QUERIES: &str = "the server puts its parameters behind a second `?` of the redirect URI, where the client \
                           reads none (redirect/query-kept)";

/// Whether a response was put behind a query as if there were none.
fn has_two_queries(uri: &str) -> bool {
    let mut parts = uri.split('?').skip(2);
    parts.any(|part| part.starts_with("code=") || part.starts_with("error="))
}

/// Whether the server wanted nothing of the user: the request itself may be at fault.
fn is_refused(journey: &Journey) -> bool {
    journey.logins == 0 && !matches!(journey.end, End::Lost(_))
}

impl Driver {
    /// Plays the ordinary flow of the default client, by which it shows what the target wants of each request: that it
    /// is pushed before, names a resource, or proves a key. The site keeps that for whoever comes later.
    ///
    /// # Errors
    /// What came instead of tokens.
    pub async fn acquaint(&mut self) -> Result<(), Unmet> {
        let client = Client::default_role();
        let draft = if self.has_no_codes() {
            self.direct_grant(&client, None)?
        } else {
            let code = self.first_code(&Authorization::of(&client)).await.map_err(|it| it.unmet)?;
            self.redemption(&client, &code)?
        };
        self.obtain(&client, &draft).await?;
        self.expect_proofs_of_all();
        Ok(())
    }

    /// A code by a valid flow of which nothing is known yet: it is pushed where an ordinary request is refused, and that
    /// helps.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn first_code(&mut self, ask: &Authorization<'_>) -> Result<Code, NoCode> {
        let lost = |unmet| NoCode { unmet, journey: None };
        let journey = self.authorize(ask).await.map_err(lost)?;
        let code = self.ordinary_code(&journey);
        if code.is_err() && is_refused(&journey) && self.tries_push().await {
            self.fresh_browser();
            let pushed = self.authorize(ask).await;
            match pushed.and_then(|journey| self.ordinary_code(&journey)) {
                Ok(code) => return Ok(code),
                Err(_) => self.untries_push(),
            }
        }
        code.map_err(|unmet| NoCode { unmet, journey: Some(Box::new(journey)) })
    }

    /// A code by a valid flow.
    ///
    /// # Errors
    /// Where there is none; the sentence says what came instead.
    pub async fn obtain_code(&mut self, ask: &Authorization<'_>) -> Result<Code, Unmet> {
        let journey = self.authorize(ask).await?;
        self.ordinary_code(&journey)
    }

    /// The code that a journey had to end with.
    ///
    /// # Errors
    /// Where it did not; the sentence says what came instead.
    pub fn ordinary_code(&self, journey: &Journey) -> Result<Code, Unmet> {
        let what = super::authorization::what(journey);
        let code = self.code_of(journey).filter(|_| what == Observed::Code);
        code.ok_or_else(|| {
            if let End::Redirected(to) = &journey.end
                && has_two_queries(&to.text())
            {
                return Unmet::Lacking(TWO_QUERIES.to_owned());
            }
            let what = what.describe();
            Unmet::Failed(format!("an ordinary authorization request gave no code, but {what}"))
        })
    }

    /// Whether clients get their tokens without codes: the server has no authorization endpoint.
    pub fn has_no_codes(&self) -> bool {
        self.site.authorization.is_none()
    }

    /// Whether the ordinary tokens of a client stand for the client, and for no user.
    pub fn stands_for_itself(&self, client: &Client) -> bool {
        let by_password = self.client(client).is_ok_and(|client| client.has_grant("password"));
        self.has_no_codes() && !by_password
    }

    /// The ordinary token request of a client, to be sent or to be spoilt: with a code that it gets for it, or, at a
    /// server without codes, by the grant that it has.
    ///
    /// # Errors
    /// Where no code came, or the profile lacks the client or the user.
    pub async fn token_request(&mut self, client: &Client) -> Result<Draft, Unmet> {
        if self.has_no_codes() {
            return self.direct_grant(client, None);
        }
        let code = self.obtain_code(&Authorization::of(client)).await?;
        self.redemption(client, &code)
    }

    /// The tokens of an answer to a client's request.
    pub fn pair_of(&self, client: &Client, sent: &Sent, since: Instant) -> Option<Pair> {
        let tokens = success::tokens(sent.as_ref().ok()?)?;
        Some(Pair {
            access: tokens.access,
            refresh: tokens.refresh,
            expires_in: tokens.expires_in,
            scope: tokens.scope,
            token_type: tokens.token_type,
            client: client.clone(),
            born: self.timeline.born(since),
        })
    }

    /// An access token that came without a token response.
    pub fn alone(&self, client: &Client, access: Secret, since: Instant) -> Pair {
        let born = self.timeline.born(since);
        Pair {
            access,
            refresh: None,
            expires_in: None,
            scope: None,
            token_type: None,
            client: client.clone(),
            born,
        }
    }

    /// Sends a request that has to give tokens.
    ///
    /// # Errors
    /// Where it gives none; the sentence says what came instead.
    pub async fn obtain(&mut self, client: &Client, draft: &Draft) -> Result<Pair, Unmet> {
        let since = Instant::now();
        let sent = self.submit(draft).await?;
        if let Some(mut pair) = self.pair_of(client, &sent, since) {
            // A response that names no scope has the one that was asked for (RFC 6749 §5.1).
            pair.scope = pair.scope.or(self.scope_in_place(draft));
            return Ok(pair);
        }
        if self.tries_proof(client, draft, &sent) {
            let proven = self.submit(draft).await?;
            if let Some(pair) = self.pair_of(client, &proven, since) {
                return Ok(pair);
            }
            self.untried(client, draft);
        }
        let what = Observed::of_token(&sent).describe();
        Err(Unmet::Failed(format!("an ordinary {} gave no tokens, but {what}", draft.label)))
    }

    /// Tokens by a valid flow.
    ///
    /// # Errors
    /// Where there are none; the sentence says what came instead.
    pub async fn obtain_tokens(&mut self, ask: &Authorization<'_>) -> Result<Pair, Unmet> {
        if self.has_no_codes() {
            let draft = self.direct_grant(ask.client, ask.scope)?;
            return self.obtain(ask.client, &draft).await;
        }
        if let Some(pair) = self.kept_tokens(ask).await? {
            self.shares_tokens = false;
            return Ok(pair);
        }
        let is_shared = self.shares_tokens && shareable(ask).is_some();
        // Two pairs of one scenario are two grants.
        self.shares_tokens &= !is_shared;
        let sign_in = if is_shared { SignIn::Shared } else { SignIn::Own };
        let code = self.obtain_code(&Authorization { sign_in, ..ask.clone() }).await?;
        let draft = self.redemption(ask.client, &code)?;
        let pair = self.obtain(ask.client, &draft).await?;
        self.keep_tokens(ask, &pair);
        Ok(pair)
    }

    /// Shows that the ordinary authorization request of a client gives a code. Where a person signs in, one
    /// that they signed in for shows it for the whole run.
    ///
    /// # Errors
    /// Where it gives none; the sentence says what came instead.
    pub async fn show_code(&mut self, ask: &Authorization<'_>) -> Result<(), Unmet> {
        match self.site.person.is_some() {
            true => self.show_tokens(ask).await,
            false => self.obtain_code(ask).await.map(drop),
        }
    }

    /// Shows that the ordinary flow of a client gives tokens, likewise.
    ///
    /// # Errors
    /// Where it gives none; the sentence says what came instead.
    pub async fn show_tokens(&mut self, ask: &Authorization<'_>) -> Result<(), Unmet> {
        let person = self.site.person.as_ref().zip(shareable(ask));
        match person.is_some_and(|(person, asked)| person.has_shown(&asked)) {
            true => Ok(()),
            false => self.obtain_tokens(ask).await.map(drop),
        }
    }

    /// Leaves tokens that a person signed in for to scenarios that come later.
    pub fn keep_tokens(&self, ask: &Authorization<'_>, pair: &Pair) {
        let (Some(person), Some(asked)) = (&self.site.person, shareable(ask)) else { return };
        // The next scenario has other keys.
        if self.keys.is_bound(&pair.access) {
            return;
        }
        let pair = pair.clone();
        person.keep(Kept {
            asked,
            access: pair.access,
            refresh: pair.refresh,
            expires_in: pair.expires_in,
            scope: pair.scope,
            token_type: pair.token_type,
            born: pair.born,
        });
    }

    /// What an earlier sign-in of the person gives: new tokens by its refresh token, or the access token as
    /// long as the resource is served to it.
    async fn kept_tokens(&mut self, ask: &Authorization<'_>) -> Result<Option<Pair>, Unmet> {
        let Some(person) = self.site.person.clone().filter(|_| self.shares_tokens) else {
            return Ok(None);
        };
        let Some(asked) = shareable(ask) else { return Ok(None) };
        let Some(kept) = person.kept(&asked) else { return Ok(None) };
        let client = ask.client;
        if let Some(refresh) = &kept.refresh {
            let draft = self.refreshment(client, refresh)?;
            let since = Instant::now();
            let sent = self.submit(&draft).await?;
            if let Some(mut pair) = self.pair_of(client, &sent, since) {
                pair.refresh = pair.refresh.or_else(|| Some(refresh.clone()));
                pair.scope = pair.scope.or(kept.scope);
                return Ok(Some(pair));
            }
        } else if self.site.resource.is_none() || self.served(&kept.access).await.is_ok() {
            let Kept { access, expires_in, scope, token_type, born, .. } = kept;
            let client = client.clone();
            let refresh = None;
            return Ok(Some(Pair { access, refresh, expires_in, scope, token_type, client, born }));
        }
        person.forget(&asked);
        Ok(None)
    }

    /// What the resource says to an access token. Where tokens are introspected, the client that it was issued to
    /// asks first, and then the one that the profile names.
    ///
    /// # Errors
    /// Where the profile defines no resource.
    pub async fn probe(&mut self, token: &str) -> Result<Observed, Unmet> {
        const LABEL: &str = "probe of the access token";
        if let Some(mut draft) = self.introspection_by_owner(token) {
            draft.label = LABEL.to_owned();
            let sent = self.submit(&draft).await?;
            let what = self.called(&draft, &sent);
            if what.is_served() {
                return Ok(what);
            }
        }
        let mut draft = self.call_with(false, token)?;
        draft.label = LABEL.to_owned();
        let sent = self.submit(&draft).await?;
        Ok(self.called(&draft, &sent))
    }

    /// Whether the resource is served to an access token.
    ///
    /// # Errors
    /// What it says instead, or that the profile defines no resource.
    pub async fn served(&mut self, token: &str) -> Result<(), Unmet> {
        match self.probe(token).await? {
            what if what.is_served() => Ok(()),
            what => Err(Unmet::Failed(what.describe())),
        }
    }
}
