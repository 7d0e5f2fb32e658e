//! Mistakes with references to pushed authorization requests.

use crate::server::core::Core;
use crate::server::faults::{pushed as faults, redirect};
use crate::server::oauth::authorization_request::{Input, Refusal};
use crate::server::oauth::by_reference::{INVALID, REQUEST_URI};
use crate::server::oauth::http::given;
use crate::server::oauth::pushed::Pushed;
use crate::server::variants;
use crate::testbed::Fault;
use crate::wire::Params;

/// The request that is meant.
pub(in crate::server) fn meant(
    server: &Core,
    sent: Input,
    right: Result<Option<Input>, Refusal>,
) -> Result<Input, Refusal> {
    let uri = given(&sent.params, REQUEST_URI).map(str::to_owned);
    let found = match (right, uri) {
        // pushed/required
        (Err(_), None) if server.has(&faults::PLAIN_TAKEN) => Ok(None),
        (Ok(None), None) if is_demanded(server) => Err(Refusal::Page("invalid_request")),
        (Err(refusal), Some(uri)) => misled(server, &sent, &uri).ok_or(refusal),
        (right, _) => right,
    };
    match found? {
        None => Ok(sent),
        Some(_) if is_incomplete(server, &sent) => Err(Refusal::Page(INVALID)),
        Some(pushed) => Ok(beside(server, &sent, pushed)),
    }
}

fn is_demanded(server: &Core) -> bool {
    let varied = [&variants::PUSH_DEMANDED, &variants::PUSH_UNTOLD];
    varied.into_iter().any(|it| server.varies(it)) || server.has(&redirect::UNPUSHED_TOLD)
}

/// Whether a reference alone is not enough for a mistaken server.
// pushed/followed
fn is_incomplete(server: &Core, sent: &Input) -> bool {
    let alone = given(&sent.params, "response_type").is_none();
    alone && server.has(&faults::NEEDS_PARAMETERS) || server.has(&faults::NEVER_FOLLOWED)
}

/// What a mistaken server takes an unusable reference for.
fn misled(server: &Core, sent: &Input, uri: &str) -> Option<Option<Input>> {
    let client = given(&sent.params, "client_id");
    let now = server.now();
    let kept = server.pushed.lock();
    let is_kept = |known: &Pushed| {
        let right = client == Some(&known.client_id);
        // pushed/bound-to-client
        let own = right
            || client.is_some() && server.has(&faults::ANY_CLIENT)
            || client.is_none() && server.has(&faults::NO_CLIENT);
        // pushed/expires
        own && (now < known.expires || server.has(&faults::NEVER_EXPIRES))
    };
    // pushed/unknown-reference
    let is_named = |known: &str| {
        known == uri
            || uri.starts_with(known) && server.has(&faults::BY_LENGTH)
            || uri.eq_ignore_ascii_case(known) && server.has(&faults::ANY_CASE)
    };
    let found = kept.iter().find(|(known, pushed)| is_named(known) && is_kept(pushed));
    let found = found.filter(|(_, pushed)| !pushed.opened);
    let found = found.map(|(uri, known)| Some(Input::referred_to(uri, known.params.clone())));
    let ignored = server.has(&faults::UNKNOWN_IGNORED) && !kept.contains_key(uri);
    found.or_else(|| ignored.then_some(None))
}

/// What becomes of a pushed request beside other parameters.
fn beside(server: &Core, sent: &Input, mut pushed: Input) -> Input {
    // pushed/query-ignored
    for (fault, names) in WINNERS {
        let won = |name: &str| names.contains(&name) && given(&sent.params, name).is_some();
        if server.has(fault) && names.iter().any(|name| won(name)) {
            pushed.params = pushed.params.without(won);
            let values = names.iter().filter_map(|name| Some((*name, given(&sent.params, name)?)));
            values.for_each(|(name, value)| pushed.params.push(name, value));
        }
    }
    // pushed/parameters-hold, pushed/proof-key-holds
    for (fault, names) in LOST {
        if server.has(fault) {
            pushed.params = pushed.params.without(|name| names.contains(&name));
        }
    }
    // pushed/parameters-hold
    if server.has(&faults::URI_LOST) {
        let world = server.world();
        let app = given(&pushed.params, "client_id").and_then(|id| world.application(id));
        if let Some(uri) = app.and_then(|app| app.redirect_uris.first()) {
            pushed.params = with(&pushed.params, "redirect_uri", Some(uri));
        }
    }
    repaired(server, &mut pushed);
    pushed
}

/// Parameters of the query that count in place of the pushed ones.
static WINNERS: &[(&Fault, &[&str])] = &[
    (&faults::STATE_WINS, &["state"]),
    (&faults::SCOPE_WINS, &["scope"]),
    (&faults::URI_WINS, &["redirect_uri"]),
    (&faults::CHALLENGE_WINS, CHALLENGE),
];

/// Parameters that are forgotten.
static LOST: &[(&Fault, &[&str])] = &[
    (&faults::SCOPE_LOST, &["scope"]),
    (&faults::STATE_LOST, &["state"]),
    (&faults::CHALLENGE_LOST, CHALLENGE),
];

const CHALLENGE: &[&str] = &["code_challenge", "code_challenge_method"];

/// What is wrong with a pushed request is mended in place of a refusal.
// pushed/validated
fn repaired(server: &Core, pushed: &mut Input) {
    let params = &mut pushed.params;
    if server.has(&faults::TYPE_REPAIRED) {
        *params = with(params, "response_type", Some("code"));
    }
    let world = server.world();
    let app = given(params, "client_id").and_then(|id| world.application(id));
    let asked = given(params, "scope").unwrap_or_default();
    let may = |scope: &str| app.is_some_and(|app| app.scopes.iter().any(|known| known == scope));
    if !asked.split(' ').all(may) && server.has(&faults::SCOPE_REPAIRED) {
        *params = with(params, "scope", None);
    }
    let known = given(params, "code_challenge_method").is_none_or(|method| method == "S256");
    if !known && server.has(&faults::CHALLENGE_REPAIRED) {
        *params = params.without(|name| CHALLENGE.contains(&name));
    }
}

/// Parameters with one of another value, or without it.
fn with(params: &Params, name: &str, value: Option<&str>) -> Params {
    let mut params = params.without(|known| known == name);
    if let Some(value) = value {
        params.push(name, value);
    }
    params
}

/// The pushed request, unless a server that minds it has shown it to somebody before.
pub(in crate::server) fn opened(server: &Core, uri: &str, right: Option<Params>) -> Option<Params> {
    // With a page before the consent it is opened twice.
    let twice = [
        &variants::PAGE_BEFORE_CONSENT,
        &variants::TERMS_BEFORE_CONSENT,
        &variants::STAY_BEFORE_CONSENT,
        &variants::SKIP_BEFORE_CONSENT,
        &variants::TEAM_BEFORE_CONSENT,
        &variants::LINK_BEFORE_CONSENT,
    ]
    .into_iter()
    .any(|it| server.varies(it));
    if right.is_none() || twice || !server.varies(&variants::PUSH_OPENED_ONCE) {
        return right;
    }
    let mut kept = server.pushed.lock();
    let known = kept.get_mut(uri)?;
    let before = std::mem::replace(&mut known.opened, true);
    right.filter(|_| !before)
}

/// Whether a reference is used for the first time.
// pushed/single-use
pub(in crate::server) fn spent(server: &Core, right: impl FnOnce() -> bool) -> bool {
    server.has(&faults::REUSED) || right()
}
