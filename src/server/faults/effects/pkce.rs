//! Mistakes with proof keys, and the choices that RFC 7636 leaves.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::server::faults::pkce as faults;
use crate::server::oauth::authorize::{Denial, Input};
use crate::server::oauth::http::given;
use crate::server::oauth::pkce::{Challenge, METHOD, MISSING, SYNTAX, VERIFIER, is_well_formed};
use crate::server::oauth::store::{Code, CodeRefusal, State};
use crate::server::policy::{ChallengeMethod, Demand, Pkce};
use crate::server::world::Application;
use crate::server::{Server, variants};
use crate::testbed::{Fault, Switches};
use crate::wire::Params;

/// Which methods are known, and who has to send a challenge; nothing: no parameter means anything.
pub(in crate::server) fn policy(server: &Server, input: &Input, app: &Application) -> Option<Pkce> {
    let mut policy = server.policy().pkce.clone()?;
    let sent = given(&input.params, "code_challenge").is_some();
    let method = given(&input.params, "code_challenge_method");
    if sent && server.varies(&variants::PKCE_IGNORED) {
        return None;
    }
    let plain = sent && matches!(method, None | Some("plain"));
    let wrong = [&faults::PLAIN_NOT_VERIFIED, &faults::PLAIN_IGNORED, &faults::PLAIN_AS_S256];
    if plain && (server.varies(&variants::PKCE_PLAIN) || server.switches().has_any(&wrong)) {
        policy.methods.push(ChallengeMethod::Plain);
    }
    if !sent {
        policy.demanded_of = demanded_of(server, app, policy.demanded_of);
    }
    Some(policy)
}

fn demanded_of(server: &Server, app: &Application, right: Demand) -> Demand {
    let public = app.secret.is_empty();
    let ignored = || server.varies(&variants::PKCE_IGNORED);
    let of_none = || server.varies(&variants::PKCE_OF_NONE);
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
    server: &Server,
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
            let characters = if sized { s256.clone() } else { right.clone() };
            switches.alter(
                right,
                [
                    (&faults::CHALLENGE_SYNTAX, s256),
                    (&faults::CHALLENGE_LENGTH, length),
                    (&faults::CHALLENGE_CHARACTERS, characters),
                ],
            )
        }
        (Ok(Some(challenge)), _) => {
            let is_plain = challenge.method == ChallengeMethod::Plain;
            let public = app.secret.is_empty();
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
    server: &Server,
    app: &Application,
    params: &'p Params,
    right: Option<&'p str>,
) -> Option<&'p str> {
    let public = app.secret.is_empty();
    let without = |applies: bool| if applies { None } else { right };
    let empty = params.first(VERIFIER).filter(|sent| sent.is_empty());
    if server.varies(&variants::PKCE_IGNORED) {
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

/// Whether a code is redeemed though the verifier is not the right one.
pub(in crate::server) fn is_overlooked(
    switches: &Switches,
    code: &Code,
    verifier: Option<&str>,
) -> bool {
    match (&code.sent_to.challenge, verifier) {
        (_, Some("")) => true,
        (Some(challenge), _) if challenge.value.is_empty() => true,
        (None, Some(_)) => switches.has_any(&[&faults::UNASKED_ACCEPTED, &faults::NOT_VERIFIED]),
        (Some(_), None) => {
            switches.has_any(&[&faults::VERIFIER_OPTIONAL, &faults::NOT_VERIFIED])
                || code.guessed && switches.has(&faults::FORGOTTEN)
        }
        (Some(challenge), Some(verifier)) => is_taken(switches, challenge, code.guessed, verifier),
        (None, None) => false,
    }
}

fn is_taken(switches: &Switches, challenge: &Challenge, guessed: bool, verifier: &str) -> bool {
    let is_plain = challenge.method == ChallengeMethod::Plain;
    let odd = !is_well_formed(verifier) && challenge.is_of(verifier);
    switches.has_any(&[&faults::ANY_VERIFIER, &faults::NOT_VERIFIED])
        || is_plain && switches.has(&faults::PLAIN_NOT_VERIFIED)
        || challenge.value == verifier && switches.has(&faults::CHALLENGE_IS_VERIFIER)
        || guessed && switches.has(&faults::GUESSED)
        || odd && switches.has(&faults::VERIFIER_SYNTAX)
        || odd && verifier.len() < 43 && switches.has(&faults::VERIFIER_SHORT)
}

/// Whether a right verifier is refused.
pub(in crate::server) fn is_refused(switches: &Switches, verifier: Option<&str>) -> bool {
    let Some(verifier) = verifier else { return false };
    let letters = verifier.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !letters && switches.has(&faults::VERIFIER_LETTERS)
        || verifier.len() > 64 && switches.has(&faults::VERIFIER_64)
}

/// A code was refused for its verifier.
pub(in crate::server) fn refused(
    switches: &Switches,
    code: &mut Code,
    refusal: CodeRefusal,
    family: u64,
) {
    if refusal == CodeRefusal::WrongVerifier {
        code.guessed = true;
        if switches.varies(&variants::PKCE_CODE_USED_UP) {
            code.redeemed = Some(family);
        }
    }
}

/// A code was issued.
// pkce/bound-to-code
pub(in crate::server) fn added(switches: &Switches, state: &mut State, code: &Code) {
    if code.sent_to.challenge.is_some() && switches.has(&faults::LAST_CHALLENGE) {
        let same = |other: &&mut Code| other.grant.client_id == code.grant.client_id;
        for other in state.codes.values_mut().filter(same) {
            other.sent_to.challenge.clone_from(&code.sent_to.challenge);
        }
    }
}

/// A code that belongs to this challenge.
// pkce/challenge-hidden
pub(in crate::server) fn code(
    server: &Server,
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
    server: &Server,
    challenge: Option<&Challenge>,
    mut right: Params,
) -> Params {
    if let Some(challenge) = challenge.filter(|_| server.has(&faults::REDIRECT_HAS_CHALLENGE)) {
        right.push("code_challenge", challenge.value.clone());
    }
    right
}

/// What the client is told about a challenge that is not right.
pub(in crate::server) fn told(server: &Server, right: Denial) -> Denial {
    let other = |error| Denial { error, description: None };
    let wrong: [(&'static Fault, Denial); 1] = match right {
        METHOD => [(&faults::METHOD_OTHER_ERROR, other("unsupported_response_type"))],
        MISSING => [(&faults::REQUIRED_OTHER_ERROR, other("unauthorized_client"))],
        _ => return right,
    };
    server.switches().alter(right, wrong)
}

/// Whether it is told to the user instead.
pub(in crate::server) fn is_on_page(server: &Server, denial: Denial) -> bool {
    match denial {
        METHOD => server.has(&faults::METHOD_ON_PAGE),
        MISSING => server.has(&faults::REQUIRED_ON_PAGE),
        _ => false,
    }
}
