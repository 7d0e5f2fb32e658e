//! Who a token or revocation request comes from (`box` OAuth page, "Getting the Access Token";
//! RFC 6749 §2.3.1): identifier and secret in the body, and in no other way.

use crate::server::Server;
use crate::server::faults;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::interaction::same_secret;
use crate::server::world::{Application, GrantType};
use crate::wire::{Params, Request};

pub(in crate::server) const INVALID_CLIENT: Refusal =
    Refusal::new("invalid_client", "The client credentials are invalid");

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Purpose {
    /// Tokens, by this grant.
    Tokens(GrantType),
    /// The end of a token.
    Revocation,
}

/// The application whose credentials the request carries.
pub(in crate::server) fn authenticate(
    server: &Server,
    request: &Request,
    params: &Params,
    purpose: Purpose,
) -> Result<Application, Refusal> {
    let (id, secret) = (given(params, "client_id"), given(params, "client_secret"));
    if uses_basic(request) {
        // RFC 6749 §2.3: one method at a time. Alone it is not known here.
        let both = Refusal::invalid_request("The client was authenticated in more than one way");
        return Err(if secret.is_some() { both } else { INVALID_CLIENT });
    }
    // token/client-credentials, refresh/needs-client-credentials, revoke/needs-client-credentials
    let world = server.world();
    let app = id.and_then(|id| world.application(id));
    // An unknown client costs the same comparison, so that time does not tell the two apart.
    let expected = app.map_or("", |app| app.secret.as_str());
    let right = same_secret(secret.unwrap_or_default(), expected) && !expected.is_empty();
    let sent = params.first("client_secret");
    let right = right || is_let_through(server, purpose, sent, expected);
    app.filter(|_| right)
        .cloned()
        .ok_or_else(|| told(server, purpose, app.is_some(), sent.is_some()))
}

/// Whether a secret is taken that is not the right one.
fn is_let_through(server: &Server, purpose: Purpose, sent: Option<&str>, expected: &str) -> bool {
    use faults::{refresh, revoke, token};
    let text = sent.unwrap_or_default();
    let given = !text.is_empty();
    let switches = server.switches();
    match purpose {
        Purpose::Tokens(GrantType::RefreshToken) => switches
            .pick(false, [(&refresh::ANY_SECRET, given), (&refresh::NO_SECRET, sent.is_none())]),
        Purpose::Tokens(_) => switches.pick(
            false,
            [
                (&token::ANY_SECRET, given),
                (&token::EMPTY_SECRET, text.is_empty() && sent.is_some()),
                (&token::NO_SECRET, sent.is_none()),
                (&token::SECRET_PREFIX, sent.is_some() && expected.starts_with(text)),
                (&token::SECRET_LENGTH, text.starts_with(expected)),
                (&token::SECRET_ANY_CASE, text.eq_ignore_ascii_case(expected)),
            ],
        ),
        Purpose::Revocation => switches
            .pick(false, [(&revoke::ANY_SECRET, given), (&revoke::NO_SECRET, sent.is_none())]),
    }
}

/// What a client is told that could not be authenticated.
fn told(server: &Server, purpose: Purpose, known: bool, has_secret: bool) -> Refusal {
    use faults::{refresh, revoke, token};
    let right = INVALID_CLIENT;
    let refreshes = purpose == Purpose::Tokens(GrantType::RefreshToken);
    let exchanges = !refreshes && purpose != Purpose::Revocation;
    let but = |wrong: bool, refusal: Refusal| if wrong { refusal } else { right };
    let invalid_request = right.called("invalid_request");
    server.switches().pick(
        right,
        [
            (&token::CLIENT_401, right.at(401)),
            (&token::CLIENT_403, right.at(403)),
            (&token::CLIENT_IS_INVALID_GRANT, but(exchanges, right.called("invalid_grant"))),
            (
                &token::CLIENT_UNKNOWN_IS_UNAUTHORIZED,
                but(exchanges && !known, right.called("unauthorized_client")),
            ),
            (&token::NO_SECRET_IS_INVALID_REQUEST, but(exchanges && !has_secret, invalid_request)),
            (&refresh::CLIENT_IS_INVALID_GRANT, but(refreshes, right.called("invalid_grant"))),
            (
                &revoke::CLIENT_IS_INVALID_REQUEST,
                but(purpose == Purpose::Revocation, invalid_request),
            ),
        ],
    )
}

fn uses_basic(request: &Request) -> bool {
    request.headers.all("authorization").any(|value| {
        let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"basic")
    })
}
