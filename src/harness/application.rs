//! Applications as targets: the bundled one, a fresh one for each scenario, or one of a profile.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt, join_all};
use tokio::process::Child;

use super::counterpart::{API, AUTHORIZE, REVOKE, Recorder, TOKEN};
use super::switches::Supply;
use crate::driver::guard::Guard;
use crate::driver::placeholders::Values;
use crate::driver::{HttpTransport, Stage};
use crate::profile::{self, ApplicationProfile, Start, User};
use crate::runner::{Opened, Target, Targets};
use crate::sample_app::{Application, Parts, Settings};
use crate::server::world::World;
use crate::testbed::clock::ManualClock;
use crate::testbed::listen::{Handler, Listener, answer_caught, free_port};
use crate::testbed::random::OsRandom;
use crate::verdict::Failure;
use crate::verdict::Problem;
use crate::wire::transport::Sent;
use crate::wire::{Origin, Request, Response, Scheme, Transport, TransportError};

const PROFILE: &str = include_str!("../../fixtures/applications/example.yaml");

/// How often it is looked whether a started application listens.
const POLL: Duration = Duration::from_millis(50);

/// How long the end of a started application is waited for.
const ENDED_WITHIN: Duration = Duration::from_secs(5);

/// How often it is looked whether it has ended.
const ENDING: Duration = Duration::from_millis(2);

/// The profile of the bundled application.
///
/// # Errors
/// None in a released build: a test reads it.
pub fn application_profile() -> Result<ApplicationProfile, Failure> {
    let profile = profile::parse_application("fixtures/applications/example.yaml", PROFILE);
    let mut profile = profile.map_err(Failure::internal)?;
    profile.name = "bundled application".to_owned();
    Ok(profile)
}

/// The user who signs in at the suite's own server.
fn user() -> User {
    let world = World::of_the_suite();
    let known = world.users.first();
    let text = |of: fn(&crate::server::world::User) -> &String| known.map(of).cloned();
    User {
        login: text(|user| &user.login).unwrap_or_default(),
        password: text(|user| &user.password).unwrap_or_default().into(),
        identity: None,
        id: None,
        sign_on: None,
    }
}

/// What an application is configured with for a server at this URL.
pub(crate) fn settings(profile: &ApplicationProfile, server: &str) -> Settings {
    Settings {
        authorize_url: format!("{server}{AUTHORIZE}"),
        token_url: format!("{server}{TOKEN}"),
        api_url: format!("{server}{API}"),
        client_id: profile.client.id.clone(),
        client_secret: String::from(&profile.client.secret),
        redirect_uri: profile.redirect_uri().unwrap_or_default(),
    }
}

fn on_loopback(port: u16) -> Origin {
    Origin { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port }
}

/// How scenarios reach the bundled application.
enum Reach {
    Loopback(Arc<HttpTransport>),
    InProcess,
}

/// Gives each scenario an application, and an authorization server, of its own.
pub struct BundledApplication {
    profile: ApplicationProfile,
    reach: Reach,
    switches: Supply,
}

impl BundledApplication {
    /// Applications and servers on loopback sockets.
    ///
    /// # Errors
    /// Where no HTTP client can be made.
    pub fn over_loopback(profile: ApplicationProfile) -> Result<Self, Failure> {
        let http = http(&profile)?;
        Ok(Self { profile, reach: Reach::Loopback(http), switches: Supply::default() })
    }

    /// Applications and servers in this process, without sockets.
    pub fn in_process(profile: ApplicationProfile) -> Self {
        Self { profile, reach: Reach::InProcess, switches: Supply::default() }
    }

    /// The same with applications that do something otherwise.
    #[must_use]
    pub fn with(mut self, switches: impl Into<Supply>) -> Self {
        self.switches = switches.into();
        self
    }

    fn stage(&self, scenario: usize) -> Result<Stage, String> {
        match &self.reach {
            Reach::Loopback(http) => self.on_sockets(Arc::clone(http), scenario),
            Reach::InProcess => Ok(self.without_sockets(scenario)),
        }
    }

    /// The application and its server know each other's address, so both sockets are there before
    /// either is served.
    fn on_sockets(&self, http: Arc<HttpTransport>, scenario: usize) -> Result<Stage, String> {
        let clock = Arc::new(ManualClock::default());
        let place = Arc::new(Later::default());
        let app = start(Arc::clone(&place) as Arc<dyn Handler>, 0)?;
        let mut profile = self.profile.clone();
        profile.base_url = app.origin().to_string();
        let uri = profile.redirect_uri();
        let recorder = Arc::new(Recorder::new(&profile.client, uri, Arc::clone(&clock), true));
        let server = start(Arc::clone(&recorder) as Arc<dyn Handler>, 0)?;
        let transport: Arc<dyn Transport> = http;
        let application = self.application(&profile, &server.origin(), &transport, clock, scenario);
        place.set(application);
        let origins = vec![server.origin()];
        Ok(stage(profile, transport, recorder, origins, Some(Box::new((app, server)))))
    }

    fn without_sockets(&self, scenario: usize) -> Stage {
        let clock = Arc::new(ManualClock::default());
        let profile = self.profile.clone();
        let app = profile.url("").ok().and_then(|url| Origin::of(&url));
        let app = app.map_or(80, |origin| origin.port);
        let server = on_loopback(profile.authorization_server.as_ref().map_or(81, |at| at.port));
        let uri = profile.redirect_uri();
        let recorder = Arc::new(Recorder::new(&profile.client, uri, Arc::clone(&clock), false));
        let to_server = (server.port, Arc::clone(&recorder) as Arc<dyn Handler>);
        let own: Arc<dyn Transport> = Arc::new(Ports(vec![to_server.clone()]));
        let application = Arc::new(self.application(&profile, &server, &own, clock, scenario));
        let transport = Arc::new(Ports(vec![(app, application), to_server]));
        stage(profile, transport, recorder, vec![server], None)
    }

    fn application(
        &self,
        profile: &ApplicationProfile,
        server: &Origin,
        transport: &Arc<dyn Transport>,
        clock: Arc<ManualClock>,
        scenario: usize,
    ) -> Application {
        Application::new(Parts {
            settings: settings(profile, &server.to_string()),
            transport: Arc::clone(transport),
            clock,
            random: Arc::new(OsRandom),
            switches: self.switches.of(scenario),
        })
    }
}

impl Targets for BundledApplication {
    fn open(&self, scenario: usize) -> BoxFuture<'_, Opened> {
        async move { self.stage(scenario).map(|stage| Target::Application(Arc::new(stage))) }
            .boxed()
    }

    fn shared(&self) -> bool {
        false
    }
}

fn stage(
    profile: ApplicationProfile,
    transport: Arc<dyn Transport>,
    recorder: Arc<Recorder>,
    server: Vec<Origin>,
    keep: Option<Box<dyn std::any::Any + Send + Sync>>,
) -> Stage {
    let (profile, counterpart) = (Arc::new(profile), recorder);
    Stage { profile, transport, counterpart, server, user: user(), keep }
}

fn start(handler: Arc<dyn Handler>, port: u16) -> Result<Listener, String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Listener::start(handler, address, None).map_err(|error| error.to_string())
}

fn http(profile: &ApplicationProfile) -> Result<Arc<HttpTransport>, Failure> {
    let http = HttpTransport::new(profile.limits.timeout, Vec::new());
    http.map(Arc::new).map_err(Failure::internal)
}

/// An application that comes into being once its socket has an address.
#[derive(Default)]
pub(crate) struct Later(OnceLock<Application>);

impl Later {
    /// It is this one.
    pub(crate) fn set(&self, application: Application) {
        // Nobody sets it twice.
        let _ = self.0.set(application);
    }
}

impl Handler for Later {
    fn answer<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Response> {
        match self.0.get() {
            Some(application) => application.answer(request),
            None => async { Response::new(503) }.boxed(),
        }
    }
}

/// Handlers in this process as a transport, told apart by port.
struct Ports(Vec<(u16, Arc<dyn Handler>)>);

impl Transport for Ports {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        async move {
            let port = request.origin.port;
            let Some((_, handler)) = self.0.iter().find(|(known, _)| *known == port) else {
                let nobody = format!("{}: connection refused", request.origin);
                return Err(TransportError::Unreachable(nobody));
            };
            // Sockets would let others have a turn, too.
            tokio::task::yield_now().await;
            Ok(answer_caught(&**handler, request).await)
        }
        .boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        join_all(requests.iter().map(|request| self.send(request))).boxed()
    }
}

/// One application for all scenarios.
struct SharedApplication(Arc<Stage>);

impl Targets for SharedApplication {
    fn open(&self, _: usize) -> BoxFuture<'_, Opened> {
        async { Ok(Target::Application(Arc::clone(&self.0))) }.boxed()
    }

    fn shared(&self) -> bool {
        true
    }
}

/// The application of a profile: the suite's server is there for it, and it is started where the
/// profile says how. What cannot be reached is a problem of the run.
///
/// # Errors
/// Where the server's port cannot be had, or the command cannot be run.
pub(crate) async fn reach(
    profile: &ApplicationProfile,
) -> Result<Result<Arc<dyn Targets>, Problem>, Failure> {
    let profile = match profile.base_url.contains("{port}") {
        true => profile.on_port(free_port().map_err(Failure::internal)?),
        false => profile.clone(),
    };
    let clock = Arc::new(ManualClock::default());
    let recorder = Recorder::new(&profile.client, profile.redirect_uri(), clock, true);
    let recorder = Arc::new(recorder);
    let port = profile.authorization_server.as_ref().map_or(0, |place| place.port);
    let listener = start(Arc::clone(&recorder) as Arc<dyn Handler>, port).map_err(|error| {
        Failure::usage(format!("authorization_server.port: cannot listen on {port}: {error}"))
    })?;
    let url = profile.authorization_server.as_ref().and_then(|place| place.url.clone());
    let url = url.unwrap_or_else(|| listener.origin().to_string());
    let mut started = match &profile.start {
        Some(start) => Some(run(start, &profile, &url)?),
        None => None,
    };
    let http = http(&profile)?;
    if let Err(text) = listens(&http, &profile, started.as_mut()).await {
        return Ok(Err(Problem::Unreachable(text)));
    }
    let limits = &profile.limits;
    let guard = Guard::new(http, limits.requests_per_second, limits.requests);
    let server = origins(&url, &listener);
    let keep = Some(Box::new((listener, started)) as Box<dyn std::any::Any + Send + Sync>);
    let stage = stage(profile, Arc::new(guard), recorder, server, keep);
    Ok(Ok(Arc::new(SharedApplication(Arc::new(stage)))))
}

/// The server's origins: the one that the application was told, and the spellings of loopback.
fn origins(url: &str, listener: &Listener) -> Vec<Origin> {
    let own = listener.origin();
    let localhost = Origin { host: "localhost".to_owned(), ..own.clone() };
    let told = url::Url::parse(url).ok().and_then(|url| Origin::of(&url));
    [Some(own), Some(localhost), told].into_iter().flatten().collect()
}

/// An application that runs. It is ended when the value is dropped, by its process id.
struct Started(Child);

impl Drop for Started {
    /// Waits for its end, so that nothing of a run is left once the run is over. A process that is
    /// killed ends at once, unless the system is stuck.
    fn drop(&mut self) {
        let end = Instant::now() + ENDED_WITHIN;
        if self.0.start_kill().is_err() {
            return;
        }
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(ENDING);
        }
    }
}

/// Starts the application.
fn run(start: &Start, profile: &ApplicationProfile, url: &str) -> Result<Started, Failure> {
    let url = url.trim_end_matches('/');
    let port = profile.url("").ok().and_then(|url| Origin::of(&url)).map(|origin| origin.port);
    let values = Values::default()
        .with("authorize_url", format!("{url}{AUTHORIZE}"))
        .with("token_url", format!("{url}{TOKEN}"))
        .with("revoke_url", format!("{url}{REVOKE}"))
        .with("api_url", format!("{url}{API}"))
        .with("client_id", &profile.client.id)
        .with("client_secret", &profile.client.secret)
        .with("redirect_uri", profile.redirect_uri().unwrap_or_default())
        .with("port", port.unwrap_or_default().to_string());
    let words: Vec<String> = start.command.iter().map(|word| values.fill(word)).collect();
    let (program, arguments) =
        words.split_first().ok_or_else(|| Failure::usage("start.command: names no program"))?;
    tokio::process::Command::new(program)
        .args(arguments)
        .envs(start.environment.iter().map(|(name, value)| (name, values.fill(value))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map(Started)
        .map_err(|error| Failure::usage(format!("start.command: `{program}`: {error}")))
}

/// Waits until the application takes connections; where it is not started here, it has to do so.
async fn listens(
    http: &HttpTransport,
    profile: &ApplicationProfile,
    started: Option<&mut Started>,
) -> Result<(), String> {
    let url = profile.url("").map_err(|error| format!("base_url: {error}"))?;
    let origin = Origin::of(&url).ok_or("base_url is not http")?;
    let Some((Started(child), start)) = started.zip(profile.start.as_ref()) else {
        return http.reach(&origin).await.map_err(|text| {
            format!(
                "no connection to the application at {origin} ({text}); is it running, and is \
                 base_url right?"
            )
        });
    };
    let end = Instant::now() + start.within;
    loop {
        if http.reach(&origin).await.is_ok() {
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("the application ended with {status} before it took connections"));
        }
        if Instant::now() >= end {
            let within = start.within.as_secs_f64();
            return Err(format!(
                "the application took no connections at {origin} within {within} s (`start.within`)"
            ));
        }
        tokio::time::sleep(POLL).await;
    }
}
