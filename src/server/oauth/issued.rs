//! What a token request brings.

use serde_json::{Value, json};

use crate::server::oauth::store::Fresh;
use crate::server::world::GrantType;

/// Identifier of access tokens, the one kind that is exchanged (RFC 8693 §3).
pub(in crate::server) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// New tokens, and the grant that they were issued by.
pub(in crate::server) struct Issued {
    pub(in crate::server) by: GrantType,
    pub(in crate::server) tokens: Fresh,
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
        Self { by, tokens, scopes, bound: false, id_token: None, restricted_to: json!([]) }
    }
}
