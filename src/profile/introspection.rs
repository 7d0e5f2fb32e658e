//! Who introspects tokens, and where (RFC 7662).

use super::server::Profile;

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
}
