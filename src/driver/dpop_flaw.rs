//! What is wrong with a proof of possession, each made alone.
//!
//! The written form is what stands in the feature files (`by a proof whose typ is "JWT"`).

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::dpop_proof::Proof;
use super::flow::Driver;
use super::keys::Key;
use super::malformed::Malformed;
use super::{Draft, Unmet};
use crate::wire::jws;

/// How a URI is another, or the same written differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uri {
    /// Another host.
    Host,
    /// Another port.
    Port,
    /// Another path.
    Path,
    /// Another scheme.
    Scheme,
    /// The right one with its scheme in capitals.
    Capitals,
    /// The right one with an escape that is not needed.
    Escaped,
}

/// One thing wrong with a proof, or unusual about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The same comes twice.
    Twice,
    /// Another one comes beside it.
    Two,
    /// Two stand in one field.
    TwoInOneField,
    /// The field is empty.
    Empty,
    /// No JWT at all.
    Malformed(Malformed),
    /// A member of header or claims is missing.
    Without(String),
    /// A member is of another type.
    OtherType(String),
    /// `typ` is this one.
    Type(String),
    /// The algorithm says that there is no signature, and there is none.
    Unsigned(String),
    /// `HS256` with the public key for a secret.
    PublicKeyAsSecret,
    /// `HS256` with a shared key, which it shows.
    SharedKey,
    /// An algorithm that does not go with the key.
    Algorithm(String),
    /// Another key has signed.
    OtherSigner,
    /// A claim was changed behind the signature's back.
    ClaimsAltered,
    /// The third part is empty.
    SignatureEmpty,
    /// Each byte of the signature is 0.
    SignatureZero,
    /// The key is shown with its private member.
    PrivateKey,
    /// It is for another method.
    OtherMethod,
    /// It is for the right method, in small letters.
    SmallMethod,
    /// It is for another URI.
    For(Uri),
    /// It was made so many seconds from now; below 0 are those ago.
    Made(i64),
    /// It was made at this second.
    MadeAt(i64),
    /// It is for another access token.
    OtherToken,
    /// It has no nonce.
    WithoutNonce,
    /// It has a nonce that nobody told.
    UnknownNonce,
    /// It has the nonce that the resource told.
    NonceOfResource,
}

impl Flaw {
    /// Whether it is about the nonce, so that asking for one is an answer to it.
    pub fn is_about_nonce(&self) -> bool {
        matches!(self, Self::WithoutNonce | Self::UnknownNonce | Self::NonceOfResource)
    }
}

impl Driver {
    /// The fields of a proof with one flaw, as they are sent.
    ///
    /// # Errors
    /// Where the flaw cannot be made.
    pub(super) fn flawed(
        &mut self,
        mut proof: Proof,
        flaw: &Flaw,
        draft: &Draft,
    ) -> Result<Vec<String>, Unmet> {
        Ok(vec![match flaw {
            Flaw::Twice => return Ok(vec![proof.sign()?; 2]),
            Flaw::Two => {
                let first = proof.sign()?;
                proof.claim("jti", self.fresh(32));
                return Ok(vec![first, proof.sign()?]);
            }
            Flaw::TwoInOneField => format!("{0}, {0}", proof.sign()?),
            Flaw::Empty => String::new(),
            Flaw::Malformed(how) => how.of(&proof.sign()?),
            Flaw::OtherSigner => {
                let alg = Some(proof.key.alg());
                let mut other = self.signing_key(Key::Other, alg)?;
                // A proof that shows the other key is signed with the client's own.
                if other.jwk() == proof.key.jwk() {
                    other = self.signing_key(Key::Own, alg)?;
                }
                let signature = other.sign(&proof.text());
                let signature = signature.map_err(|error| Unmet::Failed(error.to_string()))?;
                with_signature(&proof, &signature)
            }
            Flaw::NonceOfResource => {
                let resource = self.site.resource.clone();
                let told = resource.and_then(|url| self.keys.nonce(&url).cloned());
                let text = "the resource told no nonce".to_owned();
                proof.claim("nonce", told.ok_or(Unmet::Lacking(text))?);
                proof.sign()?
            }
            Flaw::UnknownNonce => {
                let nonce = self.fresh(32);
                proof.claim("nonce", nonce);
                proof.sign()?
            }
            plain => plain.write(proof, draft)?,
        }])
    }
}

fn with_signature(proof: &Proof, signature: &[u8]) -> String {
    format!("{}.{}", proof.text(), jws::part(signature))
}

impl Flaw {
    /// The flaws that take nothing but the proof.
    fn write(&self, mut proof: Proof, draft: &Draft) -> Result<String, Unmet> {
        match self {
            Self::Unsigned(name) => {
                proof.header.insert("alg".to_owned(), json!(name));
                return Ok(with_signature(&proof, b""));
            }
            Self::PublicKeyAsSecret | Self::SharedKey => return Ok(self.by_secret(proof)),
            Self::SignatureEmpty => return Ok(with_signature(&proof, b"")),
            Self::SignatureZero => return Ok(with_signature(&proof, &[0; 64])),
            Self::ClaimsAltered => {
                let signed = proof.sign()?;
                let (_, signature) = signed.rsplit_once('.').unwrap_or_default();
                proof.claim("jti", "oauthspec-altered");
                return Ok(format!("{}.{signature}", proof.text()));
            }
            plain => plain.edit(&mut proof, draft),
        }
        proof.sign()
    }

    /// A proof by a shared secret, which everybody knows.
    fn by_secret(&self, mut proof: Proof) -> String {
        proof.header.insert("alg".to_owned(), json!("HS256"));
        let secret = match self {
            Self::SharedKey => {
                let secret = b"oauthspec-shared-key-of-32-bytes".to_vec();
                let jwk = json!({"kty": "oct", "k": jws::part(&secret)});
                proof.header.insert("jwk".to_owned(), jwk);
                secret
            }
            _ => json!(proof.key.jwk()).to_string().into_bytes(),
        };
        let text = proof.text();
        format!("{text}.{}", jws::part(&jws::hs256(&secret, &text)))
    }

    /// The flaws that are an edit of header or claims.
    fn edit(&self, proof: &mut Proof, draft: &Draft) {
        let now = i64::try_from(proof.now).unwrap_or_default();
        match self {
            Self::Without(name) => {
                proof.header.remove(name);
                proof.claims.remove(name);
            }
            Self::OtherType(name) => {
                let other = if name == "iat" { json!(proof.now.to_string()) } else { json!(1) };
                let members = if name == "jwk" { &mut proof.header } else { &mut proof.claims };
                members.insert(name.clone(), other);
            }
            Self::Type(name) => drop(proof.header.insert("typ".to_owned(), json!(name))),
            Self::Algorithm(name) => drop(proof.header.insert("alg".to_owned(), json!(name))),
            Self::PrivateKey => {
                let private = proof.key.private_member().to_owned();
                if let Some(Value::Object(jwk)) = proof.header.get_mut("jwk") {
                    jwk.insert("d".to_owned(), json!(private));
                }
            }
            Self::OtherMethod => {
                let other = if draft.method == "POST" { "GET" } else { "POST" };
                proof.claim("htm", other);
            }
            Self::SmallMethod => proof.claim("htm", draft.method.to_ascii_lowercase()),
            Self::For(uri) => {
                let right = proof.claims.get("htu").and_then(Value::as_str).unwrap_or_default();
                let other = uri.of(right);
                proof.claim("htu", other);
            }
            Self::Made(seconds) => made_at(proof, now.saturating_add(*seconds)),
            Self::MadeAt(second) => made_at(proof, *second),
            Self::OtherToken => proof.claim("ath", jws::hash("oauthspec-another-token")),
            Self::WithoutNonce => drop(proof.claims.remove("nonce")),
            // The others are made of the signed text, or with the driver.
            _ => {}
        }
    }
}

/// A nonce would say when the proof was really made (RFC 9449 §4.3).
fn made_at(proof: &mut Proof, second: i64) {
    proof.claims.remove("nonce");
    proof.claim("iat", second);
}

impl Uri {
    fn of(self, right: &str) -> String {
        let Ok(mut url) = url::Url::parse(right) else { return right.to_owned() };
        let done = match self {
            Self::Host => url.set_host(Some("oauthspec.example")).is_ok(),
            Self::Port => url.set_port(Some(if url.port() == Some(9) { 10 } else { 9 })).is_ok(),
            Self::Path => {
                let path = format!("{}/oauthspec", url.path().trim_end_matches('/'));
                url.set_path(&path);
                true
            }
            Self::Scheme => {
                let port = url.port_or_known_default();
                let other = if url.scheme() == "https" { "http" } else { "https" };
                url.set_scheme(other).is_ok() && url.set_port(port).is_ok()
            }
            Self::Capitals => {
                let (scheme, rest) = right.split_once(':').unwrap_or_default();
                return format!("{}:{rest}", scheme.to_ascii_uppercase());
            }
            Self::Escaped => return escaped(right),
        };
        if done { url.to_string() } else { right.to_owned() }
    }
}

/// The same with an escape for the first letter of the path, if there is one (RFC 3986 §6.2.2.2).
fn escaped(uri: &str) -> String {
    let start = uri.find("://").map_or(0, |at| at + 3);
    let path = uri[start..].find('/').map_or(uri.len(), |at| start + at);
    match uri[path..].find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => {
            let (before, after) = uri.split_at(path + at);
            format!("{before}%{:02X}{}", after.as_bytes()[0], &after[1..])
        }
        None => uri.to_owned(),
    }
}

/// The flaws that have a fixed name.
const FIXED: &[(&str, Flaw)] = &[
    ("the same proof twice", Flaw::Twice),
    ("two proofs", Flaw::Two),
    ("two proofs in one field", Flaw::TwoInOneField),
    ("an empty proof", Flaw::Empty),
    ("a proof signed as if its public key were a shared secret", Flaw::PublicKeyAsSecret),
    ("a proof signed with a shared key that it shows", Flaw::SharedKey),
    ("a proof signed with another key", Flaw::OtherSigner),
    ("a proof whose claims were altered once it was signed", Flaw::ClaimsAltered),
    ("a proof whose signature is empty", Flaw::SignatureEmpty),
    ("a proof whose signature is zero", Flaw::SignatureZero),
    ("a proof that shows its private key", Flaw::PrivateKey),
    ("a proof for another method", Flaw::OtherMethod),
    ("a proof for the method in small letters", Flaw::SmallMethod),
    ("a proof for another host", Flaw::For(Uri::Host)),
    ("a proof for another port", Flaw::For(Uri::Port)),
    ("a proof for another path", Flaw::For(Uri::Path)),
    ("a proof for another scheme", Flaw::For(Uri::Scheme)),
    ("a proof for the URI with its scheme in capitals", Flaw::For(Uri::Capitals)),
    ("a proof for the URI with an escaped letter", Flaw::For(Uri::Escaped)),
    ("a proof for another access token", Flaw::OtherToken),
    ("a proof without a nonce", Flaw::WithoutNonce),
    ("a proof with a nonce never told", Flaw::UnknownNonce),
    ("a proof with the nonce of the resource", Flaw::NonceOfResource),
];

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(how) => write!(f, "a proof {how}"),
            Self::Without(name) => write!(f, "a proof without {name}"),
            Self::OtherType(name) => write!(f, "a proof whose {name} is of another type"),
            Self::Type(name) => write!(f, "a proof whose typ is \"{name}\""),
            Self::Algorithm(name) => write!(f, "a proof whose alg is \"{name}\""),
            Self::Unsigned(name) => {
                write!(f, "a proof without a signature whose alg is \"{name}\"")
            }
            Self::Made(seconds) if *seconds < 0 => {
                write!(f, "a proof made {} seconds ago", seconds.unsigned_abs())
            }
            Self::Made(seconds) => write!(f, "a proof made {seconds} seconds from now"),
            Self::MadeAt(second) => write!(f, "a proof made at the second {second}"),
            fixed => {
                let known = FIXED.iter().find(|(_, flaw)| flaw == fixed);
                f.write_str(known.map_or("", |(name, _)| name))
            }
        }
    }
}

/// A text that names no flaw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown flaw of a proof \"{0}\"")]
pub struct UnknownFlaw(String);

impl FromStr for Flaw {
    type Err = UnknownFlaw;

    /// Reads what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fixed = FIXED.iter().find(|(name, _)| *name == text).map(|(_, flaw)| flaw.clone());
        fixed.or_else(|| of_proof(text)).ok_or_else(|| UnknownFlaw(text.to_owned()))
    }
}

fn of_proof(text: &str) -> Option<Flaw> {
    let rest = text.strip_prefix("a proof ")?;
    if let Some(how) = Malformed::ALL.into_iter().find(|how| how.to_string() == rest) {
        return Some(Flaw::Malformed(how));
    }
    let quoted = |text: &str| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let words: Vec<&str> = rest.split(' ').collect();
    Some(match words.as_slice() {
        ["without", "a", "signature", "whose", "alg", "is", name] => Flaw::Unsigned(quoted(name)?),
        ["without", name] => Flaw::Without((*name).to_owned()),
        ["whose", name, "is", "of", "another", "type"] => Flaw::OtherType((*name).to_owned()),
        ["whose", "typ", "is", name] => Flaw::Type(quoted(name)?),
        ["whose", "alg", "is", name] => Flaw::Algorithm(quoted(name)?),
        ["made", seconds, "seconds", "ago"] => Flaw::Made(-seconds.parse::<i64>().ok()?),
        ["made", seconds, "seconds", "from", "now"] => Flaw::Made(seconds.parse().ok()?),
        ["made", "at", "the", "second", second] => Flaw::MadeAt(second.parse().ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flaw_is_read_as_it_is_written() {
        let more = [
            "a proof that has two parts",
            "a proof without jti",
            "a proof whose iat is of another type",
            "a proof whose typ is \"at+jwt\"",
            "a proof whose alg is \"ES512\"",
            "a proof without a signature whose alg is \"none\"",
            "a proof made 3600 seconds ago",
            "a proof made 5 seconds from now",
            "a proof made at the second -1",
        ];
        for text in FIXED.iter().map(|(name, _)| *name).chain(more) {
            assert_eq!(text.parse::<Flaw>().map(|flaw| flaw.to_string()).as_deref(), Ok(text));
        }
        assert!("a proof".parse::<Flaw>().is_err() && "a proof by mail".parse::<Flaw>().is_err());
    }

    #[test]
    fn a_uri_is_another_or_the_same_in_other_letters() {
        let of = |uri: Uri| uri.of("http://127.0.0.1:8080/token");
        assert_eq!(of(Uri::Scheme), "https://127.0.0.1:8080/token");
        assert_eq!(of(Uri::Port), "http://127.0.0.1:9/token");
        assert_eq!(of(Uri::Path), "http://127.0.0.1:8080/token/oauthspec");
        assert_eq!(of(Uri::Host), "http://oauthspec.example:8080/token");
        assert_eq!(of(Uri::Capitals), "HTTP://127.0.0.1:8080/token");
        assert_eq!(of(Uri::Escaped), "http://127.0.0.1:8080/%74oken");
    }
}
