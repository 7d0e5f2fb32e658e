//! The one place where secrets are removed.
//!
//! Two nets, one behind the other. `needles` replaces every *registered* value, in whatever
//! encoding it stands. `fields` then cuts what *names* give away: the value of `client_secret`,
//! of `code`, of a cookie or of a CSRF field, registered or not, since a code with one character
//! changed is nearly the code.
//!
//! # Limitations
//! Values of one or two bytes are removed only where a name gives them away; replacing them in
//! running text would destroy the report and, by the holes, tell the value. For the same reason
//! values of three bytes, and those that are parts of words of the protocol (`pass`, `token i`), are
//! replaced in running text only where they stand as a word, and whole words of the protocol (`secret`,
//! `password`) only where a name gives them away.

mod fields;
mod markup;
mod needles;
mod readings;

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use percent_encoding::percent_decode_str;

use crate::verdict::Secrets;
use needles::Needles;

/// Removes secrets from text. Making it costs time proportional to the secrets, using it time
/// proportional to the text.
#[derive(Debug)]
pub struct Redactor {
    needles: Needles,
    by_value: HashMap<String, String>,
    labels: Labels,
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new(secrets: &Secrets) -> Self {
        let list = secrets.list();
        let labels = Labels(list.iter().map(|secret| secret.label.clone()).collect());
        let needles = Needles::new(&list);
        let by_value = list.into_iter().map(|secret| (secret.value, secret.label)).collect();
        Self { needles, by_value, labels }
    }

    /// Running text, a body or a header value without its secrets.
    pub fn text(&self, text: &str) -> String {
        self.by_name(&self.needles.replace(text))
    }

    /// The same for bytes; invalid UTF-8 is replaced.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        self.text(&String::from_utf8_lossy(bytes))
    }

    /// A form-encoded body: parameters are told apart by `&` alone, so that a value with any other
    /// delimiter in it is cut whole.
    pub fn form(&self, body: &[u8]) -> String {
        let replaced = self.needles.replace(&String::from_utf8_lossy(body));
        self.by_name(&fields::form(&replaced, &self.labels))
    }

    /// A URL or request target: parameters of query and fragment as in [`Self::form`].
    pub fn url(&self, url: &str) -> String {
        let replaced = self.needles.replace(url);
        self.by_name(&fields::url(&replaced, &self.labels))
    }

    /// The value of a header field. Credentials keep their scheme and cookies their name, nothing
    /// more.
    pub fn header(&self, name: &str, value: &[u8]) -> String {
        let value = String::from_utf8_lossy(value);
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => self.credentials(&value),
            "cookie" => {
                let pairs: Vec<String> = value.split(';').map(|pair| self.cookie(pair)).collect();
                pairs.join(";")
            }
            "set-cookie" => {
                let (pair, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
                self.cookie(pair) + &self.text(attributes)
            }
            "location" | "content-location" | "referer" => self.url(&value),
            name if fields::is_sensitive(&name.replace('-', "_")) && !value.is_empty() => {
                show(self.label(&value).unwrap_or("value"))
            }
            _ => self.text(&value),
        }
    }

    fn by_name(&self, text: &str) -> String {
        markup::cut(&fields::cut(text, &self.labels), &self.labels)
    }

    fn label(&self, value: &str) -> Option<&str> {
        self.by_value.get(value).map(String::as_str)
    }

    fn credentials(&self, value: &str) -> String {
        let value = value.trim();
        let (scheme, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        let rest = rest.trim_start();
        if rest.is_empty() {
            return if is_known_scheme(scheme) || scheme.is_empty() {
                scheme.to_owned()
            } else {
                show("credentials")
            };
        }
        let scheme = if is_scheme(scheme) { self.text(scheme) } else { show("scheme") };
        let shown = match (self.label(rest), self.label_in_basic(rest)) {
            (Some(label), _) => show(label),
            (None, Some(label)) => show(&format!("credentials with {label}")),
            (None, None) => show("credentials"),
        };
        format!("{scheme} {shown}")
    }

    /// The label of the secret in Basic credentials, plain or form-encoded (RFC 6749 §2.3.1).
    fn label_in_basic(&self, token: &str) -> Option<&str> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
        let pair = String::from_utf8(bytes).ok()?;
        let (_, password) = pair.split_once(':')?;
        self.label(password).or_else(|| {
            let spaced = password.replace('+', " ");
            let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
            self.label(&decoded)
        })
    }

    fn cookie(&self, pair: &str) -> String {
        match pair.split_once('=') {
            None if pair.trim().is_empty() => pair.to_owned(),
            // A cookie without `=` is a value without a name.
            None => show("cookie"),
            Some((name, "")) => self.text(name) + "=",
            Some((name, value)) => {
                let label = self.label(value.trim()).unwrap_or("cookie");
                format!("{}={}", self.text(name), show(label))
            }
        }
    }
}

/// The names that may stand between `‹` and `›`.
#[derive(Debug)]
struct Labels(HashSet<String>);

impl Labels {
    /// Whether this is a placeholder of ours and nothing else.
    fn is_placeholder(&self, value: &str) -> bool {
        let label = value.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›'));
        label.is_some_and(|label| self.0.contains(label))
    }
}

/// What stands in the place of a secret.
fn show(label: &str) -> String {
    format!("‹{label}›")
}

fn is_scheme(word: &str) -> bool {
    word.len() <= 20 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
}

fn is_known_scheme(word: &str) -> bool {
    ["basic", "bearer", "digest", "dpop", "token", "mac", "negotiate"]
        .contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::encodings;
