//! What the user sees on pages, hooks on the target, and TLS.

use url::Url;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Redirected};
use crate::driver::navigation::as_page;
use crate::driver::page::Page;
use crate::driver::{Client, Draft, Unmet, authorization};
use crate::observe::observed::excerpt;
use crate::observe::{Mismatch, Missing, Observed};
use crate::verdict::Role;
use crate::wire::transport::Sent;
use crate::wire::{TransportError, has_failed};

then!("the page shows the error code {string}", shows_code(code));
fn shows_code(w: &mut World, code: String) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.judge_what(
        &what,
        &format!("a page that shows {code}"),
        |what| matches!(what, Observed::Page { text, .. } if text.contains(&code)),
    )
}

then!("the page contains no markup from the request", escaped());
fn escaped(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.readable(&what)?;
    let page = match &journey.end {
        End::Page { page, .. } | End::Stopped { page, .. } => Some(page.clone()),
        // A page that sends the browser to the client by itself is one, too.
        End::Redirected(Redirected { status: 200, response, location }) => {
            let to = Url::parse(&String::from_utf8_lossy(location)).ok();
            to.map(|to| Page::read(response, &to))
        }
        _ => None,
    };
    let Some(page) = page else {
        let text = format!("there was no page to look at, but {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    };
    let result = if page.holds_our_markup {
        Err(Mismatch::new("the request's markup is escaped", excerpt(&page.text)))
    } else {
        Ok(())
    };
    w.judge(result)
}

then!("the error page has status 400", status_400());
fn status_400(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.readable(&what)?;
    let Observed::Page { status, .. } = what else {
        let text = format!("there was no error page, but {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    };
    w.judge(match status {
        400 => Ok(()),
        _ => Err(Mismatch::new("a page with status 400", format!("status {status}"))),
    })
}

async fn hook(w: &mut World, name: &str, on: bool) -> StepResult {
    w.assessment.is_provoked |= on;
    w.pull(name, on).await
}

given!("the user's device is not authorized", block_device().await);
async fn block_device(w: &mut World) -> StepResult {
    hook(w, "block_device", true).await
}

then!(
    "once the device is authorized again, an unchanged request yields a code",
    unblock_device().await
);
async fn unblock_device(w: &mut World) -> StepResult {
    hook(w, "block_device", false).await?;
    w.obtain_code(&Client::default_role()).await.map(drop)
}

given!("the user's device sends too many requests", rate_limit().await);
async fn rate_limit(w: &mut World) -> StepResult {
    hook(w, "rate_limit", true).await
}

then!(
    "once the device may send requests again, an unchanged request yields a code",
    rate_free().await
);
async fn rate_free(w: &mut World) -> StepResult {
    hook(w, "rate_limit", false).await?;
    w.obtain_code(&Client::default_role()).await.map(drop)
}

given!("the server fails internally", fail().await);
async fn fail(w: &mut World) -> StepResult {
    hook(w, "fail", true).await
}

then!("once the server has recovered, an unchanged request yields a code", well().await);
async fn well(w: &mut World) -> StepResult {
    hook(w, "fail", false).await?;
    w.obtain_code(&Client::default_role()).await.map(drop)
}

fn tls_drafts(w: &mut World, named: &str) -> Result<(Draft, Draft), String> {
    let site = std::sync::Arc::clone(&w.driver().site);
    let token = named != "authorization";
    let endpoint = match named {
        "authorization" => site.authorization.as_ref(),
        "introspection" => site.introspection.as_ref(),
        "push" => site.pushed.as_ref(),
        "device-authorization" => site.device_authorization.as_ref(),
        _ => Some(&site.token),
    };
    let absent = || Unmet::Lacking(format!("the profile defines no {named} endpoint"));
    let endpoint = w.need(endpoint.ok_or_else(absent))?;
    let lacking = || Unmet::Lacking("the profile defines no TLS listener".to_owned());
    let over = w.need(site.over_tls(endpoint).ok_or_else(lacking))?;
    let plain = w.need(site.without_tls(endpoint).ok_or_else(lacking))?;
    if !token {
        let client = Client::default_role();
        let ordinary = w.driver().authorization(&Authorization::of(&client));
        let ordinary = w.need(ordinary)?;
        let at = |url: Url| as_page(Draft { label: "request".to_owned(), url, ..ordinary.clone() });
        return Ok((at(over), at(plain)));
    }
    let draft = |url: &Url| {
        let mut draft = Draft::new("request", "POST", url);
        // Never a real secret: what is asked is whether anything at all is answered here.
        draft.encoding = crate::driver::draft::Encoding::Form;
        draft.form.push("grant_type", "authorization_code");
        let credential = if named == "introspection" { "token" } else { "code" };
        draft.form.push(credential, crate::driver::spoiling::NEVER_ISSUED);
        draft.form.push("client_id", "oauthspec-unregistered-client");
        draft.form.push("client_secret", "oauthspec-no-secret");
        draft
    };
    Ok((draft(&over), draft(&plain)))
}

given!("the {word} endpoint answers over TLS", over_tls(endpoint).await);
async fn over_tls(w: &mut World, endpoint: String) -> StepResult {
    let token = endpoint != "authorization";
    if !token && w.driver().pushes_alone().await {
        let text = "the server takes pushed requests alone: an ordinary one shows nothing over TLS";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let (draft, _) = tls_drafts(w, &endpoint)?;
    let sent = w.submit(&draft).await?;
    // Not any answer will do: what refuses everything would pass for a server that wants TLS.
    let useful = match (&sent, Observed::of_token(&sent)) {
        (Ok(_), Observed::Error { error, .. }) if token => error != "invalid_request",
        (Ok(response), _) if !token => (200..400).contains(&response.status),
        _ => false,
    };
    let what = Observed::of_token(&sent).describe();
    w.control_that(useful, || format!("over TLS the endpoint answered {what}"))
}

when!("the {word} endpoint is requested without TLS", without_tls(endpoint).await);
async fn without_tls(w: &mut World, endpoint: String) -> StepResult {
    let (_, draft) = tls_drafts(w, &endpoint)?;
    let sent = w.submit(&draft).await?;
    w.deviates("plain HTTP instead of TLS".to_owned());
    w.answers.last = Some(Answer { what: Observed::of_token(&sent), draft, sent });
    Ok(())
}

then!("the plain HTTP request is refused or upgraded", refused_or_upgraded());
fn refused_or_upgraded(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let expected = vec![
        "the connection is refused or closed".to_owned(),
        "status 4xx of the listener, before OAuth".to_owned(),
        "a redirect to https".to_owned(),
    ];
    let upgraded = |to: &str| leads_to_target(w, to);
    let result = match plain_outcome(&answer.sent, upgraded) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Mismatch::of(expected, answer.what.describe())),
        Err(text) => return w.inconclusive(text),
    };
    // A connection that is closed is an answer here.
    w.mark_last(Role::Judged);
    w.judge(result)?;
    w.assessment.evidence.refusal();
    Ok(())
}

/// Whether a redirect goes on to the target over TLS. To a client it would be an answer of OAuth.
fn leads_to_target(w: &World, to: &str) -> bool {
    let clients = w.driver.iter().flat_map(|driver| driver.site.profile.clients.values());
    let mut uris = clients.flat_map(|client| &client.redirect_uris);
    to.starts_with("https://") && !uris.any(|uri| authorization::leads_to(to, uri))
}

/// Whether a plain request was refused or upgraded; an error where nothing can be said.
fn plain_outcome(sent: &Sent, upgraded: impl Fn(&str) -> bool) -> Result<bool, String> {
    match sent {
        Err(
            TransportError::Unreachable(_)
            | TransportError::Closed(_)
            | TransportError::Dropped
            | TransportError::BadCertificate(_)
            | TransportError::NotHttp(_),
        ) => Ok(true),
        Err(error) => Err(error.to_string()),
        Ok(response) if response.is_throttled() || has_failed(response.status) => {
            Err(format!("the target answered {}", response.status))
        }
        Ok(response) if (300..400).contains(&response.status) => {
            Ok(response.headers.text("location").is_some_and(|to| upgraded(&to)))
        }
        // An OAuth error means that the endpoint itself has read the request.
        Ok(response) => Ok(response.status >= 400
            && Observed::of_token(sent) == Observed::Status(response.status, Missing::Code)),
    }
}
