//! The user's browser: cookies, redirects, forms, and the way from an authorization request to its
//! end.

use url::Url;

use super::authorization::leads_to;
use super::company::{Elsewhere, towards_company, way_back};
use super::cookies::Cookies;
use super::deputy::{self, by_person, by_recipe, depute, tried};
use super::journey::{End, Journey, Redirected, Stop, Stuck};
use super::navigation::{FetchMetadata, Initiator, page_request, request_of};
use super::page::{self, Action, Decision, Page};
use super::recognition::PageKind;
use super::tampering::TamperedForm;
use super::way::{Walk, Way, decision_label};
use crate::verdict::Exchange;
use crate::wire::{Origin, Request, Response, TransportError, form};

/// More steps than this are a loop.
const MAX_STEPS: usize = 24;

/// A browser with its own cookies.
#[derive(Default)]
pub struct Browser {
    pub(super) cookies: Cookies,
}

impl Browser {
    /// Follows a request to its end.
    pub async fn follow(&mut self, request: Request, label: &str, way: &mut Way<'_>) -> Journey {
        let mut walk = Walk::new(&request, way);
        self.go(request, label, way, &mut walk).await;
        walk.decided_at_login(way.decision);
        if let End::Redirected(redirected) = &walk.journey.end {
            let text = redirected.text();
            walk.journey.is_beside = !way.is_way_back(&text) && way.is_beside(&text);
        }
        walk.journey.script = walk.recipe.played;
        walk.journey
    }

    async fn go(&mut self, request: Request, label: &str, way: &mut Way<'_>, walk: &mut Walk) {
        let mut next = Some((request, label.to_owned()));
        for _ in 0..MAX_STEPS {
            let Some((request, label)) = next else { return };
            let from = request.origin.clone();
            next = self.step(request, &label, way, walk).await;
            let coming = next.as_ref().map(|(request, _)| request);
            if let Some(back) = coming.filter(|next| way.hands_over(&from, next)) {
                note_secrets(back, way);
                walk.journey.handed_over = Some(back.clone());
                if way.stop == Stop::AtHandOver {
                    walk.journey.end = End::Stuck("the user is on the way back".into());
                    return;
                }
            }
        }
        walk.journey.end = End::Stuck(format!("no end after {MAX_STEPS} steps").into());
    }

    async fn step(
        &mut self,
        request: Request,
        label: &str,
        way: &mut Way<'_>,
        walk: &mut Walk,
    ) -> Option<(Request, String)> {
        let Ok(at) = Url::parse(&request.url()) else {
            walk.journey.end = End::Stuck(format!("{} is not a URL", request.url()).into());
            return None;
        };
        let response = match self.send(request.clone(), label, way, &at).await {
            Ok(response) => response,
            Err(error) => {
                walk.journey.end = End::Lost(error);
                return None;
            }
        };
        if !way.words.steps.is_empty() {
            walk.recipe.holds(self.cookies.at(&at));
            walk.recipe.came(&response);
        }
        match response.headers.get("location").map(<[u8]>::to_vec) {
            Some(location) if (300..400).contains(&response.status) => {
                walk.recipe.redirected();
                let next = redirect(&request, &at, location, response, way, walk);
                if next.is_none() && way.leads_to_a_sign_in(walk) {
                    by_person(way, walk).await;
                }
                next
            }
            _ if way.is_for_a_person(&at, &response) => {
                by_person(way, walk).await;
                None
            }
            _ if may_sign_in(&request, &response)
                && !walk.handed
                && way.has_deputy()
                && !(self.cookies.are_given() && is_choice(&response, &at, way)) =>
            {
                walk.handed = true;
                depute(&mut self.cookies, response, way, walk).await
            }
            _ => {
                let next = answer(&at, response, way, walk);
                let page = walk.recipe.page().unwrap_or(&at);
                next.map(|(request, label)| (request.referred_by(page), label))
            }
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
        self.cookies.add_to(&mut request, at);
        let response = way.journal.send(way.transport, label, &request).await?;
        self.cookies.keep(&response, at).iter().for_each(|line| way.journal.cookie(line));
        Ok(response)
    }
}

/// Whether somebody else may sign the user in after this answer: a server whose login is elsewhere may refuse
/// whoever has not signed in there, with no page to go on from. A form is not sent again after that: whoever is
/// signed in then sends one of their own.
fn may_sign_in(request: &Request, response: &Response) -> bool {
    let refused = matches!(response.status, 401 | 403) && request.method != "POST";
    response.status < 400 || refused
}

/// Whether the page asks for a decision.
fn is_choice(response: &Response, at: &Url, way: &Way<'_>) -> bool {
    Page::read(response, at).kind(response.status, way.words) == PageKind::Choice
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
    match (target, origin) {
        (Some(url), Some(origin)) if !way.is_for_client(&text, &url) && way.leads_to(&origin) => {
            let url = way.led_astray(url, walk);
            let keeps = matches!(response.status, 307 | 308);
            let next = page_request(if keeps { &request.method } else { "GET" }, &url)?;
            let mut next = next.redirected_from(request);
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

/// A page that sends the browser on by itself is a redirect like any other (RFC 6749 §1.7): to the
/// client, or to the next page. One that says what went wrong is a page, whatever it shows next.
fn sent_on(
    (at, response, page): (&Url, &Response, &Page),
    way: &Way<'_>,
    walk: &mut Walk,
) -> Option<Option<(Request, String)>> {
    let text = page.refresh.as_ref()?;
    let url = at.join(text).ok()?;
    let origin = Origin::of(&url);
    let to_client = way.is_for_client(text, &url);
    let within = !to_client && origin.is_some_and(|origin| way.leads_to(&origin));
    if !within {
        let (location, response) = (text.clone().into_bytes(), response.clone());
        walk.journey.end =
            End::Redirected(Redirected { status: response.status, location, response });
        return Some(None);
    }
    let asks = page.kind(response.status, way.words) != PageKind::Other;
    if asks || response.status >= 400 || url == *at {
        return None;
    }
    let next = page_request("GET", &url)?.sent_by(Initiator::SameOrigin);
    Some(Some((next, "the page leads on".to_owned())))
}

fn answer(
    at: &Url,
    response: Response,
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    let page = Page::read(&response, at);
    // Where the form for all at once comes again, the code was not taken, and nothing was decided.
    let asked = walk.asked_with_code.take();
    walk.journey
        .choices
        .extend(asked.filter(|_| !page.forms.iter().any(page::Form::asks_for_code_too)));
    if let Some(next) = sent_on((at, &response, &page), way, walk) {
        return next;
    }
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
    if let Some(form) = way.odd.user_code.and_then(|_| page.code_form()) {
        return types_code(form, way, walk)
            .unwrap_or_else(|| end(walk, End::Page { response, page }));
    }
    let kind = page.kind(response.status, way.words);
    let own = may_list_accounts(&kind, &response, walk).then(|| page.account_of(&way.user.login));
    if let Some(action) = own.flatten().filter(|action| stays(action, way)) {
        if way.stops_before_sign_in(walk, false) {
            return end(walk, End::Stopped { response, page });
        }
        walk.journey.picked = true;
        return act(&action, Exchange::LOGIN);
    }
    match kind {
        PageKind::Login(index) => logs_in((at, response, page), index, way, walk),
        PageKind::Choice => chooses(response, page, way, walk),
        PageKind::Step => match page.going_on(way.words).filter(|action| stays(action, way)) {
            Some(action) if !walk.is_refused(&action) => act(&action, "the user goes on"),
            _ => end(walk, End::Page { response, page }),
        },
        PageKind::Other => end(walk, End::Page { response, page }),
    }
}

/// What the user sends where a form of the page asks who they are.
fn logs_in(
    (at, response, page): (&Url, Response, Page),
    index: usize,
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    let end = |walk: &mut Walk, end: End| {
        walk.journey.end = end;
        None
    };
    let code = way.odd.user_code.filter(|_| page.forms[index].asks_for_code_too());
    let form = &page.forms[index].with_code(code.unwrap_or_default());
    let tries = usize::from(way.odd.mistyped.is_some());
    let before = if form.is_first_half() { walk.identified } else { walk.signed_in };
    let again = before > tries;
    if way.stops_before_sign_in(walk, again) {
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
    if let Some(stuck) = deputy::wanted(at, form, way.words) {
        return end(walk, End::Stuck(stuck));
    }
    walk.journey.company_logins += usize::from(elsewhere.is_some());
    let action = signs_in(at, &page, form, way, walk);
    if !stays(&action, way) {
        return end(walk, End::Stuck("the login form leads to another host".into()));
    }
    act(&action, Exchange::LOGIN)
}

/// Whether a page may be one on which users pick their account: they do that once.
fn may_list_accounts(kind: &PageKind, response: &Response, walk: &Walk) -> bool {
    let asks_nothing = matches!(kind, PageKind::Step | PageKind::Other);
    asks_nothing && response.status < 400 && !walk.journey.picked
}

/// The user types the code that the device shows; `None` where that was done before.
fn types_code(
    form: &page::Form,
    way: &Way<'_>,
    walk: &mut Walk,
) -> Option<Option<(Request, String)>> {
    let typed = std::mem::replace(&mut walk.typed_code, true);
    let action = form.with_code(way.odd.user_code.unwrap_or_default()).send();
    let next = (!typed && stays(&action, way)).then(|| act(&action, "the user types the code"));
    next.filter(Option::is_some)
}

/// What the user answers to a page that asks for a decision.
fn chooses(
    response: Response,
    page: Page,
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    walk.journey.choices.push(page.clone());
    if matches!(way.stop, Stop::AtChoice | Stop::AtAny) {
        walk.journey.end = End::Stopped { response, page };
        return None;
    }
    if let Some(location) = denial_at_client(&page, way) {
        let status = response.status;
        walk.journey.end = End::Redirected(Redirected { status, location, response });
        return None;
    }
    let decided = page.decide(way.decision, way.words).filter(|action| stays(action, way));
    // Nobody gets by without agreeing to what has to be ticked: what comes next may ask for the decision.
    let terms = || {
        let demanded = page.forms.iter().any(page::Form::demands_boxes);
        page.decide(Decision::Grant, way.words).filter(|it| demanded && stays(it, way))
    };
    walk.undecided |= decided.is_none();
    walk.denied |= way.decision == Decision::Deny && decided.is_some();
    let Some(action) = decided.or_else(terms) else {
        walk.journey.end = End::Stuck(Stuck::no_way_to_deny());
        return None;
    };
    if walk.is_refused(&action) {
        walk.journey.end = End::Page { response, page };
        return None;
    }
    let action = way.sent(TamperedForm::Consent, action, walk);
    act(&action, decision_label(way.decision))
}

/// Where a link leads the user back to the client with an error, which is how they deny.
fn denial_at_client(page: &Page, way: &Way<'_>) -> Option<Vec<u8>> {
    let uri = way.redirect_uri.as_deref().filter(|_| way.decision == Decision::Deny)?;
    let denies = |url: &&Url| {
        leads_to(url.as_str(), uri) && url.query_pairs().any(|(name, _)| name == "error")
    };
    let link = page.links.iter().map(|link| &link.url).find(denies)?;
    Some(link.as_str().as_bytes().to_vec())
}

/// What the user sends to sign in, and to decide where both are asked for at once.
fn signs_in(at: &Url, page: &Page, form: &page::Form, way: &Way<'_>, walk: &mut Walk) -> Action {
    let mut user = way.user.clone();
    if let Some(wrong) = way.odd.mistyped.filter(|_| walk.signed_in == 0) {
        user.password = wrong.into();
    }
    walk.identified += 1;
    walk.signed_in += usize::from(!form.is_first_half());
    walk.journey.logins += 1;
    let with_choice = form.decides_at_login(way.words);
    if way.odd.user_code.is_some() && form.asks_for_code_too() {
        walk.typed_code = true;
        walk.asked_with_code = with_choice.then(|| page.clone());
    } else if with_choice {
        walk.journey.choices.push(page.clone());
    } else if form.grants_at_login(way.words) {
        walk.granted_at_login = Some(page.clone());
    }
    let decision = with_choice.then_some(way.decision);
    let action = form.sign_in(&user, decision, way.words);
    walk.journey.tried.push(tried(at, &action, &user));
    way.sent(TamperedForm::Login, action, walk)
}

/// Whether an action leads to the target: no page can send the suite anywhere else.
fn stays(action: &Action, way: &Way<'_>) -> bool {
    let (Action::Follow(url) | Action::Submit { url, .. }) = action;
    Origin::of(url).is_some_and(|origin| way.leads_to(&origin))
}

fn act(action: &Action, label: &str) -> Option<(Request, String)> {
    Some((request_of(action)?, label.to_owned()))
}
