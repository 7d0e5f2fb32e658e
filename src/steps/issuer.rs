//! The issuer that an authorization response names (RFC 9207).

use url::Url;

use super::definition::{given, then};
use super::implicit;
use super::params::Client;
use super::redirected::{came_back, returned, what};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::implicit::TokenRedirect;
use crate::driver::journey::End;
use crate::driver::{Unmet, authorization};
use crate::observe::{Mismatch, Observed};
use crate::wire::{Origin, Scheme};

/// Where the issuer of a grant is kept.
pub(super) const ISSUER: &str = "issuer";

given!(
    "{client}'s unchanged authorization request yields a code and names the issuer",
    granted(client).await
);
async fn granted(w: &mut World, client: Client) -> StepResult {
    let journey = w.driver().authorize(&Authorization::of(&client.0)).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    let params = match &journey.end {
        End::Redirected(redirected) if what == Observed::Code => redirected.params(),
        _ => None,
    };
    let text =
        || Unmet::Failed(format!("an ordinary request gave no code, but {}", what.describe()));
    let params = w.control(params.ok_or_else(text))?;
    let named = params.all("iss").map(str::to_owned).collect();
    w.answers.keep(ISSUER, named);
    Ok(())
}

given!("a client with the implicit grant has a token and the issuer", granted_token().await);
async fn granted_token(w: &mut World) -> StepResult {
    implicit::obtain(w).await?;
    let named = implicit::granted(w)?.all("iss").map(str::to_owned).collect();
    w.answers.keep(ISSUER, named);
    Ok(())
}

then!("the response with the token names the issuer in the fragment alone", beside_token());
fn beside_token(w: &mut World) -> StepResult {
    let response = implicit::granted(w)?;
    w.judge(in_fragment(&response))
}

then!("the response with the error names the same issuer in the fragment alone", beside_error());
fn beside_error(w: &mut World) -> StepResult {
    let response = implicit::refused(w)?;
    let same = same_again(w, response.fragment.first("iss"));
    w.judge(in_fragment(&response).and(same))
}

/// Parameters of a response that is in the fragment stand there (RFC 6749 §4.2.2).
fn in_fragment(response: &TokenRedirect) -> Result<(), Mismatch> {
    if response.query.first("iss").is_some() {
        return Err(Mismatch::new("iss in the fragment", "iss in the query"));
    }
    let named: Vec<String> = response.fragment.all("iss").map(str::to_owned).collect();
    one_issuer(&named)
}

/// Where a grant named none, another rule says so.
fn same_again(w: &World, named: Option<&str>) -> Result<(), Mismatch> {
    match w.answers.collected(ISSUER).first() {
        Some(issuer) if named != Some(issuer) => {
            Err(Mismatch::new(format!("iss {issuer:?}"), format!("iss {named:?}")))
        }
        _ => Ok(()),
    }
}

then!("the redirect names whichever issuer was promised", kept());
/// Which issuer it is, and in which form, is the matter of other rules.
fn kept(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let named = returned(w, "iss")?;
    w.judge(match named.is_empty() {
        false => Ok(()),
        true => Err(Mismatch::new("iss in the response", "none")),
    })
}

then!("the redirect names the issuer", named());
fn named(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let named = returned(w, "iss")?;
    w.judge(one_issuer(&named))
}

then!("the redirect with the error names the same issuer", error_names());
/// What comes with a code is the matter of another rule.
fn error_names(w: &mut World) -> StepResult {
    if what(w)? == Observed::Code {
        let text = "the request was granted: there is no error that could name the issuer";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    named_again(w)
}

then!("the redirect names the same issuer", named_again());
fn named_again(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let named = returned(w, "iss")?;
    let same = same_again(w, named.first().map(String::as_str));
    w.judge(one_issuer(&named).and(same))
}

/// An issuer is an https URL without query and fragment (RFC 9207 §2); on loopback plain HTTP is
/// permitted for tests.
pub(super) fn one_issuer(named: &[String]) -> Result<(), Mismatch> {
    let [issuer] = named else {
        return Err(Mismatch::new("one iss", format!("{} of them", named.len())));
    };
    if is_secure(issuer) && !issuer.contains(['?', '#']) {
        return Ok(());
    }
    let expected = "an iss that is an https URL without query and fragment";
    Err(Mismatch::new(expected, format!("iss {issuer:?}")))
}

/// Whether this is an https URL; on loopback plain HTTP is permitted for tests.
pub(super) fn is_secure(url: &str) -> bool {
    let origin = Url::parse(url).ok().and_then(|url| Origin::of(&url));
    origin.is_some_and(|origin| origin.scheme == Scheme::Https || origin.is_loopback())
}
