//! How a resource is called that nobody described.

use super::explore::Exploration;
use super::metadata::Found;
use super::register::Cohort;
use super::trial::{Reached, Tried};
use crate::driver::mcp;
use crate::profile::{Resource, Sketch};

/// The member of a resource's metadata that names its authorization servers.
const SERVERS: &str = "authorization_servers";

impl Exploration<'_> {
    /// A resource that says by whom it is protected, and is not fetched by GET, may be a server of the Model
    /// Context Protocol.
    pub(super) async fn call_as_mcp(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        tried: Tried,
    ) -> Tried {
        let own = sketch.resource.clone().filter(|it| it.introspected_by.is_none());
        let own = own.filter(|_| found.is_some_and(|found| found.resource.is_some()));
        let Some(own) = own.filter(|_| tried.reached == Reached::Tokens) else { return tried };
        let resource = Resource { mcp: Some(mcp::USUAL.to_owned()), ..own };
        let Some((next, again)) = self.serves(sketch, resource, found, cohort).await else {
            return tried;
        };
        *sketch = Sketch { documents: self.known.offers.documents(&[SERVERS]), ..next };
        self.remarks
            .push("the resource is called as a server of the Model Context Protocol".to_owned());
        again
    }

    /// The profile with this resource instead, and what came of it, where the resource is served.
    pub(super) async fn serves(
        &mut self,
        sketch: &Sketch,
        resource: Resource,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Option<(Sketch, Tried)> {
        let next = Sketch { resource: Some(resource), ..sketch.clone() };
        let again = self.attempt(&next, found, cohort, "default").await;
        (again.reached >= Reached::Resource).then_some((next, again))
    }
}
