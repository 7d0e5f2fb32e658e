//! Requests to the registration endpoint, and to the client configuration endpoint.

use serde_json::Value;
use url::Url;

use super::register::{Registered, Registrar, Unfit};
use crate::driver::enrolment::in_full;
use crate::observe::observed::excerpt;
use crate::wire::{Origin, Request, Response, Transport};

/// The answer to a registration, or its status, if it has one, and why no client came of it.
type Posted = Result<Value, (Option<u16>, String)>;

impl Registrar {
    /// Registers a client; where it is refused for what it says of itself, once more with more members.
    ///
    /// # Errors
    /// Why there is no client.
    pub(super) async fn post(
        &self,
        transport: &dyn Transport,
        asked: &Value,
    ) -> Result<Value, Unfit> {
        let first = self.posted(transport, asked).await;
        let posted = match (&first, in_full(asked)) {
            (Err((Some(400), _)), Some(more)) => self.posted(transport, &more).await,
            _ => first,
        };
        posted.map_err(|(status, why)| match status {
            Some(429) => Unfit::Limited(why),
            _ => Unfit::Refused(why),
        })
    }

    async fn posted(&self, transport: &dyn Transport, asked: &Value) -> Posted {
        let nothing = |why: String| (None, why);
        let mut request = to(&self.endpoint, "POST").map_err(nothing)?;
        request.headers.push("Content-Type", "application/json");
        request.headers.push("Accept", "application/json");
        if let Some(token) = &self.token {
            request.headers.push("Authorization", format!("Bearer {}", &**token));
        }
        request.body = asked.to_string().into_bytes();
        let response = transport.send(&request).await;
        let response = response.map_err(|error| nothing(error.to_string()))?;
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        match response.status {
            // 201 by the RFC; what is answered otherwise is a registration all the same.
            200 | 201 if answer["client_id"].is_string() => Ok(answer),
            429 => Err((Some(429), limit(&response))),
            status => Err((Some(status), refusal(status, &answer))),
        }
    }
}

/// Deletes a client (RFC 7592 §2.3); whether it was deleted.
pub(super) async fn delete(
    transport: &dyn Transport,
    endpoint: &Url,
    registered: &Registered,
) -> bool {
    let Some((url, token)) = &registered.manage else { return false };
    if Origin::of(url) != Origin::of(endpoint) {
        return false;
    }
    let Ok(mut request) = to(url, "DELETE") else { return false };
    request.headers.push("Authorization", format!("Bearer {}", &**token));
    matches!(transport.send(&request).await, Ok(Response { status: 200..=299, .. }))
}

fn to(url: &Url, method: &str) -> Result<Request, String> {
    let origin = Origin::of(url).ok_or_else(|| format!("`{url}` is not an http or https URL"))?;
    Ok(Request::new(method, origin, &url[url::Position::BeforePath..url::Position::AfterQuery]))
}

/// What a refusal says, in one sentence.
fn refusal(status: u16, answer: &Value) -> String {
    let said = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let (error, text) = (said("error"), said("error_description"));
    let said = match (error.is_empty(), text.is_empty()) {
        (true, _) => format!("the registration endpoint answers {status}"),
        (false, true) => format!("the registration endpoint answers {status} {error}"),
        (false, false) => format!("the registration endpoint answers {status} {error}: {text}"),
    };
    // Some say in members of their own what they miss.
    let mut further = answer.as_object().cloned().unwrap_or_default();
    further.retain(|name, _| !["error", "error_description", "error_uri"].contains(&name.as_str()));
    if further.is_empty() {
        return said;
    }
    format!("{said} {}", excerpt(&Value::Object(further).to_string()))
}

/// What is said where the server limits registrations.
fn limit(response: &Response) -> String {
    let wait = response.headers.text("retry-after");
    let wait = wait.map(|wait| format!(", Retry-After: {wait}")).unwrap_or_default();
    format!(
        "the server limits registrations (429{wait}); switch its limiter off for the test, raise the limit, \
         or wait"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_what_the_server_misses_in_words_of_its_own() {
        let own = json!({"error": "invalid_request", "error_description": "No.",
            "errors": [{"instanceLocation": "/client_uri"}]});
        assert_eq!(
            refusal(400, &own),
            "the registration endpoint answers 400 invalid_request: No. \
             {\"errors\":[{\"instanceLocation\":\"/client_uri\"}]}"
        );
        assert_eq!(refusal(403, &Value::Null), "the registration endpoint answers 403");
        let told = json!({"error": "invalid_client_metadata"});
        let text = "the registration endpoint answers 400 invalid_client_metadata";
        assert_eq!(refusal(400, &told), text);
    }
}
