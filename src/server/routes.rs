//! Which endpoint answers at which path: one table, made from the paths of the dialect.

use std::collections::BTreeMap;

use super::control;
use super::core::Core;
use super::dialect::Dialect;
use super::enterprise::company::RETURN;
use super::enterprise::{api, console, sign_on, visits};
use super::oauth::{
    authorize, device, http, interaction, introspect, metadata, pages, push, register, registered,
    resource, resource_metadata, revoke, token, verification,
};
use crate::wire::{Request, Response};

/// Answers every method at a path.
type Endpoint = fn(&Core, &Request) -> Response;

/// The table. Of two beginnings that fit, the longer one counts.
#[derive(Debug, Default)]
pub(super) struct Routes {
    at: BTreeMap<String, Endpoint>,
    below: BTreeMap<String, Endpoint>,
}

impl Routes {
    /// The endpoints of a dialect, and those of the harness where they are wanted.
    pub(super) fn of(dialect: &Dialect, control: bool) -> Self {
        let mut routes = Self::default();
        routes.core(dialect);
        if dialect.has_enterprises() {
            routes.enterprise();
        }
        if control {
            routes.control(dialect.has_enterprises());
        }
        routes
    }

    /// OAuth 2.0. Endpoints of further RFCs come here.
    fn core(&mut self, dialect: &Dialect) {
        let paths = &dialect.endpoints;
        self.every(&paths.authorization, authorize::endpoint);
        self.every(&paths.token, token::endpoint);
        self.every(&paths.revocation, revoke::endpoint);
        self.every(&paths.introspection, introspect::endpoint);
        self.every(&paths.pushed, push::endpoint);
        self.every(&paths.metadata, metadata::endpoint);
        for path in &paths.metadata {
            self.below(&format!("{path}/"), metadata::elsewhere);
        }
        self.every(&paths.keys, metadata::keys);
        self.every(&paths.device_authorization, device::endpoint);
        self.every(&paths.verification, verification::endpoint);
        self.every(&paths.registration, register::endpoint);
        for path in &paths.registration {
            self.below(&format!("{path}/"), registered::endpoint);
        }
        self.every(dialect.resources.iter().map(|known| &known.path), resource::endpoint);
        if dialect.has_resource_metadata() {
            self.one(resource_metadata::PATH, resource_metadata::endpoint);
            self.below(&format!("{}/", resource_metadata::PATH), resource_metadata::endpoint);
        }
        self.one(interaction::LOGIN, login);
        self.one(interaction::CONSENT, consent);
        self.one("/", home);
    }

    fn enterprise(&mut self) {
        self.one(sign_on::BEGIN, sign_on::endpoint);
        self.one(RETURN, sign_on::endpoint);
        self.below(visits::PATH, console::endpoint);
        self.below("/2.0/", api);
        self.below("/api/2.0/", api);
    }

    fn control(&mut self, enterprise: bool) {
        self.one("/control/clock", control::clock);
        self.one("/control/hooks", control::hooks);
        if enterprise {
            self.one("/control/developer-token", control::developer_token);
            self.one("/control/console", control::console);
            self.one("/control/outbox", api::outbox::control);
        }
    }

    fn one(&mut self, path: &str, endpoint: Endpoint) {
        self.at.insert(path.to_owned(), endpoint);
    }

    fn below(&mut self, path: &str, endpoint: Endpoint) {
        self.below.insert(path.to_owned(), endpoint);
    }

    fn every<'a>(&mut self, paths: impl IntoIterator<Item = &'a String>, endpoint: Endpoint) {
        paths.into_iter().for_each(|path| self.one(path, endpoint));
    }

    /// The endpoint that answers at a path.
    pub(super) fn find(&self, path: &str) -> Endpoint {
        let below = || {
            let mut known = self.below.iter().rev();
            known
                .find(|(beginning, _)| path.starts_with(beginning.as_str()))
                .map(|(_, endpoint)| endpoint)
        };
        self.at.get(path).or_else(below).copied().unwrap_or(nothing)
    }
}

fn login(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "POST" => interaction::sign_in(server, request),
        _ => http::method_not_allowed("POST"),
    }
}

fn consent(server: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => interaction::show(server, request),
        "POST" => interaction::decide(server, request),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

fn home(_: &Core, request: &Request) -> Response {
    match request.method.as_str() {
        "GET" | "HEAD" => http::html(200, pages::home()),
        _ => http::method_not_allowed("GET, HEAD"),
    }
}

fn api(server: &Core, request: &Request) -> Response {
    let path = request.path();
    let resource = path.strip_prefix("/api").unwrap_or(path).strip_prefix("/2.0/");
    api::endpoint(server, request, resource.unwrap_or_default())
}

fn nothing(_: &Core, _: &Request) -> Response {
    http::html(404, pages::not_found())
}
