//! The suite as a client that registers itself (RFC 7591), and deletes its registrations again
//! (RFC 7592).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use url::Url;

use super::casts::{CASTS, CLIENT_CREDENTIALS, Cast, HERE, Kind, SIGNING};
use super::permit::Permit;
use super::post::delete;
use super::unlike::{is_changed, unlike};
use crate::driver::enrolment::{client_of, jwks};
use crate::profile::{Client, DIRECT, Model, Pkce};
use crate::wire::jwk::SigningKey;
use crate::wire::{Origin, Secret, Transport};

/// Where and how clients are registered.
#[derive(Debug, Clone)]
pub struct Registrar {
    /// Registration endpoint.
    pub endpoint: Url,
    /// Initial access token (RFC 7591 §3), where one is needed.
    pub token: Option<Secret>,
    /// `token_endpoint_auth_methods_supported`: of those that the suite knows, a client has the first.
    pub methods: Vec<String>,
    /// `grant_types_supported`.
    pub grants: Vec<String>,
    /// `response_types_supported`, where the metadata name them.
    pub responses: Vec<String>,
    /// Scope that every client asks for.
    pub scope: Option<String>,
    /// `scopes_supported`: what a client asks for that would be registered without any scope otherwise.
    pub scopes: Vec<String>,
    /// Further members of the metadata of every client.
    pub more: Map<String, Value>,
    /// Private key (PEM) of clients that have no secret.
    pub key: Option<Secret>,
}

/// Why a role has no client.
pub(super) enum Unfit {
    /// The server took none that is as the role needs it.
    Refused(String),
    /// The server limits how many clients register.
    Limited(String),
    /// Its metadata do not have what the role is for, or it took a client that shows nothing: the reason is
    /// for who asks for it.
    Plain(String),
}

/// A client that was registered, and how it is deleted.
#[derive(Debug, Clone)]
pub struct Registered {
    /// As a profile has it.
    pub client: Client,
    /// Client configuration endpoint and its token, where the server offers them (RFC 7592).
    pub(super) manage: Option<(Url, Secret)>,
}

/// Clients that were registered by role, and why others were not.
#[derive(Debug, Clone, Default)]
pub struct Cohort {
    /// Those that were.
    pub registered: BTreeMap<String, Registered>,
    /// Those that were not: role and reason.
    pub refused: BTreeMap<String, String>,
    /// Those that there is no need to speak of, with the reason.
    pub left_out: BTreeMap<String, String>,
}

impl Cohort {
    /// Who was not registered, and why: one sentence for each reason, about these roles.
    pub fn remarks(&self, wanted: &[&str]) -> Vec<String> {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (role, why) in self.refused.iter().filter(|(role, _)| wanted.contains(&role.as_str())) {
            reasons.entry(why).or_default().push(format!("`{role}`"));
        }
        let sentence = |(why, roles): (&str, Vec<String>)| {
            let noun = if roles.len() == 1 { "role" } else { "roles" };
            let roles = roles.join(", ");
            format!(
                "what needs a client of {noun} {roles} is not applicable, since none could be registered: {why}"
            )
        };
        reasons.into_iter().map(sentence).collect()
    }

    /// Takes over the clients of further roles.
    pub fn extend(&mut self, more: Self) {
        self.registered.extend(more.registered);
        self.refused.extend(more.refused);
        self.left_out.extend(more.left_out);
    }

    /// Leaves further roles without a client, since an ordinary flow of the default one got nowhere.
    pub fn leave_untried(&mut self, roles: &[&str]) {
        let others = roles.iter().filter(|role| !self.registered.contains_key(**role));
        let others = others.map(|role| ((*role).to_owned(), UNTRIED.to_owned()));
        self.left_out.extend(others.collect::<Vec<_>>());
    }

    /// The clients as a profile has them.
    pub fn clients(&self) -> BTreeMap<String, Client> {
        let each = self.registered.iter();
        each.map(|(role, registered)| (role.clone(), registered.client.clone())).collect()
    }

    /// Why needs are not met, by their written names.
    pub fn lacking(&self) -> BTreeMap<String, String> {
        let reason = |cast: &&Cast| {
            let why = self.refused.get(cast.role).or_else(|| self.left_out.get(cast.role))?;
            Some((cast.role, cast.needs(), why))
        };
        let each = CASTS.iter().filter_map(|cast| reason(&cast));
        let each = each.flat_map(|(role, needs, why)| {
            let needs = needs.into_iter().filter(|need| need.starts_with("grant:"));
            let needs = needs.chain([format!("client:{role}")]);
            needs.map(move |need| {
                (need, format!("no client of role `{role}` could be registered: {why}"))
            })
        });
        each.collect()
    }
}

impl Registrar {
    /// The grant that the role `limited` does not have.
    const LACKED: &str = CLIENT_CREDENTIALS;

    /// Roles that a client can register itself for, each with the needs of what is about it.
    pub fn roles() -> impl Iterator<Item = (&'static str, Vec<String>)> {
        CASTS.iter().map(|cast| (cast.role, cast.needs()))
    }

    /// Registers a client for each of these roles, as far as the server takes it.
    pub async fn enrol(&self, transport: &dyn Transport, wanted: &[&str]) -> Cohort {
        let mut cohort = Cohort::default();
        let mut limits = Vec::new();
        for cast in CASTS.iter().filter(|cast| wanted.contains(&cast.role)) {
            let role = cast.role.to_owned();
            // What has been registered before is all that there is.
            if let Some(why) = limits.last().filter(|_| limits.len() >= MOST_LIMITED) {
                cohort.refused.insert(role, String::clone(why));
                continue;
            }
            match self.register(transport, cast).await {
                Ok(registered) => drop(cohort.registered.insert(role, registered)),
                Err(Unfit::Refused(why)) => drop(cohort.refused.insert(role, why)),
                Err(Unfit::Plain(why)) => drop(cohort.left_out.insert(role, why)),
                Err(Unfit::Limited(why)) => {
                    limits.push(why.clone());
                    cohort.refused.insert(role, why);
                }
            }
        }
        cohort
    }

    async fn register(&self, transport: &dyn Transport, cast: &Cast) -> Result<Registered, Unfit> {
        let silent = cast.kind == Kind::Encoded;
        let unfit = |why| if silent { Unfit::Plain(why) } else { Unfit::Refused(why) };
        let method = self.method(cast.kind).map_err(unfit)?;
        let grants = self.grants(cast.kind)?;
        // Metadata that do not name `none` do not hinder a server that registers public clients alone.
        let public = Some("none").filter(|_| cast.kind.may_be_public() && method != "none");
        // A client of the implicit grant has no use for a secret, but may have one where the server takes no others.
        let proven = self.method(Kind::Confidential).ok().filter(|_| cast.kind == Kind::Implicit);
        let mut why = String::new();
        for other in std::iter::once(None).chain(public.map(Some)).chain(proven.map(Some)) {
            for uris in cast.uris {
                let by = (*uris, other.unwrap_or(method), grants.as_slice());
                match self.registered_by(transport, cast, by).await {
                    Err(Unfit::Refused(_)) if other.is_some() => {}
                    Err(Unfit::Refused(reason)) => why = reason,
                    decided => return decided,
                }
            }
        }
        Err(Unfit::Refused(why))
    }

    /// Registers a client with these redirect URIs, which authenticates by this method and has these
    /// grants.
    async fn registered_by(
        &self,
        transport: &dyn Transport,
        cast: &Cast,
        (uris, method, grants): (&[&str], &str, &[&str]),
    ) -> Result<Registered, Unfit> {
        let asked = self.metadata(cast, uris, method, grants);
        let answer = self.post(transport, &asked).await?;
        let answer = self.with_scope(transport, cast, (&asked, answer)).await;
        let registered = self.read(cast, uris, &answer);
        let unlike = unlike((cast, method), uris, &registered.client, &answer);
        let is_plain = cast.kind == Kind::Encoded && !is_changed(&registered.client);
        if unlike.is_none() && !is_plain {
            return Ok(registered);
        }
        delete(transport, &self.endpoint, &registered).await;
        Err(unlike.map_or_else(|| Unfit::Plain(PLAIN.to_owned()), Unfit::Refused))
    }

    /// `token_endpoint_auth_method` of a client, among those that the server supports.
    fn method(&self, kind: Kind) -> Result<&'static str, String> {
        // Metadata often leave clients without a secret out, and registration takes them.
        if matches!(kind, Kind::Public | Kind::Implicit) {
            return Ok("none");
        }
        let known: &[&'static str] = match kind {
            Kind::Signing => &[SIGNING],
            Kind::Encoded => &["client_secret_basic"],
            _ => &["client_secret_basic", "client_secret_post"],
        };
        let of = |known: &[&'static str]| {
            let mut preferred = self.methods.iter();
            preferred.find_map(|it| known.iter().find(|method| *method == it)).copied()
        };
        // A device cannot keep a secret (RFC 8628 §5.6), unless the server knows no other clients.
        let public = || self.methods.iter().any(|it| it == "none").then_some("none");
        if let Some(none) = public().filter(|_| kind == Kind::Device) {
            return Ok(none);
        }
        // Where no client has a secret, each has a key.
        let by_key = || of(&[SIGNING]);
        // Where no client proves itself at all, none is told from the others by it.
        let unproven = || public().filter(|_| kind.may_be_public());
        of(known).or_else(by_key).or_else(unproven).ok_or_else(|| {
            format!("the server does not support client authentication by {}", known.join(" or "))
        })
    }

    /// The same, whose confidential clients authenticate by the other method that the server supports:
    /// what they use now and what they would; none where it supports one alone.
    pub fn otherwise(&self) -> Option<(&'static str, &'static str, Self)> {
        let now = self.method(Kind::Confidential).ok()?;
        let mut other = self.clone();
        other.methods.retain(|method| method != now);
        let then = other.method(Kind::Confidential).ok()?;
        Some((now, then, other))
    }

    fn grants(&self, kind: Kind) -> Result<Vec<&'static str>, Unfit> {
        let has = |grant: &str| self.grants.iter().any(|it| it == grant);
        let direct = self.direct();
        if kind.own().is_none() && !direct.is_empty() {
            return Ok(direct
                .into_iter()
                .chain(has("refresh_token").then_some("refresh_token"))
                .collect());
        }
        let refresh = || has("refresh_token").then_some("refresh_token");
        let with_refresh = |grant| [grant].into_iter().chain(refresh()).collect();
        match (kind, kind.own()) {
            // A server may know it as a response type alone.
            (Kind::Implicit, Some(own)) if !has(own) && self.has_token_response() => {
                Ok(vec!["authorization_code"])
            }
            (Kind::Exchange | Kind::Password | Kind::Implicit, Some(own)) if !has(own) => {
                Err(Unfit::Plain(unnamed(own)))
            }
            (Kind::Server, _) if !has(CLIENT_CREDENTIALS) => {
                Err(Unfit::Plain(unnamed(CLIENT_CREDENTIALS)))
            }
            (Kind::Codeless, _) if !has(CLIENT_CREDENTIALS) => {
                Err(Unfit::Refused(unnamed(CLIENT_CREDENTIALS)))
            }
            (Kind::Codeless, _) => Ok(vec![CLIENT_CREDENTIALS]),
            (Kind::Server | Kind::Implicit, Some(own)) => Ok(vec![own]),
            (Kind::Exchange, Some(own)) => {
                Ok(["authorization_code", own].into_iter().chain(refresh()).collect())
            }
            // Metadata that name the endpoint of devices and not the grant do not hinder: the answer tells.
            (_, Some(own)) => Ok(with_refresh(own)),
            (Kind::Limited, _) => Ok(vec!["authorization_code"]),
            _ => Ok(with_refresh("authorization_code")),
        }
    }

    /// Whether the metadata say that the authorization endpoint issues access tokens.
    fn has_token_response(&self) -> bool {
        self.responses.iter().any(|it| it == "token")
    }

    /// The grants of ordinary clients, where the server issues no codes.
    fn direct(&self) -> Vec<&'static str> {
        let has = |grant: &&str| self.grants.iter().any(|it| it == grant);
        let codes = self.grants.is_empty() || has(&"authorization_code");
        DIRECT.iter().copied().filter(|grant| !codes && has(grant)).collect()
    }

    fn metadata(&self, cast: &Cast, uris: &[&str], method: &str, grants: &[&str]) -> Value {
        let types = if cast.kind == Kind::Implicit {
            json!(["token"])
        } else if grants.contains(&"authorization_code") {
            json!(["code"])
        } else {
            json!([])
        };
        let mut asked = json!({
            "client_name": name(cast.role),
            "redirect_uris": uris,
            "token_endpoint_auth_method": method,
            "grant_types": grants,
            "response_types": types,
        });
        let local = uris.iter().any(|uri| uri.starts_with(HERE));
        if cast.kind == Kind::Native || local {
            // OpenID Connect Dynamic Client Registration §2: else only https.
            asked["application_type"] = json!("native");
        }
        if let Some(scope) = &self.scope {
            asked["scope"] = json!(scope);
        }
        if let Some(key) = self.key.as_ref().filter(|_| method == SIGNING) {
            asked["jwks"] = jwks(key);
        }
        for (name, value) in &self.more {
            if asked.get(name).is_none() {
                asked[name] = value.clone();
            }
        }
        asked
    }

    /// The answer to the same registration with the scopes that the server supports, where it registered a
    /// client that named none without any: such a client gets nothing (RFC 7591 §2 lets a server do so).
    async fn with_scope(
        &self,
        transport: &dyn Transport,
        cast: &Cast,
        (asked, answer): (&Value, Value),
    ) -> Value {
        let has_none = answer["scope"].as_str().is_some_and(|scope| scope.trim().is_empty());
        if !has_none || asked.get("scope").is_some() || self.scopes.is_empty() {
            return answer;
        }
        let mut asked = asked.clone();
        asked["scope"] = json!(self.scopes.join(" "));
        let Ok(better) = self.post(transport, &asked).await else { return answer };
        delete(transport, &self.endpoint, &self.read(cast, &[], &answer)).await;
        better
    }

    /// The client of an answer, whether or not it is what was asked for.
    fn read(&self, cast: &Cast, uris: &[&str], answer: &Value) -> Registered {
        let uris: Vec<String> = uris.iter().map(|uri| (*uri).to_owned()).collect();
        let none = Map::new();
        let known = client_of(answer.as_object().unwrap_or(&none), &uris, self.key.as_ref());
        // Where nobody has it, its refusal says nothing of this client.
        let lacks = cast.kind == Kind::Limited && self.grants.iter().any(|it| it == Self::LACKED);
        let is_server = cast.kind == Kind::Server;
        let client = Client {
            pkce: (cast.kind == Kind::Public).then_some(Pkce::S256),
            name: known.name.clone().or_else(|| Some(name(cast.role))),
            model: if is_server { Model::Server } else { Model::default() },
            grants: match cast.kind.own() {
                Some(own) => vec![own.to_owned()],
                None => self.direct().into_iter().map(str::to_owned).collect(),
            },
            lacks_grant: lacks.then(|| Self::LACKED.to_owned()),
            ..known
        };
        Registered { client, manage: self.manage(answer) }
    }

    /// The client configuration endpoint, if it is at the server itself.
    fn manage(&self, answer: &Value) -> Option<(Url, Secret)> {
        let url = Url::parse(answer["registration_client_uri"].as_str()?).ok()?;
        let token = answer["registration_access_token"].as_str()?;
        (Origin::of(&url) == Origin::of(&self.endpoint)).then(|| (url, Secret::from(token)))
    }

    /// Deletes what was registered (RFC 7592 §2.3), and says which clients stay: role and identifier.
    pub async fn dismiss(
        &self,
        transport: &dyn Transport,
        cohort: &Cohort,
    ) -> Vec<(String, String)> {
        let mut stay = Vec::new();
        for (role, registered) in &cohort.registered {
            if !delete(transport, &self.endpoint, registered).await {
                stay.push((role.clone(), registered.client.id.clone()));
            }
        }
        stay
    }
}

/// Why nobody registers beside the default client.
const UNTRIED: &str =
    "that of role `default` got no code, and a server may limit how many clients register";

/// So many registrations that the server limits are enough.
const MOST_LIMITED: usize = 2;

/// Why a client is none of role `encoded`.
const PLAIN: &str = "form encoding changes nothing in the credentials that the server chooses";

/// Why nobody registers for a grant.
fn unnamed(grant: &str) -> String {
    format!("the server's metadata do not name the grant `{grant}` (`grant_types_supported`)")
}

/// Name of the client of a role, as the consent page may show it.
fn name(role: &str) -> String {
    format!("oauthspec {role} client")
}

impl Registrar {
    /// One for this endpoint, if requests may go there.
    ///
    /// # Errors
    /// Why not.
    pub fn at(endpoint: &str, permit: &Permit) -> Result<Self, String> {
        let endpoint = Url::parse(endpoint).map_err(|error| format!("`{endpoint}`: {error}"))?;
        permit.check(&endpoint)?;
        let methods = ["client_secret_basic", "client_secret_post", "none"];
        let grants = ["authorization_code", "refresh_token"];
        Ok(Self {
            endpoint,
            token: None,
            methods: methods.map(str::to_owned).to_vec(),
            grants: grants.map(str::to_owned).to_vec(),
            responses: Vec::new(),
            scope: None,
            scopes: Vec::new(),
            more: Map::new(),
            key: SigningKey::generate_pem().ok().map(Secret::from),
        })
    }
}
