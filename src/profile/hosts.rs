//! Which hosts a profile may be run against: nothing is sent off the loopback interface unasked, and
//! nothing secret over plain HTTP.

use std::collections::BTreeSet;
use std::net::IpAddr;

use url::Url;

use super::server::Profile;
use crate::wire::Origin;

/// What the profile says about hosts that are not on the loopback interface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Permission<'p> {
    /// `authorized`.
    pub(super) authorized: bool,
    /// `authorized_hosts`.
    pub(super) hosts: &'p [String],
    /// `plain_http_hosts`, where they count.
    pub(super) plain: &'p [String],
}

/// Plain HTTP is for private addresses, and for what is worth nothing.
pub(super) fn plain_hosts(profile: &Profile, problems: &mut Vec<String>) {
    for host in &profile.plain_http_hosts {
        if !is_private(host) {
            problems.push(format!(
                "plain_http_hosts: {host} is not a private address (RFC 1918, RFC 4193); use https"
            ));
        }
    }
    if !profile.plain_http_hosts.is_empty() && !profile.test_credentials {
        problems.push(
            "plain_http_hosts: add `test_credentials: true` if every secret of this profile is worthless"
                .to_owned(),
        );
    }
}

/// Whether a host is an address of a private network (RFC 1918; RFC 4193).
fn is_private(host: &str) -> bool {
    match bare(host).parse() {
        Ok(IpAddr::V4(address)) => address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_unique_local(),
        Err(_) => false,
    }
}

/// Only the loopback interface is open to everyone. Redirect URIs that no request goes to do not count.
pub(super) fn hosts(
    permission: Permission<'_>,
    urls: &[(String, Url)],
    problems: &mut Vec<String>,
) {
    let mut unlisted = BTreeSet::new();
    let mut foreign = false;
    for (key, url) in urls {
        let Some(origin) = Origin::of(url).filter(|origin| !origin.is_loopback()) else {
            continue;
        };
        foreign = true;
        let host = &origin.host;
        if !permission.hosts.iter().any(|listed| bare(listed) == bare(host)) {
            unlisted.insert(origin.host.clone());
        }
        let may_be_plain = permission.plain.iter().any(|listed| bare(listed) == bare(host));
        if url.scheme() == "http" && key != "tls.plain_url" && !may_be_plain {
            problems
                .push(format!("{key}: secrets are not sent to {host} over plain HTTP; use https"));
        }
    }
    if foreign && !permission.authorized {
        problems.push(
            "authorized: the target is not on the loopback interface; add `authorized: true` if \
             you are allowed to test it"
                .to_owned(),
        );
    }
    for host in unlisted {
        problems.push(format!(
            "authorized_hosts: {host} is not listed; add `- \"{host}\"` if you are allowed to test it"
        ));
    }
}

/// A host without the brackets of an IPv6 address, in lower case.
fn bare(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}
