//! Clients that a scenario registered (RFC 7591), and what their server told of them.

use serde_json::{Map, Value, json};
use url::Url;

use crate::observe::observed;
use crate::profile::{self, ClientAuthentication, Methods, Model};
use crate::wire::Secret;
use crate::wire::jwk::SigningKey;
use crate::wire::transport::Sent;

/// A client that a scenario registered.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// As a profile has it.
    pub client: profile::Client,
    /// The metadata that were sent.
    pub asked: Value,
    /// What the server answered.
    pub answer: Map<String, Value>,
    /// Whether it was deleted.
    pub is_gone: bool,
}

impl Enrolled {
    /// The client configuration endpoint and its token (RFC 7592 §3), where the server offers both.
    pub fn management(&self) -> Option<(Url, Secret)> {
        let text = |name: &str| self.answer.get(name).and_then(Value::as_str);
        let url = Url::parse(text("registration_client_uri")?).ok()?;
        Some((url, Secret::from(text("registration_access_token")?)))
    }
}

/// Every client that a scenario registered, by the role that its sentences name, the latest last.
#[derive(Debug, Clone, Default)]
pub struct Enrolment(Vec<(String, Enrolled)>);

impl Enrolment {
    /// The latest one of a role.
    pub fn get(&self, role: &str) -> Option<&Enrolled> {
        self.0.iter().rev().find(|(known, _)| known == role).map(|(_, enrolled)| enrolled)
    }

    /// Keeps another one under a role.
    pub(super) fn add(&mut self, role: &str, enrolled: Enrolled) {
        self.0.push((role.to_owned(), enrolled));
    }

    /// Each that was not deleted, with the role that it has.
    pub(super) fn remaining(self) -> impl Iterator<Item = (String, Enrolled)> {
        self.0.into_iter().filter(|(_, enrolled)| !enrolled.is_gone)
    }

    /// Every client that was registered, as a profile has it.
    pub(super) fn clients(&self) -> impl Iterator<Item = &profile::Client> {
        self.0.iter().map(|(_, enrolled)| &enrolled.client)
    }

    /// The latest one of a role, to be changed.
    pub fn get_mut(&mut self, role: &str) -> Option<&mut Enrolled> {
        self.0.iter_mut().rev().find(|(known, _)| known == role).map(|(_, enrolled)| enrolled)
    }
}

/// The object of an answer that registered a client: 201 by the RFC; what is answered with success
/// otherwise is a registration all the same.
pub fn registered(sent: &Sent) -> Option<Map<String, Value>> {
    let response = sent.as_ref().ok().filter(|it| (200..300).contains(&it.status))?;
    let Value::Object(members) = observed::json(response)? else { return None };
    members.get("client_id")?.as_str().filter(|id| !id.is_empty())?;
    Some(members)
}

/// The member that holds the public half of a private key (RFC 7591 §2).
pub(super) fn jwks(pem: &str) -> Value {
    let key = SigningKey::from_pem(pem);
    let key = key.map(|key| {
        let mut members = key.jwk();
        members.insert("kid".to_owned(), json!(key.thumbprint()));
        members.insert("use".to_owned(), json!("sig"));
        members.insert("alg".to_owned(), json!(key.alg().name()));
        members
    });
    json!({"keys": key.into_iter().collect::<Vec<_>>()})
}

/// Metadata with what some servers want of every client and these leave out: its home page (`client_uri`, which
/// RFC 7591 §2 recommends) and the kind of application that it is (OpenID Connect Dynamic Client Registration
/// §2). None where they name both.
pub(super) fn in_full(metadata: &Value) -> Option<Value> {
    let members = metadata.as_object()?;
    let uris = members.get("redirect_uris").and_then(Value::as_array).into_iter().flatten();
    let urls: Vec<Url> = uris.filter_map(|uri| Url::parse(uri.as_str()?).ok()).collect();
    let more = [(HOME, home(&urls)), (APPLICATION, application(&urls).to_owned())];
    let mut full = members.clone();
    for (name, value) in more {
        full.entry(name).or_insert(json!(value));
    }
    (full.len() > members.len()).then_some(Value::Object(full))
}

/// Metadata of a client that refreshes, too: a server may take no clients with codes as their only grant. None where
/// they have other grants.
pub(super) fn refreshing(metadata: &Value) -> Option<Value> {
    let members = metadata.as_object()?;
    let mut more = members.clone();
    if members.get("grant_types")? != &json!(["authorization_code"]) {
        return None;
    }
    more.insert("grant_types".to_owned(), json!(["authorization_code", "refresh_token"]));
    Some(Value::Object(more))
}

/// A page on the host of the first of these redirect URIs that is a web page.
fn home(urls: &[Url]) -> String {
    let web = urls.iter().find(|url| url.scheme() == "https").and_then(|url| url.join("/").ok());
    web.map_or_else(|| "https://registered.client.example/".to_owned(), Into::into)
}

/// The value of `application_type` for a client with these redirect URIs.
fn application(urls: &[Url]) -> &'static str {
    if urls.iter().all(|url| url.scheme() == "https") { "web" } else { "native" }
}

/// The kind of application that a client is.
const APPLICATION: &str = "application_type";

const HOME: &str = "client_uri";

/// How a client signs that registered the public half of this private key.
fn signing(key: &Secret) -> profile::Assertion {
    let id = SigningKey::from_pem(key).map(|key| key.thumbprint()).ok();
    profile::Assertion { private_key: Some(key.clone()), key_id: id, ..Default::default() }
}

/// The client of an answer, as a profile has it. `uris`: the redirect URIs, where it names none; `key`: the
/// private key whose public half was registered.
pub(super) fn client_of(
    answer: &Map<String, Value>,
    uris: &[String],
    key: Option<&Secret>,
) -> profile::Client {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let method = text("token_endpoint_auth_method");
    // A client that was registered without authentication has no use for a secret that it is given.
    let key = key.filter(|_| method.as_deref() == Some("private_key_jwt"));
    let is_public = method.as_deref() == Some("none") || key.is_some();
    let secret = text("client_secret").filter(|secret| !secret.is_empty() && !is_public);
    let redirect_uris = match answer.get("redirect_uris").and_then(Value::as_array) {
        Some(uris) => uris.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => uris.to_vec(),
    };
    let authentication = match method.as_deref() {
        Some("client_secret_post") => ClientAuthentication::Body,
        _ if key.is_some() => ClientAuthentication::PrivateKeyJwt,
        _ => ClientAuthentication::Basic,
    };
    let proves = secret.is_some() || key.is_some();
    profile::Client {
        id: text("client_id").unwrap_or_default(),
        authentication: proves.then(|| Methods::from(authentication)),
        secret: secret.map(Secret::from),
        redirect_uris,
        pkce: None,
        scope: None,
        name: text("client_name"),
        model: Model::default(),
        assertion: key.map(signing),
        grants: Vec::new(),
        lacks_grant: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_page_is_on_the_host_of_the_first_redirect_uri_that_has_one() {
        let home = |metadata: Value| in_full(&metadata).map(|it| it["client_uri"].clone());
        let uris = json!({"redirect_uris": ["app:/cb", "https://a.example:8443/cb?x=1#y"]});
        assert_eq!(home(uris), Some(json!("https://a.example:8443/")));
        assert_eq!(home(json!({})), Some(json!("https://registered.client.example/")));
        let named = json!({"client_uri": "https://a.example/", "application_type": "web"});
        assert_eq!(home(named), None);
        assert_eq!(home(json!(["https://a.example/"])), None);
    }

    #[test]
    fn a_client_with_a_redirect_uri_that_is_no_web_page_is_a_native_application() {
        let kind = |uris: Value| {
            in_full(&json!({ "redirect_uris": uris })).map(|it| it["application_type"].clone())
        };
        assert_eq!(kind(json!(["https://a.example/cb"])), Some(json!("web")));
        assert_eq!(kind(json!(["https://a.example/cb", "app:/cb"])), Some(json!("native")));
        assert_eq!(kind(json!(["http://127.0.0.1/cb"])), Some(json!("native")));
    }
}
