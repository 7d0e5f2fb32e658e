//! Which hosts a profile may be run against: nothing is sent off the loopback interface unasked, and
//! nothing secret over plain HTTP.

use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs};

use url::Url;

use super::server::Profile;
use crate::wire::{Origin, bare_host};

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

/// Plain HTTP is for hosts of private networks, and for what is worth nothing.
pub(super) fn plain_hosts(profile: &Profile, problems: &mut Vec<String>) {
    for host in &profile.plain_http_hosts {
        problems.extend(private_host(host).err().map(|why| format!("plain_http_hosts: {why}")));
    }
    if !profile.plain_http_hosts.is_empty() && !profile.test_credentials {
        problems.push(
            "plain_http_hosts: add `test_credentials: true` if every secret of this profile is worthless"
                .to_owned(),
        );
    }
}

/// Whether a host is an address of a private network, or a name that stands for such addresses alone,
/// as in the networks of containers.
///
/// # Errors
/// Why not, and what to do.
pub fn private_host(host: &str) -> Result<(), String> {
    private_host_by(host, |name| {
        let found = (name, 0).to_socket_addrs().map_err(|error| error.to_string())?;
        Ok(found.map(|address| address.ip()).collect())
    })
}

const WHAT: &str = "a private address (RFC 1918, RFC 4193)";

fn private_host_by(
    host: &str,
    resolve: impl Fn(&str) -> Result<Vec<IpAddr>, String>,
) -> Result<(), String> {
    let bare = bare_host(host);
    if let Ok(address) = bare.parse() {
        let advice = || format!("{host} is not {WHAT}; use https");
        return if is_private(address) { Ok(()) } else { Err(advice()) };
    }
    let found = resolve(&bare).map_err(|why| {
        format!(
            "{host} stands for no address ({why}); is the name right, and is this machine in that \
             network?"
        )
    })?;
    all_private(host, &found)
}

/// Whether these addresses of a host are those of private networks alone.
///
/// # Errors
/// Why not, and what to do.
pub fn all_private(host: &str, addresses: &[IpAddr]) -> Result<(), String> {
    match addresses.iter().find(|address| !is_private(**address)) {
        Some(public) => Err(format!("{host} stands for {public}, which is not {WHAT}; use https")),
        None if addresses.is_empty() => {
            Err(format!("{host} stands for no address; is the name right?"))
        }
        None => Ok(()),
    }
}

/// Whether an address is one of a private network (RFC 1918; RFC 4193), or of this machine.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(inner) => is_private(IpAddr::V4(inner)),
            None => address.is_unique_local() || address.is_loopback(),
        },
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
        if !permission.hosts.iter().any(|listed| bare_host(listed) == bare_host(host)) {
            unlisted.insert(origin.host.clone());
        }
        let may_be_plain =
            permission.plain.iter().any(|listed| bare_host(listed) == bare_host(host));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_private_where_all_its_addresses_are() {
        let said = |host: &str, addresses: &[&str]| {
            let found: Vec<IpAddr> = addresses.iter().map(|it| it.parse().unwrap()).collect();
            private_host_by(host, |_| Ok(found.clone())).unwrap_err()
        };
        for (host, addresses) in [
            ("keycloak", &["172.18.0.3"][..]),
            ("keycloak", &["10.0.0.1", "fd00::1", "::ffff:192.168.1.1"]),
            ("10.1.2.3", &[]),
            ("[fd00::1]", &[]),
        ] {
            let found: Vec<IpAddr> = addresses.iter().map(|it| it.parse().unwrap()).collect();
            assert_eq!(private_host_by(host, |_| Ok(found.clone())), Ok(()), "{host}");
        }
        let both = said("keycloak", &["172.18.0.3", "192.0.2.7"]);
        assert!(both.contains("keycloak stands for 192.0.2.7, which is not a private"), "{both}");
        let mapped = said("keycloak", &["::ffff:192.0.2.7"]);
        assert!(mapped.contains("which is not a private address"), "{mapped}");
        assert!(said("169.254.169.254", &[]).contains("is not a private address"));
        assert!(said("keycloak", &[]).contains("stands for no address"));
        let unknown = private_host_by("keycloak", |_| Err("not known".to_owned())).unwrap_err();
        assert!(unknown.contains("stands for no address (not known)"), "{unknown}");
    }
}
