//! Oracles over the end of an authorization request.

use url::Url;

use super::authorize::Asked;
use super::expected::{Expectation, Judge};
use super::oracle::Finding;
use super::reading::{Reading, all};
use crate::driver::authorization::leads_to;
use crate::driver::journey::{End, Journey, Redirected};
use crate::observe::Observed;

/// Every property of a redirect to an application.
pub fn oracles(
    judge: &Judge<'_>,
    read: &Reading,
    expectation: &Expectation,
    journey: &Journey,
    what: &Observed,
) -> Vec<Finding> {
    let End::Redirected(redirected) = &journey.end else { return Vec::new() };
    let asked = Asked::of(read);
    let mut findings = Vec::new();
    findings.extend(registered(judge, &asked, redirected));
    if matches!(what, Observed::Code | Observed::Redirect(_)) && !expectation.open {
        findings.extend(state_kept(judge, &asked, redirected, what));
    }
    findings
}

/// No redirect to a URI that is not registered: `redirect/never-to-application`.
fn registered(judge: &Judge<'_>, asked: &Asked, redirected: &Redirected) -> Option<Finding> {
    let text = redirected.text();
    // Of a repeated parameter nobody can say which one the server took.
    let ids: Vec<&str> = all(&asked.params, "client_id").collect();
    let clients = judge.terms.profile.clients.values();
    let own: Vec<String> = clients
        .filter(|client| ids.contains(&client.id.as_str()))
        .flat_map(|client| client.redirect_uris.iter().cloned())
        .collect();
    let sent = all(&asked.params, "redirect_uri").collect::<Vec<_>>();
    let to_sent = sent.iter().filter(|uri| leads_to(&text, uri));
    let verdicts: Vec<Option<bool>> = to_sent.map(|uri| judge.permitted(uri, &own)).collect();
    let fine = own.iter().any(|uri| leads_to(&text, uri))
        || verdicts.iter().any(|verdict| *verdict != Some(false));
    if fine {
        return None;
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

fn state_kept(
    judge: &Judge<'_>,
    asked: &Asked,
    redirected: &Redirected,
    what: &Observed,
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
    if right || own {
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
