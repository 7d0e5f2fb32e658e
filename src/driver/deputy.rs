//! Logins without recognised pages: by the profile's own requests, a command, or a real browser.

use url::Url;

use super::authorization::leads_to;
use super::cookies::Cookies;
use super::journey::{End, Redirected, Stop, Stuck};
use super::navigation::{FetchMetadata, Initiator, page_request};
use super::page::{Action, Form, Page};
use super::person::Absent;
use super::recipe::{self, Next};
use super::recognition::PageKind;
use super::way::{Walk, Way, decision_label};
use super::webdriver;
use crate::profile::{Login, User};
use crate::verdict::Exchange;
use crate::wire::{Origin, Request, Response};

/// Has a command or a real browser do what is asked on the page.
pub(super) async fn depute(
    cookies: &mut Cookies,
    response: Response,
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<(Request, String)> {
    let start = walk.start.clone()?;
    let url = Url::parse(&start.url()).ok()?;
    let done = match &way.words.webdriver {
        Some(server) => by_browser(server, &url, way, walk).await,
        // Whoever only wants to see the page has seen it, where the command would be asked to sign in: where the
        // login is elsewhere that is a refusal without a page.
        None if only_looks(way.stop, response.status) => {
            Ok(Deputy::Stopped(Page::read(&response, &url)))
        }
        None => {
            let asked = (url.as_str(), way.user, way.decision);
            let done = recipe::by_command(&way.words.command, asked, way.commands).await;
            done.map_err(|text| Stuck::by("login.command", text)).map(|it| {
                walk.journey.logins += 1;
                for (name, value) in &it.cookies {
                    way.journal.cookie(&cookies.take(name, value, &url));
                }
                Deputy::Back(it.redirect)
            })
        }
    };
    match done {
        Ok(Deputy::Back(Some(location))) => {
            let location = location.into_bytes();
            walk.journey.end = End::Redirected(Redirected { status: 302, location, response });
            None
        }
        Ok(Deputy::Back(None)) => Some((start, Exchange::SIGNED_IN.to_owned())),
        Ok(Deputy::Stopped(page)) => {
            walk.journey.end = End::Stopped { response, page };
            None
        }
        // A request that was refused for itself leads to no login.
        Err(_) if response.status >= 400 => {
            let page = Page::read(&response, &url);
            walk.journey.end = End::Page { response, page };
            None
        }
        Err(stuck) => {
            walk.journey.end = End::Stuck(stuck);
            None
        }
    }
}

/// Whether the user goes no further than to where somebody signs in.
fn only_looks(stop: Stop, status: u16) -> bool {
    match stop {
        Stop::AtLogin => true,
        Stop::AtAny => status < 400,
        _ => false,
    }
}

/// What came of having somebody else sign in and decide.
enum Deputy {
    /// The redirect to the client, or a session with which the request is sent again.
    Back(Option<String>),
    /// A page at which the caller wanted to stop.
    Stopped(Page),
}

async fn by_browser(
    server: &str,
    start: &Url,
    way: &Way<'_>,
    walk: &mut Walk,
) -> Result<Deputy, Stuck> {
    let errand = webdriver::Errand {
        user: way.user,
        words: way.words,
        decision: way.decision,
        origins: way.origins.iter().chain(&way.provider).cloned().collect(),
        stops: [
            matches!(way.stop, Stop::AtLogin | Stop::AtAny),
            matches!(way.stop, Stop::AtChoice | Stop::AtAny),
        ],
    };
    let (came, done) = webdriver::follow(server, start, &errand).await;
    walk.journey.logins += done.logins;
    walk.journey.choices.extend(done.choices);
    let came = came.map_err(|text| Stuck::by("login.webdriver", text))?;
    Ok(match came {
        webdriver::Came::Away(url) => Deputy::Back(Some(url)),
        webdriver::Came::Stopped(page) => Deputy::Stopped(page),
    })
}

/// Has a person follow the authorization request, in a browser of their own.
pub(super) async fn by_person(way: &mut Way<'_>, walk: &mut Walk) {
    walk.journey.end = match followed(way, walk).await {
        Ok(redirected) => {
            walk.journey.logins += 1;
            End::Redirected(redirected)
        }
        Err(stuck) => End::Stuck(stuck),
    };
}

async fn followed(way: &mut Way<'_>, walk: &Walk) -> Result<Redirected, Stuck> {
    let lacks = |text: String| Stuck { lacks: true, ..Stuck::by("login.person", text) };
    let start = walk.start.as_ref().filter(|start| start.method == "GET");
    let for_whom = way.person.zip(way.odd.by_person);
    let (Some((person, occasion)), Some(start), Some(uri)) = (for_whom, start, &way.redirect_uri)
    else {
        let text = "a login page answers this request, and a person (`login.person`) signs in for \
                    ordinary requests only";
        return Err(lacks(text.to_owned()));
    };
    let location = person.sign_in(&start.url(), uri, &way.user.login, occasion).await;
    let location = location.map_err(|absent| match absent {
        Absent::Spent(text) => lacks(text),
        Absent::Away(text) => Stuck::by("login.person", text),
    })?;
    let mut response = Response::new(302);
    response.headers.push("Location", location.clone());
    way.journal.look_on("authorization request, in the browser of a person", start, &response);
    Ok(Redirected { status: 302, location: location.into_bytes(), response })
}

impl Way<'_> {
    /// Whether a page is for the person: it asks for something, or a script draws it.
    pub(super) fn is_for_a_person(&self, at: &Url, response: &Response) -> bool {
        if self.person.is_none() || response.status >= 400 {
            return false;
        }
        let page = Page::read(response, at);
        let drawn = || response.text().to_ascii_lowercase().contains("<script");
        match page.kind(response.status, self.words) {
            PageKind::Other => page.refresh.is_none() && drawn(),
            _ => true,
        }
    }

    /// Whether the browser was sent to where the person signs in: not to the client, and nowhere that
    /// the request names.
    pub(super) fn leads_to_a_sign_in(&self, walk: &Walk) -> bool {
        let End::Redirected(redirected) = &walk.journey.end else { return false };
        let text = redirected.text();
        let to_client = self.redirect_uri.as_deref().is_some_and(|uri| leads_to(&text, uri));
        let host = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let host = host.and_then(|url| url.host_str().map(str::to_owned));
        let asked = walk.start.as_ref().map(Request::url).unwrap_or_default();
        let asked = asked.split_once('?').map_or("", |(_, query)| query);
        self.person.is_some() && !to_client && host.is_some_and(|host| !asked.contains(&host))
    }

    /// Whether somebody else answers the pages.
    pub(super) fn has_deputy(&self) -> bool {
        self.words.webdriver.is_some() || !self.words.command.is_empty()
    }
}

/// What a page is answered with by the profile's recipe: the next request, or the end that the journey
/// has then; `None`: the page is for the user.
pub(super) fn by_recipe(
    seen: (&Url, &Response, &Page),
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Option<Option<(Request, String)>> {
    if way.words.steps.is_empty() {
        return None;
    }
    match recited(seen, way, walk) {
        Ok(next) => next.map(Some),
        Err(end) => {
            walk.journey.end = *end;
            Some(None)
        }
    }
}

fn recited(
    (at, response, page): (&Url, &Response, &Page),
    way: &mut Way<'_>,
    walk: &mut Walk,
) -> Result<Option<(Request, String)>, Box<End>> {
    let stuck = |text: String| Err(Box::new(End::Stuck(Stuck::by("login.steps", text))));
    walk.recipe.keeps(way.words, response, page);
    let known = (way.words, &way.script);
    let next = walk.recipe.go_on((at, response), known, way.user, way.decision);
    for secret in walk.recipe.secrets() {
        way.journal.secret("login value", secret);
    }
    match next {
        Next::Page => Ok(None),
        Next::Refused => {
            let page = Page { is_drawn: true, ..page.clone() };
            Err(Box::new(End::Page { response: response.clone(), page }))
        }
        Next::Stuck(text) => stuck(text),
        Next::Follow(url) => match Origin::of(&url).filter(|origin| way.leads_to(origin)) {
            Some(_) => {
                let request = page_request("GET", &url).map(|it| it.sent_by(Initiator::SameOrigin));
                Ok(request.map(|it| (it, "redirect by a script".to_owned())))
            }
            None => {
                let location = url.to_string().into_bytes();
                let response = response.clone();
                Err(Box::new(End::Redirected(Redirected { status: 302, location, response })))
            }
        },
        Next::Send(step, request) => {
            if !way.leads_to(&request.origin) {
                return stuck(format!("login.steps: {} leads to another host", request.url()));
            }
            if way.words.is_question(step) {
                return Ok(Some((request, "a script asks what comes next".to_owned())));
            }
            let (response, page) = walk.recipe.seen(response, page);
            let decides = step.decision.is_some();
            let stops = if decides { Stop::AtChoice } else { Stop::AtLogin };
            if decides {
                walk.journey.choices.push(page.clone());
            }
            let signs_in = !decides && walk.journey.choices.is_empty() && !request.body.is_empty();
            let before = signs_in && way.stops_before_sign_in(walk, false);
            if before || way.stop == stops || way.stop == Stop::AtAny {
                walk.journey.waiting = Some(walk.recipe.clone());
                return Err(Box::new(End::Stopped { response, page }));
            }
            if decides {
                return Ok(Some((request, decision_label(way.decision).to_owned())));
            }
            walk.journey.logins += usize::from(walk.journey.logins == 0);
            Ok(Some((request, "the user signs in".to_owned())))
        }
    }
}

/// Which fields of a login page were filled with what, without what is secret.
pub(super) fn tried(at: &Url, action: &Action, user: &User) -> String {
    let Action::Submit { fields, .. } = action else { return String::new() };
    let filled: Vec<String> = fields
        .iter()
        .filter_map(|field| match field.value.as_str() {
            value if value == &*user.password => Some(format!("password in `{}`", field.name)),
            value if value == user.login => Some(format!("name in `{}`", field.name)),
            _ => None,
        })
        .collect();
    format!("at {}: {}", at.path(), filled.join(", "))
}

/// What the login page wants and the profile does not give.
pub(super) fn wanted(at: &Url, form: &Form, words: &Login) -> Option<Stuck> {
    if form.lacks_names() {
        let text = format!(
            "the fields of the login form at {} have no names, so that it is a script that sends them: say what \
             it does in login.steps, login.command or login.webdriver",
            at.path()
        );
        return Some(Stuck::by("login.steps", text));
    }
    let field = form.left_empty(words)?;
    let (name, label) = (&field.name, &field.label);
    let text = format!(
        "the login page at {} wants something in the field `{name}` ({label:?}), which the profile \
         does not give: name it in login.fields",
        at.path()
    );
    Some(Stuck::by("login.fields", text))
}
