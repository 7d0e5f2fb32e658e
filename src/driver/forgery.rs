//! Tokens that nobody issued, each made of one that is a JWT (RFC 9068 §4), or of claims alone.
//!
//! The written form is what stands in the feature files (`with an access token whose subject was changed`).

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::Unmet;
use super::assertion::STRANGER;
use crate::wire::jwk::{Alg, SigningKey};
use crate::wire::jwks;
use crate::wire::jws::{self, Algorithm};

/// One thing wrong with an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgery {
    /// The algorithm says that there is no signature, and there is none.
    Unsigned(String),
    /// `HS256` with the public key in PEM form for a secret.
    FileAsSecret,
    /// `HS256` with the public key as it is published for a secret.
    JsonAsSecret,
    /// A claim was changed behind the signature's back.
    Changed(Claim),
    /// The third part is empty.
    SignatureEmpty,
    /// Each byte of the signature is 0.
    SignatureZero,
    /// Another key has signed, under the name of the right one.
    OtherSigner,
    /// The same, and the token shows the key.
    KeyShown,
    /// Another issuer has signed.
    OtherIssuer,
}

/// A claim that is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Whom the token stands for.
    Subject,
    /// When it expires: a day later.
    Expiry,
    /// What it opens: more.
    Scope,
}

impl Claim {
    fn change(self, claims: &mut Members) {
        match self {
            Self::Subject => set(claims, "sub", json!("oauthspec-another-subject")),
            Self::Expiry => {
                let expires = claims.get("exp").and_then(Value::as_u64).unwrap_or_default();
                set(claims, "exp", json!(expires + 86_400));
            }
            Self::Scope => {
                let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
                let more = format!("{scope} oauthspec").trim_start().to_owned();
                set(claims, "scope", json!(more));
            }
        }
    }
}

type Members = Map<String, Value>;

fn set(members: &mut Members, name: &str, value: Value) {
    members.insert(name.to_owned(), value);
}

/// Somebody else's key, of the kind that a token was signed with where the suite has such.
enum Stranger {
    Rsa(Algorithm),
    Curve(Box<SigningKey>),
}

impl Stranger {
    fn of(alg: &str) -> Result<Self, Unmet> {
        if let Some(algorithm) = Algorithm::read(alg).filter(|it| *it != Algorithm::Es256) {
            return Ok(Self::Rsa(algorithm));
        }
        let made = SigningKey::generate(Alg::read(alg).unwrap_or(Alg::Es256));
        made.map(|key| Self::Curve(Box::new(key))).map_err(|it| Unmet::Failed(it.to_string()))
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::Rsa(algorithm) => algorithm.name(),
            Self::Curve(key) => key.alg().name(),
        }
    }

    fn jwk(&self) -> Members {
        match self {
            Self::Rsa(_) => SigningKey::from_pem(STRANGER).map(|key| key.jwk()).unwrap_or_default(),
            Self::Curve(key) => key.jwk(),
        }
    }

    fn sign(&self, header: &Members, claims: &Members) -> Result<String, Unmet> {
        let text = jws::text(header, claims);
        let failed = |error: &dyn fmt::Display| Unmet::Failed(error.to_string());
        let signature = match self {
            Self::Rsa(by) => jws::sign(STRANGER, *by, &text).map_err(|error| failed(&error))?,
            Self::Curve(key) => key.sign(&text).map_err(|error| failed(&error))?,
        };
        Ok(with(&text, &signature))
    }
}

fn with(text: &str, signature: &[u8]) -> String {
    format!("{text}.{}", jws::part(signature))
}

/// A JWT with these claims that says of itself that a published key has signed it, where there is one;
/// nobody has.
pub fn unissued(claims: &Members, key: Option<&Members>) -> String {
    let of_key = |name: &str| key.and_then(|key| key.get(name)).cloned();
    let mut header = Members::new();
    set(&mut header, "alg", of_key("alg").unwrap_or_else(|| json!("RS256")));
    set(&mut header, "typ", json!("at+jwt"));
    if let Some(kid) = of_key("kid") {
        set(&mut header, "kid", kid);
    }
    with(&jws::text(&header, claims), &[0x5a; 256])
}

impl Forgery {
    /// Whether it takes a token that was issued: what is wrong is what it says, under a true signature.
    pub fn needs_issued(&self) -> bool {
        matches!(self, Self::Changed(_))
    }

    /// Whether it is made with the key that the server publishes.
    pub fn needs_key(&self) -> bool {
        matches!(self, Self::FileAsSecret | Self::JsonAsSecret)
    }

    /// The forged token. `key`: the one that verifies the token, where it is needed.
    ///
    /// # Errors
    /// Where the token is no JWT, or it cannot be forged so.
    pub fn of(&self, token: &str, key: Option<&Members>) -> Result<String, Unmet> {
        let lacking = |text: &str| Unmet::Lacking(text.to_owned());
        let parts = jws::read(token).ok_or_else(|| lacking("the token is no JWT"))?;
        let (mut header, mut claims, signed) = (parts.header, parts.claims, parts.signature);
        let alg = header.get("alg").and_then(Value::as_str).unwrap_or_default().to_owned();
        let stranger = || Stranger::of(&alg);
        match self {
            Self::Unsigned(name) => set(&mut header, "alg", json!(name)),
            Self::Changed(claim) => claim.change(&mut claims),
            Self::FileAsSecret | Self::JsonAsSecret => {
                let key = key.ok_or_else(|| lacking("no published key has signed the token"))?;
                let secret = match self {
                    Self::JsonAsSecret => Some(json!(key).to_string()),
                    _ => jwks::pem(key),
                };
                let secret = secret.ok_or_else(|| lacking("the key has no form in PEM here"))?;
                set(&mut header, "alg", json!("HS256"));
                let text = jws::text(&header, &claims);
                return Ok(with(&text, &jws::hs256(secret.as_bytes(), &text)));
            }
            Self::OtherSigner | Self::KeyShown | Self::OtherIssuer => {
                let stranger = stranger()?;
                set(&mut header, "alg", json!(stranger.alg()));
                if *self == Self::KeyShown {
                    header.remove("kid");
                    set(&mut header, "jwk", json!(stranger.jwk()));
                }
                if *self == Self::OtherIssuer {
                    set(&mut claims, "iss", json!("https://issuer.oauthspec.example"));
                }
                return stranger.sign(&header, &claims);
            }
            Self::SignatureEmpty | Self::SignatureZero => {}
        }
        let signature = match self {
            Self::Changed(_) => signed,
            Self::SignatureZero => vec![0; signed.len()],
            _ => Vec::new(),
        };
        Ok(with(&jws::text(&header, &claims), &signature))
    }
}

/// The forgeries that have a fixed name.
const FIXED: &[(&str, Forgery)] = &[
    ("signed as if the public key in a file were a secret", Forgery::FileAsSecret),
    ("signed as if the published key were a secret", Forgery::JsonAsSecret),
    ("whose subject was changed", Forgery::Changed(Claim::Subject)),
    ("whose expiry was changed", Forgery::Changed(Claim::Expiry)),
    ("whose scope was changed", Forgery::Changed(Claim::Scope)),
    ("whose signature is empty", Forgery::SignatureEmpty),
    ("whose signature is zero", Forgery::SignatureZero),
    ("signed with another key", Forgery::OtherSigner),
    ("signed with another key that it shows", Forgery::KeyShown),
    ("of another issuer", Forgery::OtherIssuer),
];

/// How a token begins to be told that has no signature.
const UNSIGNED: &str = "that has no signature, by the algorithm ";

impl fmt::Display for Forgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Unsigned(name) = self {
            return write!(f, "{UNSIGNED}\"{name}\"");
        }
        let known = FIXED.iter().find(|(_, forgery)| forgery == self);
        f.write_str(known.map_or("", |(name, _)| name))
    }
}

/// A text that names no forgery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown forgery of an access token \"{0}\"")]
pub struct UnknownForgery(String);

impl FromStr for Forgery {
    type Err = UnknownForgery;

    /// Reads what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unsigned = text.strip_prefix(UNSIGNED).map(|name| name.trim_matches('"').to_owned());
        let fixed = FIXED.iter().find(|(name, _)| *name == text).map(|(_, forgery)| forgery);
        let known = unsigned.map(Self::Unsigned).or_else(|| fixed.cloned());
        known.ok_or_else(|| UnknownForgery(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forgery_is_read_as_it_is_written() {
        let more = ["that has no signature, by the algorithm \"nOnE\""];
        for text in FIXED.iter().map(|(name, _)| *name).chain(more) {
            assert_eq!(text.parse::<Forgery>().map(|it| it.to_string()).as_deref(), Ok(text));
        }
        assert!("by mail".parse::<Forgery>().is_err());
    }

    #[test]
    fn a_forged_token_is_a_jwt_that_the_key_has_not_signed() {
        let key = SigningKey::generate(Alg::Es256).unwrap();
        let members = |value: Value| value.as_object().cloned().unwrap();
        let header = members(json!({"alg": "ES256", "typ": "at+jwt", "kid": "1"}));
        let claims = members(json!({"iss": "a", "sub": "b", "exp": 1, "jti": "c"}));
        let token = key.compact(&header, &claims).unwrap();
        for (text, forgery) in FIXED {
            let forged = forgery.of(&token, Some(&key.jwk())).unwrap();
            let parts = jws::read(&forged).unwrap();
            let alg = parts.header["alg"].as_str().unwrap_or_default();
            assert!(!jwks::is_signed(&key.jwk(), alg, parts.signed, &parts.signature), "{text}");
            assert_eq!(parts.claims["jti"], "c");
        }
        assert!(Forgery::SignatureEmpty.of("opaque", None).is_err());
    }

    #[test]
    fn a_token_of_claims_alone_names_the_published_key() {
        let claims = jws::members(json!({"iss": "a", "jti": "c"}));
        let key = jws::members(json!({"kty": "EC", "kid": "1", "alg": "ES256"}));
        let token = unissued(&claims, Some(&key));
        let parts = jws::read(&token).unwrap();
        assert_eq!((&parts.header["kid"], &parts.header["alg"]), (&json!("1"), &json!("ES256")));
        assert_eq!(jws::read(&unissued(&claims, None)).unwrap().header["alg"], "RS256");
    }
}
