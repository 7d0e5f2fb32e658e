//! The identity provider of a company: a server with an origin of its own.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::server::enterprise::company::{Company, SIGN_ON};
use crate::server::faults::sign_on;
use crate::server::oauth::secret::knows_secret;
use crate::server::oauth::{http, pages};
use crate::server::variants;
use crate::server::world::World;
use crate::testbed::random;
use crate::testbed::switches::Switches;
use crate::testbed::{Clock, Handler};
use crate::wire::{Params, Request, Response, form};

/// How long an assertion may be on its way, in seconds.
const LIFETIME: u64 = 60;

/// The identity provider of a company.
pub struct IdentityProvider {
    company: Arc<Company>,
    world: Arc<World>,
    clock: Arc<dyn Clock>,
    switches: Switches,
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityProvider").finish_non_exhaustive()
    }
}

/// What a request to sign in says.
struct Asked {
    nonce: String,
    back: String,
    login: String,
}

impl IdentityProvider {
    /// The provider of this company, for the users of this world.
    pub fn new(
        company: Arc<Company>,
        world: Arc<World>,
        clock: Arc<dyn Clock>,
        switches: Switches,
    ) -> Self {
        Self { company, world, clock, switches }
    }

    /// Answers one request.
    pub fn handle(&self, request: &Request) -> Response {
        if request.path() != SIGN_ON {
            return http::html(404, pages::not_found());
        }
        match request.method.as_str() {
            "GET" | "HEAD" => {
                let raw = request.query().unwrap_or_default();
                self.show(&http::decode_each(raw.as_bytes()).0, false)
            }
            "POST" => self.sign_in(&http::body_params(request).unwrap_or_default()),
            _ => http::method_not_allowed("GET, HEAD, POST"),
        }
    }

    /// Reads what is asked. Nobody is sent anywhere but to the server that is known.
    fn asked(&self, params: &Params) -> Option<Asked> {
        let text = |name| params.first(name).unwrap_or_default().to_owned();
        let asked = Asked { nonce: text("nonce"), back: text("return"), login: text("login") };
        let known = self.company.return_url()? == asked.back;
        Some(asked).filter(|asked| known && asked.nonce.len() >= random::SHORT)
    }

    fn show(&self, params: &Params, failed: bool) -> Response {
        match self.asked(params) {
            None => http::html(400, pages::company_unknown()),
            Some(asked) => {
                // consent/company-sign-on
                let forgets = failed && self.switches.has(&sign_on::FAILURE_FORGETS);
                let nonce = if forgets { asked.nonce.repeat(2) } else { asked.nonce };
                let hidden = [("nonce", nonce.as_str()), ("return", &asked.back)];
                http::html(200, pages::company(SIGN_ON, &hidden, &asked.login, failed))
            }
        }
    }

    fn sign_in(&self, params: &Params) -> Response {
        let Some(asked) = self.asked(params) else {
            return http::html(400, pages::company_unknown());
        };
        let user = self.world.user_of_login(&asked.login);
        let user = user.filter(|user| self.world.signs_on_elsewhere(user));
        let sent = params.first("password").unwrap_or_default();
        let right = knows_secret(sent, user.map(|user| user.password.as_str()));
        match user.filter(|_| right) {
            Some(user) => self.answer(&asked, &user.login),
            None => self.show(params, true),
        }
    }

    /// The user goes back with an assertion.
    fn answer(&self, asked: &Asked, login: &str) -> Response {
        let exp = self.clock.now().saturating_add(Duration::from_secs(LIFETIME)).as_secs();
        let Some(assertion) = self.company.assert(login, &asked.nonce, exp) else {
            return http::html(400, pages::company_unknown());
        };
        if self.switches.varies(&variants::SIGN_ON_BY_FORM) {
            return http::html(200, pages::hand_over(&asked.back, &assertion));
        }
        let params: Params = [("assertion", assertion)].into_iter().collect();
        http::redirect(303, &format!("{}?{}", asked.back, form::encode(&params)))
    }
}

impl Handler for IdentityProvider {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        async { self.handle(request) }.boxed()
    }
}
