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
        let says = "the resource is called as a server of the Model Context Protocol";
        match self.serves_as_mcp(sketch, &own, found, cohort).await {
            Some((next, again)) => {
                self.remarks.push(called(&next, says));
                *sketch = next;
                again
            }
            None => tried,
        }
    }

    /// The same as [`Self::serves`], of a resource that is called as a server of the Model Context Protocol: in the
    /// first way in which a call is refused without a token and answered with one.
    async fn serves_as_mcp(
        &mut self,
        sketch: &Sketch,
        own: &Resource,
        found: Option<&Found>,
        cohort: &Cohort,
    ) -> Option<(Sketch, Tried)> {
        let url = Url::parse(&own.url).ok()?;
        for way in mcp::guarded(&*self.transport, &url).await.ways {
            let resource = Resource {
                mcp: Some(way.revision.to_owned()),
                mcp_method: way.method.map(str::to_owned),
                ..own.clone()
            };
            let served = self.serves(sketch, resource, found, cohort).await;
            if let Some(served) = served.filter(|(_, tried)| !tried.is_call_error) {
                return Some(served);
            }
        }
        None
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
            let resource = Resource { url, ..Resource::default() };
            let says = format!("the resource {} of this server is called", resource.url);
            let fetched = self.serves(sketch, resource.clone(), Some(found), cohort).await;
            let served = match fetched {
                Some(served) => Some(served),
                None => self.serves_as_mcp(sketch, &resource, Some(found), cohort).await,
            };
            if let Some((next, again)) = served {
                *sketch = next;
                self.remarks.push(says);
                self.described(sketch, &found.server).await;
                return again;
            }
        }
        tried
    }

    /// Writes down by which member of the resource users are told apart, and what it shows for each: what is the same
    /// for all of them names none.
    pub(super) async fn name_users(
        &mut self,
        sketch: &mut Sketch,
        found: Option<&Found>,
        cohort: &Cohort,
        (pointer, value): (&str, &str),
    ) {
        let Some(resource) = &mut sketch.resource else { return };
        resource.identity = Some(pointer.to_owned());
        let mut shown = vec![("default", value.to_owned())];
        for role in sketch.users.iter().skip(1).map(|user| user.role).collect::<Vec<_>>() {
            let tried = self.attempt(sketch, found, cohort, role).await;
            shown.extend(tried.identity.map(|(_, value)| (role, value)));
        }
        let member = pointer.trim_start_matches('/');
        if shown.len() > 1 && shown.iter().all(|(_, other)| other == value) {
            if let Some(resource) = &mut sketch.resource {
                resource.identity = None;
            }
            self.remarks
                .push(format!("the member {member} of the resource is the same for every user"));
            return;
        }
        self.remarks.push(format!("the user is named by the member {member} of the resource"));
        for (role, value) in shown {
            let users = sketch.users.iter_mut().filter(|it| it.role == role && it.login != value);
            users.for_each(|user| user.identity = Some(value.clone()));
        }
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

/// This, with the method that is called, where it is not the one with which clients begin.
fn called(sketch: &Sketch, says: &str) -> String {
    match sketch.resource.as_ref().and_then(|it| it.mcp_method.as_ref()) {
        Some(method) => format!("{says}, by {method}: whoever comes may begin without a token"),
        None => says.to_owned(),
    }
}
