//! The response that brings tokens (RFC 6749 §5.1).

use serde_json::{Map, Value, json};

use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::http;
use crate::server::oauth::issued::{Issued, REFRESH_TOKEN};
use crate::server::policy::Member;
use crate::server::world::GrantType;
use crate::wire::Response;

// token/success, refresh/new-pair
pub(super) fn success(server: &Core, issued: &Issued) -> Response {
    let members = server.policy().token_response.iter();
    let members = members.filter_map(|member| value(server, issued, *member));
    let mut members: Map<_, _> = members.map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(token) = &issued.id_token {
        members.insert("id_token".to_owned(), json!(token));
    }
    // downscope/narrows, exchange/issued-type (RFC 8693 §2.2.1)
    if issued.by == GrantType::TokenExchange {
        members.insert("issued_token_type".to_owned(), json!(issued.kind));
    }
    effects::token::members(server, issued.by, &mut members);
    // token/no-store
    let mut response = http::json(200, &Value::Object(members));
    if server.policy().pragma {
        response.headers.push("Pragma", "no-cache");
    }
    effects::token::success(server, issued, response)
}

/// A member of the response, where there is one.
// access-token/expires-in-is-true, access-token/not-long-lived
fn value(server: &Core, issued: &Issued, member: Member) -> Option<(&'static str, Value)> {
    let Issued { tokens, scopes, restricted_to, .. } = issued;
    Some(match member {
        Member::AccessToken => ("access_token", json!(tokens.access)),
        // exchange/no-token-type
        Member::TokenType if issued.kind == REFRESH_TOKEN => ("token_type", json!("N_A")),
        // dpop/bound-token
        Member::TokenType if issued.bound => ("token_type", json!("DPoP")),
        Member::TokenType => ("token_type", json!("bearer")),
        // exchange/expires-in
        Member::ExpiresIn if issued.kind == REFRESH_TOKEN => {
            ("expires_in", json!(server.lifetimes().refresh.as_secs()))
        }
        Member::ExpiresIn => ("expires_in", json!(server.lifetimes().access.as_secs())),
        Member::RefreshToken => ("refresh_token", json!(tokens.refresh.as_ref()?)),
        Member::Scope if scopes.is_empty() => return None,
        Member::Scope => ("scope", json!(scopes.join(" "))),
        Member::RestrictedTo => ("restricted_to", restricted_to.clone()),
    })
}
