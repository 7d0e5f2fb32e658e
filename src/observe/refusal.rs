//! The shape of a refusal at the token and revocation endpoints.

use serde_json::Value;

use super::Mismatch;
use super::observed::{Observed, json};
use crate::rules::{Document, Means, Property, ResourceRefusal};
use crate::wire::Response;
use crate::wire::codes::TOKEN_ERRORS;

/// Judges the form of a refusal, whatever its reason: status, media type, members.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn shape(document: &Document, means: Means, response: &Response) -> Result<(), Mismatch> {
    let error = body(document, response)?;
    status(document, means, &error, response.status)?;
    if document.states(Property::BasicChallenge) {
        challenged(means, response)?;
    }
    Ok(())
}

/// Judges the body of a refusal, whatever its reason and its status. What it names as `error`.
///
/// # Errors
/// The first thing that is not as the document says.
pub fn body(document: &Document, response: &Response) -> Result<String, Mismatch> {
    let Some(Value::Object(members)) = json(response) else {
        return Err(Mismatch::new("a JSON object", "another body"));
    };
    let media = response.media_type().unwrap_or_default();
    if media != "application/json" {
        return Err(Mismatch::new("media type application/json", format!("media type {media:?}")));
    }
    if members.contains_key("access_token") || members.contains_key("refresh_token") {
        return Err(Mismatch::new("no token", "a token"));
    }
    for name in ["error", "error_description", "error_uri"] {
        if members.get(name).is_some_and(|value| !value.is_string()) {
            return Err(Mismatch::new(format!("{name} is a string"), "it is of another type"));
        }
    }
    let error = members.get("error").and_then(Value::as_str).unwrap_or_default();
    if !TOKEN_ERRORS.contains(&error) {
        let expected = TOKEN_ERRORS.iter().map(|code| format!("error {code}")).collect();
        return Err(Mismatch::of(expected, format!("error {error:?}")));
    }
    if document.states(Property::ErrorCharacters) {
        for name in ["error", "error_description"] {
            characters(name, members.get(name).and_then(Value::as_str).unwrap_or_default())?;
        }
    }
    Ok(error.to_owned())
}

/// Judges a refusal of the resource, whatever its reason.
///
/// # Errors
/// Where it is not as the document says.
pub fn at_resource(expected: &ResourceRefusal, what: &Observed) -> Result<(), Mismatch> {
    let (status, challenge) = match what {
        Observed::Challenge { status, .. } => (Some(*status), true),
        Observed::Status(status, _) => (Some(*status), false),
        // There is no challenge where tokens are introspected.
        Observed::Inactive => return Ok(()),
        _ => (None, false),
    };
    let refused = status.is_some_and(|status| match expected.status.as_slice() {
        [] => expected.challenge || (400..500).contains(&status),
        known => known.contains(&status),
    });
    if refused && (challenge || !expected.challenge) {
        return Ok(());
    }
    let statuses: Vec<String> = expected.status.iter().map(u16::to_string).collect();
    let text = match (expected.challenge, statuses.join(" or ")) {
        (true, _) => "a Bearer challenge".to_owned(),
        (false, statuses) if statuses.is_empty() => "a refusal".to_owned(),
        (false, statuses) => format!("status {statuses}"),
    };
    Err(Mismatch::new(text, what.describe()))
}

/// A client that used the `Authorization` field is told which scheme it could use (RFC 6749 §5.2).
fn challenged(means: Means, response: &Response) -> Result<(), Mismatch> {
    let basic = |value: &[u8]| value.to_ascii_lowercase().starts_with(b"basic");
    let told = response.headers.all("www-authenticate").any(basic);
    if means == Means::Basic && response.status == 401 && !told {
        return Err(Mismatch::new("401 with a Basic challenge", "401 without one"));
    }
    Ok(())
}

/// `%x20-21 / %x23-5B / %x5D-7E`, here and in a challenge (RFC 6750 §3).
pub(super) fn is_of_description(c: char) -> bool {
    matches!(c, ' ' | '!' | '#'..='[' | ']'..='~')
}

/// The characters that RFC 6749 allows in `error` and `error_description` (§4.1.2.1, §5.2).
///
/// # Errors
/// The first character that is not among them.
pub fn characters(name: &str, text: &str) -> Result<(), Mismatch> {
    match text.chars().find(|c| !is_of_description(*c)) {
        Some(c) => {
            let expected = format!("{name} of %x20-21 / %x23-5B / %x5D-7E");
            Err(Mismatch::new(expected, format!("the character {c:?}")))
        }
        None => Ok(()),
    }
}

fn status(document: &Document, means: Means, error: &str, status: u16) -> Result<(), Mismatch> {
    let Some(response) = &document.error_response else { return Ok(()) };
    let own = response.invalid_client.as_ref().filter(|_| error == "invalid_client");
    let allowed = match (own, means) {
        (None, _) => &response.status,
        (Some(own), Means::Body) => &own.body,
        (Some(own), Means::Basic) => &own.basic,
    };
    if allowed.contains(&status) {
        return Ok(());
    }
    let expected = allowed.iter().map(|status| format!("status {status}")).collect();
    Err(Mismatch::of(expected, format!("status {status} {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::document;

    fn refusal(status: u16, body: &str) -> Response {
        let mut response = Response::new(status);
        response.headers.push("Content-Type", "application/json");
        response.body = body.as_bytes().to_vec();
        response
    }

    #[test]
    fn only_the_documented_form_is_accepted() {
        let by = |status, body: &str| shape(&document("box"), Means::Body, &refusal(status, body));
        assert_eq!(by(400, r#"{"error":"invalid_grant","error_description":"x"}"#), Ok(()));
        assert!(by(400, r#"{"error":"nonsense"}"#).is_err());
        assert!(by(400, r#"{"error":"invalid_grant","error_description":1}"#).is_err());
        assert!(by(401, r#"{"error":"invalid_client"}"#).is_err());
        assert!(by(400, r#"{"error":"invalid_grant","access_token":"x"}"#).is_err());
        assert!(by(400, "<html>").is_err());
    }

    #[test]
    fn rfc_6749_wants_401_for_basic() {
        let refusal = refusal(400, r#"{"error":"invalid_client"}"#);
        assert_eq!(shape(&document("rfc6749"), Means::Body, &refusal), Ok(()));
        assert!(shape(&document("rfc6749"), Means::Basic, &refusal).is_err());
    }
}
