//! Authorization requests for an access token (RFC 6749 §4.2), and what came of them.

use std::time::Instant;

use super::Unmet;
use super::authorization;
use super::change::Change;
use super::flow::{Authorization, Client, Driver, Pair};
use super::journey::{End, Journey};
use super::page::Decision;
use super::proof::Proof;
use crate::observe::Observed;
use crate::wire::Params;

/// What a request for a token came to.
#[derive(Debug, Clone)]
pub struct TokenRedirect {
    /// The outcome, wherever its parameters stand.
    pub what: Observed,
    /// Parameters in the query of the redirect.
    pub query: Params,
    /// Parameters in its fragment, where they belong.
    pub fragment: Params,
}

impl TokenRedirect {
    /// Of a journey.
    pub fn of(journey: &Journey) -> Self {
        let parts = match &journey.end {
            End::Redirected(redirected) => (redirected.params(), redirected.fragment()),
            _ => (None, None),
        };
        let (query, fragment) = (parts.0.unwrap_or_default(), parts.1.unwrap_or_default());
        let seen = authorization::what(journey);
        let mut response = Self { what: seen, query, fragment };
        let back = matches!(
            response.what,
            Observed::Code | Observed::Redirect(_) | Observed::OddRedirect(_)
        );
        if back {
            response.what = response.outcome();
        }
        response
    }

    fn outcome(&self) -> Observed {
        let tokens = self.all("access_token").count();
        match (tokens, self.all("error").next()) {
            (0, None) => Observed::OddRedirect("with neither token nor error".to_owned()),
            (0, Some(error)) => Observed::Redirect(error.to_owned()),
            (_, None) => Observed::Tokens,
            (_, Some(_)) => Observed::OddRedirect("with a token and an error".to_owned()),
        }
    }

    /// Values of a parameter, wherever it stands; empty ones are none.
    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        let both = self.fragment.all(name).chain(self.query.all(name));
        both.filter(|value| !value.is_empty())
    }
}

impl Driver {
    /// The client that has the grant.
    ///
    /// # Errors
    /// Where the profile names none.
    pub fn implicit_client(&self) -> Result<Client, Unmet> {
        let role = self.site.profile.of_grant("implicit");
        let lacking =
            || Unmet::Lacking("no client of the profile has the implicit grant".to_owned());
        role.map(|role| Client(role.to_owned())).ok_or_else(lacking)
    }

    /// Asks for a token, with changes and a scope, and lets the user decide.
    ///
    /// # Errors
    /// Where the profile lacks the client, or the change cannot be made.
    pub async fn ask_for_token(
        &mut self,
        client: &Client,
        changes: &[Change],
        (scope, decision): (Option<&str>, Decision),
    ) -> Result<Journey, Unmet> {
        let by_token = Change::set("response_type", "token".to_owned());
        let changes: Vec<Change> = std::iter::once(by_token).chain(changes.to_vec()).collect();
        // Whoever has another grant sends an ordinary request but for the response type.
        let own = self.implicit_client().is_ok_and(|own| own == *client);
        let bare = Proof::default();
        let (changes, proof) = (changes.as_slice(), own.then_some(&bare));
        let ask = Authorization { changes, proof, scope, decision, ..Authorization::of(client) };
        let journey = self.authorize(&ask).await?;
        for token in TokenRedirect::of(&journey).all("access_token") {
            self.journal.secret("access token", token);
        }
        Ok(journey)
    }

    /// The token that a client gets by an ordinary request, and how it came.
    ///
    /// # Errors
    /// Where none comes. A server that does not offer the grant answers with an error.
    pub async fn obtain_by_redirect(&mut self, client: &Client) -> Result<(Journey, Pair), Unmet> {
        let since = Instant::now();
        let journey = self.ask_for_token(client, &[], (None, Decision::Grant)).await?;
        let response = TokenRedirect::of(&journey);
        let token = response.all("access_token").next().map(str::to_owned);
        let Some(token) = token.filter(|_| response.what == Observed::Tokens) else {
            let text = format!("a request for a token gave none, but {}", response.what.describe());
            let refused = response.what.is_refusal();
            return Err(if refused { Unmet::Lacking(text) } else { Unmet::Failed(text) });
        };
        let expires_in = response.all("expires_in").next().and_then(|text| text.parse().ok());
        let pair = self.alone(client, token.into(), since);
        Ok((journey, Pair { expires_in, ..pair }))
    }
}
