//! An application under test: the suite is its user with a browser, and looks on at what it asks of
//! its authorization server, which is the suite's own.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Unmet;
use super::actions::Reach;
use super::browser::Browser;
use super::command::Place;
use super::draft::Draft;
use super::journal::Journal;
use super::journey::{End, Journey, Odd, Stop};
use super::navigation::page_request;
use super::page::Decision;
use super::placeholders::Values;
use super::script::Script;
use super::time::Slot;
use super::way::Way;
use crate::observe::{Missing, Observed, success};
use crate::profile::{ApplicationProfile, Login, User};
use crate::wire::{Lookup, Origin, Params, Request, Response, Transport, TransportError, form};

/// An endpoint of the authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Authorization endpoint.
    Authorization,
    /// Token endpoint.
    Token,
    /// Revocation endpoint.
    Revocation,
    /// A protected resource.
    Resource,
    /// Anything else: the pages that the user sees.
    Other,
}

/// A request that the authorization server answered.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Where it went.
    pub door: Door,
    /// The request.
    pub request: Request,
    /// The answer.
    pub response: Response,
}

/// The suite's own authorization server, which the application under test uses.
pub trait Counterpart: Send + Sync {
    /// Everything that was answered, from this number on.
    fn seen(&self, from: usize) -> Vec<Seen>;

    /// Lets its time pass.
    fn advance(&self, by: Duration);

    /// Whether its token endpoint describes its errors (`error_description`).
    fn describe(&self, describes: bool);

    /// Whether it takes a little time to answer a refresh, so that others can come in between.
    fn linger(&self, lingers: bool);
}

/// An application, ready to be used, and its authorization server.
pub struct Stage {
    /// The profile.
    pub profile: Arc<ApplicationProfile>,
    /// How both are reached.
    pub transport: Arc<dyn Transport>,
    /// The authorization server.
    pub counterpart: Arc<dyn Counterpart>,
    /// Origins of the authorization server, in the spellings that the application may use.
    pub server: Vec<Origin>,
    /// Who signs in there.
    pub user: User,
    /// What has to live as long as the application does.
    pub keep: Option<Box<dyn Any + Send + Sync>>,
}

/// Where a way through the application ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginEnd {
    /// At an answer of the application with this status.
    Answered(u16),
    /// At a redirect to somewhere else; the URL is without its query.
    Left(String),
    /// No answer came, or there was no end.
    Nothing(String),
}

impl LoginEnd {
    fn of(journey: Journey) -> Self {
        match journey.end {
            End::Page { response, .. } | End::Stopped { response, .. } => {
                Self::Answered(response.status)
            }
            End::Redirected(to) => {
                Self::Left(to.text().split(['?', '#']).next().unwrap_or_default().to_owned())
            }
            End::Lost(error) => Self::Nothing(error.to_string()),
            End::Stuck(stuck) => Self::Nothing(stuck.text),
        }
    }

    /// Whether it is an answer as to something that worked.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=399))
    }

    /// As an outcome, to be judged.
    pub fn what(&self) -> Observed {
        match self {
            Self::Answered(status) if *status == 429 || *status >= 500 => {
                Observed::unjudgeable(Some(*status), self.describe())
            }
            Self::Answered(status) => Observed::Status(*status, Missing::Code),
            Self::Left(to) => Observed::Elsewhere(to.clone()),
            Self::Nothing(text) => Observed::unjudgeable(None, text),
        }
    }

    /// Where it ended, whoever it was that answered.
    fn end(&self) -> String {
        match self {
            Self::Answered(status) => format!("ended at an answer with status {status}"),
            Self::Left(to) => format!("went to {to}"),
            Self::Nothing(text) => format!("ended: {text}"),
        }
    }

    /// The sentence for reports.
    pub fn describe(&self) -> String {
        match self {
            Self::Answered(status) => format!("the application answered {status}"),
            Self::Left(to) => format!("the application sent the browser to {to}"),
            Self::Nothing(text) => text.clone(),
        }
    }
}

/// One scenario's user, browser and onlooker.
pub struct Visitor {
    /// The application and its authorization server.
    pub stage: Arc<Stage>,
    /// Evidence.
    pub journal: Journal,
    /// The browser.
    pub browser: Browser,
    /// What the authorization server had answered before this scenario.
    first: usize,
    /// What of it is in the journal.
    noted: usize,
    _slot: Slot,
}

impl Visitor {
    /// A visitor for one scenario.
    pub fn new(stage: Arc<Stage>, slot: Slot) -> Self {
        let mut journal = Journal::default();
        journal.secret("client secret", &stage.profile.client.secret);
        journal.secret("password", &stage.user.password);
        // Whatever an earlier scenario made the server do ends here.
        stage.counterpart.describe(true);
        stage.counterpart.linger(false);
        let first = stage.counterpart.seen(0).len();
        Self { stage, journal, browser: Browser::default(), first, noted: first, _slot: slot }
    }

    /// What the authorization server answered in this scenario.
    pub fn seen(&self) -> Vec<Seen> {
        self.stage.counterpart.seen(self.first)
    }

    /// Takes what went on behind the browser's back into the evidence.
    fn note(&mut self) {
        for seen in self.stage.counterpart.seen(self.noted) {
            self.noted += 1;
            let label = match seen.door {
                Door::Token => "the application's token request",
                Door::Revocation => "the application's revocation",
                Door::Resource => "the application's call of the API",
                Door::Authorization | Door::Other => continue,
            };
            self.journal.look_on(label, &seen.request, &seen.response);
        }
    }

    fn url(&self, key: &str, path: Option<&str>) -> Result<Url, Unmet> {
        let lacking = || Unmet::Lacking(format!("the profile defines no `{key}`"));
        let path = path.ok_or_else(lacking)?;
        self.stage.profile.url(path).map_err(|error| Unmet::Lacking(format!("{key}: {error}")))
    }

    fn origin(&self) -> Result<Origin, Unmet> {
        let base = self.url("base_url", Some(""))?;
        Origin::of(&base).ok_or_else(|| Unmet::Lacking("base_url is not http".to_owned()))
    }

    /// Sends the browser on its way. It signs in at the authorization server if it may go there.
    async fn travel(
        &mut self,
        request: Request,
        label: &str,
        origins: Vec<Origin>,
        (decision, stop): (Decision, Stop),
    ) -> Journey {
        let stage = Arc::clone(&self.stage);
        let words = Login::default();
        let mut way = Way {
            person: None,
            commands: Place::of_suite(),
            transport: &*stage.transport,
            journal: &mut self.journal,
            origins: &origins,
            own_pages: None,
            provider: None,
            user: &stage.user,
            words: &words,
            script: Script::default(),
            decision,
            stop,
            redirect_uri: (stop == Stop::Never).then(|| stage.profile.redirect_uri()).flatten(),
            state: None,
            odd: Odd::default(),
        };
        let journey = self.browser.follow(request, label, &mut way).await;
        self.note();
        journey
    }

    async fn visit(&mut self, request: Request, label: &str) -> Result<Journey, Unmet> {
        let origins = vec![self.origin()?];
        Ok(self.travel(request, label, origins, (Decision::Grant, Stop::AtAny)).await)
    }

    fn login_request(&self) -> Result<Request, Unmet> {
        let url = self.url("login", self.stage.profile.login.as_deref())?;
        page_request("GET", &url).ok_or_else(|| failed("login is no URL of a page"))
    }

    /// Begins a login, and stops where the application sends the browser to the authorization
    /// endpoint: the parameters of its request.
    ///
    /// # Errors
    /// Where it sends it nowhere like that.
    pub async fn begin_login(&mut self) -> Result<Params, Unmet> {
        let request = self.login_request()?;
        let journey = self.visit(request, "a login is begun").await?;
        let query = match &journey.end {
            End::Redirected(to) => {
                let url = Url::parse(&to.text()).ok();
                let origin = url.as_ref().and_then(Origin::of);
                let ours = origin.is_some_and(|origin| self.stage.server.contains(&origin));
                to.params().filter(|_| ours)
            }
            _ => None,
        };
        query.ok_or_else(|| {
            let end = LoginEnd::of(journey).end();
            failed(&format!("a login did not lead to the authorization endpoint, but {end}"))
        })
    }

    /// A whole login but for its last step: the callback, which the browser has not followed yet.
    ///
    /// # Errors
    /// Where the way does not end at the redirect URI.
    pub async fn reach_callback(&mut self, decision: Decision) -> Result<Draft, Unmet> {
        let request = self.login_request()?;
        let callback = self.url("callback", self.stage.profile.callback.as_deref())?;
        let mut origins = vec![self.origin()?];
        origins.extend(self.stage.server.iter().cloned());
        let way = (decision, Stop::Never);
        let journey = self.travel(request, "a login is begun", origins, way).await;
        if let End::Redirected(to) = &journey.end
            && let Some(params) = to.params().filter(|_| leads_to(&to.text(), &callback))
        {
            let mut draft = Draft::new("callback", "GET", &callback);
            let own = callback.query().map(|query| form::decode(query.as_bytes()));
            let own = own.and_then(Result::ok).map_or(0, |own| own.len());
            params.iter().skip(own).for_each(|p| draft.query.push(&p.name, &p.value));
            return Ok(draft);
        }
        let end = LoginEnd::of(journey).end();
        Err(failed(&format!("a login did not return to the redirect URI, but {end}")))
    }

    /// Follows a callback to where the application leads the browser.
    ///
    /// # Errors
    /// Where the callback is no request.
    pub async fn deliver(&mut self, callback: &Draft) -> Result<LoginEnd, Unmet> {
        let request = callback.to_request().ok_or_else(|| failed("the callback is not http"))?;
        let mut page =
            page_request("GET", &callback.url).ok_or_else(|| failed("the callback is not http"))?;
        page.target = request.target;
        self.visit(page, &callback.label).await.map(LoginEnd::of)
    }

    /// A whole login in a browser of its own, which is the browser from then on.
    ///
    /// # Errors
    /// Where the code was not redeemed, or the application did not answer as to something that worked.
    pub async fn log_in(&mut self) -> Result<(), Unmet> {
        self.browser = Browser::default();
        let callback = self.reach_callback(Decision::Grant).await?;
        let login_end = self.deliver(&callback).await?;
        let redeemed = code_of(&callback).and_then(|code| self.redeemed(&code));
        let tokens = redeemed.is_some_and(|seen| success::tokens(&seen.response).is_some());
        let why = match (tokens, login_end.is_success()) {
            (true, true) => return Ok(()),
            (true, false) => login_end.describe(),
            (false, _) => format!("the code was not redeemed, and {}", login_end.describe()),
        };
        Err(failed(&format!("a valid login does not work: {why}")))
    }

    fn use_request(&self) -> Result<(Request, Url), Unmet> {
        let url = self.url("uses_token", self.stage.profile.uses_token.as_deref())?;
        let request = page_request("GET", &url);
        Ok((request.ok_or_else(|| failed("uses_token is no URL of a page"))?, url))
    }

    /// Makes the application use its access token.
    ///
    /// # Errors
    /// Where the profile does not say how.
    pub async fn use_token(&mut self) -> Result<LoginEnd, Unmet> {
        let (request, _) = self.use_request()?;
        self.visit(request, "the application is to use its access token").await.map(LoginEnd::of)
    }

    /// Makes the application use its access token several times at once, in one browser; how many
    /// answers came.
    ///
    /// # Errors
    /// Where the profile does not say how.
    pub async fn use_token_at_once(&mut self, times: usize) -> Result<usize, Unmet> {
        let (mut request, url) = self.use_request()?;
        self.browser.cookies.add_to(&mut request, &url);
        let requests = vec![request; times];
        let label = "the application is to use its access token, several times at once";
        self.stage.counterpart.linger(true);
        let sent = self.journal.race(&*self.stage.transport, label, &requests).await;
        self.stage.counterpart.linger(false);
        self.note();
        let answered = |sent: &&Result<Response, TransportError>| {
            sent.as_ref().is_ok_and(|response| response.status != 429 && response.status < 500)
        };
        Ok(sent.iter().filter(answered).count())
    }

    /// Lets time pass for the authorization server and, where it can be told, for the application.
    ///
    /// # Errors
    /// Where the application's clock could not be moved.
    pub async fn pass(&mut self, time: Duration) -> Result<(), Unmet> {
        self.stage.counterpart.advance(time);
        let profile = Arc::clone(&self.stage.profile);
        let Some(action) = profile.clock_action() else { return Ok(()) };
        let mut reach = Reach {
            journal: &mut self.journal,
            transport: &*self.stage.transport,
            resolve: &|url| profile.url(url),
            place: Place::of_suite(),
        };
        let values = Values::default()
            .with("base_url", &profile.base_url)
            .with("seconds", time.as_secs().to_string());
        reach.act("the application's clock is moved", &action, &values).await.map(|_| ())
    }

    /// Whether the application sent this code to the token endpoint.
    pub fn redeemed(&self, code: &str) -> Option<Seen> {
        self.seen().into_iter().find(|seen| {
            let params = form::decode(&seen.request.body).unwrap_or_default();
            seen.door == Door::Token && params.all("code").any(|sent| sent == code)
        })
    }
}

/// The code that a callback brings.
pub fn code_of(callback: &Draft) -> Option<String> {
    callback.query.first("code").filter(|code| !code.is_empty()).map(str::to_owned)
}

/// The one value of a parameter of a token request.
pub fn sent_once(seen: &Seen, name: &str) -> Option<String> {
    let params = form::decode(&seen.request.body).ok()?;
    match params.only(name) {
        Lookup::Once(value) => Some(value.to_owned()),
        Lookup::Missing | Lookup::Repeated => None,
    }
}

fn leads_to(location: &str, callback: &Url) -> bool {
    super::authorization::leads_to(location, callback.as_str())
}

fn failed(text: &str) -> Unmet {
    Unmet::Failed(text.to_owned())
}
