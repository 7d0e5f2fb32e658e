//! Mistakes with who a token or revocation request comes from.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::client_assertion::by_access_token;
use crate::server::core::Core;
use crate::server::faults::{
    client_assertion, device, introspection, pkce, pushed, refresh, registration, revoke, token,
};
use crate::server::oauth::client_auth::{Claim, Place, Purpose};
use crate::server::oauth::http::{Refusal, given};
use crate::server::policy::{ClientMethod, Reason};
use crate::server::variants;
use crate::server::world::{Application, GrantType, World};
use crate::wire::{Params, Request, basic};

/// What is told by a server that breaks.
pub(super) const BROKEN: Refusal = Refusal::new("server_error", "The server failed").at(500);

/// Where the client is looked for that authenticates in two ways.
// token/two-authentications, token/every-credential-checked
pub(in crate::server) fn several(
    server: &Core,
    field: &[u8],
    params: &Params,
    right: Result<Place, Refusal>,
) -> Result<Place, Refusal> {
    let sent = basic::decode(field);
    let equal = sent.is_some_and(|sent| {
        (Some(&*sent.id), Some(&*sent.secret))
            == (given(params, "client_id"), given(params, "client_secret"))
    });
    if equal && server.varies(&variants::TWO_AUTHENTICATIONS) {
        return Ok(Place::Header);
    }
    server.switches().pick(
        right,
        [(&token::HEADER_WINS, Ok(Place::Header)), (&token::BODY_WINS, Ok(Place::Body))],
    )
}

/// The credentials that HTTP Basic is read as.
// token/basic-authentication, token/basic-form-encoded, token/basic-malformed
pub(in crate::server) fn decoded(
    server: &Core,
    field: &[u8],
    right: Option<basic::Credentials>,
) -> Result<Option<basic::Credentials>, Refusal> {
    let raw = as_it_stands(field).filter(|raw| right.as_ref() != Some(raw));
    if raw.is_some() && server.has(&token::BASIC_NOT_DECODED) {
        return Ok(raw);
    }
    let Some(credentials) = right else {
        let value = field.split(|byte| *byte == b' ').nth(1);
        return match value {
            Some(value) if value.contains(&b'!') && server.has(&token::BASIC_LOOSE) => {
                let known: Vec<u8> = field.iter().filter(|byte| **byte != b'!').copied().collect();
                Ok(basic::decode(&known))
            }
            Some(_) if server.has(&token::BASIC_BREAKS) => Err(BROKEN),
            None if server.has(&token::BASIC_EMPTY_BREAKS) => Err(BROKEN),
            _ => Ok(None),
        };
    };
    let other_case = !field.starts_with(b"Basic ");
    let right = Some(credentials);
    Ok(server.switches().alter(
        right.clone(),
        [(&token::BASIC_UNKNOWN, None), (&token::BASIC_WITH_CASE, right.filter(|_| !other_case))],
    ))
}

/// Identifier and secret without form decoding.
fn as_it_stands(field: &[u8]) -> Option<basic::Credentials> {
    let value = std::str::from_utf8(field).ok()?.split_once(' ')?.1;
    let pair = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some(basic::Credentials { id: id.to_owned(), secret: secret.to_owned() })
}

/// The identifier and the secret that a client sends, in the header or in the body.
pub(super) fn credentials(request: &Request, params: &Params) -> (Option<String>, Option<String>) {
    if let Some(sent) = request.headers.get("authorization").and_then(basic::decode) {
        return (Some(sent.id), Some(sent.secret));
    }
    let posted = |name: &str| given(params, name).map(str::to_owned);
    (posted("client_id"), posted("client_secret"))
}

/// Whether the identifier in the body counts as the one in the header.
// token/every-credential-checked
pub(in crate::server) fn same_id(server: &Core, right: bool) -> bool {
    let ignored = [(&token::OTHER_ID_IGNORED, true), (&token::NAMED_WINS, true)];
    server.switches().alter(right, ignored)
}

/// The client with this identifier in other case and this secret.
// token/client-credentials
fn in_any_case<'a>(server: &Core, claim: &Claim, world: &'a World) -> Option<&'a Application> {
    let id = claim.id.as_deref().filter(|_| server.has(&token::ID_ANY_CASE))?;
    let sent = claim.secret.as_deref().unwrap_or_default();
    let mut known = world.applications.iter();
    known.find(|app| app.client_id.eq_ignore_ascii_case(id) && app.secret == sent)
}

/// The client that is taken to have asked.
pub(in crate::server) fn authenticated<'a>(
    server: &Core,
    (purpose, params): (Purpose, &Params),
    claim: &Claim,
    (world, app): (&'a World, Option<&'a Application>),
    right: Result<&'a Application, Refusal>,
) -> Result<&'a Application, Refusal> {
    let sent = claim.secret.as_deref();
    let public = right.as_ref().is_ok_and(|app| app.is_public());
    // revoke/by-access-token, token/empty-is-absent
    let refused = public
        && (purpose == Purpose::Revocation && server.has(&revoke::NO_PUBLIC)
            || sent == Some("") && server.has(&token::EMPTY_SECRET_COMPARED));
    // token/basic-authentication
    let by_basic = claim.id.is_some() && given(params, "client_id").is_none();
    let in_header = claim.reason == Reason::ClientByBasic;
    let refreshes = purpose == Purpose::Tokens(GrantType::RefreshToken);
    let refused = refused
        || by_basic && server.has(&token::BASIC_NEEDS_ID)
        || in_header && !by_basic && server.has(&token::BASIC_ALONE)
        || in_header && refreshes && server.has(&token::BASIC_NOT_FOR_REFRESH)
        || in_header && lacks_basic(server, purpose);
    let right = if refused { Err(server.refusal(Reason::Client)) } else { right };
    // client-assertion/needed
    let keyed = app.filter(|app| app.secret.is_empty() && !app.jwks.is_empty());
    if let Some(app) = keyed.filter(|_| is_let_in(server, sent)) {
        return Ok(app);
    }
    if let Some(app) = in_any_case(server, claim, world).filter(|_| right.is_err()) {
        return Ok(app);
    }
    // token/named-client
    if let Some(named) = taken_for(server, params, claim, (world, app)) {
        return Ok(named);
    }
    let nobody = claim.id.is_none() && sent.is_none();
    if let Some(owner) = nobody.then(|| owner(server, params)).flatten() {
        return world.application(&owner).map_or(right, Ok);
    }
    let holder = || public_holder(server, params, world).filter(|_| purpose == Purpose::Revocation);
    if public && server.has(&revoke::ANY_PUBLIC_CLIENT)
        || nobody && server.has(&revoke::PUBLIC_UNNAMED)
    {
        return holder().map_or(right, Ok);
    }
    // token/public-names-itself
    let code = given(params, "code").filter(|_| nobody);
    if let Some(code) = code.filter(|_| server.has(&token::PUBLIC_UNNAMED)) {
        let owner = server.store.client_of_code(code);
        let owner = owner.and_then(|id| world.application(&id));
        return owner.filter(|app| app.is_public()).map_or(right, Ok);
    }
    right.or_else(|refusal| {
        let expected = app.map_or("", |app| app.secret.as_str());
        app.filter(|app| {
            is_let_through(server, purpose, sent, expected)
                || is_overlooked(server, purpose, sent, in_header)
                || is_proven_by_key(server, (purpose, params), sent, app)
        })
        .ok_or_else(|| told(server, purpose, refusal, (app.is_some(), sent.is_some())))
    })
}

/// The client that the request names, where a mistake takes it for the one that authenticated.
// token/named-client, revoke/bound-to-client
fn taken_for<'a>(
    server: &Core,
    params: &Params,
    claim: &Claim,
    (world, app): (&'a World, Option<&'a Application>),
) -> Option<&'a Application> {
    let secret = claim.secret.as_deref().filter(|secret| !secret.is_empty())?;
    if claim.reason == Reason::ClientByBasic {
        let proven = app.is_some_and(|app| app.secret == secret);
        let named = given(params, "client_id").and_then(|id| world.application(id));
        return named.filter(|_| proven && server.has(&token::NAMED_WINS));
    }
    let known = world.applications.iter().any(|app| app.secret == secret);
    app.filter(|app| app.secret != secret && known && server.has(&token::ANY_SECRET_KNOWN))
}

/// The client that a grant belongs to, where a mistake takes it for the one that has sent it.
// token/client-credentials, refresh/needs-client-credentials
fn owner(server: &Core, params: &Params) -> Option<String> {
    let store = &server.store;
    let redeemed = given(params, "code").and_then(|code| store.client_of_code(code));
    let refreshed = given(params, "refresh_token").and_then(|token| store.client_of_refresh(token));
    let known =
        |owner: &String| server.world().application(owner).is_some_and(|app| !app.is_public());
    let redeemed = redeemed.filter(known).filter(|_| server.has(&token::UNNAMED));
    redeemed.or_else(|| refreshed.filter(known).filter(|_| server.has(&refresh::UNNAMED)))
}

/// The public client that holds the token of a revocation.
// revoke/needs-client-credentials, revoke/bound-to-client
fn public_holder<'a>(server: &Core, params: &Params, world: &'a World) -> Option<&'a Application> {
    let (token, store) = (given(params, "token")?, &server.store);
    let grant = store.of_refresh(token).or_else(|| store.of_access(token))?;
    world.application(&grant.client_id).filter(|app| app.is_public())
}

/// The client that is taken to have authenticated by its assertion.
// client-assertion/authenticates, client-assertion/everywhere, client-assertion/refusal
pub(in crate::server) fn asserted(
    server: &Core,
    (purpose, params): (Purpose, &Params),
    right: Result<Application, Refusal>,
) -> Result<Application, Refusal> {
    // client-assertion/key
    let right = right.or_else(|refusal| by_access_token(server, params).ok_or(refusal));
    // client-assertion/client-agrees
    let world = server.world();
    let other = given(params, "client_id").and_then(|id| world.application(id));
    let other =
        other.filter(|other| right.as_ref().is_ok_and(|app| app.client_id != other.client_id));
    if let Some(other) = other.filter(|_| server.has(&client_assertion::NAME_WINS)) {
        return Ok(other.clone());
    }
    let refresh = purpose == Purpose::Tokens(GrantType::RefreshToken);
    let closed = server.has(&client_assertion::UNKNOWN)
        || match purpose {
            Purpose::Revocation => server.has(&client_assertion::NOT_AT_REVOCATION),
            Purpose::Introspection => server.has(&client_assertion::NOT_AT_INTROSPECTION),
            Purpose::Push => server.has(&client_assertion::NOT_AT_PUSH),
            _ => refresh && server.has(&client_assertion::NOT_FOR_REFRESH),
        };
    let unknown = server.refusal(Reason::Client);
    let right = if closed { Err(unknown) } else { right };
    right.map_err(|told| {
        let but = |other: Refusal| if told.error == unknown.error { other } else { told };
        server.switches().pick(
            told,
            [
                (&client_assertion::IS_INVALID_REQUEST, but(told.called("invalid_request"))),
                (&client_assertion::IS_INVALID_GRANT, but(told.called("invalid_grant"))),
                (&client_assertion::AT_403, but(told.at(403))),
            ],
        )
    })
}

/// Whether a proof key is taken in place of a secret.
// pkce/no-authentication
fn is_proven_by_key(
    server: &Core,
    (purpose, params): (Purpose, &Params),
    sent: Option<&str>,
    app: &Application,
) -> bool {
    let store = &server.store;
    let own = |client: Option<String>| client.as_deref() == Some(app.client_id.as_str());
    match purpose {
        Purpose::Tokens(GrantType::AuthorizationCode) => {
            let known = given(params, "code_verifier").zip(given(params, "code"));
            sent.is_none()
                && known.is_some_and(|(verifier, code)| store.proves(code, verifier))
                && own(given(params, "code").and_then(|code| store.client_of_code(code)))
                && server.has(&pkce::VERIFIER_FOR_SECRET)
        }
        Purpose::Tokens(GrantType::RefreshToken) => {
            sent.is_none()
                && given(params, "refresh_token").is_some_and(|token| store.came_by_key(token))
                && server.has(&pkce::REFRESH_WITHOUT_SECRET)
        }
        _ => false,
    }
}

/// Whether a client with a key is let in without an assertion.
fn is_let_in(server: &Core, sent: Option<&str>) -> bool {
    let fault = match sent {
        None => &client_assertion::NAME_IS_ENOUGH,
        Some(_) => &client_assertion::SECRET_IS_ENOUGH,
    };
    server.has(fault)
}

/// Whether an endpoint has no HTTP Basic, by a mistake.
// metadata/auth-methods-work
fn lacks_basic(server: &Core, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Revocation => server.has(&revoke::NO_BASIC),
        Purpose::Introspection => server.has(&introspection::NO_BASIC),
        Purpose::Push => server.has(&pushed::NO_BASIC),
        Purpose::Device | Purpose::Tokens(_) => false,
    }
}

/// Whether an endpoint beside that for tokens takes no secret for the right one, or does not check the header.
// revoke/needs-client-credentials, introspection/caller-authenticated, pushed/client-authenticated,
// device/client-authenticated
fn is_overlooked(server: &Core, purpose: Purpose, sent: Option<&str>, in_header: bool) -> bool {
    let (empty, header) = match purpose {
        Purpose::Revocation => (&revoke::EMPTY_SECRET, &revoke::HEADER_UNCHECKED),
        Purpose::Introspection => (&introspection::EMPTY_SECRET, &introspection::HEADER_UNCHECKED),
        Purpose::Push => (&pushed::EMPTY_SECRET, &pushed::HEADER_UNCHECKED),
        Purpose::Device => (&device::EMPTY_SECRET, &device::HEADER_UNCHECKED),
        Purpose::Tokens(_) => return false,
    };
    sent == Some("") && server.has(empty) || in_header && server.has(header)
}

/// Whether a secret is taken that is not the right one.
fn is_let_through(server: &Core, purpose: Purpose, sent: Option<&str>, expected: &str) -> bool {
    let text = sent.unwrap_or_default();
    let given = !text.is_empty();
    let switches = server.switches();
    match purpose {
        Purpose::Tokens(GrantType::RefreshToken) => switches
            .pick(false, [(&refresh::ANY_SECRET, given), (&refresh::NO_SECRET, sent.is_none())]),
        Purpose::Tokens(GrantType::ClientCredentials) => switches.pick(
            false,
            [
                (&token::CREDENTIALS_ANY_SECRET, given),
                (&token::CREDENTIALS_NO_SECRET, sent.is_none()),
            ],
        ),
        Purpose::Tokens(GrantType::Password) => switches.pick(
            false,
            [(&token::PASSWORD_ANY_SECRET, given), (&token::PASSWORD_NO_SECRET, sent.is_none())],
        ),
        Purpose::Tokens(GrantType::JwtBearer) => {
            switches.pick(false, [(&token::ASSERTION_ANY_SECRET, given)])
        }
        Purpose::Tokens(GrantType::TokenExchange) => {
            switches.pick(false, [(&token::EXCHANGE_ANY_SECRET, given)])
        }
        Purpose::Tokens(GrantType::AuthorizationCode) => switches.pick(
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
        Purpose::Push => switches
            .pick(false, [(&pushed::ANY_SECRET, given), (&pushed::NO_SECRET, sent.is_none())]),
        Purpose::Tokens(GrantType::DeviceCode) => {
            sent.is_none() && server.has(&device::REDEEMED_WITHOUT_SECRET)
        }
        Purpose::Device | Purpose::Introspection | Purpose::Tokens(GrantType::Implicit) => false,
    }
}

/// Whether a client authenticates as it registered.
// registration/method-holds
pub(in crate::server) fn method_holds(server: &Core, way: ClientMethod, right: bool) -> bool {
    let basic = way == ClientMethod::Basic && server.has(&registration::POST_TAKES_BASIC);
    right
        || basic
        || server.has(&registration::ANY_METHOD)
        || server.varies(&variants::REGISTER_ANY_METHOD)
}

/// What a client is told that could not be authenticated.
fn told(
    server: &Core,
    purpose: Purpose,
    right: Refusal,
    (known, has_secret): (bool, bool),
) -> Refusal {
    let refreshes = purpose == Purpose::Tokens(GrantType::RefreshToken);
    let exchanges = !refreshes && matches!(purpose, Purpose::Tokens(_));
    let but = |wrong: bool, refusal: Refusal| if wrong { refusal } else { right };
    let invalid_request = right.called("invalid_request");
    let nobody = Refusal { description: "There is no such client", ..right };
    server.switches().pick(
        right,
        [
            (&token::UNKNOWN_CLIENT_SAID, but(!known, nobody)),
            (&token::CLIENT_401, right.at(401)),
            (&token::CLIENT_403, right.at(403)),
            (&token::CLIENT_BREAKS, right.at(500)),
            (
                &token::CLIENT_IS_INVALID_GRANT,
                but(exchanges, right.called("invalid_grant").at(400)),
            ),
            (
                &token::CLIENT_UNKNOWN_IS_UNAUTHORIZED,
                but(exchanges && !known, right.called("unauthorized_client").at(400)),
            ),
            (
                &token::NO_SECRET_IS_INVALID_REQUEST,
                but(exchanges && !has_secret, invalid_request.at(400)),
            ),
            (&refresh::CLIENT_IS_INVALID_GRANT, but(refreshes, right.called("invalid_grant"))),
            (
                &revoke::CLIENT_IS_INVALID_REQUEST,
                but(purpose == Purpose::Revocation, invalid_request),
            ),
        ],
    )
}
