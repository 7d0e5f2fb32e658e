//! What others ask of a profile: URLs, clients, and whether it provides what a rule needs.

use std::collections::BTreeMap;

use url::Url;

use super::authentication::ClientAuthentication::{self, PrivateKeyJwt};
use super::authentication::Methods;
use super::control::Clock;
use super::introspection::RESOURCE_SERVER;
use super::nearest;
use super::server::{Client, Pkce, Profile, RedirectMatching, ScopedResource, User};
use super::vocabulary::{ACTIONS, HOOKS, OPERATIONS, SCOPES, THINGS};

/// Needs that are written without a parameter.
const NEEDS: &[&str] = &[
    "clock",
    "tls",
    "refresh",
    "revocation",
    "introspection",
    "pushed",
    "device-authorization",
    "registration",
    "registration-token",
    "client-documents",
    "resource",
    "called-resource",
    "bearer-tokens",
    "identity",
    "scoped-resource",
    "other-resource",
    "client-name",
    "redirect-query",
    "exact-matching",
    "downscope",
    "dpop",
];

/// The grant type of assertions (RFC 7523 §2.1).
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The grant type of devices (RFC 8628 §3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The grant type of clients that exchange tokens (RFC 8693 §2.1).
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Why a URL of the profile cannot be used. Reads on after the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It does not parse.
    #[error("is not a URL ({0}); write `http://host:port/path` or `https://host/path`")]
    Syntax(#[from] url::ParseError),
    /// Its scheme cannot be spoken.
    #[error("must be {expected}, not `{found}`")]
    Scheme {
        /// What can be spoken here.
        expected: &'static str,
        /// What is written.
        found: String,
    },
    /// It carries a user name or a password.
    #[error("must not contain a user name or password; put them in `headers`")]
    Userinfo,
    /// Its host is filled in later, so that nobody could say whether it may be spoken to.
    #[error("must not have a placeholder in its host")]
    Placeholder,
}

impl Clock {
    /// Whether it is moved at once, without waiting.
    pub fn is_movable(&self) -> bool {
        matches!(self, Self::Http(_) | Self::Command(_))
    }
}

impl Client {
    /// Whether it has something to authenticate with.
    pub fn has_credentials(&self) -> bool {
        self.secret.is_some() || self.assertion.is_some()
    }

    /// Whether the profile says that it has a grant beside codes and refresh tokens.
    pub fn has_grant(&self, grant: &str) -> bool {
        self.grants.iter().any(|own| own == grant) && !self.lacks(grant)
    }

    /// Whether it gets tokens by its credentials alone (RFC 6749 §4.4).
    pub fn has_credentials_grant(&self) -> bool {
        self.secret.is_some() && !self.lacks("client_credentials")
    }

    /// Whether it gets tokens by assertions that it signs (RFC 7523 §2.1).
    pub fn has_assertion_grant(&self) -> bool {
        let proves = self.authentication.as_ref().is_some_and(|ways| ways.has(PrivateKeyJwt));
        let has = self.grants.iter().any(|grant| grant == JWT_BEARER);
        self.assertion.is_some() && !self.lacks(JWT_BEARER) && (has || !proves)
    }

    /// Whether it can authenticate this way with what the profile gives it.
    fn can(&self, way: ClientAuthentication) -> bool {
        way != PrivateKeyJwt || self.assertion.is_some()
    }

    fn lacks(&self, grant: &str) -> bool {
        self.lacks_grant.as_deref() == Some(grant)
    }
}

/// Roles of clients that may stand for one that uses HTTP Basic, in the order of preference.
const BY_BASIC: &[&str] = &["basic", "default", "other", "sacrificial", "several"];

/// Grants that take no user to the authorization endpoint.
pub const DIRECT: [&str; 2] = ["password", "client_credentials"];

impl Profile {
    /// The URL of an endpoint, absolute or relative to `base_url`. The base is a directory: below
    /// `http://host/o`, `token` is `http://host/o/token` and `/token` is `http://host/token`.
    ///
    /// # Errors
    /// Where the result is not an http or https URL.
    pub fn endpoint(&self, path: &str) -> Result<Url, UrlError> {
        self.base()?.join(path).map_err(UrlError::from).and_then(usable)
    }

    /// `base_url` as a directory.
    ///
    /// # Errors
    /// Where it is not an http or https URL.
    pub fn base(&self) -> Result<Url, UrlError> {
        let mut base = usable(Url::parse(&self.base_url)?)?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(base)
    }

    /// The same profile for a target at another place. Identity providers on the same host move
    /// along: their ports stay as far from the target's as they were.
    #[must_use]
    pub fn with_base_url(mut self, url: String) -> Self {
        for user in self.users.values_mut() {
            let moved = user.sign_on.as_deref().and_then(|it| beside(it, &self.base_url, &url));
            user.sign_on = moved.or(user.sign_on.take());
        }
        self.base_url = url;
        self
    }

    /// The client of this role.
    pub fn client(&self, role: &str) -> Option<&Client> {
        let own = self.introspection_credentials.as_ref().filter(|_| role == RESOURCE_SERVER);
        own.or_else(|| self.clients.get(role))
    }

    /// The user of this role.
    pub fn user(&self, role: &str) -> Option<&User> {
        self.users.get(role)
    }

    /// How this client authenticates.
    pub fn authentication(&self, client: &Client) -> ClientAuthentication {
        let ways = self.methods(client).map(Methods::all).into_iter().flatten();
        let mut able = ways.filter(|way| client.can(*way));
        able.next().unwrap_or_default()
    }

    /// Whether this client authenticates by assertions that it signs.
    fn signs(&self, client: &Client) -> bool {
        self.authentication(client) == PrivateKeyJwt
    }

    /// The client that authenticates by assertions in scenarios about it: that of its role, or the first
    /// that does and can get tokens by the ordinary flow.
    pub fn signing_client(&self) -> Option<&Client> {
        let fits = |client: &&Client| self.signs(client) && self.gets_tokens(client);
        let named = ["signing", "default"].into_iter().filter_map(|role| self.client(role));
        named.chain(self.clients.values()).find(fits)
    }

    /// Whether this client may authenticate this way, as far as the profile says.
    pub fn may_authenticate(&self, client: &Client, way: ClientAuthentication) -> bool {
        self.methods(client).is_none_or(|methods| methods.has(way))
    }

    fn methods<'c>(&'c self, client: &'c Client) -> Option<&'c Methods> {
        client.authentication.as_ref().or(self.client_authentication.as_ref())
    }

    /// The client that authenticates by HTTP Basic in scenarios about it: one that may, and can get
    /// tokens by the ordinary flow.
    pub fn basic_client(&self) -> Option<&Client> {
        let fits = |client: &&Client| {
            client.secret.is_some()
                && self.gets_tokens(client)
                && self.may_authenticate(client, ClientAuthentication::Basic)
        };
        BY_BASIC.iter().filter_map(|role| self.client(role)).find(fits)
    }

    /// Whether a client gets tokens by the ordinary flow: by codes, which take a redirect URI, or, where the server
    /// has none, by the grant that it has.
    fn gets_tokens(&self, client: &Client) -> bool {
        !client.redirect_uris.is_empty() || self.is_codeless()
    }

    /// The client that runs on devices: the one of that role, or the first that has the grant, or the
    /// default one.
    pub fn device_client(&self) -> Option<&Client> {
        let of_grant = || self.of_grant(DEVICE_CODE).and_then(|role| self.client(role));
        self.client("device").or_else(of_grant).or_else(|| self.client("default"))
    }

    /// The client that exchanges tokens: the one of that role, or the first that has the grant.
    pub fn exchange_client(&self) -> Option<&Client> {
        let of_grant = || self.of_grant(TOKEN_EXCHANGE).and_then(|role| self.client(role));
        self.client("exchange").or_else(of_grant)
    }

    /// Whether this client's authorization requests carry a code challenge.
    pub fn pkce(&self, client: &Client) -> Pkce {
        client.pkce.or(self.pkce).unwrap_or_default()
    }

    /// The scope that this client asks for; `None`: none is asked for.
    pub fn scope<'p>(&'p self, client: &'p Client) -> Option<&'p str> {
        client.scope.as_deref().or(self.scope.as_deref())
    }

    /// What the resource shows for this user.
    pub fn identity<'p>(&self, user: &'p User) -> &'p str {
        user.identity.as_deref().unwrap_or(&user.login)
    }

    /// Whether the profile provides a need, by its written name.
    ///
    /// # Errors
    /// The sentence that says what is missing.
    pub fn provides(&self, need: &str) -> Result<(), String> {
        let provided = self.provides_as_written(need);
        provided.map_err(|text| self.clients.why_missing(need).unwrap_or(text))
    }

    fn provides_as_written(&self, need: &str) -> Result<(), String> {
        match need.split_once(':') {
            Some(("client", "signing")) => given(self.signing_client().is_some(), || {
                "client that authenticates by assertions (`authentication: private_key_jwt`)"
                    .to_owned()
            }),
            Some(("client", role)) => {
                given(self.clients.contains_key(role), || format!("client of role `{role}`"))
            }
            Some(("assertion", role)) => {
                let whom = |client: &&Client| {
                    let subject = client.assertion.as_ref().and_then(|it| it.subject.as_ref());
                    subject.is_some() || self.things.contains_key("enterprise")
                };
                let client = self.client(role).filter(|client| client.has_assertion_grant());
                given(client.filter(whom).is_some(), || {
                    format!("key of the client of role `{role}` (`clients.{role}.assertion`)")
                })
            }
            Some(("credentials", role)) => {
                let asks = self.client(role).is_some_and(Client::has_credentials_grant);
                given(asks, || {
                    format!(
                        "client credentials grant of the client of role `{role}` \
                         (`clients.{role}.secret`, without `lacks_grant: client_credentials`)"
                    )
                })
            }
            Some(("user", role)) => {
                given(self.users.contains_key(role), || format!("user of role `{role}`"))
            }
            Some(("user-id", role)) => {
                given(self.user(role).is_some_and(|user| user.id.is_some()), || {
                    format!("identifier of the user of role `{role}` (`users.{role}.id`)")
                })
            }
            Some(("grant", grant)) => given(self.of_grant(grant).is_some(), || {
                format!("client that has the grant `{grant}` (`clients.ROLE.grants`)")
            }),
            Some(("hook", name)) => named(need, "hook", name, HOOKS, &self.hooks),
            Some(("action", name)) => named(need, "console action", name, ACTIONS, &self.actions),
            Some(("thing", name)) => named(need, "thing of role", name, THINGS, &self.things),
            Some(("scope", name)) => {
                named(need, "way to obtain a token with the scope", name, SCOPES, &self.scopes)
            }
            Some(("operation", name)) => {
                named(need, "operation", name, OPERATIONS, &self.operations)
            }
            _ => self.provides_plain(need),
        }
    }

    /// Role of the first client that has a grant beside codes and refresh tokens.
    pub fn of_grant(&self, grant: &str) -> Option<&str> {
        let known = self.clients.iter().find(|(_, client)| client.has_grant(grant));
        known.map(|(role, _)| role.as_str())
    }

    /// Whether its clients get tokens without an authorization endpoint, as the profile has it: it names none, and
    /// a grant of the default client that takes no user there.
    pub fn is_codeless(&self) -> bool {
        let direct = |client: &Client| DIRECT.iter().any(|grant| client.has_grant(grant));
        self.endpoints.authorization.is_empty() && self.client("default").is_some_and(direct)
    }

    fn provides_plain(&self, need: &str) -> Result<(), String> {
        let what = |text: &'static str| move || text.to_owned();
        match need {
            "clock" => given(!matches!(self.clock, Clock::None), what("clock")),
            "tls" => given(self.tls.is_some(), what("TLS listener (`tls`)")),
            // No profile says whether refresh tokens are issued, or Bearer tokens: only a run can tell.
            "refresh" | "bearer-tokens" => Ok(()),
            "revocation" => given(self.endpoints.revocation.is_some(), what("revocation endpoint")),
            "introspection" => {
                given(self.introspection().is_some(), what("introspection endpoint"))
            }
            "pushed" => given(
                self.endpoints.pushed_authorization_request.is_some(),
                what("endpoint for pushed authorization requests"),
            ),
            "device-authorization" => given(
                self.endpoints.device_authorization.is_some(),
                what("device authorization endpoint (`endpoints.device_authorization`)"),
            ),
            "registration" => {
                given(self.endpoints.registration.is_some(), what("registration endpoint"))
            }
            "registration-token" => given(
                self.registration_token.is_some(),
                what("initial access token (`registration_token`)"),
            ),
            "client-documents" => given(self.client_documents, || {
                "the profile does not say that documents of clients are read from 127.0.0.1 \
                 (`client_documents`)"
                    .to_owned()
            }),
            "resource" => self.provides_resource(),
            "called-resource" => self.provides_called(),
            "identity" => given(
                self.resource.as_ref().is_some_and(|resource| resource.identity.is_some()),
                what("member of the resource that identifies the user (`resource.identity`)"),
            ),
            "other-resource" => given(
                self.other_resource.is_some(),
                what("other resource of the same server (`other_resource`)"),
            ),
            "scoped-resource" => self.provides_scoped(),
            "exact-matching" => given(
                self.policy.redirect_matching != Some(RedirectMatching::Prefix),
                what("exact comparison of redirect URIs (`policy.redirect_matching`)"),
            ),
            "downscope" => {
                given(self.downscope.is_some(), what("way to narrow access tokens (`downscope`)"))
            }
            "dpop" => {
                given(!self.dpop.is_empty(), what("algorithms of proofs of possession (`dpop`)"))
            }
            "client-name" => given(
                self.client("default").is_some_and(|client| client.name.is_some()),
                what("display name of the default client (`clients.default.name`)"),
            ),
            "redirect-query" => given(
                self.client("query").is_some_and(has_query),
                what("client of role `query` with a redirect URI that has a query"),
            ),
            _ => Err(format!("unknown need `{need}`; {}", nearest::advice(need, NEEDS))),
        }
    }

    /// A resource, or why the one that the metadata name is none.
    fn provides_resource(&self) -> Result<(), String> {
        match &self.unserved {
            Some(why) => Err(why.clone()),
            None => given(self.resource.is_some(), || "protected resource (`resource`)".to_owned()),
        }
    }

    /// A resource that is called with access tokens, and not an introspection endpoint.
    fn provides_called(&self) -> Result<(), String> {
        if self.introspecting().is_some() {
            return Err("the profile has access tokens introspected (RFC 7662) and defines no \
                        resource that is called with them"
                .to_owned());
        }
        self.provides_plain("resource")
    }

    /// A resource behind a scope, and a way to get a token that lacks it.
    fn provides_scoped(&self) -> Result<(), String> {
        let scoped = self.scoped_resource.as_ref();
        given(scoped.is_some(), || "scoped resource (`scoped_resource`)".to_owned())?;
        // What the default client asks for ordinarily may lack the scope.
        let usual = self.client("default").and_then(|client| self.scope(client));
        let lacks = |scoped: &ScopedResource| {
            let has =
                |word| usual.is_none_or(|usual| usual.split_whitespace().any(|it| it == word));
            let mut words = scoped.scope.iter().flat_map(|scope| scope.split_whitespace());
            words.any(|word| !has(word))
        };
        let narrow = |scoped: &ScopedResource| match &scoped.narrow_client {
            Some(role) => self.clients.contains_key(role),
            None => scoped.narrow_scope.is_some() || lacks(scoped),
        };
        given(scoped.is_some_and(narrow), || {
            "way to obtain a token without the scope (`scoped_resource.narrow_client` or \
             `narrow_scope`)"
                .to_owned()
        })
    }
}

/// Where something on the host of `old` is when that moves to `new`.
fn beside(url: &str, old: &str, new: &str) -> Option<String> {
    let [mut url, old, new] = [url, old, new].map(|text| Url::parse(text).ok());
    let (url, old, new) = (url.as_mut()?, old?, new?);
    if url.host_str() != old.host_str() {
        return None;
    }
    let port = |url: &Url| url.port_or_known_default().map(i32::from);
    let moved = port(url)? - port(&old)? + port(&new)?;
    url.set_host(new.host_str()).ok()?;
    url.set_port(Some(u16::try_from(moved).ok()?)).ok()?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

fn has_query(client: &Client) -> bool {
    client.redirect_uris.iter().any(|uri| uri.contains('?'))
}

/// Whether a map of the profile has an entry of this name, which has to be a known one.
fn named<T>(
    need: &str,
    kind: &str,
    name: &str,
    known: &[&str],
    entries: &BTreeMap<String, T>,
) -> Result<(), String> {
    if !known.contains(&name) {
        return Err(format!("unknown need `{need}`; {}", nearest::advice(name, known)));
    }
    given(entries.contains_key(name), || format!("{kind} `{name}`"))
}

fn given(yes: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if yes { Ok(()) } else { Err(format!("the profile defines no {}", what())) }
}

/// The URL, if it can be spoken to.
pub(super) fn usable(url: Url) -> Result<Url, UrlError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme { expected: "http or https", found: url.scheme().to_owned() });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Userinfo);
    }
    if url.host_str().is_none_or(|host| host.contains(['{', '}'])) {
        return Err(UrlError::Placeholder);
    }
    Ok(url)
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
