//! Plays a case against a target, and judges every answer by the model.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use super::answers::{self, Reply};
use super::asserted::Asserted;
use super::case::{Base, Case, Edit, Scope, Shot, Step};
use super::controls::Works;
use super::expected::{Expectation, Judge};
use super::model::{Model, Moment};
use super::novelty::{self, Signature};
use super::oracle::{Finding, Terms};
use super::possession::Shown;
use super::reading::{self, Reading, given};
use super::request::Blueprint;
use super::tried::Tried;
use crate::driver::browser::Browser;
use crate::driver::device::Device;
use crate::driver::journal::Journal;
use crate::driver::pushed::Pushed;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::time::Slot;
use crate::driver::{Client, Draft, Driver, Site, Unmet};
use crate::observe::{Observed, success};
use crate::profile::Pkce;
use crate::wire::params;
use crate::wire::transport::Sent;
use crate::wire::{Request, Secret, TransportError};

/// How a target without sockets is started anew; `None` where it cannot be.
pub type Restart = Arc<dyn Fn() -> Arc<Site> + Send + Sync>;

/// Where cases are played.
#[derive(Clone)]
pub struct Stage {
    /// The target.
    pub site: Arc<Site>,
    /// What it promised.
    pub terms: Arc<Terms>,
    /// How it is started anew.
    pub restart: Option<Restart>,
    /// How many cases were played again: each play has fresh values.
    pub again: Arc<AtomicU64>,
    /// Which plain requests work.
    pub works: Arc<Works>,
}

impl Stage {
    /// Plays the ordinary flow once, so that each request is what the target wants it to be: the number of requests.
    /// Where that does not work, the first case tells why.
    pub async fn acquaint(&self, seed: u64) -> u64 {
        let mut driver = Driver::new(Arc::clone(&self.site), Slot::own(), seed);
        drop(driver.acquaint().await);
        driver.journal.exchanges().len() as u64
    }

    /// How long the target took. One that is started anew runs in this process: how busy the machine is
    /// says nothing of it, and would make one seed another campaign.
    fn took(&self, since: Instant) -> Duration {
        if self.restart.is_some() { Duration::ZERO } else { since.elapsed() }
    }
}

/// What a case came to.
#[derive(Debug, Default)]
pub struct Played {
    /// Properties that did not hold, in the order of the steps.
    pub findings: Vec<Finding>,
    /// What was seen, step by step.
    pub signatures: Vec<Signature>,
    /// Evidence, and what of it must not be shown.
    pub journal: Journal,
    /// Why nothing more can be sent.
    pub lost: Option<TransportError>,
    /// Whether the target asked for fewer requests (429).
    pub throttled: bool,
    /// Means that the profile lacks, so that a step was left out.
    pub lacking: Vec<String>,
    /// How often each property was put to the test.
    pub tried: Tried,
    /// Whether the last step did what was asked for.
    pub done: bool,
}

/// What a step brought.
#[derive(Debug, Clone)]
pub(super) enum Brought {
    Nothing,
    Code(crate::driver::Code),
    Pair { access: Secret, refresh: Option<Secret> },
    Pushed(Pushed),
    Device(Box<Device>),
}

pub(super) struct Player<'a> {
    pub(super) stage: &'a Stage,
    pub(super) driver: Driver,
    pub(super) browsers: &'a mut Browsers,
    pub(super) model: Model,
    pub(super) brought: Vec<Brought>,
    pub(super) played: Played,
    /// The proofs of possession that were sent last.
    pub(super) proofs: Vec<String>,
    /// Whether a request that carried them was served.
    pub(super) proof_taken: bool,
    /// Whether the target was started anew.
    pub(super) restarted: bool,
    /// The assertion that was sent last.
    pub(super) assertion: Option<Asserted>,
    /// Whether the introspection endpoint has told of a token that it lives.
    pub(super) introspects: bool,
    /// The form by which the user decided in each step.
    pub(super) forms: Vec<Option<Request>>,
}

/// The browsers of the users, by their role: who has signed in once need not do so again.
pub type Browsers = BTreeMap<String, Browser>;

/// Plays a case with these browsers. `seed` makes the values that have to be fresh.
pub async fn play(stage: &Stage, case: &Case, browsers: &mut Browsers, seed: u64) -> Played {
    let driver = Driver::new(Arc::clone(&stage.site), Slot::own(), seed);
    let named = driver.resource_named();
    let mut player = Player {
        stage,
        driver,
        browsers,
        model: Model::naming(named),
        brought: Vec::new(),
        played: Played::default(),
        proofs: Vec::new(),
        proof_taken: false,
        restarted: false,
        assertion: None,
        introspects: false,
        forms: Vec::new(),
    };
    for (number, step) in case.steps.iter().enumerate() {
        player.step(number, step).await;
        if player.played.lost.is_some() {
            break;
        }
    }
    player.driver.dismiss().await;
    Played { journal: player.driver.journal, ..player.played }
}

impl Player<'_> {
    async fn step(&mut self, number: usize, step: &Step) {
        self.played.done = false;
        let known = self.played.findings.len();
        let seen = self.driver.journal.exchanges().len();
        let brought = match step {
            Step::Wait(seconds) => self.wait(Duration::from_secs(*seconds)).await,
            Step::Restart => self.restart(),
            Step::Send(shot) => self.send(shot).await,
            Step::Race(shot) => self.race(shot).await,
        };
        self.brought.push(brought.unwrap_or_else(|unmet| {
            self.played.lacking.push(unmet.to_string());
            Brought::Nothing
        }));
        self.forms.push(self.decided_since(seen));
        for exchange in &self.driver.journal.exchanges()[seen..] {
            if let Ok(response) = &exchange.response {
                let Played { findings, tried, .. } = &mut self.played;
                answers::any(&exchange.request, response, tried, findings);
                self.played.throttled |= response.is_throttled();
            }
        }
        self.need_controls(step.shot(), (known, seen));
        self.played.findings[known..].iter_mut().for_each(|finding| finding.step = number);
    }

    async fn wait(&mut self, by: Duration) -> Result<Brought, Unmet> {
        self.driver.pass(by).await?;
        Ok(Brought::Nothing)
    }

    fn restart(&mut self) -> Result<Brought, Unmet> {
        let lacking = || Unmet::Lacking("the target cannot be restarted".to_owned());
        let restart = self.stage.restart.as_ref().ok_or_else(lacking)?;
        let site = restart();
        site.know_like(&self.driver.site);
        self.driver.site = site;
        // Its clock has not been moved.
        self.driver.journal.forget_said();
        self.restarted = true;
        self.model = Model::naming(self.model.named.take());
        Ok(Brought::Nothing)
    }

    pub(super) fn now(&self) -> Duration {
        self.driver.timeline.moved
    }

    pub(super) fn moment(&self, at: Instant) -> Moment {
        Moment { moved: self.now(), at }
    }

    pub(super) fn judge(&self) -> Judge<'_> {
        Judge { terms: &self.stage.terms, model: &self.model, now: self.now() }
    }

    pub(super) async fn send(&mut self, shot: &Shot) -> Result<Brought, Unmet> {
        let shot = &*self.proving(shot);
        match &shot.request {
            Base::Authorize { client, user, deny } => {
                self.authorize(shot, &Client(client.clone()), user, *deny).await
            }
            Base::Exchange { client, code } => {
                let draft = self.redemption(&Client(client.clone()), *code)?;
                self.token(shot, &draft).await
            }
            Base::Refresh { client, token } => {
                let (_, refresh) = self.tokens(*token);
                let draft = self.driver.refreshment(&Client(client.clone()), &refresh)?;
                self.token(shot, &draft).await
            }
            Base::Revoke { client, token, refresh } => {
                let (access, other) = self.tokens(*token);
                let value = if *refresh { other } else { access };
                let draft = self.driver.revocation(&Client(client.clone()), &value)?;
                self.revoke(shot, &draft).await
            }
            Base::Downscope { token, scope } => {
                let (access, _) = self.tokens(*token);
                let lacking = || Unmet::Lacking("the profile defines no `downscope`".to_owned());
                let profile = &self.stage.terms.profile;
                let means = profile.downscope.as_ref().ok_or_else(lacking)?;
                let first = || profile.scope(profile.client("default")?);
                let scope = match scope {
                    Scope::Narrower => &means.scope,
                    Scope::Wider => &means.wider_scope,
                    Scope::First => first().unwrap_or(&means.wider_scope),
                };
                let draft = self.driver.exchange(&access, scope, None);
                self.token(shot, &draft).await
            }
            Base::Use { token, scoped } => {
                let (access, _) = self.tokens(*token);
                let draft = self.driver.call_with(*scoped, &access)?;
                self.call(shot, &draft, *scoped).await
            }
            other => self.send_further(shot, other).await,
        }
    }

    /// Requests to the endpoints that not every server has.
    async fn send_further(&mut self, shot: &Shot, base: &Base) -> Result<Brought, Unmet> {
        let of = |client: &String| Client(client.clone());
        match base {
            Base::Introspect { client, token, refresh } => {
                let (access, other) = self.tokens(*token);
                let value = if *refresh { other } else { access };
                self.introspect(shot, client, &value).await
            }
            Base::Push { client } => self.push(shot, &of(client)).await,
            Base::Follow { client, pushed, deny } => {
                self.follow(shot, &of(client), (*pushed, *deny)).await
            }
            Base::Device { client } => self.device(shot, &of(client)).await,
            Base::Visit { device, deny } => self.visit(shot, (*device, *deny)).await,
            Base::Poll { client, device } => {
                let draft = self.device_draft(&of(client), *device)?;
                self.token(shot, &draft).await
            }
            Base::Register {} => self.register(shot).await,
            Base::Resubmit { of, foreign } => self.resubmit(shot, (*of, *foreign)).await,
            Base::Forge { how } => self.forge(shot, *how).await,
            Base::TokenExchange { client, token, refresh } => {
                self.exchange(shot, &of(client), (*token, *refresh)).await
            }
            Base::Assertion { client } => self.present(shot, &of(client)).await,
            Base::UseOther { token } => self.call_other(shot, *token).await,
            _ => Ok(Brought::Nothing),
        }
    }

    /// What has to come of a token request, its proof of possession included.
    pub(super) fn expected_of_token(
        &self,
        shown: Option<&Shown>,
        read: &Reading,
        nonce: bool,
    ) -> Expectation {
        let mut expectation = self.judge().token(read);
        let refreshed = given(&read.body, "grant_type") == Some("refresh_token");
        let pair = self.model.refresh_in(read).and_then(|at| self.model.pairs.get(at));
        let about = (pair.filter(|_| refreshed), nonce);
        self.judge().proof(shown, about, &mut expectation);
        // Whoever owes a proof and shows none may be told that first.
        expectation.open |= shown.is_none() && self.owes_proof(read);
        expectation
    }

    pub(super) fn redemption(&self, client: &Client, code: Option<usize>) -> Result<Draft, Unmet> {
        let code = match code.and_then(|at| self.brought.get(at)) {
            Some(Brought::Code(code)) => code.clone(),
            _ => crate::driver::Code {
                value: NEVER_ISSUED.into(),
                client: client.clone(),
                redirect_uri: self.driver.client(client)?.redirect_uris.first().cloned(),
                // Where there are proof keys, a request without one is refused for that.
                verifier: self.made_up_verifier(client)?,
                born: self.driver.timeline.born(Instant::now()),
            },
        };
        self.driver.redemption(client, &code)
    }

    fn made_up_verifier(&self, client: &Client) -> Result<Option<Secret>, Unmet> {
        let proves = self.stage.terms.profile.pkce(&self.driver.client(client)?) != Pkce::None;
        Ok(proves.then(|| Secret::from(&*"o".repeat(43))))
    }

    /// Access and refresh token that a step brought.
    pub(super) fn tokens(&self, from: Option<usize>) -> (Secret, Secret) {
        let never = || Secret::from(NEVER_ISSUED);
        match from.and_then(|at| self.brought.get(at)) {
            Some(Brought::Pair { access, refresh }) => {
                (access.clone(), refresh.clone().unwrap_or_else(never))
            }
            _ => (never(), never()),
        }
    }

    pub(super) fn spoil(
        &mut self,
        shot: &Shot,
        draft: &Draft,
    ) -> Result<(Request, Reading), Unmet> {
        let mut blueprint = Blueprint::of(&self.driver.completed(draft));
        for edit in &shot.edits {
            match edit {
                Edit::Swap { name, from, what } => {
                    let value = self.thing(*from, *what);
                    value.into_iter().for_each(|value| blueprint.put_text(name, &value));
                }
                edit => blueprint.apply(edit, &self.stage.terms.profile),
            }
        }
        for (name, value) in blueprint.secrets() {
            self.driver.journal.secret(&name.replace('_', " "), value);
        }
        let failed = || Unmet::Failed(format!("{} is not an http or https URL", draft.url));
        let message = blueprint.message().ok_or_else(failed)?;
        let request = blueprint.request().ok_or_else(failed)?;
        let mut read = reading::of(&message);
        // RFC 9110 §4.1: a server has to cope with request lines of up to 8,000 bytes only.
        if request != message || message.target.len() > 8000 {
            let ends = ["content-length", "transfer-encoding"];
            let hides = ends.iter().any(|name| request.headers.get(name).is_some());
            (read.odd, read.framed, read.reframed) = (true, true, hides);
        }
        Ok((request, read))
    }

    pub(super) async fn submit(&mut self, label: &str, request: &Request, read: &Reading) -> Sent {
        let site = Arc::clone(&self.driver.site);
        let mut request = request.clone();
        self.driver.write_basic(&mut request).await;
        let sent = self.driver.journal.send(&*site.transport, label, &request).await;
        self.answered(&sent, read.may_be_dropped());
        sent
    }

    /// Whether an answer came at all. Some messages may end a connection.
    pub(super) fn answered(&mut self, sent: &Sent, may_be_dropped: bool) {
        if !may_be_dropped {
            self.tried("answers");
        }
        let Err(error) = sent else { return };
        match error {
            TransportError::TimedOut(_) if !may_be_dropped => {
                self.played.findings.push(Finding::plain("answers", error.to_string()));
            }
            TransportError::Closed(_) | TransportError::Dropped | TransportError::NotHttp(_)
                if !may_be_dropped =>
            {
                let actual = "the connection was closed without an HTTP response";
                self.played.findings.push(Finding::plain("answers", actual));
            }
            TransportError::Unreachable(_)
            | TransportError::GivenUp(_)
            | TransportError::Limited(_)
            | TransportError::OverBudget => self.played.lost = Some(error.clone()),
            _ => {}
        }
    }

    pub(super) fn keep(&mut self, base: &Base, what: &Observed, sent: &Sent, since: Instant) {
        let took = self.stage.took(since);
        self.played.signatures.push(novelty::of(base.name(), what, sent, took));
    }

    /// A property was put to the test.
    pub(super) fn tried(&mut self, oracle: &'static str) {
        self.played.tried.note(oracle);
    }

    pub(super) fn found(&mut self, finding: Option<Finding>) {
        self.played.findings.extend(finding);
    }

    pub(super) async fn token(&mut self, shot: &Shot, draft: &Draft) -> Result<Brought, Unmet> {
        let nonce = self.driver.was_asked_for_nonce(&draft.url);
        let shown = self.shown(shot);
        let (read, sent, since) = self.sent(shot, draft).await?;
        let mut expectation = self.expected_of_token(shown.as_ref(), &read, nonce);
        let taken = self.assertion.as_ref().is_some_and(|asserted| asserted.taken);
        let before = (&read, taken, self.restarted);
        self.judge().asserted(shot, before, &mut expectation);
        let what = Observed::of_token(&sent);
        self.proof_taken |= shown.is_some() && what == Observed::Tokens;
        self.keep(&shot.request, &what, &sent, since);
        self.polled(&read, &what, since);
        let issued = what == Observed::Tokens;
        let asks = matches!(shot.request, Base::Assertion { .. });
        if let Some(asserted) = self.assertion.as_mut().filter(|_| asks && issued) {
            asserted.taken = true;
        }
        let terms = Arc::clone(&self.stage.terms);
        let answer = Reply { what: &what, means: answers::means(&read), done: issued };
        self.judged(&expectation, &answer);
        let Ok(response) = &sent else {
            self.refused(&read, &expectation);
            return Ok(Brought::Nothing);
        };
        let tried = &mut self.played.tried;
        let form = answers::form(&terms, (&read, &expectation), &answer, response, tried);
        let stored = answers::refusal_stored(&terms, (&read, &what), response, tried);
        self.played.findings.extend(form.into_iter().chain(stored));
        self.no_echo(&read, response);
        match success::tokens(response).filter(|_| issued) {
            Some(tokens) => Ok(self.issued(shot, &read, &tokens, since)),
            None => {
                self.refused(&read, &expectation);
                Ok(Brought::Nothing)
            }
        }
    }

    pub(super) fn judged(&mut self, expectation: &Expectation, answer: &Reply<'_>) {
        self.played.done = answer.done;
        let terms = Arc::clone(&self.stage.terms);
        if let Some(oracle) = answers::tested(&terms, expectation, answer.what) {
            self.tried(oracle);
        }
        self.found(answers::as_expected(&terms, expectation, answer));
    }

    pub(super) fn no_echo(&mut self, read: &Reading, response: &crate::wire::Response) {
        let own = |value: &&str| {
            let secrets = self.stage.terms.profile.clients.values();
            secrets.filter_map(|client| client.secret.as_deref()).any(|secret| secret == *value)
                || self.model.codes.iter().any(|code| code.value == *value)
                || self.model.by_access(value).is_some()
                || self.model.by_refresh(value).is_some()
        };
        let names = params::SECRETS.iter().map(|(name, _)| *name);
        let sent = names.filter_map(|name| given(&read.body, name)).filter(own);
        let sent: Vec<&str> = sent.collect();
        let terms = &self.stage.terms;
        let Played { findings, tried, .. } = &mut self.played;
        answers::no_secret_echo(terms, (read, response), &sent, tried, findings);
    }
}
