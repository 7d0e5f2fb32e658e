//! Authorization requests, and what comes back to the client.

use super::definition::{given, then, when};
use super::params::{Changes, Client, Decides};
use super::redirected::{came_back, redirected, returned, what};
use super::world::{StepResult, World};
use crate::driver::authorization;
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Journey, Stop};
use crate::driver::page::Decision;
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::{Judgement, Mismatch, Observed, refusal};
use crate::rules::{Means, Property};
use crate::wire::codes::AUTHORIZATION_ERRORS;

pub(super) async fn ask(
    w: &mut World,
    client: &Role,
    changes: &[Change],
    decision: Decision,
) -> StepResult {
    walk(w, Authorization { changes, decision, ..Authorization::of(client) }).await
}

/// Why nobody denied.
pub(super) const UNASKED: &str = "nobody was asked, and so nobody denied: the server asks nobody, or the user has agreed to this client \
     before, and neither `prompt=consent` nor a client that registers for it has them asked again";

/// Why nothing can be said of a consent page.
pub(super) const NO_PAGE: &str = "no consent page was shown: the server asks nobody, or the user has agreed to this client \
     before, and neither `prompt=consent` nor a client that registers for it has one shown";

pub(super) async fn walk(w: &mut World, ask: Authorization<'_>) -> StepResult {
    let changes = ask.changes.to_vec();
    let journey = asked(w, &ask).await?;
    w.note_changes(&changes);
    if ask.needs_choice() && authorization::is_unasked(&journey) {
        // Whether the user is asked is the matter of other rules.
        let text = if ask.decision == Decision::Deny { UNASKED } else { NO_PAGE };
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.answers.journey = Some(journey);
    Ok(())
}

/// Sends the user with a request. Where nothing comes of it unless they are asked, and they are not, a client asks
/// that nobody can have agreed to before.
pub(super) async fn asked(w: &mut World, ask: &Authorization<'_>) -> Result<Journey, String> {
    let journey = w.driver().authorize(ask).await;
    let journey = w.need(journey)?;
    if !ask.needs_choice() || !authorization::is_unasked(&journey) {
        return Ok(journey);
    }
    Ok(w.by_newcomer(ask).await.unwrap_or(journey))
}

/// Whether such a request is granted at all is the matter of other rules. A page that does not say by
/// its status that it refuses does so if the same client's unchanged request yields a code.
pub(super) async fn has_yielded(w: &mut World, client: &Role) -> StepResult {
    let what = what(w)?;
    let text = format!("this request gives no code, but {}", what.describe());
    w.assessment.deviation = None;
    let refused = match what {
        Observed::Redirect(_) | Observed::Page { status: 400..=499, .. } => true,
        Observed::Status(400..=499, _) => true,
        Observed::Page { status: 200..=299, .. } => {
            w.driver().show_code(&Authorization::of(client)).await.is_ok()
        }
        _ => false,
    };
    w.control(match what {
        Observed::Code => Ok(()),
        _ if refused => Err(Unmet::Lacking(text)),
        _ => Err(Unmet::Failed(text)),
    })
}

given!(
    "{client}'s authorization request {change} yields a code",
    changed_control(client, changes).await
);
async fn changed_control(w: &mut World, client: Client, changes: Changes) -> StepResult {
    ask(w, &client.0, &changes.0, Decision::Grant).await?;
    has_yielded(w, &client.0).await?;
    super::state::keep_unasked(w)
}

given!("{client}'s unchanged authorization request yields a code", control(client).await);
then!("{client}'s unchanged authorization request still yields a code", control(client).await);
async fn control(w: &mut World, client: Client) -> StepResult {
    w.show_code(&client.0).await
}

given!(
    "the user signs in where {client}'s authorization request opens a new browser",
    signs_in(client).await
);
/// Where nobody has to sign in for a code, nobody has to for an error.
async fn signs_in(w: &mut World, client: Client) -> StepResult {
    w.driver().fresh_browser();
    ask(w, &client.0, &[], Decision::Grant).await?;
    has_yielded(w, &client.0).await?;
    let journey = w.journey()?;
    if journey.logins + journey.company_logins > 0 {
        return Ok(());
    }
    w.need(Err(Unmet::Lacking("nobody has to sign in: a new browser gets a code".to_owned())))
}

then!("the client receives no error before the user has signed in", not_before_login());
fn not_before_login(w: &mut World) -> StepResult {
    let what = what(w)?;
    let journey = w.journey()?;
    let signed_in = journey.logins + journey.company_logins > 0;
    let told = matches!(what, Observed::Redirect(_) | Observed::OddRedirect(_));
    w.not_broken(&what)?;
    w.judge(match told && !signed_in {
        false => Ok(()),
        true => Err(Mismatch::new("a login first, or no redirect", what.describe())),
    })
}

given!("the user opens a new browser", fresh_browser());
fn fresh_browser(w: &mut World) -> StepResult {
    w.driver().fresh_browser();
    Ok(())
}

when!("the user {decides} {client}'s authorization request", plain(decides, client).await);
async fn plain(w: &mut World, decides: Decides, client: Client) -> StepResult {
    ask(w, &client.0, &[], decides.0).await
}

when!(
    "the user {decides} {client}'s authorization request {change}",
    changed(decides, client, changes).await
);
async fn changed(w: &mut World, decides: Decides, client: Client, changes: Changes) -> StepResult {
    ask(w, &client.0, &changes.0, decides.0).await
}

when!("the {word} user follows {client}'s authorization request", by_user(user, client).await);
async fn by_user(w: &mut World, user: String, client: Client) -> StepResult {
    let user = if user == "managed" { "default".to_owned() } else { user };
    walk(w, Authorization { user: &user, ..Authorization::of(&client.0) }).await
}

when!("the user opens {client}'s authorization request", open(client).await);
async fn open(w: &mut World, client: Client) -> StepResult {
    walk(w, Authorization { stop: Stop::AtLogin, ..Authorization::of(&client.0) }).await
}

when!(
    "the user opens {client}'s authorization request {change}",
    open_changed(client, changes).await
);
async fn open_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let ask =
        Authorization { stop: Stop::AtLogin, changes: &changes.0, ..Authorization::of(&client.0) };
    walk(w, ask).await
}

then!("the authorization request is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judge_documented(&what, Means::Body)
}

then!("the client is told of the denial as documented", denial_documented());
/// A request that is refused before anybody can deny it is the matter of other rules.
fn denial_documented(w: &mut World) -> StepResult {
    if w.journey()?.choices.is_empty() {
        let what = what(w)?;
        w.not_broken(&what)?;
        let text = format!("nobody was asked, and so nobody denied: {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    documented(w)
}

then!(
    "the authorization request is refused or read literally, and never with a server error",
    refused_or_literal()
);
fn refused_or_literal(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.not_broken(&what)?;
    // A state that was read in any way comes back in some form.
    if what == Observed::Code && redirected(w)?.1.first("state").is_none() {
        let expected = "a refusal, or the state in some form";
        return w.judge(Err(Mismatch::new(expected, "a code without any state")));
    }
    w.judge_what(&what, "a refusal, or the flow goes on", |what| {
        matches!(
            what,
            Observed::Code
                | Observed::Redirect(_)
                | Observed::Page { .. }
                | Observed::Status(400..=499, _)
        )
    })
}

then!("the request has not broken the server", not_broken());
fn not_broken(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.not_broken(&what)?;
    w.judge_what(&what, "any answer", |_| true)
}

then!("the client receives a code", code());
fn code(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judge_what(&what, "a redirect to the client with a code", |what| *what == Observed::Code)
}

then!("the client receives a code, unless a port has to be named", code_or_port());
/// A native client may name any port (RFC 8252 §7.3). A URI without one names that of its scheme, at which hardly any
/// client can listen: that it is refused is worth a warning.
fn code_or_port(w: &mut World) -> StepResult {
    let what = what(w)?;
    if !what.is_refusal() {
        return code(w);
    }
    let refused = || Mismatch::new("a redirect to the client with a code", what.describe());
    w.judge_by(|_| Judgement::Tolerated(refused()))
}

then!("the client receives a code by GET", code_by_get().await);
/// Whether it is the method that keeps the client from a code.
async fn code_by_get(w: &mut World) -> StepResult {
    let what = what(w)?;
    let status = match w.answers.journey.as_ref().map(|journey| &journey.end) {
        Some(End::Page { response, .. }) => response.status,
        _ => 0,
    };
    if what != Observed::Code && !matches!(status, 405 | 501) {
        // Without the ordinary flow only one that works by POST shows that GET is at fault.
        let (client, changes) = (Role::default_role(), [Change::Method("POST".to_owned())]);
        let ask = Authorization { changes: &changes, ..Authorization::of(&client) };
        let posted = w.driver().obtain_code(&ask).await;
        w.control(posted)?;
    }
    if w.is_accident(&what) {
        return w.inconclusive(what.describe());
    }
    w.assessment.is_certain = true;
    w.judge(match what {
        Observed::Code => Ok(()),
        what => Err(Mismatch::new("a redirect to the client with a code", what.describe())),
    })
}

then!("the redirect has status 302 or 303", redirect_status());
fn redirect_status(w: &mut World) -> StepResult {
    let (redirected, _) = redirected(w)?;
    let status = redirected.status;
    // A page that sends the browser on by itself does so by GET, too.
    let result = if matches!(status, 200..300 | 302 | 303) {
        Ok(())
    } else {
        let expected = vec!["status 302".into(), "status 303".into()];
        Err(Mismatch::of(expected, format!("status {status}")))
    };
    w.judge(result)
}

then!("the client receives no code", no_code());
fn no_code(w: &mut World) -> StepResult {
    let what = what(w)?;
    let code = match &w.answers.journey {
        Some(journey) => match &journey.end {
            End::Redirected(redirected) => redirected.text().contains("code="),
            _ => false,
        },
        None => false,
    };
    w.judge_what(&what, "no code for the client", |what| !code && *what != Observed::Code)?;
    w.not_broken(&what)
}

then!("the other client receives no code", no_code_for_the_other());
/// A code for the client whose page was shown is not one for the other client.
fn no_code_for_the_other(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judge_what(&what, "no code for the other client", |what| *what != Observed::Code)?;
    w.not_broken(&what)
}

then!("the user sees a page, and the client receives nothing", page());
fn page(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judgeable(&what)?;
    w.not_broken(&what)?;
    w.judge_each(|cite| match (&what, cite.document.states(Property::ErrorPage)) {
        (Observed::Page { .. }, _) | (Observed::Status(400..=499, _), false) => Ok(()),
        _ => {
            let expected = "a page for the user and no redirect to the client";
            Err(Mismatch::seen(expected, &what))
        }
    })?;
    w.judged(&what);
    Ok(())
}

then!("the client receives nothing by redirect", nothing());
fn nothing(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judgeable(&what)?;
    let away = |what: &Observed| {
        matches!(
            what,
            Observed::Code
                | Observed::Redirect(_)
                | Observed::OddRedirect(_)
                | Observed::Elsewhere(_)
        )
    };
    let result =
        if away(&what) { Err(Mismatch::seen("no redirect to the client", &what)) } else { Ok(()) };
    w.judge(result)?;
    w.judged(&what);
    w.not_broken(&what)
}

then!("the client receives exactly one documented error", one_error());
fn one_error(w: &mut World) -> StepResult {
    let errors = returned(w, "error")?;
    let codes = returned(w, "code")?;
    let result = match errors.as_slice() {
        [error] if codes.is_empty() && AUTHORIZATION_ERRORS.contains(&error.as_str()) => Ok(()),
        _ => {
            let one = AUTHORIZATION_ERRORS.iter().map(|error| format!("one error, {error}"));
            let actual = format!("errors {errors:?}, {} codes", codes.len());
            Err(Mismatch::of(one.collect(), actual))
        }
    };
    w.judge(result)?;
    let description = returned(w, "error_description")?.concat();
    w.judge_each(|cite| match cite.document.states(Property::ErrorCharacters) {
        true => refusal::characters("error_description", &description),
        false => Ok(()),
    })
}

then!("the client receives exactly one documented error, if it is told one", one_error_if_told());
/// Whether such a request is refused, and whether the client is told, is the matter of other rules.
fn one_error_if_told(w: &mut World) -> StepResult {
    match what(w)? {
        Observed::Redirect(_) => one_error(w),
        what => {
            let text = format!("no error to look at, but {}", what.describe());
            w.need(Err(Unmet::Lacking(text)))
        }
    }
}

then!("the redirect carries each response parameter once", once_each());
fn once_each(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let (_, params) = redirected(w)?;
    let result = match params.repeated(|_| true) {
        None => Ok(()),
        Some(name) => Err(Mismatch::new(format!("{name} once"), format!("{name} more than once"))),
    };
    w.judge(result)
}

then!("a redirect to the client repeats no parameter", none_twice());
/// A request that is refused on a page brings nothing twice.
fn none_twice(w: &mut World) -> StepResult {
    match what(w)? {
        Observed::Code | Observed::Redirect(_) | Observed::OddRedirect(_) => once_each(w),
        what => w.judge_what(&what, "a refusal or a redirect", |what| {
            matches!(
                what,
                Observed::Page { .. } | Observed::Error { .. } | Observed::Status(400..=499, _)
            )
        }),
    }
}

then!("the redirect URI is refused, or used as it was sent", refused_or_used());
/// What a URI has of its own is not counted: the server answers at it, or refuses it.
fn refused_or_used(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.judge_what(&what, "a refusal, or a redirect to this URI with one code", |what| {
        matches!(
            what,
            Observed::Code
                | Observed::Redirect(_)
                | Observed::Page { .. }
                | Observed::Error { .. }
                | Observed::Status(400..=499, _)
        )
    })
}

/// A redirect to the URI without its query is one to elsewhere, and says enough.
fn query_can_be_judged(w: &mut World) -> Result<bool, String> {
    let what = what(w)?;
    Ok(matches!(what, Observed::Elsewhere(_)) || came_back(w)?)
}

then!("the query of the redirect URI is kept", query_kept());
fn query_kept(w: &mut World) -> StepResult {
    if !query_can_be_judged(w)? {
        return Ok(());
    }
    let (redirected, _) = redirected(w)?;
    let uri = w.answers.journey.as_ref().and_then(|journey| journey.redirect_uri.clone());
    let uri = w.left(uri, "a redirect URI")?;
    let location = redirected.text();
    let query = |uri: &str| uri.split_once('?').map(|(_, query)| query.to_owned());
    let joined = match (query(&uri), query(location.split('#').next().unwrap_or_default())) {
        (Some(own), Some(query)) => authorization::keeps(&query, &own),
        _ => false,
    };
    let result = if joined {
        Ok(())
    } else {
        Err(Mismatch::new(format!("{uri}&…"), location.split("code=").next().unwrap_or_default()))
    };
    w.judge(result)
}

then!("no header field was injected", header_safe());
fn header_safe(w: &mut World) -> StepResult {
    let what = what(w)?;
    w.readable(&what)?;
    let exchanges = w.driver().journal.exchanges();
    let bad =
        exchanges.iter().filter_map(|exchange| exchange.response.as_ref().ok()).find_map(|r| {
            let injected = r.headers.get("x-oauthspec").is_some();
            let raw = r.headers.all("location").any(|value| value.iter().any(u8::is_ascii_control));
            match (injected, raw) {
                (true, _) => Some("the response has a header field from the request"),
                (_, true) => Some("Location carries a control character"),
                _ => None,
            }
        });
    let result = bad.map_or(Ok(()), |actual| Err(Mismatch::new("a clean header", actual)));
    w.judge(result)
}

when!(
    "the user follows the client's authorization request for its scopes in reverse order",
    asks_reversed().await
);
async fn asks_reversed(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let known = w.driver().client(&client);
    let known = w.need(known)?;
    let scope = w.driver().site.profile.scope(&known).unwrap_or_default().to_owned();
    let reversed: Vec<&str> = scope.split(' ').rev().collect();
    if reversed.len() < 2 {
        let text = "the client asks for less than two scopes (`scope`)".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let changes = [Change::set("scope", reversed.join(" "))];
    ask(w, &client, &changes, Decision::Grant).await
}
