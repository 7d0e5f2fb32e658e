//! Forms, and the bodies of token requests.

use std::sync::LazyLock;

use super::super::grammar::Input;
use super::super::oracle::Finding;
use super::{Parsers, finding};
use crate::observe::{Mismatch, Observed, refusal};
use crate::rules::Means;
use crate::server::{Config, Server};
use crate::testbed::clock::ManualClock;
use crate::testbed::random::SeededRandom;
use crate::wire::form::FormError;
use crate::wire::{Origin, Params, Request, Scheme, form};

/// All properties of a form parser.
///
/// # Errors
/// The first property that does not hold.
pub fn form(parsers: &Parsers, input: &Input) -> Result<(), Finding> {
    let body = input.body();
    let read = (parsers.form)(&body);
    same_as_form_urlencoded(&body, &read)?;
    nothing_lost(input, &read)?;
    round_trip(parsers, &read)
}

/// Where the body is well formed, it is read like the WHATWG algorithm reads it. The intended
/// differences: a broken escape and a value that is not UTF-8 are errors, where that one guesses.
fn same_as_form_urlencoded(body: &[u8], read: &Result<Params, FormError>) -> Result<(), Finding> {
    const NAME: &str = "form-differential";
    let theirs: Params = url::form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    match read {
        Ok(ours) if *ours != theirs => finding(NAME, format!("{ours:?} against {theirs:?}")),
        Ok(_) => Ok(()),
        Err(FormError::BrokenEscape(at)) => {
            let digits = body.get(at + 1..at + 3);
            let whole = digits.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
            if body.get(*at) == Some(&b'%') && !whole {
                return Ok(());
            }
            finding(NAME, format!("no broken escape at byte {at}"))
        }
        Err(FormError::NotUtf8(at)) => {
            let replaced =
                theirs.iter().any(|p| p.name.contains('\u{fffd}') || p.value.contains('\u{fffd}'));
            if replaced { Ok(()) } else { finding(NAME, format!("UTF-8 in the pair at byte {at}")) }
        }
    }
}

/// What was written by the form encoding is read as it was meant: `authorize/url-encoding`.
fn nothing_lost(input: &Input, read: &Result<Params, FormError>) -> Result<(), Finding> {
    match input.meant() {
        Some(meant) if read.as_ref() != Ok(&meant) => {
            finding("form-meaning", format!("{read:?} against {meant:?}"))
        }
        _ => Ok(()),
    }
}

/// Decoded parameters can be encoded and decoded again.
fn round_trip(parsers: &Parsers, read: &Result<Params, FormError>) -> Result<(), Finding> {
    let Ok(params) = read else { return Ok(()) };
    let again = (parsers.form)(form::encode(params).as_bytes());
    if again.as_ref() == Ok(params) {
        Ok(())
    } else {
        finding("form-round-trip", format!("{again:?}"))
    }
}

/// The server's clock stands still and its state does not grow: one serves all inputs.
static SERVER: LazyLock<Server> = LazyLock::new(|| {
    Server::new(Config {
        clock: std::sync::Arc::new(ManualClock::default()),
        random: std::sync::Arc::new(SeededRandom::new(1)),
        ..Config::default()
    })
});

/// No request gets a token where none was granted, and every refusal has the documented form:
/// `token/error-shape`, `code/unknown`, `refresh/unknown`.
///
/// # Errors
/// The first property that does not hold.
pub fn refused_in_due_form(body: &[u8]) -> Result<(), Finding> {
    const NAME: &str = "refusal-form";
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 80 };
    let mut request = Request::new("POST", origin, "/oauth2/token");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = body.to_vec();
    let response = SERVER.handle(&request);
    if Observed::of_token(&Ok(response.clone())) == Observed::Tokens {
        return finding("never-a-token", "tokens for a grant that nobody made");
    }
    let judged = super::documents().find(|document| document.default);
    match judged.map(|document| refusal::shape(document, Means::Body, &response)) {
        None => finding(NAME, "no document is the default"),
        Some(Ok(())) => Ok(()),
        Some(Err(Mismatch { expected, actual, .. })) => {
            finding(NAME, format!("{actual}, and not one of {expected:?}"))
        }
    }
}
