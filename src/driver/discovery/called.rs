//! How a resource is called that nobody described.

use url::Url;

use super::enrolled::DEFAULT;
use super::explore::Exploration;
use super::metadata::{Found, Metadata, is_same};
use super::offers::PUBLISHED;
use super::protected::of_resource;
use super::register::Cohort;
use super::trial::{Reached, Tried};
use crate::driver::mcp;
use crate::driver::navigation::page_request;
use crate::profile::{Resource, Sketch};

/// So many of the resources that a server lists are tried.
const MOST_LISTED: usize = 3;

/// The member of a resource's metadata that names its authorization servers.
const SERVERS: &str = "authorization_servers";

impl Exploration<'_> {
    /// A public client that was told of a token need not be the one that introspects: who does proves who it is
    /// (RFC 7662 §2.1).
    pub(super) fn leave_introspection(&mut self, sketch: &mut Sketch, cohort: &Cohort) {
        let asks = sketch.resource.as_ref().is_some_and(|it| it.introspected_by.is_some());
        let given = sketch.clients.iter().find(|client| client.role == DEFAULT);
        let proves = match given {
            Some(client) => client.secret.is_some(),
            None => cohort.clients().get(DEFAULT).is_some_and(|client| client.has_credentials()),
        };
        if asks && !proves {
            sketch.resource = None;
            let text = "no resource is named, and the default client has no credentials to introspect with";
            self.remarks.push(text.to_owned());
        }
    }

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
        *sketch = next;
        self.remarks
            .push("the resource is called as a server of the Model Context Protocol".to_owned());
        again
    }

    /// One of the resources that the server lists (RFC 9728 §4), where nobody named one: the first that is
    /// served.
    pub(super) async fn call_listed(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        tried: Tried,
    ) -> Tried {
        let known = sketch.resource.as_ref().is_some_and(|it| it.introspected_by.is_none());
        let Some(found) = found.filter(|_| !known && tried.reached >= Reached::Tokens) else {
            return tried;
        };
        let at =
            |url: &String| Url::parse(url).is_ok_and(|it| self.known.permit.check(&it).is_ok());
        let listed: Vec<String> =
            found.server.resources.iter().filter(|it| at(it)).cloned().collect();
        for url in listed.into_iter().take(MOST_LISTED) {
            if !self.asks_for_a_token(&url).await {
                continue;
            }
            let get = Resource { url, ..Resource::default() };
            let mcp = Resource { mcp: Some(mcp::USUAL.to_owned()), ..get.clone() };
            for resource in [get, mcp] {
                let says = format!("the resource {} of this server is called", resource.url);
                if let Some((next, again)) =
                    self.serves(sketch, resource, Some(found), cohort).await
                {
                    *sketch = next;
                    self.remarks.push(says);
                    self.described(sketch, &found.server).await;
                    return again;
                }
            }
        }
        tried
    }

    /// Documents about what resources publish, where this one publishes that the server issues its tokens.
    async fn described(&self, sketch: &mut Sketch, server: &Metadata) {
        let Some(resource) = sketch.resource.as_ref().filter(|it| it.mcp.is_none()) else { return };
        let Ok(url) = Url::parse(&resource.url) else { return };
        let found = of_resource(&*self.transport, &url, &self.known.permit, &mut Vec::new()).await;
        let Ok(Some(said)) = found else { return };
        if said.servers.iter().any(|it| is_same(it, &server.issuer)) {
            self.offer(sketch, &[PUBLISHED]);
        }
    }

    /// Whether a request without a token is refused for that: what everybody is shown is no resource that
    /// tokens could be tried at.
    async fn asks_for_a_token(&self, url: &str) -> bool {
        let request = Url::parse(url).ok().and_then(|url| page_request("GET", &url));
        let Some(request) = request else { return false };
        self.transport.send(&request).await.is_ok_and(|answer| answer.status == 401)
    }

    /// The profile with this resource instead, and what came of it, where the resource is served. A server of
    /// the Model Context Protocol is judged by what such a resource offers, too.
    pub(super) async fn serves(
        &mut self,
        sketch: &Sketch,
        resource: Resource,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Option<(Sketch, Tried)> {
        let speaks_mcp = resource.mcp.is_some();
        let mut next = Sketch { resource: Some(resource), ..sketch.clone() };
        let again = self.attempt(&next, found, cohort, "default").await;
        if speaks_mcp {
            next.documents = self.known.offers.documents(&[SERVERS]);
        }
        (again.reached >= Reached::Resource).then_some((next, again))
    }
}
