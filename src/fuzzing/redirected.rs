//! Oracles over the end of an authorization request.

use url::Url;

use super::authorize::Asked;
use super::expected::{Expectation, Judge};
use super::oracle::Finding;
use super::reading::{Reading, all};
use super::tried::Tried;
use crate::driver::authorization::leads_to;
use crate::driver::journey::{End, Journey, Redirected};
use crate::observe::Observed;
use crate::profile::Client;

/// The rule about the query of a redirect URI.
pub(super) const QUERY_KEPT: &str = "redirect/query-kept";

/// Every property of a redirect to an application.
pub fn oracles(
    judge: &Judge<'_>,
    (read, asked, expectation): (&Reading, &Asked, &Expectation),
    (journey, what): (&Journey, &Observed),
    tried: &mut Tried,
) -> Vec<Finding> {
    let own = registered(judge, asked, read);
    let foreign = |uri: &str| judge.permitted(uri, &own) == Some(false);
    if all(&asked.params, "redirect_uri").any(foreign) && !matches!(journey.end, End::Lost(_)) {
        tried.note("registered-redirect");
    }
    let End::Redirected(redirected) = &journey.end else { return Vec::new() };
    // It may be a page of the server's own.
    if journey.is_beside {
        return Vec::new();
    }
    let mut findings = Vec::new();
    findings.extend(to_registered(judge, asked, &own, redirected));
    let judged = !expectation.open && !super::pushing::is_gone(expectation);
    if matches!(what, Observed::Code | Observed::Redirect(_)) && judged {
        findings.extend(state_kept(judge, asked, (redirected, what), tried));
    }
    findings
}

/// The redirect URIs of the clients that a request names, wherever it does so. Of a repeated parameter
/// nobody can say which one the server took.
pub(super) fn registered(judge: &Judge<'_>, asked: &Asked, read: &Reading) -> Vec<String> {
    let clients = || judge.terms.profile.clients.values();
    let ids: Vec<&str> = all(&asked.params, "client_id").collect();
    let named = |client: &Client| ids.contains(&client.id.as_str()) || read.carries(&client.id);
    let any = clients().any(named);
    let own = clients().filter(|client| named(client) || !any && ids.is_empty());
    own.flat_map(|client| client.redirect_uris.iter().cloned()).collect()
}

/// No redirect to a URI that is not registered: `redirect/never-to-application`.
fn to_registered(
    judge: &Judge<'_>,
    asked: &Asked,
    own: &[String],
    redirected: &Redirected,
) -> Option<Finding> {
    let text = redirected.text();
    let sent = all(&asked.params, "redirect_uri").collect::<Vec<_>>();
    let to_sent = sent.iter().filter(|uri| leads_to(&text, uri));
    let verdicts: Vec<Option<bool>> = to_sent.map(|uri| judge.permitted(uri, own)).collect();
    let fine = own.iter().any(|uri| leads_to(&text, uri))
        || verdicts.iter().any(|verdict| *verdict != Some(false));
    if fine {
        return None;
    }
    let permitted = |uri: &&str| judge.permitted(uri, own) == Some(true);
    let named = sent.iter().copied().filter(permitted).chain(own.iter().map(String::as_str));
    if let Some(lost) = named.filter_map(|uri| loses_query(&text, uri)).min() {
        let level = judge.terms.level(QUERY_KEPT).filter(|_| lost)?;
        let found = Finding::plain("registered-redirect", "the query of the redirect URI is lost");
        return Some(Finding { rule: Some(QUERY_KEPT), level, ..found });
    }
    let rule = "redirect/never-to-application";
    let at = Url::parse(&text).ok().map(|url| url.origin().ascii_serialization());
    Some(Finding {
        rule: Some(rule),
        level: judge.terms.gravity(Some(rule)),
        ..Finding::plain(
            "registered-redirect",
            format!(
                "a redirect to {}",
                at.unwrap_or_else(|| "something that is no URL".to_owned())
            ),
        )
    })
}

/// Whether a redirect to this URI lacks something of its query; `None` where it leads elsewhere. In which
/// order the parameters come nobody says.
fn loses_query(location: &str, uri: &str) -> Option<bool> {
    let (location, uri) = (Url::parse(location).ok()?, Url::parse(uri).ok()?);
    let place = |url: &Url| url[..url::Position::AfterPath].to_owned();
    let came: Vec<_> = location.query_pairs().collect();
    (uri.query().is_some() && place(&location) == place(&uri))
        .then(|| uri.query_pairs().any(|pair| !came.contains(&pair)))
}

fn state_kept(
    judge: &Judge<'_>,
    asked: &Asked,
    (redirected, what): (&Redirected, &Observed),
    tried: &mut Tried,
) -> Option<Finding> {
    let params = redirected.params()?;
    let back: Vec<&str> = params.all("state").collect();
    let own = asked.redirect_uri().is_some_and(|uri| uri.contains("state="));
    let sent: Vec<&str> = all(&asked.params, "state").collect();
    let (rule, right) = match (sent.as_slice(), what) {
        ([], _) => ("authorize/state-absent", back.is_empty()),
        ([""], _) => ("authorize/state-absent", back.iter().all(|state| state.is_empty())),
        ([state], Observed::Code) => ("authorize/state-on-grant", back == [*state]),
        ([state], Observed::Redirect(error)) if error == "access_denied" => {
            ("authorize/state-on-deny", back == [*state])
        }
        ([state], _) => ("authorize/state-on-error", back == [*state]),
        _ => return None,
    };
    if own {
        return None;
    }
    tried.note("state-kept");
    if right {
        return None;
    }
    let actual = match back.len() {
        0 => "no state came back",
        1 => "another state came back",
        _ => "the state came back more than once",
    };
    let level = judge.terms.level(rule)?;
    Some(Finding { rule: Some(rule), level, ..Finding::plain("state-kept", actual) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_kept_in_any_order_or_lost() {
        let uri = "https://c.example/cb?tenant=1";
        for (location, lost) in [
            ("https://c.example/cb?tenant=1&code=x", Some(false)),
            ("https://c.example/cb?code=x&tenant=1", Some(false)),
            ("https://c.example/cb?code=x", Some(true)),
            ("https://c.example/cb?code=x&tenant=2", Some(true)),
            ("https://c.example/other?tenant=1", None),
            ("https://evil.example/cb?tenant=1", None),
        ] {
            assert_eq!(loses_query(location, uri), lost, "{location}");
        }
        assert_eq!(loses_query("https://c.example/cb", "https://c.example/cb"), None);
    }
}
