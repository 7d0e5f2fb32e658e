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
    let Ok(text) = std::str::from_utf8(value) else {
        return Bearer::Malformed;
    };
    let text = text.trim_matches([' ', '\t']);
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
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
