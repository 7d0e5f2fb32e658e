//! The endpoint for pushed authorization requests (RFC 9126 §2): a client leaves its request with the
//! server, and sends the user with a reference to it.

use serde_json::{Value, json};

use crate::server::core::Core;
use crate::server::faults::effects::push as effects;
use crate::server::oauth::authorization_request::{self, Input};
use crate::server::oauth::client_auth::{self, Purpose};
use crate::server::oauth::dpop::{self, ASKED, Asker};
use crate::server::oauth::http::{self, Refusal, given};
use crate::server::oauth::pushed::{LIFETIME, Pushed};
use crate::server::policy::Reason;
use crate::wire::{Params, Request, Response};

/// Parameters that authenticate the client, and are not kept.
const CREDENTIALS: &[&str] = &["client_secret", "client_assertion", "client_assertion_type"];

/// How a reference begins (RFC 9126 §2.2).
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// Every method at the endpoint.
// pushed/endpoint
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    effects::around(server, request, answer)
}

// pushed/post-only, pushed/success, pushed/not-kept, pushed/error-form
fn answer(server: &Core, request: &Request) -> Response {
    let refuse = |reason| server.refusal(reason);
    let mut error = None;
    let response = http::posted(request, 201, refuse, |params| {
        push(server, request, params).inspect_err(|refusal| error = Some(refusal.error))
    });
    // dpop/nonce-told
    dpop::tell(server, (Asker::AuthorizationServer, error), response)
}

fn push(server: &Core, request: &Request, params: &Params) -> Result<Value, Refusal> {
    let knows = |name: &str| authorization_request::knows(server, name);
    let repeated = params.repeated(|name| knows(name) || CREDENTIALS.contains(&name));
    if repeated.is_some() {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    // pushed/client-authenticated, pushed/client-agrees
    let app = client_auth::authenticate(server, request, params, Purpose::Push)?;
    if given(params, "client_id").is_some_and(|id| id != app.client_id) {
        return Err(Refusal::invalid_request("The client is not the one that authenticated"));
    }
    // pushed/no-reference
    if given(params, "request_uri").is_some() {
        return Err(Refusal::invalid_request("A pushed request cannot refer to another one"));
    }
    // What is pushed are parameters (RFC 9126 §3 has objects, too).
    if given(params, "request").is_some() {
        let text = "Request objects are not supported";
        return Err(Refusal::new("request_not_supported", text));
    }
    // pushed/client-named, pushed/refused-early, pushed/validated
    let mut kept = params.without(|name| CREDENTIALS.contains(&name));
    // dpop/code-bound
    let key = dpop::pushed(server, request, &app, params)?;
    if let Some(key) = key.filter(|_| given(&kept, ASKED).is_none()) {
        kept.push(ASKED, key);
    }
    let input = Input::pushed(kept);
    let checked = authorization_request::check(server, &input, &request.origin);
    effects::checked(server, checked.map(drop)).map_err(|refusal| told(&refusal))?;
    let uri = effects::reference(server, format!("{URN}{}", server.token()));
    let lifetime = effects::lifetime(server, LIFETIME);
    let (client_id, expires) = (app.client_id, server.now().saturating_add(lifetime));
    let pushed = Pushed { client_id, params: input.params, expires, opened: false };
    server.pushed.add(server.now(), uri.clone(), pushed);
    Ok(json!({"request_uri": uri, "expires_in": lifetime.as_secs()}))
}

/// What is told by redirect elsewhere is told in the answer (RFC 9126 §2.3).
fn told(refusal: &authorization_request::Refusal) -> Refusal {
    use authorization_request::Refusal::{Page, Redirect};
    match refusal {
        Page(_) => Refusal::invalid_request("The client or the redirect URI is not valid"),
        Redirect { denial, .. } => {
            let described = denial.description.unwrap_or("The request is not valid");
            let refusal = Refusal::new(denial.error, described);
            // Too many requests (RFC 9126 §2.3).
            if denial.error == "temporarily_unavailable" { refusal.at(429) } else { refusal }
        }
    }
}
