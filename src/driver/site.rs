//! A target that is ready to be spoken to: its profile, resolved, and a transport.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::asked_again::AskedAgain;
use super::basic_form::BasicForm;
use super::person::Person;
use super::script::Script;
use super::served::Served;
use super::session::Sessions;
use super::spacing::Spacing;
use crate::profile::Profile;
use crate::wire::{Origin, Transport};

/// A target, ready.
pub struct Site {
    /// The profile.
    pub profile: Arc<Profile>,
    /// How it is reached.
    pub transport: Arc<dyn Transport>,
    /// Authorization endpoint; `None`: no grant of the server takes a user there (RFC 8414 §2).
    pub authorization: Option<Url>,
    /// Token endpoint.
    pub token: Url,
    /// Revocation endpoint.
    pub revocation: Option<Url>,
    /// Introspection endpoint.
    pub introspection: Option<Url>,
    /// Endpoint for pushed authorization requests.
    pub pushed: Option<Url>,
    /// Device authorization endpoint.
    pub device_authorization: Option<Url>,
    /// Registration endpoint.
    pub registration: Option<Url>,
    /// Resource that tells whether a token lives.
    pub resource: Option<Url>,
    /// Another resource of the same authorization server.
    pub other_resource: Option<Url>,
    /// Resource that needs a scope.
    pub scoped_resource: Option<Url>,
    /// What the target's clock was moved by in this run.
    pub moved: Mutex<Duration>,
    /// Browsers in which users are signed in.
    pub sessions: Sessions,
    /// The person who signs in in the suite's stead, if one does.
    pub person: Option<Arc<Person>>,
    /// Whether the target's time is known to follow its clock hook.
    pub clock_follows: Mutex<Option<bool>>,
    /// Whether the dates of its answers were seen to follow it, too.
    pub(super) dates_follow: AtomicBool,
    /// Whether every authorization request has to be pushed, once that was asked.
    pub pushes_alone: tokio::sync::OnceCell<bool>,
    /// Whether it was found out that every authorization request has to be pushed.
    pub found_pushing: AtomicBool,
    /// Which clients get tokens with a proof of possession alone, as far as is known.
    pub provers: Mutex<Provers>,
    /// Whether requests that name no resource are refused, as far as is known.
    pub names_resource: AtomicBool,
    /// For which scope clients get tokens by themselves, as far as that had to be found out.
    pub(super) own_scopes: OwnScopes,
    /// How the requests in place of a script go for an ordinary authorization request, as far as is known.
    pub(super) script: Mutex<Script>,
    /// Whether that was asked, for a user who grants and for one who denies.
    pub(super) script_asked: [tokio::sync::OnceCell<()>; 2],
    /// How much more a client has to say of itself to be registered than RFC 7591 demands, as far as is known.
    pub(super) says_more: AtomicU8,
    /// Whether assertions of clients beside the token endpoint have to be for the issuer, as far as is known.
    pub(super) asserts_to_issuer: AtomicBool,
    /// Whether a revocation of bound tokens was answered with success, and revoked something with a proof alone.
    pub(super) proves_revocations: AtomicBool,
    /// What the default user has decided in this run.
    pub(super) decisions: Mutex<Decisions>,
    /// Whether users who have agreed before are asked again where a request wants that, as far as is known.
    pub(super) asked_again: AskedAgain,
    /// Whether grants of one client come in seconds of their own.
    pub(super) spacing: Spacing,
    /// How the target reads HTTP Basic, as far as is known.
    pub basic: BasicForm,
    /// Clients that scenarios registered and could not delete: role and identifier.
    pub staying: Mutex<Vec<(String, String)>>,
    /// What is served on this machine for the target to read, once something is.
    pub served: Mutex<Option<Served>>,
    /// Origins that belong to the target.
    pub origins: Vec<Origin>,
    /// Seeds of drivers that come before the scenarios.
    seeds: AtomicU64,
    /// What has to live as long as the target does.
    _keep: Option<Box<dyn Any + Send + Sync>>,
}

/// What a user has decided, by the identifiers of clients.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    /// The clients that they have agreed to.
    pub(super) granted: BTreeSet<String>,
    /// Those whose consent page they have left.
    pub(super) left: BTreeSet<String>,
}

/// For which scope a client gets tokens by itself that was refused for its usual one, by its identifier; none:
/// for none that was tried.
pub(super) type OwnScopes = Mutex<BTreeMap<String, Option<Option<String>>>>;

/// Which clients of a target get tokens with a proof of possession alone.
#[derive(Debug, Clone, Default)]
pub struct Provers {
    pub(super) all: bool,
    pub(super) clients: BTreeSet<String>,
}

/// A URL of the profile that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{key}: `{value}` is not an http or https URL")]
pub struct BadUrl {
    key: &'static str,
    value: String,
}

/// Key of the endpoint that takes pushed requests.
const PUSHED: &str = "endpoints.pushed_authorization_request";

impl Site {
    /// What is said of what is sent otherwise than the RFCs have it, since the target wants it so.
    pub fn told(&self) -> Vec<String> {
        let each = [
            self.basic.told(),
            self.told_of_audience(),
            self.asked_again.told(),
            self.told_of_registrations(),
            self.told_of_revocations(),
        ];
        each.into_iter().flatten().collect()
    }

    /// What is said of clients that say more of themselves, where that was a help.
    fn told_of_registrations(&self) -> Option<String> {
        let says = self.says_more.load(Ordering::Relaxed);
        let more = match says {
            0 => return None,
            1 => "their home page and the kind of application",
            _ => "that they refresh",
        };
        Some(format!(
            "clients that register say more of themselves, since the server takes no others: {more}"
        ))
    }

    /// What is said of whom assertions are for, where that is not the token endpoint everywhere.
    fn told_of_audience(&self) -> Option<String> {
        self.asserts_to_issuer.load(Ordering::Relaxed).then(|| {
            "assertions of clients are for the issuer where they are sent elsewhere than to the token endpoint, \
             whose URL the server does not take there"
                .to_owned()
        })
    }

    /// What is said of revocations with a proof of possession.
    fn told_of_revocations(&self) -> Option<String> {
        self.proves_revocations.load(Ordering::Relaxed).then(|| {
            "a revocation of bound tokens without a proof of possession is answered with success and revokes \
             nothing: where a scenario builds on one, it has a proof"
                .to_owned()
        })
    }

    /// Takes over what another site of the same target has shown of what it wants of each request.
    pub fn know_like(&self, other: &Self) {
        let load = |own: &AtomicBool, its: &AtomicBool| {
            own.store(its.load(Ordering::Relaxed), Ordering::Relaxed);
        };
        load(&self.names_resource, &other.names_resource);
        load(&self.asserts_to_issuer, &other.asserts_to_issuer);
        load(&self.proves_revocations, &other.proves_revocations);
        load(&self.found_pushing, &other.found_pushing);
        self.asked_again.know_like(&other.asked_again);
        self.basic.know_like(&other.basic);
        self.says_more.store(other.says_more.load(Ordering::Relaxed), Ordering::Relaxed);
        if other.spacing.has_begun() {
            self.spacing.begin();
        }
        let its = other.provers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        *self.provers.lock().unwrap_or_else(PoisonError::into_inner) = its;
    }

    /// Has the grants of one client come in seconds of their own from now on.
    pub fn space_grants(&self) {
        self.spacing.begin();
    }

    /// Whether they do.
    pub fn spaces_grants(&self) -> bool {
        self.spacing.has_begun()
    }

    /// Takes over by how much the clock of the target was moved, where another site has moved it.
    pub fn has_clock_of(&self, other: &Self) {
        let moved = *other.moved.lock().unwrap_or_else(PoisonError::into_inner);
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    /// Resolves a profile. `keep` lives as long as the site.
    ///
    /// # Errors
    /// Where a URL of the profile is none.
    pub fn new(
        profile: Arc<Profile>,
        transport: Arc<dyn Transport>,
        keep: Option<Box<dyn Any + Send + Sync>>,
    ) -> Result<Self, BadUrl> {
        let base = parse("base_url", &profile.base_url)?;
        let join = |key: &'static str, path: &str| {
            profile.endpoint(path).map_err(|_| BadUrl { key, value: path.to_owned() })
        };
        let optional = |key, path: Option<&String>| path.map(|path| join(key, path)).transpose();
        let endpoints = &profile.endpoints;
        let path = Some(&endpoints.authorization).filter(|it| !it.is_empty());
        let authorization = optional("endpoints.authorization", path)?;
        let token = join("endpoints.token", &endpoints.token)?;
        let revocation = optional("endpoints.revocation", endpoints.revocation.as_ref())?;
        let key = "endpoints.introspection";
        let introspection = profile.introspection().map(|it| join(key, it)).transpose()?;
        let pushed = optional(PUSHED, endpoints.pushed_authorization_request.as_ref())?;
        let device = endpoints.device_authorization.as_ref();
        let device_authorization = optional("endpoints.device_authorization", device)?;
        let registration = optional("endpoints.registration", endpoints.registration.as_ref())?;
        let resource = optional("resource.url", profile.resource.as_ref().map(|it| &it.url))?;
        let other_resource = optional("other_resource", profile.other_resource.as_ref())?;
        let scoped = profile.scoped_resource.as_ref().map(|it| &it.url);
        let scoped_resource = optional("scoped_resource.url", scoped)?;
        let tls = profile.tls.as_ref().map(|it| parse("tls.base_url", &it.base_url)).transpose()?;
        let origins = origins_of([Some(&base), authorization.as_ref(), Some(&token), tls.as_ref()]);
        Ok(Self {
            person: Person::of(&profile).map(Arc::new),
            profile,
            transport,
            authorization,
            token,
            revocation,
            introspection,
            pushed,
            device_authorization,
            registration,
            resource,
            other_resource,
            scoped_resource,
            moved: Mutex::default(),
            sessions: Sessions::default(),
            clock_follows: Mutex::default(),
            dates_follow: AtomicBool::default(),
            pushes_alone: tokio::sync::OnceCell::new(),
            found_pushing: AtomicBool::default(),
            provers: Mutex::default(),
            names_resource: AtomicBool::default(),
            own_scopes: OwnScopes::default(),
            script: Mutex::default(),
            script_asked: Default::default(),
            says_more: AtomicU8::default(),
            asserts_to_issuer: AtomicBool::default(),
            proves_revocations: AtomicBool::default(),
            decisions: Mutex::default(),
            asked_again: AskedAgain::default(),
            spacing: Spacing::default(),
            basic: BasicForm::default(),
            staying: Mutex::default(),
            served: Mutex::default(),
            origins,
            seeds: AtomicU64::new(RandomState::new().build_hasher().finish()),
            _keep: keep,
        })
    }

    /// A seed that no other driver has, of this run or an earlier one: a server may refuse a code challenge, a `state`
    /// or the `jti` of a proof that it has seen before.
    pub fn unused_seed(&self) -> u64 {
        self.seeds.fetch_add(1, Ordering::Relaxed)
    }

    /// An endpoint's URL on the TLS listener; `None` where the profile names none.
    pub fn over_tls(&self, endpoint: &Url) -> Option<Url> {
        let tls = self.profile.tls.as_ref()?;
        on_origin_of(&tls.base_url, endpoint)
    }

    /// The same without TLS: at `tls.plain_url`, or by plain HTTP at the TLS listener's own port.
    pub fn without_tls(&self, endpoint: &Url) -> Option<Url> {
        let tls = self.profile.tls.as_ref()?;
        let plain = match &tls.plain_url {
            Some(url) => url.clone(),
            None => {
                let origin = Origin::of(&Url::parse(&tls.base_url).ok()?)?;
                format!("http://{}:{}", origin.host, origin.port)
            }
        };
        on_origin_of(&plain, endpoint)
    }
}

/// The origins of these URLs, each once.
fn origins_of(urls: [Option<&Url>; 4]) -> Vec<Origin> {
    let mut origins = Vec::new();
    for origin in urls.into_iter().flatten().filter_map(Origin::of) {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    origins
}

fn on_origin_of(base: &str, endpoint: &Url) -> Option<Url> {
    let path = endpoint
        .query()
        .map_or_else(|| endpoint.path().to_owned(), |query| format!("{}?{query}", endpoint.path()));
    Url::parse(base).ok()?.join(&path).ok()
}

fn parse(key: &'static str, value: &str) -> Result<Url, BadUrl> {
    Url::parse(value)
        .ok()
        .filter(|url| Origin::of(url).is_some())
        .ok_or_else(|| BadUrl { key, value: value.to_owned() })
}
