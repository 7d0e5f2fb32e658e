//! What clients register as that a run needs (RFC 7591 §2), by their roles.

use crate::driver::device::DEVICE_CODE;
use crate::driver::exchange::TOKEN_EXCHANGE;

/// A role of clients, and what one registers as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cast {
    pub(super) role: &'static str,
    /// Redirect URIs, the best first: where a server refuses one set, the next is tried.
    pub(super) uris: &'static [&'static [&'static str]],
    pub(super) kind: Kind,
}

/// What kind of client a role is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has a secret.
    Confidential,
    /// It has none.
    Public,
    /// It is an application on the user's machine.
    Native,
    /// It has no grant but codes.
    Limited,
    /// It acts for itself.
    Server,
    /// It acts for itself and has a redirect URI, but no response type.
    Codeless,
    /// It signs, and has no secret.
    Signing,
    /// Form encoding changes its identifier or its secret, if the server chooses such.
    Encoded,
    /// It runs on devices, without a secret where the server knows such clients.
    Device,
    /// It runs on devices, and has a secret.
    SecretDevice,
    /// It exchanges tokens, if the server knows that grant.
    Exchange,
    /// It is given the passwords of its users, if the server knows that grant.
    Password,
    /// It gets its tokens from the authorization endpoint, if the server knows that grant.
    Implicit,
}

impl Kind {
    /// The grant that is the client's own, beside codes and refresh tokens.
    pub(super) fn own(self) -> Option<&'static str> {
        match self {
            Self::Server => Some(CLIENT_CREDENTIALS),
            Self::Device | Self::SecretDevice => Some(DEVICE_CODE),
            Self::Exchange => Some(TOKEN_EXCHANGE),
            Self::Password => Some("password"),
            Self::Implicit => Some("implicit"),
            _ => None,
        }
    }

    /// Whether a client without a secret will do, where the server registers no others.
    pub(super) fn may_be_public(self) -> bool {
        matches!(self, Self::Confidential | Self::Native | Self::Limited)
    }
}

impl Cast {
    /// The grant that a client must not have been registered for.
    pub(super) fn lacked(&self) -> Option<&'static str> {
        match self.role {
            "no-device" => Some(DEVICE_CODE),
            "no-exchange" => Some(TOKEN_EXCHANGE),
            _ => None,
        }
    }

    /// What rules and scenarios need that are about it, as the catalogue writes it.
    pub(super) fn needs(&self) -> Vec<String> {
        match (self.role, self.kind.own()) {
            ("device", _) => vec!["device-authorization".to_owned()],
            ("exchange" | "password" | "implicit", Some(own)) => vec![format!("grant:{own}")],
            ("server", Some(own)) => vec!["client:server".to_owned(), format!("grant:{own}")],
            (role, _) => vec![format!("client:{role}")],
        }
    }
}

/// Every role that a client can register itself for, those that most rules need first, since a server may
/// take a few registrations alone. None of the redirect URIs is ever contacted.
pub(super) const CASTS: &[Cast] = &[
    cast("default", &[&["https://app.client.example/callback"], &[LOCAL]], Kind::Confidential),
    cast("other", &[&["https://other.client.example/callback"], &[LOCAL]], Kind::Confidential),
    cast(
        "several",
        &[
            &["https://several.client.example/one", "https://several.client.example/two"],
            &["http://127.0.0.1:8765/one", "http://127.0.0.1:8765/two"],
        ],
        Kind::Confidential,
    ),
    cast("host-only", &[&["https://host.client.example"], &[HERE]], Kind::Confidential),
    cast("custom-scheme", &[&["example.client.app:/callback"]], Kind::Native),
    cast(
        "development",
        &[&["http://127.0.0.1:8080/callback", "http://localhost:8080/callback"], &[LOCAL]],
        Kind::Native,
    ),
    cast("development-web", &[&["https://native.client.example/callback"]], Kind::Confidential),
    cast(
        "query",
        &[
            &["https://query.client.example/callback?tenant=1"],
            &["http://127.0.0.1:8765/callback?tenant=1"],
        ],
        Kind::Confidential,
    ),
    cast("public", &[&["https://public.client.example/callback"], &[LOCAL]], Kind::Public),
    cast("loopback", &[&[LOCAL]], Kind::Public),
    cast("limited", &[&["https://limited.client.example/callback"], &[LOCAL]], Kind::Limited),
    cast(
        "sacrificial",
        &[&["https://sacrificial.client.example/callback"], &[LOCAL]],
        Kind::Confidential,
    ),
    cast("signing", &[&["https://signing.client.example/callback"], &[LOCAL]], Kind::Signing),
    cast("server", &[&[], &["https://server.client.example/callback"]], Kind::Server),
    cast("device", &[&[], &["https://device.client.example/callback"]], Kind::Device),
    cast("other-device", &[&[], &["https://device.client.example/other"]], Kind::Device),
    cast("confidential-device", &[&[], &["https://device.client.example/own"]], Kind::SecretDevice),
    cast("no-device", &[&["https://browser.client.example/callback"], &[LOCAL]], Kind::Limited),
    cast("exchange", &[&["https://exchange.client.example/callback"], &[LOCAL]], Kind::Exchange),
    cast("no-exchange", &[&["https://apart.client.example/callback"], &[LOCAL]], Kind::Limited),
    cast("password", &[&[], &["https://password.client.example/callback"]], Kind::Password),
    cast("implicit", &[&["https://implicit.client.example/callback"], &[LOCAL]], Kind::Implicit),
    cast("no-code", &[&["https://nocode.client.example/callback"], &[LOCAL]], Kind::Codeless),
    cast("fresh", &[&["https://fresh.client.example/callback"], &[LOCAL]], Kind::Confidential),
    cast(ENCODED, &[&["https://encoded.client.example/callback"], &[LOCAL]], Kind::Encoded),
];

/// The role of the client whose credentials HTTP Basic has to encode (RFC 6749 §2.3.1).
pub(super) const ENCODED: &str = "encoded";

/// The grant of clients that act for themselves (RFC 6749 §4.4).
pub(super) const CLIENT_CREDENTIALS: &str = "client_credentials";

/// How a client authenticates that signs (RFC 7523 §2.2).
pub(super) const SIGNING: &str = "private_key_jwt";

/// The loopback interface, without a path.
pub(super) const HERE: &str = "http://127.0.0.1:8765";

/// Where nothing but the loopback interface is taken (RFC 8252 §7.3).
pub(super) const LOCAL: &str = "http://127.0.0.1:8765/callback";

const fn cast(role: &'static str, uris: &'static [&'static [&'static str]], kind: Kind) -> Cast {
    Cast { role, uris, kind }
}
