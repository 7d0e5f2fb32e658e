//! Tokens: redeeming a code, calling the API, and refreshing once however many ask.

use std::time::Duration;

use super::session::Session;
use super::{Application, slip, v};

/// What the authorization server issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
    /// When the access token expires, by the application's clock.
    pub(super) expires: Duration,
}

/// Why there are no tokens, or no answer of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The code or the refresh token is no longer good: the user has to sign in again.
    Grant,
    /// Anything else that the server said, or that it said nothing.
    Other,
    /// The application could not cope.
    Broken,
}

/// So long before it expires an access token is refreshed, where an application looks ahead.
const AHEAD: Duration = Duration::from_secs(60);

impl Application {
    /// The name of the user who is signed in, from the API. Where the API refuses the access token it
    /// is refreshed, and the call repeated, once.
    pub(super) async fn current_user(&self, session: &Session) -> Result<String, Refused> {
        let mut tokens = session.tokens().ok_or(Refused::Grant)?;
        let ahead = tokens.expires.saturating_sub(AHEAD) <= self.parts.clock.now();
        let looks = self.varies(&v::REFRESHES_AHEAD) || self.varies(&v::REFRESHES_LATE);
        if self.varies(&v::REFRESHES_EACH_TIME) || (ahead && looks) {
            tokens = self.refreshed(session, tokens).await?;
        }
        match self.call_api(&tokens.access).await? {
            Some(name) => Ok(name),
            None if self.varies(&v::REFRESHES_LATE) => {
                session.keep(Tokens { expires: Duration::ZERO, ..tokens });
                Err(Refused::Other)
            }
            None => {
                let tokens = self.refreshed(session, tokens).await?;
                self.call_api(&tokens.access).await?.ok_or(Refused::Other)
            }
        }
    }

    /// New tokens in place of `old`, which somebody found expired. A refresh token works once, so
    /// only one at a time may refresh; who had to wait looks first whether it has been done.
    // client/refreshes-once
    async fn refreshed(&self, session: &Session, old: Tokens) -> Result<Tokens, Refused> {
        if self.has(&slip::NO_TURNS) {
            return self.refresh(session, &old).await;
        }
        let _turn = session.turn.lock().await;
        if self.has(&slip::NO_SECOND_LOOK) {
            return self.refresh(session, &old).await;
        }
        let current = session.tokens().ok_or(Refused::Grant)?;
        if current.access != old.access && !self.varies(&v::REFRESHES_AGAIN) {
            return Ok(current);
        }
        self.refresh(session, &current).await
    }

    async fn refresh(&self, session: &Session, old: &Tokens) -> Result<Tokens, Refused> {
        let new = self.ask_for_refresh(&old.refresh).await?;
        if self.has(&slip::REFRESHED_TWICE) {
            // Whatever comes of it.
            let _ = self.ask_for_refresh(&old.refresh).await;
        }
        // client/refreshes-once: both tokens are replaced, before anything else can fail.
        session.keep(self.kept(old, &new));
        Ok(new)
    }

    /// What is kept after a refresh.
    // client/refreshes-once
    fn kept(&self, old: &Tokens, new: &Tokens) -> Tokens {
        let never = Duration::MAX;
        let mut kept = new.clone();
        // A token that another refresh brought is longer by this, where only the first is kept.
        let first = old.expires != never;
        if self.has(&slip::REFRESH_KEPT) {
            kept.refresh.clone_from(&old.refresh);
        } else if self.has(&slip::ACCESS_KEPT) {
            kept.access.clone_from(&old.access);
        } else if self.has(&slip::NOTHING_KEPT) {
            kept.clone_from(old);
        } else if self.has(&slip::REFRESH_LOST) {
            kept.refresh.clear();
        } else if self.has(&slip::FIRST_REFRESH_KEPT) && first {
            kept.expires = never;
        } else if self.has(&slip::FIRST_REFRESH_KEPT) {
            kept.clone_from(old);
        }
        kept
    }
}
