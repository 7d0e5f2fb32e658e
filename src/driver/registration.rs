//! Registrations of a scenario (RFC 7591), and what becomes of them (RFC 7592).

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use serde_json::{Map, Value, json};

use super::enrolment::{Enrolled, Enrolment, client_of, in_full, jwks, refreshing, registered};
use super::flow::{Client, Driver};
use super::{Draft, Unmet};
use crate::profile::{ClientAuthentication, Pkce};
use crate::wire::transport::Sent;
use crate::wire::{Origin, Secret};

/// How a client authenticates that signs (RFC 7523 §2.2).
const SIGNING: &str = "private_key_jwt";

/// The member that says how a client authenticates (RFC 7591 §2).
const METHOD: &str = "token_endpoint_auth_method";

/// The member with the secret of a client (RFC 7591 §3.2.1).
pub const SECRET: &str = "client_secret";

/// The member with the token of its registration (RFC 7592 §3).
pub const TOKEN: &str = "registration_access_token";

/// Redirect URI of a client that is registered, where the profile's default client has none.
const REDIRECT_URI: &str = "https://registered.client.example/callback";

/// Metadata that say more than these, each more than the one before.
fn fuller(metadata: &Value) -> Vec<Value> {
    let full = in_full(metadata);
    let refreshing = refreshing(full.as_ref().unwrap_or(metadata));
    // Those that say all have a place of their own, whether the others are there or not.
    let first = full.unwrap_or_else(|| metadata.clone());
    std::iter::once(first).chain(refreshing).collect()
}

impl Driver {
    /// The ordinary metadata of a client that registers itself (RFC 7591 §2): like the profile's default
    /// client, with codes as its only grant; at a server that has none, with its own credentials.
    pub fn client_metadata(&mut self) -> Map<String, Value> {
        let unique = self.fresh(8).to_lowercase();
        let (grants, responses) = match self.has_no_codes() {
            true => (json!(["client_credentials"]), json!([])),
            false => (json!(["authorization_code"]), json!(["code"])),
        };
        let profile = &self.site.profile;
        let like = profile.client("default");
        let uri = like.and_then(|client| client.redirect_uris.first());
        let has_none = like.is_some_and(|client| !client.has_credentials());
        let own = profile.registration_metadata.get(METHOD).and_then(Value::as_str);
        let own = own.map(str::to_owned);
        let method = match like.map(|client| profile.authentication(client)) {
            _ if own.is_some() => own.as_deref().unwrap_or_default(),
            _ if has_none => "none",
            Some(ClientAuthentication::Body) => "client_secret_post",
            Some(ClientAuthentication::PrivateKeyJwt) => SIGNING,
            _ => "client_secret_basic",
        };
        let mut members = Map::new();
        members.insert("client_name".to_owned(), json!(format!("oauthspec {unique}")));
        members
            .insert("redirect_uris".to_owned(), json!([uri.map_or(REDIRECT_URI, String::as_str)]));
        members.insert(METHOD.to_owned(), json!(method));
        members.insert("grant_types".to_owned(), grants);
        members.insert("response_types".to_owned(), responses);
        if let Some(scope) = &profile.scope {
            members.insert("scope".to_owned(), json!(scope));
        }
        for (name, value) in &self.site.profile.registration_metadata {
            members.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self.for_method(&mut members, method);
        members
    }

    /// Metadata of a client that authenticates by this method, with a key where it needs one.
    pub fn for_method(&mut self, members: &mut Map<String, Value>, method: &str) {
        members.insert(METHOD.to_owned(), json!(method));
        if let Some(key) =
            Some(method).filter(|it| *it == SIGNING).and_then(|_| self.keys.pem().ok())
        {
            self.journal.private_key(&key);
            members.insert("jwks".to_owned(), jwks(&key));
        }
    }

    /// A registration with this body (RFC 7591 §3.1).
    ///
    /// # Errors
    /// Where the profile defines no registration endpoint.
    pub fn registration(&self, body: Value) -> Result<Draft, Unmet> {
        let url = self.site.registration.as_ref().ok_or_else(|| {
            Unmet::Lacking("the profile defines no registration endpoint".to_owned())
        })?;
        let mut draft = Draft::new("registration request", "POST", url);
        let says = usize::from(self.site.says_more.load(Ordering::Relaxed));
        let full = says.checked_sub(1).and_then(|says| fuller(&body).into_iter().nth(says));
        draft.json = Some(full.unwrap_or(body));
        if let Some(token) = &self.site.profile.registration_token {
            draft.headers.push("Authorization", format!("Bearer {}", &**token));
        }
        Ok(draft)
    }

    /// A registration that was refused, once more with more members: a server may want more of its clients than RFC 7591
    /// does (§3.2.2). Each draft says more than the one before, by how much stands beside it; none where that is no
    /// help.
    pub fn in_full(&self, draft: &Draft, sent: &Sent) -> Vec<(u8, Draft)> {
        let refused = sent.as_ref().is_ok_and(|response| response.status == 400);
        let bodies = draft.json.as_ref().filter(|_| refused).map(fuller).unwrap_or_default();
        let further = (1..).zip(bodies).filter(|(_, body)| draft.json.as_ref() != Some(body));
        further.map(|(more, body)| (more, Draft { json: Some(body), ..draft.clone() })).collect()
    }

    /// A draft that said so much more was a help: from now on every client says as much of itself.
    pub fn says_more(&self, more: u8) {
        self.site.says_more.store(more, Ordering::Relaxed);
    }

    /// Keeps what a registration brought under a role, so that sentences can name the client; whether it
    /// brought anything.
    pub fn enrol(&mut self, role: &str, asked: &Value, sent: &Sent) -> bool {
        let Some(mut answer) = registered(sent) else { return false };
        for (kind, name) in [("client secret", SECRET), ("access token", TOKEN)] {
            if let Some(value) = answer.get(name).and_then(Value::as_str) {
                self.journal.secret(kind, value);
            }
        }
        let uris = asked["redirect_uris"].as_array().into_iter().flatten();
        let uris: Vec<String> = uris.filter_map(Value::as_str).map(str::to_owned).collect();
        // What an answer leaves out is taken to be as it was asked for: that it does is told by a rule. But whoever
        // asked for no secret and got one is told HTTP Basic by that (RFC 7591 §2, §3.2.1).
        let secret = answer.get(SECRET).and_then(Value::as_str).unwrap_or_default();
        let replaced = asked.get(METHOD).is_some_and(|it| it == "none") && !secret.is_empty();
        let basic = json!("client_secret_basic");
        let method = if replaced { Some(&basic) } else { asked.get(METHOD) };
        if let Some(method) = method.filter(|_| !answer.contains_key(METHOD)) {
            answer.insert(METHOD.to_owned(), method.clone());
        }
        let key = asked.get("jwks").and_then(|_| self.keys.pem().ok());
        let mut client = client_of(&answer, &uris, key.as_ref());
        let like = self.site.profile.client("default").and_then(|client| client.pkce);
        client.pkce = if client.authentication.is_none() { Some(Pkce::S256) } else { like };
        let enrolled = Enrolled { client, asked: asked.clone(), answer, is_gone: false };
        self.enrolment.add(role, enrolled);
        true
    }

    /// Registers a client in the place of another one, with its redirect URIs.
    ///
    /// # Errors
    /// Where the server registers none.
    pub async fn register_like(&mut self, role: &str, like: &Client) -> Result<Client, Unmet> {
        let mut asked = self.client_metadata();
        asked.insert("redirect_uris".to_owned(), json!(self.client(like)?.redirect_uris));
        self.register_as(role, asked).await
    }

    /// Registers a client like others, which may ask for this scope.
    ///
    /// # Errors
    /// Where the server registers none.
    pub async fn register_for(&mut self, role: &str, scope: Option<&str>) -> Result<Client, Unmet> {
        let mut asked = self.client_metadata();
        if let Some(scope) = scope {
            asked.insert("scope".to_owned(), json!(scope));
        }
        self.register_as(role, asked).await
    }

    /// Registers a client of this role with these metadata.
    ///
    /// # Errors
    /// Where the server registers none.
    pub async fn register_as(
        &mut self,
        role: &str,
        asked: Map<String, Value>,
    ) -> Result<Client, Unmet> {
        let asked = Value::Object(asked);
        let draft = self.registration(asked.clone())?;
        let mut sent = self.submit(&draft).await?;
        for (more, again) in self.in_full(&draft, &sent) {
            sent = self.submit(&again).await?;
            if registered(&sent).is_some() {
                self.says_more(more);
                break;
            }
        }
        let registered = self.enrol(role, &asked, &sent);
        let text = || Unmet::Lacking("no client could be registered".to_owned());
        if registered { Ok(Client(role.to_owned())) } else { Err(text()) }
    }

    /// The client that a scenario registered under this role.
    ///
    /// # Errors
    /// Where none was.
    pub fn enrolled(&self, role: &str) -> Result<Enrolled, Unmet> {
        let known = self.enrolment.get(role).cloned();
        known.ok_or_else(|| Unmet::Failed(format!("no client `{role}` was registered")))
    }

    /// Keeps what a client got in place of its registration access token and of its secret.
    pub fn renew(&mut self, role: &str, token: Option<&Value>, secret: Option<&Value>) {
        let Some(enrolled) = self.enrolment.get_mut(role) else { return };
        if let Some(token) = token {
            enrolled.answer.insert(TOKEN.to_owned(), token.clone());
        }
        let (Some(Value::String(new)), Some(secret)) = (secret, &mut enrolled.client.secret) else {
            return;
        };
        self.journal.secret("client secret", new);
        *secret = Secret::from(new.as_str());
        enrolled.answer.insert(SECRET.to_owned(), json!(new));
    }

    /// A request to the client configuration endpoint of a client (RFC 7592 §2), with its own token.
    ///
    /// # Errors
    /// Where the server offers no such endpoint, or names one at another host.
    pub fn management(&self, role: &str, method: &str) -> Result<Draft, Unmet> {
        let (url, token) = self.enrolled(role)?.management().ok_or_else(|| {
            Unmet::Lacking("the server offers no client configuration endpoint".to_owned())
        })?;
        let known = Origin::of(&url).is_some_and(|origin| self.site.origins.contains(&origin));
        if !known {
            let text =
                "the client configuration endpoint is at a host that the profile does not name";
            return Err(Unmet::Lacking(text.to_owned()));
        }
        let mut draft = Draft::new("client configuration request", method, &url);
        draft.headers.push("Authorization", format!("Bearer {}", &*token));
        Ok(draft)
    }

    /// Deletes every client that the scenario registered. What stays is kept for the end of the run.
    pub async fn dismiss(&mut self) {
        let enrolment = std::mem::take(&mut self.enrolment);
        let mut last = BTreeMap::new();
        for (role, enrolled) in enrolment.remaining() {
            last.insert(enrolled.client.id.clone(), (role, enrolled));
        }
        for (id, (role, enrolled)) in last {
            self.enrolment.add(&role, enrolled);
            let deleted = match self.management(&role, "DELETE") {
                Ok(draft) => self.submit(&draft).await,
                Err(unmet) => Err(unmet),
            };
            if !deleted.is_ok_and(|sent| sent.is_ok_and(|it| (200..300).contains(&it.status))) {
                let mut staying = self.site.staying.lock().unwrap_or_else(PoisonError::into_inner);
                staying.push((role, id));
            }
        }
        self.enrolment = Enrolment::default();
    }
}
