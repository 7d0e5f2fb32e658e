//! Forms of the interaction that carry something else than they were shown with, and what the client
//! receives then.

use url::Url;

use super::authorize::walk;
use super::definition::{then, when};
use super::parameter::parameter;
use super::params::Client;
use super::redirected::what;
use super::scoped::{narrow_client, opened, resource};
use super::world::{StepResult, World};
use crate::driver::draft::s256;
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Odd};
use crate::driver::page::Decision;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::tampering::{How, TamperedForm, Tampering};
use crate::driver::{Change, Client as Role, Code, Unmet};
use crate::observe::{Mismatch, Observed, success};

/// A site that is nobody's here.
const ELSEWHERE: &str = "oauthspec.example";

/// A redirect URI that is nobody's here.
const FOREIGN: &str = "https://oauthspec.example/callback";

fn form_named(name: &str) -> TamperedForm {
    if name == "login" { TamperedForm::Login } else { TamperedForm::Consent }
}

/// A value that is not that of the request.
fn another(w: &mut World, name: &str) -> Result<String, Unmet> {
    Ok(match name {
        "redirect_uri" => FOREIGN.to_owned(),
        "client_id" => w.driver().client(&Role("other".to_owned()))?.id,
        "response_type" => "token".to_owned(),
        "code_challenge" => s256(NEVER_ISSUED),
        "code_challenge_method" => "plain".to_owned(),
        _ => NEVER_ISSUED.to_owned(),
    })
}

async fn tampered(
    w: &mut World,
    form: &str,
    (name, how): (&str, How),
    ask: Authorization<'_>,
) -> StepResult {
    let label = match &how {
        How::Set(_) => format!("the {form} form carries another {name}"),
        How::Drop => format!("the {form} form has lost its {name}"),
    };
    with_changes(w, form, (label, &[(name, how)]), ask).await
}

async fn with_changes(
    w: &mut World,
    form: &str,
    (label, changes): (String, &[(&str, How)]),
    ask: Authorization<'_>,
) -> StepResult {
    let change = |(name, how): &(&str, How)| {
        let name = (*name).to_owned();
        Tampering { form: form_named(form), name, how: how.clone() }
    };
    let tampering: Vec<Tampering> = changes.iter().map(change).collect();
    let odd = Odd { tampering: &tampering, ..Odd::default() };
    walk(w, Authorization { odd, ..ask }).await?;
    w.deviates(label);
    w.answers.keep("tampered", tampering.into_iter().map(|change| change.name).collect());
    let applied = w.answers.journey.as_ref().is_some_and(|journey| journey.tampered);
    let lacking = || Unmet::Lacking(format!("no {form} form was sent that has such a parameter"));
    w.need(applied.then_some(()).ok_or_else(lacking))
}

parameter!(String, "form", r"login|consent");

when!(
    "the user follows the client's authorization request, whose {form} form carries another {word}",
    carries_another(form, name).await
);
async fn carries_another(w: &mut World, form: String, name: String) -> StepResult {
    let value = another(w, &name);
    let value = w.need(value)?;
    let client = Role::default_role();
    tampered(w, &form, (&name, How::Set(value)), Authorization::of(&client)).await
}

when!(
    "the user follows the client's authorization request, whose {form} form carries another client and its redirect URI",
    carries_another_client(form).await
);
/// The two belong together, though not to what the user was asked about.
async fn carries_another_client(w: &mut World, form: String) -> StepResult {
    let other = w.driver().client(&Role("other".to_owned()));
    let other = w.need(other)?;
    let lacking = || Unmet::Lacking("the other client has no redirect URI".to_owned());
    let uri = w.need(other.redirect_uris.first().cloned().ok_or_else(lacking))?;
    let label = format!("the {form} form carries another client and its redirect URI");
    let changes = [("client_id", How::Set(other.id)), ("redirect_uri", How::Set(uri))];
    let client = Role::default_role();
    with_changes(w, &form, (label, &changes), Authorization::of(&client)).await
}

when!(
    "the user follows the client's authorization request, whose {form} form has lost its {word}",
    has_lost(form, name).await
);
async fn has_lost(w: &mut World, form: String, name: String) -> StepResult {
    let client = Role::default_role();
    tampered(w, &form, (&name, How::Drop), Authorization::of(&client)).await
}

/// Client and scope whose tokens do not open the scoped resource, and the scope that does.
pub(super) fn narrow(w: &mut World) -> Result<(Role, Option<String>, Option<String>), String> {
    let resource = resource(w)?;
    Ok((narrow_client(&resource), resource.narrow_scope, resource.scope))
}

when!(
    "the user agrees to less than the scoped resource takes, and the {form} form carries the scope for it",
    carries_scope(form).await
);
async fn carries_scope(w: &mut World, form: String) -> StepResult {
    let (client, scope, wanted) = narrow(w)?;
    let lacking = || Unmet::Lacking("the profile has no `scoped_resource.scope`".to_owned());
    let wanted = w.need(wanted.ok_or_else(lacking))?;
    let ask = Authorization { scope: scope.as_deref(), ..Authorization::of(&client) };
    tampered(w, &form, ("scope", How::Set(wanted)), ask).await
}

when!(
    "the user agrees to less than the scoped resource takes, and the {form} form has lost its scope",
    lost_scope(form).await
);
async fn lost_scope(w: &mut World, form: String) -> StepResult {
    let (client, scope, _) = narrow(w)?;
    let ask = Authorization { scope: scope.as_deref(), ..Authorization::of(&client) };
    tampered(w, &form, ("scope", How::Drop), ask).await
}

when!(
    "the user mistypes the password at {client}'s authorization request, and then grants",
    mistypes_and_grants(client).await
);
async fn mistypes_and_grants(w: &mut World, client: Client) -> StepResult {
    mistypes(w, &client.0, Decision::Grant).await
}

when!(
    "the user mistypes the password at {client}'s authorization request, and then denies",
    mistypes_and_denies(client).await
);
async fn mistypes_and_denies(w: &mut World, client: Client) -> StepResult {
    mistypes(w, &client.0, Decision::Deny).await
}

async fn mistypes(w: &mut World, client: &Role, decision: Decision) -> StepResult {
    let mistyped = format!("wrong-{}", w.driver().fresh(12));
    let odd = Odd { mistyped: Some(&mistyped), ..Odd::default() };
    let ask = Authorization { decision, odd, ..Authorization::of(client) };
    w.deviates("a wrong password first".to_owned());
    walk(w, ask).await?;
    let text = match w.journey()?.logins {
        0 => "the user types no password",
        1 => "the user is not asked again after a wrong password",
        _ => return Ok(()),
    };
    let what = what(w)?;
    w.not_broken(&what)?;
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

parameter!(
    String,
    "site",
    r"another site|another site without its scheme|another site behind a backslash"
);

when!(
    "the user follows the client's authorization request, and the URL of the login page names {site}",
    led_astray(site).await
);
/// What a link to the login page says that somebody else has written.
async fn led_astray(w: &mut World, site: String) -> StepResult {
    if !w.driver().site.profile.login.steps.is_empty() {
        let text = "requests of the profile take the place of the login page's script";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let to = match site.as_str() {
        "another site" => format!("https://{ELSEWHERE}/"),
        "another site without its scheme" => format!("//{ELSEWHERE}/"),
        _ => format!("/\\{ELSEWHERE}/"),
    };
    let client = Role::default_role();
    let odd = Odd { astray: Some(&to), ..Odd::default() };
    walk(w, Authorization { odd, ..Authorization::of(&client) }).await?;
    w.deviates(format!("the URL of the login page names {site} to go on to"));
    let applied = w.answers.journey.as_ref().is_some_and(|journey| journey.tampered);
    let lacking = || Unmet::Lacking("no URL of a login page names where to go on".to_owned());
    w.need(applied.then_some(()).ok_or_else(lacking))
}

when!(
    "the user follows the client's authorization request, and another redirect URI stands wherever the server passes it along",
    passed_along().await
);
/// In whatever encoding: a value that the server has signed is refused.
async fn passed_along(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let known = w.driver().client(&client);
    let lacking = || Unmet::Lacking("the client has no redirect URI".to_owned());
    let own = w.need(known)?.redirect_uris.first().cloned();
    let own = w.need(own.ok_or_else(lacking))?;
    // As long as the other, where that can be: then it fits into any encoding.
    let fill = own.len().saturating_sub(FOREIGN.len());
    let foreign = format!("{FOREIGN}{}", "x".repeat(fill));
    let odd = Odd { passed_along: Some((&own, &foreign)), ..Odd::default() };
    walk(w, Authorization { odd, ..Authorization::of(&client) }).await?;
    w.deviates("another redirect URI in what the server passes along in the browser");
    w.answers.keep("tampered", vec!["redirect_uri".to_owned()]);
    let applied = w.answers.journey.as_ref().is_some_and(|journey| journey.tampered);
    let lacking = || {
        let text = "the redirect URI stands in no address or form between the request and its end";
        Unmet::Lacking(text.to_owned())
    };
    w.need(applied.then_some(()).ok_or_else(lacking))
}

then!("the browser is led to no other site", led_nowhere());
fn led_nowhere(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let expected = "no redirect to a site that the URL of the login page names";
    if let End::Redirected(redirected) = &journey.end
        && leads_elsewhere(&redirected.text())
    {
        let actual = format!("a redirect to {}", redirected.text());
        return w.judge(Err(Mismatch::new(expected, actual)));
    }
    let what = what(w)?;
    w.judge_what(&what, expected, |_| true)
}

/// Whether a browser is sent there, as it reads the text.
fn leads_elsewhere(location: &str) -> bool {
    let there = Url::parse("https://server.example/").and_then(|base| base.join(location));
    there.is_ok_and(|url| url.host_str() == Some(ELSEWHERE))
}

then!("the client receives what it asked for, or nothing", as_asked().await);
/// Everything that the code is bound to is that of the request, and so is the state. A code that the client
/// cannot redeem is nothing, too, though not as it should be; unless it may be good for another client.
async fn as_asked(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what != Observed::Code {
        return refusal(w, &what);
    }
    let what = redeems(w).await?;
    let expected = "a code that the client can redeem as it asked";
    let of_another = w.answers.collected("tampered").iter().any(|name| name == "client_id");
    let refused = what.is_refusal() && !matches!(what, Observed::Status(200..=299, _));
    if refused {
        w.mark_judged();
        if of_another && other_redeems(w).await {
            w.mark_judged();
            return w.judge(Err(Mismatch::new(expected, "a code that another client redeems")));
        }
        w.assessment.evidence.refusal();
        return w.tolerate(&Mismatch::new(expected, what.describe()));
    }
    w.judge_what(&what, expected, |what| *what == Observed::Tokens)
}

/// Whether the code that came by a tampered form is one of the client that the form named.
async fn other_redeems(w: &mut World) -> bool {
    let other = Role("other".to_owned());
    let Ok(code) = kept_code(w).await else { return false };
    let driver = w.driver();
    match driver.redemption(&other, &Code { client: other.clone(), ..code }) {
        Ok(draft) => driver.obtain(&other, &draft).await.is_ok(),
        Err(_) => false,
    }
}

/// A refusal, to whomever it is told.
fn refusal(w: &mut World, what: &Observed) -> StepResult {
    w.judge_what(what, "what was asked for, or a refusal", |what| {
        matches!(
            what,
            Observed::Redirect(_)
                | Observed::Page { .. }
                | Observed::Asked(_)
                | Observed::Status(400..=499, _)
        )
    })
}

/// The code, unless it comes with another state. That a state comes is the matter of other rules.
async fn kept_code(w: &mut World) -> Result<Code, String> {
    let journey = w.journey()?;
    if let End::Redirected(redirected) = &journey.end {
        let params = redirected.params().unwrap_or_default();
        let other = params.all("state").any(|state| Some(state) != journey.state.as_deref());
        if other {
            let expected = "the state of the authorization request";
            w.judge(Err(Mismatch::new(expected, "a code with another state")))?;
        }
    }
    let code = w.driver().code_of(&journey);
    w.left(code, "a code")
}

/// Redeems a code that came by a tampered form, whatever comes of it.
async fn redeems(w: &mut World) -> Result<Observed, String> {
    let code = kept_code(w).await?;
    let client = code.client.clone();
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    w.submit_for_tokens(&client, draft, &[]).await?;
    Ok(w.answer()?.what)
}

then!("the code, if one comes, needs its code verifier", needs_verifier().await);
async fn needs_verifier(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what != Observed::Code {
        return refusal(w, &what);
    }
    let code = kept_code(w).await?;
    let lacking = || Unmet::Lacking("the client sends no code challenge (`pkce`)".to_owned());
    w.need(code.verifier.as_ref().map(|_| ()).ok_or_else(lacking))?;
    let draft = w.driver().redemption(&code.client.clone(), &code);
    let draft = w.need(draft)?;
    let bare = w.changed(draft, &[Change::Without("code_verifier".to_owned())])?;
    let what = Observed::of_token(&w.submit(&bare).await?);
    w.judge_what(&what, "a code that needs its code verifier", |what| {
        matches!(what, Observed::Error { .. } | Observed::Status(400..=499, _))
    })
}

then!("its code, if one comes, brings no tokens", brings_none().await);
async fn brings_none(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what != Observed::Code {
        return refusal(w, &what);
    }
    let what = redeems(w).await?;
    w.judge_what(&what, "a refusal of the code", Observed::is_refusal)
}

then!("its tokens, if it gets any, have no scope that was not asked for", not_widened().await);
async fn not_widened(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what != Observed::Code {
        return refusal(w, &what);
    }
    let what = redeems(w).await?;
    if what.is_refusal() {
        return refusal(w, &what);
    }
    w.judge_what(&what, "tokens for what was asked for", |what| *what == Observed::Tokens)?;
    let scope = success::scope(&w.response()?).unwrap_or_default();
    let added = scope.iter().any(|word| word == NEVER_ISSUED);
    w.judge(if added {
        Err(Mismatch::new("the scope that was asked for", "that of the form as well"))
    } else {
        Ok(())
    })
}

then!("its tokens, if it gets any, do not open the scoped resource", not_opened().await);
async fn not_opened(w: &mut World) -> StepResult {
    let what = what(w)?;
    if what != Observed::Code {
        return refusal(w, &what);
    }
    let code = kept_code(w).await?;
    let client = code.client.clone();
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    let what = opened(w, &pair.access).await?;
    w.judge_what(&what, "a refusal", Observed::is_refusal_of_call)
}
