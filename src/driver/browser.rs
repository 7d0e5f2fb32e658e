//! The user's browser: cookies, redirects, forms, and the way from an authorization request to its
//! end.

use url::Url;

use super::company::{Elsewhere, towards_company, way_back};
use super::deputy::{self, by_recipe, tried};
use super::journal::Journal;
use super::page::{self, Action, Decision, Kind, Page};
use super::recipe::Recipe;
use super::tampering::{Form, Tampering};
use crate::profile::{Login, User};
use crate::verdict::Exchange;
use crate::wire::{Origin, Params, Request, Response, Transport, TransportError, form};

/// More steps than this are a loop.
const MAX_STEPS: usize = 24;

/// A browser with its own cookies.
#[derive(Default)]
pub struct Browser {
    pub(super) cookies: cookie_store::CookieStore,
    /// Whether the next request comes from a page of another site.
    pub(super) from_elsewhere: bool,
}

/// How the way ended.
#[derive(Debug, Clone)]
pub enum End {
    /// A redirect to somewhere that is not the target: to the client.
    Redirected(Redirected),
    /// A page on which the user is asked nothing.
    Page {
        /// The response.
        response: Response,
        /// The page, read.
        page: Page,
    },
    /// Stopped where the caller asked to: at the login or at the choice.
    Stopped {
        /// The response.
        response: Response,
        /// The page, read.
        page: Page,
    },
    /// Nothing came.
    Lost(TransportError),
    /// A page could not be answered, or the way never ended.
    Stuck(String),
}

/// A redirect away from the target.
#[derive(Debug, Clone)]
pub struct Redirected {
    /// Status of the response.
    pub status: u16,
    /// `Location` as it was received.
    pub location: Vec<u8>,
    /// The whole response.
    pub response: Response,
}

/// A way from an authorization request to its end.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Login pages that were answered.
    pub logins: usize,
    /// Logins at the identity provider of the user's company.
    pub company_logins: usize,
    /// The request by which the browser came back from there.
    pub handed_over: Option<Request>,
    /// What was typed into login pages, without what is secret.
    pub tried: Vec<String>,
    /// Pages on which a decision was asked.
    pub choices: Vec<Page>,
    /// Where it ended.
    pub end: End,
    /// URI that the request named for the redirect, or the registered one.
    pub redirect_uri: Option<String>,
    /// `state` that the request carried.
    pub state: Option<String>,
    /// Whether a form was sent with something else than it was shown with.
    pub tampered: bool,
    /// Where a meta refresh of the last page would go.
    pub refresh: Option<String>,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// At the end.
    Never,
    /// At the first login page.
    AtLogin,
    /// At the first choice.
    AtChoice,
    /// At the first page that asks for anything.
    AtAny,
    /// Before the browser comes back from the identity provider of the user's company.
    AtHandOver,
}

/// What the browser needs to know to find its way.
pub struct Way<'a> {
    /// Where requests go.
    pub transport: &'a dyn Transport,
    /// Evidence.
    pub journal: &'a mut Journal,
    /// Origins that belong to the target: redirects to them are followed.
    pub origins: &'a [Origin],
    /// Origin of the identity provider of the user's company, which is followed, too.
    pub provider: Option<Origin>,
    /// Who sits at the browser.
    pub user: &'a User,
    /// Words of the target's pages.
    pub words: &'a Login,
    /// What the user decides.
    pub decision: Decision,
    /// Where to stop.
    pub stop: Stop,
    /// Redirect URI of the request, if there is one.
    pub redirect_uri: Option<String>,
    /// State of the request, if there is one.
    pub state: Option<String>,
    /// What is done otherwise than by an ordinary user.
    pub odd: Odd<'a>,
}

/// What is done otherwise than by an ordinary user.
#[derive(Debug, Clone, Copy, Default)]
pub struct Odd<'a> {
    /// Password that is typed before the right one.
    pub mistyped: Option<&'a str>,
    /// What a form carries instead of what it was shown with.
    pub tampering: Option<&'a Tampering>,
}

pub(super) struct Walk {
    pub(super) journey: Journey,
    signed_in: usize,
    identified: usize,
    /// Whether the user of a company was sent there.
    sent_on: bool,
    /// The authorization request.
    pub(super) start: Option<Request>,
    /// How far the profile's own requests have come.
    pub(super) recipe: Recipe,
    /// Whether a command or a browser had its turn.
    pub(super) handed: bool,
}

impl Browser {
    /// Follows a request to its end.
    pub async fn follow(&mut self, request: Request, label: &str, way: &mut Way<'_>) -> Journey {
        let mut walk = Walk {
            journey: Journey {
                logins: 0,
                company_logins: 0,
                handed_over: None,
                tried: Vec::new(),
                choices: Vec::new(),
                end: End::Stuck("nothing was sent".to_owned()),
                redirect_uri: way.redirect_uri.clone(),
                state: way.state.clone(),
                tampered: false,
                refresh: None,
            },
            signed_in: 0,
            identified: 0,
            sent_on: false,
            start: Some(request.clone()),
            recipe: Recipe::default(),
            handed: false,
        };
        let mut next = Some((request, label.to_owned()));
        for _ in 0..MAX_STEPS {
            let Some((request, label)) = next else { return walk.journey };
            let from = request.origin.clone();
            next = self.step(request, &label, way, &mut walk).await;
            let coming = next.as_ref().map(|(request, _)| request);
            if let Some(back) = coming.filter(|next| way.hands_over(&from, next)) {
                note_secrets(back, way);
                walk.journey.handed_over = Some(back.clone());
                if way.stop == Stop::AtHandOver {
                    walk.journey.end = End::Stuck("the user is on the way back".to_owned());
                    return walk.journey;
                }
            }
        }
        walk.journey.end = End::Stuck(format!("no end after {MAX_STEPS} steps"));
        walk.journey
    }

    async fn step(
        &mut self,
        request: Request,
        label: &str,
        way: &mut Way<'_>,
        walk: &mut Walk,
    ) -> Option<(Request, String)> {
        let Ok(at) = Url::parse(&request.url()) else {
            walk.journey.end = End::Stuck(format!("{} is not a URL", request.url()));
            return None;
        };
        let response = match self.send(request.clone(), label, way, &at).await {
            Ok(response) => response,
            Err(error) => {
                walk.journey.end = End::Lost(error);
                return None;
            }
        };
        match response.headers.get("location").map(<[u8]>::to_vec) {
            Some(location) if (300..400).contains(&response.status) => {
                walk.recipe.redirected();
                redirect(&request, &at, location, response, way, walk)
            }
            _ if response.status < 400 && !walk.handed && way.has_deputy() => {
                walk.handed = true;
                self.depute(response, way, walk).await
            }
            _ => answer(&at, response, way, walk),
        }
    }

    /// Sends with the browser's cookies, and keeps those that come back.
    pub async fn send(
        &mut self,
        mut request: Request,
        label: &str,
        way: &mut Way<'_>,
        at: &Url,
    ) -> Result<Response, TransportError> {
        self.add_cookies(&mut request, at);
        let response = way.journal.send(way.transport, label, &request).await?;
        self.keep_cookies(&response, at).iter().for_each(|line| way.journal.cookie(line));
        Ok(response)
    }
}

impl Way<'_> {
    /// What is sent in place of a form.
    fn sent(&self, form: Form, action: Action, walk: &mut Walk) -> Action {
        let tampering = self.odd.tampering.filter(|tampering| tampering.form == form);
        let changed = tampering.and_then(|tampering| tampering.apply(&action));
        walk.journey.tampered |= changed.is_some();
        changed.unwrap_or(action)
    }

    /// Whether a request there is sent: to the target, or to the identity provider of the user.
    pub(super) fn leads_to(&self, origin: &Origin) -> bool {
        self.origins.contains(origin) || self.is_company(origin)
    }

    pub(super) fn is_company(&self, origin: &Origin) -> bool {
        self.provider.as_ref() == Some(origin)
    }

    /// Whether a request brings the user back from the identity provider.
    fn hands_over(&self, from: &Origin, next: &Request) -> bool {
        self.is_company(from) && !self.is_company(&next.origin)
    }
}

/// What an identity provider says signs its user in: no report may show it.
fn note_secrets(request: &Request, way: &mut Way<'_>) {
    const SHORTEST: usize = 16;
    let query = request.query().unwrap_or_default().as_bytes();
    for raw in [query, &request.body] {
        let params = form::decode(raw).unwrap_or_default();
        for param in params.iter().filter(|param| param.value.len() >= SHORTEST) {
            way.journal.secret("answer of the identity provider", &param.value);
        }
    }
}

fn redirect(
    request: &Request,
    at: &Url,
    location: Vec<u8>,
    response: Response,
    way: &Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    let text = String::from_utf8_lossy(&location).into_owned();
    let target = at.join(&text).ok();
    let origin = target.as_ref().and_then(Origin::of);
    let to_client = way.redirect_uri.as_ref().is_some_and(|uri| text.starts_with(uri.as_str()));
    match (target, origin) {
        (Some(url), Some(origin)) if !to_client && way.leads_to(&origin) => {
            let keeps = matches!(response.status, 307 | 308);
            let mut next = page_request(if keeps { &request.method } else { "GET" }, &url)?;
            if keeps {
                next.body.clone_from(&request.body);
                if let Some(media) = request.headers.get("content-type") {
                    next.headers.push("Content-Type", media.to_vec());
                }
            }
            Some((next, "redirect within the target".to_owned()))
        }
        _ => {
            walk.journey.end =
                End::Redirected(Redirected { status: response.status, location, response });
            None
        }
    }
}

fn answer(
    at: &Url,
    response: Response,
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    let page = Page::read(&response, at);
    walk.journey.refresh = page.refresh.clone();
    let end = |walk: &mut Walk, end: End| {
        walk.journey.end = end;
        None
    };
    if let Some(action) = way_back(at, &page, way).filter(|action| stays(action, way)) {
        return act(&action, "the user returns from the identity provider");
    }
    if let Some(next) = by_recipe((at, &response, &page), way, walk) {
        return next;
    }
    match page.kind(response.status, way.words) {
        Kind::Login(index) => {
            let form = &page.forms[index];
            let first_half = !form.has("password");
            let tries = usize::from(way.odd.mistyped.is_some());
            let again = if first_half { walk.identified > tries } else { walk.signed_in > tries };
            if matches!(way.stop, Stop::AtLogin | Stop::AtAny) {
                return end(walk, End::Stopped { response, page });
            }
            let elsewhere = towards_company(at, &page, index, way);
            if let Some(Elsewhere::Go(action)) = &elsewhere {
                if walk.sent_on || !stays(action, way) {
                    return end(walk, End::Page { response, page });
                }
                walk.sent_on = true;
                return act(action, "the user goes to the identity provider");
            }
            if again {
                return end(walk, End::Page { response, page });
            }
            if let Some(text) = deputy::wanted(at, form, way.words) {
                return end(walk, End::Stuck(text));
            }
            walk.journey.company_logins += usize::from(elsewhere.is_some());
            let action = signs_in(at, &page, form, way, walk);
            if !stays(&action, way) {
                return end(walk, End::Stuck("the login form leads to another host".to_owned()));
            }
            act(&action, Exchange::LOGIN)
        }
        Kind::Choice => {
            walk.journey.choices.push(page.clone());
            if matches!(way.stop, Stop::AtChoice | Stop::AtAny) {
                return end(walk, End::Stopped { response, page });
            }
            match page.decide(way.decision, way.words).filter(|action| stays(action, way)) {
                Some(action) => {
                    let action = way.sent(Form::Consent, action, walk);
                    act(&action, decision_label(way.decision))
                }
                None => end(walk, End::Stuck("the consent page has no way to deny".to_owned())),
            }
        }
        Kind::Other => end(walk, End::Page { response, page }),
    }
}

/// What the user sends to sign in, and to decide where both are asked for at once.
fn signs_in(at: &Url, page: &Page, form: &page::Form, way: &Way<'_>, walk: &mut Walk) -> Action {
    let first_half = !form.has("password");
    let mut user = way.user.clone();
    if let Some(wrong) = way.odd.mistyped.filter(|_| walk.signed_in == 0) {
        user.password = wrong.into();
    }
    walk.identified += 1;
    walk.signed_in += usize::from(!first_half);
    walk.journey.logins += 1;
    let with_choice = form.decides_at_login(way.words);
    if with_choice {
        walk.journey.choices.push(page.clone());
    }
    let decision = with_choice.then_some(way.decision);
    let action = form.sign_in(&user, decision, way.words);
    walk.journey.tried.push(tried(at, &action, &user));
    way.sent(Form::Login, action, walk)
}

/// Whether an action leads to the target: no page can send the suite anywhere else.
fn stays(action: &Action, way: &Way<'_>) -> bool {
    let (Action::Follow(url) | Action::Submit { url, .. }) = action;
    Origin::of(url).is_some_and(|origin| way.leads_to(&origin))
}

pub(super) fn decision_label(decision: Decision) -> &'static str {
    match decision {
        Decision::Grant => "the user grants",
        Decision::Deny => "the user denies",
    }
}

fn act(action: &Action, label: &str) -> Option<(Request, String)> {
    Some((request_of(action)?, label.to_owned()))
}

/// The request that an action on a page sends; `None` where it leads to something that is not HTTP.
pub fn request_of(action: &Action) -> Option<Request> {
    match action {
        Action::Follow(url) => page_request("GET", url),
        Action::Submit { method, url, fields } if method == "POST" => {
            let mut request = page_request("POST", url)?;
            request.headers.push("Content-Type", "application/x-www-form-urlencoded");
            // Browsers name their origin, and some servers look at it.
            request.headers.push("Origin", Origin::of(url)?.to_string());
            request.headers.push("Referer", url.as_str());
            request.body = form::encode(fields).into_bytes();
            Some(request)
        }
        Action::Submit { url, fields, .. } => {
            let mut url = url.clone();
            url.set_query(Some(&form::encode(fields)));
            page_request("GET", &url)
        }
    }
}

/// A browser's request for a page.
pub fn page_request(method: &str, url: &Url) -> Option<Request> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut request = Request::new(method, Origin::of(url)?, &target);
    request.headers.push("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    request.headers.push("Accept-Language", "en");
    Some(request)
}

impl Redirected {
    /// `Location` as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.location).into_owned()
    }

    /// The parameters of its query, where they can be read.
    pub fn params(&self) -> Option<Params> {
        let text = self.text();
        let before_fragment = text.split('#').next().unwrap_or_default();
        let query = before_fragment.split_once('?').map_or("", |(_, query)| query);
        form::decode_lossy(query.as_bytes()).ok()
    }
}
