//! The shape of a successful token response.

use serde_json::{Map, Value};

use super::Mismatch;
use super::observed::{json, repeated_member};
use crate::rules::{Document, Member, MemberType};
use crate::wire::{Response, Secret};

/// What a successful token response brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Access token.
    pub access: Secret,
    /// Refresh token, if one was issued.
    pub refresh: Option<Secret>,
    /// `expires_in`, in seconds, if it is a number.
    pub expires_in: Option<u64>,
    /// `scope`, if it is there.
    pub scope: Option<String>,
    /// `token_type`.
    pub token_type: Option<String>,
}

/// Reads the tokens of a response; `None` where there is no access token.
pub fn tokens(response: &Response) -> Option<Tokens> {
    let Value::Object(members) = json(response)? else { return None };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let token = |name: &str| text(name).filter(|token| !token.is_empty()).map(Secret::from);
    Some(Tokens {
        access: token("access_token")?,
        refresh: token("refresh_token"),
        expires_in: members.get("expires_in").and_then(Value::as_u64),
        scope: text("scope").map(str::to_owned),
        token_type: text("token_type").map(str::to_owned),
    })
}

/// The scope that a response names, value by value.
pub fn scope(response: &Response) -> Option<Vec<String>> {
    let members = json(response)?;
    let values = members.get("scope")?.as_str()?.split_whitespace();
    Some(values.map(str::to_owned).collect())
}

/// Judges a successful response to the grant of a user.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn shape(document: &Document, response: &Response) -> Result<(), Mismatch> {
    has_members(&document.token_response, response, false)
}

/// The same, where the request proved a key (RFC 9449 §5): the token may be bound to it.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn shape_proven(document: &Document, response: &Response, bound: bool) -> Result<(), Mismatch> {
    has_members(&document.token_response, response, bound)
}

/// Judges a successful response to a grant that brings an access token alone.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn alone(document: &Document, response: &Response) -> Result<(), Mismatch> {
    has_members(document.server_token_response(), response, false)
}

/// Judges the members of a response; `bound`: its token is bound to a key.
fn has_members(expected: &[Member], response: &Response, bound: bool) -> Result<(), Mismatch> {
    let members = envelope(response)?;
    expected.iter().try_for_each(|expected| match bound && expected.name == TOKEN_TYPE {
        true => in_any_case(&members, TOKEN_TYPE, &Value::from("DPoP")),
        false => has(&members, expected),
    })
}

/// The member that says how a token is used.
const TOKEN_TYPE: &str = "token_type";

fn has(members: &Map<String, Value>, expected: &Member) -> Result<(), Mismatch> {
    let name = expected.name.as_str();
    let Some(value) = members.get(name) else {
        return match &expected.value {
            _ if expected.optional => Ok(()),
            Some(value) if !expected.any_case => exactly(members, name, value),
            _ => Err(Mismatch::new(format!("a member {name}"), "there is none")),
        };
    };
    match &expected.value {
        Some(wanted) if expected.any_case => in_any_case(members, name, wanted),
        Some(wanted) => exactly(members, name, wanted),
        None => of_type(members, name, value, expected.kind),
    }
}

fn in_any_case(members: &Map<String, Value>, name: &str, wanted: &Value) -> Result<(), Mismatch> {
    let seen = text_member(members, name)?;
    let wanted = wanted.as_str().unwrap_or_default();
    if seen.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Mismatch::new(format!("{name} {wanted}"), format!("{name} {seen:?}")))
}

fn of_type(
    members: &Map<String, Value>,
    name: &str,
    value: &Value,
    kind: MemberType,
) -> Result<(), Mismatch> {
    let (held, what) = match kind {
        MemberType::Text => return text_member(members, name).map(|_| ()),
        MemberType::Digits => (value.is_u64(), "a whole number in digits alone"),
        MemberType::Seconds => (value.as_u64().is_some_and(|it| it > 0), "a number of seconds"),
        MemberType::Restrictions => (value.is_array(), "a list of restrictions"),
    };
    if held {
        return Ok(());
    }
    Err(Mismatch::new(format!("{name} is {what}"), format!("{name} is {value}")))
}

/// What every successful response has, and its members.
fn envelope(response: &Response) -> Result<Map<String, Value>, Mismatch> {
    if response.status != 200 {
        return Err(Mismatch::new("status 200", format!("status {}", response.status)));
    }
    let media = response.media_type().unwrap_or_default();
    if media != "application/json" {
        return Err(Mismatch::new("media type application/json", format!("media type {media:?}")));
    }
    let Some(Value::Object(members)) = json(response) else {
        return Err(Mismatch::new("a JSON object", "another body"));
    };
    if let Some(name) = repeated_member(&response.body) {
        return Err(Mismatch::new("each member once", format!("{name} twice")));
    }
    if members.contains_key("error") {
        return Err(Mismatch::new("tokens or an error", "tokens and an error"));
    }
    text_member(&members, "access_token")?;
    Ok(members)
}

/// Judges the response to a token exchange.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn exchanged(document: &Document, response: &Response) -> Result<(), Mismatch> {
    has_members(&document.exchange_response, response, false)
}

/// Judges the response to a token exchange for this scope and, if one was asked for, this item.
///
/// # Errors
/// The first thing that is not as it has to be.
pub fn narrowed(
    document: &Document,
    (scope, item): (&str, Option<&str>),
    response: &Response,
) -> Result<(), Mismatch> {
    exchanged(document, response)?;
    let members = envelope(response)?;
    let listed = document.exchange_response.iter().filter(|it| it.kind == MemberType::Restrictions);
    let mut listed = listed.filter_map(|member| Some((&member.name, members.get(&member.name)?)));
    listed.try_for_each(|(name, value)| restricted(name, value, (scope, item)))
}

/// Judges the member that says what a token is restricted to.
fn restricted(
    name: &str,
    value: &Value,
    (scope, item): (&str, Option<&str>),
) -> Result<(), Mismatch> {
    let entries = value.as_array();
    let expected = match item {
        Some(id) => format!("{name} holds {scope} for the item {id} and nothing else"),
        None => format!("{name} holds {scope} and nothing else"),
    };
    let fits = |entry: &Value| {
        let id = entry.pointer("/object/id").and_then(Value::as_str);
        entry["scope"] == *scope && (item.is_none() || id == item)
    };
    match entries {
        Some(entries) if !entries.is_empty() && entries.iter().all(fits) => Ok(()),
        Some(entries) => {
            Err(Mismatch::new(expected, format!("it is {}", Value::from(entries.clone()))))
        }
        None => Err(Mismatch::new(expected, "it is no array")),
    }
}

fn text_member<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, Mismatch> {
    match members.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(Value::String(_)) => Err(Mismatch::new(format!("{name} is not empty"), "it is empty")),
        Some(_) => Err(Mismatch::new(format!("{name} is a string"), "it is of another type")),
        None => Err(Mismatch::new(format!("a member {name}"), "there is none")),
    }
}

fn exactly(members: &Map<String, Value>, name: &str, value: &Value) -> Result<(), Mismatch> {
    match members.get(name) {
        Some(seen) if seen == value => Ok(()),
        Some(seen) => Err(Mismatch::new(format!("{name} is {value}"), format!("{name} is {seen}"))),
        None => Err(Mismatch::new(format!("{name} is {value}"), format!("there is no {name}"))),
    }
}

/// Whether the response forbids caching (RFC 6749 §5.1).
///
/// # Errors
/// Where it does not.
pub fn no_store(response: &Response) -> Result<(), Mismatch> {
    kept_as(response, "no-store", &["no-store"])
}

/// Whether only the client may keep the response, or nobody (RFC 6750 §2.3, RFC 9111 §5.2.2).
///
/// # Errors
/// Where it does not.
pub fn private(response: &Response) -> Result<(), Mismatch> {
    kept_as(response, "private", &["private", "no-store"])
}

/// Whether `Cache-Control` has one of these directives; `wanted` is the one that is asked for.
fn kept_as(response: &Response, wanted: &str, any: &[&str]) -> Result<(), Mismatch> {
    let value = response.headers.text("cache-control").unwrap_or_default().to_ascii_lowercase();
    if value.split(',').any(|word| any.contains(&word.trim())) {
        return Ok(());
    }
    let actual = if value.is_empty() { "no Cache-Control".to_owned() } else { value };
    Err(Mismatch::new(format!("Cache-Control: {wanted}"), actual))
}

/// Whether the response also forbids caching to HTTP/1.0 (RFC 6749 §5.1; OAuth 2.1 drops it).
///
/// # Errors
/// Where it does not.
pub fn pragma(response: &Response) -> Result<(), Mismatch> {
    let value = response.headers.text("pragma").unwrap_or_default();
    if value.eq_ignore_ascii_case("no-cache") {
        return Ok(());
    }
    Err(Mismatch::new("Pragma: no-cache beside it", "no Pragma"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::document;

    fn response(body: &str) -> Response {
        let mut response = Response::new(200);
        response.headers.push("Content-Type", "application/json; charset=utf-8");
        response.body = body.as_bytes().to_vec();
        response
    }

    #[test]
    fn each_document_has_its_own_shape() {
        let plain = response(r#"{"access_token":"a","token_type":"Bearer"}"#);
        assert_eq!(shape(&document("rfc6749"), &plain), Ok(()));
        assert!(shape(&document("box"), &plain).is_err());
        let full = response(
            r#"{"access_token":"a","refresh_token":"r","expires_in":3600,"restricted_to":[],"token_type":"bearer"}"#,
        );
        assert_eq!(shape(&document("box"), &full), Ok(()));
    }

    #[test]
    fn wrong_types_are_told() {
        let text = response(
            r#"{"access_token":"a","refresh_token":"r","expires_in":"3600","restricted_to":[],"token_type":"bearer"}"#,
        );
        assert_eq!(shape(&document("box"), &text).unwrap_err().expected, ["expires_in is 3600"]);
        assert!(shape(&document("rfc6749"), &text).is_err());
        assert!(shape(&document("box"), &response("[]")).is_err());
    }
}
