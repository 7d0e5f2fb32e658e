//! What a server publishes about itself: its metadata (RFC 8414; OpenID Connect Discovery), found by its
//! own URL or by that of a protected resource.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use url::Url;

use super::permit::Permit;
use super::protected::{ResourceMetadata, beside, of_resource, server_of};
use crate::driver::published::{SERVER, locations};
use crate::observe::observed::repeated_member;
use crate::profile::DIRECT;
use crate::wire::{Origin, Request, Response, Transport, TransportError};

/// The largest metadata that is read, in bytes.
const LARGEST: usize = 256 * 1024;
/// The most values of a list that are read.
const MOST: usize = 100;

/// Why there is no usable metadata. Each text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// No connection can be opened.
    #[error("no connection to {at} ({why}); is the server running, and is the URL right?")]
    Unreachable {
        /// Origin.
        at: String,
        /// What the system says.
        why: String,
    },
    /// The server does not answer.
    #[error("{at}: {why}; try again once the server answers")]
    Silent {
        /// URL.
        at: String,
        /// What happened.
        why: String,
    },
    /// Nothing is published.
    #[error(
        "{url} publishes no metadata (asked: {}); name the endpoints in a profile, for which \
         fixtures/profiles/minimal.yaml is a pattern",
        .asked.join(", ")
    )]
    None {
        /// URL that was given.
        url: String,
        /// Locations that were asked.
        asked: Vec<String>,
    },
    /// What is published cannot be used.
    #[error("the metadata at {at} cannot be used: {why}")]
    Wrong {
        /// URL.
        at: String,
        /// What is wrong.
        why: String,
    },
    /// The server says that it failed.
    #[error("the metadata at {at} cannot be used: the server answers {status}")]
    Broken {
        /// URL.
        at: String,
        /// Status code.
        status: u16,
    },
    /// It is that of another issuer (RFC 8414 §3.3).
    #[error(
        "the metadata at {at} is of another issuer, {found:?} and not {expected:?} (RFC 8414 §3.3); \
         give the URL of the issuer that you mean, or mend the server's configuration"
    )]
    OtherIssuer {
        /// URL.
        at: String,
        /// What was asked for.
        expected: String,
        /// What it says.
        found: String,
    },
    /// It is that of another resource (RFC 9728 §3.3).
    #[error(
        "the metadata at {at} is of another resource, {found:?} and not {expected:?} (RFC 9728 §3.3); \
         give the URL of the resource as its metadata write it, or mend the server's configuration"
    )]
    OtherResource {
        /// URL.
        at: String,
        /// What was asked for.
        expected: String,
        /// What it says.
        found: String,
    },
    /// It would have to be asked at a host that nobody named.
    #[error("{0}")]
    NotPermitted(String),
}

/// What a server says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Where it was read.
    pub at: String,
    /// `issuer`.
    pub issuer: String,
    /// `authorization_endpoint`.
    pub authorization: Option<String>,
    /// `token_endpoint`.
    pub token: Option<String>,
    /// `revocation_endpoint`.
    pub revocation: Option<String>,
    /// `registration_endpoint`.
    pub registration: Option<String>,
    /// `pushed_authorization_request_endpoint`.
    pub pushed: Option<String>,
    /// `introspection_endpoint`.
    pub introspection: Option<String>,
    /// `device_authorization_endpoint`.
    pub device_authorization: Option<String>,
    /// `userinfo_endpoint`.
    pub userinfo: Option<String>,
    /// `scopes_supported`.
    pub scopes: Vec<String>,
    /// `grant_types_supported`; without it the default of RFC 8414 §2, as far as it is a grant type here.
    pub grants: Vec<String>,
    /// `response_types_supported`.
    pub responses: Vec<String>,
    /// `token_endpoint_auth_methods_supported`; without it `client_secret_basic` (RFC 8414 §2).
    pub methods: Vec<String>,
    /// `code_challenge_methods_supported`.
    pub challenges: Vec<String>,
    /// `dpop_signing_alg_values_supported` (RFC 9449 §5.1).
    pub proofs: Vec<String>,
    /// `protected_resources` (RFC 9728 §4).
    pub resources: Vec<String>,
    /// The members that offer something: neither false nor empty.
    pub offers: BTreeSet<String>,
}

/// What is behind a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The authorization server's.
    pub server: Metadata,
    /// The resource's, where the URL is one's.
    pub resource: Option<ResourceMetadata>,
}

/// Reads the metadata behind the URL of an authorization server or of a protected resource.
///
/// # Errors
/// Why there is none that can be used.
pub async fn discover(
    transport: &dyn Transport,
    url: &Url,
    permit: &Permit,
) -> Result<Found, DiscoveryError> {
    let mut asked = Vec::new();
    if let Some(mut server) = of_server(transport, url, permit, &mut asked).await? {
        if server.resources.is_empty() {
            server.resources.extend(beside(transport, &server, url, permit).await);
        }
        return Ok(Found { server, resource: None });
    }
    if let Some(resource) = of_resource(transport, url, permit, &mut asked).await? {
        let server = server_of(transport, &resource, permit, &mut asked).await?;
        return Ok(Found { server, resource: Some(resource) });
    }
    // The resource and its server at one origin, as protocols on top of OAuth have it.
    let root = at(url, "/");
    if root != *url
        && let Some(server) = of_server(transport, &root, permit, &mut asked).await?
    {
        return Ok(Found { server, resource: None });
    }
    Err(DiscoveryError::None { url: url.to_string(), asked })
}

/// The metadata of the issuer of this URL: at the place of RFC 8414 §3.1, then of OpenID Connect.
pub(super) async fn of_server(
    transport: &dyn Transport,
    issuer: &Url,
    permit: &Permit,
    asked: &mut Vec<String>,
) -> Result<Option<Metadata>, DiscoveryError> {
    let path = issuer.path().trim_end_matches('/');
    let mut places = locations(path);
    if !path.is_empty() {
        places.push(format!("{path}{SERVER}"));
    }
    // What one place does not tell the next one may.
    let mut silent = None;
    for place in places {
        let at = at(issuer, &place);
        if asked.contains(&at.to_string()) {
            continue;
        }
        match fetch(transport, &at, permit, asked).await {
            Ok(Some(members)) => return read_server(&at, issuer, &members).map(Some),
            Ok(None) => {}
            Err(error @ DiscoveryError::Broken { .. }) => silent = silent.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    silent.map_or(Ok(None), Err)
}

pub(super) fn at(url: &Url, path: &str) -> Url {
    let mut at = url.clone();
    at.set_path(path);
    at.set_query(None);
    at.set_fragment(None);
    at
}

/// The members of the JSON object at this URL; `None`: nothing is there.
pub(super) async fn fetch(
    transport: &dyn Transport,
    at: &Url,
    permit: &Permit,
    asked: &mut Vec<String>,
) -> Result<Option<Map<String, Value>>, DiscoveryError> {
    permit.check(at).map_err(DiscoveryError::NotPermitted)?;
    asked.push(at.to_string());
    let silent = |why: String| DiscoveryError::Silent { at: at.to_string(), why };
    let origin = Origin::of(at).ok_or_else(|| silent("this is not an http or https URL".into()))?;
    let mut request = Request::new("GET", origin.clone(), at.path());
    request.headers.push("Accept", "application/json");
    match transport.send(&request).await {
        Ok(response) => members(at, &response),
        Err(TransportError::Unreachable(why)) => {
            Err(DiscoveryError::Unreachable { at: origin.to_string(), why })
        }
        Err(TransportError::TooLarge(_)) => Err(too_large(at)),
        Err(TransportError::TooManyValues(most)) => {
            let why = format!("it has more than {most} values");
            Err(DiscoveryError::Wrong { at: at.to_string(), why })
        }
        Err(error) => Err(silent(error.to_string())),
    }
}

fn too_large(at: &Url) -> DiscoveryError {
    let why = format!("it is larger than {} KiB", LARGEST / 1024);
    DiscoveryError::Wrong { at: at.to_string(), why }
}

fn members(at: &Url, response: &Response) -> Result<Option<Map<String, Value>>, DiscoveryError> {
    let wrong = |why: String| DiscoveryError::Wrong { at: at.to_string(), why };
    match response.status {
        200 => {}
        500.. => {
            let (at, status) = (at.to_string(), response.status);
            return Err(DiscoveryError::Broken { at, status });
        }
        _ => return Ok(None),
    }
    if response.body.len() > LARGEST {
        return Err(too_large(at));
    }
    // Applications that answer every path with their start page publish nothing there.
    if response.media_type().as_deref() == Some("text/html") {
        return Ok(None);
    }
    match serde_json::from_slice(&response.body) {
        // Readers take the one or the other (RFC 8259 §4).
        Ok(Value::Object(_)) if repeated_member(&response.body).is_some() => {
            let name = repeated_member(&response.body).unwrap_or_default();
            Err(wrong(format!("`{name}` stands in it more than once")))
        }
        Ok(Value::Object(members)) => Ok(Some(members)),
        Ok(_) => Err(wrong("it is not a JSON object".to_owned())),
        Err(error) => Err(wrong(match response.headers.text("content-encoding") {
            Some(coding) => format!("it is compressed (Content-Encoding: {coding})"),
            None => format!("it is not JSON ({error})"),
        })),
    }
}

/// Whether two names of one thing differ by their last slash at most.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// Refuses the metadata of another issuer (RFC 8414 §3.3).
fn same_issuer(at: &str, found: &str, expected: &Url) -> Result<(), DiscoveryError> {
    if is_same(found, expected.as_str()) {
        return Ok(());
    }
    let (at, expected) = (at.to_owned(), expected.as_str().trim_end_matches('/').to_owned());
    Err(DiscoveryError::OtherIssuer { at, expected, found: found.to_owned() })
}

fn read_server(
    at: &Url,
    expected: &Url,
    members: &Map<String, Value>,
) -> Result<Metadata, DiscoveryError> {
    let wrong = |why: String| DiscoveryError::Wrong { at: at.to_string(), why };
    let issuer = text(members, "issuer")
        .ok_or_else(|| wrong("it has no `issuer` (RFC 8414 §2)".to_owned()))?;
    same_issuer(at.as_str(), &issuer, expected)?;
    let url = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(url)) if is_url(url) => Ok(Some(url.clone())),
        Some(_) => Err(wrong(format!("its `{name}` is not an http or https URL"))),
    };
    // Codes by default (RFC 8414 §2); where there is nowhere to get any, what clients can have by themselves.
    let has_codes = members.contains_key("authorization_endpoint");
    let unnamed = if has_codes { "authorization_code" } else { "client_credentials" };
    let found = Metadata {
        at: at.to_string(),
        issuer,
        authorization: url("authorization_endpoint")?,
        token: url("token_endpoint")?,
        revocation: url("revocation_endpoint")?,
        registration: url("registration_endpoint")?,
        pushed: url("pushed_authorization_request_endpoint")?,
        introspection: url("introspection_endpoint")?,
        device_authorization: url("device_authorization_endpoint")?,
        userinfo: url("userinfo_endpoint")?,
        scopes: list(members, "scopes_supported").unwrap_or_default(),
        grants: list(members, "grant_types_supported").unwrap_or_else(|| vec![unnamed.to_owned()]),
        responses: list(members, "response_types_supported").unwrap_or_default(),
        methods: list(members, "token_endpoint_auth_methods_supported")
            .unwrap_or_else(|| vec!["client_secret_basic".to_owned()]),
        challenges: list(members, "code_challenge_methods_supported").unwrap_or_default(),
        proofs: list(members, "dpop_signing_alg_values_supported").unwrap_or_default(),
        resources: list(members, "protected_resources").unwrap_or_default(),
        offers: offered(members),
    };
    let lacks = |name: &str| wrong(format!("it has no `{name}` (RFC 8414 §2)"));
    if found.token.is_none() {
        return Err(lacks("token_endpoint"));
    }
    if found.authorization.is_none() && found.has_codes() {
        return Err(lacks("authorization_endpoint"));
    }
    Ok(found)
}

impl Metadata {
    /// Reads what a server answers at this URL; `None`: nothing is published there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(
        at: &Url,
        expected: &Url,
        response: &Response,
    ) -> Result<Option<Self>, DiscoveryError> {
        let members = members(at, response)?;
        members.map(|members| read_server(at, expected, &members)).transpose()
    }

    /// Checks that these are the metadata of an issuer.
    ///
    /// # Errors
    /// Where they are those of another.
    pub fn of_issuer(&self, issuer: &Url) -> Result<(), DiscoveryError> {
        same_issuer(&self.at, &self.issuer, issuer)
    }

    /// Whether a grant takes the user to the authorization endpoint, which then has to be named (RFC 8414 §2).
    fn has_codes(&self) -> bool {
        self.grants.iter().any(|grant| matches!(grant.as_str(), "authorization_code" | "implicit"))
    }

    /// The grants by which clients get tokens, where none takes the user to an authorization endpoint.
    pub fn direct_grants(&self) -> Vec<&'static str> {
        let has = |grant: &&str| self.grants.iter().any(|own| own == grant);
        let codeless = self.authorization.is_none();
        DIRECT.iter().copied().filter(|grant| codeless && has(grant)).collect()
    }

    /// The endpoints that requests go to, with the names of their members.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("authorization_endpoint", &self.authorization),
            ("token_endpoint", &self.token),
            ("revocation_endpoint", &self.revocation),
            ("registration_endpoint", &self.registration),
            ("pushed_authorization_request_endpoint", &self.pushed),
            ("introspection_endpoint", &self.introspection),
            ("device_authorization_endpoint", &self.device_authorization),
            ("userinfo_endpoint", &self.userinfo),
        ]
        .into_iter()
        .filter_map(|(name, url)| Some((name, url.as_deref()?)))
    }
}

/// Members that offer something, and what is in the lists of those that tell apart.
fn offered(members: &Map<String, Value>) -> BTreeSet<String> {
    let names = members.iter().filter(|(_, it)| offers(it)).map(|(name, _)| name.clone());
    let listed = LISTS.iter().flat_map(|name| {
        let values = list(members, name).unwrap_or_default();
        values.into_iter().map(move |value| format!("{name}={value}"))
    });
    names.chain(listed).collect()
}

/// Lists whose values offer documents.
const LISTS: [&str; 2] = ["token_endpoint_auth_methods_supported", "grant_types_supported"];

/// Whether a member says that there is something.
fn offers(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(values) => !values.is_empty(),
        _ => true,
    }
}

fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    })
}

pub(super) fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    members.get(name)?.as_str().map(str::to_owned)
}

pub(super) fn list(members: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let values = members.get(name)?.as_array()?;
    Some(values.iter().filter_map(Value::as_str).take(MOST).map(str::to_owned).collect())
}

impl Metadata {
    /// The members that offer something, and values of lists as `member=value`.
    pub fn offered(&self) -> Vec<&str> {
        self.offers.iter().map(String::as_str).collect()
    }

    /// Leaves out the endpoints at hosts that nobody named, and says which.
    ///
    /// # Errors
    /// Where an endpoint that everything needs is among them.
    pub fn restrict(&mut self, permit: &Permit) -> Result<Vec<String>, String> {
        let check = |url: &Option<String>| match url.as_deref().map(Url::parse) {
            Some(Ok(url)) => permit.check(&url),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(()),
        };
        for (name, url) in
            [("authorization_endpoint", &self.authorization), ("token_endpoint", &self.token)]
        {
            check(url).map_err(|why| format!("the metadata's {name}: {why}"))?;
        }
        let mut left_out = Vec::new();
        for (name, url) in [
            ("revocation_endpoint", &mut self.revocation),
            ("registration_endpoint", &mut self.registration),
            ("pushed_authorization_request_endpoint", &mut self.pushed),
            ("introspection_endpoint", &mut self.introspection),
            ("device_authorization_endpoint", &mut self.device_authorization),
            ("userinfo_endpoint", &mut self.userinfo),
        ] {
            if let Err(why) = check(url) {
                left_out.push(format!("the metadata's {name} is left out: {why}"));
                self.offers.remove(name);
                *url = None;
            }
        }
        Ok(left_out)
    }
}
