//! What has to come of introspection (RFC 7662): whether a token lives, told to clients alone.

use super::answers::{self, Reply};
use super::case::Shot;
use super::expected::{Expectation, Judge, Reason};
use super::model::{Age, Pair, ROTATION};
use super::play::{Brought, Player};
use super::reading::{Reading, given, repeated};
use crate::driver::{Client, Unmet};
use crate::observe::Observed;
use std::time::Instant;

const UNKNOWN: &str = "introspection/unknown-token";
const REVOKED: &str = "introspection/revoked-token";
const KNOWN: &[&str] = &["token", "token_type_hint", "client_id", "client_secret"];

impl Judge<'_> {
    /// An introspection request: that the token lives is the success, that it does not is the refusal.
    pub fn introspection(&self, read: &Reading) -> Expectation {
        let mut to = Expectation::new("introspection/active");
        to.open = read.odd || !read.query.is_empty() || repeated(&read.body, KNOWN);
        if read.method != "POST" || !read.is_form() || read.odd && self.model.is_in(read) {
            to.open = true;
            return to;
        }
        let client = self.client(read, "introspection/caller-authenticated", &mut to);
        let may = self.terms.profile.client(self.terms.profile.introspecting_client());
        to.open |= client.map(|it| &it.id) != may.map(|it| &it.id);
        let Some(token) = given(&read.body, "token") else {
            self.missing(read, ("token", "introspection/token-required"), false, &mut to);
            return to;
        };
        let by_access = self.model.by_access(token);
        let found = by_access.or_else(|| self.model.by_refresh(token));
        match found.and_then(|at| self.model.pairs.get(at)) {
            Some(pair) => {
                // Of another client's token the server need not tell (RFC 7662 §2.2), but to who asks in place of
                // the resource.
                let own = client.is_some_and(|it| it.id == pair.client);
                to.open |= !own && self.terms.profile.introspecting().is_none();
                self.lives(pair, by_access.is_some(), &mut to);
            }
            None => to.refuse(UNKNOWN),
        }
        to.retyped(read);
        to
    }

    fn lives(&self, pair: &Pair, access: bool, to: &mut Expectation) {
        let token = if access { Some(&pair.access) } else { pair.refresh.as_ref() };
        let Some(token) = token else { return };
        // Whether refresh tokens are told of is the server's to decide (RFC 7662 §2.2).
        to.open |= token.doubtful || !access || pair.narrowed.is_some();
        match token.dead {
            Some("refresh/single-use" | ROTATION) => {
                self.refuse_where_cited("introspection/used-refresh-token", to);
            }
            // A server that need not end it where its code is replayed tells the truth of what it leaves alone.
            Some(rule @ "code/replay-revokes") if !self.terms.demands(rule) => to.open = true,
            // A rule that no document of the run states kills nothing.
            Some(rule) if self.terms.level(rule).is_some() => {
                to.reasons.push(Reason { answer: None, ..Reason::from(REVOKED) });
            }
            Some(_) => to.open = true,
            None => {}
        }
        match pair.born.age(self.now, pair.expires_in) {
            _ if !access => {}
            Age::Dead => to.refuse("introspection/expired-token"),
            Age::Unknown => to.open |= self.now > pair.born.moved || pair.expires_in.is_some(),
            Age::Alive => {}
        }
    }
}

impl Player<'_> {
    pub(super) async fn introspect(
        &mut self,
        shot: &Shot,
        client: &str,
        value: &str,
    ) -> Result<Brought, Unmet> {
        let draft = self.driver.introspection_by(Some(&Client(client.to_owned())), value)?;
        let draft = self.authenticated(None, &draft).await?;
        let (request, read) = self.spoil(shot, &draft)?;
        let mut expectation = self.judge().introspection(&read);
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        let what = Observed::of_introspection_endpoint(&sent);
        self.keep(&shot.request, &what, &sent, since);
        // Whether a client that nobody named may ask is the server's to decide, until it has told it something.
        let named = self.introspects || self.stage.terms.profile.introspector().is_some();
        expectation.open |= !named;
        let answer = Reply { what: &what, means: answers::means(&read), done: what.is_served() };
        self.introspects |= what.is_served();
        if named || !what.is_refusal() {
            self.judged(&expectation, &answer);
        }
        if let Ok(response) = &sent {
            self.no_echo(&read, response);
        }
        Ok(Brought::Nothing)
    }
}
