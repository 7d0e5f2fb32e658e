//! Client credentials in HTTP Basic form (RFC 6749 §2.3.1, RFC 7617).

use base64::{Engine, engine::general_purpose::STANDARD};

use super::form;

/// Client identifier and secret, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Client identifier.
    pub id: String,
    /// Client secret.
    pub secret: String,
}

/// The value of an `Authorization` field: both halves form-encoded, then base64.
pub fn encode(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", form::escape(id), form::escape(secret))))
}

/// Reads the value of an `Authorization` field; `None` where it is not well-formed Basic.
pub fn decode(value: &[u8]) -> Option<Credentials> {
    let text = std::str::from_utf8(value).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(encoded.trim()).ok()?;
    let at = pair.iter().position(|byte| *byte == b':')?;
    Some(Credentials { id: half(&pair[..at])?, secret: half(&pair[at + 1..])? })
}

fn half(encoded: &[u8]) -> Option<String> {
    // A form value is decoded as the name of a pair without `=`; `=` and `&` cannot stand in it raw.
    if encoded.iter().any(|byte| matches!(byte, b'&' | b'=')) {
        return None;
    }
    let params = form::decode(encoded).ok()?;
    Some(params.iter().next().map(|param| param.name.clone()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_characters_come_back() {
        let written = encode("a:b", "p@ %/+ü");
        let read = decode(written.as_bytes()).unwrap();
        assert_eq!((read.id.as_str(), read.secret.as_str()), ("a:b", "p@ %/+ü"));
    }

    #[test]
    fn malformed_values_are_none() {
        for value in ["Basic", "Basic !!!", "Bearer YTpi", "Basic YWI=", "Basic /////w=="] {
            assert_eq!(decode(value.as_bytes()), None, "{value}");
        }
    }
}
