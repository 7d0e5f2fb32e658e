//! Bearer tokens in the `Authorization` field (RFC 6750 §2.1).

/// What an `Authorization` field says, read as Bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// Another scheme than Bearer.
    OtherScheme,
    /// The scheme is Bearer, and what follows is not one token.
    Malformed,
    /// One token of the `b64token` alphabet.
    Token(&'a str),
}

/// Reads the value of one `Authorization` field. The scheme is compared without case.
pub fn read(value: &[u8]) -> Bearer<'_> {
    read_as(value, &["bearer"])
}

/// The same where other schemes carry a token in the same way (RFC 9449 §7.1).
pub fn read_as<'a>(value: &'a [u8], schemes: &[&str]) -> Bearer<'a> {
    let Ok(text) = std::str::from_utf8(value) else {
        return Bearer::Malformed;
    };
    let text = text.trim_matches([' ', '\t']);
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Bearer::OtherScheme;
    }
    let token = rest.trim_matches(' ');
    if is_b64token(token) { Bearer::Token(token) } else { Bearer::Malformed }
}

fn is_b64token(token: &str) -> bool {
    let core = token.trim_end_matches('=');
    !core.is_empty()
        && core.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_token() {
        assert_eq!(read(b"bEaReR abc.~+/=="), Bearer::Token("abc.~+/=="));
        assert_eq!(read(b"Bearer a b"), Bearer::Malformed);
        assert_eq!(read(b"Bearer"), Bearer::Malformed);
        assert_eq!(read(b"Bearer ="), Bearer::Malformed);
        assert_eq!(read(b"XBearer abc"), Bearer::OtherScheme);
        assert_eq!(read(b"abc"), Bearer::OtherScheme);
    }
}
