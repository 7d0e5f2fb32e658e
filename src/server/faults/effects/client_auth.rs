//! Mistakes with who a token or revocation request comes from.

use crate::server::Server;
use crate::server::faults::{refresh, revoke, token};
use crate::server::oauth::client_auth::{Claim, Purpose};
use crate::server::oauth::http::Refusal;
use crate::server::world::{Application, GrantType};

/// The client that is taken to have asked.
pub(in crate::server) fn authenticated<'a>(
    server: &Server,
    purpose: Purpose,
    claim: &Claim,
    app: Option<&'a Application>,
    right: Result<&'a Application, Refusal>,
) -> Result<&'a Application, Refusal> {
    let sent = claim.secret.as_deref();
    right.or_else(|refusal| {
        let expected = app.map_or("", |app| app.secret.as_str());
        app.filter(|_| is_let_through(server, purpose, sent, expected))
            .ok_or_else(|| told(server, purpose, refusal, (app.is_some(), sent.is_some())))
    })
}

/// Whether a secret is taken that is not the right one.
fn is_let_through(server: &Server, purpose: Purpose, sent: Option<&str>, expected: &str) -> bool {
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
fn told(
    server: &Server,
    purpose: Purpose,
    right: Refusal,
    (known, has_secret): (bool, bool),
) -> Refusal {
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
