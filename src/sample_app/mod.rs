//! A small example application: how to sign users in with OAuth 2.0 as the documents ask of an
//! application, and what the rules `client/…` are tried on.
//!
//! | path | what it does |
//! | --- | --- |
//! | `/` | a page with a link to sign in |
//! | `/login` | begins a login: a new state, kept in the browser's session, and a redirect |
//! | the redirect URI's | checks the state, and redeems the code |
//! | `/me` | calls the API with the user's access token, refreshed where it has expired |
//!
//! Read `Application::callback` for the order of the checks, `state` for what binds a login to its
//! browser, and `tokens` for refreshing once however many ask.
//!
//! # Limitations
//! Sessions and tokens are kept in memory, and nothing is ever forgotten but by a restart.

pub mod faults;
mod pages;
mod server;
mod session;
mod state;
mod tokens;
pub mod variants;

use std::fmt;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::testbed::listen::Handler;
use crate::testbed::switches::{Fault, Variant};
use crate::testbed::{Clock, Random, Switches, random};
use crate::wire::{Lookup, Params, Request, Response, Transport, form};
use faults as slip;
use session::{Session, Sessions};
use tokens::{Refused, Tokens};
use variants as v;

/// Where the authorization server is, and what the application is to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Authorization endpoint.
    pub authorize_url: String,
    /// Token endpoint.
    pub token_url: String,
    /// URL below which the API is.
    pub api_url: String,
    /// Client identifier.
    pub client_id: String,
    /// Client secret.
    pub client_secret: String,
    /// Redirect URI: a URL of this application.
    pub redirect_uri: String,
}

/// What an application is made of.
pub struct Parts {
    /// Its authorization server.
    pub settings: Settings,
    /// How it reaches that server and its API.
    pub transport: Arc<dyn Transport>,
    /// Where it reads the time.
    pub clock: Arc<dyn Clock>,
    /// Where it draws states and session identifiers.
    pub random: Arc<dyn Random>,
    /// What it does otherwise than it should, or than it usually does.
    pub switches: Switches,
}

/// An application with its sessions.
pub struct Application {
    parts: Parts,
    sessions: Sessions,
    maker: state::Maker,
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").finish_non_exhaustive()
    }
}

impl Handler for Application {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        self.route(request).boxed()
    }
}

/// Path that begins a login.
const LOGIN: &str = "/login";
/// Path that the first redirect of a login leads to, where there are two.
const LOGIN_BOX: &str = "/login/box";
/// Path on which the access token is used.
const ME: &str = "/me";
/// Path of the page that says that a login was refused.
const REFUSED: &str = "/refused";

impl Application {
    /// An application that nobody has signed in to.
    pub fn new(parts: Parts) -> Self {
        Self { parts, sessions: Sessions::default(), maker: state::Maker::default() }
    }

    fn has(&self, fault: &'static Fault) -> bool {
        self.parts.switches.has(fault)
    }

    fn varies(&self, variant: &'static Variant) -> bool {
        self.parts.switches.varies(variant)
    }

    async fn route(&self, request: &Request) -> Response {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            let mut response = Response::new(405);
            response.headers.push("Allow", "GET, HEAD");
            return response;
        }
        let session = self.sessions.of(request);
        match request.path() {
            "/" => pages::home(session.as_ref().is_some_and(|session| session.is_signed_in())),
            LOGIN if self.varies(&v::LOGIN_IN_STEPS) => self.redirect(LOGIN_BOX),
            LOGIN | LOGIN_BOX => self.login(session),
            ME => self.me(session).await,
            REFUSED => self.refusal(),
            path if path == self.callback_path() => self.callback(request, session).await,
            _ => pages::message(404, "There is no such page."),
        }
    }

    fn callback_path(&self) -> String {
        let url = url::Url::parse(&self.parts.settings.redirect_uri);
        url.map(|url| url.path().to_owned()).unwrap_or_default()
    }

    fn redirect(&self, to: &str) -> Response {
        let status = if self.varies(&v::REDIRECT_303) {
            303
        } else if self.varies(&v::REDIRECT_307) {
            307
        } else {
            302
        };
        let mut response = Response::new(status);
        response.headers.push("Location", to);
        response.headers.push("Cache-Control", "no-store");
        response
    }

    /// Sends the browser to the authorization server, with a state that only this browser has.
    // client/anti-forgery-state
    fn login(&self, session: Option<Arc<Session>>) -> Response {
        let session = session.unwrap_or_else(|| self.sessions.open(&self.fresh_id()));
        let state = self.new_state(&session);
        let settings = &self.parts.settings;
        let mut params: Params =
            [("response_type", "code"), ("client_id", &settings.client_id)].into_iter().collect();
        if !self.varies(&v::NO_REDIRECT_URI) {
            params.push("redirect_uri", &settings.redirect_uri);
        }
        if !self.has(&slip::NO_STATE) {
            params.push("state", &state);
        }
        let mut response =
            self.redirect(&format!("{}?{}", settings.authorize_url, form::encode(&params)));
        session.set_cookie(&mut response);
        if self.uses_cookie() {
            state::set_cookie(&mut response, &state);
        } else {
            session.expect(state, self.varies(&v::ONE_LOGIN));
        }
        response
    }

    fn fresh_id(&self) -> String {
        random::token(&*self.parts.random, random::SHORT)
    }

    /// The browser comes back from the authorization server: first the state, then whether there was
    /// an error, and only then the code.
    async fn callback(&self, request: &Request, session: Option<Arc<Session>>) -> Response {
        let query = request.query().unwrap_or_default();
        let Ok(params) = form::decode(query.as_bytes()) else {
            return pages::message(400, "The query of this page cannot be read.");
        };
        if self.has(&slip::REDEEMED_FIRST)
            && let Some(code) = params.first("code")
        {
            let tokens = self.redeem(code).await;
            let ours = self.is_ours(request, session.as_deref(), &params);
            return if ours { self.sign_in(session, tokens) } else { self.refuse() };
        }
        // client/state-checked
        if !self.is_ours(request, session.as_deref(), &params) {
            return self.refuse();
        }
        let mut response = self.go_on(session, &params).await;
        if self.uses_cookie() && !self.has(&slip::COOKIE_KEPT) {
            state::forget_cookie(&mut response);
        }
        response
    }

    async fn go_on(&self, session: Option<Arc<Session>>, params: &Params) -> Response {
        // client/relies-on-error
        if let Some(response) = self.told(params) {
            return response;
        }
        match params.only("code") {
            Lookup::Once(code) => {
                let tokens = self.redeem(code).await;
                self.sign_in(session, tokens)
            }
            _ => pages::message(400, "The authorization server sent no code."),
        }
    }

    /// Turns a callback away that does not belong to a login of this browser.
    fn refuse(&self) -> Response {
        if self.varies(&v::REFUSES_AFTER_REDIRECT) {
            self.redirect(REFUSED)
        } else if self.has(&slip::REFUSED_HOME) {
            self.redirect("/")
        } else if self.has(&slip::REFUSED_LOGIN) {
            self.redirect(LOGIN)
        } else {
            self.refusal()
        }
    }

    fn refusal(&self) -> Response {
        let status = self.parts.switches.pick(
            401,
            [(&slip::REFUSED_200, 200), (&slip::REFUSED_400, 400), (&slip::REFUSED_403, 403)],
        );
        if self.varies(&v::REFUSES_EMPTY) {
            Response::new(status)
        } else if self.varies(&v::REFUSES_IN_JSON) {
            pages::json(status, "state_mismatch")
        } else {
            pages::message(status, "This login was not begun in this browser.")
        }
    }

    /// What the user is told of an error; `None` where there is none. Only `error` is looked at: the
    /// description is for people, and may not be there.
    // client/relies-on-error
    fn told(&self, params: &Params) -> Option<Response> {
        let description = params.first("error_description");
        if self.has(&slip::NO_ERROR_WITHOUT_DESCRIPTION) && description.is_none() {
            return None;
        }
        let error = params.first("error")?;
        let broken = (self.has(&slip::DESCRIPTION_NEEDED) && description.is_none())
            || (self.has(&slip::DESCRIPTION_NOT_EMPTY) && description == Some(""));
        if broken {
            return Some(pages::message(500, "The application broke."));
        }
        if self.has(&slip::LOGIN_WITHOUT_DESCRIPTION) && description.is_none() {
            return Some(self.redirect(LOGIN));
        }
        let by_words = description.is_some_and(|text| text.contains("denied"));
        let denied =
            if self.has(&slip::BY_DESCRIPTION) { by_words } else { error == "access_denied" };
        Some(if denied && self.varies(&v::DENIED_HOME) {
            self.redirect("/")
        } else if denied && self.varies(&v::DENIED_200) {
            pages::message(200, "You did not grant access.")
        } else if denied && !self.varies(&v::ERRORS_ALIKE) {
            pages::message(403, "You did not grant access.")
        } else {
            pages::message(400, "The login did not work.")
        })
    }

    /// Ends a login: with its tokens the browser gets a new session, so that whoever knew the old
    /// identifier gains nothing.
    fn sign_in(&self, before: Option<Arc<Session>>, tokens: Result<Tokens, Refused>) -> Response {
        let tokens = match tokens {
            Ok(tokens) => tokens,
            Err(refused) => return self.not_signed_in(refused),
        };
        let session = self.sessions.open(&self.fresh_id());
        if let Some(before) = before {
            if self.has(&slip::REUSABLE) {
                session.expect_those_of(&before);
            }
            self.sessions.close(&before);
        }
        session.keep(tokens);
        let mut response = if self.varies(&v::LOGIN_ENDS_ON_PAGE) {
            pages::home(true)
        } else {
            self.redirect("/")
        };
        session.set_cookie(&mut response);
        response
    }

    // client/relies-on-error
    fn not_signed_in(&self, refused: Refused) -> Response {
        match refused {
            Refused::Grant if !self.varies(&v::TOKEN_ERROR_502) => {
                pages::message(400, "The login took too long. Please begin again.")
            }
            Refused::Broken => pages::message(500, "The application broke."),
            Refused::Grant | Refused::Other => {
                pages::message(502, "The authorization server did not let the application in.")
            }
        }
    }

    async fn me(&self, session: Option<Arc<Session>>) -> Response {
        let Some(session) = session.filter(|session| session.is_signed_in()) else {
            return pages::message(401, "Nobody is signed in.");
        };
        match self.current_user(&session).await {
            Ok(name) => pages::user(&name),
            Err(Refused::Grant) => {
                session.forget();
                pages::message(401, "The login has expired. Please begin again.")
            }
            Err(_) => pages::message(502, "The API did not answer as it should."),
        }
    }
}
