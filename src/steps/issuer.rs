//! The issuer that an authorization response names (RFC 9207).

use cucumber::{given, then};
use url::{Host, Url};

use super::params::Client;
use super::redirected::{came_back, returned};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::End;
use crate::driver::{Unmet, authorization};
use crate::observe::{Mismatch, Observed};

/// Where the issuer of a grant is kept.
pub(super) const ISSUER: &str = "issuer";

#[given(expr = "{client}'s unchanged authorization request yields a code and names the issuer")]
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

#[then("the redirect names the issuer")]
fn named(w: &mut World) -> StepResult {
    if !came_back(w)? {
        return Ok(());
    }
    let named = returned(w, "iss")?;
    w.judge(one_issuer(&named))
}

/// Where a grant named none, another rule says so.
#[then("the redirect names the same issuer")]
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
    let url = Url::parse(issuer).ok().filter(|_| !issuer.contains(['?', '#']));
    let good = url.is_some_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    });
    if good {
        return Ok(());
    }
    let expected = "an iss that is an https URL without query and fragment";
    Err(Mismatch::new(expected, format!("iss {issuer:?}")))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
