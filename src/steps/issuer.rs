//! The issuer that an authorization response names (RFC 9207).

use url::Url;

use super::definition::{given, then};
use super::params::Client;
use super::redirected::{came_back, returned};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
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

then!("the redirect names the same issuer", named_again());
/// Where a grant named none, another rule says so.
fn named_again(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let named = returned(w, "iss")?;
    let before = w.answers.collected(ISSUER);
    let same = match before.first() {
        Some(issuer) if named.first() != Some(issuer) => {
            Err(Mismatch::new(format!("iss {issuer:?}"), format!("iss {named:?}")))
        }
        _ => Ok(()),
    };
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
