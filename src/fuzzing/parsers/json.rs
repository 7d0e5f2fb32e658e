//! Token and error answers as the driver reads them.

use serde_json::Value;

use super::super::oracle::Finding;
use super::finding;
use crate::observe::{Observed, refusal, success};
use crate::rules::Means;
use crate::wire::Response;

/// An answer of the token endpoint with this body.
///
/// # Errors
/// The first property that does not hold.
pub fn answer(status: u16, body: &[u8]) -> Result<(), Finding> {
    const NAME: &str = "json-differential";
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "application/json");
    response.body = body.to_vec();
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let member = |name: &str| {
        let text = value.as_ref().and_then(|value| value.get(name)).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let tokens = success::tokens(&response);
    let read = tokens.as_ref().map(|tokens| &*tokens.access);
    if read != member("access_token") {
        return finding(NAME, format!("the access token {read:?}"));
    }
    let refresh = tokens.as_ref().and_then(|tokens| tokens.refresh.as_deref());
    if tokens.is_some() && refresh != member("refresh_token") {
        return finding(NAME, format!("the refresh token {refresh:?}"));
    }
    let judgeable = status < 500 && status != 429;
    let what = Observed::of_token(&Ok(response.clone()));
    if judgeable && (what == Observed::Tokens) != tokens.is_some() {
        return finding(NAME, format!("{what:?} beside {tokens:?}"));
    }
    for document in super::documents().filter(|it| it.error_response.is_some()) {
        let refused = refusal::shape(document, Means::Body, &response).is_ok();
        let issued = success::shape(document, &response).is_ok();
        if refused && tokens.is_some() || issued && tokens.is_none() {
            return finding(NAME, format!("the shape of {} beside {tokens:?}", document.id));
        }
    }
    Ok(())
}
