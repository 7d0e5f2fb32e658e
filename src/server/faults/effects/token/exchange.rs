//! Mistakes with exchanging tokens as RFC 8693 has it, and choices of other servers.

use serde_json::json;

use crate::server::core::Core;
use crate::server::faults::effects::client_auth::BROKEN;
use crate::server::faults::{downscope, exchange as faults, refresh};
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::{ACCESS_TOKEN, Issued, REFRESH_TOKEN};
use crate::server::oauth::jwt_tokens::of_id_token;
use crate::server::oauth::store::Grant;
use crate::server::oauth::token::exchange;
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::{Params, jws};

/// What the exchange does: the server without mistakes, and what goes in and comes out.
type Right = fn(&Core, &Application, &Params) -> Result<Issued, Refusal>;

/// An exchange. `right`: that of a server without mistakes.
pub(in crate::server) fn around(
    server: &Core,
    app: &Application,
    sent: &Params,
    right: Right,
) -> Result<Issued, Refusal> {
    match right(server, app, &read(server, sent)) {
        Ok(answer) => {
            spend(server, sent);
            // refresh/scope-kept
            let narrows = server.has(&refresh::EXCHANGE_NARROWS);
            if let Some(token) = given(sent, "subject_token").filter(|_| narrows) {
                server.store.narrow_session(token, &answer.scopes);
            }
            Ok(issued(server, sent, answer))
        }
        Err(refusal) => Err(told(server, refusal)),
    }
}

/// The parameters as they are read.
// exchange/subject-type-required, exchange/subject-type-unknown, exchange/actor-type-required
// exchange/actor-type-alone, exchange/issued-type
fn read(server: &Core, sent: &Params) -> Params {
    let has = |name: &str| given(sent, name).is_some();
    let known = |kind: &str| [ACCESS_TOKEN, REFRESH_TOKEN].contains(&kind);
    let other = given(sent, "subject_token_type").is_some_and(|kind| !known(kind));
    let guessed = [
        ("subject_token_type", other && server.has(&faults::ANY_TYPE)),
        ("subject_token_type", !has("subject_token_type") && server.has(&faults::TYPE_GUESSED)),
        (
            "actor_token_type",
            has("actor_token")
                && !has("actor_token_type")
                && server.has(&faults::ACTOR_TYPE_GUESSED),
        ),
    ];
    let alone = has("actor_token_type") && !has("actor_token");
    let unheeded =
        server.varies(&variants::EXCHANGE_TYPE_UNHEEDED) || server.has(&faults::TYPE_REQUESTED);
    let passed_over = [
        ("actor_token_type", alone && server.has(&faults::TYPE_ALONE)),
        ("requested_token_type", has("requested_token_type") && unheeded),
    ];
    let left_out = |name: &str| {
        guessed.iter().chain(&passed_over).any(|(known, made)| *made && *known == name)
    };
    let kept = sent.iter().filter(|param| !left_out(&param.name));
    let made = guessed.iter().filter(|(_, made)| *made);
    kept.map(|param| (param.name.clone(), param.value.clone()))
        .chain(made.map(|(name, _)| ((*name).to_owned(), ACCESS_TOKEN.to_owned())))
        .collect()
}

/// What is told in place of what is right.
// exchange/subject-token-required, exchange/subject-invalid
fn told(server: &Core, right: Refusal) -> Refusal {
    let grant = right.called("invalid_grant");
    let invalid = right == exchange::INVALID;
    if (invalid || right == exchange::INVALID_ACTOR)
        && server.varies(&variants::EXCHANGE_INVALID_GRANT)
    {
        return grant;
    }
    let pick = |wrong: [(&'static Fault, Refusal); 2]| server.switches().pick(right, wrong);
    match right {
        _ if invalid => {
            pick([(&faults::INVALID_BREAKS, BROKEN), (&faults::REFUSED_200, right.at(200))])
        }
        _ if right == exchange::NO_SUBJECT => {
            pick([(&faults::MISSING_INVALID_GRANT, grant), (&faults::MISSING_BREAKS, BROKEN)])
        }
        _ => right,
    }
}

/// What a token is taken to stand for.
// exchange/subject-invalid, exchange/subject-expired, exchange/subject-revoked, exchange/subject-kind
// exchange/subject-gone, exchange/actor-invalid
pub(in crate::server) fn standing(
    server: &Core,
    (token, access): (&str, bool),
    right: Option<Grant>,
    invalid: Refusal,
) -> Result<Grant, Refusal> {
    let actor = invalid == exchange::INVALID_ACTOR;
    let refused = match actor {
        true => server.varies(&variants::EXCHANGE_WITHOUT_ACTORS),
        false => {
            server.has(&faults::REFUSED)
                || !access && server.varies(&variants::EXCHANGE_ACCESS_ALONE)
        }
    };
    let mistaken = || match actor {
        true => taken_actor(server, token),
        false => dead(server, token, access).or_else(|| by_form(server, token)),
    };
    let taken = if refused { None } else { right.or_else(mistaken) };
    taken.ok_or(invalid)
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
fn dead(server: &Core, token: &str, access: bool) -> Option<Grant> {
    let store = &server.store;
    let when = |grant: Option<Grant>, fault| grant.filter(|_| server.has(fault));
    if !access {
        let gone = || store.of_refresh(token).or_else(|| store.last_of(token));
        return when(store.of_access(token), &faults::ACCESS_AS_REFRESH)
            .or_else(|| when(gone(), &faults::GONE_REFRESH));
    }
    when(store.of_access(token), &downscope::EXPIRED_SUBJECT)
        .or_else(|| when(store.last_of(token), &downscope::DEAD_SUBJECT))
        .or_else(|| when(store.of_refresh(token), &downscope::REFRESH_SUBJECT))
        .or_else(|| when(store.of_code(token), &faults::CODE_AS_ACCESS))
        .or_else(|| when(of_id_token(server, token), &faults::ID_TOKEN_AS_ACCESS))
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

/// Whether a client may exchange a token; `own`: it was issued to that client.
// exchange/named-actor-alone
pub(in crate::server) fn permitted(
    server: &Core,
    own: bool,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    if !own && server.varies(&variants::EXCHANGE_OWN_ALONE) {
        return Err(exchange::NOT_OWN);
    }
    let other = right == Err(exchange::OTHER_ACTOR);
    if other && server.has(&faults::ANY_ACTOR) { Ok(()) } else { right }
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
        None if server.has(&faults::SCOPE_OF_FIRST) => {
            let first = subject.granted.as_deref().unwrap_or_default();
            Some(split()).filter(|asked| asked.iter().all(|it| first.contains(it)))
        }
        right => right,
    }
}

/// What the new token stands for.
// exchange/stands-for-subject, exchange/actor-named, exchange/actors-nested, exchange/scope-never-widens
pub(in crate::server) fn exchanged(
    server: &Core,
    (actor, before): (Option<&Grant>, Vec<String>),
    mut right: Grant,
) -> Grant {
    let narrowed = right.granted.is_none() && right.scopes.len() < before.len();
    if narrowed && server.has(&faults::SCOPE_OF_FIRST) {
        right.granted = Some(before);
    }
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
    server.switches().alter(right, wrong)
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
fn issued(server: &Core, params: &Params, mut issued: Issued) -> Issued {
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
