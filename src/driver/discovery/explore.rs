//! From a URL to a profile: metadata is read, clients are registered, and ordinary flows are tried
//! until one works.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::apply::introspected;
use super::choices::{challenges, methods, scopes};
use super::guess::{self, Guess};
use super::metadata::{DiscoveryError, Found, Metadata, discover, is_same};
use super::offers::{Offers, PUBLISHED};
use super::permit::Permit;
use super::protected::ResourceMetadata;
use super::register::{Cohort, Registrar};
use super::trial::{Reached, Tried, attempt};
use crate::driver::mcp::{self, Guarded};
use crate::profile::{Client, Profile, Resource, Sketch, SketchedClient, SketchedUser};
use crate::verdict::Secrets;
use crate::wire::{Secret, Transport};

/// Roles of the clients that are given, and where their secrets stand.
const CLIENTS: &[(&str, &str)] =
    &[("default", "OAUTHSPEC_CLIENT_SECRET"), ("other", "OAUTHSPEC_OTHER_SECRET")];
/// Roles of the users that are given, and where their passwords stand.
const USERS: &[(&str, &str)] =
    &[("default", "OAUTHSPEC_USER_PASSWORD"), ("second", "OAUTHSPEC_SECOND_PASSWORD")];

/// Reads a profile from its text; values of the environment come second.
pub type Reader<'r> =
    dyn Fn(&str, &BTreeMap<&'static str, Secret>) -> Result<Profile, String> + Sync + 'r;

/// What is known before anything is asked.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Clients: identifier and secret.
    pub clients: Vec<(String, Option<Secret>)>,
    /// Their redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Users: login and password.
    pub users: Vec<(String, Option<Secret>)>,
    /// URL of a resource that access tokens open.
    pub resource: Option<String>,
    /// Hosts that may be spoken to.
    pub permit: Permit,
    /// Documents to judge against; none: those that the metadata offers.
    pub documents: Vec<String>,
    /// Roles of clients that rules need.
    pub roles: Vec<String>,
    /// Initial access token (RFC 7591 §3).
    pub registration_token: Option<Secret>,
    /// Where documents fix the endpoints.
    pub guesses: Vec<Guess>,
    /// The documents that metadata can offer.
    pub offers: Offers,
}

/// So many scopes are tried, however many a resource names.
const MOST_TRIED: usize = 6;

/// What was found out.
#[derive(Debug)]
pub struct Explored {
    /// The profile, to be written.
    pub sketch: Sketch,
    /// Values that its text takes from the environment.
    pub environment: BTreeMap<&'static str, Secret>,
    /// Metadata, where there is any.
    pub found: Option<Found>,
    /// Clients that were registered for trial, by role.
    pub registered: BTreeMap<String, Client>,
    /// The same, to be used or to be deleted again.
    pub enrolled: Option<(Registrar, Cohort)>,
    /// Why needs for other clients are not met.
    pub lacking: BTreeMap<String, String>,
    /// The flow that came furthest.
    pub tried: Tried,
    /// What was guessed or left out, in sentences; may hold secrets.
    pub remarks: Vec<String>,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// Why nothing could be found out.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// There is no usable metadata, and nothing else to go by.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// Something that only the user knows is missing.
    #[error("{0}")]
    Lacking(String),
}

/// Finds out what a run needs.
///
/// # Errors
/// Why that is not possible, and what to give.
pub async fn explore(
    transport: Arc<dyn Transport>,
    url: &Url,
    known: &Known,
    read: &Reader<'_>,
) -> Result<Explored, ExploreError> {
    known.permit.check(url).map_err(ExploreError::Lacking)?;
    let found = discover(&*transport, url, &known.permit).await;
    let is_server = found.as_ref().is_ok_and(|found| found.resource.is_none());
    let guarded = if is_server { Guarded::default() } else { mcp::guarded(&*transport, url).await };
    if guarded.ways.is_empty() && !guarded.open.is_empty() {
        return Err(ExploreError::Lacking(format!(
            "{url} answers calls without a token ({}): it is a server of the Model Context Protocol that asks \
             nobody for one, so that there is no authorization to judge",
            guarded.open.join(", ")
        )));
    }
    let mut found = match found {
        Ok(found) => Some(found),
        Err(DiscoveryError::None { .. }) if !known.clients.is_empty() => None,
        Err(error) => return Err(error.into()),
    };
    let mut exploration = Exploration {
        transport,
        known,
        read,
        remarks: Vec::new(),
        secrets: Secrets::default(),
        environment: known.environment(),
    };
    if let Some(found) = &mut found {
        let left_out = found.server.restrict(&known.permit).map_err(ExploreError::Lacking)?;
        exploration.remarks.extend(left_out);
        exploration
            .remarks
            .extend(found.resource.as_ref().and_then(|it| others(it, &found.server)));
    }
    exploration.draw(url, found).await
}

impl Known {
    fn environment(&self) -> BTreeMap<&'static str, Secret> {
        let clients =
            self.clients.iter().zip(CLIENTS).map(|((_, secret), (_, name))| (*name, secret));
        let users = self.users.iter().zip(USERS).map(|((_, secret), (_, name))| (*name, secret));
        let each = clients.chain(users);
        each.filter_map(|(name, secret)| Some((name, secret.clone()?))).collect()
    }

    fn sketched_clients(&self) -> Vec<SketchedClient> {
        let uris = self.redirect_uris.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let each = self.clients.iter().zip(uris).zip(CLIENTS);
        each.map(|(((id, secret), redirect_uri), (role, name))| SketchedClient {
            role,
            id: id.clone(),
            secret: secret.is_some().then_some(*name),
            redirect_uri,
        })
        .collect()
    }

    fn sketched_users(&self) -> Vec<SketchedUser> {
        let each = self.users.iter().zip(USERS);
        each.map(|((login, password), (role, name))| SketchedUser {
            role,
            login: login.clone(),
            password: password.is_some().then_some(*name),
            identity: None,
            sign_on: None,
        })
        .collect()
    }
}

/// What goes on while a server is explored.
pub(super) struct Exploration<'e> {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) known: &'e Known,
    read: &'e Reader<'e>,
    pub(super) remarks: Vec<String>,
    pub(super) secrets: Secrets,
    environment: BTreeMap<&'static str, Secret>,
}

impl Exploration<'_> {
    async fn draw(mut self, url: &Url, found: Option<Found>) -> Result<Explored, ExploreError> {
        let mut sketch = match &found {
            Some(found) => self.by_metadata(url, found),
            None => self.by_guesses(url).await?,
        };
        if sketch.direct.is_empty() && sketch.clients.iter().any(|it| it.redirect_uri.is_none()) {
            let text = "--client needs --redirect-uri: the redirect URI that the client is registered with";
            return Err(ExploreError::Lacking(text.to_owned()));
        }
        let (mut registrar, mut cohort) = self.registered(&sketch, found.as_ref()).await?;
        let mut tried = self.best(&mut sketch, found.as_ref(), &cohort).await;
        if let Some(provider) = self.provider(&sketch, &cohort, &tried) {
            self.remarks.push(format!("users sign in at {provider}, where the server sends them"));
            for user in &mut sketch.users {
                user.sign_on = Some(provider.clone());
            }
            tried = self.best(&mut sketch, found.as_ref(), &cohort).await;
        }
        if let Some(registrar) = &registrar {
            self.complete(registrar, &mut cohort, tried.reached).await;
        }
        if let Some(registrar) = registrar.as_mut().filter(|_| tried.reached == Reached::Code) {
            let in_use = (registrar, &mut cohort);
            tried = self.otherwise(&mut sketch, found.as_ref(), in_use, tried).await;
        }
        let tried = self.call_as_mcp(&mut sketch, found.as_ref(), &cohort, tried).await;
        let tried = self.call_listed(&mut sketch, found.as_ref(), &cohort, tried).await;
        let tried = self.introspect(&mut sketch, found.as_ref(), &cohort, tried).await;
        self.settle(&mut sketch, found.as_ref(), &cohort, &tried).await;
        self.gain(&mut sketch, found.as_ref(), &cohort, &tried).await;
        let Self { environment, remarks, secrets, .. } = self;
        let registered = cohort.clients();
        let lacking = cohort.lacking();
        let enrolled = registrar.map(|registrar| (registrar, cohort));
        Ok(Explored {
            sketch,
            environment,
            found,
            registered,
            enrolled,
            lacking,
            tried,
            remarks,
            secrets,
        })
    }

    fn by_metadata(&mut self, url: &Url, found: &Found) -> Sketch {
        let server = &found.server;
        let resource = self.known.resource.clone();
        let resource = resource.or_else(|| found.resource.as_ref().map(|_| url.to_string()));
        let resource = resource.or_else(|| server.userinfo.clone());
        let resource = resource.map(called).or_else(|| introspected(server));
        let mut offered = server.offered();
        // The resource published metadata of its own (RFC 9728 §2).
        offered.extend(found.resource.as_ref().map(|_| PUBLISHED));
        Sketch {
            base_url: server.issuer.clone(),
            source: format!("Endpoints: {}.", server.at),
            resource,
            documents: self.known.offers.documents(&offered),
            direct: server.direct_grants(),
            ..self.sketch(url)
        }
    }

    /// What a sketch has in any case.
    fn sketch(&self, url: &Url) -> Sketch {
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let mut users = self.known.sketched_users();
        if users.is_empty() {
            let login = "user@example.com".to_owned();
            users.push(SketchedUser {
                role: "default",
                login,
                password: None,
                identity: None,
                sign_on: None,
            });
        }
        Sketch {
            name: format!("{host}{port}"),
            clients: self.known.sketched_clients(),
            users,
            authorized_hosts: self.known.permit.hosts.clone(),
            plain_http_hosts: self.known.permit.plain.clone(),
            ..Sketch::default()
        }
    }

    async fn by_guesses(&mut self, url: &Url) -> Result<Sketch, ExploreError> {
        let (permit, guesses) = (&self.known.permit, &self.known.guesses);
        let guess = guess::find(&*self.transport, url, permit, guesses).await;
        let Some(guess::Found { guess, because }) = guess else {
            return Err(ExploreError::Lacking(format!(
                "{url} publishes no metadata, and no endpoint answers at a usual path (token requests \
                 went to {}); name the endpoints in a profile, for which \
                 fixtures/profiles/minimal.yaml is a pattern",
                guess::token_paths(guesses)
            )));
        };
        let fixed = !guess.documents.is_empty();
        let source = if fixed {
            format!("Endpoints: those of {}.", guess.documents.join(", "))
        } else {
            "Endpoints: guessed.".to_owned()
        };
        let both = [&*guess.authorization, &*guess.token];
        let named: Vec<&str> = both.into_iter().filter(|it| !it.is_empty()).collect();
        let (noun, verb) =
            if named.len() > 1 { ("endpoints", "were") } else { ("token endpoint", "was") };
        let named = named.join(" and ");
        self.remarks.push(format!("no metadata; the {noun} {named} {verb} guessed: {because}"));
        if guess.authorization.is_empty() && !self.known.redirect_uris.is_empty() {
            self.remarks.push(guess::without_authorization(guesses, &guess.token));
        }
        let direct = match guess.authorization.is_empty() {
            true if self.known.users.is_empty() => vec!["client_credentials"],
            true => vec!["password"],
            false => Vec::new(),
        };
        let mut members = vec!["token_endpoint"];
        members.extend(guess.revocation.as_ref().map(|_| "revocation_endpoint"));
        let documents = self.known.offers.documents(&members);
        let resource = self.known.resource.clone().map(called);
        Ok(Sketch {
            base_url: url.as_str().trim_end_matches('/').to_owned(),
            source,
            documents: if fixed { guess.documents } else { documents },
            endpoints: (!fixed).then_some((guess.authorization, guess.token, guess.revocation)),
            direct,
            resource,
            ..self.sketch(url)
        })
    }

    pub(super) fn read(&self, sketch: &Sketch) -> Result<Profile, String> {
        (self.read)(&sketch.write(), &self.environment)
    }

    /// Plays the flow of a sketch.
    pub(super) async fn attempt(
        &mut self,
        sketch: &Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        user: &str,
    ) -> Tried {
        let profile = match self.profile(sketch, found, cohort) {
            Ok(profile) => profile,
            Err(why) => return Tried { why, ..Tried::default() },
        };
        let tried = attempt(Arc::new(profile), Arc::clone(&self.transport), user).await;
        self.secrets.extend(&tried.secrets);
        tried
    }

    /// Tries scopes, code challenge and client authentication until a flow comes to its end.
    pub(super) async fn best(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Tried {
        let mut best: Option<(Tried, Sketch)> = None;
        let mut scopes = scopes(found);
        let mut at = 0;
        while let Some(scope) = scopes.get(at).cloned() {
            at += 1;
            for pkce in challenges(found) {
                for method in methods(found, cohort) {
                    let next = Sketch {
                        scope: scope.clone(),
                        pkce,
                        client_authentication: method,
                        ..sketch.clone()
                    };
                    let tried = self.attempt(&next, found, cohort, "default").await;
                    let without_code = tried.reached == Reached::Nothing;
                    // What a resource names is likelier than what metadata list (RFC 6750 §3).
                    let asked =
                        tried.scope_asked().filter(|asked| !scopes.contains(&Some(asked.clone())));
                    if let Some(asked) = asked.filter(|_| scopes.len() < MOST_TRIED) {
                        scopes.insert(at, Some(asked));
                    }
                    let is_better = best.as_ref().is_none_or(|(it, _)| tried.score() > it.score());
                    if is_better {
                        best = Some((tried, next));
                    }
                    let reached = best.as_ref().map(|(it, _)| it.reached).unwrap_or_default();
                    if without_code || reached >= Reached::Tokens {
                        break;
                    }
                }
                if best.as_ref().is_some_and(|(it, _)| it.reached >= Reached::Tokens) {
                    break;
                }
            }
            let is_whole = |(it, next): &(Tried, Sketch)| {
                it.reached == Reached::Resource && it.refresh
                    || it.reached == Reached::Tokens && it.refresh && next.resource.is_none()
            };
            if best.as_ref().is_some_and(is_whole) {
                break;
            }
        }
        let Some((tried, chosen)) = best else { return Tried::default() };
        *sketch = chosen;
        tried
    }

    /// Where no resource is served, the introspection endpoint may tell whether a token lives.
    async fn introspect(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        tried: Tried,
    ) -> Tried {
        let endpoint = found.and_then(|found| introspected(&found.server));
        let other = endpoint.filter(|it| sketch.resource.as_ref().is_some_and(|own| own != it));
        let Some(resource) = other.filter(|_| tried.reached == Reached::Tokens) else {
            return tried;
        };
        let Some((next, again)) = self.serves(sketch, resource, found, cohort).await else {
            return tried;
        };
        if let Some(Resource { url, .. }) = &sketch.resource {
            self.remarks.push(format!("the resource {url} is not served: {}", tried.why));
        }
        *sketch = next;
        again
    }

    /// Writes down what the best flow showed.
    async fn settle(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        tried: &Tried,
    ) {
        sketch.refresh = tried.rotation;
        sketch.opened = tried.reached >= Reached::Resource;
        self.leave_introspection(sketch, cohort);
        if self.known.documents.is_empty() {
            let is_called = sketch.resource.as_ref().is_some_and(|it| it.introspected_by.is_none());
            self.resource_documents(sketch, is_called && tried.reached == Reached::Resource);
            self.token_documents(sketch, tried);
        } else {
            sketch.documents.clone_from(&self.known.documents);
        }
        if tried.reached == Reached::Tokens
            && let Some(Resource { url, .. }) = sketch.resource.take()
        {
            self.remarks.push(format!("the resource {url} is not served: {}", tried.why));
        }
        if let Some((pointer, value)) = &tried.identity {
            self.name_users(sketch, found, cohort, (pointer, value)).await;
        }
    }
}

/// The authorization servers of a resource beside the one that is tested.
fn others(resource: &ResourceMetadata, tested: &Metadata) -> Option<String> {
    let others = resource.servers.iter().filter(|it| !is_same(it, &tested.issuer));
    let others: Vec<&str> = others.map(String::as_str).collect();
    (!others.is_empty()).then(|| {
        format!(
            "the resource names several authorization servers; {} is tested, and not {}",
            tested.issuer,
            others.join(" or ")
        )
    })
}

/// A resource that is called with access tokens.
fn called(url: String) -> Resource {
    Resource { url, ..Resource::default() }
}

/// So many clients that could not be deleted are named.
const NAMED: usize = 8;

/// What is said about clients that could not be deleted.
pub fn staying(stay: &[(String, String)]) -> Option<String> {
    let named = stay.iter().take(NAMED).map(|(role, id)| format!("{role} ({id})"));
    let mut clients = named.collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = stay.len().checked_sub(NAMED) {
        clients.push_str(&format!(" and {more} more; their names begin with \"oauthspec\""));
    }
    (!stay.is_empty()).then(|| {
        format!("registered clients that stay, because the server did not delete them: {clients}")
    })
}
