//! The world of one scenario: actors, evidence, named values, and the outcome.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use super::answers::{Answer, Answers};
use super::assessment::Assessment;
use super::interventions::Interventions;
use super::issued::Issued;
use super::person::People;
use super::scene::Scene;
use crate::driver::change::Change;
use crate::driver::flow::Authorization;
use crate::driver::journey::Journey;
use crate::driver::{Client, Code, Draft, Driver, Pair, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::rules::{Cite, Document, Rule};
use crate::verdict::{CONTROL_FAILED, Outcome, Role};
use crate::wire::transport::Sent;
use crate::wire::{Request, Response, Secret};

/// What a step returns: the text is for cucumber, the outcome is kept in the world.
pub type StepResult = Result<(), String>;

/// What a scenario is run with.
#[derive(Clone)]
pub struct Context {
    /// The rule under test.
    pub rule: Arc<Rule>,
    /// Documents that the scenario is judged by, each of which cites the rule.
    pub documents: Arc<Vec<Arc<Document>>>,
    /// Why the scenario was inconclusive when it was played first; none: this is the first time.
    pub before: Option<String>,
    /// Kinds of ordinary requests that the target failed at in several scenarios: that it fails at
    /// another one of them says nothing of the rule.
    pub faltering: Arc<BTreeSet<String>>,
}

impl Context {
    /// Whether the target fails at ordinary requests of this kind.
    pub(super) fn falters(&self, request: &Request) -> bool {
        self.faltering.contains(&request.kind())
    }
}

/// Why nothing can be said of refresh tokens.
const NO_REFRESH_TOKEN: &str = "the target issued no refresh token";

/// The scope for refresh tokens (OpenID Connect Core §11).
const OFFLINE: &str = "offline_access";

/// One scenario. Its parts are on the heap: the runner of the scenarios hands it from one future to the
/// next, and each of them holds it on the stack.
#[derive(Default)]
pub struct World {
    /// Rule and documents; set before the first step.
    pub context: Option<Context>,
    /// Client, browser and user; set before the first step.
    pub driver: Option<Box<Driver>>,
    /// What was found, and what it rests on.
    pub assessment: Box<Assessment>,
    /// What was done to the target, to be taken back.
    pub interventions: Box<Interventions>,
    /// What was issued to clients.
    pub issued: Box<Issued>,
    /// What was answered to clients and browsers.
    pub answers: Box<Answers>,
    /// People with tokens of their own, and what they did at the API.
    pub people: Box<People>,
    /// The visitor of an application, and what it came upon.
    pub client: Box<Scene>,
}

impl cucumber::World for World {
    type Error = Infallible;

    async fn new() -> Result<Self, Infallible> {
        Ok(Self::default())
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("outcome", &self.assessment.outcome).finish_non_exhaustive()
    }
}

impl World {
    /// The driver.
    ///
    /// # Panics
    /// Never: the runner sets it before the first step.
    #[expect(clippy::expect_used, reason = "the runner's before hook sets it for every scenario")]
    pub fn driver(&mut self) -> &mut Driver {
        self.driver.as_mut().expect("the runner gives every scenario a driver")
    }

    /// Citations that count: those of the documents that are not settled.
    pub fn cites(&self) -> Vec<Cite> {
        let Some(context) = &self.context else { return Vec::new() };
        let counts = |cite: &&Cite| {
            let id = &cite.document.id;
            context.documents.iter().any(|it| it.id == *id) && !self.assessment.is_settled(id)
        };
        context.rule.cites.iter().filter(counts).cloned().collect()
    }

    /// A precondition or a control: where it does not hold, nothing can be said of the rule.
    ///
    /// # Errors
    /// Where it did not hold.
    pub fn need<T>(&mut self, result: Result<T, Unmet>) -> Result<T, String> {
        result.map_err(|unmet| {
            let text = unmet.to_string();
            self.assessment.outcome = match unmet {
                Unmet::Lacking(text) => Outcome::NotApplicable(text),
                Unmet::Failed(text) => Outcome::Inconclusive(format!("{CONTROL_FAILED}{text}")),
            };
            text
        })
    }

    /// What has to succeed so that a refusal counts.
    ///
    /// # Errors
    /// Where it did not succeed.
    pub fn control<T>(&mut self, result: Result<T, Unmet>) -> Result<T, String> {
        let value = self.need(result)?;
        self.assessment.evidence.control();
        self.mark_last(Role::Control);
        Ok(value)
    }

    /// Says in the report what the last request was for.
    pub(super) fn mark_last(&mut self, role: Role) {
        if let Some(driver) = &mut self.driver {
            driver.journal.mark_last(role);
        }
    }

    /// What has to hold so that a refusal counts; `text` names what was there instead.
    ///
    /// # Errors
    /// Where it does not hold.
    pub fn control_that(&mut self, holds: bool, text: impl FnOnce() -> String) -> StepResult {
        self.control(if holds { Ok(()) } else { Err(Unmet::Failed(text())) })
    }

    /// What has to hold so that anything counts but a grant where a refusal is due: that is a breach
    /// without any control.
    pub fn control_unless_granted(
        &mut self,
        holds: bool,
        text: impl FnOnce() -> String,
    ) -> StepResult {
        if !holds {
            self.assessment.failed_control.get_or_insert_with(text);
            return Ok(());
        }
        self.control(Ok(()))
    }

    /// A call that has to be served so that a refusal counts; `about` says which.
    ///
    /// # Errors
    /// Where it is not served.
    pub fn control_served(&mut self, what: &Observed, about: &str) -> StepResult {
        let served = what.is_served();
        self.control_that(served, || format!("{about}: {}", what.describe()))
    }

    /// A value that an earlier step has to have left.
    ///
    /// # Errors
    /// Where the feature file is wrong; our own fault.
    pub fn left<T: Clone>(&mut self, value: Option<T>, what: &str) -> Result<T, String> {
        value.ok_or_else(|| self.assessment.error(format!("no step of the scenario left {what}")))
    }

    /// Nothing can be said: an answer did not come, or proves nothing.
    ///
    /// # Errors
    /// Always.
    pub fn inconclusive(&mut self, text: impl Into<String>) -> StepResult {
        let text = text.into();
        self.assessment.outcome = Outcome::Inconclusive(text.clone());
        Err(text)
    }

    /// Nothing can be said: what had to succeed beside the refusal did not. The text names it.
    ///
    /// # Errors
    /// Always.
    pub fn control_failed(&mut self, text: impl std::fmt::Display) -> StepResult {
        self.inconclusive(format!("{CONTROL_FAILED}{text}"))
    }

    /// Sends a draft.
    ///
    /// # Errors
    /// Where it cannot be made into a request.
    pub async fn submit(&mut self, draft: &Draft) -> Result<Sent, String> {
        let sent = self.driver().submit(draft).await;
        self.need(sent)
    }

    /// Sends a draft with changes, and keeps the answer of a token or revocation endpoint.
    ///
    /// # Errors
    /// Where the change cannot be made.
    pub async fn submit_token(&mut self, draft: Draft, changes: &[Change]) -> StepResult {
        let draft = self.changed(draft, changes)?;
        let sent = self.submit(&draft).await?;
        let what = Observed::of_token(&sent);
        self.answers.last = Some(Answer { draft, sent, what });
        Ok(())
    }

    /// The same, and keeps the tokens that come.
    ///
    /// # Errors
    /// Where the change cannot be made.
    pub async fn submit_for_tokens(
        &mut self,
        client: &Client,
        draft: Draft,
        changes: &[Change],
    ) -> StepResult {
        let since = Instant::now();
        self.submit_token(draft, changes).await?;
        let answer = self.answer()?;
        let pair = self.driver().pair_of(client, &answer.sent, since);
        self.issued.pairs.extend(pair);
        Ok(())
    }

    /// A draft with changes; a change that changes nothing makes the scenario not applicable.
    ///
    /// # Errors
    /// Where a change cannot be made.
    pub fn changed(&mut self, mut draft: Draft, changes: &[Change]) -> Result<Draft, String> {
        for change in changes {
            let changed = change.apply(&draft, &[]).map_err(Unmet::from);
            draft = self.need(changed)?;
        }
        self.note_changes(changes);
        Ok(draft)
    }

    /// Keeps what was changed, for the report.
    pub fn note_changes(&mut self, changes: &[Change]) {
        if !changes.is_empty() {
            let names: Vec<String> = changes.iter().map(Change::to_string).collect();
            self.deviates(names.join(", "));
        }
    }

    /// Names the change that the judged request carries.
    pub fn deviates(&mut self, how: impl Into<String>) {
        self.assessment.deviation = Some(how.into());
    }

    /// Pulls a hook of the profile, or lets it go.
    ///
    /// # Errors
    /// Where the profile has no such hook, or it did not work.
    pub(super) async fn pull(&mut self, name: &str, on: bool) -> StepResult {
        if on {
            self.interventions.hook(name, true);
        }
        let pulled = self.driver().pull(name, on).await;
        self.need(pulled)?;
        self.interventions.hook(name, on);
        Ok(())
    }

    /// Takes back what was made at the API.
    pub(super) async fn remove_made(&mut self) {
        if let Some(driver) = &mut self.driver {
            self.interventions.remove_made(driver).await;
        }
    }

    /// The answer of the last request.
    ///
    /// # Errors
    /// Where no step left one.
    pub fn answer(&mut self) -> Result<Answer, String> {
        self.left(self.answers.last.clone(), "an answer")
    }

    /// The response of the last request; where none came, nothing can be said.
    ///
    /// # Errors
    /// Where no response came.
    pub fn response(&mut self) -> Result<Response, String> {
        let answer = self.answer()?;
        match (answer.sent, &answer.what) {
            (Ok(response), what) if !matches!(what, Observed::Unjudgeable { .. }) => Ok(response),
            (_, what) => {
                let text = what.describe();
                self.control_failed(format!("no response to look at: {text}"))?;
                Err(text)
            }
        }
    }

    /// The last journey of the browser.
    ///
    /// # Errors
    /// Where no step left one.
    pub fn journey(&mut self) -> Result<Journey, String> {
        self.left(self.answers.journey.clone(), "an authorization request")
    }

    /// The current code.
    ///
    /// # Errors
    /// Where no step left one.
    pub fn code(&mut self) -> Result<Code, String> {
        self.left(self.issued.code.clone(), "an authorization code")
    }

    /// The newest tokens.
    ///
    /// # Errors
    /// Where no step left any.
    pub fn pair(&mut self) -> Result<Pair, String> {
        self.left(self.issued.pairs.last().cloned(), "tokens")
    }

    /// Why nothing can be said of refresh tokens, and what may have the default client be given some.
    fn without_refresh(&mut self, client: &Client) -> String {
        let profile = &self.driver().site.profile;
        let entry = profile.client("default").filter(|_| *client == Client::default_role());
        let scope = entry.and_then(|entry| profile.scope(entry)).unwrap_or_default();
        let asks = scope.split(' ').any(|word| word == OFFLINE);
        let prompts = profile.authorize_parameters.contains_key("prompt");
        let redirects = entry.is_some_and(|entry| !entry.redirect_uris.is_empty());
        let hint = match (redirects, asks, prompts) {
            (true, false, _) => "; many a server issues one for `scope: offline_access` alone",
            (true, true, false) => "; some want `authorize_parameters: {prompt: consent}` for one",
            _ => "",
        };
        format!("{NO_REFRESH_TOKEN}{hint}")
    }

    /// The newest refresh token; a target that issues none is a matter of the rule that demands it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn refresh_token(&mut self) -> Result<Secret, String> {
        let pair = self.pair()?;
        if let Some(token) = pair.refresh {
            return Ok(token);
        }
        let text = self.without_refresh(&pair.client);
        // Where the rule is about something else, `token/success` and the rules of that area tell.
        let about = self.context.as_ref().is_some_and(|context| context.rule.needs_refresh());
        if about && self.cites().iter().any(|cite| cite.document.demands_refresh_token()) {
            self.judge_each(|cite| match cite.document.demands_refresh_token() {
                true => Err(Mismatch::new("a refresh token beside the access token", text.clone())),
                false => Ok(()),
            })?;
        }
        self.assessment.outcome = Outcome::NotApplicable(text.clone());
        Err(text)
    }

    /// The refresh token beside an access token; a target that issues none is not judged by it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn refresh_beside(&mut self, refresh: Option<Secret>) -> Result<Secret, String> {
        self.need(refresh.ok_or_else(|| Unmet::Lacking(NO_REFRESH_TOKEN.to_owned())))
    }

    /// Runs the ordinary flow of a client as a control, or to have tokens.
    ///
    /// # Errors
    /// Where it gives no tokens: the scenario is inconclusive.
    pub async fn obtain_tokens(&mut self, client: &Client) -> Result<Pair, String> {
        let pair = self.driver().obtain_tokens(&Authorization::of(client)).await;
        self.control(pair)
    }

    /// Sends a request that has to give tokens, as a control or to have them.
    ///
    /// # Errors
    /// Where it gives none: the scenario is inconclusive.
    pub async fn obtain(&mut self, client: &Client, draft: &Draft) -> Result<Pair, String> {
        let pair = self.driver().obtain(client, draft).await;
        self.control(pair)
    }

    /// Shows that the ordinary authorization request of a client gives a code.
    ///
    /// # Errors
    /// Where it gives none: the scenario is inconclusive.
    pub async fn show_code(&mut self, client: &Client) -> StepResult {
        let shown = self.driver().show_code(&Authorization::of(client)).await;
        self.control(shown)
    }

    /// Shows that the ordinary flow of a client gives tokens.
    ///
    /// # Errors
    /// Where it gives none: the scenario is inconclusive.
    pub async fn show_tokens(&mut self, client: &Client) -> StepResult {
        let shown = self.driver().show_tokens(&Authorization::of(client)).await;
        self.control(shown)
    }

    /// The ordinary token request of a client, with a code that it gets for it where the server has codes.
    ///
    /// # Errors
    /// Where no code came: the scenario is inconclusive.
    pub async fn token_request(&mut self, client: &Client) -> Result<Draft, String> {
        let draft = self.driver().token_request(client).await;
        // Where nothing was sent for it nothing succeeded.
        if self.driver().has_no_codes() { self.need(draft) } else { self.control(draft) }
    }

    /// Gets a code by the ordinary flow of a client.
    ///
    /// # Errors
    /// Where it gives none: the scenario is inconclusive.
    pub async fn obtain_code(&mut self, client: &Client) -> Result<Code, String> {
        let code = self.driver().obtain_code(&Authorization::of(client)).await;
        self.control(code)
    }
}
