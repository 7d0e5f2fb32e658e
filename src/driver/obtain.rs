//! What a client obtains by a valid flow: a code, tokens, and the resource that they open.

use std::time::Instant;

use super::flow::{Authorization, Client, Code, Driver, Pair};
use super::journey::Journey;
use super::{Draft, Unmet};
use crate::observe::{Observed, success};
use crate::wire::Secret;
use crate::wire::transport::Sent;

impl Driver {
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
            let what = what.describe();
            Unmet::Failed(format!("an ordinary authorization request gave no code, but {what}"))
        })
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
        self.pair_of(client, &sent, since).ok_or_else(|| {
            let what = Observed::of_token(&sent).describe();
            Unmet::Failed(format!("an ordinary {} gave no tokens, but {what}", draft.label))
        })
    }

    /// Tokens by a valid flow.
    ///
    /// # Errors
    /// Where there are none; the sentence says what came instead.
    pub async fn obtain_tokens(&mut self, ask: &Authorization<'_>) -> Result<Pair, Unmet> {
        let code = self.obtain_code(ask).await?;
        let draft = self.redemption(ask.client, &code)?;
        self.obtain(ask.client, &draft).await
    }

    /// What the resource says to an access token.
    ///
    /// # Errors
    /// Where the profile defines no resource.
    pub async fn probe(&mut self, token: &str) -> Result<Observed, Unmet> {
        let mut draft = self.call_with(false, token)?;
        draft.label = "probe of the access token".to_owned();
        let sent = self.submit(&draft).await?;
        Ok(self.called(&draft, &sent))
    }

    /// Whether the resource is served to an access token.
    ///
    /// # Errors
    /// What it says instead, or that the profile defines no resource.
    pub async fn served(&mut self, token: &str) -> Result<(), Unmet> {
        match self.probe(token).await? {
            Observed::Served(_) => Ok(()),
            what => Err(Unmet::Failed(what.describe())),
        }
    }
}
