//! What a document says in values: lifetimes, policies, shapes, thresholds.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Lifetimes that a document fixes for every server; what it leaves open is the profile's promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Of a code.
    #[serde(default, deserialize_with = "seconds")]
    pub code: Option<Duration>,
    /// Of an access token.
    #[serde(default, deserialize_with = "seconds")]
    pub access_token: Option<Duration>,
    /// Of a refresh token that nobody uses.
    #[serde(default, deserialize_with = "seconds")]
    pub refresh_token: Option<Duration>,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Ok(Some(Duration::from_secs(u64::deserialize(deserializer)?)))
}

/// Choices between outcomes that a document leaves to the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// How a redirect URI is compared with the registered ones: `prefix` or `exact`.
    pub redirect_matching: Option<Choices>,
    /// What becomes of a refresh token that was used: `strict`, `grace` or `none`.
    pub refresh: Option<Choices>,
}

/// What a profile may choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Every choice that the document allows.
    pub allows: Vec<String>,
    /// What holds where the profile chooses nothing.
    pub default: Option<String>,
}

/// An endpoint that a document can demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    /// Where users grant and deny.
    Authorization,
    /// Where codes and refresh tokens become tokens.
    Token,
    /// Where tokens are revoked.
    Revocation,
    /// Where tokens are introspected.
    Introspection,
    /// Where authorization requests are pushed.
    Pushed,
    /// Where devices ask for codes.
    #[serde(rename = "device-authorization")]
    DeviceAuthorization,
    /// Where clients register themselves.
    Registration,
    /// Where access tokens are used.
    Resource,
}

impl Endpoint {
    /// The endpoint whose absence means that this need is not met.
    pub fn of_need(need: &str) -> Option<Self> {
        match need {
            "revocation" => Some(Self::Revocation),
            "introspection" => Some(Self::Introspection),
            "pushed" => Some(Self::Pushed),
            "device-authorization" => Some(Self::DeviceAuthorization),
            "registration" => Some(Self::Registration),
            "resource" => Some(Self::Resource),
            _ => None,
        }
    }
}

/// A member of a JSON answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The only value that it may have; none: any of its type.
    pub value: Option<Value>,
    /// Whether that value may be written in any case.
    #[serde(default)]
    pub any_case: bool,
    /// Its type; without one and without a value: text.
    #[serde(default, rename = "type")]
    pub kind: MemberType,
    /// Whether it may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// The type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberType {
    /// A string that is not empty.
    #[default]
    Text,
    /// A whole number that is not negative, in digits alone (RFC 6749 appendix A.14).
    Digits,
    /// A whole number above 0.
    Seconds,
    /// What a token is restricted to: a list of objects, each with the scope, and with the item where
    /// one was asked for.
    Restrictions,
}

/// What every refusal at the token and revocation endpoints looks like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorResponse {
    /// Statuses that a refusal may have.
    pub status: Vec<u16>,
    /// Those of `invalid_client`, where they differ.
    pub invalid_client: Option<ByMeans>,
}

/// Statuses by the way in which the client authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByMeans {
    /// Parameters in the body.
    pub body: Vec<u16>,
    /// HTTP Basic.
    pub basic: Vec<u16>,
}

/// What a refusal at the resource looks like, whatever its reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRefusal {
    /// Statuses that it may have; none: any from 400 to 499.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Whether it is a Bearer challenge.
    #[serde(default)]
    pub challenge: bool,
}

/// The least that alphabet and length of a secret must make possible, in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bits {
    /// Less is a breach.
    pub must: u32,
    /// Less is a warning.
    pub should: Option<u32>,
}
