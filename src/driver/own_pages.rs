//! Pages of the server's own on another origin than its endpoints: a server may show its login or its errors
//! there (RFC 6749 §4.1.2.1 has the user informed, and does not say where).

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::profile::Profile;
use crate::wire::{Origin, Request, Scheme, bare_host};

/// How often a value may be encoded in a request.
const DEPTH: usize = 3;

/// Where the browser may be led beside the origins of the target. What that takes is found out where it is asked.
#[derive(Debug, Clone)]
pub struct OwnPages {
    profile: Arc<Profile>,
    /// What the authorization request says.
    asked: [String; 2],
    /// Where it leads to.
    redirect_uri: Option<String>,
}

impl OwnPages {
    /// What the profile permits, for a request that leads to this redirect URI.
    pub fn of(profile: &Arc<Profile>, request: &Request, redirect_uri: Option<&str>) -> Self {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let redirect_uri = redirect_uri.map(str::to_owned);
        Self { profile: Arc::clone(profile), asked: [request.target.clone(), body], redirect_uri }
    }

    /// Whether an address is made of a redirect URI: it has its path.
    pub fn is_made_of_one(&self, address: &str) -> bool {
        has_path_of(&self.paths(), address)
    }

    /// Paths of redirect URIs.
    fn paths(&self) -> Vec<String> {
        let registered = self.profile.clients.values().flat_map(|it| &it.redirect_uris);
        let urls = registered.chain(&self.redirect_uri).filter_map(|uri| Url::parse(uri).ok());
        urls.map(|url| url.path().to_owned()).filter(|path| path.len() > 1).collect()
    }

    /// Whether the browser may go there: another name of this machine where the target is on it, at its port, or a
    /// host that the profile permits, and nothing that the request or a redirect URI names.
    pub fn holds(&self, origin: &Origin) -> bool {
        self.places().holds(origin)
    }

    /// Whether a redirect leads to a third place: to another host than those of the client, the request and the
    /// suite, and with nothing that is for the client.
    pub fn is_beside(&self, location: &str) -> bool {
        self.places().is_beside(location)
    }

    fn places(&self) -> Places {
        let profile = &self.profile;
        let base = Url::parse(&profile.base_url).ok().as_ref().and_then(Origin::of);
        let registered = profile.clients.values().flat_map(|it| &it.redirect_uris);
        let companies = profile.users.values().filter_map(|user| user.sign_on.as_ref());
        let permitted = profile.authorized_hosts.iter().filter(|_| profile.authorized);
        let asked = self.asked.iter().chain(&self.redirect_uri);
        let asked: Vec<String> = asked.flat_map(|text| readings(text)).collect();
        let named = registered.chain(companies).flat_map(|text| readings(text));
        Places {
            port: base.filter(Origin::is_loopback).map(|origin| origin.port),
            hosts: permitted.map(|host| bare_host(host)).collect(),
            named: named.chain(asked.iter().cloned()).collect(),
            asked,
            paths: self.paths(),
        }
    }
}

/// Where the browser may be led, and where it may not: to the client, and to whatever a request names.
#[derive(Debug)]
struct Places {
    /// Port of a target on this machine, which has several names.
    port: Option<u16>,
    /// Hosts that the profile permits requests to.
    hosts: Vec<String>,
    /// What the authorization request says, and where it leads to, in lower case.
    asked: Vec<String>,
    /// The same, and the redirect URIs of all clients.
    named: Vec<String>,
    /// Paths of redirect URIs: a place with one of them is made of it.
    paths: Vec<String>,
}

impl Places {
    fn holds(&self, origin: &Origin) -> bool {
        // Nobody else answers at the target's own port.
        if origin.is_loopback() && self.port == Some(origin.port) {
            return !names(&self.asked, origin);
        }
        let permitted =
            origin.scheme == Scheme::Https && self.hosts.contains(&bare_host(&origin.host));
        permitted && !names(&self.named, origin)
    }

    fn is_beside(&self, location: &str) -> bool {
        const OURS: [&str; 2] = ["oauthspec", "evil"];
        let Ok(url) = Url::parse(location) else { return false };
        let (Some(origin), Some(host)) = (Origin::of(&url), url.host_str()) else { return false };
        let carries = |name: &str| {
            let in_query = url.query_pairs().any(|(known, _)| known == name);
            in_query || url.fragment().is_some_and(|it| it.contains(&format!("{name}=")))
        };
        !OURS.iter().any(|word| host.contains(word))
            && !["code", "access_token", "id_token"].iter().any(|name| carries(name))
            && !names(&self.named, &origin)
            && !has_path_of(&self.paths, location)
    }
}

/// Whether an address has one of these paths.
fn has_path_of(paths: &[String], address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| paths.iter().any(|path| path == url.path()))
}

/// Whether one of these texts names this host; on this machine, this port of it.
fn names(texts: &[String], origin: &Origin) -> bool {
    let host = bare_host(&origin.host);
    let written = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    if !origin.is_loopback() {
        return texts.iter().any(|text| text.contains(&host));
    }
    let with_port = format!("{written}:{}", origin.port);
    let usual = origin.port == if origin.scheme == Scheme::Https { 443 } else { 80 };
    texts.iter().any(|text| {
        let alone = |at: usize| !text[at + written.len()..].starts_with(':');
        let mut bare = text.match_indices(&written).map(|(at, _)| at);
        text.match_indices(&with_port)
            .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_ascii_digit()))
            || usual && bare.any(alone)
    })
}

/// A text in lower case, as it is and decoded.
fn readings(text: &str) -> Vec<String> {
    let mut readings = vec![text.to_lowercase()];
    for _ in 0..DEPTH {
        let last = readings.last().cloned().unwrap_or_default();
        let decoded = percent_decode_str(&last).decode_utf8_lossy().to_lowercase();
        if decoded == last {
            break;
        }
        readings.push(decoded);
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(port: Option<u16>, hosts: &[&str], named: &[&str]) -> Places {
        Places {
            port,
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
            asked: named.iter().flat_map(|text| readings(text)).collect(),
            named: named.iter().flat_map(|text| readings(text)).collect(),
            paths: vec!["/cb".to_owned()],
        }
    }

    fn origin(url: &str) -> Origin {
        Origin::of(&Url::parse(url).unwrap()).unwrap()
    }

    #[test]
    fn another_name_of_this_machine_is_the_servers_unless_a_client_has_it() {
        let named = ["http://127.0.0.1:5001/cb", "x=http%3A%2F%2Flocalhost%3A5001%2Fcb"];
        let own = pages(Some(8080), &[], &named);
        assert!(own.holds(&origin("http://127.0.0.1:8080/error")));
        assert!(own.holds(&origin("http://localhost:8080/error")));
        assert!(!own.holds(&origin("http://localhost:8081/error")));
        assert!(pages(Some(5001), &[], &[]).holds(&origin("http://localhost:5001/error")));
        let pages = pages(Some(5001), &[], &named);
        for other in [
            "http://127.0.0.1:5001/error",
            "https://127.0.0.1:5001/error",
            "http://localhost:5001/",
            "https://as.example/error",
        ] {
            assert!(!pages.holds(&origin(other)), "{other}");
        }
    }

    #[test]
    fn a_host_without_a_port_is_that_of_the_scheme() {
        let named = ["http://127.0.0.1/cb", "http://localhost:8080/cb"];
        let usual = pages(Some(80), &[], &named);
        assert!(!usual.holds(&origin("http://127.0.0.1/error")));
        assert!(usual.holds(&origin("http://localhost/error")));
        assert!(pages(Some(8080), &[], &named).holds(&origin("http://127.0.0.1:8080/error")));
    }

    #[test]
    fn a_target_elsewhere_has_the_hosts_that_the_profile_permits() {
        let pages = pages(None, &["login.example", "client.example"], &["https://client.example/"]);
        assert!(pages.holds(&origin("https://login.example/error")));
        for other in [
            "http://login.example/",
            "http://127.0.0.1:1/",
            "https://client.example:8443/",
            "https://other.example/",
        ] {
            assert!(!pages.holds(&origin(other)), "{other}");
        }
    }

    #[test]
    fn what_the_request_names_is_no_third_place() {
        let named = ["https://client.example/cb", "redirect_uri=https%253A%252F%252Fbad.example"];
        let pages = pages(None, &[], &named);
        assert!(pages.is_beside("https://login.example/error?error=invalid_request"));
        for other in [
            "https://client.example/error",
            "https://bad.example/?error=x",
            "https://sub.oauthspec.example/",
            "https://client.example.evil.example/",
            "https://login.example/?code=1",
            "https://login.example/cb?error=x",
            "https://login.example/#access_token=1",
            "com.example.app:/cb",
            "//login.example/",
            "/error",
        ] {
            assert!(!pages.is_beside(other), "{other}");
        }
    }
}
