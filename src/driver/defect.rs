//! The defects of an assertion, each made alone.
//!
//! The written form of a defect is what stands in the feature files (`that expired 30 seconds ago`,
//! `signed with a stranger's key`).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Unmet;
use super::assertion::{Assertion, signing};
use super::flow::{Client, Driver};
use super::malformed::Malformed;
use crate::wire::jwk::SigningKey;
use crate::wire::jws::{self, BadPrivateKey};

/// An audience that no target is.
const FOREIGN: &str = "https://oauthspec.example/oauth2/token";

/// Long enough for everything that is judged.
const FAR: Duration = Duration::from_secs(45);

/// Where keys would be that no target has registered.
const KEYS: &str = "https://oauthspec.example/keys";

/// The form in which a public key is taken for a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedSecret {
    /// PEM as files have it.
    Pem,
    /// PEM without the last line break.
    PemTrimmed,
    /// The bytes of `SubjectPublicKeyInfo`.
    Der,
}

/// A claim about a time, and where it lies from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So long ago.
    Ago(Duration),
    /// So long from now.
    FromNow(Duration),
}

/// One defect of an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// One character of the signature is another.
    SignatureAltered,
    /// The third part is empty.
    SignatureEmpty,
    /// A claim was changed behind the signature's back.
    ClaimsAltered,
    /// `HS256` with the public key for a secret.
    Confused(SharedSecret),
    /// The algorithm says that there is no signature, and there is none.
    Unsigned(String),
    /// The algorithm says so, and the signature stays.
    UnsignedWithSignature,
    /// The key of nobody, under the right name.
    StrangersKey,
    /// Another client's key, under the right name.
    OthersKey(Client),
    /// Another client's key, under its own name.
    OthersKeyAndName(Client),
    /// A `kid` that nobody registered.
    UnknownKid,
    /// A claim of a time.
    Time(&'static str, Moment),
    /// An audience that goes on behind the right one.
    AudienceExtended,
    /// A foreign audience with the right one in it.
    AudienceWithin,
    /// Another path of the right host.
    AudienceOfHost,
    /// Another server.
    AudienceForeign,
    /// Other servers, in a list.
    AudiencesForeign,
    /// A list without an audience.
    AudiencesEmpty,
    /// The right one, in a list: no defect by RFC 7519 §4.1.3.
    AudienceListed,
    /// The identifier of another registered client.
    IssuedByOther(Client),
    /// An identifier that is not registered.
    IssuedByUnknown,
    /// A subject that does not exist.
    SubjectUnknown,
    /// Another registered client.
    SubjectOther(Client),
    /// A time to expire that is a text.
    ExpiryAsText,
    /// A foreign key that the header brings along.
    KeyInHeader,
    /// A foreign key whose URL this member of the header names.
    KeyByUrl(&'static str),
    /// An extension that nobody knows.
    Critical,
    /// A kind of subject that does not exist.
    SubjectTypeUnknown,
    /// A member of header or claims is missing.
    Without(&'static str),
    /// No JWT at all.
    Malformed(Malformed),
}

/// Members that can be left out.
const MEMBERS: &[&str] = &["kid", "exp", "aud", "iss", "sub", "box_sub_type", "jti"];

impl Driver {
    /// An assertion with one defect, as it is sent.
    ///
    /// # Errors
    /// Where the profile lacks what the defect needs.
    pub fn spoil(&mut self, valid: Assertion, defect: &Defect) -> Result<String, Unmet> {
        let bad_key = |error: BadPrivateKey| Unmet::Failed(error.to_string());
        let mut made = valid;
        match defect {
            Defect::SignatureAltered
            | Defect::SignatureEmpty
            | Defect::ClaimsAltered
            | Defect::UnsignedWithSignature => {
                let assertion = made.sign().map_err(bad_key)?;
                return Ok(tamper(&assertion, made, defect));
            }
            Defect::Unsigned(name) => {
                made.header.insert("alg".to_owned(), json!(name));
                return Ok(format!("{}.", made.text()));
            }
            Defect::Malformed(how) => return Ok(how.of(&made.sign().map_err(bad_key)?)),
            Defect::Confused(secret) => {
                let secret = secret.bytes(&made.key).map_err(bad_key)?;
                made.header.insert("alg".to_owned(), json!("HS256"));
                let text = made.text();
                return Ok(format!("{text}.{}", jws::part(&jws::hs256(&secret, &text))));
            }
            Defect::OthersKey(other) | Defect::OthersKeyAndName(other) => {
                let entry = self.client(other)?;
                let signing = signing(&other.0, &entry)?;
                made.use_key(signing.private_key.clone().unwrap_or_default());
                if matches!(defect, Defect::OthersKeyAndName(_)) {
                    made.header.insert("kid".to_owned(), json!(signing.key_id));
                }
            }
            Defect::IssuedByOther(other) => {
                let id = self.client(other)?.id;
                made.claims.insert("iss".to_owned(), json!(id));
            }
            Defect::SubjectOther(other) => {
                let id = self.client(other)?.id;
                made.claims.insert("sub".to_owned(), json!(id));
            }
            Defect::KeyInHeader => {
                made.use_key_of_stranger();
                let key = SigningKey::from_pem(&made.key);
                let key = key.map_err(|error| Unmet::Failed(error.to_string()))?;
                made.header.insert("jwk".to_owned(), json!(key.jwk()));
            }
            Defect::KeyByUrl(member) => {
                made.use_key_of_stranger();
                made.header.insert((*member).to_owned(), json!(KEYS));
            }
            Defect::Critical => {
                made.header.insert("crit".to_owned(), json!(["oauthspec"]));
                made.header.insert("oauthspec".to_owned(), json!(true));
            }
            Defect::Without("kid") if made.header.get("kid").is_none() => {
                let text = "the profile gives the client's key no `key_id`";
                return Err(Unmet::Lacking(text.to_owned()));
            }
            plain => plain.edit(&mut made),
        }
        made.sign().map_err(bad_key)
    }
}

impl SharedSecret {
    fn bytes(self, private_pem: &str) -> Result<Vec<u8>, BadPrivateKey> {
        let pem = jws::public_half_pem(private_pem)?;
        Ok(match self {
            Self::Pem => format!("{}\n", pem.trim_end()).into_bytes(),
            Self::PemTrimmed => pem.trim_end().as_bytes().to_vec(),
            Self::Der => jws::public_half(private_pem)?,
        })
    }
}

/// Changes a signed assertion, so that its signature no longer fits.
fn tamper(assertion: &str, mut made: Assertion, defect: &Defect) -> String {
    let (text, signature) = assertion.rsplit_once('.').unwrap_or_default();
    match defect {
        Defect::SignatureEmpty => format!("{text}."),
        Defect::ClaimsAltered => {
            made.claims.insert("jti".to_owned(), json!(format!("{}-altered", made.jti())));
            format!("{}.{signature}", made.text())
        }
        Defect::UnsignedWithSignature => {
            made.header.insert("alg".to_owned(), json!("none"));
            format!("{}.{signature}", made.text())
        }
        _ => {
            // The first character: the last ones have bits that mean nothing.
            let first = if signature.starts_with('A') { 'B' } else { 'A' };
            format!("{text}.{first}{}", signature.get(1..).unwrap_or_default())
        }
    }
}

impl Defect {
    /// The defects that are an edit of header, claims or key.
    fn edit(&self, made: &mut Assertion) {
        let mut claim = |name: &str, value: Value| {
            made.claims.insert(name.to_owned(), value);
        };
        let audience = |claims: &Map<String, Value>| {
            claims.get("aud").and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        match self {
            Self::StrangersKey => made.use_key_of_stranger(),
            Self::UnknownKid => {
                made.header.insert("kid".to_owned(), json!("oauthspec-unregistered-key"));
            }
            Self::Time(name, moment) => {
                let at = match moment {
                    Moment::Ago(span) => made.now.saturating_sub(*span),
                    Moment::FromNow(span) => made.now.saturating_add(*span),
                };
                claim(name, json!(at.as_secs()));
            }
            Self::AudienceExtended => {
                let extended = format!("{}.oauthspec.example", audience(&made.claims));
                made.claims.insert("aud".to_owned(), json!(extended));
            }
            Self::AudienceWithin => {
                let within = format!("https://oauthspec.example/{}", audience(&made.claims));
                made.claims.insert("aud".to_owned(), json!(within));
            }
            Self::AudienceOfHost => {
                let other = url::Url::parse(&audience(&made.claims))
                    .and_then(|url| url.join("/oauthspec/other"))
                    .map_or_else(|_| "/oauthspec/other".to_owned(), String::from);
                made.claims.insert("aud".to_owned(), json!(other));
            }
            Self::AudienceForeign => claim("aud", json!(FOREIGN)),
            Self::AudiencesForeign => claim("aud", json!([FOREIGN, "https://oauthspec.example"])),
            Self::AudiencesEmpty => claim("aud", json!([])),
            Self::AudienceListed => {
                let listed = json!([audience(&made.claims)]);
                made.claims.insert("aud".to_owned(), listed);
            }
            Self::IssuedByUnknown => claim("iss", json!(super::authentication::UNKNOWN_CLIENT)),
            Self::SubjectUnknown => claim("sub", json!("999999999999")),
            Self::ExpiryAsText => claim("exp", json!((made.now + FAR).as_secs().to_string())),
            Self::SubjectTypeUnknown => claim("box_sub_type", json!("oauthspec")),
            Self::Without(name) => {
                made.header.remove(*name);
                made.claims.remove(*name);
            }
            // The others are made of the signed text, or with the profile.
            _ => {}
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureAltered => f.write_str("whose signature is altered"),
            Self::SignatureEmpty => f.write_str("whose signature is empty"),
            Self::ClaimsAltered => f.write_str("whose claims were altered once it was signed"),
            Self::Confused(SharedSecret::Pem) => {
                f.write_str("signed as if its public key (PEM) were a shared secret")
            }
            Self::Confused(SharedSecret::PemTrimmed) => f.write_str(
                "signed as if its public key (PEM without the last line break) were a shared secret",
            ),
            Self::Confused(SharedSecret::Der) => {
                f.write_str("signed as if its public key (DER) were a shared secret")
            }
            Self::Unsigned(name) => write!(f, "without a signature, by the algorithm \"{name}\""),
            Self::UnsignedWithSignature => {
                f.write_str("with its signature, and the algorithm \"none\"")
            }
            Self::StrangersKey => f.write_str("signed with a stranger's key"),
            Self::OthersKey(client) => write!(f, "signed with the key of the {} client", client.0),
            Self::OthersKeyAndName(client) => {
                write!(f, "signed with the key of the {} client, which it names", client.0)
            }
            Self::UnknownKid => f.write_str("with a kid that is not registered"),
            Self::Time("exp", Moment::Ago(span)) => {
                write!(f, "that expired {} seconds ago", span.as_secs())
            }
            Self::Time("exp", Moment::FromNow(span)) => {
                write!(f, "that expires {} seconds from now", span.as_secs())
            }
            Self::Time(name, Moment::Ago(span)) => {
                write!(f, "with {name} {} seconds ago", span.as_secs())
            }
            Self::Time(name, Moment::FromNow(span)) => {
                write!(f, "with {name} {} seconds from now", span.as_secs())
            }
            Self::AudienceExtended => f.write_str("whose audience begins like the right one"),
            Self::AudienceWithin => f.write_str("whose audience contains the right one"),
            Self::AudienceOfHost => f.write_str("whose audience is elsewhere on the right host"),
            Self::AudienceForeign => f.write_str("whose audience is another server"),
            Self::AudiencesForeign => f.write_str("whose audience is a list of other servers"),
            Self::AudiencesEmpty => f.write_str("whose audience is a list of nobody"),
            Self::AudienceListed => f.write_str("whose audience is a list of the right one"),
            Self::IssuedByOther(client) => write!(f, "whose issuer is the {} client", client.0),
            Self::IssuedByUnknown => f.write_str("whose issuer is unknown"),
            Self::SubjectUnknown => f.write_str("whose subject is unknown"),
            Self::SubjectOther(client) => write!(f, "whose subject is the {} client", client.0),
            Self::ExpiryAsText => f.write_str("whose exp is a text"),
            Self::KeyInHeader => f.write_str("signed with a key that its header brings along"),
            Self::KeyByUrl(member) => write!(f, "signed with a key whose URL its {member} names"),
            Self::Critical => f.write_str("that demands an extension"),
            Self::SubjectTypeUnknown => f.write_str("whose type of subject is unknown"),
            Self::Without(name) => write!(f, "without {name}"),
            Self::Malformed(how) => how.fmt(f),
        }
    }
}

/// A text that names no defect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown assertion defect \"{0}\"")]
pub struct UnknownDefect(String);

impl FromStr for Defect {
    type Err = UnknownDefect;

    /// Reads what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        fixed()
            .into_iter()
            .find(|defect| defect.to_string() == text)
            .or_else(|| of_time(text))
            .or_else(|| of_client(text))
            .or_else(|| {
                let name = text.strip_prefix("without a signature, by the algorithm \"")?;
                Some(Self::Unsigned(name.strip_suffix('"')?.to_owned()))
            })
            .ok_or_else(|| UnknownDefect(text.to_owned()))
    }
}

/// The defects that are written in one way only.
fn fixed() -> Vec<Defect> {
    let members = MEMBERS.iter().map(|name| Defect::Without(name));
    [
        Defect::SignatureAltered,
        Defect::SignatureEmpty,
        Defect::ClaimsAltered,
        Defect::Confused(SharedSecret::Pem),
        Defect::Confused(SharedSecret::PemTrimmed),
        Defect::Confused(SharedSecret::Der),
        Defect::UnsignedWithSignature,
        Defect::StrangersKey,
        Defect::UnknownKid,
        Defect::AudienceExtended,
        Defect::AudienceWithin,
        Defect::AudienceOfHost,
        Defect::AudienceForeign,
        Defect::AudiencesForeign,
        Defect::AudiencesEmpty,
        Defect::AudienceListed,
        Defect::IssuedByUnknown,
        Defect::SubjectUnknown,
        Defect::SubjectTypeUnknown,
        Defect::ExpiryAsText,
        Defect::KeyInHeader,
        Defect::KeyByUrl("jku"),
        Defect::KeyByUrl("x5u"),
        Defect::Critical,
    ]
    .into_iter()
    .chain(members)
    .chain(Malformed::ALL.map(Defect::Malformed))
    .collect()
}

fn of_time(text: &str) -> Option<Defect> {
    let words: Vec<&str> = text.split(' ').collect();
    let span = |number: &str| number.parse().ok().map(Duration::from_secs);
    let (claim, moment) = match words.as_slice() {
        ["that", "expired", number, "seconds", "ago"] => ("exp", Moment::Ago(span(number)?)),
        ["that", "expires", number, "seconds", "from", "now"] => {
            ("exp", Moment::FromNow(span(number)?))
        }
        ["with", name, number, "seconds", "from", "now"] => {
            let name = ["nbf", "iat"].into_iter().find(|known| known == name)?;
            (name, Moment::FromNow(span(number)?))
        }
        _ => return None,
    };
    Some(Defect::Time(claim, moment))
}

fn of_client(text: &str) -> Option<Defect> {
    let client = |rest: &str| {
        let role = rest.strip_suffix(" client").filter(|role| !role.contains(' '))?;
        Some(Client(role.to_owned()))
    };
    if let Some(rest) = text.strip_prefix("signed with the key of the ") {
        return match rest.strip_suffix(", which it names") {
            Some(rest) => client(rest).map(Defect::OthersKeyAndName),
            None => client(rest).map(Defect::OthersKey),
        };
    }
    if let Some(rest) = text.strip_prefix("whose subject is the ") {
        return client(rest).map(Defect::SubjectOther);
    }
    client(text.strip_prefix("whose issuer is the ")?).map(Defect::IssuedByOther)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::driver::assertion::STRANGER;
    use crate::wire::jws::Algorithm;

    fn valid() -> Assertion {
        let members = |value: Value| value.as_object().cloned().unwrap();
        Assertion {
            header: members(json!({"alg": "RS256", "kid": "k"})),
            claims: members(json!({
                "iss": "c", "sub": "1", "box_sub_type": "enterprise",
                "aud": "https://a.example/token", "jti": "0123456789abcdef", "exp": 1045,
            })),
            algorithm: Algorithm::Rs256,
            key: STRANGER.into(),
            now: Duration::from_secs(1000),
        }
    }

    #[test]
    fn every_defect_is_read_as_it_is_written() {
        let client = || Client("app-only".to_owned());
        let half = Duration::from_secs(30);
        let written = fixed().into_iter().chain([
            Defect::Unsigned("None".to_owned()),
            Defect::OthersKey(client()),
            Defect::OthersKeyAndName(client()),
            Defect::IssuedByOther(client()),
            Defect::SubjectOther(client()),
            Defect::Time("exp", Moment::Ago(half)),
            Defect::Time("exp", Moment::FromNow(half)),
            Defect::Time("nbf", Moment::FromNow(half)),
            Defect::Time("iat", Moment::FromNow(half)),
        ]);
        for defect in written {
            assert_eq!(defect.to_string().parse(), Ok(defect));
        }
        for bad in ["", "without alg", "with exp 3 seconds from now", "whose issuer is the x y"] {
            assert!(bad.parse::<Defect>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_edit_changes_one_member_and_no_other() {
        for defect in fixed() {
            let mut made = valid();
            defect.edit(&mut made);
            let changed = |a: &Map<String, Value>, b: &Map<String, Value>| {
                let names = a.keys().chain(b.keys()).collect::<std::collections::BTreeSet<_>>();
                names.into_iter().filter(|name| a.get(*name) != b.get(*name)).count()
            };
            let members = changed(&made.header, &valid().header)
                + changed(&made.claims, &valid().claims)
                + usize::from(made.key != valid().key && defect != Defect::StrangersKey);
            assert!(members <= 1, "{defect}");
        }
    }

    #[test]
    fn what_is_signed_can_be_taken_apart_again() {
        let assertion = valid().sign().unwrap();
        let parts = jws::read(&assertion).unwrap();
        assert_eq!(parts.header, valid().header);
        assert_eq!(parts.claims, valid().claims);
        let public = jws::public_half_pem(STRANGER).unwrap();
        assert!(jws::is_signed(&public, Algorithm::Rs256, parts.signed, &parts.signature));
        let altered = tamper(&assertion, valid(), &Defect::SignatureAltered);
        let parts = jws::read(&altered).unwrap();
        assert!(!jws::is_signed(&public, Algorithm::Rs256, parts.signed, &parts.signature));
    }
}
