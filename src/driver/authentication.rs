//! Other ways for a client to say who it is than its own, by name: in the other place, in two places
//! at once, and in a header that cannot be read.

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::draft::{Credentials, Draft, Unchanged};
use crate::rules::Means;
use crate::wire::{Secret, basic};

/// An identifier that is not registered.
pub const UNKNOWN_CLIENT: &str = "oauthspec-unregistered-client";

/// How a client authenticates otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// By HTTP Basic alone.
    Basic,
    /// By HTTP Basic in the form that RFC 6749 gives it, even where the server is known to read another.
    BasicEncoded,
    /// By HTTP Basic with the scheme in lower case.
    BasicLower,
    /// By HTTP Basic with the scheme in capitals.
    BasicCapitals,
    /// By parameters of the body alone.
    Body,
    /// Both ways.
    Twice,
    /// Both ways, with a wrong secret in the body.
    TwiceWrongInBody,
    /// Both ways, with a wrong secret in the header.
    TwiceWrongInHeader,
    /// By HTTP Basic, with a wrong secret.
    WrongInHeader,
    /// By HTTP Basic, while the body names the client, too.
    NamedInBody,
    /// By HTTP Basic, while the body names a client that is not registered.
    OtherClientInBody,
    /// By HTTP Basic whose value is no base64.
    NotBase64,
    /// By HTTP Basic whose value holds a character that base64 does not have.
    StrayCharacter,
    /// By HTTP Basic whose value holds no colon.
    NoColon,
    /// By HTTP Basic whose value is no UTF-8.
    NotUtf8,
    /// By HTTP Basic without any value.
    NoValue,
}

impl Authentication {
    const ALL: [(Self, &str); 16] = [
        (Self::Basic, "with its credentials in the header"),
        (Self::BasicEncoded, "with its credentials form-encoded in the header"),
        (Self::BasicLower, "with its credentials in the header, the scheme in lower case"),
        (Self::BasicCapitals, "with its credentials in the header, the scheme in capitals"),
        (Self::Body, "with its credentials in the body"),
        (Self::Twice, "with its credentials in both header and body"),
        (
            Self::TwiceWrongInBody,
            "with its credentials in the header and a wrong secret in the body",
        ),
        (
            Self::TwiceWrongInHeader,
            "with its credentials in the body and a wrong secret in the header",
        ),
        (Self::WrongInHeader, "with a wrong secret in the header"),
        (Self::NamedInBody, "with its credentials in the header and its identifier in the body"),
        (
            Self::OtherClientInBody,
            "with its credentials in the header and an unknown client in the body",
        ),
        (Self::NotBase64, "with a header that is not base64"),
        (Self::StrayCharacter, "with a stray character in the header"),
        (Self::NoColon, "with a header without a colon"),
        (Self::NotUtf8, "with a header that is not UTF-8"),
        (Self::NoValue, "with a header without credentials"),
    ];

    /// Whether it is another valid request, which may be the one that the client sends anyway.
    pub fn is_valid(self) -> bool {
        matches!(
            self,
            Self::Basic | Self::BasicEncoded | Self::BasicLower | Self::BasicCapitals | Self::Body
        )
    }

    /// The way by which wrong credentials come beside the right ones.
    pub fn beside(self) -> Option<Self> {
        match self {
            Self::TwiceWrongInHeader => Some(Self::Basic),
            Self::TwiceWrongInBody => Some(Self::Body),
            _ => None,
        }
    }

    /// Authenticates this way.
    ///
    /// # Errors
    /// Where the client has no secret.
    pub(super) fn apply(self, draft: &mut Draft) -> Result<(), Unchanged> {
        let known = draft.credentials.take();
        let Some(Credentials { id: Some(id), secret: Some(secret), .. }) = known else {
            return Err(Unchanged::Lacking("the client has no secret".to_owned()));
        };
        let wrong = Secret::from(format!("{}-other", &*secret));
        let written = basic::encode(&id, &secret);
        let value = written.trim_start_matches("Basic ").to_owned();
        let (header, body) = match self {
            Self::Body => (None, Some((Some(&*id), Some(&*secret)))),
            Self::Basic => (Some(written), None),
            Self::BasicEncoded => {
                draft.form_encoded = true;
                (Some(written), None)
            }
            Self::BasicLower => (Some(format!("basic {value}")), None),
            Self::BasicCapitals => (Some(format!("BASIC {value}")), None),
            Self::Twice => (Some(written), Some((Some(&*id), Some(&*secret)))),
            Self::TwiceWrongInBody => (Some(written), Some((Some(&*id), Some(&*wrong)))),
            Self::TwiceWrongInHeader => {
                (Some(basic::encode(&id, &wrong)), Some((Some(&*id), Some(&*secret))))
            }
            Self::WrongInHeader => (Some(basic::encode(&id, &wrong)), None),
            Self::NamedInBody => (Some(written), Some((Some(&*id), None))),
            Self::OtherClientInBody => (Some(written), Some((Some(UNKNOWN_CLIENT), None))),
            Self::NotBase64 => (Some("Basic %%%".to_owned()), None),
            Self::StrayCharacter => (Some(format!("Basic {}", with_stray(&value))), None),
            Self::NoColon => (Some(format!("Basic {}", STANDARD.encode(&id))), None),
            Self::NotUtf8 => (Some(format!("Basic {}", STANDARD.encode(b"\xff:\xff"))), None),
            Self::NoValue => (Some("Basic".to_owned()), None),
        };
        if let Some(header) = header {
            draft.headers.push("Authorization", header);
        }
        let (id, secret) = body.unwrap_or_default();
        for (name, value) in [("client_id", id), ("client_secret", secret)] {
            if let Some(value) = value {
                draft.form.push(name, value);
            }
        }
        Ok(())
    }
}

/// The value with a character in it that base64 does not have.
fn with_stray(value: &str) -> String {
    let (start, end) = value.split_at(value.len() / 2);
    format!("{start}{STRAY}{end}")
}

/// A character that base64 does not have.
const STRAY: char = '!';

/// The same field without form encoding; none where that makes no difference, or where it cannot be read.
pub(super) fn as_it_stands(field: &[u8]) -> Option<String> {
    let (scheme, value) = std::str::from_utf8(field).ok()?.split_once(' ')?;
    let bare: String = value.chars().filter(|it| *it != STRAY).collect();
    let basic::Credentials { id, secret } = basic::decode(format!("{scheme} {bare}").as_bytes())?;
    let plain = STANDARD.encode(format!("{id}:{secret}"));
    // An identifier with a colon cannot stand there as it is (RFC 7617 §2).
    let differs = plain != bare && !id.contains(':');
    let plain = if bare == value { plain } else { with_stray(&plain) };
    differs.then(|| format!("{scheme} {plain}"))
}

impl fmt::Display for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(way, _)| way == self);
        f.write_str(known.map_or("", |(_, text)| text))
    }
}

/// A text that names no way to authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownAuthentication;

impl FromStr for Authentication {
    type Err = UnknownAuthentication;

    fn from_str(text: &str) -> Result<Self, UnknownAuthentication> {
        let known = Self::ALL.iter().find(|(_, known)| *known == text);
        known.map(|(way, _)| *way).ok_or(UnknownAuthentication)
    }
}

impl Draft {
    /// How the client authenticated: a header counts, whatever stands in the body.
    pub fn means(&self) -> Means {
        let header = self.headers.get("authorization").is_some();
        match &self.credentials {
            _ if header => Means::Basic,
            Some(credentials) if credentials.secret.is_some() => credentials.means,
            _ => Means::Body,
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::Change;
    use super::super::draft::Encoding;
    use super::*;

    fn draft(secret: Option<&str>) -> Draft {
        let mut draft =
            Draft::new("token request", "POST", &Url::parse("http://127.0.0.1/t").unwrap());
        draft.encoding = Encoding::Form;
        let secret = secret.map(Secret::from);
        draft.credentials =
            Some(Credentials { id: Some("c".into()), secret, means: Means::Body, signer: None });
        draft
    }

    #[test]
    fn every_way_has_a_name_and_makes_a_request_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for (way, name) in Authentication::ALL {
            let change: Change = name.parse().unwrap();
            assert_eq!(change.to_string(), name);
            let changed = change.apply(&draft(Some("s")), &[]).unwrap();
            let request = changed.to_request().unwrap();
            let header = request.headers.get("authorization").map(<[u8]>::to_vec);
            assert!(seen.insert((header, request.body, changed.form_encoded)), "{way:?}");
        }
    }

    #[test]
    fn a_public_client_has_nothing_to_authenticate_with() {
        let change: Change = "with its credentials in the header".parse().unwrap();
        assert!(change.apply(&draft(None), &[]).is_err());
        // An empty secret counts as none (RFC 6749 §3.2).
        let change: Change = "with an empty client secret".parse().unwrap();
        assert!(change.apply(&draft(None), &[]).is_err());
    }
}
