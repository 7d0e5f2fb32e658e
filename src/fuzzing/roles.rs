//! Who and what cases are made of: the roles and means of a profile.

use std::collections::BTreeSet;

use super::exchanged::EXCHANGER;
use super::targets;
use crate::profile::{ClientAuthentication, Pkce, Profile};

/// The roles and means that a profile offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// Roles of clients that can go all the way.
    pub clients: Vec<String>,
    /// Role of the client that wrong secrets are tried on; none: they are not tried.
    pub sacrificial: Option<String>,
    /// Roles of clients that may ask a user.
    pub everyone: Vec<String>,
    /// Roles of users who sign in by name and password.
    pub users: Vec<String>,
    /// Spans in seconds that are worth waiting for; none: time cannot be moved.
    pub waits: Vec<u64>,
    /// Whether there is a revocation endpoint.
    pub revocation: bool,
    /// Whether tokens can be narrowed.
    pub downscope: bool,
    /// Whether there is a resource.
    pub resource: bool,
    /// Whether there is a scoped resource.
    pub scoped: bool,
    /// Whether a client exchanges tokens.
    pub exchanges: bool,
    /// Roles of clients that sign assertions.
    pub signers: Vec<String>,
    /// Those of them that ask for tokens by them.
    pub asserters: Vec<String>,
    /// Role of the client that has bound tokens alone.
    pub bound: Option<String>,
    /// The scope that opens it.
    pub opens: Option<String>,
    /// The scope that does not, and the role of the client that asks for it.
    pub narrow: Option<(String, String)>,
    /// Whether the target can be started anew.
    pub restart: bool,
    /// Whether clients send a challenge with their authorization requests.
    pub pkce: bool,
    /// Lifetimes that can be outlived, in seconds: of a code, an access token and a refresh token.
    pub lifetimes: [Option<u64>; 3],
    /// Whether messages can be framed in odd ways: over sockets only.
    pub framing: bool,
    /// Scopes that clients of the profile ask for, and all of them at once.
    pub scopes: Vec<String>,
    /// Role of the client that may introspect tokens, where there is an endpoint for it.
    pub introspector: Option<String>,
    /// Whether authorization requests can be pushed.
    pub pushed: bool,
    /// Roles of clients that run on devices.
    pub devices: Vec<String>,
    /// Whether possession of a key can be proven.
    pub dpop: bool,
    /// Whether clients can register themselves.
    pub registration: bool,
    /// Resources to name: those of the profile, one that nobody knows, and one that is none.
    pub targets: Vec<String>,
}

/// Further roles that may ask a user; others have other grants.
const ASKING: &[&str] =
    &["several", "unconfigured", "development", "local-production", "custom-scheme"];

/// Roles of users who sign in by name and password, as most do; others have their own ways.
const PLAIN: &[&str] = &["default", "second", "external"];

/// Roles that go all the way by the ordinary flow, in the order of preference.
const ABLE: &[&str] =
    &["default", "other", "sacrificial", "narrow", "query", "host-only", "public"];

impl Roles {
    /// The cast of a profile. `restart`: whether the target can be started anew; `framing`: whether
    /// messages go over sockets.
    pub fn of(profile: &Profile, restart: bool, framing: bool) -> Self {
        let able = |role: &&&str| {
            // What a public client proves is its verifier.
            profile.client(role).is_some_and(|c| {
                let proves = c.secret.is_some() || profile.pkce(c) != Pkce::None;
                !c.redirect_uris.is_empty() && proves
            }) && !is_default_again(profile, role)
        };
        let named = |roles: Vec<&str>| roles.into_iter().map(str::to_owned).collect();
        Self {
            clients: named(ABLE.iter().filter(able).copied().collect()),
            sacrificial: profile.client("sacrificial").map(|_| "sacrificial".to_owned()),
            everyone: ABLE
                .iter()
                .chain(ASKING)
                .filter(|role| profile.client(role).is_some() && !is_default_again(profile, role))
                .map(|role| (*role).to_owned())
                .collect(),
            users: named(
                PLAIN.iter().filter(|role| profile.user(role).is_some()).copied().collect(),
            ),
            waits: if profile.clock.is_movable() { waits(profile) } else { Vec::new() },
            revocation: profile.endpoints.revocation.is_some(),
            downscope: profile.downscope.is_some(),
            resource: profile.resource.is_some() && profile.introspecting().is_none(),
            scoped: profile.scoped_resource.is_some(),
            exchanges: profile.client(EXCHANGER).is_some() && profile.downscope.is_none(),
            signers: signers(profile, false).chain(signers(profile, true)).collect(),
            asserters: signers(profile, true).collect(),
            bound: profile.client("dpop").map(|_| "dpop".to_owned()),
            opens: profile.scoped_resource.as_ref().and_then(|it| it.scope.clone()),
            narrow: narrow(profile),
            restart,
            pkce: profile.clients.values().any(|client| profile.pkce(client) != Pkce::None),
            lifetimes: if profile.clock.is_movable() { promised(profile) } else { [None; 3] },
            framing,
            scopes: scopes(profile),
            introspector: introspector(profile),
            pushed: profile.endpoints.pushed_authorization_request.is_some(),
            devices: devices(profile),
            registration: profile.endpoints.registration.is_some(),
            targets: targets(profile),
            dpop: !crate::driver::dpop_proof::algorithms(profile).is_empty(),
        }
    }
}

/// Whether this role is played by the default client, too, which is no other client then.
fn is_default_again(profile: &Profile, role: &str) -> bool {
    let id = |role: &str| profile.client(role).map(|client| client.id.as_str());
    role != "default" && id(role) == id("default")
}

fn targets(profile: &Profile) -> Vec<String> {
    let mut known = targets::known(profile);
    if let Some(own) = known.first().cloned() {
        known.extend([targets::UNKNOWN.to_owned(), format!("{own}#fragment")]);
    }
    known
}

fn introspector(profile: &Profile) -> Option<String> {
    let role = profile.introspecting_client();
    profile.introspection().and(profile.client(role)).map(|_| role.to_owned())
}

/// Roles of clients that sign; `grant`: to ask for tokens, otherwise to say who they are.
fn signers(profile: &Profile, grant: bool) -> impl Iterator<Item = String> + '_ {
    let roles = if grant { ["server"] } else { ["signing"] };
    roles
        .into_iter()
        .filter(move |role| {
            profile.client(role).is_some_and(|client| {
                let own = profile.authentication(client) == ClientAuthentication::PrivateKeyJwt;
                let way = own != grant && (grant || !client.redirect_uris.is_empty());
                client.assertion.is_some() && way
            })
        })
        .map(str::to_owned)
}

fn narrow(profile: &Profile) -> Option<(String, String)> {
    let resource = profile.scoped_resource.as_ref()?;
    let role = resource.narrow_client.as_deref().unwrap_or("default");
    profile.client(role)?;
    Some((role.to_owned(), resource.narrow_scope.clone()?))
}

/// Each scope, and all that are asked for by somebody.
fn scopes(profile: &Profile) -> Vec<String> {
    let scoped = profile.scoped_resource.as_ref();
    let opens = scoped.and_then(|it| it.scope.as_deref());
    let asked = profile.clients.values().filter_map(|client| profile.scope(client)).chain(opens);
    let each: BTreeSet<&str> = asked.flat_map(|it| it.split_whitespace()).collect();
    let all: Vec<&str> = each.iter().copied().collect();
    let all = all.join(" ");
    each.into_iter().map(str::to_owned).chain(Some(all).filter(|it| !it.is_empty())).collect()
}

/// Roles of clients that run on devices: those that the profile names for it.
pub(super) fn devices(profile: &Profile) -> Vec<String> {
    let known = ["device", "other-device", "confidential-device"];
    let there = profile.endpoints.device_authorization.is_some();
    let named = known.iter().filter(|role| there && profile.client(role).is_some());
    let named: Vec<String> = named.map(|role| (*role).to_owned()).collect();
    let lone = there && named.is_empty() && profile.device_client().is_some();
    if lone { vec!["device".to_owned()] } else { named }
}

/// On both sides of every promised lifetime.
fn waits(profile: &Profile) -> Vec<u64> {
    let around = |seconds: u64| [seconds.saturating_sub(2), seconds + 1, seconds / 2];
    promised(profile).into_iter().flatten().flat_map(around).collect()
}

fn promised(profile: &Profile) -> [Option<u64>; 3] {
    let lifetimes = &profile.lifetimes;
    [lifetimes.code, lifetimes.access_token, lifetimes.refresh_token]
        .map(|life| life.map(|it| it.as_secs()))
}
