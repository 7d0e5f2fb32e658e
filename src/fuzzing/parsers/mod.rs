//! Properties of the parsers of `wire`, each by name. They take the parser that they judge, so that
//! a broken one in its place shows that they can fail.

pub mod broken;
pub mod fields;
pub mod inputs;
pub mod json;
pub mod jws;
pub mod profile;
pub mod redirect;
mod token_request;

pub use token_request::{form, refused_in_due_form};

use super::oracle::{Finding, Oracle, oracle};
use crate::wire::basic::Credentials;
use crate::wire::bearer::Bearer;
use crate::wire::challenge::Challenge;
use crate::wire::form::FormError;
use crate::wire::jws::Parts;
use crate::wire::{Params, basic, bearer, challenge, form as wire_form, jws as wire_jws};

/// The parsers under judgement.
#[derive(Debug, Clone, Copy)]
pub struct Parsers {
    /// Reads a form.
    pub form: fn(&[u8]) -> Result<Params, FormError>,
    /// Reads Basic credentials.
    pub basic: fn(&[u8]) -> Option<Credentials>,
    /// Reads a Bearer token.
    pub bearer: for<'a> fn(&'a [u8]) -> Bearer<'a>,
    /// Reads challenges.
    pub challenge: fn(&str) -> Vec<Challenge>,
    /// Takes an assertion apart.
    pub jws: for<'a> fn(&'a str) -> Option<Parts<'a>>,
}

impl Default for Parsers {
    /// Those of `wire`.
    fn default() -> Self {
        Self {
            form: wire_form::decode,
            basic: basic::decode,
            bearer: bearer::read,
            challenge: challenge::read,
            jws: wire_jws::read,
        }
    }
}

/// Every property of a parser: the rules that it stands for, or none where it is a principle.
pub static PROPERTIES: &[Oracle] = &[
    oracle(
        "form-differential",
        &["authorize/url-encoding"],
        "A form is read as the WHATWG algorithm reads it, where that guesses nothing.",
    ),
    oracle(
        "form-meaning",
        &["authorize/url-encoding"],
        "What was written in the form encoding is read as it was meant.",
    ),
    oracle("form-round-trip", &[], "What was read can be written and read again."),
    oracle(
        "never-a-token",
        &["code/unknown", "refresh/unknown"],
        "No body brings a token where none was granted.",
    ),
    oracle("refusal-form", &["token/error-shape"], "Every refusal has the documented form."),
    oracle(
        "basic-meaning",
        &["token/client-credentials"],
        "Credentials that were written are read as they were meant.",
    ),
    oracle(
        "basic-differential",
        &["token/client-credentials"],
        "What is read as credentials is what another decoder reads.",
    ),
    oracle("bearer-meaning", &["bearer/header"], "A token that was sent is the one that is read."),
    oracle(
        "bearer-strict",
        &["bearer/other-schemes", "bearer/invalid"],
        "Only the scheme and one token are read as a token.",
    ),
    oracle("challenge-meaning", &[], "Challenges that were written are read as they were meant."),
    oracle("challenge-round-trip", &[], "Challenges that were read can be written and read again."),
    oracle(
        "redirect-differential",
        &["redirect/never-to-application"],
        "What is accepted lies below what is registered for a URL parser, too.",
    ),
    oracle("header-safe", &["redirect/header-safe"], "No input makes a header field."),
    oracle("json-differential", &[], "Tokens and errors are those that a JSON parser finds."),
    oracle("profile-message", &[], "What is wrong with a profile is said in words."),
    oracle("jws-meaning", &[], "An assertion that was written is read as it was meant."),
    oracle(
        "jws-differential",
        &["server-auth/jwt-signature"],
        "What is read as an assertion is what another decoder reads.",
    ),
    oracle(
        "assertion-checked",
        &[
            "server-auth/jwt-signature",
            "server-auth/jwt-alg-none",
            "server-auth/jwt-wrong-key",
            "server-auth/jwt-unknown-kid",
            "server-auth/jwt-expired",
            "server-auth/jwt-too-long",
            "server-auth/jwt-not-yet",
            "server-auth/jwt-audience",
            "server-auth/jwt-issuer",
            "server-auth/jwt-subject",
        ],
        "No assertion that differs from a valid one in something that is checked brings a token.",
    ),
    oracle(
        "assertion-once",
        &["server-auth/jwt-replayed-jti"],
        "An assertion brings one token at most.",
    ),
];

fn finding(oracle: &'static str, text: impl Into<String>) -> Result<(), Finding> {
    Err(Finding::plain(oracle, text))
}
