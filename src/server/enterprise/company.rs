//! A company whose users sign in at an identity provider of its own (`box` OAuth page, customers
//! with single sign-on), and that provider: a server with an origin of its own.
//!
//! The provider answers a request to sign in by an assertion: who it is, for whom, in answer to
//! which request, until when, signed with a key that only the two know. The browser carries it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::server::World;
use crate::server::enterprise::sign_on::RETURN;
use crate::server::oauth::secret::knows_secret;
use crate::server::oauth::{http, pages};
use crate::server::variants;
use crate::testbed::Clock;
use crate::testbed::random::{self, Random};
use crate::testbed::switches::Switches;
use crate::wire::{Origin, Params, Request, Response, form, jws};

/// Path of the provider's page to sign in on.
pub(in crate::server) const SIGN_ON: &str = "/sign-on";
/// How long an assertion may be on its way, in seconds.
const LIFETIME: u64 = 60;
/// The header of every assertion: no other is accepted, so nothing in it has to be believed.
const HEADER: &[u8] = br#"{"alg":"HS256"}"#;

/// What the server and the identity provider of a company know of each other.
pub struct Company {
    key: [u8; 32],
    places: OnceLock<Places>,
}

/// Where the two are.
#[derive(Debug, Clone)]
struct Places {
    provider: Origin,
    service: Origin,
}

/// What the provider says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Assertion {
    /// Who says it.
    pub(in crate::server) iss: String,
    /// To whom.
    pub(in crate::server) aud: String,
    /// The user's login.
    pub(in crate::server) sub: String,
    /// What it answers.
    pub(in crate::server) nonce: String,
    /// Until when, in seconds.
    pub(in crate::server) exp: u64,
}

impl std::fmt::Debug for Company {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Company").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Company {
    /// A company with a key that nobody else knows.
    pub fn new(random: &dyn Random) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self { key, places: OnceLock::new() }
    }

    /// Says where its identity provider and the server are. What was said first holds.
    pub fn settle(&self, provider: Origin, service: Origin) {
        let _ = self.places.set(Places { provider, service });
    }

    /// The URL at which a user signs in, in answer to this value.
    pub(in crate::server) fn sign_on_url(&self, nonce: &str, login: &str) -> Option<String> {
        let places = self.places.get()?;
        let params: Params = [("nonce", nonce), ("return", &self.return_url()?), ("login", login)]
            .into_iter()
            .collect();
        Some(format!("{}{SIGN_ON}?{}", places.provider, form::encode(&params)))
    }

    fn return_url(&self) -> Option<String> {
        self.places.get().map(|places| format!("{}{RETURN}", places.service))
    }

    fn sign(&self, assertion: &Assertion) -> Option<String> {
        let payload = serde_json::to_vec(assertion).ok()?;
        let text = format!("{}.{}", jws::part(HEADER), jws::part(&payload));
        let signature = jws::part(&jws::hs256(&self.key, &text));
        Some(format!("{text}.{signature}"))
    }

    /// What an assertion says, if the provider said it. `unchecked`: by a mistake anybody may have.
    pub(in crate::server) fn read(&self, text: &str, unchecked: bool) -> Option<Assertion> {
        let places = self.places.get()?;
        let parts = jws::read(text)?;
        let right = jws::hs256(&self.key, parts.signed);
        let genuine: bool = right.ct_eq(&parts.signature).into();
        let assertion: Assertion = serde_json::from_value(parts.claims.into()).ok()?;
        let meant = assertion.iss == places.provider.to_string()
            && assertion.aud == places.service.to_string();
        Some(assertion).filter(|_| meant && (genuine || unchecked))
    }
}

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
                let hidden = [("nonce", asked.nonce.as_str()), ("return", &asked.back)];
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
        let signed = self.company.places.get().and_then(|places| {
            self.company.sign(&Assertion {
                iss: places.provider.to_string(),
                aud: places.service.to_string(),
                sub: login.to_owned(),
                nonce: asked.nonce.clone(),
                exp,
            })
        });
        let Some(assertion) = signed else {
            return http::html(400, pages::company_unknown());
        };
        if self.switches.varies(&variants::SIGN_ON_BY_FORM) {
            return http::html(200, pages::hand_over(&asked.back, &assertion));
        }
        let params: Params = [("assertion", assertion)].into_iter().collect();
        http::redirect(303, &format!("{}?{}", asked.back, form::encode(&params)))
    }
}
