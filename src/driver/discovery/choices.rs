//! What is tried where nobody says how a server wants it: scopes, a code challenge, client
//! authentication.

use super::metadata::Found;
use super::register::Cohort;
use crate::profile::{ClientAuthentication, Pkce};

/// The most scopes of the metadata that are asked for at once.
const MOST_SCOPES: usize = 10;

/// The scope of OpenID Connect.
const OPENID: &str = "openid";

/// The scope for refresh tokens.
const OFFLINE: &str = "offline_access";

/// Scopes to ask for, the likeliest first: none, then what the metadata offers. A userinfo endpoint is
/// served to tokens with `openid` (OpenID Connect Core §5.3), which the metadata need not list.
pub(super) fn scopes(found: Option<&Found>) -> Vec<Option<String>> {
    let mut out = vec![None];
    let Some(found) = found else { return out };
    let resource = found.resource.as_ref().map(|it| &it.scopes).filter(|it| !it.is_empty());
    let offered = resource.unwrap_or(&found.server.scopes);
    let by_openid = found.server.userinfo.is_some() || offered.iter().any(|scope| scope == OPENID);
    if by_openid {
        out.push(Some(OPENID.to_owned()));
    }
    // Many a server issues refresh tokens for it alone (OpenID Connect Core §11).
    if [offered, &found.server.scopes].iter().any(|it| it.iter().any(|scope| scope == OFFLINE)) {
        out.push(Some(if by_openid { format!("{OPENID} {OFFLINE}") } else { OFFLINE.to_owned() }));
    }
    if !offered.is_empty() {
        let all: Vec<&str> = offered.iter().take(MOST_SCOPES).map(String::as_str).collect();
        out.push(Some(all.join(" ")));
    }
    out
}

/// Whether a code challenge is sent; `None` in it: as the metadata says.
pub(super) fn challenges(found: Option<&Found>) -> Vec<Option<Pkce>> {
    match found {
        Some(found) if found.server.challenges.iter().any(|it| it == "S256") => vec![None],
        _ => vec![None, Some(Pkce::S256)],
    }
}

/// How the client authenticates; `None` in it: as the metadata or its registration says.
pub(super) fn methods(found: Option<&Found>, cohort: &Cohort) -> Vec<Option<ClientAuthentication>> {
    let known = |name: &String| ClientAuthentication::of_name(name);
    if !cohort.registered.is_empty() {
        return vec![None];
    }
    match found {
        Some(found) => {
            let named = found.server.methods.iter().filter_map(known).skip(1);
            std::iter::once(None).chain(named.map(Some)).collect()
        }
        None => vec![None, Some(ClientAuthentication::Basic)],
    }
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Metadata;
    use super::*;

    #[test]
    fn what_brings_refresh_tokens_is_tried_before_everything() {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let of = |offered: &[&str]| {
            let server = Metadata { scopes: names(offered), ..Metadata::default() };
            let tried = scopes(Some(&Found { server, resource: None }));
            tried.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        assert_eq!(
            of(&["openid", "read", "offline_access"]),
            ["", "openid", "openid offline_access", "openid read offline_access"]
        );
        assert_eq!(of(&["read", "offline_access"]), ["", "offline_access", "read offline_access"]);
        assert_eq!(of(&["read"]), ["", "read"]);
    }
}
