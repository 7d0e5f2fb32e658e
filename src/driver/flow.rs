//! The flows of one scenario: what client, browser and user do, and what came of it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use rand::SeedableRng;
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use url::Url;

use super::Unmet;
use super::browser::Browser;
use super::change::Change;
use super::command::Place;
use super::draft::{Credentials, Draft};
use super::enrolment::Enrolment;
use super::footprint::Footprint;
use super::journal::Journal;
use super::journey::{End, Journey, Odd, Stop, Topic};
use super::keys::Keys;
use super::navigation::as_browser;
use super::own_pages::OwnPages;
use super::page::Decision;
use super::person::SignIn;
use super::proof::Proof;
use super::session::Sharing;
use super::site::Site;
use super::time::{Born, Slot, Timeline};
use super::way::Way;
use crate::profile::{self, Pkce};
use crate::wire::{Origin, Request, Secret};

/// A client by its role in the profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client(pub String);

impl Client {
    /// The role of ordinary scenarios.
    pub fn default_role() -> Self {
        Self("default".to_owned())
    }
}

/// An authorization code, and what belongs to it.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code.
    pub value: Secret,
    /// Client that it was issued to.
    pub client: Client,
    /// `redirect_uri` of the authorization request, if it carried one.
    pub redirect_uri: Option<String>,
    /// Verifier of the code challenge.
    pub verifier: Option<Secret>,
    /// When it was issued.
    pub born: Born,
}

/// The tokens of one answer.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Access token.
    pub access: Secret,
    /// Refresh token, if one was issued.
    pub refresh: Option<Secret>,
    /// `expires_in`, in seconds.
    pub expires_in: Option<u64>,
    /// `scope`; absent: what was asked for.
    pub scope: Option<String>,
    /// `token_type`.
    pub token_type: Option<String>,
    /// Client that they were issued to.
    pub client: Client,
    /// When they were issued.
    pub born: Born,
}

/// One scenario's client, browser and user.
pub struct Driver {
    /// The target.
    pub site: Arc<Site>,
    /// Evidence.
    pub journal: Journal,
    /// How time passes here.
    pub timeline: Timeline,
    /// What was done to the target.
    pub footprint: Footprint,
    /// Clients that the scenario registered.
    pub enrolment: Enrolment,
    pub(super) browser: Browser,
    pub(super) sharing: Sharing,
    pub(super) keys: Keys,
    rng: StdRng,
    pub(super) asked: Option<Asked>,
    /// Whether tokens that a person signed in for before will do.
    pub(super) shares_tokens: bool,
    /// Whether a sign-in by a person was wanted, and there was none.
    pub lacked_sign_in: bool,
    /// Whether the scenario is about the scoped resource.
    pub(super) is_about_scoped: bool,
    /// Access tokens and the clients that they were issued to, where tokens are introspected.
    pub(super) owners: HashMap<String, Credentials>,
}

/// What the last authorization request was made with.
#[derive(Debug, Clone)]
pub struct Asked {
    client: Client,
    verifier: Option<Secret>,
    challenge: Option<String>,
    pub(super) redirect_uri: Option<String>,
    sent: std::time::Instant,
}

/// An authorization request in the making.
#[derive(Debug, Clone)]
pub struct Authorization<'a> {
    /// Client that asks.
    pub client: &'a Client,
    /// Role of the user that is asked.
    pub user: &'a str,
    /// The change to the request.
    pub changes: &'a [Change],
    /// What the user decides.
    pub decision: Decision,
    /// Where to stop.
    pub stop: Stop,
    /// Scope to ask for instead of the profile's.
    pub scope: Option<&'a str>,
    /// Password to type instead of the user's own.
    pub password: Option<&'a str>,
    /// Proof key to send instead of what the profile says.
    pub proof: Option<&'a Proof>,
    /// What is done otherwise than by an ordinary user.
    pub odd: Odd<'a>,
    /// Who has something of it if a person signs in.
    pub sign_in: SignIn,
    /// Whether it is sent as it is, even where the server takes pushed requests alone (RFC 9126 §5).
    pub unpushed: bool,
    /// What of the consent it is about.
    pub about: Topic,
}

impl<'a> Authorization<'a> {
    /// The ordinary request of a client: the default user grants.
    pub fn of(client: &'a Client) -> Self {
        Self {
            client,
            user: "default",
            changes: &[],
            decision: Decision::Grant,
            stop: Stop::Never,
            scope: None,
            password: None,
            proof: None,
            odd: Odd::default(),
            sign_in: SignIn::Own,
            unpushed: false,
            about: Topic::Outcome,
        }
    }

    /// Whether the user does what most scenarios want: grants, with nothing odd on the way.
    pub(super) fn is_ordinary(&self) -> bool {
        let odd = self.odd.mistyped.is_some()
            || !self.odd.tampering.is_empty()
            || self.odd.astray.is_some()
            || self.odd.passed_along.is_some();
        let decides = self.stop == Stop::Never && self.decision == Decision::Grant;
        decides && self.password.is_none() && !odd
    }

    /// Whether nothing is changed in what is sent, and the user decides as every user does.
    pub(super) fn is_plain(&self) -> bool {
        let as_ever = Self { decision: Decision::Grant, ..self.clone() }.is_ordinary();
        as_ever && self.changes.is_empty() && self.proof.is_none() && self.scope.is_none()
    }

    /// Whether a person may be asked to sign in for it.
    pub(super) fn is_for_a_person(&self) -> bool {
        self.is_ordinary() && self.changes.is_empty() && self.user == "default"
    }
}

impl Driver {
    /// A driver for what comes before the scenarios, whose values nobody has seen.
    pub fn unseeded(site: &Arc<Site>, slot: Slot) -> Self {
        let seed = site.unused_seed();
        Self::new(Arc::clone(site), slot, seed)
    }

    /// A driver for one scenario. `seed` makes its values.
    pub fn new(site: Arc<Site>, slot: Slot, seed: u64) -> Self {
        let mut journal = Journal::default();
        journal.profile(&site.profile);
        Self {
            timeline: Timeline::new(slot),
            footprint: Footprint::default(),
            enrolment: Enrolment::default(),
            site,
            journal,
            browser: Browser::default(),
            sharing: Sharing::default(),
            keys: Keys::default(),
            rng: StdRng::seed_from_u64(seed),
            asked: None,
            shares_tokens: false,
            lacked_sign_in: false,
            is_about_scoped: false,
            owners: HashMap::new(),
        }
    }

    /// A value that no one has used before.
    pub fn fresh(&mut self, length: usize) -> String {
        Alphanumeric.sample_string(&mut self.rng, length)
    }

    /// Forgets every cookie.
    pub fn fresh_browser(&mut self) -> Browser {
        self.sharing = Sharing::default();
        std::mem::take(&mut self.browser)
    }

    /// The browser's next request comes from a page of another site.
    pub fn come_from_elsewhere(&mut self) {
        self.browser.cookies.come_from_elsewhere();
    }

    /// Whether the browser holds a cookie that a request there brings.
    pub fn holds_cookies_for(&self, url: &Url) -> bool {
        !self.browser.cookies.at(url).is_empty()
    }

    /// Takes a browser back.
    pub fn use_browser(&mut self, browser: Browser) {
        self.browser = browser;
    }

    /// Lets users be signed in already, as other scenarios left them.
    pub fn share_sessions(&mut self) {
        self.sharing = Sharing::Open;
    }

    /// Lets tokens that a person signed in for be used by one scenario after the other. They are not as old
    /// as their grant: who lets time pass has tokens of its own.
    pub fn share_tokens(&mut self) {
        self.shares_tokens = true;
    }

    /// Signs the default user in, for other scenarios.
    pub fn open_session(&mut self) {
        self.sharing = Sharing::Of("default".to_owned());
    }

    /// Leaves the browser to other scenarios, where it may be.
    pub fn leave_session(&mut self) {
        let browser = std::mem::take(&mut self.browser);
        self.sharing.leave(browser, &self.site.sessions);
    }

    /// What precedes an authorization: the user may be signed in already.
    fn enter(&mut self, ask: &Authorization<'_>) {
        let Some(browser) = self.sharing.enter(ask.user, ask.is_ordinary(), &self.site.sessions)
        else {
            return;
        };
        browser.cookies.all().for_each(|cookie| self.journal.cookie(&cookie));
        self.browser = browser;
    }

    /// The profile's entry of a client. `sacrificial` and `dpop` fall back to
    /// `default`.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn client(&self, client: &Client) -> Result<profile::Client, Unmet> {
        if let Some(own) = self.enrolment.get(&client.0) {
            return Ok(own.client.clone());
        }
        let clients = &self.site.profile.clients;
        if client.0 == "device" {
            let text = "the profile defines no client for devices (`clients.device`)";
            let lacking = || Unmet::Lacking(text.to_owned());
            return self.site.profile.device_client().cloned().ok_or_else(lacking);
        }
        if client.0 == "signing" {
            let text = "no client of the profile authenticates by assertions \
                        (`authentication: private_key_jwt`)";
            let lacking = || Unmet::Lacking(text.to_owned());
            return self.site.profile.signing_client().cloned().ok_or_else(lacking);
        }
        if client.0 == "exchange"
            && let Some(client) = self.site.profile.exchange_client()
        {
            return Ok(client.clone());
        }
        if client.0 == "basic" {
            let text =
                "no client of the profile may use HTTP Basic (`authentication: [body, basic]`)";
            let lacking = || Unmet::Lacking(text.to_owned());
            return self.site.profile.basic_client().cloned().ok_or_else(lacking);
        }
        let replaced = matches!(&*client.0, "sacrificial" | "dpop");
        let fallback = || replaced.then(|| clients.get("default")).flatten();
        let known = self.site.profile.client(&client.0);
        known.or_else(fallback).cloned().ok_or_else(|| {
            let registered = clients.why_missing(&format!("client:{}", client.0));
            let defined = || format!("the profile defines no client of role `{}`", client.0);
            Unmet::Lacking(registered.unwrap_or_else(defined))
        })
    }

    /// The profile's entry of a user.
    ///
    /// # Errors
    /// Where the profile defines no user of this role.
    pub fn user(&self, role: &str) -> Result<profile::User, Unmet> {
        let lacking = || Unmet::Lacking(format!("the profile defines no user of role `{role}`"));
        self.site.profile.users.get(role).cloned().ok_or_else(lacking)
    }

    /// The request, and what belongs to its code.
    pub(super) fn authorization_draft(
        &mut self,
        ask: &Authorization<'_>,
    ) -> Result<(Draft, Asked), Unmet> {
        let client = self.client(ask.client)?;
        let profile = Arc::clone(&self.site.profile);
        let mut draft = Draft::new("authorization request", "GET", self.authorization_endpoint()?);
        draft.query.push("response_type", "code");
        draft.query.push("client_id", client.id.clone());
        let redirect_uri = client.redirect_uris.first().cloned();
        if let Some(uri) = &redirect_uri {
            draft.query.push("redirect_uri", uri.clone());
        }
        if let Some(scope) = ask.scope.or(profile.scope(&client)) {
            draft.query.push("scope", scope);
        }
        draft.query.push("state", self.fresh(24));
        let by_default = (profile.pkce(&client) == Pkce::S256).then(|| self.fresh(64));
        let by_default = by_default.map_or(Proof::default(), |verifier| Proof::s256(&verifier));
        let proof = ask.proof.cloned().unwrap_or(by_default);
        self.prove(&proof, &mut draft);
        for (name, value) in &profile.authorize_parameters {
            draft.query.push(name.clone(), value.clone());
        }
        self.tell_apart(&mut draft);
        let asked = Asked {
            client: ask.client.clone(),
            verifier: proof.verifier,
            challenge: proof.challenge,
            redirect_uri,
            sent: std::time::Instant::now(),
        };
        Ok((draft, asked))
    }

    /// Adds a proof key to an authorization request.
    fn prove(&mut self, proof: &Proof, draft: &mut Draft) {
        if let Some(verifier) = &proof.verifier {
            self.journal.secret("code verifier", verifier);
        }
        for (name, value) in
            [("code_challenge", &proof.challenge), ("code_challenge_method", &proof.method)]
        {
            if let Some(value) = value {
                draft.query.push(name, value.clone());
            }
        }
    }

    /// Sends the user with a request, to its end: the redirect URI where it may end, and its state.
    pub(super) async fn walk(
        &mut self,
        draft: &Draft,
        ask: &Authorization<'_>,
        way: (Option<String>, Option<String>),
    ) -> Result<Journey, Unmet> {
        let request = as_browser(draft.sendable()?);
        let mut user = self.user(ask.user)?;
        user.login = ask.odd.login.map_or(user.login, str::to_owned);
        if let Some(password) = ask.password {
            self.journal.secret("password", password);
            user.password = password.into();
        }
        self.enter(ask);
        if let Some(wrong) = ask.odd.mistyped {
            self.journal.secret("password", wrong);
        }
        let odd = Odd { by_person: ask.is_for_a_person().then_some(ask.sign_in), ..ask.odd };
        let answers = (ask.decision, ask.stop, odd);
        self.travel(request, &draft.label, &user, answers, way).await
    }

    pub(super) async fn travel(
        &mut self,
        request: Request,
        label: &str,
        user: &profile::User,
        (decision, stop, odd): (Decision, Stop, Odd<'_>),
        (redirect_uri, state): (Option<String>, Option<String>),
    ) -> Result<Journey, Unmet> {
        let site = Arc::clone(&self.site);
        let mut way = Way {
            own_pages: Some(OwnPages::of(&site.profile, &request, redirect_uri.as_deref())),
            person: site.person.as_deref(),
            transport: &*site.transport,
            journal: &mut self.journal,
            origins: &site.origins,
            provider: user.sign_on.as_deref().and_then(|url| Origin::of(&Url::parse(url).ok()?)),
            words: &site.profile.login,
            script: site.script.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            commands: Place::of(&site.profile),
            user,
            decision,
            stop,
            redirect_uri,
            state,
            odd,
        };
        let journey = self.browser.follow(request, label, &mut way).await;
        self.sharing.note(&journey);
        match &journey.end {
            End::Stuck(stuck) if stuck.lacks => {
                self.lacked_sign_in |= odd.by_person.is_some();
                Err(Unmet::Lacking(stuck.text.clone()))
            }
            _ => Ok(journey),
        }
    }

    /// Follows an authorization request, whatever its bytes are, and lets the user answer.
    /// `redirect_uri` and `state` are what it carries, `leads_to` is where it may end.
    ///
    /// # Errors
    /// Where the profile defines no user of this role.
    pub async fn carry(
        &mut self,
        request: Request,
        ask: &Authorization<'_>,
        (redirect_uri, leads_to): (Option<String>, Option<String>),
        state: Option<String>,
    ) -> Result<Journey, Unmet> {
        let user = self.user(ask.user)?;
        if let Some(asked) = &mut self.asked {
            asked.redirect_uri = redirect_uri;
        }
        let answers = (ask.decision, ask.stop, ask.odd);
        let label = "authorization request";
        self.enter(ask);
        self.travel(as_browser(request), label, &user, answers, (leads_to, state)).await
    }

    /// Sends one request from the browser, as far as this; where the user is asked on the way, they sign in
    /// and grant.
    ///
    /// # Errors
    /// Where the profile lacks the default user.
    pub async fn browse(
        &mut self,
        request: Request,
        label: &str,
        stop: Stop,
    ) -> Result<Journey, Unmet> {
        let user = self.user("default")?;
        let redirect_uri = self.asked.as_ref().and_then(|asked| asked.redirect_uri.clone());
        self.sharing = Sharing::default();
        let answers = (Decision::Grant, stop, Odd::default());
        self.travel(request, label, &user, answers, (redirect_uri, None)).await
    }

    /// The code that a journey ended with, with what the last authorization request belongs to it.
    pub fn code_of(&self, journey: &Journey) -> Option<Code> {
        let End::Redirected(redirected) = &journey.end else { return None };
        let params = redirected.params()?;
        self.code_with(params.first("code").filter(|code| !code.is_empty())?)
    }

    /// A code of this value, with what the last authorization request belongs to it.
    pub fn code_with(&self, value: &str) -> Option<Code> {
        let asked = self.asked.clone()?;
        Some(Code {
            value: value.into(),
            client: asked.client,
            redirect_uri: asked.redirect_uri,
            verifier: asked.verifier,
            born: self.timeline.born(asked.sent),
        })
    }

    /// The challenge of the last authorization request.
    pub fn challenge_sent(&self) -> Option<String> {
        self.asked.as_ref()?.challenge.clone()
    }
}
