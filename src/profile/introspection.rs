//! Who introspects tokens, and where (RFC 7662).

use super::server::{Client, Profile, Resource};

/// The role of who introspects tokens by `introspection_credentials`.
pub const RESOURCE_SERVER: &str = "resource-server";

impl Profile {
    /// Role of the client that introspects access tokens, where no resource is called with them.
    pub fn introspecting(&self) -> Option<&str> {
        let role = self.resource.as_ref()?.introspected_by.as_deref();
        role.map(|role| self.resource_server().unwrap_or(role))
    }

    /// The role that stands for the credentials by which a protected resource introspects tokens, where there are any.
    fn resource_server(&self) -> Option<&'static str> {
        self.introspection_credentials.as_ref().map(|_| RESOURCE_SERVER)
    }

    /// The introspection endpoint: its own key's, or the resource that stands for one.
    pub fn introspection(&self) -> Option<&str> {
        let endpoint = self.endpoints.introspection.as_deref();
        let stands = self.resource.as_ref().filter(|it| it.introspected_by.is_some());
        endpoint.or(stands.map(|resource| resource.url.as_str()))
    }

    /// Role of the client that may introspect tokens, where the profile says so.
    pub fn introspector(&self) -> Option<&str> {
        let own = self.resource_server().or(self.introspection_client.as_deref());
        own.or_else(|| self.introspecting())
    }

    /// Role of the client that introspection is tried with: the one that may, or else the default one.
    pub fn introspecting_client(&self) -> &str {
        self.introspector().unwrap_or("default")
    }

    /// Whether the client of this role proves who it is, as whoever introspects has to (RFC 7662 §2.1).
    pub fn can_authenticate(&self, role: &str) -> bool {
        self.client(role).is_some_and(Client::has_credentials)
    }

    /// Leaves out an introspection endpoint that the suite took from the metadata in place of a resource, where the
    /// client that would ask cannot authenticate. Whether it was left out.
    pub fn leave_introspection(&mut self) -> bool {
        let role = self.resource.as_ref().and_then(|resource| resource.introspected_by.clone());
        let Some(role) = role.filter(|role| !self.can_authenticate(role)) else { return false };
        self.resource = None;
        self.unserved = Some(format!(
            "the metadata name no resource but the introspection endpoint, and the client of role `{role}` has no \
             credentials to introspect with; name a resource that access tokens open (`resource`)"
        ));
        true
    }

    /// The profile without the resource that the suite took from the metadata: nobody named it, and it is not served,
    /// for this reason. Who may introspect stays known.
    pub fn without_resource(&mut self, why: &str) {
        let Some(Resource { url, introspected_by, .. }) = self.resource.take() else { return };
        let what = match &introspected_by {
            Some(_) => "introspection endpoint of the metadata does not know a new access token",
            None => "resource of the metadata is not served to a new access token",
        };
        self.unserved = Some(format!(
            "the {what} ({url}: {why}); name a resource that access tokens open (`resource`)"
        ));
        let may = introspected_by.filter(|role| self.can_authenticate(role));
        self.introspection_client = self.introspection_client.take().or(may);
    }
}
