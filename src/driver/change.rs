//! Deviations by name: each makes one change to a valid request, and says so when it cannot.
//!
//! The written form is what stands in the feature files (`without code`, `with state given twice`).

use std::fmt;
use std::str::FromStr;

use super::authentication::{Authentication, UNKNOWN_CLIENT};
use super::draft::{Credentials, Draft, Encoding, Signer, Unchanged};
use super::spoiling::{NEVER_ISSUED, Spoiling};
use super::value::{Value, is_name, quoted};
use crate::wire::Secret;

/// Which copies of a repeated parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// The same value twice.
    Same,
    /// Two different values.
    Different,
}

/// A way to write the media type of a form: in the words of the features, and in a request.
type FormType = (&'static str, &'static str);

/// Other ways to write the media type of a form. Names of types are without case, and a parameter is none of
/// the name (RFC 9110 §8.3.1).
const FORM_TYPES: [FormType; 3] = [
    ("with a charset in its media type", "application/x-www-form-urlencoded; charset=UTF-8"),
    (
        "with a charset in its media type, without a space",
        "application/x-www-form-urlencoded;charset=utf-8",
    ),
    ("with its media type in capitals", "APPLICATION/X-WWW-FORM-URLENCODED"),
];

/// One change to a valid request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A parameter is left out.
    Without(String),
    /// A parameter is there twice.
    Twice(String, Copies),
    /// A parameter has another value.
    Valued(String, Value),
    /// A parameter stands there, beside others of the same name.
    Beside(String, String),
    /// A parameter stands literally where parameters stand.
    Written(String, String),
    /// A parameter that no document knows is added.
    Additional(String),
    /// A parameter stands in the query and in the body.
    QueryAndBody(String),
    /// The redirect URI is the registered one of this number, from 1.
    Registered(usize),
    /// Another client secret.
    WrongSecret,
    /// A client secret that is close to the right one.
    SpoiltSecret(Spoiling),
    /// The identifier of the client, spoilt.
    SpoiltClient(Spoiling),
    /// An empty client secret.
    EmptySecret,
    /// No client secret.
    NoSecret,
    /// Nothing that says which client it is.
    NoCredentials,
    /// A client identifier that is not registered.
    UnknownClient,
    /// A wrong secret and a spoilt value of this parameter: for the order of checks.
    WrongSecretAnd(String),
    /// Another method.
    Method(String),
    /// Another way to write the body.
    Body(Encoding),
    /// Another way to write the media type of a form.
    MediaType(FormType),
    /// Everything but the grant type in the URL instead of the body.
    InUrl,
    /// One parameter in the URL instead of the body.
    Moved(String),
    /// The credentials in the URL instead of the body.
    CredentialsInUrl,
    /// Another way to authenticate.
    Authenticated(Authentication),
}

impl Change {
    /// A parameter is this text.
    pub fn set(name: &str, text: impl Into<String>) -> Self {
        Self::Valued(name.to_owned(), Value::Text(text.into()))
    }

    /// The parameter that it is about, where it is about one alone.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Without(name)
            | Self::Twice(name, _)
            | Self::Valued(name, _)
            | Self::Beside(name, _)
            | Self::Written(name, _)
            | Self::QueryAndBody(name)
            | Self::WrongSecretAnd(name)
            | Self::Moved(name) => Some(name),
            Self::Registered(_) => Some("redirect_uri"),
            _ => None,
        }
    }

    /// Applies the change to a valid request. `registered` are the client's redirect URIs.
    ///
    /// # Errors
    /// Where the change would leave the bytes as they are, or the client has no such URI. Naming a
    /// registered URI is a choice among valid requests, and may be the one that was made anyway.
    pub fn apply(&self, valid: &Draft, registered: &[String]) -> Result<Draft, Unchanged> {
        let mut draft = valid.clone();
        draft.label = format!("{}, {self}", valid.label);
        self.edit(&mut draft, registered)?;
        let chosen = match self {
            Self::Authenticated(way) => way.is_valid(),
            change => matches!(change, Self::Registered(_)),
        };
        let signer = |draft: &Draft| draft.credentials.as_ref().and_then(|it| it.signer.clone());
        let same = draft.to_request() == valid.to_request() && signer(&draft) == signer(valid);
        if same && !chosen { Err(Unchanged::NoEffect(self.to_string())) } else { Ok(draft) }
    }

    fn edit(&self, draft: &mut Draft, registered: &[String]) -> Result<(), Unchanged> {
        match self {
            Self::Without(name) => edit_values(draft, name, |_| Vec::new()),
            Self::Twice(name, copies) => edit_values(draft, name, |value| match copies {
                Copies::Same => vec![value.to_owned(), value.to_owned()],
                Copies::Different => vec![value.to_owned(), other_value(value)],
            }),
            Self::Valued(name, value) => return put(draft, name, value),
            Self::Beside(name, value) => draft.params().push(name.clone(), value.clone()),
            Self::Written(name, raw) => {
                edit_values(draft, name, |_| Vec::new());
                let written = Some(format!("{name}={raw}"));
                match draft.encoding {
                    Encoding::Nothing => draft.raw_query = written,
                    _ => draft.raw_form = written,
                }
            }
            Self::Additional(name) => draft.params().push(name.clone(), "1"),
            Self::QueryAndBody(name) => {
                let value = draft.params().first(name).unwrap_or_default().to_owned();
                draft.query.push(name.clone(), value);
            }
            Self::Registered(number) => return use_registered(draft, *number, registered),
            Self::WrongSecret => {
                edit_signer(draft, |signer| Some(Signer { foreign: true, ..signer }));
                edit_secret(draft, |secret| secret.map(|s| other_value(&s)));
            }
            Self::SpoiltSecret(how) => edit_secret(draft, |secret| secret.map(|s| how.apply(&s))),
            Self::SpoiltClient(how) => {
                if let Some(id) = draft.credentials.as_mut().and_then(|it| it.id.as_mut()) {
                    *id = how.apply(id);
                }
            }
            // An empty one counts as none (RFC 6749 §3.2): a public client's request stays as it is.
            Self::EmptySecret => edit_secret(draft, |secret| secret.map(|_| String::new())),
            Self::NoSecret => {
                edit_signer(draft, |_| None);
                edit_secret(draft, |_| None);
            }
            Self::NoCredentials => return take_credentials(draft),
            Self::UnknownClient => unknown_client(draft),
            Self::WrongSecretAnd(name) => {
                edit_signer(draft, |signer| Some(Signer { foreign: true, ..signer }));
                edit_secret(draft, |secret| secret.map(|s| other_value(&s)));
                edit_values(draft, name, |_| vec![NEVER_ISSUED.to_owned()]);
            }
            Self::Method(method) => use_method(draft, method),
            Self::Body(encoding) => {
                draft.credentials_into_form();
                draft.encoding = *encoding;
            }
            Self::MediaType((_, written)) => return use_media_type(draft, written),
            Self::InUrl => {
                draft.credentials_into_form();
                move_to_url(draft, |name| name != "grant_type");
            }
            Self::Moved(name) if name == "client_secret" => secret_in_url(draft),
            Self::Moved(name) => move_to_url(draft, |known| known == name),
            Self::CredentialsInUrl => credentials_in_url(draft),
            Self::Authenticated(way) => return way.apply(draft),
        }
        Ok(())
    }
}

/// Writes the media type of a form otherwise.
fn use_media_type(draft: &mut Draft, written: &str) -> Result<(), Unchanged> {
    if draft.encoding != Encoding::Form {
        return Err(Unchanged::Lacking("this request is no form".to_owned()));
    }
    draft.headers.set("Content-Type", written);
    Ok(())
}

/// Credentials stand among the parameters where one of them is changed, and not beside them.
fn show_credentials(draft: &mut Draft, name: &str) {
    if matches!(name, "client_id" | "client_secret") {
        draft.credentials_into_form();
    }
}

/// Replaces the values of a parameter, wherever it stands; a credential counts as a parameter where
/// it stands in the body.
fn edit_values(draft: &mut Draft, name: &str, edit: impl Fn(&str) -> Vec<String>) {
    show_credentials(draft, name);
    let params = draft.params();
    let mut edited = crate::wire::Params::default();
    for param in params.iter() {
        if param.name == name {
            edit(&param.value).into_iter().for_each(|value| edited.push(name, value));
        } else {
            edited.push(param.name.clone(), param.value.clone());
        }
    }
    *params = edited;
}

fn set(draft: &mut Draft, name: &str, value: &str) {
    if draft.params().first(name).is_some() {
        edit_values(draft, name, |_| vec![value.to_owned()]);
    } else {
        draft.params().push(name, value);
    }
}

fn edit_secret(draft: &mut Draft, edit: impl Fn(Option<Secret>) -> Option<String>) {
    if let Some(credentials) = &mut draft.credentials {
        credentials.secret = edit(credentials.secret.take()).map(Secret::from);
    }
}

/// An assertion stands for the secret of a client that has a key.
fn edit_signer(draft: &mut Draft, edit: impl Fn(Signer) -> Option<Signer>) {
    if let Some(credentials) = &mut draft.credentials {
        credentials.signer = credentials.signer.take().and_then(edit);
    }
}

/// A public client has none that anybody could ask for.
fn take_credentials(draft: &mut Draft) -> Result<(), Unchanged> {
    let known = draft.credentials.take();
    if !known.is_some_and(|known| known.secret.is_some() || known.signer.is_some()) {
        return Err(Unchanged::Lacking("the client has no secret".to_owned()));
    }
    Ok(())
}

fn unknown_client(draft: &mut Draft) {
    if let Some(Credentials { id, .. }) = &mut draft.credentials {
        *id = Some(UNKNOWN_CLIENT.to_owned());
    } else {
        edit_values(draft, "client_id", |_| vec![UNKNOWN_CLIENT.to_owned()]);
    }
}

/// Gives a parameter another value. What is made of the one that was there changes nothing where none was.
fn put(draft: &mut Draft, name: &str, value: &Value) -> Result<(), Unchanged> {
    show_credentials(draft, name);
    let current = draft.params().first(name).map(str::to_owned);
    let nobody = |_: &str| None;
    let made = value.apply(current.as_deref().unwrap_or_default(), nobody);
    if made.is_none() {
        let change = Change::Valued(name.to_owned(), value.clone());
        return Err(Unchanged::Lacking(format!("this request cannot be sent {change}")));
    }
    if current.is_some() || !value.stands_alone() {
        edit_values(draft, name, |current| value.apply(current, nobody).into_iter().collect());
    } else {
        set(draft, name, &made.unwrap_or_default());
    }
    Ok(())
}

fn use_registered(
    draft: &mut Draft,
    number: usize,
    registered: &[String],
) -> Result<(), Unchanged> {
    let uri = number.checked_sub(1).and_then(|index| registered.get(index)).ok_or_else(|| {
        Unchanged::Lacking(format!("the client has no redirect URI number {number}"))
    })?;
    set(draft, "redirect_uri", uri);
    Ok(())
}

/// GET and the like carry the parameters in the URL; a request that had none in its body gets them
/// there by POST.
fn use_method(draft: &mut Draft, method: &str) {
    draft.method = method.to_owned();
    let bodyless = matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS");
    if bodyless && draft.encoding != Encoding::Nothing {
        draft.credentials_into_form();
        draft.query.extend(std::mem::take(&mut draft.form));
        draft.encoding = Encoding::Nothing;
    } else if !bodyless && draft.encoding == Encoding::Nothing {
        draft.form = std::mem::take(&mut draft.query);
        draft.encoding = Encoding::Form;
    }
}

/// Moves parameters from the body to the URL.
fn move_to_url(draft: &mut Draft, moves: impl Fn(&str) -> bool) {
    let form = std::mem::take(&mut draft.form);
    for param in form.iter() {
        let place = if moves(&param.name) { &mut draft.query } else { &mut draft.form };
        place.push(param.name.clone(), param.value.clone());
    }
}

/// The secret stands in the URL, and the client is named in the body.
fn secret_in_url(draft: &mut Draft) {
    let secret = |known: &mut Credentials| known.secret.take();
    let Some(secret) = draft.credentials.as_mut().and_then(secret) else { return };
    let id = draft.credentials.take().and_then(|known| known.id);
    draft.form.extend(id.map(|id| ("client_id", id)).into_iter().collect());
    draft.query.push("client_secret", String::from(secret));
}

fn credentials_in_url(draft: &mut Draft) {
    if let Some(Credentials { id, secret, means, signer }) = draft.credentials.take() {
        draft.credentials = signer.map(|signer| {
            let signer = Some(Signer { in_url: true, ..signer });
            Credentials { id: None, secret: None, means, signer }
        });
        for (name, value) in [("client_id", id), ("client_secret", secret.map(String::from))] {
            if let Some(value) = value {
                draft.query.push(name, value);
            }
        }
    }
}

fn other_value(value: &str) -> String {
    format!("{value}-other")
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Without(name) => write!(f, "without {name}"),
            Self::Twice(name, Copies::Same) => write!(f, "with {name} given twice"),
            Self::Twice(name, Copies::Different) => {
                write!(f, "with {name} given twice, differently")
            }
            Self::Valued(name, value) => match value.in_words(name) {
                Some(words) => f.write_str(&words),
                None => write!(f, "with {name} set to {value:?}"),
            },
            Self::Beside(name, value) => write!(f, "with {name} set to {value:?}"),
            Self::Written(name, raw) => write!(f, "with {name} written as \"{raw}\""),
            Self::Additional(name) => write!(f, "with the additional parameter {name}"),
            Self::QueryAndBody(name) => write!(f, "with {name} in both query and body"),
            Self::SpoiltSecret(how) => write!(f, "with the client secret {how}"),
            Self::SpoiltClient(how) => write!(f, "with the client identifier {how}"),
            Self::Registered(number) => write!(f, "with registered redirect URI {number}"),
            Self::WrongSecret => f.write_str("with a wrong client secret"),
            Self::EmptySecret => f.write_str("with an empty client secret"),
            Self::NoSecret => f.write_str("without the client secret"),
            Self::NoCredentials => f.write_str("without its credentials"),
            Self::UnknownClient => f.write_str("with an unknown client"),
            Self::WrongSecretAnd(name) => {
                write!(f, "with a wrong client secret and a {name} never issued")
            }
            Self::Method(method) => write!(f, "by {method}"),
            Self::Body(Encoding::Json) => f.write_str("as JSON"),
            Self::Body(Encoding::Text) => f.write_str("as plain text"),
            Self::Body(Encoding::EmptyMultipart) => f.write_str("as multipart without fields"),
            Self::Body(Encoding::Nothing) => f.write_str("without a body"),
            Self::Body(Encoding::Form) => f.write_str("as a form"),
            Self::MediaType((words, _)) => f.write_str(words),
            Self::InUrl => f.write_str("with its parameters in the URL"),
            Self::Moved(name) => write!(f, "with {name} moved to the URL"),
            Self::CredentialsInUrl => f.write_str("with its credentials in the URL"),
            Self::Authenticated(way) => way.fmt(f),
        }
    }
}

/// A text that names no change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown change \"{0}\"")]
pub struct UnknownChange(String);

impl FromStr for Change {
    type Err = UnknownChange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        fixed(text)
            .or_else(|| {
                Value::from_words(text).map(|(name, value)| Self::Valued(name.to_owned(), value))
            })
            .or_else(|| about_parameter(text))
            .ok_or_else(|| UnknownChange(text.to_owned()))
    }
}

fn fixed(text: &str) -> Option<Change> {
    Some(match text {
        "with a wrong client secret" => Change::WrongSecret,
        "with an empty client secret" => Change::EmptySecret,
        "without the client secret" => Change::NoSecret,
        "without its credentials" => Change::NoCredentials,
        "with an unknown client" => Change::UnknownClient,
        text if text.starts_with("with the client identifier ") => {
            let how = text.trim_start_matches("with the client identifier ");
            Change::SpoiltClient(how.parse().ok()?)
        }
        text if text.starts_with("with the client secret ") => {
            let how = text.trim_start_matches("with the client secret ");
            Change::SpoiltSecret(how.parse().ok()?)
        }
        "as JSON" => Change::Body(Encoding::Json),
        "as plain text" => Change::Body(Encoding::Text),
        "as multipart without fields" => Change::Body(Encoding::EmptyMultipart),
        "without a body" => Change::Body(Encoding::Nothing),
        "with its parameters in the URL" => Change::InUrl,
        "with its credentials in the URL" => Change::CredentialsInUrl,
        text => match FORM_TYPES.into_iter().find(|(words, _)| *words == text) {
            Some(form) => Change::MediaType(form),
            None => Change::Authenticated(text.parse().ok()?),
        },
    })
}

fn about_parameter(text: &str) -> Option<Change> {
    let name = |name: &str| is_name(name).then(|| name.to_owned());
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words.as_slice() {
        ["by", method] => Change::Method((*method).to_owned()),
        ["with", "registered", "redirect", "URI", number] => {
            Change::Registered(number.parse().ok()?)
        }
        ["without", param] => Change::Without(name(param)?),
        ["with", param, "moved", "to", "the", "URL"] => Change::Moved(name(param)?),
        ["with", param, "given", "twice"] => Change::Twice(name(param)?, Copies::Same),
        ["with", param, "given", "twice,", "differently"] => {
            Change::Twice(name(param)?, Copies::Different)
        }
        ["with", "the", "additional", "parameter", param] => Change::Additional(name(param)?),
        ["with", param, "in", "both", "query", "and", "body"] => Change::QueryAndBody(name(param)?),
        ["with", "a", "wrong", "client", "secret", "and", "a", param, "never", "issued"] => {
            Change::WrongSecretAnd(name(param)?)
        }
        ["with", param, "written", "as", ..] => Change::Written(name(param)?, quoted(text)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::rules::Means;

    #[test]
    fn another_identifier_of_a_client_takes_the_place_of_its_own() {
        let url = Url::parse("http://127.0.0.1:1/token").unwrap();
        let mut draft = Draft::new("token request", "POST", &url);
        draft.encoding = Encoding::Form;
        let (id, secret) = (Some("a".to_owned()), Some(Secret::from("s".to_owned())));
        draft.credentials = Some(Credentials { id, secret, means: Means::Body, signer: None });
        let change: Change = "with a client_id of 3 characters".parse().unwrap();
        let sent = change.apply(&draft, &[]).unwrap().to_request().unwrap();
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, "client_id=aaa&client_secret=s");
    }
}
