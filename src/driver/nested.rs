//! Values within values: what stands in an HTTP exchange that a browser sees, plain or encoded, and how to put
//! something else there.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;
use url::Url;

use super::page::Page;
use crate::verdict::Exchange;
use crate::wire::{Headers, Response, form};

/// How deep encodings are looked into.
const DEPTH: usize = 4;

/// Longer texts are no values that a server passes along.
const LONGEST: usize = 8192;

/// What stands somewhere, and where that is, without what differs from one request to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where: a parameter, a cookie or a field by its name, and what it is encoded in.
    pub place: String,
    /// The value.
    pub value: String,
}

/// All that a browser can read of an exchange: its address, where it leads, cookies, and fields and links of a
/// page.
pub fn seen(exchange: &Exchange) -> Vec<Found> {
    let mut found = Vec::new();
    let Ok(at) = Url::parse(&exchange.request.origin.to_string()) else { return found };
    let address = at.join(&exchange.request.target);
    address.iter().for_each(|url| in_address(url, &mut found));
    let Ok(response) = &exchange.response else { return found };
    let at = address.unwrap_or(at);
    if let Some(leads) = response.headers.text("location").and_then(|it| at.join(&it).ok()) {
        in_address(&leads, &mut found);
    }
    for (name, value) in cookies(&response.headers) {
        within(&format!("cookie {name}"), &value, DEPTH, &mut found);
    }
    in_body(response, &at, &mut found);
    found
}

fn cookies(headers: &Headers) -> Vec<(String, String)> {
    let lines = headers.all("set-cookie").map(|line| String::from_utf8_lossy(line).into_owned());
    let pairs = lines.filter_map(|line| {
        let (name, value) = line.split(';').next()?.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    pairs.collect()
}

fn in_address(url: &Url, found: &mut Vec<Found>) {
    for (number, part) in url.path_segments().into_iter().flatten().enumerate() {
        within(&format!("part {number} of a path"), part, DEPTH, found);
    }
    for part in [url.query(), url.fragment()].into_iter().flatten() {
        for (name, value) in url::form_urlencoded::parse(part.as_bytes()) {
            within(&format!("parameter {name}"), &value, DEPTH, found);
        }
    }
}

fn in_body(response: &Response, at: &Url, found: &mut Vec<Found>) {
    let page = Page::read(response, at);
    for form in &page.forms {
        in_address(&form.action, found);
        for field in &form.fields {
            within(&format!("field {}", field.name), &field.value, DEPTH, found);
        }
    }
    page.links.iter().for_each(|link| in_address(&link.url, found));
    if response.media_type().is_some_and(|media| media.contains("json")) {
        within("body", &response.text(), DEPTH, found);
    }
}

/// A value, and those that it encodes.
fn within(place: &str, text: &str, depth: usize, found: &mut Vec<Found>) {
    if text.is_empty() || text.len() > LONGEST {
        return;
    }
    found.push(Found { place: place.to_owned(), value: text.to_owned() });
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Ok(Value::Object(members)) = serde_json::from_str::<Value>(text) {
        for (name, value) in members {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            within(&format!("{place}, member {name}"), &value, depth, found);
        }
        return;
    }
    if let Some((decoded, _)) = decoded(text) {
        within(&format!("{place}, base64"), &decoded, depth, found);
    }
    let plain = percent_decoded(text);
    if plain != text {
        within(&format!("{place}, percent-encoded"), &plain, depth, found);
    }
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    if query.contains('=') {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if value != text {
                within(&format!("{place}, parameter {name}"), &value, depth, found);
            }
        }
    }
    for separator in ['.', ':', '|'] {
        let parts: Vec<&str> = text.split(separator).collect();
        if (2..=5).contains(&parts.len()) && !text.contains("://") {
            for (number, part) in parts.into_iter().enumerate() {
                within(&format!("{place}, part {number} by {separator}"), part, depth, found);
            }
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("v={}", text.replace('&', "%26").replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

type Encode = fn(&str) -> String;

/// The text that a value is in base64, and how to write another one so.
fn decoded(text: &str) -> Option<(String, Encode)> {
    let ways: [(Option<Vec<u8>>, Encode); 4] = [
        (STANDARD.decode(text).ok(), |it| STANDARD.encode(it)),
        (URL_SAFE.decode(text).ok(), |it| URL_SAFE.encode(it)),
        (URL_SAFE_NO_PAD.decode(text).ok(), |it| URL_SAFE_NO_PAD.encode(it)),
        (STANDARD_NO_PAD.decode(text).ok(), |it| STANDARD_NO_PAD.encode(it)),
    ];
    let (bytes, encode) = ways.into_iter().find_map(|(bytes, way)| Some((bytes?, way)))?;
    let read = String::from_utf8(bytes).ok()?;
    let legible = read.len() >= 6 && read.chars().all(|c| !c.is_control());
    legible.then_some((read, encode))
}

/// The value with one text in it replaced by another, wherever it stands: plain, percent-encoded, in JSON or in
/// base64; none where it does not.
pub fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    replaced_at(text, (from, to), DEPTH)
}

fn replaced_at(text: &str, (from, to): (&str, &str), depth: usize) -> Option<String> {
    let in_json = |text: &str| text.replace('/', "\\/");
    let spellings = [
        (from.to_owned(), to.to_owned()),
        (in_json(from), in_json(to)),
        (form::escape(from), form::escape(to)),
        (form::escape(&form::escape(from)), form::escape(&form::escape(to))),
    ];
    if let Some((known, other)) = spellings.iter().find(|(known, _)| text.contains(known)) {
        return Some(text.replace(known, other));
    }
    let depth = depth.checked_sub(1)?;
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let again = |text: &str| replaced_at(text, (from, to), depth);
    if let Some((read, encode)) = decoded(text)
        && let Some(changed) = again(&read)
    {
        return Some(encode(&changed));
    }
    if let Ok(Value::Object(mut members)) = serde_json::from_str::<Value>(text) {
        let changed = members.values_mut().find_map(|value| {
            *value = Value::from(again(value.as_str()?)?);
            Some(())
        });
        return changed.map(|()| Value::Object(members).to_string());
    }
    let parts: Vec<&str> = text.split('.').collect();
    let at = parts.iter().position(|part| parts.len() > 1 && again(part).is_some())?;
    let other = again(parts[at])?;
    let changed: Vec<&str> =
        parts.iter().enumerate().map(|(n, part)| if n == at { &*other } else { part }).collect();
    Some(changed.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_what_encodes_it() {
        let state = URL_SAFE_NO_PAD.encode(r#"{"code":"c0de","to":"https://a.example/cb"}"#);
        let mut found = Vec::new();
        within("parameter state", &state, DEPTH, &mut found);
        within("parameter next", "/go?code=c0de2", DEPTH, &mut found);
        let place = |value: &str| found.iter().find(|it| it.value == value).unwrap().place.clone();
        assert_eq!(place("c0de"), "parameter state, base64, member code");
        assert_eq!(place("c0de2"), "parameter next, parameter code");
    }

    #[test]
    fn a_text_is_replaced_wherever_it_stands() {
        let (from, to) = ("https://a.example/cb", "https://b.example/cb");
        let json = format!(r#"{{"state":"1","to":"{from}"}}"#);
        let signed =
            format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode(&json));
        for text in [
            from.to_owned(),
            format!("/next?to={}", form::escape(from)),
            json.clone(),
            STANDARD.encode(&json),
            URL_SAFE_NO_PAD.encode(&json),
            signed,
        ] {
            let changed = replaced(&text, from, to).unwrap();
            assert_eq!(replaced(&changed, to, from).as_deref(), Some(&*text));
        }
        assert_eq!(replaced("c2ln", from, to), None);
    }
}
