//! Proof keys for codes in requests (RFC 7636): whoever redeems a code shows what only the one who
//! asked for it knows.

use crate::server::core::Core;
use crate::server::faults::effects::pkce as effects;
use crate::server::oauth::authorization_response::Denial;
use crate::server::oauth::code_challenge::{Challenge, is_well_formed};
use crate::server::oauth::http::given;
use crate::server::policy::{ChallengeMethod, Demand, Pkce};
use crate::server::world::Application;
use crate::wire::Params;

/// Parameters of the authorization request that are about it.
pub(in crate::server) const ASKED: &[&str] = &["code_challenge", "code_challenge_method"];

/// Parameter of the token request that is about it.
pub(in crate::server) const VERIFIER: &str = "code_verifier";

pub(in crate::server) const MISSING: Denial =
    Denial::invalid_request("A code challenge is required");

pub(in crate::server) const METHOD: Denial =
    Denial::invalid_request("The transform algorithm is not supported");

pub(in crate::server) const SYNTAX: Denial =
    Denial::invalid_request("The code challenge is malformed");

impl Pkce {
    /// Whether a client has to send a challenge.
    fn demands_of(&self, app: &Application) -> bool {
        match self.demanded_of {
            Demand::Nobody => false,
            Demand::Public => app.is_public(),
            Demand::All => true,
        }
    }

    /// The method that a request names; without a name it is `plain` (RFC 7636 §4.3).
    fn method(&self, name: Option<&str>) -> Option<ChallengeMethod> {
        // pkce/method-absent, pkce/method-unknown
        let method = name.map_or(Some(ChallengeMethod::Plain), ChallengeMethod::read);
        // pkce/plain
        method.filter(|method| self.methods.contains(method))
    }
}

/// The challenge of an authorization request, where it has one.
///
/// # Errors
/// Where it has none and its client has to send one, and where it has one that cannot be used
/// (RFC 7636 §4.4.1).
pub(in crate::server) fn asked(
    server: &Core,
    params: &Params,
    app: &Application,
) -> Result<Option<Challenge>, Denial> {
    let Some(policy) = effects::policy(server, params, app) else { return Ok(None) };
    let value = given(params, "code_challenge");
    let name = given(params, "code_challenge_method");
    let right = match (value, policy.method(name)) {
        // pkce/required-public
        (None, _) if policy.demands_of(app) => Err(MISSING),
        (None, _) => Ok(None),
        (Some(_), None) => Err(METHOD),
        // pkce/challenge-syntax
        (Some(value), Some(_)) if !is_well_formed(value) => Err(SYNTAX),
        (Some(value), Some(method)) => Ok(Some(Challenge { value: value.to_owned(), method })),
    };
    let sent = params.first("code_challenge");
    effects::asked(server, (sent, name), app, right)
}

/// The verifier of a token request.
pub(in crate::server) fn verifier<'p>(
    server: &Core,
    app: &Application,
    params: &'p Params,
) -> Option<&'p str> {
    server.policy().pkce.as_ref()?;
    effects::verifier(server, app, params, given(params, VERIFIER))
}
