//! `application/x-www-form-urlencoded` (RFC 6749 appendix B, WHATWG URL §5).
//!
//! Stricter than the WHATWG algorithm, on purpose: a broken escape or a byte sequence that is not
//! UTF-8 is an error here, where a browser would guess. Where the input is well formed the two agree.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::params::Params;

/// What is kept as it is: the unreserved characters of the form encoding.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// Why bytes are not a form. Offsets are bytes from the start of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A `%` without two hexadecimal digits behind it.
    #[error("broken percent-encoding at byte {0}")]
    BrokenEscape(usize),
    /// A name or value that is not UTF-8 once decoded; the offset is that of the pair.
    #[error("not UTF-8 in the parameter at byte {0}")]
    NotUtf8(usize),
}

/// Reads a form or a query. Empty pairs (`a=1&&b=2`) are passed over.
///
/// # Errors
/// The first broken escape, or the first pair that is not UTF-8.
pub fn decode(input: &[u8]) -> Result<Params, FormError> {
    let mut params = Params::default();
    let mut start = 0;
    for pair in input.split(|byte| *byte == b'&') {
        if !pair.is_empty() {
            let (name, value) = split(pair);
            let value_start = start + name.len() + 1;
            params.push(component(name, start, start)?, component(value, value_start, start)?);
        }
        start += pair.len() + 1;
    }
    Ok(params)
}

/// Reads a query as [`decode`] does, but for octets that are not UTF-8, which are replaced: a state
/// may come back with the octets that it was sent with, whatever they are.
///
/// # Errors
/// The first broken escape.
pub fn decode_lossy(input: &[u8]) -> Result<Params, FormError> {
    let mut params = Params::default();
    let pairs = input.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    for pair in pairs {
        let (name, value) = split(pair);
        let text = |raw| Ok(String::from_utf8_lossy(&octets(raw, 0)?).into_owned());
        params.push(text(name)?, text(value)?);
    }
    Ok(params)
}

fn split(pair: &[u8]) -> (&[u8], &[u8]) {
    match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, &[]),
    }
}

fn component(raw: &[u8], offset: usize, pair: usize) -> Result<String, FormError> {
    String::from_utf8(octets(raw, offset)?).map_err(|_| FormError::NotUtf8(pair))
}

fn octets(raw: &[u8], offset: usize) -> Result<Vec<u8>, FormError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        match raw[at] {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = raw.get(at + 1..at + 3).and_then(hex_pair);
                bytes.push(digits.ok_or(FormError::BrokenEscape(offset + at))?);
                at += 2;
            }
            byte => bytes.push(byte),
        }
        at += 1;
    }
    Ok(bytes)
}

fn hex_pair(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(digits[0])? * 16 + digit(digits[1])?;
    u8::try_from(value).ok()
}

/// Writes a form or a query; space becomes `+`.
pub fn encode(params: &Params) -> String {
    let pairs: Vec<String> = params
        .iter()
        .map(|param| format!("{}={}", escape(&param.name), escape(&param.value)))
        .collect();
    pairs.join("&")
}

/// One name or value in form encoding.
pub fn escape(text: &str) -> String {
    let escaped: Cow<'_, str> = utf8_percent_encode(text, ESCAPED).into();
    if escaped.contains("%20") { escaped.replace("%20", "+") } else { escaped.into_owned() }
}

/// Every byte of a name or a value as an escape, in lower case.
pub fn escape_all(text: &str) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    text.bytes().flat_map(|byte| ['%', digit(byte >> 4), digit(byte)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_exactly_once() {
        let params = decode(b"state=a%252Bb+c%2B&&x&y=").unwrap();
        assert_eq!(params.first("state"), Some("a%2Bb c+"));
        assert_eq!(params.first("x"), Some(""));
        assert_eq!(params.len(), 3);
    }

    #[test]
    fn names_the_byte_of_a_broken_escape() {
        assert_eq!(decode(b"a=1&b=%zz"), Err(FormError::BrokenEscape(6)));
        assert_eq!(decode(b"a=%4"), Err(FormError::BrokenEscape(2)));
        assert_eq!(decode(b"a=1&b=%ff"), Err(FormError::NotUtf8(4)));
        assert_eq!(decode(b"%+1=2"), Err(FormError::BrokenEscape(0)));
    }

    #[test]
    fn encoding_comes_back() {
        let params: Params = [("a b", "ä&=%+"), ("c", "")].into_iter().collect();
        assert_eq!(decode(encode(&params).as_bytes()), Ok(params));
    }
}
