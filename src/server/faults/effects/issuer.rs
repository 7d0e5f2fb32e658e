//! Mistakes with the issuer of an authorization response.

use crate::server::core::Core;
use crate::server::faults::issuer as faults;
use crate::server::oauth::http;
use crate::server::oauth::redirect_uri::join;
use crate::server::variants;
use crate::wire::Request;

/// The issuer of the answer to a request.
// issuer/on-error
fn asked(server: &Core, request: &Request, right: Option<String>) -> Option<String> {
    let (params, _) = http::decode_each(request.query().unwrap_or_default().as_bytes());
    let named = params.first("iss").map(str::to_owned).or_else(|| right.clone());
    server.switches().alter(right, [(&faults::OF_REQUEST, named)])
}

/// What a redirect names as its issuer, in each parameter of it.
// issuer/on-grant, issuer/on-error
pub(in crate::server) fn named(
    server: &Core,
    request: &Request,
    location: &str,
    right: Option<String>,
) -> Vec<String> {
    let right: Vec<String> = asked(server, request, right).into_iter().collect();
    if server.varies(&variants::ISSUER_ABSENT) {
        return Vec::new();
    }
    let (uri, fragment) = location.split_once('#').unwrap_or((location, ""));
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let beside = |name: &str| fragment.split('&').any(|pair| pair.starts_with(name));
    let has = |name: &str| query.split('&').any(|pair| pair.starts_with(name));
    let unless = |applies: bool| if applies { Vec::new() } else { right.clone() };
    let with = |end: &str| right.iter().map(|issuer| format!("{issuer}{end}")).collect();
    let other =
        if has("error=") { vec!["https://other.example".to_owned()] } else { right.clone() };
    let wrong = [
        (&faults::NOT_ON_GRANT, unless(has("code="))),
        (&faults::NOT_ON_ERROR, unless(has("error="))),
        (&faults::NOT_ON_DENY, unless(has("error=access_denied"))),
        (&faults::OTHER_ON_ERROR, other),
        (&faults::NOT_WITH_TOKEN, unless(beside("access_token="))),
        (&faults::NOT_WITH_ERROR, unless(beside("error="))),
        (&faults::TWICE, right.iter().chain(&right).cloned().collect()),
        (&faults::WITH_QUERY, with("?tenant=1")),
        (&faults::WITH_FRAGMENT, with("#1")),
        (&faults::NO_URL, vec!["oauthspec".to_owned()]),
        (&faults::EMPTY, vec![String::new()]),
    ];
    server.switches().alter(right, wrong)
}

/// Where a redirect names its issuer. `right`: with the rest of the response.
// issuer/in-fragment
pub(in crate::server) fn placed(
    server: &Core,
    location: &str,
    named: &str,
    right: String,
) -> String {
    match location.split_once('#') {
        Some((uri, fragment)) if server.has(&faults::BESIDE_FRAGMENT) => {
            format!("{}#{fragment}", join(uri, named))
        }
        _ => right,
    }
}
