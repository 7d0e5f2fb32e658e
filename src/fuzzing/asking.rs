//! A user is asked by an authorization request, and what it comes to.

use std::time::Instant;

use super::answers::{self, Reply};
use super::authorize::Asked;
use super::case::{Edit, Shot};
use super::expected::Expectation;
use super::novelty;
use super::play::{Brought, Player};
use super::reading::{Reading, given};
use crate::driver::browser::Browser;
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Journey, Odd};
use crate::driver::page::Decision;
use crate::driver::tampering::{TamperedForm, Tampering};
use crate::driver::{Client, Unmet, authorization};
use crate::observe::Observed;
use crate::wire::Request;

impl Player<'_> {
    pub(super) async fn authorize(
        &mut self,
        shot: &Shot,
        client: &Client,
        user: &str,
        deny: bool,
    ) -> Result<Brought, Unmet> {
        let unpushed = self.driver.pushes_alone().await;
        if unpushed {
            if let Some(pushed) = self.push_changed(shot, client).await? {
                return self.follow_changed(shot, (client, &pushed), (user, deny)).await;
            }
            // Nobody has to push what is to be refused.
            if shot.edits.is_empty() {
                return Ok(Brought::Nothing);
            }
        }
        if deny {
            self.driver.can_deny()?;
        }
        let decision = if deny { Decision::Deny } else { Decision::Grant };
        let tampering = super::forms::tampering(shot, &self.stage.terms.profile);
        let odd = Odd { tampering: tampering.as_slice(), ..Odd::default() };
        let ask = Authorization { user, decision, odd, ..Authorization::of(client) };
        let draft = self.driver.authorization(&ask)?;
        let (request, read) = self.spoil(shot, &draft)?;
        let asked = Asked::of(&read);
        let mut expectation = self.judge().authorization(&read, deny);
        expectation.open |= unpushed || tampering.is_some();
        expectation.retyped(&read);
        let uri = asked.redirect_uri().map(str::to_owned);
        let state = asked.state().map(str::to_owned);
        let since = Instant::now();
        let id = given(&asked.params, "client_id");
        let mut known = self.stage.terms.profile.clients.values();
        let named = known.find(|client| Some(client.id.as_str()) == id);
        let registered = named.and_then(|client| client.redirect_uris.first().cloned());
        let leads_to = uri.clone().or(registered);
        let journey = self.led(request, &ask, (uri, leads_to), state).await?;
        self.landed(shot, (&read, &asked), &expectation, &journey, since);
        let certain = !expectation.open && expectation.reasons.is_empty();
        let ordinary = certain || shot.edits.is_empty();
        let brought = self.code((&read, &asked), (ordinary, user), &journey, since);
        if let Some(how) = &tampering {
            self.form_changed(shot, how, (&asked, &journey)).await?;
        }
        Ok(brought)
    }

    /// The way of a user to its end, in the browser that is the user's.
    pub(super) async fn led(
        &mut self,
        request: Request,
        ask: &Authorization<'_>,
        uris: (Option<String>, Option<String>),
        state: Option<String>,
    ) -> Result<Journey, Unmet> {
        let browser = self.browsers.remove(ask.user).unwrap_or_default();
        // Who has signed in is not shown the form to do so.
        let signs_in = ask.odd.tampering.iter().any(|it| it.form == TamperedForm::Login);
        self.driver.use_browser(if signs_in { Browser::default() } else { browser });
        self.driver.learn_script(ask.decision).await;
        let journey = self.driver.carry(request, ask, uris, state).await;
        self.browsers.insert(ask.user.to_owned(), self.driver.fresh_browser());
        journey
    }

    /// What came of a changed form.
    pub(super) async fn form_changed(
        &mut self,
        shot: &Shot,
        how: &Tampering,
        (asked, journey): (&Asked, &Journey),
    ) -> Result<(), Unmet> {
        self.tampered(how, asked, journey);
        // What else is changed may have changed what the code is good for.
        let known = |edit: &Edit| match edit {
            Edit::Form { .. } => true,
            Edit::Set { name, .. } => name == "scope",
            _ => false,
        };
        if shot.edits.iter().all(known) {
            self.as_asked(how, asked, journey).await?;
        }
        Ok(())
    }

    pub(super) fn landed(
        &mut self,
        shot: &Shot,
        (read, asked): (&Reading, &Asked),
        expectation: &Expectation,
        journey: &Journey,
        since: Instant,
    ) {
        if let End::Lost(error) = &journey.end {
            self.answered(&Err(error.clone()), read.may_be_dropped());
        }
        let what = authorization::what(journey);
        self.keep(&shot.request, &what, &novelty::last(journey), since);
        let done = what == Observed::Code;
        // Where nobody was asked, nobody denied; that somebody has to be asked is a rule of its own.
        let asked_nobody = journey.choices.is_empty();
        let denied = expectation.only("consent/deny");
        let expectation = &expectation.by_the_user(!asked_nobody);
        let mut tried = std::mem::take(&mut self.played.tried);
        let ended = (journey, &what);
        let findings = super::redirected::oracles(
            &self.judge(),
            (read, asked, expectation),
            ended,
            &mut tried,
        );
        self.played.tried = tried;
        // A grant that came back to the client without a part of its URI is a grant.
        let came = findings.iter().any(|it| it.rule == Some(super::redirected::QUERY_KEPT));
        if !(denied && asked_nobody || came) {
            self.judged(expectation, &Reply { what: &what, means: answers::means(read), done });
        }
        self.played.findings.extend(findings);
    }
}
