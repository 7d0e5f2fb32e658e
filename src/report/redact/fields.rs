//! Cutting values that their name gives away: parameters and JSON members.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Labels, show};
use crate::wire::params::secret_kind;

/// Where a value in running text ends at the latest.
const DELIMITERS: &[char] = &['&', '#', '"', '\'', '<', '>', ';', ',', ')', '}', '`', '|'];
/// No sensitive name is longer.
const LONGEST_NAME: usize = 80;

/// A stretch of text, and what is shown instead.
struct Cut {
    from: usize,
    to: usize,
    label: String,
}

/// Whether the value under this name is a secret, whatever the value.
pub(super) fn is_sensitive(name: &str) -> bool {
    const ENDINGS: [&str; 8] =
        ["token", "secret", "password", "passwd", "pwd", "assertion", "api_key", "apikey"];
    const NAMES: [&str; 10] = [
        "code_verifier",
        "authorization_code",
        "device_code",
        "user_code",
        "pass",
        "otp",
        "session",
        "sessionid",
        "jsessionid",
        "samlresponse",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.contains("csrf")
        || name.contains("xsrf")
}

/// The same for a parameter. A JSON member `code` is an error code as a rule, a parameter `code`
/// never.
fn is_sensitive_parameter(name: &str) -> bool {
    secret_kind(&name.to_ascii_lowercase()).is_some() || is_sensitive(name)
}

/// Cuts a form: pairs between `&`.
pub(super) fn form(text: &str, labels: &Labels) -> String {
    let pairs: Vec<Cow<'_, str>> = text.split('&').map(|pair| cut_pair(pair, labels)).collect();
    pairs.join("&")
}

/// Cuts the query and the fragment of a URL.
pub(super) fn url(text: &str, labels: &Labels) -> String {
    let (rest, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let mut out = path.to_owned();
    for part in [query, fragment] {
        // `?` and `#` are one byte each.
        let (mark, pairs) = part.split_at(part.len().min(1));
        out.push_str(mark);
        out.push_str(&form(pairs, labels));
    }
    out
}

fn cut_pair<'a>(pair: &'a str, labels: &Labels) -> Cow<'a, str> {
    let Some((raw, value)) = pair.split_once('=') else { return pair.into() };
    let name = decoded(raw);
    if value.is_empty() || labels.is_placeholder(value) || !is_sensitive_parameter(&name) {
        return pair.into();
    }
    format!("{raw}={}", show(&name)).into()
}

fn decoded(name: &str) -> String {
    let spaced = name.replace('+', " ");
    percent_decode_str(spaced.trim()).decode_utf8_lossy().into_owned()
}

/// Cuts `name=value` and `"name": value` wherever they stand in running text.
pub(super) fn cut(text: &str, labels: &Labels) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let found = match byte {
            _ if at < done => None,
            b'=' => parameter(text, at, labels),
            b':' => member(text, at, labels),
            _ => None,
        };
        if let Some(cut) = found {
            out.push_str(&text[done..cut.from]);
            out.push_str(&show(&cut.label));
            done = cut.to;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// The value of a sensitive parameter whose `=` stands at `at`.
fn parameter(text: &str, at: usize, labels: &Labels) -> Option<Cut> {
    let name = decoded(name_before(text, at)?);
    if !is_sensitive_parameter(&name) {
        return None;
    }
    let from = at + 1;
    let value = &text[from..];
    let (from, to) = match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = &value[1..];
            (from + 1, from + 1 + inner.find(quote).unwrap_or(inner.len()))
        }
        _ => (from, from + value_len(value)),
    };
    cut_of(text, from, to, &name, labels)
}

/// The value of a sensitive JSON member whose `:` stands at `at`.
fn member(text: &str, at: usize, labels: &Labels) -> Option<Cut> {
    let before = text[..at].trim_ascii_end().strip_suffix('"')?;
    let name = name_before(before, before.len())?;
    if !is_sensitive(name) {
        return None;
    }
    let rest = text[at + 1..].trim_ascii_start();
    let from = text.len() - rest.len();
    match rest.bytes().next()? {
        b'"' => cut_of(text, from + 1, from + 1 + string_len(&rest[1..]), name, labels),
        b'0'..=b'9' | b'-' => {
            let len = rest.find([',', '}', ']', '\r', '\n', ' ']).unwrap_or(rest.len());
            cut_of(text, from, from + len, name, labels)
        }
        _ => None,
    }
}

fn cut_of(text: &str, from: usize, to: usize, name: &str, labels: &Labels) -> Option<Cut> {
    let value = &text[from..to];
    let keep = value.is_empty() || labels.is_placeholder(value) || value == show(name);
    (!keep).then(|| Cut { from, to, label: name.to_owned() })
}

/// The name that ends at `at`; `None` where there is none, or one too long to matter.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'%');
    let len = text.as_bytes()[..at].iter().rev().take(LONGEST_NAME).take_while(|b| part(b)).count();
    (len > 0 && len < LONGEST_NAME).then(|| &text[at - len..at])
}

/// Length of an unquoted value; a placeholder in it is stepped over, its blanks included.
fn value_len(value: &str) -> usize {
    let mut in_placeholder = false;
    for (at, c) in value.char_indices() {
        match c {
            '‹' => in_placeholder = true,
            '›' => in_placeholder = false,
            _ if in_placeholder => {}
            c if c.is_whitespace() || DELIMITERS.contains(&c) => return at,
            _ => {}
        }
    }
    value.len()
}

/// Length of a JSON string up to its closing quote, or to the end of a text cut short.
fn string_len(inner: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    inner.len()
}
