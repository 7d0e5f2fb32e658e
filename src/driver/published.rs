//! Where a server publishes what it says of itself (RFC 8414 §3; OpenID Connect Discovery §4).

use url::Url;

use super::flow::Driver;
use super::{Draft, Unmet};
use crate::wire::Origin;

/// Well-known location by RFC 8414 §3.
pub(super) const SERVER: &str = "/.well-known/oauth-authorization-server";
/// Well-known location of the metadata of a resource, by RFC 9728 §3.
const RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// Well-known location by OpenID Connect.
const OPENID: &str = "/.well-known/openid-configuration";

/// The paths at which the metadata of an issuer with this path may be, in the order in which they are
/// asked: RFC 8414 §3.1 and OpenID Connect put the well-known part in front of the path, OpenID Connect
/// behind it, too.
pub(super) fn locations(path: &str) -> Vec<String> {
    let mut locations = vec![format!("{SERVER}{path}"), format!("{OPENID}{path}")];
    if !path.is_empty() {
        locations.push(format!("{path}{OPENID}"));
    }
    locations
}

impl Driver {
    /// The issuer of the target: the profile's, or its base URL without a final slash.
    pub fn issuer(&self) -> String {
        let profile = &self.site.profile;
        let base = || profile.base_url.trim_end_matches('/').to_owned();
        profile.issuer.clone().unwrap_or_else(base)
    }

    /// Requests for the metadata of the target's issuer, at each location that they may have, that of
    /// RFC 8414 first. They go to the host of the profile's base URL.
    ///
    /// # Errors
    /// Where the issuer is no URL.
    pub fn metadata_requests(&self) -> Result<Vec<Draft>, Unmet> {
        let issuer = Url::parse(&self.issuer());
        let issuer = issuer.map_err(|error| Unmet::Lacking(format!("the issuer: {error}")))?;
        let path = issuer.path().trim_end_matches('/');
        locations(path).iter().map(|place| self.metadata_at(place)).collect()
    }

    /// The request for the metadata of an issuer that nobody has.
    ///
    /// # Errors
    /// Where the base URL is none.
    pub fn metadata_of_nobody(&mut self) -> Result<Draft, Unmet> {
        let path = format!("{SERVER}/oauthspec-{}", self.fresh(12).to_lowercase());
        self.metadata_at(&path)
    }

    /// The request for the metadata of the profile's resource, at the location made of its URL.
    ///
    /// # Errors
    /// Where the profile defines no resource that is called.
    pub fn resource_metadata_request(&self) -> Result<Draft, Unmet> {
        let path = self.identified()?.path().trim_end_matches('/').to_owned();
        self.resource_metadata_at(&path)
    }

    /// The request for the metadata of the resource that is a whole host.
    ///
    /// # Errors
    /// Where the profile defines no resource that is called.
    pub fn resource_metadata_of_host(&self) -> Result<Draft, Unmet> {
        self.resource_metadata_at("")
    }

    /// The request for the metadata of a resource that there is not.
    ///
    /// # Errors
    /// Where the profile defines no resource that is called.
    pub fn resource_metadata_of_nothing(&mut self) -> Result<Draft, Unmet> {
        let path = format!("/oauthspec-{}", self.fresh(12).to_lowercase());
        self.resource_metadata_at(&path)
    }

    fn resource_metadata_at(&self, path: &str) -> Result<Draft, Unmet> {
        let mut url = self.identified()?;
        url.set_path(&format!("{RESOURCE}{path}"));
        Ok(Draft::new("metadata request", "GET", &url))
    }

    /// The identifier of the resource, as a URL.
    fn identified(&self) -> Result<Url, Unmet> {
        let lacking = |why: &str| Unmet::Lacking(format!("`resource.identifier` {why}"));
        let identifier = self.resource_identifier()?;
        let url = Url::parse(&identifier).map_err(|error| lacking(&error.to_string()))?;
        if self.is_own(&url) { Ok(url) } else { Err(lacking("is at a host that is not named")) }
    }

    /// Whether a URL is at a host that the profile names.
    fn is_own(&self, url: &Url) -> bool {
        let origin = Origin::of(url);
        let own = self.site.resource.as_ref().and_then(Origin::of);
        origin.is_some_and(|it| self.site.origins.contains(&it) || Some(it) == own)
    }

    /// Requests for the metadata of an issuer, at each location that they may have.
    ///
    /// # Errors
    /// Where the issuer is no URL, or at a host that the profile does not name: nothing is sent there.
    pub fn metadata_of(&self, issuer: &str) -> Result<Vec<Draft>, Unmet> {
        let lacking = |why: &str| Unmet::Lacking(format!("the authorization server {why}"));
        let url = Url::parse(issuer).map_err(|error| lacking(&error.to_string()))?;
        if !self.is_own(&url) {
            return Err(lacking("is at a host that the profile does not name"));
        }
        let at = |path: String| {
            let mut url = url.clone();
            url.set_path(&path);
            Draft::new("metadata request", "GET", &url)
        };
        Ok(locations(url.path().trim_end_matches('/')).into_iter().map(at).collect())
    }

    /// The request for the metadata that a challenge names.
    ///
    /// # Errors
    /// Where they are at a host that the profile does not name: nothing is sent there.
    pub fn named_metadata(&self, named: &str) -> Result<Draft, Unmet> {
        let lacking = |why: &str| Unmet::Lacking(format!("resource_metadata {why}"));
        let url = Url::parse(named).map_err(|error| lacking(&error.to_string()))?;
        if !self.is_own(&url) {
            return Err(lacking("is at a host that the profile does not name"));
        }
        Ok(Draft::new("metadata request", "GET", &url))
    }

    fn metadata_at(&self, path: &str) -> Result<Draft, Unmet> {
        let base = self.site.profile.base().and_then(|base| base.join(path).map_err(Into::into));
        let url = base.map_err(|error| Unmet::Lacking(format!("base_url {error}")))?;
        Ok(Draft::new("metadata request", "GET", &url))
    }

    /// A request without parameters to an endpoint that the metadata name.
    ///
    /// # Errors
    /// Where the endpoint is at a host that the profile does not name: nothing is sent there.
    pub fn named_endpoint(&self, name: &str, url: &str) -> Result<Draft, Unmet> {
        let lacking = |why: &str| Unmet::Lacking(format!("the metadata's {name} {why}"));
        let mut url = Url::parse(url).map_err(|error| lacking(&error.to_string()))?;
        url.set_fragment(None);
        let known = Origin::of(&url).is_some_and(|origin| self.site.origins.contains(&origin));
        if !known {
            return Err(lacking("is at a host that the profile does not name"));
        }
        let method = match name {
            "token_endpoint"
            | "revocation_endpoint"
            | "introspection_endpoint"
            | "pushed_authorization_request_endpoint"
            | "device_authorization_endpoint"
            | "registration_endpoint" => "POST",
            _ => "GET",
        };
        Ok(Draft::new("request to a named endpoint", method, &url))
    }
}

#[cfg(test)]
mod tests {
    use super::locations;

    #[test]
    fn the_well_known_part_stands_in_front_of_the_path_of_the_issuer() {
        let root = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
        assert_eq!(locations(""), root);
        let below = locations("/tenant");
        assert_eq!(below[0], "/.well-known/oauth-authorization-server/tenant");
        assert_eq!(below[2], "/tenant/.well-known/openid-configuration");
    }
}
