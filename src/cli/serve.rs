//! `oauthspec serve`: the bundled server for people and clients.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use url::Url;

use super::args::Serve;
use super::interrupt::interrupted;
use super::{Failure, dialect, print, prove};
use crate::driver::HttpTransport;
use crate::harness::application::{Later, application_profile, settings};
use crate::harness::counterpart::with_application;
use crate::harness::switches;
use crate::profile::{ApplicationClient, ApplicationProfile, Spot, YamlFile, nearest};
use crate::report;
use crate::sample_app::{Application, Parts};
use crate::server::world::{Flaw, Names, World};
use crate::server::{Company, Config, Dialect, IdentityProvider, Server};
use crate::testbed::clock::MovableClock;
use crate::testbed::listen::Listener;
use crate::testbed::random::OsRandom;
use crate::testbed::tls::TlsIdentity;
use crate::testbed::{Handler, Switches};
use crate::verdict::ExitCode;
use crate::wire::Origin;

pub(super) async fn main(args: Serve) -> Result<ExitCode, Failure> {
    if !args.address.is_loopback() && !args.expose {
        return Err(Failure::usage(format!(
            "{} is not a loopback address; everybody who reaches it could sign in with the public \
             test passwords. Add --expose if that is what you want",
            args.address
        )));
    }
    let switches = switches(&args)?;
    if let Some(url) = &args.authorization_server {
        return alone(&args, url, &switches).await;
    }
    let clock = Arc::new(MovableClock::default());
    let example = args.application.then(|| Example::start(&args, &clock, &switches)).transpose()?;
    let client = example.as_ref().map(Example::client);
    let dialect = spoken(&args)?;
    let world = world(&args, dialect)?;
    let world = match client {
        Some((client, uri)) => with_application(&world, client, uri).into(),
        None => world,
    };
    let has_company =
        dialect.has_enterprises() && world.enterprises.iter().any(|enterprise| enterprise.sign_on);
    let config = Config {
        world,
        clock,
        random: Arc::new(OsRandom),
        tls_only: args.tls,
        control: !args.no_control,
        company: has_company.then(|| Arc::new(Company::new(&OsRandom))),
        switches,
        ..Config::of(dialect)
    };
    let server = Arc::new(Server::new(config.clone()));
    let identity = identity(&args)?;
    let listener = listen(&args, args.port, server.clone(), identity.clone(), "--port")?;
    let provider = provider(&args, &config, &listener, identity)?;
    let origin = listener.origin().to_string();
    if let Some(example) = &example {
        print(&example.begin(&origin)?);
    }
    let beside = provider.as_ref().map(|listener| listener.origin().to_string());
    print(&welcome(dialect, &origin, beside.as_deref(), !args.no_control));
    print(&accounts(&server.world()));
    interrupted().await;
    Ok(ExitCode::Conformant)
}

/// The dialect, with the policies of the documents that it is to satisfy.
fn spoken(args: &Serve) -> Result<&'static Dialect, Failure> {
    let catalogue = args.additions.catalogue()?;
    let known = catalogue.documents();
    if let Some(id) = args.document.iter().find(|id| known.get(id).is_none()) {
        let ids: Vec<&str> = known.iter().map(|document| document.id.as_str()).collect();
        let advice = nearest::advice(id, &ids);
        return Err(Failure::usage(format!("`{id}` is not a document; {advice}")));
    }
    dialect::satisfying(args.dialect.as_deref(), &args.document, known)
}

/// Serves the example application for an authorization server elsewhere.
async fn alone(args: &Serve, server: &Url, switches: &Switches) -> Result<ExitCode, Failure> {
    let origin = Origin::of(server);
    let origin = origin.ok_or_else(|| Failure::usage(format!("{server} is not http or https")))?;
    let example = Example::start(args, &Arc::default(), switches)?;
    print(&example.begin(&origin.to_string())?);
    interrupted().await;
    Ok(ExitCode::Conformant)
}

/// Listens on a port of the address that was asked for; `option` is where the port comes from.
fn listen(
    args: &Serve,
    port: u16,
    server: Arc<dyn Handler>,
    identity: Option<Arc<TlsIdentity>>,
    option: &str,
) -> Result<Listener, Failure> {
    let address = SocketAddr::new(args.address, port);
    Listener::start(server, address, identity).map_err(|error| {
        Failure::usage(format!("cannot listen on {address}: {error}; {option} 0 takes a free port"))
    })
}

/// The identity provider of the world's company, if there is one.
fn provider(
    args: &Serve,
    config: &Config,
    service: &Listener,
    identity: Option<Arc<TlsIdentity>>,
) -> Result<Option<Listener>, Failure> {
    let Some(company) = config.company.clone() else { return Ok(None) };
    let (world, clock) = (Arc::clone(&config.world), Arc::clone(&config.clock));
    let switches = config.switches.clone();
    let provider = IdentityProvider::new(Arc::clone(&company), world, clock, switches);
    let port = args.sign_on_port.unwrap_or(match args.port {
        0 | u16::MAX => 0,
        port => port + 1,
    });
    let provider = listen(args, port, Arc::new(provider), identity, "--sign-on-port")?;
    company.settle(provider.origin(), service.origin());
    Ok(Some(provider))
}

/// The world of the file that was named, or that of the dialect.
fn world(args: &Serve, dialect: &Dialect) -> Result<Arc<World>, Failure> {
    let Some(path) = &args.world else { return Ok(dialect.world()) };
    let document = YamlFile::read(path).map_err(Failure::usage)?;
    let world: World = document.parse().map_err(Failure::usage)?;
    let problems: Vec<String> = world.flaws().iter().map(|flaw| problem(&document, flaw)).collect();
    if problems.is_empty() {
        return Ok(Arc::new(world));
    }
    Err(Failure::usage(problems.join("\n")))
}

fn problem(document: &YamlFile, flaw: &Flaw) -> String {
    let Flaw { list, index, key, value, names } = flaw;
    let place = Spot { list, index: *index, key };
    let reason = match names {
        None => format!("`{value}` is used twice; it must be unique"),
        Some(Names { kind, known }) => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            format!("`{value}` names no {kind} of this file; {}", nearest::advice(value, &known))
        }
    };
    document.complaint(place, &reason)
}

fn switches(args: &Serve) -> Result<Switches, Failure> {
    let chosen = Switches {
        faults: args.fault.iter().map(|name| prove::named(name)).collect::<Result<_, _>>()?,
        variants: args
            .variant
            .iter()
            .map(|name| prove::variant_named(name))
            .collect::<Result<_, _>>()?,
        ..Switches::default()
    };
    let faults = chosen.faults.iter().filter(|fault| switches::is_of_application(fault.name));
    let variants =
        chosen.variants.iter().filter(|variant| switches::is_of_application(variant.name));
    let its_own = faults.map(|fault| fault.name).chain(variants.map(|variant| variant.name)).next();
    match its_own.filter(|_| !args.application) {
        Some(name) => Err(Failure::usage(format!(
            "`{name}` belongs to the example application; add --application"
        ))),
        None => Ok(chosen),
    }
}

/// The example application beside the server, which has to be there first: its address is part of
/// what is registered at the server.
struct Example {
    profile: ApplicationProfile,
    listener: Listener,
    place: Arc<Later>,
    clock: Arc<MovableClock>,
    switches: Switches,
}

impl Example {
    fn start(
        args: &Serve,
        clock: &Arc<MovableClock>,
        switches: &Switches,
    ) -> Result<Self, Failure> {
        let place = Arc::new(Later::default());
        let address = SocketAddr::new(args.address, args.application_port);
        let listener = Listener::start(place.clone(), address, None).map_err(|error| {
            Failure::usage(format!(
                "cannot listen on {address}: {error}; --application-port 0 takes a free port"
            ))
        })?;
        let mut profile = application_profile()?;
        profile.base_url = listener.origin().to_string();
        let (clock, switches) = (Arc::clone(clock), switches.clone());
        Ok(Self { profile, listener, place, clock, switches })
    }

    fn client(&self) -> (&ApplicationClient, Option<String>) {
        (&self.profile.client, self.profile.redirect_uri())
    }

    /// Makes it ready, and says where it is.
    fn begin(&self, server: &str) -> Result<String, Failure> {
        let http = HttpTransport::new(self.profile.limits.timeout, Vec::new());
        self.place.set(Application::new(Parts {
            settings: settings(&self.profile, server),
            transport: Arc::new(http.map_err(Failure::internal)?),
            clock: self.clock.clone(),
            random: Arc::new(OsRandom),
            switches: self.switches.clone(),
        }));
        Ok(format!("oauthspec example application on {}\n", self.listener.origin()))
    }
}

fn identity(args: &Serve) -> Result<Option<Arc<TlsIdentity>>, Failure> {
    if !args.tls {
        return Ok(None);
    }
    const KIND: &str = "certificate";
    super::probe(KIND, args.certificate.as_ref())?;
    let identity = TlsIdentity::generate().map_err(Failure::internal)?;
    if let Some(path) = &args.certificate {
        report::deliver(KIND, path, identity.certificate_pem().as_bytes())
            .map_err(Failure::usage)?;
    }
    Ok(Some(Arc::new(identity)))
}

fn welcome(dialect: &Dialect, origin: &str, provider: Option<&str>, control: bool) -> String {
    let mut text = format!("oauthspec reference server on {origin}\n{}\n\n", dialect.title);
    if !dialect.taken.is_empty() {
        let _ = writeln!(text, "with the documents' policies: {}\n", dialect.taken.join(", "));
    }
    let paths = &dialect.endpoints;
    let named = [
        ("authorization", &paths.authorization),
        ("token", &paths.token),
        ("revocation", &paths.revocation),
    ];
    for (name, path) in named.into_iter().filter_map(|(name, all)| Some((name, all.first()?))) {
        let _ = writeln!(text, "{name:14} {origin}{path}");
    }
    for resource in &dialect.resources {
        let scope = resource.scope.as_ref().map(|scope| format!("  (scope {scope})"));
        let _ = writeln!(
            text,
            "{:14} {origin}{}{}",
            "resource",
            resource.path,
            scope.unwrap_or_default()
        );
    }
    if dialect.has_enterprises() {
        let _ = writeln!(
            text,
            "current user   {origin}/2.0/users/me\n\
             folder         {origin}/2.0/folders/0\n\
             consoles       {origin}/console"
        );
    }
    if let Some(provider) = provider {
        let _ = writeln!(text, "company login  {provider}");
    }
    if control {
        let _ = writeln!(
            text,
            "clock          POST {origin}/control/clock {{\"advance\": SECONDS}}\n\
             hooks          POST {origin}/control/hooks {{\"block_device\": true, \"rate_limit\": true, \"fail\": true}}"
        );
    }
    if control && dialect.has_enterprises() {
        let _ = writeln!(
            text,
            "console        POST {origin}/control/console {{\"action\": \"enable-application\", \"client\": …}}"
        );
    }
    text
}

/// Who can sign in, and which clients there are.
fn accounts(world: &World) -> String {
    let mut text = String::from("\nusers (published test passwords)\n");
    for user in &world.users {
        let _ = writeln!(text, "  {:26} {}", user.login, user.password);
    }
    text.push_str("\napplications (published test secrets)\n");
    for app in &world.applications {
        let _ = writeln!(text, "  {:26} {}", app.client_id, app.secret);
        for uri in &app.redirect_uris {
            let _ = writeln!(text, "      {uri}");
        }
    }
    text.push_str("\nstop with Ctrl-C\n");
    text
}
