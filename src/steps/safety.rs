//! What answers tell a browser that other sites could make use of: frames, scripts, what pages load, and
//! passwords that are posted twice.

use url::Url;

use super::answers::Answer;
use super::definition::{then, when};
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::authorization::leads_to;
use crate::driver::flow::Authorization;
use crate::driver::journey::End;
use crate::driver::page::Page;
use crate::driver::{Client as Role, Draft, Unmet, authorization};
use crate::observe::{Mismatch, Observed};
use crate::wire::{Headers, Origin, Response, has_failed};

/// The origin of a page that has nothing to do with the target.
const ELSEWHERE: &str = "https://oauthspec.example";

/// The page that the last journey came to.
fn page(w: &mut World) -> Result<(Response, Page), String> {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.judgeable(&what)?;
    if let End::Page { response, page } | End::Stopped { response, page } = journey.end {
        w.not_broken(&what)?;
        return Ok((response, page));
    }
    let text = format!("there was no page to look at, but {}", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

then!("no other site can show the page in a frame", not_framed());
fn not_framed(w: &mut World) -> StepResult {
    let (response, _) = page(w)?;
    if let Some(media) = response.media_type().filter(|media| !media.contains("html")) {
        let text =
            format!("what was answered is no page, but {media}: nobody acts on it in a frame");
        return w.need(Err(Unmet::Lacking(text)));
    }
    let result = if keeps_out_of_frames(&response.headers) {
        Ok(())
    } else {
        let expected = vec![
            "X-Frame-Options: DENY or SAMEORIGIN".to_owned(),
            "a Content-Security-Policy with frame-ancestors".to_owned(),
        ];
        Err(Mismatch::of(expected, "neither, or one that lets every site in".to_owned()))
    };
    w.judge(result)
}

/// Whether header fields keep other sites from framing a page: by `frame-ancestors`, or else by
/// `X-Frame-Options`, which it takes the place of (CSP 3 §6.4.2).
fn keeps_out_of_frames(headers: &Headers) -> bool {
    let policies = headers.all("content-security-policy").map(String::from_utf8_lossy);
    let policies: Vec<String> = policies.map(|policy| policy.to_ascii_lowercase()).collect();
    let mut directives = policies.iter().flat_map(|policy| policy.split([';', ',']));
    let ancestors = directives.find_map(|one| one.trim().strip_prefix("frame-ancestors"));
    if let Some(sources) = ancestors {
        let anybody = ["*", "http:", "https:", "http://*", "https://*"];
        return !sources.split_whitespace().any(|source| anybody.contains(&source));
    }
    let options = headers.all("x-frame-options").map(String::from_utf8_lossy);
    let mut options = options.map(|option| option.trim().to_ascii_lowercase());
    options.any(|option| matches!(option.as_str(), "deny" | "sameorigin"))
}

then!("the page loads nothing from other sites, and links to none", nothing_of_others());
fn nothing_of_others(w: &mut World) -> StepResult {
    let (_, page) = page(w)?;
    let origins = w.driver().site.origins.clone();
    let other = |url: &&Url| {
        matches!(url.scheme(), "http" | "https")
            && Origin::of(url).is_none_or(|origin| !origins.contains(&origin))
    };
    // The way back to the client may be a link: that is how some users deny.
    let client = w.driver().client(&Role::default_role());
    let registered = client.map(|client| client.redirect_uris).unwrap_or_default();
    let to_client = |url: &&Url| registered.iter().any(|uri| leads_to(url.as_str(), uri));
    let links = page.links.iter().map(|link| &link.url).filter(|url| !to_client(url));
    let found = page.loads.iter().chain(links).find(other);
    let result = found.map_or(Ok(()), |url| {
        let host = url.host_str().unwrap_or_default();
        Err(Mismatch::new("nothing of other sites", format!("something of {host}")))
    });
    w.judge(result)
}

/// Requests the authorization endpoint as a script of another site would.
async fn by_script(w: &mut World, client: &Client, method: &str) -> StepResult {
    let draft = w.driver().authorization(&Authorization::of(&client.0));
    let mut draft: Draft = w.need(draft)?;
    draft.method = method.to_owned();
    draft.headers.push("Origin", ELSEWHERE);
    if method == "OPTIONS" {
        draft.headers.push("Access-Control-Request-Method", "GET");
    }
    let sent = w.submit(&draft).await?;
    w.deviates("a script of another site sends the request".to_owned());
    w.answers.last = Some(Answer { what: Observed::of_token(&sent), draft, sent });
    Ok(())
}

when!("a script of another site sends {client}'s authorization request", script_asks(client).await);
async fn script_asks(w: &mut World, client: Client) -> StepResult {
    by_script(w, &client, "GET").await
}

when!(
    "a script of another site asks whether it may send {client}'s authorization request",
    script_asks_first(client).await
);
async fn script_asks_first(w: &mut World, client: Client) -> StepResult {
    by_script(w, &client, "OPTIONS").await
}

then!("no other site may read the answer", unreadable());
fn unreadable(w: &mut World) -> StepResult {
    let response = match w.answer()?.sent {
        Ok(response) if !has_failed(response.status) => response,
        Ok(response) => return w.inconclusive(format!("the target answered {}", response.status)),
        Err(error) => return w.inconclusive(error.to_string()),
    };
    let allowed = response.headers.text("access-control-allow-origin");
    let result = allowed.map_or(Ok(()), |origin| {
        let expected = "no Access-Control-Allow-Origin";
        Err(Mismatch::new(expected, format!("Access-Control-Allow-Origin: {origin}")))
    });
    w.judge(result)
}

/// The statuses by which posted passwords were answered with a redirect.
fn redirects_of_passwords(w: &mut World) -> Result<Vec<u16>, String> {
    let driver = w.driver();
    let password = driver.user("default");
    let password = w.need(password)?.password.to_string();
    let encoded = crate::wire::form::encode(&[("p", password)].into_iter().collect());
    let sent = encoded.trim_start_matches("p=");
    let posted = w.driver().journal.exchanges().iter().filter(|exchange| {
        let request = &exchange.request;
        request.method == "POST" && String::from_utf8_lossy(&request.body).contains(sent)
    });
    let answers = posted.filter_map(|exchange| exchange.response.as_ref().ok());
    let statuses = answers.map(|response| response.status);
    let redirects: Vec<u16> = statuses.filter(|status| (300..400).contains(status)).collect();
    if redirects.is_empty() {
        let text = "no posted password was answered with a redirect".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    Ok(redirects)
}

then!("no redirect has the browser post the password again", not_posted_again());
fn not_posted_again(w: &mut World) -> StepResult {
    let statuses = redirects_of_passwords(w)?;
    let again = statuses.into_iter().find(|status| matches!(status, 307 | 308));
    let result = again.map_or(Ok(()), |status| {
        Err(Mismatch::new("a redirect that is followed by GET", format!("status {status}")))
    });
    w.judge(result)
}

then!("every redirect behind the password has status 303", see_other());
fn see_other(w: &mut World) -> StepResult {
    let statuses = redirects_of_passwords(w)?;
    let other = statuses.into_iter().find(|status| *status != 303);
    let result =
        other.map_or(Ok(()), |status| Err(Mismatch::new("status 303", format!("status {status}"))));
    w.judge(result)
}

then!("no access token comes with the redirect", no_token());
fn no_token(w: &mut World) -> StepResult {
    let what = super::redirected::what(w)?;
    w.judgeable(&what)?;
    let journey = w.journey()?;
    let text = match &journey.end {
        End::Redirected(redirected) => redirected.text(),
        _ => String::new(),
    };
    let result = if text.contains("access_token=") {
        Err(Mismatch::new("no access token", "a redirect with an access token").granted())
    } else {
        Ok(())
    };
    w.judge(result)?;
    w.assessment.evidence.refusal();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_out(name: &str, value: &str) -> bool {
        let mut headers = Headers::default();
        headers.push(name, value);
        keeps_out_of_frames(&headers)
    }

    #[test]
    fn frames_are_kept_out_by_either_field() {
        for (name, value) in [
            ("X-Frame-Options", "DENY"),
            ("x-frame-options", " sameorigin"),
            ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
            ("Content-Security-Policy", "frame-ancestors https://partner.example"),
        ] {
            assert!(kept_out(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("X-Frame-Options", "ALLOWALL"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Content-Security-Policy", "frame-ancestors *"),
            ("Referrer-Policy", "no-referrer"),
        ] {
            assert!(!kept_out(name, value), "{name}: {value}");
        }
    }
}
