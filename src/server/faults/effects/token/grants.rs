//! Mistakes with what is given for a refresh token, for a user's password, and for what several
//! requests bring at once.

use std::borrow::Cow;
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::server::core::Core;
use crate::server::faults::{access_token, code, refresh, token};
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::store::Fresh;
use crate::server::policy::Reason;
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::together;
use crate::wire::Params;

/// The scopes of the access token that a refresh brings.
// refresh/scope-never-widens, refresh/scope-kept, refresh/scope-told
pub(in crate::server) fn scopes_of_refresh(
    server: &Core,
    app: &Application,
    asked: &str,
    granted: &[String],
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    let words = || Some(asked.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let kept = || Some(granted.to_vec());
    if asked.is_empty() {
        let nothing = Some(Vec::new());
        let wrong =
            [(&refresh::ALL_SCOPES, Some(app.scopes.clone())), (&refresh::NO_SCOPES, nothing)];
        return server.switches().alter(right, wrong);
    }
    if right != kept() && server.varies(&variants::REFRESH_KEEPS_SCOPE) {
        return kept();
    }
    let own =
        words().filter(|it| it.iter().all(|word| app.scopes.contains(word)) && right != words());
    let own = own.map(|own| (&refresh::SCOPE_OF_CLIENT, Some(own)));
    let wrong = [(&refresh::SCOPE_WIDENS, words()), (&refresh::SCOPE_IGNORED, kept())];
    let wrong = wrong.into_iter().chain(own);
    server.switches().alter(right, wrong)
}

/// Whether a client may refresh: none, or why not.
// refresh/after-expiry, refresh/before-expiry
pub(super) fn refreshes(
    server: &Core,
    app: &Application,
    refused: Option<Refusal>,
) -> Option<Refusal> {
    if refused.is_none() && app.is_public() && server.has(&refresh::PUBLIC_REFUSED) {
        return Some(server.refusal(Reason::Client));
    }
    refused.filter(|_| !server.varies(&variants::REFRESH_FOR_ALL))
}

/// The scope that a token request names for its code.
// code/bound-to-scope
fn named_scope(server: &Core, (app, params): (&Application, &Params), sent: &str) {
    let Some(asked) = given(params, "scope") else { return };
    if server.has(&code::SCOPE_WIDENS) {
        let words = asked.split_whitespace().map(str::to_owned);
        let scopes = words.filter(|word| app.scopes.contains(word)).collect();
        server.store.set_scopes(sent, scopes);
    }
}

/// The scope of a code that comes with a refresh token.
// refresh/scope-never-widens
fn code_beside(server: &Core, params: &Params, sent: &str) {
    let Some(code) = given(params, "code") else { return };
    if server.has(&refresh::CODE_BESIDE)
        && let Some(scopes) = server.store.scopes_of(code)
    {
        server.store.set_scopes(sent, scopes);
    }
}

/// A code as it is issued to a client.
// code/unknown
pub(in crate::server) fn code_for(server: &Core, client_id: &str, right: String) -> String {
    let marked = format!("{right}.{}", URL_SAFE_NO_PAD.encode(client_id));
    server.switches().pick(right, [(&code::CLIENT_PART, marked)])
}

/// The tokens that a code brings, of which one may be that of the grant before.
// access-token/unguessable, refresh/before-expiry
pub(in crate::server) fn brought(server: &Core, code: &str, right: Fresh) -> Fresh {
    let for_all = || server.has(&refresh::FOR_ALL) || server.varies(&variants::REFRESH_FOR_ALL);
    let refresh = right.refresh.or_else(|| for_all().then(|| server.refresh_token()));
    let right = Fresh { refresh, ..right };
    match server.store.live_access(server.now(), code) {
        Some(access)
            if server.varies(&variants::TOKEN_AGAIN)
                || server.has(&access_token::AGAIN_COUNTER) =>
        {
            Fresh { access, ..right }
        }
        _ => right,
    }
}

/// The code that is meant, and the client that it is redeemed for.
// code/unknown, code/bound-to-client
pub(in crate::server) fn meant<'c>(
    server: &Core,
    (app, params): (&Application, &Params),
    sent: &'c str,
) -> (Cow<'c, str>, String) {
    named_scope(server, (app, params), sent);
    let public = app.is_public();
    if public && server.has(&code::ANY_PUBLIC_CLIENT) {
        let owner = server.store.client_of_code(sent);
        return (sent.into(), owner.unwrap_or_else(|| app.client_id.clone()));
    }
    let right = (Cow::Borrowed(sent), app.client_id.clone());
    if !server.has(&code::CLIENT_PART) {
        return right;
    }
    let Some((start, client)) = sent.rsplit_once('.') else { return right };
    let known = server.store.code_that_begins(&format!("{start}."));
    let owner = known.as_deref().and_then(|code| server.store.client_of_code(code));
    let believed = client == URL_SAFE_NO_PAD.encode(&app.client_id);
    match (known, owner) {
        (Some(code), Some(owner)) if believed => (code.into(), owner),
        _ => right,
    }
}

/// The client that a refresh token is used for, and whether it is unused as the request comes.
pub(in crate::server) fn presented(
    server: &Core,
    (app, params): (&Application, &Params),
    sent: &str,
) -> (String, bool) {
    code_beside(server, params, sent);
    (refreshed_for(server, app, sent), was_unused(server, sent))
}

// refresh/bound-to-client
fn refreshed_for(server: &Core, app: &Application, sent: &str) -> String {
    let right = app.client_id.clone();
    let owner = if app.is_public() { server.store.client_of_refresh(sent) } else { None };
    let owner = owner.unwrap_or_else(|| right.clone());
    server.switches().alter(right, [(&refresh::ANY_PUBLIC_CLIENT, owner)])
}

/// What a client is told that brings an empty password, where it counts as none (RFC 6749 §3.2).
pub(in crate::server) fn missing_password(server: &Core, sent: &str) -> Option<Refusal> {
    let missing = sent.is_empty() && server.varies(&variants::EMPTY_PASSWORD_MISSING);
    missing.then(|| Refusal::invalid_request("The parameter password is missing"))
}

/// Whether a password counts as right.
// token/password-grant
pub(in crate::server) fn password(server: &Core, known: &str, sent: &str, right: bool) -> bool {
    server.switches().alter(
        right,
        [
            (&token::PASSWORD_PREFIX, known.starts_with(sent)),
            (&token::PASSWORD_EXTENDED, sent.starts_with(known)),
            (&token::PASSWORD_ANY_CASE, known.eq_ignore_ascii_case(sent)),
        ],
    )
}

/// Whether a refresh token is unused as a request comes, by a mistake long before it is used.
// token/losers-refused
fn was_unused(server: &Core, refresh: &str) -> bool {
    server.switches().has_among_others(&token::LOSERS_BREAK) && {
        let unused = server.store.is_unused(refresh);
        pause();
        unused
    }
}

/// The same of a code.
// token/losers-refused
pub(in crate::server) fn is_unredeemed(server: &Core, code: &str) -> bool {
    server.switches().has_among_others(&token::CODE_LOSERS_BREAK) && {
        let unused = server.store.is_unredeemed(code);
        pause();
        unused
    }
}

fn pause() {
    together::pause(Duration::from_millis(10));
}

/// What a request is told that lost against others.
pub(in crate::server) fn lost(was_unused: bool, right: Refusal) -> Refusal {
    let used = matches!(
        right.reason,
        Some(Reason::CodeReplayed | Reason::RefreshTokenUsed | Reason::RefreshTokenUnknown)
    );
    let broken = Refusal::new("server_error", "The row was changed").at(500);
    if was_unused && used { broken } else { right }
}
