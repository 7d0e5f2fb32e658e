//! Texts that are no signed JWT (RFC 7515 §3.1), made of one that is.

use std::fmt;

use crate::wire::jws;

/// How an assertion is no JWT at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// A word.
    Word,
    /// Its signed part and nothing else.
    OnePart,
    /// Header and claims without a signature.
    TwoParts,
    /// One part more.
    FourParts,
    /// Two dots and nothing else.
    Dots,
    /// A header that is no base64url.
    HeaderNotBase64,
    /// Claims that are no base64url.
    ClaimsNotBase64,
    /// A signature that is no base64url.
    SignatureNotBase64,
    /// A header that is no JSON.
    HeaderNotJson,
    /// Claims that are a JSON array.
    ClaimsAnArray,
}

impl Malformed {
    /// Every way.
    pub const ALL: [Self; 10] = [
        Self::Word,
        Self::OnePart,
        Self::TwoParts,
        Self::FourParts,
        Self::Dots,
        Self::HeaderNotBase64,
        Self::ClaimsNotBase64,
        Self::SignatureNotBase64,
        Self::HeaderNotJson,
        Self::ClaimsAnArray,
    ];

    /// What is sent in place of a valid assertion.
    pub fn of(self, valid: &str) -> String {
        let mut parts = valid.split('.');
        let mut part = || parts.next().unwrap_or_default();
        let (header, claims, signature) = (part(), part(), part());
        match self {
            Self::Word => "oauthspec".to_owned(),
            Self::OnePart => header.to_owned(),
            Self::TwoParts => format!("{header}.{claims}"),
            Self::FourParts => format!("{valid}.{signature}"),
            Self::Dots => "..".to_owned(),
            Self::HeaderNotBase64 => format!("!{header}.{claims}.{signature}"),
            Self::ClaimsNotBase64 => format!("{header}.!{claims}.{signature}"),
            Self::SignatureNotBase64 => format!("{header}.{claims}.!{signature}"),
            Self::HeaderNotJson => format!("{}.{claims}.{signature}", jws::part(b"oauthspec")),
            Self::ClaimsAnArray => format!("{header}.{}.{signature}", jws::part(b"[1]")),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word => "that is one word",
            Self::OnePart => "that has one part",
            Self::TwoParts => "that has two parts",
            Self::FourParts => "that has four parts",
            Self::Dots => "that has three empty parts",
            Self::HeaderNotBase64 => "whose header is not base64url",
            Self::ClaimsNotBase64 => "whose claims are not base64url",
            Self::SignatureNotBase64 => "whose signature is not base64url",
            Self::HeaderNotJson => "whose header is not JSON",
            Self::ClaimsAnArray => "whose claims are a JSON array",
        })
    }
}
