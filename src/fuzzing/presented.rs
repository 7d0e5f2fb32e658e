//! Tokens that are presented: to be revoked, and to open the resource.

use std::sync::Arc;
use std::time::Instant;

use super::answers::{self, Reply};
use super::case::Shot;
use super::play::{Brought, Player};
use super::reading::given;
use crate::driver::{Draft, Unmet};
use crate::observe::Observed;

const UNSUPPORTED: &str = "unsupported_token_type";

impl Player<'_> {
    pub(super) async fn revoke(&mut self, shot: &Shot, draft: &Draft) -> Result<Brought, Unmet> {
        let draft = &self.authenticated(None, draft).await?;
        let (request, read) = self.spoil(shot, draft)?;
        let mut expectation = self.judge().revocation(&read);
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        let what = Observed::of_token(&sent);
        let access = given(&read.body, "token").and_then(|value| self.model.by_access(value));
        // A server need not revoke access tokens, and says so (RFC 7009 §2.2.1).
        let unsupported = matches!(&what, Observed::Error { error, .. } if error == UNSUPPORTED);
        let demanded = self.stage.terms.demands("revoke/by-access-token");
        expectation.open |= unsupported && access.is_some() && !demanded;
        self.keep(&shot.request, &what, &sent, since);
        // These say something of the endpoint, and do nothing.
        let asks = matches!(read.method.as_str(), "HEAD" | "OPTIONS" | "TRACE");
        let done = matches!(what, Observed::Status(200..=299, _)) && !asks;
        let terms = Arc::clone(&self.stage.terms);
        let means = answers::means(&read);
        let answer = Reply { what: &what, means, done };
        // What some documents answer by 200 has to be asked of the token itself.
        let told = done && !expectation.only("revoke/bound-to-client");
        if done && expectation.reasons.is_empty() && !expectation.open {
            self.found(answers::documented(&terms, expectation.by, &what, means));
        }
        self.judged(&expectation, &Reply { done: told, ..answer });
        if let Ok(response) = &sent {
            let tried = &mut self.played.tried;
            let form = answers::form(&terms, (&read, &expectation), &answer, response, tried);
            self.played.findings.extend(form);
            self.no_echo(&read, response);
        }
        self.after_revocation(&read, &expectation, done && expectation.reasons.is_empty());
        Ok(Brought::Nothing)
    }

    pub(super) async fn call(
        &mut self,
        shot: &Shot,
        draft: &Draft,
        scoped: bool,
    ) -> Result<Brought, Unmet> {
        let nonce = self.driver.was_asked_for_nonce(&draft.url);
        let shown = self.shown(shot);
        let (read, sent, since) = self.sent(shot, draft).await?;
        let expectation = self.judge().call(&read, scoped, (shown.as_ref(), nonce));
        let what = Observed::of_resource(&sent);
        self.keep(&shot.request, &what, &sent, since);
        let served = matches!(what, Observed::Served(_));
        self.proof_taken |= shown.is_some() && served;
        let answer = Reply { what: &what, means: answers::means(&read), done: served };
        self.judged(&expectation, &answer);
        if let Ok(response) = &sent {
            let terms = Arc::clone(&self.stage.terms);
            let form = answers::challenge_form(&terms, response, &mut self.played.tried);
            self.found(form);
        }
        if served && !scoped {
            self.right_user(&read, &sent);
        }
        Ok(Brought::Nothing)
    }
}
