//! The bundled server as a target: a fresh one, with its own clock, for each scenario.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};

use super::disturbed::{Disturbance, Disturbed};
use super::switches::Supply;
use crate::driver::{HttpTransport, Site};
use crate::profile::{self, Profile, RedirectMatching, Tls};
use crate::runner::{Opened, Target, Targets};
use crate::server::faults::redirect;
use crate::server::in_process::{InProcess, ProviderInProcess};
use crate::server::oauth::redirect_uri::Matching;
use crate::server::{Company, Config, Dialect, IdentityProvider, Server, variants};
use crate::testbed::clock::ManualClock;
use crate::testbed::listen::Listener;
use crate::testbed::random::OsRandom;
use crate::testbed::tls::TlsIdentity;
use crate::testbed::{Handler, Switches};
use crate::verdict::Failure;
use crate::wire::transport::Sent;
use crate::wire::{Origin, Request, Scheme, Transport};

/// How scenarios reach the bundled server.
enum Reach {
    Loopback(Arc<HttpTransport>, Arc<TlsIdentity>),
    InProcess,
}

/// Gives each scenario a server of its own.
pub struct Bundled {
    dialect: &'static Dialect,
    profile: Profile,
    /// The profile with the addresses of servers without sockets: those of every scenario.
    in_process: OnceLock<Arc<Profile>>,
    reach: Reach,
    switches: Supply,
    disturbance: Option<Disturbance>,
}

/// The profile of the bundled server in the default dialect.
///
/// # Errors
/// None in a released build: a test reads it.
pub fn profile() -> Result<Profile, Failure> {
    profile_of(Dialect::by_default())
}

/// The profile of the bundled server in this dialect.
///
/// # Errors
/// None in a released build: a test reads each of them.
pub fn profile_of(dialect: &Dialect) -> Result<Profile, Failure> {
    let (path, text) = dialect.profile();
    let mut profile = profile::parse(&path, text).map_err(Failure::internal)?;
    profile.name = "bundled server".to_owned();
    // A dialect that satisfies other documents than its own may compare otherwise.
    profile.policy.redirect_matching =
        profile.policy.redirect_matching.map(|_| match dialect.redirect_matching() {
            Matching::Prefix => RedirectMatching::Prefix,
            Matching::Exact => RedirectMatching::Exact,
        });
    // Every scenario gets a TLS listener of its own; until then this stands for it.
    profile.tls = Some(Tls { base_url: "https://127.0.0.1".to_owned(), plain_url: None, ca: None });
    Ok(profile)
}

impl Bundled {
    /// Servers on loopback sockets, one plain and one that speaks TLS only for each scenario.
    ///
    /// # Errors
    /// Where no certificate or HTTP client can be made.
    pub fn over_loopback(profile: Profile, timeout: Duration) -> Result<Self, Failure> {
        let identity = TlsIdentity::generate().map_err(Failure::internal)?;
        let root = identity.certificate_der().to_vec().into();
        let http = HttpTransport::new(timeout, vec![root]).map_err(Failure::internal)?;
        let reach = Reach::Loopback(Arc::new(http), Arc::new(identity));
        Ok(Self { reach, ..Self::in_process(profile) })
    }

    /// Servers in this process, without sockets.
    pub fn in_process(profile: Profile) -> Self {
        let dialect = Dialect::by_default();
        Self {
            dialect,
            profile,
            in_process: OnceLock::new(),
            reach: Reach::InProcess,
            switches: Supply::default(),
            disturbance: None,
        }
    }

    /// The same with servers of this dialect; the profile has to be the one that describes them.
    #[must_use]
    pub fn speaking(mut self, dialect: &'static Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The same with servers that do something otherwise.
    #[must_use]
    pub fn with(mut self, switches: impl Into<Supply>) -> Self {
        self.switches = switches.into();
        self
    }

    /// The same with something in front that answers in place of the servers at times; in this process
    /// alone.
    #[must_use]
    pub fn disturbed(self, disturbance: Disturbance) -> Self {
        Self { disturbance: Some(disturbance), ..self }
    }

    async fn site(&self, scenario: usize) -> Result<Site, String> {
        let Servers { plain: server, tls: tls_server, company, provider } =
            servers(self.dialect, self.switches.of(scenario));
        match &self.reach {
            Reach::Loopback(http, identity) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let start = |server: Arc<dyn Handler>, tls| {
                    Listener::start(server, address, tls).map_err(|error| error.to_string())
                };
                let plain = start(server, None)?;
                let tls = start(tls_server, Some(Arc::clone(identity)))?;
                let provider = start(provider, None)?;
                company.settle(provider.origin(), plain.origin());
                let origins = [&plain, &tls, &provider].map(Listener::origin);
                let profile = at(&self.profile, origins);
                let transport = Arc::clone(http);
                Site::new(Arc::new(profile), transport, Some(Box::new((plain, tls, provider))))
            }
            Reach::InProcess => {
                let [at, _, beside] = origins_in_process();
                company.settle(beside, at);
                let serve = |server| Arc::new(InProcess::new(server));
                let provider = Arc::new(ProviderInProcess(provider));
                let (plain, tls) = (serve(server), serve(tls_server));
                let servers = Arc::new(InOneProcess { plain, tls, provider });
                let profile =
                    self.in_process.get_or_init(|| Arc::new(without_sockets(&self.profile)));
                let site = through(
                    Arc::clone(profile),
                    match &self.disturbance {
                        Some(disturbance) => Arc::new(Disturbed::new(servers, disturbance.clone())),
                        None => servers,
                    },
                )?;
                // A run asks that of its target once; here every scenario has a target of its own.
                if !self.says_to_push() {
                    site.pushes_alone.set(false).ok();
                }
                // That neither metadata nor answers tell, the diagnosis of a run finds out before it.
                let found = self.switches.has(&variants::PUSH_UNTOLD);
                site.found_pushing.store(found, Ordering::Relaxed);
                let named = self.dialect.takes_resources()
                    && self.switches.has(&variants::RESOURCE_DEMANDED);
                site.names_resource.store(named, Ordering::Relaxed);
                return Ok(site);
            }
        }
        .map_err(|error| error.to_string())
    }
}

/// Where the bundled server, its twin that speaks TLS only and the identity provider are without
/// sockets.
pub fn origins_in_process() -> [Origin; 3] {
    let local = |scheme, port| Origin { scheme, host: "127.0.0.1".into(), port };
    [local(Scheme::Http, 80), local(Scheme::Https, TLS_PORT), local(Scheme::Http, PROVIDER_PORT)]
}

/// The bundled server as a target without sockets: itself, its twin that speaks TLS only, and the
/// identity provider.
///
/// # Errors
/// Where a URL of the profile is none.
pub fn site(
    profile: &Profile,
    plain: Arc<dyn Transport>,
    tls: Arc<dyn Transport>,
    provider: Arc<dyn Transport>,
) -> Result<Site, String> {
    through(Arc::new(without_sockets(profile)), Arc::new(InOneProcess { plain, tls, provider }))
}

fn through(profile: Arc<Profile>, servers: Arc<dyn Transport>) -> Result<Site, String> {
    Site::new(profile, servers, None).map_err(|error| error.to_string())
}

fn without_sockets(profile: &Profile) -> Profile {
    at(profile, origins_in_process())
}

fn at(profile: &Profile, [plain, tls, provider]: [Origin; 3]) -> Profile {
    let mut profile = profile.clone().with_base_url(plain.to_string());
    for user in profile.users.values_mut().filter(|user| user.sign_on.is_some()) {
        user.sign_on = Some(provider.to_string());
    }
    profile.tls = Some(Tls { base_url: tls.to_string(), plain_url: None, ca: None });
    profile
}

/// Everything that a scenario has to itself.
struct Servers {
    plain: Arc<Server>,
    tls: Arc<Server>,
    company: Arc<Company>,
    provider: Arc<IdentityProvider>,
}

/// A server with a clock that stands still, its twin that speaks TLS only, and the identity provider
/// of a company.
fn servers(dialect: &'static Dialect, switches: Switches) -> Servers {
    let company = Arc::new(Company::new(&OsRandom));
    let config = Config {
        clock: Arc::new(ManualClock::default()),
        random: Arc::new(OsRandom),
        control: true,
        company: Some(Arc::clone(&company)),
        switches,
        ..Config::of(dialect)
    };
    let (world, clock) = (Arc::clone(&config.world), Arc::clone(&config.clock));
    let provider =
        IdentityProvider::new(Arc::clone(&company), world, clock, config.switches.clone());
    let tls = Config { tls_only: true, ..config.clone() };
    Servers {
        plain: Arc::new(Server::new(config)),
        tls: Arc::new(Server::new(tls)),
        company,
        provider: Arc::new(provider),
    }
}

impl Bundled {
    /// Whether the metadata of the server say that every client has to push its requests.
    fn says_to_push(&self) -> bool {
        let switches = &self.switches;
        switches.has(&variants::PUSH_DEMANDED) || switches.has_any(&redirect::DEMANDS_TO_PUSH)
    }
}

impl Targets for Bundled {
    fn open(&self, scenario: usize) -> BoxFuture<'_, Opened> {
        async move { self.site(scenario).await.map(|site| Target::Server(Arc::new(site))) }.boxed()
    }

    fn shared(&self) -> bool {
        false
    }
}

/// The plain server, its TLS twin and the identity provider behind one in-process transport, told
/// apart by port: the twin's port is spoken to with TLS and, for the plain probe, without.
struct InOneProcess {
    plain: Arc<dyn Transport>,
    tls: Arc<dyn Transport>,
    provider: Arc<dyn Transport>,
}

/// Port of the twin that speaks TLS only, where there are no sockets.
const TLS_PORT: u16 = 443;

/// Port of the identity provider, where there are no sockets.
const PROVIDER_PORT: u16 = 8081;

impl InOneProcess {
    fn of(&self, request: &Request) -> &dyn Transport {
        match request.origin.port {
            TLS_PORT => &*self.tls,
            PROVIDER_PORT => &*self.provider,
            _ => &*self.plain,
        }
    }
}

impl Transport for InOneProcess {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        self.of(request).send(request)
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        match requests.first() {
            Some(first) => self.of(first).race(requests),
            None => async { Vec::new() }.boxed(),
        }
    }

    fn races_alike(&self) -> bool {
        self.plain.races_alike()
    }
}
