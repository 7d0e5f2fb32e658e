//! The outcome of an authorization request, by how its journey ended.

use url::Url;

use super::journey::{End, Journey, Redirected};
use crate::observe::{Missing, Observed};
use crate::wire::form;

/// The outcome of an authorization request.
pub fn what(journey: &Journey) -> Observed {
    match &journey.end {
        End::Redirected(redirected) => of_redirect(journey, redirected),
        End::Page { response, page } => {
            let silent = page.text.is_empty() || !readable(response);
            let later = response.headers.text("retry-after").is_some();
            if response.is_throttled() || (response.status >= 500 && (silent || later)) {
                return Observed::server_error(response);
            }
            if !readable(response) && !page.is_drawn {
                return Observed::Status(response.status, Missing::Page);
            }
            Observed::Page { status: response.status, text: page.told() }
        }
        End::Stopped { page, .. } => {
            let typed = page.forms.iter().any(|form| form.has("password"));
            let login = typed || journey.choices.is_empty();
            Observed::Asked(if login { "a name and a password" } else { "a decision" })
        }
        End::Lost(error) => Observed::lost(error),
        End::Stuck(stuck) => Observed::unjudgeable(None, stuck.to_string()),
    }
}

/// Whether a code came, and nobody was asked for it.
pub fn is_unasked(journey: &Journey) -> bool {
    journey.choices.is_empty() && what(journey) == Observed::Code
}

/// Whether a person can read the body in a browser as a page: HTML, or plain text.
fn readable(response: &crate::wire::Response) -> bool {
    let media = response.media_type();
    media.is_none_or(|media| media.contains("html") || media.starts_with("text/"))
}

fn of_redirect(journey: &Journey, redirected: &Redirected) -> Observed {
    let locations = redirected.response.headers.all("location").count();
    if locations > 1 {
        // Which of them a browser follows nobody knows (RFC 9110 §10.2.2).
        return Observed::OddRedirect(format!("with {locations} Location fields"));
    }
    let text = redirected.text();
    let Some(uri) = journey.redirect_uri.as_deref().filter(|uri| leads_to(&text, uri)) else {
        let place = outline(&text);
        return if journey.is_beside { beside(&place) } else { Observed::Elsewhere(place) };
    };
    let Some(params) = redirected.params() else {
        return Observed::OddRedirect("whose query cannot be read".to_owned());
    };
    // What stood in the redirect URI's own query is not the server's answer.
    let own = uri.split_once('?').map_or("", |(_, query)| query);
    let before =
        |name: &str| own.split('&').filter(|pair| pair.starts_with(&format!("{name}="))).count();
    let count = |name: &str| params.all(name).count().saturating_sub(before(name));
    match (count("code"), count("error")) {
        (1, 0) => Observed::Code,
        (0, 1) => Observed::Redirect(params.all("error").last().unwrap_or_default().to_owned()),
        (0, 0) => Observed::OddRedirect(in_fragment(&text)),
        (codes, errors) => Observed::OddRedirect(format!("with {codes} codes and {errors} errors")),
    }
}

/// What is not the client's and not named by the request may be a page of the server's own (RFC 6749 §4.1.2.1).
fn beside(place: &str) -> Observed {
    let text = format!(
        "a redirect to {place}, which is no place of the client: if it is the server's, name its host in the \
         profile (`authorized_hosts`)"
    );
    Observed::unjudgeable(None, text)
}

/// Where a journey ended with a redirect that was not to the client, without its query.
pub fn elsewhere(journey: &Journey) -> Option<String> {
    let End::Redirected(redirected) = &journey.end else { return None };
    let place = || outline(&redirected.text());
    (journey.is_beside || matches!(what(journey), Observed::Elsewhere(_))).then(place)
}

/// What a redirect whose query tells nothing has in its fragment, where no code and no error of a request
/// for a code belongs.
fn in_fragment(location: &str) -> String {
    let fragment = location.split_once('#').map_or("", |(_, fragment)| fragment);
    let params = form::decode_lossy(fragment.as_bytes()).unwrap_or_default();
    match (params.first("error"), params.first("code")) {
        (Some(error), _) => format!("with error {error} in the fragment"),
        (None, Some(_)) => "with a code in the fragment".to_owned(),
        (None, None) => "with neither code nor error".to_owned(),
    }
}

/// Whether a redirect goes to this redirect URI: literally, or after the spelling that URL
/// libraries give it.
pub fn leads_to(location: &str, redirect_uri: &str) -> bool {
    let uri = redirect_uri.split('#').next().unwrap_or_default();
    let boundary = |rest: &str| rest.is_empty() || rest.starts_with(['?', '&', '#']);
    if location.strip_prefix(uri).is_some_and(boundary) {
        return true;
    }
    match (Url::parse(location), Url::parse(uri)) {
        (Ok(location), Ok(uri)) => {
            location[..url::Position::AfterPath] == uri[..url::Position::AfterPath]
                && keeps(location.query().unwrap_or_default(), uri.query().unwrap_or_default())
        }
        _ => false,
    }
}

/// Whether a query has all pairs of the other one, as often and in whatever order: it is retained where
/// parameters are added to it (RFC 6749 §3.1.2), and a server that sorts them retains it, too.
pub fn keeps(query: &str, own: &str) -> bool {
    let decoded = |pair: &str| {
        form::decode_lossy(pair.as_bytes())
            .ok()
            .and_then(|pair| pair.iter().next().map(|pair| (pair.name.clone(), pair.value.clone())))
    };
    let mut left: Vec<_> = query.split('&').map(decoded).collect();
    own.split('&').filter(|pair| !pair.is_empty()).map(decoded).all(|pair| {
        let found = left.iter().position(|it| *it == pair);
        found.map(|at| left.swap_remove(at)).is_some()
    })
}

/// A URI without its query and fragment. That a code is in them is told, for then somebody was let in.
fn outline(uri: &str) -> String {
    let mut parts = uri.split(['?', '&', '#']);
    let place = parts.next().unwrap_or_default();
    let has_code =
        parts.any(|part| part.strip_prefix("code=").is_some_and(|code| !code.is_empty()));
    format!("{place}{}", if has_code { "?code=…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_to_two_places_is_none_to_the_client() {
        let mut response = crate::wire::Response::new(302);
        response.headers.push("Location", "https://client.example/cb?code=1");
        let location = b"https://client.example/cb?code=1".to_vec();
        let mut journey = Journey::new(Some("https://client.example/cb".to_owned()), None);
        journey.end = End::Redirected(Redirected { status: 302, location, response });
        assert_eq!(what(&journey), Observed::Code);
        if let End::Redirected(redirected) = &mut journey.end {
            redirected.response.headers.push("Location", "https://evil.example/?code=1");
        }
        assert_eq!(what(&journey), Observed::OddRedirect("with 2 Location fields".to_owned()));
    }

    #[test]
    fn a_query_is_kept_wherever_its_pairs_stand() {
        let uri = "https://client.example/cb?tenant=1&tenant=2";
        let to = |location: &str| leads_to(location, uri);
        assert!(to("https://client.example/cb?tenant=1&tenant=2&code=c"));
        assert!(to("https://client.example/cb?code=c&state=s&tenant=2&tenant=1"));
        for lost in
            ["", "?code=c", "?code=c&tenant=1", "?tenant=1&tenant=1&code=c", "?tenant=1&tenant=22"]
        {
            assert!(!to(&format!("https://client.example/cb{lost}")), "{lost}");
        }
        assert!(!to("https://client.example/other?tenant=1&tenant=2&code=c"));
    }

    #[test]
    fn what_came_in_the_fragment_is_said_to_be_there() {
        let told = |fragment: &str| in_fragment(&format!("https://client.example/cb{fragment}"));
        assert_eq!(
            told("#error=invalid_request&state=1"),
            "with error invalid_request in the fragment"
        );
        assert_eq!(told("#code=1"), "with a code in the fragment");
        assert_eq!((told("?a=1"), told("#_=_")), (told(""), told("#")));
    }

    #[test]
    fn a_code_that_went_elsewhere_lets_somebody_in_and_is_not_told() {
        let elsewhere = |uri: &str| Observed::Elsewhere(outline(uri));
        let away = elsewhere("https://evil.example/?next=https://client.example/cb&code=s3cret");
        assert_eq!(away.describe(), "a redirect to https://evil.example/?code=…");
        assert!(away.is_grant() && elsewhere("https://evil.example/#code=s3cret").is_grant());
        assert!(!elsewhere("https://evil.example/?code=&zipcode=1#state").is_grant());
    }

    #[test]
    fn only_the_named_uri_is_the_client() {
        let uri = "https://client.example/cb";
        assert!(leads_to("https://client.example/cb?code=1", uri));
        assert!(leads_to("https://client.example/?code=1", "https://client.example"));
        assert!(leads_to("https://client.example/cb?t=1&code=1", "https://client.example/cb?t=1"));
        assert!(!leads_to("https://client.example/cb2?code=1", uri));
        assert!(!leads_to("https://client.example.evil/cb?code=1", uri));
        assert!(leads_to("myapp://callback?code=1", "myapp://callback"));
    }
}
