//! Whether a target can be reached at all.

use crate::driver::HttpTransport;
use crate::driver::navigation::page_request;
use crate::profile::Profile;
use crate::wire::{Origin, Scheme, Transport};

/// Why no connection can be opened to an endpoint that everything needs, if none can.
pub async fn unreachable(http: &HttpTransport, profile: &Profile) -> Option<String> {
    for (key, endpoint) in [
        ("endpoints.authorization", &profile.endpoints.authorization),
        ("endpoints.token", &profile.endpoints.token),
    ] {
        let Some(origin) = profile.endpoint(endpoint).ok().as_ref().and_then(Origin::of) else {
            continue;
        };
        if let Err(error) = http.reach(&origin).await {
            let base = profile.base().ok().as_ref().and_then(Origin::of);
            let key = if base.as_ref() == Some(&origin) { "base_url" } else { key };
            return Some(format!(
                "no connection to the target at {origin} ({error}); {}",
                advice(http, &origin, key).await
            ));
        }
    }
    None
}

/// What to do: the other scheme, where the port speaks it.
async fn advice(http: &HttpTransport, origin: &Origin, key: &str) -> String {
    let plain = Origin { scheme: Scheme::Http, ..origin.clone() };
    if origin.scheme == Scheme::Https && answers(http, &plain).await {
        return format!("the port speaks plain HTTP: with `{key}: {plain}` it works");
    }
    format!("is it running, is {key} right, and is limits.timeout long enough?")
}

/// Whether a request without anything in it is answered.
async fn answers(http: &HttpTransport, origin: &Origin) -> bool {
    let url = url::Url::parse(&origin.to_string()).ok();
    let Some(request) = url.and_then(|url| page_request("GET", &url)) else { return false };
    http.send(&request).await.is_ok()
}
