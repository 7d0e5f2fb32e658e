//! The compact form of assertions (RFC 7515 §3.1).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value, json};

use super::super::choices::Choices;
use super::super::oracle::Finding;
use super::{Parsers, finding};
use crate::wire::jws::{Parts, part};

/// Whatever the text says.
///
/// # Errors
/// The property that does not hold.
pub fn raw(parsers: &Parsers, text: &str) -> Result<(), Finding> {
    let ours = (parsers.jws)(text);
    let theirs = other(text);
    if ours == theirs {
        return Ok(());
    }
    finding("jws-differential", format!("{text:?} is read as {ours:?}, by another as {theirs:?}"))
}

/// Another decoder: three parts, each base64url without padding and without bits that mean nothing
/// (RFC 7515 §2, RFC 4648 §3.5), the first two of them JSON objects.
fn other(text: &str) -> Option<Parts<'_>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(false);
    let engine = GeneralPurpose::new(&alphabet::URL_SAFE, config);
    let [header, claims, signature] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
    let bytes = |part: &str| engine.decode(part).ok();
    let object = |part: &str| match serde_json::from_slice(&bytes(part)?).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    };
    Some(Parts {
        header: object(header)?,
        claims: object(claims)?,
        signed: &text[..header.len() + 1 + claims.len()],
        signature: bytes(signature)?,
    })
}

/// An assertion that was meant, and the same with one character too many.
///
/// # Errors
/// The first property that does not hold.
pub fn meant(parsers: &Parsers, choices: &mut impl Choices) -> Result<(), Finding> {
    let header = members(choices, &["alg", "kid", "typ", "crit"]);
    let claims = members(choices, &["iss", "sub", "box_sub_type", "aud", "jti", "exp", "nbf"]);
    let byte = |choices: &mut _| u8::try_from(Choices::below(choices, 256)).unwrap_or_default();
    let signature: Vec<u8> = (0..choices.below(9)).map(|_| byte(choices)).collect();
    let object = |members: &Map<String, Value>| part(json!(members).to_string().as_bytes());
    let signed = format!("{}.{}", object(&header), object(&claims));
    let text = format!("{signed}.{}", part(&signature));
    let wanted = Parts { header, claims, signed: &signed, signature };
    let read = (parsers.jws)(&text);
    if read.as_ref() != Some(&wanted) {
        return finding("jws-meaning", format!("{wanted:?} is read as {read:?}"));
    }
    let mut bent = text.clone();
    let at = choices.below(bent.len() + 1);
    bent.insert(at, choices.pick(NEAR).copied().unwrap_or('.'));
    raw(parsers, &text)?;
    raw(parsers, &bent)?;
    // A member that is there twice, in the words of the text.
    let twice = part(br#"{"alg":"RS256","alg":"none"}"#);
    raw(parsers, &format!("{twice}.{}.", object(&wanted.claims)))
}

/// What trips decoders of base64url and splitters.
const NEAR: &[char] = &['.', '=', '+', '/', ' ', '\n', 'A', '-', '_', '%', 'ä'];

fn members(choices: &mut impl Choices, names: &[&str]) -> Map<String, Value> {
    let mut members = Map::new();
    for _ in 0..choices.below(names.len() + 1) {
        let name = match choices.below(5) {
            0 => choices.text(4),
            _ => choices.pick(names).copied().unwrap_or("alg").to_owned(),
        };
        members.insert(name, value(choices));
    }
    members
}

fn value(choices: &mut impl Choices) -> Value {
    match choices.below(6) {
        0 => Value::Null,
        1 => json!(choices.below(1 << 31)),
        2 => json!([choices.text(5), choices.text(5)]),
        3 => json!({ "a": choices.text(5) }),
        4 => json!(["none", "RS256", "HS256"][choices.below(3)]),
        _ => json!(choices.text(12)),
    }
}
