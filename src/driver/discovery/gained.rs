//! What a server offers a client that is given, found out by one request each: grants beside codes that the
//! metadata name, and a proof key of which they say nothing.

use std::sync::Arc;

use super::enrolled::DEFAULT;
use super::explore::Exploration;
use super::metadata::{Found, Metadata};
use super::register::Cohort;
use super::trial::{Reached, Tried};
use crate::driver::flow::Authorization;
use crate::driver::proof::Proof;
use crate::driver::time::Slot;
use crate::driver::{Client, Code, Driver, Site, Unmet};
use crate::observe::Observed;
use crate::profile::{Pkce, Profile, Sketch};
use crate::wire::Secret;

/// The member of metadata that offers a proof key.
const CHALLENGES: &str = "code_challenge_methods_supported";

/// The grants that these metadata name beside codes, as far as a client and its user can try them.
fn named(server: &Metadata, has_secret: bool, has_password: bool) -> Vec<&'static str> {
    let is_granted = |grant: &str| server.grants.iter().any(|it| it == grant);
    let responds = |kind: &str| server.responses.iter().any(|it| it == kind);
    let each = [
        ("implicit", responds("token")),
        ("client_credentials", is_granted("client_credentials") && has_secret),
        ("password", is_granted("password") && has_password),
    ];
    each.into_iter().filter(|(_, is_named)| *is_named).map(|(grant, _)| grant).collect()
}

impl Exploration<'_> {
    /// Adds to a sketch whose ordinary flow works what else its default client turns out to have.
    pub(super) async fn gain(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        tried: &Tried,
    ) {
        let has_codes = sketch.direct.is_empty() && tried.reached >= Reached::Tokens;
        if sketch.clients.is_empty() || !has_codes {
            return;
        }
        if let Some(found) = found {
            self.gain_grants(sketch, found, cohort).await;
        }
        let is_silent = found.is_none_or(|found| found.server.challenges.is_empty());
        if is_silent && self.known.documents.is_empty() {
            self.gain_proof_key(sketch, found, cohort).await;
        }
    }

    /// A driver for the flows of a sketch.
    fn driver(
        &self,
        sketch: &Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Option<(Driver, Arc<Profile>)> {
        let profile = Arc::new(self.profile(sketch, found, cohort).ok()?);
        let site = Site::new(Arc::clone(&profile), Arc::clone(&self.transport), None).ok()?;
        Some((Driver::unseeded(&Arc::new(site), Slot::own()), profile))
    }

    async fn gain_grants(&mut self, sketch: &mut Sketch, found: &Found, cohort: &Cohort) {
        let Some((mut driver, profile)) = self.driver(sketch, Some(found), cohort) else { return };
        let client = Client::default_role();
        let has_secret = profile.clients.get(DEFAULT).is_some_and(|it| it.secret.is_some());
        let has_password = profile.user(DEFAULT).is_some_and(|it| !it.password.is_empty());
        for grant in named(&found.server, has_secret, has_password) {
            if gets_tokens(&mut driver, &client, grant).await.is_ok() {
                sketch.gained.push(grant);
                self.remarks.push(format!(
                    "the client has the grant {grant}, too: a request by it got tokens"
                ));
            }
        }
        self.secrets.extend(&driver.journal.take().1);
    }

    /// A server that compares verifiers keeps to RFC 7636, whether or not it says so.
    async fn gain_proof_key(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
    ) {
        let Some((mut driver, _)) = self.driver(sketch, found, cohort) else { return };
        if compares_verifiers(&mut driver).await.unwrap_or(false) && !self.is_fixed(sketch) {
            sketch.pkce = Some(Pkce::S256);
            self.offer(sketch, &[CHALLENGES]);
            let text = "no metadata name a code challenge method, and a code is redeemed with the \
                        verifier of its challenge alone";
            self.remarks.push(text.to_owned());
        }
        self.secrets.extend(&driver.journal.take().1);
    }
}

/// One request by this grant.
async fn gets_tokens(driver: &mut Driver, client: &Client, grant: &str) -> Result<(), Unmet> {
    if grant == "implicit" {
        return driver.obtain_by_redirect(client).await.map(drop);
    }
    let draft = driver.grant_of(client, grant)?;
    driver.obtain(client, &draft).await.map(drop)
}

/// Whether a code that was asked for with a challenge is redeemed with the right verifier, and not with another.
async fn compares_verifiers(driver: &mut Driver) -> Result<bool, Unmet> {
    let client = Client::default_role();
    let code = challenged(driver, &client).await?;
    let draft = driver.redemption(&client, &code)?;
    driver.obtain(&client, &draft).await?;
    let other = Some(Secret::from(driver.fresh(64)));
    let code = Code { verifier: other, ..challenged(driver, &client).await? };
    let draft = driver.redemption(&client, &code)?;
    let sent = driver.submit(&draft).await?;
    Ok(matches!(Observed::of_token(&sent), Observed::Error { .. }))
}

/// A code that was asked for with a challenge.
async fn challenged(driver: &mut Driver, client: &Client) -> Result<Code, Unmet> {
    let proof = Proof::s256(&driver.fresh(64));
    driver.obtain_code(&Authorization { proof: Some(&proof), ..Authorization::of(client) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_and_can_be_asked_for_is_tried() {
        let all = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let server = Metadata {
            responses: all(&["code", "token"]),
            grants: all(&["authorization_code", "password", "client_credentials"]),
            ..Metadata::default()
        };
        assert_eq!(named(&server, true, true), ["implicit", "client_credentials", "password"]);
        assert_eq!(named(&server, false, false), ["implicit"]);
        let of_openid = Metadata { responses: all(&["code", "id_token token"]), ..server };
        assert!(named(&of_openid, false, false).is_empty());
    }
}
