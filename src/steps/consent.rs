//! Login and consent.

use std::time::Instant;

use super::authorize::{NO_PAGE, asked, walk};
use super::definition::{given, then, when};
use super::params::{Client, Span};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::forged_consent::{
    bare, by_link as in_link, carries_request, with_request, with_values_of, without_anti_forgery,
};
use crate::driver::journey::{End, Journey, Stop, Topic};
use crate::driver::navigation::request_of;
use crate::driver::page::{Action, Decision, Page};
use crate::driver::time::Side;
use crate::driver::{Client as Role, Code, Unmet, authorization};
use crate::observe::texts;
use crate::observe::{Mismatch, Observed};
use crate::profile::Login;
use crate::wire::{Headers, Params, Request};

then!("the user was asked to sign in", asked_to_sign_in());
fn asked_to_sign_in(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let asked = journey.logins > 0 || matches!(journey.end, End::Stopped { .. });
    w.judge_what(&what, "a login page", |_| asked)
}

then!("the user was asked for consent", asked_for_consent());
fn asked_for_consent(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.judge_what(&what, "a page that asks for a decision", |_| !journey.choices.is_empty())
}

then!("the user was asked to sign in or to decide again", took_part());
/// A client gets nothing by itself where the user has to do something for it, be it to sign in (RFC 8252 §8.6).
fn took_part(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let login = &w.driver().site.profile.login;
    let (by_command, by_steps) = (!login.command.is_empty(), !login.steps.is_empty());
    let asked = !journey.choices.is_empty() || matches!(journey.end, End::Stopped { .. });
    let asked = asked || journey.picked;
    if !asked && journey.logins > 0 && (by_command || by_steps) {
        let text = match by_command {
            true => "`login.command` signs in with a browser of its own: no second request is seen",
            false => "requests of the profile take the place of the script, whatever it would ask",
        };
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let asked = asked || journey.logins > 0;
    w.judge_what(&what, "a page that asks for a decision, or to sign in", |_| asked)
}

then!("the user was asked for consent, or the client receives no code", asked_or_no_code());
fn asked_or_no_code(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let asked = !journey.choices.is_empty();
    w.judge_what(&what, "a page that asks for a decision", |what| asked || *what != Observed::Code)
}

when!("the user sees what {client} asks for", sees(client).await);
/// Nothing is granted, so that the client stays one that the user never agreed to.
async fn sees(w: &mut World, client: Client) -> StepResult {
    let client = w.asked_about(&client.0);
    let ask = Authorization { stop: Stop::AtChoice, ..Authorization::of(&client) };
    walk(w, ask).await
}

when!("the user sees the page on which {client} asks for consent", sees_page(client).await);
async fn sees_page(w: &mut World, client: Client) -> StepResult {
    walk(w, for_page(Authorization::of(&client.0))).await
}

/// The request, to the page on which the user decides.
fn for_page(ask: Authorization<'_>) -> Authorization<'_> {
    Authorization { stop: Stop::AtChoice, about: Topic::Page, ..ask }
}

then!("the consent page names the application", names_application().await);
async fn names_application(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let client = w.driver().client(&Role::default_role());
    let client = w.need(client)?;
    // An identifier on the page may be an echo of the request.
    let name = client.name.filter(|name| *name != client.id);
    let name = w.need(name.ok_or_else(|| {
        let text = "the profile gives the default client no `name` besides its identifier";
        Unmet::Lacking(text.to_owned())
    }))?;
    let client = Role::default_role();
    let again = match authorization::is_unasked(&journey) {
        true => w.driver().authorize(&for_page(Authorization::of(&client))).await.ok(),
        false => None,
    };
    let journey = again.unwrap_or(journey);
    let Some(page) = journey.choices.last() else {
        return match authorization::what(&journey) {
            Observed::Code => w.need(Err(Unmet::Lacking(NO_PAGE.to_owned()))),
            what => w.control_failed(format!("no consent page, but {}", what.describe())),
        };
    };
    let result = if page.text.contains(&name) {
        Ok(())
    } else if is_drawn(page, &w.driver().site.profile.login) {
        let text = "a script draws the consent page, and requests of the profile take its place";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    } else {
        Err(Mismatch::new(format!("the name {name:?} on the page"), "it is not there"))
    };
    w.judge(result)
}

then!("the redirect's error_description reads {string}", description(expected));
fn description(w: &mut World, expected: String) -> StepResult {
    let journey = w.journey()?;
    let End::Redirected(redirected) = &journey.end else {
        let what = authorization::what(&journey).describe();
        return w.control_failed(format!("no redirect to the client, but {what}"));
    };
    let params = redirected.params().unwrap_or_default();
    let actual = params.first("error_description").unwrap_or_default().to_owned();
    let result = if texts::same(&actual, &expected) {
        Ok(())
    } else {
        Err(Mismatch::new(format!("{expected:?}"), format!("{actual:?}")))
    };
    w.judge(result)
}

then!("the login form shows {string} as the user's name", prefilled(expected));
fn prefilled(w: &mut World, expected: String) -> StepResult {
    let journey = w.journey()?;
    let End::Stopped { page, .. } = &journey.end else {
        let what = authorization::what(&journey);
        return w.judge_what(&what, "a login page", |_| false);
    };
    let form = page.login_form(&w.driver().site.profile.login);
    let field = form.and_then(|form| form.login_field());
    let actual = field.map(|field| field.value.clone()).unwrap_or_default();
    let result = if actual == expected {
        Ok(())
    } else {
        Err(Mismatch::new(format!("{expected:?} in the login field"), format!("{actual:?}")))
    };
    w.judge(result)
}

/// Whether a page asks for a decision by what a script draws, which requests of the profile stand for.
fn is_drawn(page: &Page, login: &Login) -> bool {
    !login.steps.is_empty() && page.decide(Decision::Grant, login).is_none()
}

/// The consent page of a fresh authorization request in the current browser.
async fn consent_page(w: &mut World) -> Result<Page, String> {
    let client = Role::default_role();
    let (page, _) = consent_shown(w, Authorization::of(&client)).await?;
    if is_drawn(&page, &w.driver().site.profile.login) {
        return w.need(Err(Unmet::Lacking(BY_SCRIPT.to_owned())));
    }
    Ok(page)
}

/// The consent page of an authorization request in the current browser, and the way to it.
pub(super) async fn consent_shown(
    w: &mut World,
    ask: Authorization<'_>,
) -> Result<(Page, Journey), String> {
    let journey = asked(w, &for_page(ask)).await?;
    let what = authorization::what(&journey);
    let login = w.driver().site.profile.login.clone();
    match (journey.choices.last().cloned(), &journey.end) {
        (Some(_), End::Stopped { .. }) if login.webdriver.is_some() => {
            w.need(Err(Unmet::Lacking(BY_SCRIPT.to_owned())))
        }
        (Some(page), End::Stopped { .. }) => Ok((page, journey)),
        (Some(_), _) => {
            let text = "consent is given together with the password, which nobody can forge";
            w.need(Err(Unmet::Lacking(text.to_owned())))
        }
        (None, _) if what == Observed::Code => {
            let at_once = !login.command.is_empty() && journey.logins > 0;
            let text = if at_once { AT_ONCE } else { NO_PAGE };
            w.need(Err(Unmet::Lacking(text.to_owned())))
        }
        (None, _) => {
            let text = format!("no consent page, but {}", what.describe());
            w.control_failed(&text)?;
            Err(text)
        }
    }
}

pub(super) fn grant(w: &mut World, page: &Page) -> Result<Action, String> {
    let action = w.driver().grant_on(page);
    w.need(action)
}

pub(super) async fn post(w: &mut World, action: &Action, label: &str) -> StepResult {
    let request = w.need(
        request_of(action).ok_or_else(|| Unmet::Failed("the form leads nowhere".to_owned())),
    )?;
    let journey = w.driver().browse(request, label, Stop::AtAny).await;
    w.answers.journey = Some(w.need(journey)?);
    w.deviates(label.to_owned());
    Ok(())
}

/// Why no form can be forged.
const BY_SCRIPT: &str = "consent is given by a script, and by no form";

/// Why no page is seen on which a user agrees.
const AT_ONCE: &str =
    "`login.command` signs in and decides at once, and the suite sees no consent page";

given!("the user grants the client a code after {span}", grants_late(span).await);
/// The user thinks for a while before they agree; what follows counts from there.
async fn grants_late(w: &mut World, span: Span) -> StepResult {
    let page = consent_page(w).await?;
    let action = grant(w, &page)?;
    let shown = w.driver().timeline.born(Instant::now());
    let aged = w.driver().age(shown, span.0, Side::Past).await;
    w.need(aged)?;
    let sent = Instant::now();
    let nowhere = || Unmet::Failed("the form leads nowhere".to_owned());
    let request = w.need(request_of(&action).ok_or_else(nowhere))?;
    // Where the user signs in behind the consent, that is part of it.
    let journey = w.driver().browse(request, "the user grants after a while", Stop::Never).await;
    let journey = w.need(journey)?;
    let code = w.driver().code_of(&journey).ok_or_else(|| {
        Unmet::Failed(format!(
            "a late grant gave no code, but {}",
            authorization::what(&journey).describe()
        ))
    });
    let code = w.control(code)?;
    w.issued.code = Some(Code { born: w.driver().timeline.born(sent), ..code });
    Ok(())
}

when!("the consent is posted without its anti-forgery value", without_token().await);
async fn without_token(w: &mut World) -> StepResult {
    let first = consent_page(w).await?;
    let second = consent_page(w).await?;
    let (one, two) = (grant(w, &first)?, grant(w, &second)?);
    let Some(stripped) = without_anti_forgery(&one, &two) else {
        let text = "the consent form has no hidden value of its own; the foreign session is judged";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    };
    post_cross_site(w, &stripped, "the consent is posted without its anti-forgery value").await
}

when!("the consent is sent by a link without its anti-forgery value", by_link().await);
async fn by_link(w: &mut World) -> StepResult {
    let first = consent_page(w).await?;
    let second = consent_page(w).await?;
    let (one, two) = (grant(w, &first)?, grant(w, &second)?);
    let stripped = without_anti_forgery(&one, &two);
    let Some(link) = stripped.and_then(|stripped| in_link(&one, &stripped)) else {
        let text = "the consent form has no hidden value of its own; the foreign session is judged";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    };
    post_cross_site(w, &link, "the consent is sent by a link without its anti-forgery value").await
}

/// A browser that keeps nothing has nothing that another site could make use of: then the form itself says
/// who grants, and nobody has it but the user who was shown it (RFC 6749 §10.12).
pub(super) fn kept_in_browser(w: &mut World, action: &Action) -> StepResult {
    let (Action::Follow(url) | Action::Submit { url, .. }) = action;
    let text = "the server keeps no cookie in the browser: the form alone, or who signs in behind it, says who grants";
    let kept = w.driver().holds_cookies_for(url);
    w.need(kept.then_some(()).ok_or_else(|| Unmet::Lacking(text.to_owned())))
}

when!("the consent is posted from another browser", from_another_browser().await);
async fn from_another_browser(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let (page, journey) = consent_shown(w, Authorization::of(&client)).await?;
    if is_drawn(&page, &w.driver().site.profile.login) {
        return scripted_elsewhere(w, &page, &journey).await;
    }
    let action = grant(w, &page)?;
    kept_in_browser(w, &action)?;
    let own = w.driver().fresh_browser();
    let posted = post(w, &action, "the consent is posted from another browser").await;
    w.driver().use_browser(own);
    posted
}

/// What the script of a page sends to grant, in a browser that has nothing of the user's session.
async fn scripted_elsewhere(w: &mut World, page: &Page, journey: &Journey) -> StepResult {
    const LABEL: &str = "the decision of the page's script is sent from another browser";
    let tab = w.driver().tab(page, journey);
    let request = w.driver().scripted(&tab);
    let request = w.need(request)?;
    let url = url::Url::parse(&request.url()).map_err(|error| error.to_string());
    let url = w.need(url.map_err(Unmet::Failed))?;
    kept_in_browser(w, &Action::Follow(url))?;
    let own = w.driver().fresh_browser();
    let sent = w.driver().send_scripted((&tab, request), LABEL).await;
    w.driver().use_browser(own);
    w.answers.journey = Some(w.need(sent)?);
    w.deviates(LABEL.to_owned());
    Ok(())
}

when!(
    "the user signs in behind a consent that somebody gave in another browser",
    behind_consent().await
);
/// Where the user signs in after the consent, somebody else may have given it, and send them the address at
/// which they sign in.
async fn behind_consent(w: &mut World) -> StepResult {
    let client = Role::default_role();
    w.driver().fresh_browser();
    let ask = Authorization { stop: Stop::AtLogin, ..Authorization::of(&client) };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let last = w.driver().journal.exchanges().last().map(|exchange| exchange.request.clone());
    let (true, false, Some(address)) =
        (matches!(journey.end, End::Stopped { .. }), journey.choices.is_empty(), last)
    else {
        let text = "nobody is asked for consent before they sign in";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    };
    if address.method != "GET" {
        let text = "the login page has no address of its own, to which somebody could be led";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let address = Request { headers: Headers::default(), ..address };
    w.driver().fresh_browser();
    let label = "the user signs in where another browser's consent leads";
    let journey = w.driver().browse(address, label, Stop::Never).await;
    let journey = w.need(journey)?;
    if !journey.choices.is_empty() {
        let text = "the user is asked for consent again, once they have signed in";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.answers.journey = Some(journey);
    w.deviates(label.to_owned());
    Ok(())
}

/// What grants on a page of the user's own browser, and on one that was opened in another session.
async fn in_two_sessions(w: &mut World) -> Result<(Action, Action), String> {
    let own = w.driver().fresh_browser();
    let foreign = consent_page(w).await?;
    w.driver().use_browser(own);
    let page = consent_page(w).await?;
    let (mine, theirs) = (grant(w, &page)?, grant(w, &foreign)?);
    kept_in_browser(w, &mine)?;
    Ok((mine, theirs))
}

when!(
    "the consent is posted with the anti-forgery value of another session",
    with_foreign_token().await
);
async fn with_foreign_token(w: &mut World) -> StepResult {
    let (mine, theirs) = in_two_sessions(w).await?;
    match with_values_of(&mine, &theirs) {
        Some(mixed) => {
            let label = "the consent is posted with the anti-forgery value of another session";
            post_cross_site(w, &mixed, label).await
        }
        // No value to exchange: then what protects the user is the cookie, or nothing.
        None => {
            let label = "a consent form of another session is posted from another site";
            post_cross_site(w, &theirs, label).await
        }
    }
}

when!("the consent form of another session is posted in the user's browser", foreign_form().await);
/// An attacker has opened it, and has its values: that they belong together proves nothing.
async fn foreign_form(w: &mut World) -> StepResult {
    let (_, theirs) = in_two_sessions(w).await?;
    post_cross_site(w, &theirs, "the consent form of another session is posted").await
}

/// Sends a forged consent from a page of another site.
pub(super) async fn post_cross_site(w: &mut World, forged: &Action, label: &str) -> StepResult {
    let journey = w.driver().send_from_another_site(forged, label).await;
    w.answers.journey = Some(w.need(journey)?);
    w.deviates(label.to_owned());
    Ok(())
}

async fn bare_consent(w: &mut World) -> Result<(String, url::Url, Params), String> {
    let first = consent_page(w).await?;
    let page = consent_page(w).await?;
    let (again, action) = (grant(w, &first)?, grant(w, &page)?);
    let deny = page.decide(Decision::Deny, &w.driver().site.profile.login);
    let bare = bare(&page, &action, deny.as_ref(), Some(&again));
    let text = "consent is given by a link, or at an address of its own for each request";
    w.need(bare.ok_or_else(|| Unmet::Lacking(text.to_owned())))
}

when!("the consent is posted with nothing but the decision", decision_alone().await);
async fn decision_alone(w: &mut World) -> StepResult {
    let (method, url, fields) = bare_consent(w).await?;
    let forged = Action::Submit { method, url, fields };
    post_cross_site(w, &forged, "the consent is posted with nothing but the decision").await
}

when!(
    "the consent is sent by a {word} with another client's request beside the decision",
    request_beside(means).await
);
/// Where the address of the form carries the request, the other one takes its place there.
async fn request_beside(w: &mut World, means: String) -> StepResult {
    let other = Role("other".to_owned());
    is_asked_about(w, &other).await?;
    let (_, mut url, mut fields) = bare_consent(w).await?;
    let draft = w.driver().authorization(&Authorization::of(&other));
    let mut draft = w.need(draft)?;
    w.driver().have_user_asked(&mut draft);
    if means != "link" && carries_request(&url) {
        url = with_request(&url, &draft.query);
    } else {
        fields.extend(draft.query);
    }
    let method = if means == "link" { "GET" } else { "POST" }.to_owned();
    let label = format!("a {means} carries another client's request, and the decision");
    post_cross_site(w, &Action::Submit { method, url, fields }, &label).await
}

/// Sees that the user is asked about a client at all: where consent is remembered, or never asked for, its
/// request brings a code with a decision in it or without. In another browser, so that no page is left open in
/// the user's own.
async fn is_asked_about(w: &mut World, client: &Role) -> StepResult {
    let own = w.driver().fresh_browser();
    let shown = consent_shown(w, Authorization::of(client)).await;
    w.driver().use_browser(own);
    shown.map(|_| ())
}
