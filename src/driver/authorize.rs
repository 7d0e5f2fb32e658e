//! How the user is sent with an authorization request: with its parameters, or with a reference where the
//! server takes pushed requests alone (RFC 9126 §5).

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use serde_json::Value;

use super::Unmet;
use super::asked_again::wants_to_ask;
use super::authorization;
use super::draft::{Draft, Encoding};
use super::flow::{Authorization, Client, Driver};
use super::journey::{End, Journey, Topic};
use super::page::{Decision, Page};
use super::pushed::{by_reference, name_once};
use super::site::{Decisions, Site};
use super::tampering::{TamperedForm, Tampering};
use super::time::Slot;
use crate::observe::{Observed, observed};
use crate::wire::params::names_openid;
use crate::wire::{Lookup, Params, Response};

/// An ordinary authorization request, in a browser of its own.
fn play_script(site: Arc<Site>, decision: Decision) -> BoxFuture<'static, Result<(), Unmet>> {
    Box::pin(async move {
        let client = Client::default_role();
        let ask = Authorization { decision, ..Authorization::of(&client) };
        let journey = Driver::unseeded(&site, Slot::own()).authorize(&ask).await?;
        let failed = || Unmet::Failed(authorization::what(&journey).describe());
        ends_as_decided(&journey, decision).then_some(()).ok_or_else(failed)
    })
}

/// Whether an ordinary request came to the end that its user wanted.
fn ends_as_decided(journey: &Journey, decision: Decision) -> bool {
    match authorization::what(journey) {
        Observed::Code => decision == Decision::Grant,
        Observed::Redirect(_) => decision == Decision::Deny,
        _ => false,
    }
}

/// Member of the metadata that says so.
const DEMANDED: &str = "require_pushed_authorization_requests";

/// The client that pushes its requests in the sentences of a scenario.
const PUSHING: &str = "pushing";

impl Authorization<'_> {
    /// Whether nothing comes of it where no page asks the user, and it does not matter why one does.
    pub fn needs_choice(&self) -> bool {
        let consent = |it: &Tampering| it.form == TamperedForm::Consent;
        let tampers = || self.odd.tampering.iter().any(consent);
        match self.about {
            Topic::Outcome => self.decision == Decision::Deny || tampers(),
            Topic::Page => true,
            Topic::Memory => false,
        }
    }
}

/// How a request comes to the server.
enum Entrance {
    /// The user is sent with the request as it is.
    AsItIs,
    /// The user is sent with its reference.
    Pushed(Box<Draft>),
    /// It had to be pushed, and was refused for the redirect URI in it (RFC 9126 §2.3).
    Closed(Response),
    /// It has to be pushed, and names no client that could push it.
    Nameless,
}

/// Whether the end of a journey says more than that the request is refused: a code, a redirect to where none of
/// these URIs is, or a page with a refusal.
fn is_telling(journey: &Journey, registered: &[String]) -> bool {
    match &journey.end {
        End::Redirected(redirected) => {
            let to = redirected.text();
            let what = authorization::what(journey);
            what.is_grant() || !registered.iter().any(|uri| authorization::leads_to(&to, uri))
        }
        End::Page { response, .. } => {
            let is_page = matches!(authorization::what(journey), Observed::Page { .. });
            is_page && (400..500).contains(&response.status)
        }
        _ => false,
    }
}

/// Why a request that names no client once is not sent there.
const NAMELESS: &str = "whoever does not name a client once cannot push";

/// Why a request cannot be sent to a server that takes pushed ones alone.
fn pushed_alone(why: &str) -> Unmet {
    Unmet::Lacking(format!("the server takes pushed requests alone (RFC 9126 §5), and {why}"))
}

impl Driver {
    /// Adds a nonce to a request for an ID token: many a server demands one of every client, and takes none
    /// twice (OpenID Connect Core §3.1.2.1).
    pub(super) fn tell_apart(&mut self, draft: &mut Draft) {
        const NONCE: &str = "nonce";
        let by_openid = draft.query.first("scope").is_some_and(names_openid);
        if by_openid && draft.query.first(NONCE).is_none() {
            draft.query.push(NONCE, self.fresh(24));
        }
    }

    /// Sends an authorization request and lets the user answer it, to its end.
    ///
    /// # Errors
    /// Where the profile lacks the client or the user, the change cannot be made, or the request has to be
    /// pushed and cannot be.
    pub async fn authorize(&mut self, ask: &Authorization<'_>) -> Result<Journey, Unmet> {
        if ask.decision == Decision::Deny {
            self.can_deny()?;
        }
        let needs_choice = ask.needs_choice() && self.can_be_asked_again();
        let again = needs_choice && self.site.asked_again.helps();
        let journey = self.authorize_once(ask, again).await?;
        if !needs_choice || again || !authorization::is_unasked(&journey) {
            return Ok(journey);
        }
        let asked = self.asked.clone();
        if journey.logins > 0 {
            // What the user does to sign in may be the matter of the scenario.
            self.fresh_browser();
        }
        match self.authorize_once(ask, true).await {
            Ok(second) if !second.choices.is_empty() => {
                self.site.asked_again.has_helped();
                return Ok(second);
            }
            _ if ask.changes.is_empty() => self.site.asked_again.is_useless(),
            _ => {}
        }
        self.asked = asked;
        Ok(journey)
    }

    fn decisions(&self) -> MutexGuard<'_, Decisions> {
        self.site.decisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_grant(&self, client: &Client) -> Result<(), Unmet> {
        let id = self.client(client)?.id;
        self.decisions().granted.insert(id);
        Ok(())
    }

    /// Whether the default user has agreed to a client in this run, and it got a code.
    pub fn has_granted(&self, client: &Client) -> bool {
        let decisions = self.decisions();
        self.client(client).is_ok_and(|client| decisions.granted.contains(&client.id))
    }

    /// Whether the default user was asked about a client in this run, left the page, and never agreed.
    pub fn has_left_page(&self, client: &Client) -> bool {
        let decisions = self.decisions();
        let known = |id: &String| decisions.left.contains(id) && !decisions.granted.contains(id);
        self.client(client).is_ok_and(|client| known(&client.id))
    }

    fn note_left(&self, client: &Client) -> Result<(), Unmet> {
        let id = self.client(client)?.id;
        self.decisions().left.insert(id);
        Ok(())
    }

    /// Has the user asked by this request, too, where a parameter is known to do that.
    pub fn have_user_asked(&self, draft: &mut Draft) {
        if self.site.asked_again.helps() {
            wants_to_ask(draft);
        }
    }

    /// Whether users may be asked again on a page that the suite sees.
    fn can_be_asked_again(&self) -> bool {
        let by_program = !self.site.profile.login.command.is_empty() || self.site.person.is_some();
        !by_program && self.site.asked_again.may_help()
    }

    /// The same once. `again`: its user is to be asked, even if they have agreed before.
    async fn authorize_once(
        &mut self,
        ask: &Authorization<'_>,
        again: bool,
    ) -> Result<Journey, Unmet> {
        let plain = ask.is_plain();
        if !plain || *ask.client != Client::default_role() || ask.user != "default" {
            self.learn_script(ask.decision).await;
        }
        let registered = self.client(ask.client)?.redirect_uris;
        let (mut draft, mut asked) = self.authorization_draft(ask)?;
        for change in ask.changes {
            draft = change.apply(&draft, &registered)?;
        }
        if again {
            wants_to_ask(&mut draft);
        }
        self.name_resource(&mut draft);
        let params = draft.params();
        let redirect_uri = params.first("redirect_uri").filter(|uri| !uri.is_empty());
        asked.redirect_uri = redirect_uri.map(str::to_owned);
        let state = params.first("state").map(str::to_owned);
        let expected = asked.redirect_uri.clone().or_else(|| registered.first().cloned());
        self.asked = Some(asked);
        let way = (expected, state);
        if let Some(client) = self.spaced(&draft) {
            self.site.spacing.turn(&client).await;
        }
        let mut journey = self.admitted(&draft, ask, way.clone()).await?;
        if self.needs_resource_there(&draft, &authorization::what(&journey)) {
            self.name_resource(&mut draft);
            journey = self.admitted(&draft, ask, way).await?;
        }
        let is_left = matches!(journey.end, End::Stopped { .. }) && !journey.choices.is_empty();
        if is_left && ask.user == "default" {
            self.note_left(ask.client)?;
        }
        if plain && ends_as_decided(&journey, ask.decision) {
            if ask.decision == Decision::Grant && ask.user == "default" {
                self.note_grant(ask.client)?;
            }
            let mut known = self.site.script.lock().unwrap_or_else(PoisonError::into_inner);
            known.learn(&journey.script);
        }
        Ok(journey)
    }

    /// Whether the profile says how the user denies.
    ///
    /// # Errors
    /// Where its `login.steps` only grant.
    pub fn can_deny(&self) -> Result<(), Unmet> {
        let text = "the profile says no way to deny (`login.steps`, `decision: deny`)";
        let only_grants = self.site.profile.login.only_grants();
        if only_grants { Err(Unmet::Lacking(text.to_owned())) } else { Ok(()) }
    }

    /// Sees once a run what the requests in place of a script get where the authorization request is an ordinary
    /// one: what differs for others is what the server says to them.
    pub async fn learn_script(&self, decision: Decision) {
        let login = &self.site.profile.login;
        let denies = decision == Decision::Deny;
        if login.steps.is_empty() || (denies && login.only_grants()) {
            return;
        }
        let asked = &self.site.script_asked[usize::from(denies)];
        // A flow that fails tells nothing; the next one may.
        let _ = asked.get_or_try_init(|| play_script(Arc::clone(&self.site), decision)).await;
    }

    /// Sends the user with a request, which is pushed before where it has to be.
    async fn admitted(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
        way: (Option<String>, Option<String>),
    ) -> Result<Journey, Unmet> {
        match self.entrance(draft, ask).await? {
            Entrance::AsItIs => self.walk(draft, ask, way).await,
            Entrance::Pushed(reference) => self.walk(&reference, ask, way).await,
            Entrance::Closed(response) => self.sent_all_the_same(draft, ask, way, response).await,
            Entrance::Nameless => self.sent_without_client(draft, ask, way).await,
        }
    }

    /// Sends the user with a request that was refused when it was pushed, as an attacker does, who pushes nothing:
    /// where the endpoint sends a refusal is the same matter there (RFC 6749 §3.1.2.4). A page, a login and an
    /// error that goes to a URI of the client say no more than the refusal of the push.
    async fn sent_all_the_same(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
        way: (Option<String>, Option<String>),
        refused: Response,
    ) -> Result<Journey, Unmet> {
        let registered = self.client(ask.client)?.redirect_uris;
        if let Ok(journey) = self.walk(draft, ask, way.clone()).await
            && is_telling(&journey, &registered)
        {
            return Ok(journey);
        }
        let page = Page { text: refused.text().into_owned(), is_drawn: true, ..Page::default() };
        Ok(Journey { end: End::Page { response: refused, page }, ..Journey::new(way.0, way.1) })
    }

    /// Sends the user with a request that names no client once, and so cannot be pushed. Where its client is named
    /// among others, an error that goes to a URI of that client may say that it has to push.
    async fn sent_without_client(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
        way: (Option<String>, Option<String>),
    ) -> Result<Journey, Unmet> {
        let client = self.client(ask.client)?;
        let journey = self.walk(draft, ask, way).await?;
        let named = |params: &Params| params.all("client_id").any(|id| id == client.id);
        let is_named = named(&draft.query) || named(&draft.form);
        let told = matches!(journey.end, End::Redirected(_));
        if told && is_named && !is_telling(&journey, &client.redirect_uris) {
            return Err(pushed_alone(NAMELESS));
        }
        Ok(journey)
    }

    /// The request that brings the user to the server, which is pushed before where it has to be.
    ///
    /// # Errors
    /// Where the profile lacks the client, or the request has to be pushed and cannot be.
    pub async fn opening(&mut self, ask: &Authorization<'_>) -> Result<Draft, Unmet> {
        let draft = self.authorization(ask)?;
        match self.entrance(&draft, ask).await? {
            Entrance::AsItIs => Ok(draft),
            Entrance::Pushed(reference) => Ok(*reference),
            Entrance::Closed(_) => Err(pushed_alone("this one is refused when it is pushed")),
            Entrance::Nameless => Err(pushed_alone(NAMELESS)),
        }
    }

    /// The request that brings the user to the server.
    async fn entrance(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
    ) -> Result<Entrance, Unmet> {
        let refers = [&draft.query, &draft.form].iter().any(|it| it.first("request_uri").is_some());
        let as_it_is = ask.unpushed || refers || ask.client.0 == PUSHING;
        if as_it_is || !self.pushes_alone().await {
            Ok(Entrance::AsItIs)
        } else {
            self.push_first(draft, ask).await
        }
    }

    /// Whether every authorization request has to be pushed: the metadata say so, which are read once a run, or
    /// it was found out.
    pub async fn pushes_alone(&self) -> bool {
        if self.site.pushed.is_none() {
            return false;
        }
        if self.has_found_pushing() {
            return true;
        }
        let site = Arc::clone(&self.site);
        *site.pushes_alone.get_or_init(|| self.is_push_demanded()).await
    }

    /// Whether it was found out that every authorization request has to be pushed, and nothing said so.
    pub fn has_found_pushing(&self) -> bool {
        self.site.found_pushing.load(Ordering::Relaxed)
    }

    /// From now on each request is pushed, to see whether an ordinary one was refused for that alone; whether
    /// that is something new. A server may demand it of a client without a word in its metadata (RFC 9126 §6).
    pub async fn tries_push(&self) -> bool {
        let new = self.site.pushed.is_some() && !self.pushes_alone().await;
        if new {
            self.site.found_pushing.store(true, Ordering::Relaxed);
        }
        new
    }

    /// A push was no help.
    pub fn untries_push(&self) {
        self.site.found_pushing.store(false, Ordering::Relaxed);
    }

    /// Whether the metadata say that every authorization request has to be pushed, asked anew.
    pub async fn is_push_demanded(&self) -> bool {
        for draft in self.metadata_requests().unwrap_or_default() {
            let Ok(request) = draft.sendable() else { continue };
            let Ok(response) = self.site.transport.send(&request).await else { continue };
            let found = observed::json(&response).filter(|_| response.status == 200);
            if let Some(Value::Object(members)) = found {
                return members.get(DEMANDED) == Some(&Value::Bool(true));
            }
        }
        false
    }

    async fn push_first(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
    ) -> Result<Entrance, Unmet> {
        let lacking = pushed_alone;
        let client = self.client(ask.client)?;
        let (own, redirect_uris) = (client.id, client.redirect_uris);
        let mut params = draft.query.clone();
        params.extend(draft.form.clone());
        let written = matches!(draft.encoding, Encoding::Form | Encoding::Nothing);
        let names = |raw: &String| raw.contains("client_id=");
        if draft.raw_query.as_ref().is_some_and(|raw| !names(raw)) || !written {
            return Err(lacking("this one cannot be pushed as it is written"));
        }
        if params.only("client_id") != Lookup::Once(&own) {
            return Ok(Entrance::Nameless);
        }
        let url = self.site.pushed.clone().ok_or_else(|| lacking("there is no endpoint"))?;
        let mut push = self.client_draft("pushed authorization request", ask.client, &url)?;
        push.form = params;
        name_once(&mut push);
        let sent = self.submit(&push).await?;
        if let Some(pushed) = self.pushed(ask.client, &push, &sent) {
            let reference = by_reference(draft.clone(), &own, &pushed);
            return Ok(Entrance::Pushed(Box::new(reference)));
        }
        let what = Observed::of_token(&sent);
        let registered = |uri: &str| redirect_uris.iter().any(|it| it == uri);
        let leads_back = push.form.all("redirect_uri").all(registered);
        if let Ok(response) = &sent
            && !leads_back
            && what.is_refusal()
        {
            return Ok(Entrance::Closed(response.clone()));
        }
        let unchanged = ask.changes.is_empty() && ask.proof.is_none() && ask.scope.is_none();
        let ordinary = unchanged && *ask.client == Client::default_role();
        if ordinary || !what.is_refusal() {
            let text = format!("the authorization request was pushed, and got {}", what.describe());
            return Err(Unmet::Failed(text));
        }
        Err(lacking("this one is refused when it is pushed"))
    }
}
