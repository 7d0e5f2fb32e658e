//! The clients of a server that is explored, where they register themselves.

use super::apply::{apply, registrar};
use super::casts::ENCODED;
use super::explore::{Exploration, ExploreError, Explored, staying};
use super::metadata::Found;
use super::register::{Cohort, Registrar};
use super::trial::{Reached, Tried};
use crate::profile::{ClientAuthentication, Profile, Sketch};
use crate::wire::Transport;

/// The role of the client that an ordinary flow is tried with.
pub(super) const DEFAULT: &str = "default";

/// The member of the metadata of servers that fetch a document about a client.
const BY_DOCUMENT: &str = "client_id_metadata_document_supported";
/// What such a server takes in place of a client that is registered.
const BY_URL: &str = "; or, since the metadata have `client_id_metadata_document_supported`, the URL of a \
                      document about a client (Client ID Metadata Documents) as ID, without a secret: \
                      --client https://client.example/client.json";

impl Explored {
    /// Deletes the clients that were registered, and remarks which stay.
    pub async fn dismiss(&mut self, transport: &dyn Transport) {
        if let Some((registrar, cohort)) = self.enrolled.take() {
            let stay = registrar.dismiss(transport, &cohort).await;
            self.remarks.extend(staying(&stay));
        }
    }
}

impl Exploration<'_> {
    /// The profile of a sketch, with what the metadata say and the clients that were registered.
    pub(super) fn profile(
        &self,
        sketch: &Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Result<Profile, String> {
        let mut profile = self.read(sketch)?;
        if let Some(found) = found {
            apply(&mut profile, &found.server);
        }
        profile.clients.adopt(cohort.clients(), cohort.lacking());
        Ok(profile)
    }

    /// The default client, registered where none are given: the others are registered once it gets codes.
    pub(super) async fn registered(
        &mut self,
        sketch: &Sketch,
        found: Option<&Found>,
    ) -> Result<(Option<Registrar>, Cohort), ExploreError> {
        if !sketch.clients.is_empty() {
            return Ok((None, Cohort::default()));
        }
        let give = "give a client that is registered: --client ID:SECRET and --redirect-uri URI";
        let mut profile = self.read(sketch).map_err(ExploreError::Lacking)?;
        let server = found.map(|found| &found.server);
        if let Some(server) = server {
            apply(&mut profile, server);
        }
        profile.registration_token.clone_from(&self.known.registration_token);
        let registrar = registrar(&profile, server, &self.known.permit).map_err(|_| {
            // Whoever can publish a document about a client needs no registration.
            let by_url = server.is_some_and(|server| server.offers.contains(BY_DOCUMENT));
            let by_url = if by_url { BY_URL } else { "" };
            let text = format!("clients cannot register themselves at this server; {give}{by_url}");
            ExploreError::Lacking(text)
        })?;
        let cohort = registrar.enrol(&*self.transport, &[DEFAULT]).await;
        if let Some(why) = cohort.refused.get(DEFAULT) {
            return Err(ExploreError::Lacking(format!(
                "no client could be registered: {why}; say what else the server wants of a client in \
                 `registration_metadata` of a profile, or {give}"
            )));
        }
        Ok((Some(registrar), cohort))
    }

    /// Registers the clients of the other roles, where the default one has shown that an ordinary flow gets anywhere: a
    /// server may limit how many there are, and who has to write more in a profile first needs them then.
    pub(super) async fn complete(
        &mut self,
        registrar: &Registrar,
        cohort: &mut Cohort,
        reached: Reached,
    ) {
        let others = self.known.roles.iter().map(String::as_str).filter(|role| *role != DEFAULT);
        let others: Vec<&str> = others.collect();
        if reached == Reached::Nothing {
            cohort.leave_untried(&others);
            return;
        }
        let more = registrar.enrol(&*self.transport, &others).await;
        self.remarks.extend(more.remarks(&others));
        cohort.extend(more);
    }

    /// Where clients that registered themselves get codes and no tokens, others that authenticate in
    /// another way may get some.
    pub(super) async fn otherwise(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        (registrar, cohort): (&mut Registrar, &mut Cohort),
        tried: Tried,
    ) -> Tried {
        let Some((now, then, other)) = registrar.otherwise() else { return tried };
        let roles: Vec<&str> = cohort.registered.keys().map(String::as_str).collect();
        let mut others = other.enrol(&*self.transport, &[DEFAULT]).await;
        if others.registered.is_empty() {
            return tried;
        }
        let mut next = sketch.clone();
        let again = self.best(&mut next, found, &others).await;
        let is_better = again.reached > tried.reached;
        let (gone, by) = if is_better {
            let further: Vec<&str> = roles.into_iter().filter(|role| *role != DEFAULT).collect();
            let more = other.enrol(&*self.transport, &further).await;
            others.extend(more);
            self.remarks.push(format!(
                "a client that registers for {now} gets no tokens ({}); those of this run \
                 register for {then}",
                tried.why
            ));
            // Rules about HTTP Basic keep the client that is registered for it.
            others.registered.extend(cohort.registered.remove_entry(ENCODED));
            *sketch = Sketch { client_authentication: ClientAuthentication::of_name(then), ..next };
            (std::mem::replace(cohort, others), std::mem::replace(registrar, other))
        } else {
            (others, other)
        };
        self.remarks.extend(staying(&by.dismiss(&*self.transport, &gone).await));
        if is_better { again } else { tried }
    }
}
