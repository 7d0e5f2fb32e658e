//! What a token request brings.

use serde_json::{Value, json};

use crate::server::oauth::store::Fresh;
use crate::server::world::GrantType;

/// Identifier of access tokens (RFC 8693 §3).
pub(in crate::server) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// Identifier of refresh tokens (RFC 8693 §3).
pub(in crate::server) const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// New tokens, and the grant that they were issued by.
pub(in crate::server) struct Issued {
    pub(in crate::server) by: GrantType,
    pub(in crate::server) tokens: Fresh,
    /// What an exchange brings: an access token, or another one in its place (RFC 8693 §2.2.1).
    pub(in crate::server) kind: &'static str,
    /// Scopes of the access token.
    pub(in crate::server) scopes: Vec<String>,
    /// Whether the access token is bound to a key (RFC 9449 §5).
    pub(in crate::server) bound: bool,
    /// Who the user is, where the client asked for that.
    pub(in crate::server) id_token: Option<String>,
    /// `restricted_to` of the response.
    pub(in crate::server) restricted_to: Value,
}

impl Issued {
    pub(in crate::server) fn new(by: GrantType, tokens: Fresh, scopes: Vec<String>) -> Self {
        let restricted_to = json!([]);
        Self { by, tokens, kind: ACCESS_TOKEN, scopes, bound: false, id_token: None, restricted_to }
    }
}
