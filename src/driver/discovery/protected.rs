//! What a protected resource publishes about itself (RFC 9728): which authorization servers issue tokens
//! for it.

use serde_json::{Map, Value};
use url::Url;

use super::metadata::{DiscoveryError, Metadata, at, fetch, is_same, list, of_server, text};
use super::permit::Permit;
use crate::driver::navigation::page_request;
use crate::wire::{Transport, challenge};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// What a protected resource says about itself (RFC 9728 §2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// Where it was read.
    pub at: String,
    /// `resource`.
    pub resource: String,
    /// `authorization_servers`.
    pub servers: Vec<String>,
    /// `scopes_supported`.
    pub scopes: Vec<String>,
}

/// The metadata of the resource at this URL: at its own location (RFC 9728 §3.1), where its challenge
/// says (§5.1), or that of the whole host.
pub(super) async fn of_resource(
    transport: &dyn Transport,
    url: &Url,
    permit: &Permit,
    asked: &mut Vec<String>,
) -> Result<Option<ResourceMetadata>, DiscoveryError> {
    let whole = at(url, "/");
    let path = url.path().trim_end_matches('/');
    let mut own = at(url, &format!("{WELL_KNOWN}{path}"));
    own.set_query(url.query());
    if let Some(members) = fetch(transport, &own, permit, asked).await? {
        return read(&own, url, &members).map(Some);
    }
    for named in named_by_challenges(transport, url, permit).await {
        if !asked.contains(&named.to_string())
            && let Some(members) = fetch(transport, &named, permit, asked).await?
        {
            return read(&named, url, &members).map(Some);
        }
    }
    let of_host = at(url, WELL_KNOWN);
    if !asked.contains(&of_host.to_string())
        && let Some(members) = fetch(transport, &of_host, permit, asked).await?
    {
        return read(&of_host, &whole, &members).map(Some);
    }
    Ok(None)
}

/// So many challenges of one refusal are heeded.
const MOST_CHALLENGES: usize = 4;

/// Where the refusal of a request without a token says that the metadata are, challenge by challenge.
async fn named_by_challenges(transport: &dyn Transport, url: &Url, permit: &Permit) -> Vec<Url> {
    let request = page_request("GET", url).filter(|_| permit.check(url).is_ok());
    let Some(request) = request else { return Vec::new() };
    let Ok(refusal) = transport.send(&request).await else { return Vec::new() };
    let fields = refusal.headers.all("www-authenticate");
    let each = fields.flat_map(|field| challenge::read(&String::from_utf8_lossy(field)));
    let named = each.filter_map(|it| Url::parse(it.param("resource_metadata")?).ok());
    named.take(MOST_CHALLENGES).collect()
}

/// The metadata, if they are those of this resource (RFC 9728 §3.3).
fn read(
    at: &Url,
    expected: &Url,
    members: &Map<String, Value>,
) -> Result<ResourceMetadata, DiscoveryError> {
    let wrong = |why: &str| DiscoveryError::Wrong { at: at.to_string(), why: why.to_owned() };
    let resource =
        text(members, "resource").ok_or_else(|| wrong("it has no `resource` (RFC 9728 §2)"))?;
    // Clients take the name of what is above the resource for its own; that it has to be the same is judged by a rule.
    if !is_same(&resource, expected.as_str()) && !is_above(&resource, expected) {
        let (at, expected) = (at.to_string(), expected.to_string());
        return Err(DiscoveryError::OtherResource { at, expected, found: resource });
    }
    let servers = list(members, "authorization_servers").unwrap_or_default();
    if servers.is_empty() {
        return Err(wrong(
            "it names no authorization server (`authorization_servers`, RFC 9728 §2)",
        ));
    }
    let scopes = list(members, "scopes_supported").unwrap_or_default();
    Ok(ResourceMetadata { at: at.to_string(), resource, servers, scopes })
}

/// Whether a resource is the whole of what another one is a part of.
fn is_above(resource: &str, part: &Url) -> bool {
    let Ok(whole) = Url::parse(resource) else { return false };
    let path = whole.path().trim_end_matches('/');
    let below = part.path().strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    whole.origin() == part.origin() && whole.query().is_none() && below
}

/// The resource that has the URL of an authorization server, or is called at its host, and says that this server issues
/// its tokens.
pub(super) async fn beside(
    transport: &dyn Transport,
    server: &Metadata,
    url: &Url,
    permit: &Permit,
) -> Option<String> {
    let path = url.path().trim_end_matches('/');
    let mut places = vec![format!("{WELL_KNOWN}{path}"), WELL_KNOWN.to_owned()];
    places.dedup();
    for place in places {
        let found = fetch(transport, &at(url, &place), permit, &mut Vec::new()).await;
        let Ok(Some(members)) = found else { continue };
        let servers = list(&members, "authorization_servers").unwrap_or_default();
        let own = servers.iter().any(|it| is_same(it, &server.issuer));
        if let Some(resource) = text(&members, "resource").filter(|_| own) {
            return Some(resource);
        }
    }
    None
}

/// The metadata of the authorization server of a resource: of the first that may be spoken to.
pub(super) async fn server_of(
    transport: &dyn Transport,
    resource: &ResourceMetadata,
    permit: &Permit,
    asked: &mut Vec<String>,
) -> Result<Metadata, DiscoveryError> {
    let wrong = |text: &str| DiscoveryError::Wrong {
        at: resource.at.clone(),
        why: format!("its authorization server {text:?} is not a URL"),
    };
    let mut issuers = Vec::new();
    for text in &resource.servers {
        issuers.push(Url::parse(text).map_err(|_| wrong(text))?);
    }
    let permitted = issuers.iter().find(|issuer| permit.check(issuer).is_ok());
    let Some(issuer) = permitted.or(issuers.first()) else { return Err(wrong("")) };
    let found = of_server(transport, issuer, permit, asked).await?;
    found.ok_or_else(|| DiscoveryError::None { url: issuer.to_string(), asked: asked.clone() })
}
