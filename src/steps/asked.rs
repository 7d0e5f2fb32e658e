//! What a client that registers itself asks for, and the tokens that are shown at its registration, by the
//! words of the sentences.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};
use url::Url;

use super::parameter::parameter;
use crate::driver::spoiling::Spoiling;

parameter!(Asked, "asked", r"(?:with|without|as|for) .+");

/// Changes to the metadata of a client (RFC 7591 §2): `with grant_types set to ["implicit"]`, `without
/// redirect_uris`, `with the redirect URI /callback`, joined by `and also`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    text: String,
    edits: Vec<Edit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Edit {
    Without(String),
    Set(String, Value),
    /// A further redirect URI.
    Beside(String),
    /// A further redirect URI of the same kind.
    Further,
    /// Another redirect URI of the same kind, in place of all.
    Other,
    /// One of the same host that has no path, in place of all.
    Pathless,
}

/// A text that says nothing of metadata.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is not a change to the metadata of a client")]
pub struct NoMetadata(String);

impl Asked {
    /// Makes the changes.
    pub fn apply(&self, metadata: &mut Map<String, Value>) {
        let uris = metadata.get("redirect_uris").and_then(Value::as_array);
        let own = uris.and_then(|uris| uris.first()?.as_str().map(str::to_owned));
        let beside = |name: &str| json!(sibling(own.as_deref().unwrap_or_default(), name));
        for edit in &self.edits {
            match edit {
                Edit::Further => {
                    if let Some(Value::Array(uris)) = metadata.get_mut("redirect_uris") {
                        uris.push(beside(FURTHER));
                    }
                }
                Edit::Other => {
                    metadata.insert("redirect_uris".to_owned(), json!([beside("other")]));
                }
                Edit::Pathless => {
                    let uri = pathless(own.as_deref().unwrap_or_default());
                    metadata.insert("redirect_uris".to_owned(), json!([uri]));
                }
                Edit::Without(name) => drop(metadata.remove(name)),
                Edit::Set(name, value) => drop(metadata.insert(name.clone(), value.clone())),
                Edit::Beside(uri) => {
                    if let Some(Value::Array(uris)) = metadata.get_mut("redirect_uris") {
                        uris.push(json!(uri));
                    }
                }
            }
        }
    }
}

impl FromStr for Asked {
    type Err = NoMetadata;

    fn from_str(text: &str) -> Result<Self, NoMetadata> {
        let edits = text.split(" and also ").map(edits_of);
        let edits: Option<Vec<Vec<Edit>>> = edits.collect();
        let edits = edits.ok_or_else(|| NoMetadata(text.to_owned()))?.concat();
        Ok(Self { text: text.to_owned(), edits })
    }
}

impl Asked {
    /// Whether the client is to be one without a secret.
    pub fn is_public(&self) -> bool {
        let none = |edit: &Edit| matches!(edit, Edit::Set(name, value) if name == "token_endpoint_auth_method" && *value == "none");
        self.edits.iter().any(none)
    }

    /// What a server need not register: which ways to authenticate it has, and whether one is none, is its to
    /// decide, and so is which redirect URIs, and to what a client binds itself.
    pub fn optional(&self) -> Option<&'static str> {
        let bare = self.edits.contains(&Edit::Pathless).then_some("redirect URI without a path");
        let binds = |edit: &Edit| matches!(edit, Edit::Set(name, _) if OBLIGATIONS.contains(&name.as_str()));
        let bound = self.edits.iter().any(binds).then_some("client with that obligation");
        let further =
            || self.edits.contains(&Edit::Further).then_some("client with several redirect URIs");
        self.is_public().then_some("public client").or(bare).or(bound).or_else(further)
    }
}

/// Members by which a client binds itself to a further proof, or to another way (RFC 9449 §5.2, RFC 9126 §6).
const OBLIGATIONS: [&str; 2] =
    ["dpop_bound_access_tokens", "require_pushed_authorization_requests"];

/// What a redirect URI begins with, up to its path.
fn pathless(uri: &str) -> String {
    match Url::parse(uri).map(|url| url.origin()) {
        Ok(origin) if origin.is_tuple() => origin.ascii_serialization(),
        _ => "https://client.example".to_owned(),
    }
}

/// The path of a further redirect URI.
pub(super) const FURTHER: &str = "further";

/// A redirect URI beside another one: a server that registers the one, for its scheme and its host, registers the
/// other one as well.
pub(super) fn sibling(uri: &str, name: &str) -> String {
    let Ok(mut url) = Url::parse(uri) else { return format!("{uri}/{name}") };
    let path = url.path().rsplit_once('/').map_or("", |(before, _)| before);
    url.set_path(&format!("{path}/{name}"));
    url.to_string()
}

fn edits_of(text: &str) -> Option<Vec<Edit>> {
    let set = |name: &str, value: Value| Edit::Set(name.to_owned(), value);
    if let Some(uri) = text.strip_prefix("with the redirect URI ") {
        return Some(vec![set("redirect_uris", json!([uri]))]);
    }
    if let Some(uri) = text.strip_prefix("with the further redirect URI ") {
        return Some(vec![Edit::Beside(uri.to_owned())]);
    }
    match text {
        "with a further redirect URI" => return Some(vec![Edit::Further]),
        "with a redirect URI without a path" => return Some(vec![Edit::Pathless]),
        "with another redirect URI" => return Some(vec![Edit::Other]),
        "as a public client" => {
            return Some(vec![set("token_endpoint_auth_method", json!("none"))]);
        }
        "for client credentials alone" => {
            return Some(vec![
                set("grant_types", json!(["client_credentials"])),
                set("response_types", json!([])),
                Edit::Without("redirect_uris".to_owned()),
            ]);
        }
        _ => {}
    }
    if let Some(name) = text.strip_prefix("without ") {
        return Some(vec![Edit::Without(name.to_owned())]);
    }
    let (name, value) = text.strip_prefix("with ")?.split_once(" set to ")?;
    Some(vec![set(name, serde_json::from_str(value).ok()?)])
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

parameter!(
    Presented,
    "presented",
    r"without a token|with a token never issued|with an access token|with the token of the second client|with the token (?:truncated|altered|extended|in other case|beyond ASCII)"
);

/// The token of a request about a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// None.
    Nothing,
    /// One that was never issued.
    Unknown,
    /// The right one, spoilt.
    Spoilt(Spoiling),
    /// An access token of the client's.
    AccessToken,
    /// The one of another registration.
    OfSecond,
}

impl FromStr for Presented {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let spoilt =
            text.strip_prefix("with the token ").and_then(|how| how.parse::<Spoiling>().ok());
        Ok(match (text, spoilt) {
            ("with a token never issued", _) => Self::Unknown,
            ("with an access token", _) => Self::AccessToken,
            ("with the token of the second client", _) => Self::OfSecond,
            (_, Some(how)) => Self::Spoilt(how),
            _ => Self::Nothing,
        })
    }
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("without a token"),
            Self::Unknown => f.write_str("with a token never issued"),
            Self::Spoilt(how) => write!(f, "with the token {how}"),
            Self::AccessToken => f.write_str("with an access token"),
            Self::OfSecond => f.write_str("with the token of the second client"),
        }
    }
}
