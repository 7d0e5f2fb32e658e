//! Properties of the parsers of `wire`, each by name. They take the parser that they judge, so that
//! a broken one in its place shows that they can fail.

pub mod broken;
pub mod fields;
pub mod inputs;
pub mod json;
pub mod profile;
pub mod redirect;
mod token_request;

pub use token_request::{form, token_request};

use super::oracle::Finding;
use crate::wire::basic::Credentials;
use crate::wire::bearer::Bearer;
use crate::wire::challenge::Challenge;
use crate::wire::form::FormError;
use crate::wire::{Params, basic, bearer, challenge, form as wire_form};

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
}

impl Default for Parsers {
    /// Those of `wire`.
    fn default() -> Self {
        Self {
            form: wire_form::decode,
            basic: basic::decode,
            bearer: bearer::read,
            challenge: challenge::read,
        }
    }
}

/// Names of the properties, each with what it says.
pub const PROPERTIES: &[(&str, &str)] = &[
    (
        "form-differential",
        "A form is read as the WHATWG algorithm reads it, where that guesses nothing.",
    ),
    ("form-meaning", "What was written in the form encoding is read as it was meant."),
    ("form-round-trip", "What was read can be written and read again."),
    ("never-a-token", "No body brings a token where none was granted."),
    ("refusal-form", "Every refusal has the documented form."),
    ("basic-meaning", "Credentials that were written are read as they were meant."),
    ("basic-differential", "What is read as credentials is what another decoder reads."),
    ("bearer-meaning", "A token that was sent is the one that is read."),
    ("bearer-strict", "Only the scheme and one token are read as a token."),
    ("challenge-meaning", "Challenges that were written are read as they were meant."),
    ("challenge-round-trip", "Challenges that were read can be written and read again."),
    (
        "redirect-differential",
        "What is accepted lies below what is registered for a URL parser, too.",
    ),
    ("redirect-registered", "What is registered is accepted."),
    ("json-differential", "Tokens and errors are those that a JSON parser finds."),
    ("profile-message", "What is wrong with a profile is said in words."),
];

fn finding(oracle: &'static str, text: impl Into<String>) -> Result<(), Finding> {
    Err(Finding::plain(oracle, text))
}
