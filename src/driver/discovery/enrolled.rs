//! The clients of a server that is explored, where they register themselves.

use super::apply::{apply, registrar};
use super::casts::ENCODED;
use super::explore::{Exploration, ExploreError, Explored, staying};
use super::metadata::Found;
use super::register::{Cohort, Registrar};
use super::trial::Tried;
use crate::profile::{ClientAuthentication, Sketch};
use crate::wire::Transport;

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
    /// The clients that rules need, registered where none are given.
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
            let text = format!("clients cannot register themselves at this server; {give}");
            ExploreError::Lacking(text)
        })?;
        let roles: Vec<&str> = self.known.roles.iter().map(String::as_str).collect();
        let cohort = registrar.enrol(&*self.transport, &roles).await;
        self.remarks.extend(cohort.remarks(&roles));
        if let Some(why) = cohort.refused.get("default") {
            return Err(ExploreError::Lacking(format!(
                "no client could be registered: {why}; say what else the server wants of a client in \
                 `registration_metadata` of a profile, or {give}"
            )));
        }
        Ok((Some(registrar), cohort))
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
        let mut others = other.enrol(&*self.transport, &["default"]).await;
        if others.registered.is_empty() {
            return tried;
        }
        let mut next = sketch.clone();
        let again = self.best(&mut next, found, &others).await;
        let is_better = again.reached > tried.reached;
        let (gone, by) = if is_better {
            let further: Vec<&str> = roles.into_iter().filter(|role| *role != "default").collect();
            let more = other.enrol(&*self.transport, &further).await;
            others.registered.extend(more.registered);
            others.refused.extend(more.refused);
            others.left_out.extend(more.left_out);
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
