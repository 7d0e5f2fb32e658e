//! Where users of a server sign in that leaves the login to an identity provider elsewhere.

use url::Url;

use super::explore::Exploration;
use super::register::Cohort;
use super::trial::{Reached, Tried};
use crate::profile::Sketch;
use crate::wire::Origin;

impl Exploration<'_> {
    /// The origin of the identity provider that the browser was sent to, if requests may go there.
    pub(super) fn provider(
        &self,
        sketch: &Sketch,
        cohort: &Cohort,
        tried: &Tried,
    ) -> Option<String> {
        if tried.reached != Reached::Nothing || sketch.users.iter().any(|it| it.sign_on.is_some()) {
            return None;
        }
        let response = tried.last.as_ref()?.response.as_ref().ok()?;
        let location = Url::parse(&response.headers.text("location")?).ok()?;
        let given = sketch.clients.iter().filter_map(|client| client.redirect_uri.clone());
        let clients = cohort.clients();
        let registered = clients.values().flat_map(|client| client.redirect_uris.clone());
        let path = |url: &Url| url[..url::Position::AfterPath].to_owned();
        let uris = given.chain(registered).filter_map(|uri| Url::parse(&uri).ok());
        let is_client = uris.into_iter().any(|uri| path(&uri) == path(&location));
        let origin = Origin::of(&location)?;
        let is_own = Url::parse(&sketch.base_url)
            .is_ok_and(|base| Origin::of(&base) == Some(origin.clone()));
        (!is_client && !is_own && self.known.permit.check(&location).is_ok())
            .then(|| origin.to_string())
    }
}
