//! Mistakes with proof keys in requests, and the choices that RFC 7636 leaves.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::server::core::Core;
use crate::server::faults::pkce as faults;
use crate::server::oauth::authorization_response::Denial;
use crate::server::oauth::code_challenge::Challenge;
use crate::server::oauth::http::given;
use crate::server::oauth::pkce::{METHOD, MISSING, SYNTAX, VERIFIER};
use crate::server::policy::{ChallengeMethod, Demand, Pkce};
use crate::server::variants;
use crate::server::world::Application;
use crate::testbed::Fault;
use crate::wire::Params;

/// Which methods are known, and who has to send a challenge; nothing: no parameter means anything.
pub(in crate::server) fn policy(server: &Core, params: &Params, app: &Application) -> Option<Pkce> {
    let mut policy = server.policy().pkce.clone()?;
    let sent = given(params, "code_challenge").is_some();
    let method = given(params, "code_challenge_method");
    if sent && server.varies(&variants::PKCE_IGNORED) {
        return None;
    }
    let plain = sent && matches!(method, None | Some("plain"));
    let wrong = [&faults::PLAIN_NOT_VERIFIED, &faults::PLAIN_IGNORED, &faults::PLAIN_AS_S256];
    if plain && (server.varies(&variants::PKCE_PLAIN) || server.switches().has_any(&wrong)) {
        policy.methods.push(ChallengeMethod::Plain);
    }
    if !sent {
        let right = demanded_of(server, app, policy.demanded_of);
        let unasked = method.is_some() && server.has(&faults::METHOD_ALONE);
        policy.demanded_of = if unasked { Demand::Nobody } else { right };
    }
    Some(policy)
}

fn demanded_of(server: &Core, app: &Application, right: Demand) -> Demand {
    let public = app.is_public();
    let ignored = || server.varies(&variants::PKCE_IGNORED);
    let of_none = || server.varies(&variants::PKCE_OF_NONE);
    if !public && (server.has(&faults::CONFIDENTIAL_WITHOUT) || ignored() || of_none()) {
        return Demand::Nobody;
    }
    if public && (server.has(&faults::NOT_REQUIRED) || ignored() || of_none()) {
        Demand::Nobody
    } else if !public && server.varies(&variants::PKCE_OF_ALL) {
        Demand::All
    } else {
        right
    }
}

/// What becomes of the challenge and the method of a request.
pub(in crate::server) fn asked(
    server: &Core,
    (value, name): (Option<&str>, Option<&str>),
    app: &Application,
    right: Result<Option<Challenge>, Denial>,
) -> Result<Option<Challenge>, Denial> {
    let Some(value) = value else { return right };
    if value.is_empty() {
        let (value, method) = (String::new(), ChallengeMethod::Plain);
        let empty = Ok(Some(Challenge { value, method }));
        return server.switches().alter(right, [(&faults::EMPTY_CHALLENGE, empty)]);
    }
    let as_method = |method| Ok(Some(Challenge { value: value.to_owned(), method }));
    let (plain, s256) = (as_method(ChallengeMethod::Plain), as_method(ChallengeMethod::S256));
    let switches = server.switches();
    match (&right, name) {
        (Err(METHOD), None) => switches.alter(right, [(&faults::ABSENT_S256, s256)]),
        (Err(METHOD), Some("plain")) => right,
        (Err(METHOD), Some(name)) => {
            let case = if name.eq_ignore_ascii_case("s256") { s256.clone() } else { right.clone() };
            switches.alter(
                right,
                [
                    (&faults::METHOD_UNKNOWN_PLAIN, plain),
                    (&faults::METHOD_UNKNOWN_S256, s256),
                    (&faults::METHOD_CASE, case),
                    (&faults::METHOD_IGNORES, Ok(None)),
                ],
            )
        }
        (Err(SYNTAX), _) => {
            let sized = (43..=128).contains(&value.len());
            let length = if sized { right.clone() } else { s256.clone() };
            let text = if value.is_ascii() { right.clone() } else { s256.clone() };
            let characters = if sized { s256.clone() } else { right.clone() };
            switches.alter(
                right,
                [
                    (&faults::CHALLENGE_SYNTAX, s256),
                    (&faults::CHALLENGE_LENGTH, length),
                    (&faults::CHALLENGE_CHARACTERS, characters),
                    (&faults::CHALLENGE_TEXT_BREAKS, text),
                ],
            )
        }
        (Ok(Some(challenge)), _) => {
            let is_plain = challenge.method == ChallengeMethod::Plain;
            let public = app.is_public();
            let without = |applies: bool| if applies { Ok(None) } else { right.clone() };
            let wrong = [
                (&faults::PLAIN_IGNORED, without(is_plain)),
                (&faults::PLAIN_AS_S256, if is_plain { s256 } else { right.clone() }),
                (&faults::PUBLIC_ALONE, without(!public)),
                (&faults::CONFIDENTIAL_ALONE, without(public)),
            ];
            switches.alter(right, wrong)
        }
        _ => right,
    }
}

/// The verifier of a token request. An empty one is there where a mistake makes it a right one.
pub(in crate::server) fn verifier<'p>(
    server: &Core,
    app: &Application,
    params: &'p Params,
    right: Option<&'p str>,
) -> Option<&'p str> {
    let public = app.is_public();
    let without = |applies: bool| if applies { None } else { right };
    let empty = params.first(VERIFIER).filter(|sent| sent.is_empty());
    if right.is_some() && server.varies(&variants::PKCE_IGNORED) {
        return None;
    }
    server.switches().alter(
        right,
        [
            (&faults::EMPTY_VERIFIER, empty.or(right)),
            (&faults::PUBLIC_ALONE, without(!public)),
            (&faults::CONFIDENTIAL_ALONE, without(public)),
        ],
    )
}

/// A code that belongs to this challenge.
// pkce/challenge-hidden
pub(in crate::server) fn code(
    server: &Core,
    challenge: Option<&Challenge>,
    right: String,
) -> String {
    let Some(challenge) = challenge else { return right };
    let encoded = URL_SAFE_NO_PAD.encode(&challenge.value);
    let carries = [
        (&faults::CODE_HAS_CHALLENGE, format!("{right}.{}", challenge.value)),
        (&faults::CODE_ENCODES_CHALLENGE, format!("{right}.{encoded}")),
    ];
    server.switches().alter(right, carries)
}

/// The parameters of a redirect with a code.
pub(in crate::server) fn granted(
    server: &Core,
    challenge: Option<&Challenge>,
    mut right: Params,
) -> Params {
    if let Some(challenge) = challenge.filter(|_| server.has(&faults::REDIRECT_HAS_CHALLENGE)) {
        right.push("code_challenge", challenge.value.clone());
    }
    right
}

/// What the client is told about a challenge that is not right.
pub(in crate::server) fn told(server: &Core, right: Denial) -> Denial {
    let other = |error| Denial { error, description: None };
    let undescribed = Denial { description: None, ..right };
    let wrong: &[(&'static Fault, Denial)] = match right {
        METHOD => &[(&faults::METHOD_OTHER_ERROR, other("unsupported_response_type"))],
        MISSING => &[
            (&faults::REQUIRED_OTHER_ERROR, other("unauthorized_client")),
            (&faults::REQUIRED_UNDESCRIBED, undescribed),
        ],
        _ => return right,
    };
    server.switches().alter(right, wrong.iter().copied())
}

/// Whether it is told to the user instead.
pub(in crate::server) fn is_on_page(server: &Core, denial: Denial) -> bool {
    match denial {
        METHOD => server.has(&faults::METHOD_ON_PAGE),
        MISSING => server.has(&faults::REQUIRED_ON_PAGE),
        _ => false,
    }
}
