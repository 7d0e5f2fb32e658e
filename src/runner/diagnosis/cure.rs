//! What else a profile could say, tried where an ordinary flow does not work: each alternative is played,
//! and the one that works is named.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::Flow;
use super::flows::{self, Part, Stop};
use crate::driver::navigation::page_request;
use crate::driver::time::Slot;
use crate::driver::{Driver, Site};
use crate::profile::{Amendment, Pkce, Profile};
use crate::verdict::{Exchange, Secrets};
use crate::wire::params::names_openid;
use crate::wire::{Origin, Response};

/// Changes that make a flow work, or lead further.
#[derive(Debug, Default)]
pub(super) struct Cure {
    /// The changes.
    pub amendments: Vec<Amendment>,
    /// Whether everything works with them.
    pub complete: bool,
    /// What was seen on the way.
    pub secrets: Secrets,
}

/// So many changes are combined at most, one after the other.
const ROUNDS: usize = 3;

/// Looks for changes with which the flow works.
pub(super) async fn seek(
    site: &Arc<Site>,
    part: &Part,
    to: Flow,
    stop: &Stop,
    last: Option<&Exchange>,
) -> Cure {
    let mut cure = Cure::default();
    let (mut site, mut flow) = (Arc::clone(site), stop.flow);
    let mut last = last.cloned();
    for _ in 0..ROUNDS {
        let found = round(&site, part, to, (flow, last.as_ref()), &mut cure.secrets).await;
        let Some((better, amendments, next)) = found else { return cure };
        cure.amendments.extend(amendments);
        let Some((stopped, exchange)) = next else {
            cure.complete = true;
            return cure;
        };
        (site, flow, last) = (better, stopped, exchange);
    }
    cure
}

/// Where a flow stopped, and its last exchange; `None`: it worked.
type Next = Option<(Flow, Option<Exchange>)>;

/// The first alternative that works, or that leads to a later flow.
async fn round(
    site: &Arc<Site>,
    part: &Part,
    to: Flow,
    (flow, last): (Flow, Option<&Exchange>),
    secrets: &mut Secrets,
) -> Option<(Arc<Site>, Vec<Amendment>, Next)> {
    let response = last?.response.as_ref().ok()?;
    // Whoever breaks inside or has enough is not asked for more.
    if response.is_throttled() || response.status >= 500 {
        return None;
    }
    let mut further = None;
    for amendments in alternatives(site, part, flow, response).await {
        let Some(other) = amended(site, &amendments) else { continue };
        let mut driver = Driver::unseeded(&other, Slot::own());
        let played = flows::play(&mut driver, part, to).await;
        let (exchanges, seen) = driver.journal.take();
        secrets.extend(&seen);
        match played {
            Ok(_) => return Some((other, amendments, None)),
            Err(next) if next.flow > flow && further.is_none() => {
                further = Some((other, amendments, Some((next.flow, exchanges.last().cloned()))));
            }
            Err(_) => {}
        }
    }
    further
}

/// The same target by the changed profile; `None` where that would lead to another host, or secrets
/// over plain HTTP.
pub(super) fn amended(site: &Site, amendments: &[Amendment]) -> Option<Arc<Site>> {
    let profile = amendments
        .iter()
        .fold(Profile::clone(&site.profile), |profile, amendment| amendment.applied(&profile));
    let other = Site::new(Arc::new(profile), Arc::clone(&site.transport), None).ok()?;
    let hosts: Vec<&str> = site.origins.iter().map(|origin| origin.host.as_str()).collect();
    let resource = other.resource.as_ref();
    let urls = [other.authorization.as_ref(), Some(&other.token), resource, other.pushed.as_ref()];
    let permitted = |url: &Url| {
        Origin::of(url).is_some_and(|origin| {
            hosts.contains(&origin.host.as_str())
                && (url.scheme() == "https" || origin.is_loopback())
        })
    };
    let permitted = urls.into_iter().flatten().all(permitted);
    permitted.then(|| Arc::new(other))
}

/// What else the profile could say, the most likely first; each is a set of changes.
async fn alternatives(
    site: &Site,
    part: &Part,
    flow: Flow,
    response: &Response,
) -> Vec<Vec<Amendment>> {
    let profile = &site.profile;
    if super::is_lost(flow, response) {
        let elsewhere = addresses(site, flow, response).await;
        return elsewhere.into_iter().map(|amendment| vec![amendment]).collect();
    }
    let role = &part.client.0;
    let entry = profile.client(role);
    let pkce = entry
        .filter(|entry| profile.pkce(entry) == Pkce::None)
        .map(|_| Amendment::pkce(profile, role));
    let has_secret = entry.is_some_and(|entry| entry.secret.is_some());
    let method = has_secret.then(|| Amendment::other_authentication(profile, role)).flatten();
    let both = pkce.clone().zip(method.clone()).map(|(one, other)| vec![one, other]);
    match flow {
        Flow::Tokens => {
            let single = [method, pkce].into_iter().flatten().map(|it| vec![it]);
            single.chain(both).collect()
        }
        Flow::Code => {
            let pushed = pushed(site).await;
            let single = pkce.into_iter().chain(requests(profile, part)).chain(pushed);
            single.map(|it| vec![it]).collect()
        }
        Flow::Resource => scopes(profile, role).map(|it| vec![it]).collect(),
    }
}

/// Other authorization requests: consent asked for, another scope, a redirect URI in another spelling.
fn requests(profile: &Profile, part: &Part) -> impl Iterator<Item = Amendment> {
    let role = &part.client.0;
    let prompt = (!profile.authorize_parameters.contains_key("prompt"))
        .then(|| Amendment::parameter("prompt", "consent"));
    let entry = profile.client(role);
    let none = entry
        .filter(|entry| profile.scope(entry).is_some() && part.scope.is_none())
        .map(|_| Amendment::scope(profile, role, None));
    let uri = entry.and_then(|entry| entry.redirect_uris.first());
    let spelt = uri.into_iter().flat_map(|uri| spellings(uri));
    let spelt: Vec<Amendment> =
        spelt.map(|uri| Amendment::redirect_uri(profile, role, uri)).collect();
    let open = scopes(profile, role).collect::<Vec<_>>();
    spelt.into_iter().chain(none).chain(open).chain(prompt)
}

/// The endpoint for pushed requests, where the metadata name one that the profile does not: the server may take
/// no others (RFC 9126 §5, §6).
async fn pushed(site: &Site) -> Option<Amendment> {
    if site.pushed.is_some() {
        return None;
    }
    let told = metadata(site).await;
    let named =
        told.iter().find_map(|it| it.get("pushed_authorization_request_endpoint")?.as_str());
    let url = site.profile.base().ok()?.join(named?).ok()?;
    Some(Amendment::url("endpoints.pushed_authorization_request", shown(site, &url)))
}

/// The scope with which OpenID providers serve their resource.
fn scopes(profile: &Profile, role: &str) -> impl Iterator<Item = Amendment> + use<> {
    let scope = profile.client(role).and_then(|entry| profile.scope(entry)).unwrap_or_default();
    let has = names_openid(scope);
    let wider = format!("openid {scope}").trim().to_owned();
    (!has).then(|| Amendment::scope(profile, role, Some(wider))).into_iter()
}

/// The same redirect URI as somebody else may have registered it.
fn spellings(uri: &str) -> Vec<String> {
    let mut out = vec![match uri.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{uri}/"),
    }];
    for (one, other) in [("http://", "https://"), ("://localhost", "://127.0.0.1")] {
        for (from, to) in [(one, other), (other, one)] {
            if uri.contains(from) {
                out.push(uri.replacen(from, to, 1));
                break;
            }
        }
    }
    out
}

/// Other places of an endpoint that is not where the profile says: where it redirects to, with or
/// without the last slash, and where the server's metadata says that it is.
async fn addresses(site: &Site, flow: Flow, response: &Response) -> Vec<Amendment> {
    let (key, member) = match flow {
        Flow::Code => ("endpoints.authorization", "authorization_endpoint"),
        Flow::Tokens => ("endpoints.token", "token_endpoint"),
        Flow::Resource if site.profile.introspecting().is_some() => {
            ("resource.url", "introspection_endpoint")
        }
        Flow::Resource => ("resource.url", "userinfo_endpoint"),
    };
    let here = match flow {
        Flow::Code => site.authorization.as_ref(),
        Flow::Tokens => Some(&site.token),
        Flow::Resource => site.resource.as_ref(),
    };
    let Some(here) = here else { return Vec::new() };
    let redirected = response.headers.text("location").and_then(|to| here.join(&to).ok());
    let mut slashed = here.clone();
    slashed.set_path(&match here.path().strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{}/", here.path()),
    });
    let told = metadata(site).await;
    let told =
        told.iter().filter_map(|it| it.get(member)?.as_str().and_then(|to| here.join(to).ok()));
    let mut found: Vec<Url> = Vec::new();
    for url in redirected.into_iter().chain([slashed]).chain(told) {
        if url != *here && !found.contains(&url) {
            found.push(url);
        }
    }
    found.into_iter().map(|url| Amendment::url(key, shown(site, &url))).collect()
}

/// A URL as a profile has it: relative where it is below the same origin.
pub(super) fn shown(site: &Site, url: &Url) -> String {
    let base = site.profile.base().ok().as_ref().and_then(Origin::of);
    match Origin::of(url) == base {
        true => url[url::Position::BeforePath..].to_owned(),
        false => url.to_string(),
    }
}

/// The metadata that the server publishes (RFC 8414, OpenID Connect Discovery).
pub(super) async fn metadata(site: &Site) -> Vec<Value> {
    let Ok(base) = site.profile.base() else { return Vec::new() };
    let path = base.path().trim_end_matches('/');
    let mut found = Vec::new();
    for place in [
        format!("/.well-known/oauth-authorization-server{path}"),
        format!("{path}/.well-known/openid-configuration"),
    ] {
        let request = base.join(&place).ok().and_then(|url| page_request("GET", &url));
        let Some(request) = request else { continue };
        if let Ok(response) = site.transport.send(&request).await {
            found.extend(serde_json::from_slice::<Value>(&response.body).ok());
        }
    }
    found.retain(Value::is_object);
    found
}

/// Takes over what a driver has seen.
pub(super) fn drain(driver: &mut Driver, secrets: &mut Secrets) -> Vec<Exchange> {
    let (exchanges, seen) = driver.journal.take();
    secrets.extend(&seen);
    exchanges
}
