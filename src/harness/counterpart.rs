//! The authorization server that the suite plays for an application: the bundled one, looked on at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;

use crate::driver::{Counterpart, Door, Seen};
use crate::profile::ApplicationClient;
use crate::server::{Config, Server, World};
use crate::testbed::clock::ManualClock;
use crate::testbed::listen::{Handler, answer_caught};
use crate::testbed::random::OsRandom;
use crate::wire::{Request, Response, basic, form};

/// So long the answer to a refresh is kept back where others are to come in between.
const LINGER: Duration = Duration::from_millis(40);
/// The same without sockets: so often everybody else has a turn.
const TURNS: usize = 32;

/// Paths of the authorization server, below its own URL.
pub(crate) const AUTHORIZE: &str = "/api/oauth2/authorize";
/// Token endpoint.
pub(crate) const TOKEN: &str = "/oauth2/token";
/// Revocation endpoint.
pub(crate) const REVOKE: &str = "/oauth2/revoke";
/// URL below which the API is.
pub(crate) const API: &str = "/2.0";

/// The bundled server with a record of what it was asked.
pub(crate) struct Recorder {
    server: Server,
    seen: Mutex<Vec<Seen>>,
    silent: AtomicBool,
    lingers: AtomicBool,
    sockets: bool,
}

impl Recorder {
    /// A server with a clock of its own that stands still, and with this client registered.
    pub(crate) fn new(
        client: &ApplicationClient,
        redirect_uri: Option<String>,
        clock: Arc<ManualClock>,
        sockets: bool,
    ) -> Self {
        let server = Server::new(Config {
            world: Arc::new(with_application(&World::of_the_suite(), client, redirect_uri)),
            clock,
            random: Arc::new(OsRandom),
            ..Config::default()
        });
        let (silent, lingers) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { server, seen: Mutex::default(), silent, lingers, sockets }
    }

    async fn record(&self, request: &Request) -> Response {
        let mut response = answer_caught(&self.server, &with_body_credentials(request)).await;
        let door = door(request.path());
        if door == Door::Token && self.silent.load(Ordering::SeqCst) {
            undescribe(&mut response);
        }
        let seen = Seen { door, request: request.clone(), response: response.clone() };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        if door == Door::Token && self.lingers.load(Ordering::SeqCst) {
            self.keep_back().await;
        }
        response
    }

    async fn keep_back(&self) {
        if self.sockets {
            return tokio::time::sleep(LINGER).await;
        }
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
    }
}

impl Handler for Recorder {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        self.record(request).boxed()
    }
}

impl Counterpart for Recorder {
    fn seen(&self, from: usize) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(from..).unwrap_or_default().to_vec()
    }

    fn advance(&self, by: Duration) {
        self.server.clock().advance(by);
    }

    fn describe(&self, describes: bool) {
        self.silent.store(!describes, Ordering::SeqCst);
    }

    fn linger(&self, lingers: bool) {
        self.lingers.store(lingers, Ordering::SeqCst);
    }
}

/// A world and one more application, which may be local. It is like that of the suite's own world.
pub(crate) fn with_application(
    world: &World,
    client: &ApplicationClient,
    redirect_uri: Option<String>,
) -> World {
    let mut world = world.clone();
    let model = World::of_the_suite().application_of_role("development").cloned();
    world.applications.extend(model.map(|mut application| {
        "application".clone_into(&mut application.role);
        "Application under test".clone_into(&mut application.name);
        application.client_id.clone_from(&client.id);
        application.secret = String::from(&client.secret);
        application.redirect_uris = redirect_uri.into_iter().collect();
        application
    }));
    world
}

fn door(path: &str) -> Door {
    let path = path.strip_prefix("/api").unwrap_or(path);
    match path {
        "/oauth2/authorize" => Door::Authorization,
        TOKEN => Door::Token,
        REVOKE => Door::Revocation,
        path if path.starts_with("/2.0/") => Door::Resource,
        _ => Door::Other,
    }
}

/// How an application authenticates is no matter of the rules for applications: credentials by HTTP
/// Basic are taken as those in the body, which is all that the bundled server knows.
fn with_body_credentials(request: &Request) -> Request {
    let mut request = request.clone();
    if matches!(door(request.path()), Door::Token | Door::Revocation)
        && let Some(credentials) = request.headers.get("authorization").and_then(basic::decode)
    {
        request.headers.remove("authorization");
        let more = [("client_id", credentials.id), ("client_secret", credentials.secret)];
        let mut params = form::decode(&request.body).unwrap_or_default();
        let told = params.first("client_id").is_some();
        let more = more.into_iter().filter(|(name, _)| !(told && *name == "client_id"));
        params.extend(more.collect());
        request.body = form::encode(&params).into_bytes();
    }
    request
}

/// Takes the description out of an error.
fn undescribe(response: &mut Response) {
    if let Ok(Value::Object(mut members)) = serde_json::from_slice(&response.body)
        && members.remove("error_description").is_some()
    {
        response.body = Value::Object(members).to_string().into_bytes();
    }
}
