//! A target that is not described in full: its metadata is read and its clients are registered before
//! a run is planned, and those clients are deleted after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use rustls::pki_types::CertificateDer;
use url::Url;

use super::Failure;
use super::args::Run;
use crate::driver::HttpTransport;
use crate::driver::discovery::{
    Cohort, DiscoveryError, ExploreError, Explored, Guess, Known, Offers, Permit, Reached,
    Registrar, apply, attempt, discover, explore, gets_no_code, named, needs_metadata, registrar,
    staying,
};
use crate::profile::{self, Profile};
use crate::report::Redactor;
use crate::rules::{Catalogue, Rule};
use crate::runner::{Renewal, scenario_needs};
use crate::verdict::ExitCode;
use crate::wire::{Secret, Transport};

/// What is known of a server that has no profile.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct About {
    /// Redirect URI that the client of --client is registered with
    #[arg(long, value_name = "URI")]
    pub redirect_uri: Vec<String>,
    /// Login and password of a user; given once more, those of a second user. The password can come from
    /// OAUTHSPEC_USER_PASSWORD
    #[arg(long, value_name = "LOGIN:PASSWORD")]
    pub user: Vec<String>,
    /// URL of a resource that access tokens open, instead of the one that the metadata names
    #[arg(long, value_name = "URL")]
    pub resource: Option<String>,
    /// Host off the loopback interface that you are allowed to test; can be given more than once
    #[arg(long, value_name = "HOST")]
    pub authorized: Vec<String>,
    /// Every secret that is given is worthless outside this test: hosts of --authorized that stand for
    /// private addresses alone may be spoken to over plain HTTP
    #[arg(long, requires = "authorized")]
    pub test_credentials: bool,
}

impl About {
    fn permit(&self) -> Permit {
        let hosts = self.authorized.clone();
        let plain = if self.test_credentials { hosts.clone() } else { Vec::new() };
        let plain = plain.into_iter().filter(|host| profile::private_host(host).is_ok()).collect();
        Permit { hosts, plain }
    }
}

/// What was done before a run is planned.
#[derive(Default)]
pub(super) struct Prepared {
    /// Sentences about what could not be done.
    pub(super) remarks: Vec<String>,
    /// Whether the resource is one that the metadata name, and not the profile.
    pub(super) chose_resource: bool,
    enrolled: Option<Arc<Enrolled>>,
}

/// Clients that a run registered, and how.
struct Enrolled {
    registrar: Registrar,
    roles: Vec<String>,
    cohorts: Mutex<Vec<Cohort>>,
    http: Arc<HttpTransport>,
}

impl Enrolled {
    /// The profile with other clients in place of those that it has.
    async fn renewed(&self, profile: &Profile) -> Option<Profile> {
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let cohort = self.registrar.enrol(&*self.http, &roles).await;
        let is_usable = cohort.registered.contains_key("default");
        let mut profile = profile.clone();
        profile.clients.adopt(cohort.clients(), BTreeMap::new());
        self.cohorts.lock().unwrap_or_else(PoisonError::into_inner).push(cohort);
        is_usable.then_some(profile)
    }
}

impl Prepared {
    /// Deletes the clients that were registered, and says which stay.
    pub(super) async fn dismiss(&self) -> Option<String> {
        let enrolled = self.enrolled.as_ref()?;
        let all = enrolled.cohorts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut stay = Vec::new();
        for cohort in &all {
            stay.extend(enrolled.registrar.dismiss(&*enrolled.http, cohort).await);
        }
        staying(&stay)
    }

    /// The clients that were registered.
    fn cohort(&self) -> Option<Cohort> {
        let enrolled = self.enrolled.as_ref()?;
        enrolled.cohorts.lock().unwrap_or_else(PoisonError::into_inner).first().cloned()
    }

    /// How other clients take the place of those that were registered.
    pub(super) fn renewal(&self) -> Option<Renewal> {
        let enrolled = Arc::clone(self.enrolled.as_ref()?);
        Some(Box::new(move |profile| {
            let enrolled = Arc::clone(&enrolled);
            async move { enrolled.renewed(&profile).await }.boxed()
        }))
    }
}

impl Run {
    /// Tells the two meanings of `--client` apart: without a URL it is about an application.
    ///
    /// # Errors
    /// Options that do not go with an application, or without a URL.
    pub fn settled(mut self) -> Result<Self, Failure> {
        let has_url = url(&self.words).is_some();
        if has_url {
            if self.clients.iter().any(String::is_empty) {
                return Err(Failure::usage("--client needs a value with a URL: ID:SECRET"));
            }
            return Ok(self);
        }
        let About { redirect_uri, user, resource, authorized, test_credentials: _ } = &self.about;
        if !(redirect_uri.is_empty()
            && user.is_empty()
            && resource.is_none()
            && authorized.is_empty())
        {
            return Err(Failure::usage(
                "--redirect-uri, --user, --resource and --authorized are for a URL; with a profile, \
                 write them there",
            ));
        }
        self.client |= !self.clients.is_empty();
        // `--client profile.yaml`: the word behind it is the profile.
        let words = std::mem::take(&mut self.clients).into_iter().filter(|word| !word.is_empty());
        self.words.splice(0..0, words);
        if self.client && (self.concurrency.is_some() || self.time_budget.is_some()) {
            return Err(Failure::usage(
                "--concurrency and --time-budget cannot be used with --client: an application is \
                 tested by one scenario at a time",
            ));
        }
        Ok(self)
    }
}

/// The URL among the words of a command, and the other words.
pub(super) fn url(words: &[String]) -> Option<(&str, &[String])> {
    let (first, rest) = words.split_first()?;
    let is_url = ["http://", "https://"].iter().any(|scheme| {
        first.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    is_url.then_some((first.as_str(), rest))
}

/// A URL that a run is against.
pub(super) struct Aimed {
    pub(super) url: String,
    /// The selectors behind it.
    pub(super) selectors: Vec<String>,
    /// The profile that was found out.
    pub(super) profile: Profile,
    /// The clients that were registered for that.
    pub(super) prepared: Prepared,
}

/// What is known of the URL that a run is against, if it is against one.
pub(super) async fn of_url(args: &Run, catalogue: &Catalogue) -> Result<Option<Aimed>, Failure> {
    let Some((at, selectors)) = url(&args.words) else { return Ok(None) };
    if args.base_url.is_some() || args.dialect.is_some() {
        return Err(Failure::usage(
            "--base-url and --dialect do not go with a URL; leave them out",
        ));
    }
    let (found, http) = explored(at, &args.about, &args.clients, &args.against, catalogue).await?;
    let mut prepared = Prepared::default();
    if let Some((registrar, cohort)) = found.enrolled {
        let cohorts = Mutex::new(vec![cohort]);
        prepared.enrolled =
            Some(Arc::new(Enrolled { registrar, roles: Vec::new(), cohorts, http }));
    }
    let profile = read(&found.sketch.write(), &found.environment, catalogue);
    match profile.map_err(Failure::internal) {
        Ok(profile) => {
            let (url, selectors) = (at.to_owned(), selectors.to_vec());
            Ok(Some(Aimed { url, selectors, profile, prepared }))
        }
        Err(failure) => {
            prepared.dismiss().await;
            Err(failure)
        }
    }
}

/// Fills in what the profile leaves to documents and metadata, and registers its clients, unless that was done
/// before.
pub(super) async fn prepare(
    profile: &mut Profile,
    (catalogue, against): (&Catalogue, &[String]),
    (sends, roots): (bool, Vec<CertificateDer<'static>>),
    before: &Prepared,
) -> Result<Prepared, Failure> {
    if profile.documents.is_empty() && !needs_metadata(profile) {
        profile.documents = offers(catalogue).documents(&named(profile));
    }
    if !needs_metadata(profile) && !profile.clients.are_registered() {
        return Ok(Prepared::default());
    }
    if !sends {
        return Err(Failure::usage(
            "--dry-run sends no request, and this profile leaves its endpoints or its clients to the \
             server's metadata; name them, or leave --dry-run out",
        ));
    }
    let permit = permitted(profile)?;
    let http = HttpTransport::with_private(profile.limits.timeout(), roots, &permit.plain)
        .map_err(Failure::internal)?;
    let http = Arc::new(http);
    let mut prepared = Prepared::default();
    let mut found = None;
    if needs_metadata(profile) {
        let base = profile.base().map_err(|error| Failure::usage(format!("base_url: {error}")))?;
        let issuer = profile.issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
        // One host may have several issuers, each with metadata of its own (RFC 8414 §3.1).
        let issuer = issuer.filter(|issuer| issuer.origin() == base.origin());
        let at = issuer.as_ref().unwrap_or(&base);
        let mut metadata =
            discover(&*http, at, &permit).await.map_err(|error| undiscovered(&error))?.server;
        if let Some(issuer) = &issuer {
            metadata.of_issuer(issuer).map_err(|error| undiscovered(&error))?;
        }
        prepared.remarks.extend(metadata.restrict(&permit).map_err(Failure::usage)?);
        let named = profile.resource.is_some();
        apply(profile, &metadata);
        prepared.chose_resource = !named && profile.resource.is_some();
        if profile.documents.is_empty() {
            profile.documents = offers(catalogue).documents(&metadata.offered());
        }
        found = Some(metadata);
    }
    if profile.clients.are_registered() {
        let registrar = registrar(profile, found.as_ref(), &permit).map_err(Failure::usage)?;
        // What the command line chooses is judged, whatever the profile names.
        let judged = if against.is_empty() { &profile.documents } else { against };
        let roles = roles(catalogue, judged);
        let wanted: Vec<&str> = roles.iter().map(String::as_str).collect();
        let cohorts = enrolled(profile, &registrar, &http, (&wanted, before)).await;
        let cohort = cohorts.first().cloned().unwrap_or_default();
        if let Some(why) = cohort.refused.get("default") {
            return Err(Failure::usage(format!(
                "no client could be registered (`clients: register`): {why}; where the server wants more of a \
                 client, say what in `registration_metadata`, or name clients that are registered"
            )));
        }
        prepared.remarks.extend(cohort.remarks(&wanted));
        profile.clients.adopt(cohort.clients(), cohort.lacking());
        let cohorts = Mutex::new(cohorts);
        prepared.enrolled = Some(Arc::new(Enrolled { registrar, roles, cohorts, http }));
    }
    prepared.chose_resource = prepared.chose_resource && !profile.leave_introspection();
    Ok(prepared)
}

/// The clients that were registered before; or registers the default client, and those of the other roles unless it
/// gets no code: a server may limit how many there are, and whoever has to mend the profile first needs them then.
async fn enrolled(
    profile: &Profile,
    registrar: &Registrar,
    http: &Arc<HttpTransport>,
    (wanted, before): (&[&str], &Prepared),
) -> Vec<Cohort> {
    if let Some(cohort) = before.cohort() {
        return vec![cohort];
    }
    let mut cohort = registrar.enrol(&**http, &["default"]).await;
    let others: Vec<&str> = wanted.iter().copied().filter(|role| *role != "default").collect();
    // What is done to the target first, and who signs in, comes later.
    let can_be_tried = profile.setup.is_empty() && profile.login.person.is_none();
    if !cohort.registered.contains_key("default") {
        return vec![cohort];
    }
    let mut trial = profile.clone();
    trial.clients.adopt(cohort.clients(), BTreeMap::new());
    let transport: Arc<dyn Transport> = Arc::<HttpTransport>::clone(http);
    if !can_be_tried || trial.endpoints.authorization.is_empty() {
        cohort.extend(registrar.enrol(&**http, &others).await);
    } else if gets_no_code(Arc::new(trial), transport).await {
        cohort.leave_untried(&others);
    } else {
        // Some servers let a user agree to a client once: the one of the run is another.
        let mut all = registrar.enrol(&**http, wanted).await;
        if all.registered.contains_key("default") {
            return vec![all, cohort];
        }
        all.refused.remove("default");
        cohort.extend(all);
    }
    vec![cohort]
}

/// Leaves out the resource that the metadata name and nobody else, where an ordinary flow shows that it is not
/// served: rules that need one are not judged then, and all others are.
pub(super) async fn try_resource(profile: &mut Profile, transport: Arc<dyn Transport>) {
    if profile.login.person.is_some() {
        return;
    }
    let tried = attempt(Arc::new(profile.clone()), transport, "default").await;
    let answered = tried.last.as_ref().and_then(|last| last.response.as_ref().ok());
    let answered = answered.is_some_and(|it| it.status < 500 && !it.is_throttled());
    if tried.reached == Reached::Tokens && answered {
        profile.without_resource(&Redactor::new(&tried.secrets).text(&tried.why));
    }
}

/// The hosts that the profile lets a run speak to.
fn permitted(profile: &Profile) -> Result<Permit, Failure> {
    if !profile.authorized {
        return Ok(Permit::default());
    }
    let hosts = profile.authorized_hosts.clone();
    let plain =
        if profile.test_credentials { profile.plain_http_hosts.clone() } else { Vec::new() };
    for host in &plain {
        profile::private_host(host)
            .map_err(|why| Failure::usage(format!("plain_http_hosts: {why}")))?;
    }
    Ok(Permit { hosts, plain })
}

/// Roles of clients that rules of these documents need, with those that every run has.
fn roles(catalogue: &Catalogue, documents: &[String]) -> Vec<String> {
    let cited = catalogue.rules().iter().filter(|rule| rule.level(documents).is_some());
    let cited: Vec<&Rule> = cited.collect();
    let of_rules = cited.iter().flat_map(|rule| &rule.needs).map(|need| need.0.clone());
    let is_cited = |id: &str| cited.iter().any(|rule| rule.id == id);
    let needed: BTreeSet<String> = of_rules.chain(scenario_needs(catalogue, is_cited)).collect();
    let always =
        ["default", "other", "sacrificial", "public", "query", "several", "limited", "fresh"];
    let is_needed = |needs: &[String]| needs.iter().any(|need| needed.contains(need));
    let wanted =
        Registrar::roles().filter(|(role, needs)| always.contains(role) || is_needed(needs));
    wanted.map(|(role, _)| role.to_owned()).collect()
}

/// Finds out what a run against this URL needs. Clients that were registered for that are there still.
pub(super) async fn explored(
    url: &str,
    about: &About,
    clients: &[String],
    against: &[String],
    catalogue: &Catalogue,
) -> Result<(Explored, Arc<HttpTransport>), Failure> {
    let url = Url::parse(url)
        .map_err(|error| Failure::usage(format!("`{url}` is not a URL ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage("the URL must not contain a user name or a password"));
    }
    if let Some(host) = url.host_str()
        && url.scheme() == "http"
        && about.test_credentials
    {
        profile::private_host(host).map_err(Failure::usage)?;
    }
    let known = known(about, clients, against, catalogue)?;
    let timeout = profile::Limits::default().timeout();
    let http = HttpTransport::with_private(timeout, Vec::new(), &known.permit.plain);
    let http = http.map_err(Failure::internal)?;
    let read = |text: &str, environment: &BTreeMap<&'static str, Secret>| {
        read(text, environment, catalogue).map_err(|error| error.to_string())
    };
    let http = Arc::new(http);
    let explored = explore(Arc::<HttpTransport>::clone(&http), &url, &known, &read).await;
    let explored = explored.map_err(|error| match error {
        ExploreError::Discovery(error) => undiscovered(&error),
        ExploreError::Lacking(text) => Failure::usage(text),
    })?;
    Ok((explored, http))
}

/// A profile that was found out, with the secrets that were given.
pub(super) fn read(
    text: &str,
    environment: &BTreeMap<&'static str, Secret>,
    catalogue: &Catalogue,
) -> Result<Profile, profile::ProfileError> {
    let value = |name: &str| environment.get(name).map(|value| value.to_string());
    profile::parse_for("profile.yaml", text, &value, catalogue.documents())
}

fn known(
    about: &About,
    clients: &[String],
    against: &[String],
    catalogue: &Catalogue,
) -> Result<Known, Failure> {
    let clients: Vec<_> = clients.iter().map(|it| pair(it, "OAUTHSPEC_CLIENT_SECRET")).collect();
    let users = about.user.iter().map(|it| pair(it, "OAUTHSPEC_USER_PASSWORD")).collect();
    let documents = against.to_vec();
    let offers = offers(catalogue);
    let any: Vec<String> = offers.0.iter().map(|(id, _)| id.clone()).collect();
    let roles = roles(catalogue, if documents.is_empty() { &any } else { &documents });
    Ok(Known {
        clients,
        redirect_uris: about.redirect_uri.clone(),
        users,
        resource: about.resource.clone(),
        permit: about.permit(),
        documents,
        roles,
        registration_token: std::env::var("OAUTHSPEC_REGISTRATION_TOKEN").ok().map(Secret::from),
        guesses: guesses(catalogue),
        offers,
    })
}

/// The documents that metadata can offer.
fn offers(catalogue: &Catalogue) -> Offers {
    let each = catalogue.documents().iter();
    let offered = each.map(|it| (it.id.clone(), it.offered_by.clone()));
    Offers(offered.collect())
}

/// The endpoints that documents fix.
fn guesses(catalogue: &Catalogue) -> Vec<Guess> {
    let fixed = |id: &&str| {
        let endpoints = profile::fixed_endpoints(catalogue.documents().get(id)?)?;
        Some(Guess {
            documents: vec![(*id).to_owned()],
            authorization: endpoints.authorization,
            token: endpoints.token,
            revocation: endpoints.revocation,
        })
    };
    catalogue.documents().ids().iter().filter_map(fixed).collect()
}

/// A name and what proves it, which comes from the environment where it is not given. Of a name that is a URL
/// nothing is split off.
fn pair(text: &str, variable: &str) -> (String, Option<Secret>) {
    let (name, value) = match text.split_once(':').filter(|_| !is_url(text)) {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, std::env::var(variable).ok()),
    };
    (name.to_owned(), value.filter(|value| !value.is_empty()).map(Secret::from))
}

/// Whether a text begins with a scheme and two slashes.
fn is_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        let of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(of_scheme)
    };
    text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

fn undiscovered(error: &DiscoveryError) -> Failure {
    let code = match error {
        DiscoveryError::Unreachable { .. } => ExitCode::Unreachable,
        _ => ExitCode::Usage,
    };
    Failure { message: error.to_string(), code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_is_a_url_stays_whole() {
        let none = "OAUTHSPEC_NO_SUCH_VARIABLE";
        let of = |text: &str| {
            let (name, value) = pair(text, none);
            (name, value.map(|it| it.to_string()))
        };
        assert_eq!(of("app:s:t"), ("app".to_owned(), Some("s:t".to_owned())));
        assert_eq!(of("app"), ("app".to_owned(), None));
        for url in ["https://app.example/client.json", "http://localhost:9/?redirect_uri=x"] {
            assert_eq!(of(url), (url.to_owned(), None));
        }
        assert_eq!(of("1://x"), ("1".to_owned(), Some("//x".to_owned())));
    }
}
