//! The target profile: one shareable YAML file. `fixtures/profiles/reference.yaml` is the commented
//! example. Unknown keys are refused; secrets may stand as `${NAME}` and come from the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::authentication::Methods;
use super::clients::Clients;
use super::control::{Action, Clock, Hook};
use super::limits::Limits;
use super::login::Login;
use crate::wire::Secret;
use crate::wire::jws::Algorithm;

/// A server under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name for reports; absent: the host of `base_url`.
    #[serde(default)]
    pub name: String,
    /// Documents that the target claims to follow; `--against` overrides. Absent: RFC 6749, and what
    /// the profile and the target's metadata offer besides.
    #[serde(default)]
    pub documents: Vec<String>,
    /// URL that relative endpoint paths are resolved against, as a directory
    /// ([`Profile::endpoint`]).
    pub base_url: String,
    /// Issuer (RFC 8414 §2), whose metadata are at the host of `base_url`; absent: `base_url` without a
    /// final slash.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Endpoints; what is left out is what the documents fix, or what the target's metadata says.
    #[serde(default)]
    pub endpoints: Endpoints,
    /// How clients authenticate, unless a client says otherwise: a way, or a list of those that they may
    /// take, the first of which they take ordinarily; absent: as the metadata says, or else in the body.
    #[serde(default)]
    pub client_authentication: Option<Methods>,
    /// Whether authorization requests carry a code challenge (RFC 7636); absent: where the metadata
    /// offers S256.
    #[serde(default)]
    pub pkce: Option<Pkce>,
    /// Algorithms of the proofs of possession that the target takes (RFC 9449); absent: as the metadata says.
    #[serde(default)]
    pub dpop: Vec<String>,
    /// What access tokens are: JWTs that follow RFC 9068; absent: as their type says.
    #[serde(default)]
    pub access_tokens: Option<AccessTokens>,
    /// Scope that ordinary authorization requests ask for; absent: none is asked for.
    #[serde(default)]
    pub scope: Option<String>,
    /// Further parameters of every authorization request.
    #[serde(default)]
    pub authorize_parameters: BTreeMap<String, String>,
    /// Clients by role, of which `default` is needed; or `register`: each run registers its own.
    #[serde(default)]
    pub clients: Clients,
    /// Initial access token of the registration endpoint (RFC 7591 §3), where it needs one.
    #[serde(default)]
    pub registration_token: Option<Secret>,
    /// Further members of the metadata of every client that is registered (RFC 7591 §2).
    #[serde(default)]
    pub registration_metadata: Map<String, Value>,
    /// Whether the target reads documents that describe clients from `http://127.0.0.1`, where the suite serves
    /// them (OAuth Client ID Metadata Document).
    #[serde(default)]
    pub client_documents: bool,
    /// Role of the client that may introspect tokens (RFC 7662 §2.1); absent: `resource.introspected_by`, or
    /// else `default`, where it turns out whether it may.
    #[serde(default)]
    pub introspection_client: Option<String>,
    /// Who may introspect tokens, where that is no client of the profile: a protected resource with credentials of its
    /// own (RFC 7662 §2.1).
    #[serde(default)]
    pub introspection_credentials: Option<Client>,
    /// Users by role; `default` is needed, unless the server has no authorization endpoint.
    #[serde(default)]
    pub users: BTreeMap<String, User>,
    /// The resource that tells whether an access token lives.
    #[serde(default)]
    pub resource: Option<Resource>,
    /// URL of another resource of the same authorization server, absolute or relative to `base_url`.
    #[serde(default)]
    pub other_resource: Option<String>,
    /// A scoped resource.
    #[serde(default)]
    pub scoped_resource: Option<ScopedResource>,
    /// How access tokens are narrowed.
    #[serde(default)]
    pub downscope: Option<Downscope>,
    /// Lifetimes that the target promises, for documents that fix none.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// Choices among outcomes that the documents allow.
    #[serde(default)]
    pub policy: Policy,
    /// How the login and consent pages are found.
    #[serde(default)]
    pub login: Login,
    /// How time passes on the target.
    #[serde(default)]
    pub clock: Clock,
    /// Levers on the target, by name: `block_device`, `rate_limit`, `fail`.
    #[serde(default)]
    pub hooks: BTreeMap<String, Hook>,
    /// What is done to the target before a run, in order.
    #[serde(default)]
    pub setup: Vec<Action>,
    /// What is done in the target's consoles by its developers and administrators, by name.
    #[serde(default)]
    pub actions: BTreeMap<String, Action>,
    /// Identifiers of what the target's world holds (enterprises, folders, groups …), by role;
    /// `{role}` stands for one in operations and actions.
    #[serde(default)]
    pub things: BTreeMap<String, String>,
    /// How a token comes to carry a scope of the documents, by the name of the scope.
    #[serde(default)]
    pub scopes: BTreeMap<String, Scope>,
    /// Calls of the target's API, by name.
    #[serde(default)]
    pub operations: BTreeMap<String, Operation>,
    /// A listener that speaks TLS only.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// Limits that protect the target.
    #[serde(default)]
    pub limits: Limits,
    /// Must be `true` for a target that is not on the loopback interface.
    #[serde(default)]
    pub authorized: bool,
    /// Host names that may be spoken to when the target is not on the loopback interface.
    #[serde(default)]
    pub authorized_hosts: Vec<String>,
    /// Private addresses among them, and names that stand for such addresses alone, that may be spoken to
    /// over plain HTTP, where `test_credentials` says that nothing is given away.
    #[serde(default)]
    pub plain_http_hosts: Vec<String>,
    /// Whether every secret and password of the profile is worthless outside this test.
    #[serde(default)]
    pub test_credentials: bool,
    /// Folder of the profile, in which its commands run; empty: that of the suite.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Why there is no resource, where the suite took one from the metadata that is not served.
    #[serde(skip)]
    pub unserved: Option<String>,
    /// Scopes that the target's metadata offer (`scopes_supported`).
    #[serde(skip)]
    pub offered_scopes: Vec<String>,
}

/// Endpoint URLs, absolute or relative to `base_url`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// Authorization endpoint (RFC 6749 §3.1); empty where the server has none, and the default client gets its
    /// tokens by a grant of its `grants`.
    #[serde(default)]
    pub authorization: String,
    /// Token endpoint (RFC 6749 §3.2).
    #[serde(default)]
    pub token: String,
    /// Revocation endpoint (RFC 7009 §2).
    #[serde(default)]
    pub revocation: Option<String>,
    /// Introspection endpoint (RFC 7662 §2); absent: `resource.url` where tokens are introspected there.
    #[serde(default)]
    pub introspection: Option<String>,
    /// Endpoint for pushed authorization requests (RFC 9126 §2).
    #[serde(default)]
    pub pushed_authorization_request: Option<String>,
    /// Device authorization endpoint (RFC 8628 §3.1).
    #[serde(default)]
    pub device_authorization: Option<String>,
    /// Registration endpoint (RFC 7591 §3).
    #[serde(default)]
    pub registration: Option<String>,
}

/// Proof key for code exchange (RFC 7636).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Pkce {
    /// No challenge is sent.
    #[default]
    #[serde(rename = "none")]
    None,
    /// A SHA-256 challenge is sent.
    S256,
}

/// What access tokens are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessTokens {
    /// JWTs that follow RFC 9068.
    Jwt,
}

/// A registered client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Client identifier.
    pub id: String,
    /// Client secret; absent for a public client.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// Registered redirect URIs, in order; the first is the one used.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// How this client authenticates, where it differs from the profile's: a way, or a list of those
    /// that it may take, the first of which it takes ordinarily.
    #[serde(default)]
    pub authentication: Option<Methods>,
    /// Whether this client's authorization requests carry a code challenge, where that differs from
    /// the profile's.
    #[serde(default)]
    pub pkce: Option<Pkce>,
    /// Scope that this client asks for, where it differs from the profile's.
    #[serde(default)]
    pub scope: Option<String>,
    /// Name that the consent page shows.
    #[serde(default)]
    pub name: Option<String>,
    /// How the client gets its tokens.
    #[serde(default)]
    pub model: Model,
    /// How the client signs assertions (RFC 7523); absent: it signs none.
    #[serde(default)]
    pub assertion: Option<Assertion>,
    /// Grant types that the client may use beside codes and refresh tokens, as `grant_type` names
    /// them.
    #[serde(default)]
    pub grants: Vec<String>,
    /// A grant type that the client is not allowed to use: the role `limited` needs one, and a server
    /// application may have one of its two grants alone.
    #[serde(default)]
    pub lacks_grant: Option<String>,
}

/// How a client gets its tokens (`box`, authentication models).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// A user signs in and consents.
    #[default]
    ThreeLegged,
    /// It signs in itself, by a signed assertion or by its credentials.
    Server,
}

/// How a client signs assertions. One of `private_key` and `private_key_file` is needed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Private key, as PEM (PKCS #8, RSA or P-256).
    #[serde(default)]
    pub private_key: Option<Secret>,
    /// File with the private key, relative to the profile; read when the profile is.
    #[serde(default)]
    pub private_key_file: Option<String>,
    /// `kid` of the header; absent: none is sent.
    #[serde(default)]
    pub key_id: Option<String>,
    /// `alg` of the header; absent: RS256 or ES256, as the key is.
    #[serde(default)]
    pub algorithm: Option<Algorithm>,
    /// `aud` of the claims; absent: the token endpoint's URL.
    #[serde(default)]
    pub audience: Option<String>,
    /// `sub` of the claims by which the client asks for a token (RFC 7523 §2.1); absent: the thing
    /// `enterprise`.
    #[serde(default)]
    pub subject: Option<String>,
}

impl Assertion {
    /// `alg` of the header.
    pub fn algorithm(&self) -> Algorithm {
        let key = self.private_key.as_deref().unwrap_or_default();
        self.algorithm.unwrap_or_else(|| Algorithm::of_key(key))
    }
}

/// A resource owner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What is typed into the login field.
    pub login: String,
    /// Password; absent for an account that nobody signs in with.
    #[serde(default)]
    pub password: Secret,
    /// What `resource.identity` shows for this user; absent: the login.
    #[serde(default)]
    pub identity: Option<String>,
    /// Identifier by which the API and the server grants name this user.
    #[serde(default)]
    pub id: Option<String>,
    /// Origin of the identity provider at which this user signs in instead of at the target.
    #[serde(default)]
    pub sign_on: Option<String>,
}

/// A call of the target's API. Placeholders in URL and body: `{role}` of a thing, `{user.ROLE}` and
/// `{client.ROLE}` for identifiers, and what the scenario fills in (`{id}` of what was made before,
/// `{unique}` for a value that nobody used yet).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Method; GET if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// URL, absolute or relative to `base_url`.
    pub url: String,
    /// JSON body.
    #[serde(default)]
    pub json: Option<Value>,
    /// JSON pointer (RFC 6901) to the identifier of what the call made.
    #[serde(default)]
    pub id: Option<String>,
    /// The operation that takes back what the call made; `{made}` in it is the identifier.
    #[serde(default)]
    pub undo: Option<String>,
}

/// How a token comes to carry a scope of the documents.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Role of the client whose tokens may carry it.
    pub client: String,
    /// What that client asks for at the authorization endpoint; absent: nothing, since its tokens
    /// carry this scope and no other.
    #[serde(default)]
    pub ask: Option<String>,
}

/// What tells whether an access token lives: a protected resource, or the introspection endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// URL, absolute or relative to `base_url`; fetched by GET.
    pub url: String,
    /// Role of the client that introspects tokens at this URL (RFC 7662); absent: the URL is that of a
    /// resource, which is called with them.
    #[serde(default)]
    pub introspected_by: Option<String>,
    /// Revision of the Model Context Protocol by which it is called; absent: it is fetched by GET.
    #[serde(default)]
    pub mcp: Option<String>,
    /// The method that is called then; absent: the one with which each client of the revision begins.
    #[serde(default)]
    pub mcp_method: Option<String>,
    /// Name by which clients ask for tokens for it (RFC 8707), and of which the location of its metadata is
    /// made (RFC 9728); absent: its URL.
    #[serde(default)]
    pub identifier: Option<String>,
    /// JSON pointer (RFC 6901) to the member that names the user; absent: identity is not judged.
    #[serde(default)]
    pub identity: Option<String>,
}

/// A protected scoped resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopedResource {
    /// URL, absolute or relative to `base_url`; fetched by GET.
    pub url: String,
    /// Scope to ask for that opens it; absent: the profile's.
    #[serde(default)]
    pub scope: Option<String>,
    /// Role of the client whose tokens must not open it; absent: `default`.
    #[serde(default)]
    pub narrow_client: Option<String>,
    /// Scope to ask for that does not open it; absent: that client's.
    #[serde(default)]
    pub narrow_scope: Option<String>,
}

/// How access tokens of the default client are narrowed (`box`, downscoping; RFC 8693).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Downscope {
    /// Scope to narrow to: with it a token reads content and changes nothing.
    pub scope: String,
    /// Scope that the default client's tokens do not carry.
    pub wider_scope: String,
    /// URL that names a folder as the resource to narrow to; `{item}` is its identifier.
    pub resource: String,
    /// URL that names a file as the resource to narrow to; `{item}` is its identifier.
    pub file_resource: Option<String>,
    /// Narrower scopes by the operation that each one opens.
    #[serde(default)]
    pub opens: BTreeMap<String, String>,
}

/// Promised lifetimes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Of an authorization code.
    #[serde(default, deserialize_with = "super::load::optional_duration")]
    pub code: Option<Duration>,
    /// Of an access token.
    #[serde(default, deserialize_with = "super::load::optional_duration")]
    pub access_token: Option<Duration>,
    /// Of a refresh token that is not used.
    #[serde(default, deserialize_with = "super::load::optional_duration")]
    pub refresh_token: Option<Duration>,
}

/// Choices among outcomes that the documents allow.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How redirect URIs are compared.
    #[serde(default)]
    pub redirect_matching: Option<RedirectMatching>,
    /// What happens to a refresh token that was used.
    #[serde(default)]
    pub refresh: Option<Refresh>,
}

/// How redirect URIs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RedirectMatching {
    /// The registered URI is a base (`box`).
    Prefix,
    /// Simple string comparison (RFC 6749 §3.1.2.3).
    Exact,
}

/// What happens to a refresh token that was used: `strict`, `grace 60s` or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It stops working at once.
    Strict,
    /// It goes on working for a while.
    Grace(Duration),
    /// It is not rotated.
    None,
}

/// A listener that speaks TLS only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// `https://` URL that takes the place of `base_url`.
    pub base_url: String,
    /// `http://` URL at which a plain request is tried; absent: the same host and port.
    #[serde(default)]
    pub plain_url: Option<String>,
    /// PEM file of the certificate authority to trust, relative to the profile.
    #[serde(default)]
    pub ca: Option<String>,
}
