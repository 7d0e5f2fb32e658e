//! What a journey of the browser ended with, and what the client was told.

use super::world::World;
use crate::driver::Unmet;
use crate::driver::authorization;
use crate::driver::journey::{End, Redirected};
use crate::observe::{Mismatch, Observed};
use crate::verdict::Role;
use crate::wire::Params;

/// What the last journey amounts to.
pub(super) fn what(w: &mut World) -> Result<Observed, String> {
    let journey = w.journey()?;
    Ok(authorization::what(&journey))
}

/// The redirect that the last journey ended with.
pub(super) fn redirected(w: &mut World) -> Result<(Redirected, Params), String> {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    // An ordinary request that breaks the server is where such a request would have to succeed.
    if w.is_accident(&what) && !w.assessment.evidence.is_controlled() {
        w.mark_last(Role::Judged);
        w.control_failed(format!("no redirect to the client, but {}", what.describe()))?;
    }
    w.judgeable(&what)?;
    let redirected = match (&journey.end, &what) {
        (
            End::Redirected(redirected),
            Observed::Code | Observed::Redirect(_) | Observed::OddRedirect(_),
        ) => redirected.clone(),
        _ => {
            w.judge_what(&what, "a redirect to the client", |_| false)?;
            return Err(what.describe());
        }
    };
    match redirected.params() {
        Some(params) => Ok((redirected, params)),
        None => {
            let mismatch = Mismatch::new("a readable query", "broken percent-encoding");
            w.judge(Err(mismatch))?;
            Err("broken percent-encoding".to_owned())
        }
    }
}

/// Whether the last journey ended at the client. Otherwise a rule about the redirect says nothing: where the
/// request was refused beside it, there is none to look at.
pub(super) fn came_back(w: &mut World) -> Result<bool, String> {
    let what = what(w)?;
    let back = matches!(what, Observed::Code | Observed::Redirect(_) | Observed::OddRedirect(_));
    let text = format!("no redirect to the client, but {}", what.describe());
    match what {
        Observed::Page { status: 400..=499, .. }
        | Observed::Error { status: 400..=499, .. }
        | Observed::Status(400..=499, _) => {
            w.need(Err(Unmet::Lacking(text)))?;
        }
        _ if !back => {
            w.mark_last(Role::Judged);
            w.control_failed(text)?;
        }
        _ => {}
    }
    Ok(back)
}

/// The value that a parameter of the redirect has, once the redirect URI's own query is taken off. An error may stand in
/// the fragment, where the response type is unknown or another: where it has to stand is the matter of one rule.
pub(super) fn returned(w: &mut World, name: &str) -> Result<Vec<String>, String> {
    let (redirected, params) = redirected(w)?;
    let in_fragment = || redirected.fragment().filter(|it| it.first("error").is_some());
    let answers = params.first("error").or(params.first("code")).is_some();
    let params = if answers { params } else { in_fragment().unwrap_or(params) };
    Ok(params.all(name).map(str::to_owned).collect())
}
