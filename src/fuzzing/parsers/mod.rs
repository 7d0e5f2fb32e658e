//! Properties of the parsers of `wire`, each by name. They take the parser that they judge, so that
//! a broken one in its place shows that they can fail.

pub mod answered;
pub mod broken;
pub mod fields;
pub mod inputs;
pub mod json;
pub mod jws;
pub mod profile;
pub mod redirect;
mod token_request;

pub use token_request::{form, refused_in_due_form};

use std::sync::{Arc, LazyLock};

use super::oracle::{Finding, Oracle, oracle};
use crate::rules::{Catalogue, Document};
use crate::wire::basic::Credentials;
use crate::wire::bearer::Bearer;
use crate::wire::challenge::Challenge;
use crate::wire::form::FormError;
use crate::wire::jws::Parts;
use crate::wire::{Params, basic, bearer, challenge, form as wire_form, jws as wire_jws};

static CATALOGUE: LazyLock<Option<Catalogue>> = LazyLock::new(|| Catalogue::embedded().ok());

/// The documents of this build.
fn documents() -> impl Iterator<Item = &'static Arc<Document>> {
    CATALOGUE.iter().flat_map(|catalogue| catalogue.documents().iter())
}

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
        "A form is read like the WHATWG algorithm reads it, where that is lossless.",
    ),
    oracle(
        "form-meaning",
        &["authorize/url-encoding"],
        "A form that was encoded is decoded to the same parameters.",
    ),
    oracle("form-round-trip", &[], "Decoded parameters can be encoded and decoded again."),
    oracle(
        "never-a-token",
        &["code/unknown", "refresh/unknown"],
        "No body yields a token that was not granted.",
    ),
    oracle("refusal-form", &["token/error-shape"], "Every refusal has the documented form."),
    oracle(
        "basic-meaning",
        &["token/client-credentials"],
        "Encoded credentials are decoded to the same credentials.",
    ),
    oracle(
        "basic-differential",
        &["token/client-credentials"],
        "Credentials are decoded like another decoder decodes them.",
    ),
    oracle(
        "bearer-meaning",
        &["bearer/header"],
        "The token that was sent is the token that is read.",
    ),
    oracle(
        "bearer-strict",
        &["bearer/other-schemes", "bearer/invalid"],
        "Only the scheme followed by one token is read as a token.",
    ),
    oracle("challenge-meaning", &[], "Encoded challenges are decoded to the same challenges."),
    oracle("challenge-round-trip", &[], "Decoded challenges can be encoded and decoded again."),
    oracle(
        "redirect-differential",
        &["redirect/never-to-application"],
        "An accepted redirect URI is below the registered one for a URL parser as well.",
    ),
    oracle("header-safe", &["redirect/header-safe"], "No input adds a header field."),
    oracle("json-differential", &[], "Tokens and errors are those that a JSON parser finds."),
    oracle(
        "metadata-differential",
        &[],
        "Metadata are what a JSON parser finds, and name endpoints by URLs without user or fragment.",
    ),
    oracle(
        "proof-differential",
        &["dpop/claims"],
        "No token is bound by a proof that does not name its algorithm, its key and its request.",
    ),
    oracle("profile-message", &[], "Every invalid profile is rejected with a message."),
    oracle("jws-meaning", &[], "An encoded assertion is decoded to the same assertion."),
    oracle(
        "jws-differential",
        &["server-auth/jwt-signature"],
        "An assertion is decoded like another decoder decodes it.",
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
        "No assertion with an invalid checked value yields a token.",
    ),
    oracle(
        "assertion-once",
        &["server-auth/jwt-replayed-jti"],
        "An assertion yields at most one token.",
    ),
];

fn finding(oracle: &'static str, text: impl Into<String>) -> Result<(), Finding> {
    Err(Finding::plain(oracle, text))
}
