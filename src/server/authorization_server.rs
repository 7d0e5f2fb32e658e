//! The server as a whole: from a request to its endpoint, and back.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::config::Config;
use super::core::{Core, Extension, Nothing};
use super::enterprise::Enterprises;
use super::faults::effects;
use super::oauth::issuer;
use super::routes::Routes;
use super::variants::wrap;
use super::world::World;
use crate::testbed::{Clock, Handler};
use crate::wire::{Request, Response, Scheme};

/// An authorization server with its state.
pub struct Server {
    pub(in crate::server) core: Core,
    routes: Routes,
    tls_only: bool,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// A server to which nothing has happened yet.
    pub fn new(config: Config) -> Self {
        let routes = Routes::of(config.dialect, config.control);
        let tls_only = config.tls_only;
        let enterprises = config.dialect.has_enterprises();
        let extension: &dyn Extension = if enterprises { &Enterprises } else { &Nothing };
        Self { core: Core::new(config, extension), routes, tls_only }
    }

    /// Answers one request.
    pub fn handle(&self, request: &Request) -> Response {
        let core = &self.core;
        // The edges close the connection before this.
        if self.tls_only
            && request.origin.scheme == Scheme::Http
            && let Some(refusal) = effects::plain::answer(core, request)
        {
            return refusal;
        }
        let mut plain = Cow::Borrowed(request);
        let early = wrap::undress(core, &mut plain);
        let early = early.or_else(|| effects::received::answer(core, &plain));
        if effects::received::closes(core, &plain) {
            return Response::closed();
        }
        let mut response = early.unwrap_or_else(|| self.routes.find(plain.path())(core, &plain));
        issuer::identify(core, request, &mut response);
        effects::exposure::dress(core, request, &mut response);
        response = wrap::dress(core, request, response);
        // Clients correct their own clock by it before they sign an assertion.
        let date = UNIX_EPOCH.checked_add(core.now()).unwrap_or(UNIX_EPOCH);
        response.headers.set("Date", httpdate::fmt_http_date(date));
        if request.method == "HEAD" {
            response.body.clear();
        }
        response
    }

    /// Whether a connection of this scheme is to be closed without an answer.
    // authorize/https-only, token/https-only
    pub fn refuses(&self, scheme: Scheme) -> bool {
        effects::plain::closes(&self.core, self.tls_only && scheme == Scheme::Http)
    }

    /// Enterprises, users and applications as they are now.
    pub fn world(&self) -> Arc<World> {
        self.core.world()
    }

    /// Changes what is known. Whoever read the world before goes on with what was.
    pub fn change_world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        self.core.change_world(change)
    }

    /// The clock, to be moved.
    pub fn clock(&self) -> &dyn Clock {
        self.core.clock()
    }
}

impl Handler for Server {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        async { self.handle(request) }.boxed()
    }

    fn refuses(&self, scheme: Scheme) -> bool {
        self.refuses(scheme)
    }
}
