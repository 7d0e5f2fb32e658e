//! Mistakes with exchanging tokens as RFC 8693 has it, and choices of other servers.

use serde_json::json;

use crate::server::core::Core;
use crate::server::faults::effects::client_auth::BROKEN;
use crate::server::faults::{downscope, exchange as faults};
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::{ACCESS_TOKEN, Issued, REFRESH_TOKEN};
use crate::server::oauth::store::Grant;
use crate::server::oauth::token::exchange::Part;
use crate::server::variants;
use crate::server::world::Application;
use crate::wire::{Params, jws};

/// What is told where there is no token to exchange.
// exchange/subject-token-required
pub(in crate::server) fn missing(server: &Core, right: Refusal) -> Refusal {
    let grant = right.called("invalid_grant");
    let wrong = [(&faults::MISSING_INVALID_GRANT, grant), (&faults::MISSING_BREAKS, BROKEN)];
    server.switches().pick(right, wrong)
}

/// The type that a token is taken to have.
// exchange/subject-type-required, exchange/actor-type-required
pub(in crate::server) fn kind<'a>(
    server: &Core,
    part: Part,
    right: Option<&'a str>,
) -> Option<&'a str> {
    let fault = match part {
        Part::Subject => &faults::TYPE_GUESSED,
        Part::Actor => &faults::ACTOR_TYPE_GUESSED,
    };
    right.or_else(|| server.has(fault).then_some(ACCESS_TOKEN))
}

/// The type that is known, if any is.
// exchange/subject-type-unknown
pub(in crate::server) fn known<'a>(
    server: &Core,
    part: Part,
    sent: &'a str,
    right: bool,
) -> Option<&'a str> {
    let subject = part == Part::Subject;
    if right {
        let access_alone = sent == REFRESH_TOKEN && server.varies(&variants::EXCHANGE_ACCESS_ALONE);
        return (!access_alone).then_some(sent);
    }
    (subject && server.has(&faults::ANY_TYPE)).then_some(ACCESS_TOKEN)
}

/// What a token is taken to stand for.
// exchange/subject-invalid, exchange/subject-expired, exchange/subject-revoked, exchange/subject-kind
// exchange/actor-invalid
pub(in crate::server) fn standing(
    server: &Core,
    part: Part,
    (token, kind): (&str, &str),
    right: Option<Grant>,
) -> Option<Grant> {
    if part == Part::Subject && server.has(&faults::REFUSED)
        || part == Part::Actor && server.varies(&variants::EXCHANGE_WITHOUT_ACTORS)
    {
        return None;
    }
    right.or_else(|| match part {
        Part::Actor => taken_actor(server, token),
        Part::Subject => dead(server, token, kind).or_else(|| by_form(server, token)),
    })
}

fn taken_actor(server: &Core, token: &str) -> Option<Grant> {
    let expired = || server.store.of_access(token);
    let nobody = || Grant { client_id: "somebody".to_owned(), ..Grant::default() };
    match server.has(&faults::ACTOR_EXPIRED) {
        true => expired(),
        false => server.has(&faults::ACTOR_UNCHECKED).then(nobody),
    }
}

/// A token that does not live any more, or is of another kind.
fn dead(server: &Core, token: &str, kind: &str) -> Option<Grant> {
    let store = &server.store;
    let when = |grant: Option<Grant>, fault| grant.filter(|_| server.has(fault));
    if kind == REFRESH_TOKEN {
        let gone = || store.of_refresh(token).or_else(|| store.last_of(token));
        return when(store.of_access(token), &faults::ACCESS_AS_REFRESH)
            .or_else(|| when(gone(), &faults::GONE_REFRESH));
    }
    when(store.of_access(token), &downscope::EXPIRED_SUBJECT)
        .or_else(|| when(store.last_of(token), &downscope::DEAD_SUBJECT))
        .or_else(|| when(store.of_refresh(token), &downscope::REFRESH_SUBJECT))
        .or_else(|| when(store.of_code(token), &faults::CODE_AS_ACCESS))
}

/// A token that this server has not issued as it stands.
fn by_form(server: &Core, token: &str) -> Option<Grant> {
    if let Some(near) = server.store.near(token) {
        return Some(near);
    }
    let unsigned = jws::read(token)?.header.get("alg") == Some(&json!("none"));
    let jwt = if unsigned { &faults::UNSIGNED_JWT } else { &faults::FOREIGN_JWT };
    let foreign = || Grant { client_id: "somebody".to_owned(), ..Grant::default() };
    server.has(jwt).then(foreign)
}

/// What is told of a token that stands for nothing.
pub(in crate::server) fn invalid(server: &Core, part: Part, right: Refusal) -> Refusal {
    if server.varies(&variants::EXCHANGE_INVALID_GRANT) {
        return right.called("invalid_grant");
    }
    let wrong = [(&faults::INVALID_BREAKS, BROKEN), (&faults::REFUSED_200, right.at(200))];
    match part {
        Part::Subject => server.switches().pick(right, wrong),
        Part::Actor => right,
    }
}

/// Whether the type of an actor's token is refused that comes without one.
// exchange/actor-type-alone
pub(in crate::server) fn type_alone(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::TYPE_ALONE, false)])
}

/// Whether clients exchange their own tokens alone.
pub(in crate::server) fn own_alone(server: &Core, right: bool) -> bool {
    right || server.varies(&variants::EXCHANGE_OWN_ALONE)
}

/// Whether a token is refused that names another actor.
// exchange/named-actor-alone
pub(in crate::server) fn other_actor(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::ANY_ACTOR, false)])
}

/// The scopes of what an exchange brings; none: it is refused.
// exchange/scope-never-widens, exchange/scope-told
pub(in crate::server) fn scopes(
    server: &Core,
    (asked, app, subject): (&str, &Application, &Grant),
    right: Option<Vec<String>>,
) -> Option<Vec<String>> {
    if asked.is_empty() && server.varies(&variants::EXCHANGE_NARROW) {
        return Some(subject.scopes.iter().take(1).cloned().collect());
    }
    let split = || asked.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let may = || Some(split()).filter(|asked| asked.iter().all(|it| app.scopes.contains(it)));
    match right {
        Some(_) if server.has(&faults::SCOPE_UNHEEDED) => Some(subject.scopes.clone()),
        None if server.has(&faults::SCOPE_OF_CLIENT) => may(),
        right => right,
    }
}

/// The type that is taken to be requested.
// exchange/issued-type
pub(in crate::server) fn wanted<'a>(server: &Core, right: Option<&'a str>) -> Option<&'a str> {
    let unheeded = server.varies(&variants::EXCHANGE_TYPE_UNHEEDED);
    if unheeded || server.has(&faults::TYPE_REQUESTED) { None } else { right }
}

/// What the new token stands for.
// exchange/stands-for-subject, exchange/actor-named, exchange/actors-nested
pub(in crate::server) fn exchanged(
    server: &Core,
    (params, actor): (&Params, Option<&Grant>),
    right: Grant,
) -> Grant {
    spend(server, params);
    let first = server.world().users.first().map(|user| user.id.clone()).unwrap_or_default();
    let of_actor = actor.map_or(right.user_id.clone(), |actor| actor.user_id.clone());
    let own = || vec![right.bearer(); usize::from(actor.is_some())];
    let newest = right.actors.iter().take(1).cloned().collect();
    let with = |actors: Vec<String>| Grant { actors, ..right.clone() };
    let wrong = [
        (&faults::OF_FIRST_USER, Grant { user_id: first, ..right.clone() }),
        (&faults::OF_ACTOR, Grant { user_id: of_actor, ..right.clone() }),
        (&faults::ACTOR_UNSAID, with(Vec::new())),
        (&faults::ACTOR_IS_SUBJECT, with(own())),
        (&faults::ACTORS_FORGOTTEN, with(newest)),
    ];
    server.switches().alter(right.clone(), wrong)
}

/// Ends what is exchanged.
// exchange/subject-stays
fn spend(server: &Core, params: &Params) {
    let spent = [("subject_token", &faults::SUBJECT_SPENT), ("actor_token", &faults::ACTOR_SPENT)];
    for (name, _) in spent.into_iter().filter(|(_, fault)| server.has(fault)) {
        given(params, name).into_iter().for_each(|token| server.store.end(token));
    }
}

/// Whether a refresh token is issued.
pub(in crate::server) fn refresh_beside(server: &Core, may: bool, right: bool) -> bool {
    let beside = server.varies(&variants::EXCHANGE_REFRESHABLE);
    may && (right || beside || server.has(&downscope::REFRESHABLE))
}

/// What an exchange brings.
// exchange/issued-type, exchange/scope-told
pub(in crate::server) fn issued(server: &Core, params: &Params, mut issued: Issued) -> Issued {
    let told = |name: &str| given(params, name) == Some(REFRESH_TOKEN);
    let types = [
        (&faults::TYPE_REQUESTED, told("requested_token_type")),
        (&faults::TYPE_OF_SUBJECT, told("subject_token_type")),
    ];
    if types.into_iter().any(|(fault, is_refresh)| is_refresh && server.has(fault)) {
        issued.kind = REFRESH_TOKEN;
    }
    if server.has(&faults::SCOPE_UNHEEDED)
        || given(params, "scope").is_none() && server.varies(&variants::EXCHANGE_SCOPE_UNSAID)
    {
        issued.scopes = Vec::new();
    }
    issued
}
