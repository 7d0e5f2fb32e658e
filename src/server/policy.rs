//! What a server does where the documents leave a choice, or contradict: one value a choice. The
//! values are data, in the file of each dialect; the endpoints ask them and never the dialect's name.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::world::GrantType;

/// The choices of one dialect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    /// How clients may authenticate at the token and the revocation endpoint.
    pub(super) client_authentication: Vec<ClientMethod>,
    /// How redirect URIs are compared.
    pub(super) redirect_matching: Matching,
    /// Whether authorization responses name the issuer (RFC 9207).
    #[serde(default)]
    pub(super) issuer: bool,
    /// Whether `resource` says what tokens are for, and each resource takes those for it alone (RFC 8707).
    #[serde(default)]
    pub(super) resource_indicators: bool,
    /// Whether a client may be described by a document on this machine, at the URL that is its identifier.
    #[serde(default)]
    pub(super) client_documents: bool,
    /// Whether resources say by whom they are protected (RFC 9728).
    #[serde(default)]
    pub(super) resource_metadata: bool,
    /// Proof keys for codes; none: their parameters mean nothing.
    #[serde(default)]
    pub(super) pkce: Option<Pkce>,
    /// Proofs of possession (RFC 9449); none: they mean nothing.
    #[serde(default)]
    pub(super) dpop: Option<Dpop>,
    /// What access tokens are.
    #[serde(default)]
    pub(super) access_tokens: AccessTokens,
    /// What a token request says about the redirect URI of its code.
    pub(super) redirect_uri_at_token: RedirectUriAtToken,
    /// Characters of which each parts scopes.
    pub(super) scope_separators: String,
    /// What a refresh does with `scope`.
    pub(super) scope_at_refresh: ScopeAtRefresh,
    /// What becomes of a grant whose used refresh token comes again.
    pub(super) refresh_replay: RefreshReplay,
    /// Whether a client learns what is wrong with its request only once the user has signed in
    /// (RFC 9700 §4.11.2).
    #[serde(default)]
    pub(super) errors_after_login: bool,
    /// Whether the implicit grant is offered (RFC 6749 §4.2).
    #[serde(default)]
    pub(super) implicit: bool,
    /// Parameter of the authorization request that fills in the login field.
    #[serde(default)]
    pub(super) login_hint: Option<String>,
    /// Grants that the token endpoint knows.
    pub(super) grants: Vec<GrantType>,
    /// Whom a token by client credentials stands for.
    pub(super) client_credentials: ClientCredentials,
    /// Who may issue the assertions of the JWT grant (RFC 7523 §2.1).
    #[serde(default)]
    pub(super) assertion_issuers: AssertionIssuers,
    /// What a revoked token takes along.
    pub(super) revocation: RevocationReach,
    /// Members of a token response, in their order.
    pub(super) token_response: Vec<Member>,
    /// Whether token responses carry `Pragma: no-cache`.
    pub(super) pragma: bool,
    /// How devices get their tokens (RFC 8628); none: they do not.
    #[serde(default)]
    pub(super) device: Option<DeviceGrant>,
    /// Whose tokens a client that has the grant may exchange (RFC 8693); none: what lies on top of the server
    /// says it.
    #[serde(default)]
    pub(super) exchange: Option<Exchange>,
    /// Initial access token that every registration endpoint but the first demands (RFC 7591 §3); none:
    /// registration is open at each.
    #[serde(default)]
    pub(super) registration_token: Option<String>,
}

/// Whose tokens a client may exchange (RFC 8693 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Exchange {
    /// Those of every client.
    AnyTokens,
    /// Its own.
    OwnTokens,
}

/// How devices get their tokens (RFC 8628 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceGrant {
    /// How long their codes live, in seconds.
    pub(super) lifetime: u64,
    /// How long a device has to wait between two requests, in seconds.
    pub(super) interval: u64,
}

/// How a client authenticates (RFC 6749 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClientMethod {
    /// HTTP Basic; identifier and secret are form-encoded first (RFC 6749 §2.3.1).
    Basic,
    /// Identifier and secret are parameters of the body.
    Body,
    /// An assertion that the client signed with a key of its own (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// A public client names itself and proves nothing.
    None,
}

impl ClientMethod {
    /// Its name in metadata and registrations (RFC 7591 §2).
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Body => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}

/// How redirect URIs are compared (RFC 6749 §3.1.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matching {
    /// The registered URI is a base: path and query may go on behind it.
    Prefix,
    /// Simple string comparison (RFC 3986 §6.2.1).
    Exact,
}

/// Proof keys for codes (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pkce {
    /// Methods that are known.
    pub(super) methods: Vec<ChallengeMethod>,
    /// Who has to send a challenge.
    pub(super) demanded_of: Demand,
}

/// Proofs of possession (RFC 9449).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dpop {
    /// Algorithms that are known.
    pub(super) algs: Vec<String>,
    /// Whose proofs have to carry a nonce.
    pub(super) nonce_of: NonceOf,
}

/// Whose proofs have to carry a nonce of the server (RFC 9449 §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NonceOf {
    /// Nobody's.
    #[default]
    Nobody,
    /// Those of clients that are registered for bound tokens alone.
    BoundClients,
}

/// What access tokens are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AccessTokens {
    /// Names that say nothing.
    #[default]
    Opaque,
    /// Signed JWTs (RFC 9068).
    Jwt,
}

/// How a challenge is made of its verifier (RFC 7636 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum ChallengeMethod {
    /// It is the verifier.
    #[serde(rename = "plain")]
    Plain,
    /// It is the verifier's SHA-256 hash, in base64url.
    S256,
}

/// Who has to send a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Demand {
    /// No client.
    Nobody,
    /// Clients without a secret.
    Public,
    /// Every client.
    All,
}

/// What a token request says about the redirect URI of its code (RFC 6749 §4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RedirectUriAtToken {
    /// What the authorization request said, where it said anything.
    Repeated,
    /// Nothing, or the same.
    Optional,
}

/// What a refresh does with `scope` (RFC 6749 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ScopeAtRefresh {
    /// The new access token has these scopes, if they were all granted.
    Narrowed,
    /// Nothing.
    Ignored,
}

/// What becomes of a grant whose used refresh token comes again (RFC 9700 §4.14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RefreshReplay {
    /// The request is refused.
    Refused,
    /// Every token of the grant ends as well: who sent the token first is not known.
    EndsGrant,
}

/// Whom a token by client credentials stands for (RFC 6749 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClientCredentials {
    /// The client.
    Client,
    /// A user that the request names.
    Subject,
}

/// Who may issue the assertions of the JWT grant (RFC 7523 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AssertionIssuers {
    /// The client that presents one, about itself or about a user.
    Client,
    /// Applications of an enterprise, about it and about its users.
    #[default]
    Application,
}

/// What a revoked token takes along (RFC 7009 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RevocationReach {
    /// The token that was issued with it.
    Pair,
    /// Every token that descends from the same authorization.
    Grant,
}

/// A member of a token response (RFC 6749 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Member {
    /// The access token.
    AccessToken,
    /// `bearer` (RFC 6750 §4).
    TokenType,
    /// Seconds that the access token lives.
    ExpiresIn,
    /// The refresh token, where there is one.
    RefreshToken,
    /// Scopes of the access token.
    Scope,
    /// The objects that a narrowed token is restricted to.
    RestrictedTo,
}

/// Why a token or a revocation request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reason {
    BodyNotAForm,
    BodyMalformed,
    RepeatedParameter,
    /// The client authenticates in more than one way.
    SeveralAuthentications,
    /// The client is unknown, or did not prove who it is.
    Client,
    /// The same, by HTTP Basic.
    ClientByBasic,
    GrantTypeMissing,
    GrantTypeUnknown,
    GrantNotAllowed,
    /// A scope is unknown, or exceeds what may be had.
    Scope,
    CodeMissing,
    CodeUnknown,
    CodeOfAnotherClient,
    CodeReplayed,
    CodeExpired,
    /// The redirect URI is not that of the authorization request.
    CodeRedirectUri,
    /// The verifier is not that of the challenge, or is missing, or nobody asked for one.
    CodeVerifier,
    RefreshTokenMissing,
    RefreshTokenUnknown,
    RefreshTokenOfAnotherClient,
    RefreshTokenUsed,
    RefreshTokenExpired,
    TokenMissing,
    TokenOfAnotherClient,
    /// The user is unknown, or the password is another one.
    UserCredentials,
    /// What the tokens are to be for is unknown, or was not granted (RFC 8707 §2).
    Target,
}

impl Reason {
    /// Each of them.
    pub(super) const ALL: [Self; 26] = [
        Self::BodyNotAForm,
        Self::BodyMalformed,
        Self::RepeatedParameter,
        Self::SeveralAuthentications,
        Self::Client,
        Self::ClientByBasic,
        Self::GrantTypeMissing,
        Self::GrantTypeUnknown,
        Self::GrantNotAllowed,
        Self::Scope,
        Self::CodeMissing,
        Self::CodeUnknown,
        Self::CodeOfAnotherClient,
        Self::CodeReplayed,
        Self::CodeExpired,
        Self::CodeRedirectUri,
        Self::CodeVerifier,
        Self::RefreshTokenMissing,
        Self::RefreshTokenUnknown,
        Self::RefreshTokenOfAnotherClient,
        Self::RefreshTokenUsed,
        Self::RefreshTokenExpired,
        Self::TokenMissing,
        Self::TokenOfAnotherClient,
        Self::UserCredentials,
        Self::Target,
    ];
}

/// A refusal of the token or the revocation endpoint (RFC 6749 §5.2). The texts are fixed, so that
/// none can repeat what was sent.
// token/no-secret-echo
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Refusal {
    /// Why, where the dialect says what is told for it.
    pub(in crate::server) reason: Option<Reason>,
    /// Error code.
    pub(in crate::server) error: &'static str,
    /// Human-readable text.
    pub(in crate::server) description: &'static str,
    /// Status.
    pub(in crate::server) status: u16,
    /// Whether it challenges the client to authenticate by HTTP Basic.
    pub(in crate::server) challenge: bool,
}

impl Refusal {
    pub(in crate::server) const fn new(error: &'static str, description: &'static str) -> Self {
        Self { reason: None, error, description, status: 400, challenge: false }
    }

    /// `invalid_request` with this text.
    pub(in crate::server) const fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    /// The same with another error code.
    pub(in crate::server) const fn called(self, error: &'static str) -> Self {
        Self { error, ..self }
    }

    /// The same with another status.
    pub(in crate::server) const fn at(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// What is said for each reason (RFC 6749 §5.2).
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "BTreeMap<Reason, Told>")]
pub(super) struct Errors(BTreeMap<Reason, Told>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    error: String,
    description: String,
    #[serde(default = "bad_request")]
    status: u16,
    #[serde(default)]
    challenge: bool,
}

fn bad_request() -> u16 {
    400
}

impl TryFrom<BTreeMap<Reason, Told>> for Errors {
    type Error = String;

    fn try_from(told: BTreeMap<Reason, Told>) -> Result<Self, String> {
        match Reason::ALL.iter().find(|reason| !told.contains_key(reason)) {
            Some(reason) => Err(format!("nothing is said for {reason:?}")),
            None => Ok(Self(told)),
        }
    }
}

impl Errors {
    /// The refusal for a reason.
    pub(super) fn refusal(&'static self, reason: Reason) -> Refusal {
        // There is an entry for each reason.
        self.0.get(&reason).map_or(Refusal::invalid_request(""), |told| Refusal {
            reason: Some(reason),
            error: &told.error,
            description: &told.description,
            status: told.status,
            challenge: told.challenge,
        })
    }
}

/// How long what is issued lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Authorization code, from the grant on.
    #[serde(deserialize_with = "seconds")]
    pub code: Duration,
    /// Access token, from its issue on.
    #[serde(rename = "access_token", deserialize_with = "seconds")]
    pub access: Duration,
    /// Refresh token, from its issue on; each refresh issues a new one.
    #[serde(rename = "refresh_token", deserialize_with = "seconds")]
    pub refresh: Duration,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_secs)
}
