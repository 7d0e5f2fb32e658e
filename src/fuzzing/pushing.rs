//! What has to come of pushed authorization requests (RFC 9126): a reference is its client's, is followed
//! once and in time, and nothing beside it counts.

use std::time::{Duration, Instant};

use super::answers::{self, Reply};
use super::authorize::Asked;
use super::case::{Base, Edit, Shot};
use super::expected::{Expectation, Judge, Reason};
use super::model::{Age, Moment};
use super::oracle::Finding;
use super::play::{Brought, Player};
use super::reading::{Pairs, Reading, all, given, repeated};
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Journey, Odd};
use crate::driver::page::Decision;
use crate::driver::pushed::Pushed;
use crate::driver::{Client, Unmet, authorization};
use crate::observe::Observed;
use crate::wire::Secret;

/// A reference that was issued.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Its value.
    pub value: Secret,
    /// Identifier of its client.
    pub client: String,
    /// What was pushed.
    pub params: Pairs,
    /// Whether it had to be refused.
    pub wrong: bool,
    /// Whether the request was an ordinary one.
    pub ordinary: bool,
    /// Whether a user decided on it.
    pub used: bool,
    /// Whether something happened after which a server may have given it up.
    pub doubtful: bool,
    /// How long it works.
    pub lifetime: Option<Duration>,
    /// When it was issued.
    pub born: Moment,
}

/// Parameters that an authorization request with a reference has of its own.
const OWN: &[&str] = &["client_id", "request_uri"];

/// Whether a change is one of the parameters that are pushed; any other is one of the message with which the
/// user is sent.
fn is_pushed(edit: &Edit) -> bool {
    matches!(
        edit,
        Edit::Without(_)
            | Edit::Twice { .. }
            | Edit::Set { .. }
            | Edit::Spell { .. }
            | Edit::Reverse
            | Edit::Swap { .. }
    )
}

const AT_ONCE: &str = "pushed/refused-early";

/// Whether the reference leads to no pushed request any more, or to none of this client: what was in it,
/// such as the state, nobody can return.
pub(super) fn is_gone(expectation: &Expectation) -> bool {
    const GONE: &[&str] = &[
        "pushed/unknown-reference",
        "pushed/single-use",
        "pushed/expires",
        "pushed/bound-to-client",
    ];
    expectation.reasons.iter().any(|it| it.rule.is_some_and(|rule| GONE.contains(&rule)))
}

impl Judge<'_> {
    /// A pushed request. The reasons that an ordinary authorization request is refused for are told at
    /// once, or else when the user comes with it.
    pub fn pushing(&self, read: &Reading) -> (Expectation, bool) {
        let mut to = Expectation::new("pushed/success");
        to.open = read.odd || !read.query.is_empty();
        if read.method != "POST" || !read.is_form() {
            let post = read.method.eq_ignore_ascii_case("POST");
            let asks = matches!(read.method.as_str(), "HEAD" | "OPTIONS" | "TRACE");
            if post || asks {
                to.open = true;
            } else {
                self.refuse_where_cited("pushed/post-only", &mut to);
                to.refused_by_method(read);
            }
            to.open |= asks;
            return (to, false);
        }
        to.open |= repeated(&read.body, &["client_id", "client_secret"]);
        let client = self.client(read, "pushed/client-authenticated", &mut to);
        let named = given(&read.body, "client_id");
        if client.is_some_and(|it| named.is_some_and(|id| id != it.id)) {
            self.refuse_where_cited("pushed/client-agrees", &mut to);
        }
        if given(&read.body, "request_uri").is_some() {
            self.refuse_where_cited("pushed/no-reference", &mut to);
        }
        // Without a value it is none (RFC 6749 §3.1); a server may refuse it nevertheless.
        to.open |= all(&read.body, "request_uri").next().is_some();
        let asked = self.authorization(&read.of_params(&read.body), false);
        to.open |= asked.open;
        let wrong = !asked.reasons.is_empty();
        if wrong && to.reasons.is_empty() {
            if self.terms.level(AT_ONCE).is_some() {
                to.reasons.push(Reason { answer: None, ..Reason::from(AT_ONCE) });
            } else {
                to.open = true;
            }
        }
        (to, wrong)
    }

    /// A user is sent with a reference.
    pub fn following(&self, read: &Reading, deny: bool) -> Expectation {
        let mut to = Expectation::new("pushed/followed");
        let params = Asked::of(read).params;
        let beside = |(name, _): &(String, String)| !OWN.contains(&name.as_str());
        to.open = read.odd || read.method != "GET" || repeated(&params, OWN);
        // What stands beside it counts for nothing; a server may refuse the request for it.
        to.open |= params.iter().any(beside);
        let known = given(&params, "request_uri").map(|value| self.reference(value));
        let reference = match known {
            Some(Some(reference)) => reference,
            _ if self.model.references.iter().any(|it| read.odd && read.carries(&it.value)) => {
                to.open = true;
                return to;
            }
            Some(None) => {
                self.refuse_where_cited("pushed/unknown-reference", &mut to);
                return to;
            }
            None => {
                to.open = true;
                return to;
            }
        };
        if given(&params, "client_id") != Some(reference.client.as_str()) {
            self.refuse_where_cited("pushed/bound-to-client", &mut to);
        }
        if reference.used {
            self.refuse_where_cited("pushed/single-use", &mut to);
        }
        if reference.wrong {
            self.refuse_where_cited("pushed/validated", &mut to);
        }
        to.open |= reference.doubtful;
        match reference.born.age(self.now, reference.lifetime) {
            Age::Dead => self.refuse_where_cited("pushed/expires", &mut to),
            Age::Unknown => {
                to.open |= self.now > reference.born.moved || reference.lifetime.is_none();
            }
            Age::Alive => {}
        }
        if deny {
            to.refuse("consent/deny");
        }
        to
    }

    fn reference(&self, value: &str) -> Option<&Reference> {
        self.model.references.iter().find(|it| it.value == value)
    }
}

impl Player<'_> {
    pub(super) async fn push(&mut self, shot: &Shot, client: &Client) -> Result<Brought, Unmet> {
        let draft = self.driver.push(&Authorization::of(client))?;
        let draft = self.authenticated(None, &draft).await?;
        let (request, read) = self.spoil(shot, &draft)?;
        let (mut expectation, wrong) = self.judge().pushing(&read);
        expectation.retyped(&read);
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        let pushed = self.driver.pushed(client, &draft, &sent);
        let what = match (&pushed, &sent) {
            (Some(_), Ok(response)) => Observed::Pushed(response.status),
            _ => Observed::of_token(&sent),
        };
        self.keep(&shot.request, &what, &sent, since);
        let answer = Reply { what: &what, means: answers::means(&read), done: pushed.is_some() };
        self.judged(&expectation, &answer);
        let Some(pushed) = pushed else { return Ok(Brought::Nothing) };
        self.tried("fresh-values");
        if self.model.references.iter().any(|it| *it.value == *pushed.uri) {
            let found = Finding::plain("fresh-values", "a reference that was issued before");
            self.found(Some(Finding { rule: Some("pushed/unguessable"), ..found }));
        }
        let owner = given(&read.body, "client_id").map(str::to_owned);
        let born = self.moment(since);
        let doubtful = expectation.open || !expectation.reasons.is_empty();
        self.model.references.push(Reference {
            value: pushed.uri.clone(),
            client: owner.unwrap_or_default(),
            params: read.body.clone(),
            wrong,
            ordinary: shot.edits.is_empty() || !doubtful,
            used: false,
            doubtful,
            lifetime: pushed.expires_in.map(Duration::from_secs),
            born,
        });
        Ok(Brought::Pushed(pushed))
    }

    pub(super) async fn follow(
        &mut self,
        shot: &Shot,
        client: &Client,
        (pushed, deny): (Option<usize>, bool),
    ) -> Result<Brought, Unmet> {
        let pushed = match pushed.and_then(|at| self.brought.get(at)) {
            Some(Brought::Pushed(pushed)) => pushed.clone(),
            _ => Pushed::never(client, self.driver.timeline.born(Instant::now())),
        };
        self.followed((shot, shot), (client, &pushed), ("default", deny)).await
    }

    /// Pushes an authorization request with what is changed about its parameters, for a server that takes no
    /// others (RFC 9126 §5); none where it is refused.
    pub(super) async fn push_changed(
        &mut self,
        shot: &Shot,
        client: &Client,
    ) -> Result<Option<Pushed>, Unmet> {
        let edits = shot.edits.iter().filter(|edit| is_pushed(edit)).cloned().collect();
        let push = Shot { request: Base::Push { client: client.0.clone() }, edits };
        Ok(match self.push(&push, client).await? {
            Brought::Pushed(pushed) => Some(pushed),
            _ => None,
        })
    }

    /// Sends the user with the reference, and with what is changed about the message.
    pub(super) async fn follow_changed(
        &mut self,
        shot: &Shot,
        to: (&Client, &Pushed),
        by: (&str, bool),
    ) -> Result<Brought, Unmet> {
        let edits = shot.edits.iter().filter(|edit| !is_pushed(edit)).cloned().collect();
        let follow = Shot { request: shot.request.clone(), edits };
        self.followed((&follow, shot), to, by).await
    }

    /// `whole`: what was changed about the request altogether.
    async fn followed(
        &mut self,
        (shot, whole): (&Shot, &Shot),
        (client, pushed): (&Client, &Pushed),
        (user, deny): (&str, bool),
    ) -> Result<Brought, Unmet> {
        let decision = if deny { Decision::Deny } else { Decision::Grant };
        let tampering = super::forms::tampering(shot, &self.stage.terms.profile);
        let odd = Odd { tampering: tampering.as_slice(), ..Odd::default() };
        let ask = Authorization { user, decision, odd, ..Authorization::of(client) };
        let draft = self.driver.reference(client, pushed)?;
        let (request, read) = self.spoil(shot, &draft)?;
        let mut expectation = self.judge().following(&read, deny);
        expectation.open |= tampering.is_some();
        let value = given(&Asked::of(&read).params, "request_uri").unwrap_or_default().to_owned();
        let at = self.model.references.iter().position(|it| it.value == value.as_str());
        let meant = at.and_then(|at| self.model.references.get(at));
        let ordinary = meant.is_some_and(|it| it.ordinary) && expectation.reasons.is_empty();
        let meant = meant.map(|it| it.params.clone());
        // A server may find by a spoilt reference what was pushed.
        let own = pushed.params.iter().map(|one| (one.name.clone(), one.value.clone()));
        let asked = Asked { params: meant.unwrap_or_else(|| own.collect()) };
        let uri = asked.redirect_uri().map(str::to_owned);
        let state = asked.state().map(str::to_owned);
        let since = Instant::now();
        let journey = self.led(request, &ask, (uri.clone(), uri), state).await?;
        self.landed(shot, (&read, &asked), &expectation, &journey, since);
        let got = authorization::what(&journey) == Observed::Code;
        let decided = !journey.choices.is_empty();
        if let Some(reference) = at.and_then(|at| self.model.references.get_mut(at)) {
            // A way that went wrong half-way may have used it up.
            reference.used |= got;
            reference.doubtful |= !got || decided;
        }
        // Of a reference that leads nowhere the request itself is all that there is.
        if got || !is_gone(&expectation) {
            self.beside(&read, &asked, &journey);
        }
        let brought = self.code((&read, &asked), (ordinary, user), &journey, since);
        if let Some(how) = &tampering {
            self.form_changed(whole, how, (&asked, &journey)).await?;
        }
        Ok(brought)
    }

    /// What stood beside a reference and came back: `pushed/query-ignored`.
    fn beside(&mut self, read: &Reading, pushed: &Asked, journey: &Journey) {
        let rule = "pushed/query-ignored";
        let sent = Asked::of(read);
        let other = given(&sent.params, "state").filter(|it| Some(*it) != pushed.state());
        let elsewhere = sent.redirect_uri().filter(|it| Some(*it) != pushed.redirect_uri());
        let Some(level) = self.stage.terms.level(rule) else { return };
        if given(&sent.params, "request_uri").is_none() {
            return;
        }
        if other.is_none() && elsewhere.is_none() || read.odd || pushed.params.is_empty() {
            return;
        }
        self.tried("pushed-alone-counts");
        let End::Redirected(redirected) = &journey.end else { return };
        let back = redirected.params();
        let states = back.iter().flat_map(|params| params.all("state")).collect::<Vec<_>>();
        let came = elsewhere.is_some_and(|uri| authorization::leads_to(&redirected.text(), uri));
        let actual = if other.is_some_and(|state| states.contains(&state)) {
            "the state beside the reference came back"
        } else if came {
            "a redirect to the URI beside the reference"
        } else {
            return;
        };
        let found = Finding::plain("pushed-alone-counts", actual);
        self.found(Some(Finding { rule: Some(rule), level, ..found }));
    }
}
