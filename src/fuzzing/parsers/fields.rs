//! Header fields: Basic credentials, Bearer tokens, challenges.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::form_urlencoded;

use super::super::choices::Choices;
use super::super::oracle::Finding;
use super::{Parsers, finding};
use crate::wire::basic;
use crate::wire::bearer::Bearer;
use crate::wire::challenge::Challenge;

/// Whatever the field says.
///
/// # Errors
/// The first property that does not hold.
pub fn raw(parsers: &Parsers, value: &[u8]) -> Result<(), Finding> {
    basic_differential(parsers, value)?;
    bearer_strict(parsers, value)
}

/// Credentials and tokens that were meant.
///
/// # Errors
/// The first property that does not hold.
pub fn meant(parsers: &Parsers, choices: &mut impl Choices) -> Result<(), Finding> {
    let (id, secret) = (choices.text(12), choices.text(12));
    let written = basic::encode(&id, &secret);
    let read = (parsers.basic)(written.as_bytes());
    if read.as_ref().map(|c| (c.id.as_str(), c.secret.as_str())) != Some((&id, &secret)) {
        return finding("basic-meaning", format!("{id:?}:{secret:?} is read as {read:?}"));
    }
    basic_differential(parsers, written.as_bytes())?;
    let alphabet = ['a', 'Z', '0', '-', '.', '_', '~', '+', '/'];
    let token: String =
        (0..=choices.below(40)).filter_map(|_| choices.pick(&alphabet).copied()).collect();
    let token = token + &"=".repeat(choices.below(3));
    let scheme = choices.pick(&["Bearer", "bearer", "BEARER"]).copied().unwrap_or("Bearer");
    match (parsers.bearer)(format!("{scheme} {token}").as_bytes()) {
        Bearer::Token(read) if read == token => {}
        other => return finding("bearer-meaning", format!("{token:?} is read as {other:?}")),
    }
    let near = ["XBearer", "Bearerx", "Bear", "Basic", "B\u{212a}arer", "Bearer,"];
    let scheme = choices.pick(&near).copied().unwrap_or("XBearer");
    bearer_strict(parsers, format!("{scheme} {token}").as_bytes())?;
    let tail = choices.text(4);
    bearer_strict(parsers, format!("Bearer {token}{tail}").as_bytes())
}

/// Another decoder, with the same strictness about padding, and `form_urlencoded` behind it.
fn basic_differential(parsers: &Parsers, value: &[u8]) -> Result<(), Finding> {
    const NAME: &str = "basic-differential";
    let Some(ours) = (parsers.basic)(value) else { return Ok(()) };
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, config);
    let text = String::from_utf8_lossy(value).into_owned();
    let (scheme, rest) = text.split_once(' ').unwrap_or_default();
    let pair = engine.decode(rest.trim()).unwrap_or_default();
    let at = pair.iter().position(|byte| *byte == b':');
    let half = |bytes: &[u8]| {
        let mut form = b"v=".to_vec();
        form.extend_from_slice(bytes);
        form_urlencoded::parse(&form).next().map(|(_, value)| value.into_owned())
    };
    let theirs = at.map(|at| (half(&pair[..at]), half(&pair[at + 1..])));
    let same = theirs == Some((Some(ours.id.clone()), Some(ours.secret.clone())));
    if same && scheme.eq_ignore_ascii_case("basic") {
        return Ok(());
    }
    finding(NAME, format!("{text:?} is read as {ours:?}, and by another as {theirs:?}"))
}

/// What is read as a token stands there, alone behind the scheme.
fn bearer_strict(parsers: &Parsers, value: &[u8]) -> Result<(), Finding> {
    const NAME: &str = "bearer-strict";
    let Bearer::Token(token) = (parsers.bearer)(value) else { return Ok(()) };
    let text = String::from_utf8_lossy(value).into_owned();
    let text = text.trim_matches([' ', '\t']);
    let scheme = text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    let rest = text.get(6..).unwrap_or_default();
    let alone = rest.starts_with(' ') && rest.trim_matches(' ') == token;
    let core = token.trim_end_matches('=');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    if scheme && alone && !core.is_empty() && core.chars().all(plain) {
        return Ok(());
    }
    finding(NAME, format!("{text:?} is read as the token {token:?}"))
}

/// Challenges, whatever the field says.
///
/// # Errors
/// The first property that does not hold.
pub fn challenges(parsers: &Parsers, value: &str) -> Result<(), Finding> {
    let read = (parsers.challenge)(value);
    let written: Vec<String> = read.iter().map(Challenge::write).collect();
    let again = (parsers.challenge)(&written.join(", "));
    if again == read {
        return Ok(());
    }
    finding("challenge-round-trip", format!("{read:?} comes back as {again:?}"))
}

/// Challenges that were meant.
///
/// # Errors
/// The first property that does not hold.
pub fn meant_challenges(parsers: &Parsers, choices: &mut impl Choices) -> Result<(), Finding> {
    let names = ["realm", "error", "error_description", "scope", "x"];
    let schemes = ["Bearer", "Basic", "Digest", "bearer"];
    let mut meant = Vec::new();
    for _ in 0..=choices.below(3) {
        let scheme = choices.pick(&schemes).copied().unwrap_or("Bearer").to_owned();
        let count = choices.below(4);
        let param = |choices: &mut _| {
            let name = Choices::pick(choices, &names).copied().unwrap_or("realm").to_owned();
            (name, Choices::text(choices, 8))
        };
        let params = (0..count).map(|_| param(choices)).collect();
        meant.push(Challenge { scheme, params });
    }
    let written: Vec<String> = meant.iter().map(Challenge::write).collect();
    let read = (parsers.challenge)(&written.join(", "));
    if read == meant {
        return Ok(());
    }
    finding("challenge-meaning", format!("{meant:?} is read as {read:?}"))
}
