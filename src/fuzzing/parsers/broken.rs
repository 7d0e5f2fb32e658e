//! Parsers that are broken on purpose, each in one way that real ones were: the properties have to
//! find every one of them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::Parsers;
use crate::wire::Params;
use crate::wire::basic::{self, Credentials};
use crate::wire::bearer::{self, Bearer};
use crate::wire::challenge::{self, Challenge};
use crate::wire::form::{self, FormError};
use crate::wire::jws::{self, Parts};
use crate::wire::params::Param;

/// A broken parser.
#[derive(Debug)]
pub struct Broken {
    /// Its name.
    pub name: &'static str,
    /// What it does wrong.
    pub mistake: &'static str,
    /// It, among good ones.
    pub parsers: fn() -> Parsers,
}

fn with_form(form: fn(&[u8]) -> Result<Params, FormError>) -> Parsers {
    Parsers { form, ..Parsers::default() }
}

fn with_basic(basic: fn(&[u8]) -> Option<Credentials>) -> Parsers {
    Parsers { basic, ..Parsers::default() }
}

fn with_jws(jws: for<'a> fn(&'a str) -> Option<Parts<'a>>) -> Parsers {
    Parsers { jws, ..Parsers::default() }
}

/// Every broken parser.
pub static BROKEN: &[Broken] = &[
    Broken {
        name: "form-keeps-plus",
        mistake: "A plus sign is not read as a space.",
        parsers: || with_form(|body| form::decode(&replaced(body, b'+', b"%2B"))),
    },
    Broken {
        name: "form-decodes-twice",
        mistake: "Values are decoded twice.",
        parsers: || with_form(|body| mapped(body, twice)),
    },
    Broken {
        name: "form-trims",
        mistake: "Space around values is cut off.",
        parsers: || with_form(|body| mapped(body, |value| value.trim().to_owned())),
    },
    Broken {
        name: "form-cuts-long",
        mistake: "Of a value 255 characters are kept.",
        parsers: || with_form(|body| mapped(body, |value| value.chars().take(255).collect())),
    },
    Broken {
        name: "form-last-wins",
        mistake: "Of a repeated parameter only the last one is kept.",
        parsers: || with_form(last_wins),
    },
    Broken {
        name: "form-drops-empty",
        mistake: "Parameters with an empty value are dropped.",
        parsers: || with_form(|body| filtered(body, |param| !param.value.is_empty())),
    },
    Broken {
        name: "form-semicolons",
        mistake: "A semicolon separates parameters, too.",
        parsers: || with_form(|body| form::decode(&replaced(body, b';', b"&"))),
    },
    Broken {
        name: "form-latin1",
        mistake: "Bytes that are not ASCII are read one by one.",
        parsers: || with_form(|body| mapped(body, |value| value.bytes().map(char::from).collect())),
    },
    Broken {
        name: "form-name-without-case",
        mistake: "Names are folded to lower case.",
        parsers: || with_form(lower_names),
    },
    Broken {
        name: "form-ends-at-nul",
        mistake: "A value ends at a NUL.",
        parsers: || {
            with_form(|body| mapped(body, |v| v.split('\0').next().unwrap_or_default().to_owned()))
        },
    },
    Broken {
        name: "basic-not-form-encoded",
        mistake: "Identifier and secret are not form-decoded (RFC 6749 §2.3.1).",
        parsers: || with_basic(|value| pair(value, str::find)),
    },
    Broken {
        name: "basic-last-colon",
        mistake: "The last colon separates identifier and secret.",
        parsers: || with_basic(|value| basic::decode(&last_colon(value))),
    },
    Broken {
        name: "basic-lax-base64",
        mistake: "Characters that are not base64 are passed over.",
        parsers: || with_basic(|value| basic::decode(&only_base64(value))),
    },
    Broken {
        name: "bearer-by-suffix",
        mistake: "A scheme only has to end in `Bearer`.",
        parsers: || Parsers { bearer: by_suffix, ..Parsers::default() },
    },
    Broken {
        name: "bearer-first-word",
        mistake: "Of what follows the scheme the first word is taken.",
        parsers: || Parsers { bearer: first_word, ..Parsers::default() },
    },
    Broken {
        name: "challenge-splits-at-commas",
        mistake: "A comma ends a parameter even in a quoted value.",
        parsers: || Parsers { challenge: at_commas, ..Parsers::default() },
    },
    Broken {
        name: "challenge-keeps-backslashes",
        mistake: "What is escaped in a quoted value keeps its backslash.",
        parsers: || Parsers {
            challenge: |value| challenge::read(&value.replace('\\', "\\\\")),
            ..Parsers::default()
        },
    },
    Broken {
        name: "jws-takes-padding",
        mistake: "Padding behind a signature is passed over.",
        parsers: || with_jws(|text| jws::read(text.trim_end_matches('='))),
    },
    Broken {
        name: "jws-fourth-part",
        mistake: "What stands behind the third part is not looked at.",
        parsers: || with_jws(three_of_many),
    },
    Broken {
        name: "jws-first-member-wins",
        mistake: "Of a member that is there twice the first one is kept.",
        parsers: || with_jws(first_member_wins),
    },
    Broken {
        name: "jws-signature-optional",
        mistake: "A signature that cannot be decoded is an empty one.",
        parsers: || with_jws(signature_optional),
    },
];

fn replaced(body: &[u8], from: u8, to: &[u8]) -> Vec<u8> {
    let each = |byte: &u8| if *byte == from { to.to_vec() } else { vec![*byte] };
    body.iter().flat_map(each).collect()
}

fn mapped(body: &[u8], map: impl Fn(&str) -> String) -> Result<Params, FormError> {
    let read = form::decode(body)?;
    Ok(read.iter().map(|param| (param.name.clone(), map(&param.value))).collect())
}

fn filtered(body: &[u8], keep: impl Fn(&Param) -> bool) -> Result<Params, FormError> {
    let read = form::decode(body)?;
    let kept = read.iter().filter(|param| keep(param));
    Ok(kept.map(|param| (param.name.clone(), param.value.clone())).collect())
}

fn twice(value: &str) -> String {
    let once = form::decode(format!("v={value}").as_bytes());
    once.ok()
        .and_then(|read| read.first("v").map(str::to_owned))
        .unwrap_or_else(|| value.to_owned())
}

fn last_wins(body: &[u8]) -> Result<Params, FormError> {
    let read = form::decode(body)?;
    let last = |name: &str| read.all(name).last().unwrap_or_default().to_owned();
    let mut seen = std::collections::HashSet::new();
    let first = read.iter().filter(|param| seen.insert(param.name.clone()));
    Ok(first.map(|param| (param.name.clone(), last(&param.name))).collect())
}

fn lower_names(body: &[u8]) -> Result<Params, FormError> {
    let read = form::decode(body)?;
    Ok(read.iter().map(|p| (p.name.to_ascii_lowercase(), p.value.clone())).collect())
}

fn decoded(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    let pair =
        STANDARD.decode(rest.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(pair).ok()
}

fn pair(value: &[u8], find: fn(&str, char) -> Option<usize>) -> Option<Credentials> {
    let pair = decoded(value)?;
    let at = find(&pair, ':')?;
    Some(Credentials { id: pair[..at].to_owned(), secret: pair[at + 1..].to_owned() })
}

/// The field with every colon but the last one escaped.
fn last_colon(value: &[u8]) -> Vec<u8> {
    let Some(pair) = decoded(value) else { return value.to_vec() };
    let Some((id, secret)) = pair.rsplit_once(':') else { return value.to_vec() };
    format!("Basic {}", STANDARD.encode(format!("{}:{secret}", id.replace(':', "%3A"))))
        .into_bytes()
}

fn only_base64(value: &[u8]) -> Vec<u8> {
    let Some(at) = value.iter().position(|byte| *byte == b' ') else { return value.to_vec() };
    let (scheme, rest) = value.split_at(at + 1);
    let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    scheme.iter().chain(rest.iter().filter(plain)).copied().collect()
}

fn by_suffix(value: &[u8]) -> Bearer<'_> {
    let lower = value.to_ascii_lowercase();
    match lower.windows(7).position(|seven| seven == b"bearer ") {
        Some(at) => bearer::read(&value[at..]),
        None => bearer::read(value),
    }
}

fn first_word(value: &[u8]) -> Bearer<'_> {
    let spaces = value.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
    match spaces.into_iter().nth(1) {
        Some(second) => bearer::read(&value[..second]),
        None => bearer::read(value),
    }
}

fn at_commas(value: &str) -> Vec<Challenge> {
    let mut read: Vec<Challenge> = Vec::new();
    for part in value.split(',') {
        let unquoted = part.replace('"', "").trim().to_owned();
        let (first, rest) = unquoted.split_once(' ').unwrap_or((&unquoted, ""));
        let param = if first.contains('=') { unquoted.as_str() } else { rest };
        if !first.contains('=') {
            read.push(Challenge { scheme: first.to_owned(), params: Vec::new() });
        }
        if let (Some((name, value)), Some(last)) = (param.split_once('='), read.last_mut()) {
            last.params.push((name.to_owned(), value.to_owned()));
        }
    }
    read
}

fn three_of_many(text: &str) -> Option<Parts<'_>> {
    match text.match_indices('.').nth(2) {
        Some((third, _)) => jws::read(&text[..third]),
        None => jws::read(text),
    }
}

/// Reads the header once more: whatever is there twice is what stood there first.
fn first_member_wins(text: &str) -> Option<Parts<'_>> {
    let mut parts = jws::read(text)?;
    let header = URL_SAFE_NO_PAD.decode(text.split('.').next()?).ok()?;
    let header = String::from_utf8(header).ok()?;
    for (name, value) in &mut parts.header {
        let start = header.split_once(&format!("{}:", serde_json::Value::from(name.as_str())));
        let mut values = serde_json::Deserializer::from_str(start?.1).into_iter();
        if let Some(Ok(first)) = values.next() {
            *value = first;
        }
    }
    Some(parts)
}

fn signature_optional(text: &str) -> Option<Parts<'_>> {
    let (signed, _) = text.rsplit_once('.')?;
    jws::read(text).or_else(|| jws::read(&text[..=signed.len()]))
}
