//! Who a token or revocation request comes from (`box` OAuth page, "Getting the Access Token";
//! RFC 6749 §2.3): by HTTP Basic, in the body, or as a public client, as the dialect permits.

use crate::server::Server;
use crate::server::faults;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::interaction::same_secret;
use crate::server::policy::{ClientMethod, Reason};
use crate::server::world::{Application, GrantType};
use crate::wire::{Params, Request, basic};

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
    let Claim { reason, id, secret } = Claim::read(server, request, params)?;
    let right = server.refusal(reason);
    // token/client-credentials, refresh/needs-client-credentials, revoke/needs-client-credentials
    let world = server.world();
    let app = id.and_then(|id| world.application(&id));
    // An unknown client costs the same comparison, so that time does not tell the two apart.
    let expected = app.map_or("", |app| app.secret.as_str());
    let sent = secret.as_deref();
    let proven = same_secret(sent.unwrap_or_default(), expected) && !expected.is_empty()
        || app.is_some_and(|app| is_public(server, app, sent))
        || is_let_through(server, purpose, sent, expected);
    app.filter(|_| proven)
        .cloned()
        .ok_or_else(|| told(server, purpose, right, app.is_some(), sent.is_some()))
}

/// Who a request says it comes from, and how.
struct Claim {
    /// What is told where it is not true.
    reason: Reason,
    id: Option<String>,
    /// The secret; absent: none was sent.
    secret: Option<String>,
}

impl Claim {
    fn read(server: &Server, request: &Request, params: &Params) -> Result<Self, Refusal> {
        let id = given(params, "client_id");
        let methods = &server.policy().client_authentication;
        let Some(field) = basic_field(request) else {
            let secret = params.first("client_secret").map(str::to_owned);
            let permitted = secret.is_none() || methods.contains(&ClientMethod::Body);
            let id = id.filter(|_| permitted).map(str::to_owned);
            return Ok(Self { reason: Reason::Client, id, secret });
        };
        // RFC 6749 §2.3: one method at a time.
        if given(params, "client_secret").is_some() {
            return Err(server.refusal(Reason::SeveralAuthentications));
        }
        let reason = Reason::ClientByBasic;
        let sent = basic::decode(field).filter(|_| methods.contains(&ClientMethod::Basic));
        // A client_id beside it has to be the same.
        let sent = sent.filter(|sent| id.is_none_or(|id| id == sent.id));
        let sent = sent.ok_or_else(|| server.refusal(reason))?;
        Ok(Self { reason, id: Some(sent.id), secret: Some(sent.secret) })
    }
}

/// Whether a public client names itself, which is all that it can do (RFC 6749 §2.1, §3.2.1).
fn is_public(server: &Server, app: &Application, sent: Option<&str>) -> bool {
    let permitted = server.policy().client_authentication.contains(&ClientMethod::None);
    permitted && app.secret.is_empty() && sent.unwrap_or_default().is_empty()
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
fn told(
    server: &Server,
    purpose: Purpose,
    right: Refusal,
    known: bool,
    has_secret: bool,
) -> Refusal {
    use faults::{refresh, revoke, token};
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

fn basic_field(request: &Request) -> Option<&[u8]> {
    request.headers.all("authorization").find(|value| {
        let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"basic")
    })
}
