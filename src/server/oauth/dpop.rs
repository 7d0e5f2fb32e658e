//! Proofs of possession (RFC 9449): tokens are bound to a key of the client, which proves with each
//! request that it has it.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::server::core::Core;
use crate::server::faults::effects::dpop as effects;
pub(in crate::server) use crate::server::oauth::dpop_nonce::Asker;
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::issued::Issued;
use crate::server::oauth::store::Grant;
use crate::server::policy::NonceOf;
use crate::server::world::{Application, GrantType};
use crate::wire::challenge::Challenge;
use crate::wire::jwk::{self, Alg};
use crate::wire::jws::{self, Parts, hash};
use crate::wire::{Params, Request, Response};

/// The parameter of an authorization request that names a key by its thumbprint (RFC 9449 §10).
pub(in crate::server) const ASKED: &str = "dpop_jkt";

/// How long a proof is good, from its `iat` on (RFC 9449 §11.1).
pub(in crate::server) const GOOD_FOR: Duration = Duration::from_secs(120);
/// By how much a client's clock may be ahead.
const AHEAD: Duration = Duration::from_secs(15);

/// Members of the claims that each proof has (RFC 9449 §4.2).
const CLAIMS: [&str; 4] = ["jti", "htm", "htu", "iat"];
/// Members of a key that its owner keeps (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What is wrong with a proof (RFC 9449 §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Flaw {
    /// There is none.
    Missing,
    /// More than one came.
    Several,
    /// It is no signed JWT.
    Syntax,
    /// A member is missing, or of another type.
    Claims,
    /// `typ` is another.
    Type,
    /// `alg` is none that is supported.
    Algorithm,
    /// The key is a private one.
    PrivateKey,
    /// The signature is not by the key.
    Signature,
    /// It is for another method.
    Method,
    /// It is for another URI.
    Uri,
    /// It is for another access token.
    Token,
    /// Its nonce is missing, or not one that was told.
    Nonce,
    /// It is too old, or of the future.
    Time,
    /// It came before.
    Replayed,
}

impl Flaw {
    pub(in crate::server) fn error(self) -> &'static str {
        if self == Self::Nonce { "use_dpop_nonce" } else { "invalid_dpop_proof" }
    }

    fn refusal(self) -> Refusal {
        // dpop/refusal
        match self {
            Self::Nonce => Refusal::new(self.error(), "The proof needs the nonce of DPoP-Nonce"),
            Self::Missing => Refusal::new(self.error(), "A proof of possession is needed"),
            _ => Refusal::new(self.error(), "The proof of possession is not valid"),
        }
    }
}

/// Why a request has not the key that its access token is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Unheld {
    /// A bound token came as a Bearer token, or another one as a bound one.
    Scheme,
    /// The proof is by another key.
    OtherKey,
    /// There is no valid proof.
    Proof(Flaw),
}

impl Unheld {
    pub(in crate::server) fn error(self) -> &'static str {
        match self {
            Self::Scheme | Self::OtherKey => "invalid_token",
            Self::Proof(flaw) => flaw.error(),
        }
    }

    pub(in crate::server) fn description(self) -> &'static str {
        match self {
            Self::Scheme => "The access token is not one of this scheme.",
            Self::OtherKey => "The access token is bound to another key.",
            Self::Proof(_) => "The proof of possession is not valid.",
        }
    }
}

/// What a proof has to be for.
pub(in crate::server) struct Aim<'a> {
    pub(in crate::server) asker: Asker,
    /// The client, which may have to bring a nonce.
    client: Option<&'a Application>,
    /// The access token that is presented.
    pub(in crate::server) token: Option<&'a str>,
}

/// The key that an authorization request wants its code bound to.
// dpop/code-bound
pub(in crate::server) fn asked(server: &Core, params: &Params) -> Option<String> {
    let asked = given(params, ASKED).filter(|_| server.policy().dpop.is_some());
    asked.map(str::to_owned)
}

/// The thumbprint of the key of a request to the authorization server, where it has a proof.
fn shown(server: &Core, request: &Request, app: &Application) -> Result<Option<String>, Refusal> {
    let aim = Aim { asker: Asker::AuthorizationServer, client: Some(app), token: None };
    match check(server, request, &aim) {
        Ok(key) => Ok(Some(key)),
        Err(Flaw::Missing) => Ok(None),
        Err(flaw) => Err(effects::refusal(server, flaw.refusal())),
    }
}

const TWO_KEYS: Refusal = Refusal::invalid_request("The request names another key than it proves");

/// The key that a pushed request wants its code bound to: it names or proves it (RFC 9449 §10.1).
// dpop/code-bound
pub(in crate::server) fn pushed(
    server: &Core,
    request: &Request,
    app: &Application,
    params: &Params,
) -> Result<Option<String>, Refusal> {
    if server.policy().dpop.is_none() {
        return Ok(None);
    }
    let named = asked(server, params);
    match (named, shown(server, request, app)?) {
        (Some(named), Some(shown)) if named != shown => Err(TWO_KEYS),
        (named, shown) => Ok(named.or(shown)),
    }
}

/// The thumbprint of the key that a token request proves, where it proves one.
pub(in crate::server) fn proven(
    server: &Core,
    request: &Request,
    (app, by): (&Application, GrantType),
    params: &Params,
) -> Result<Option<String>, Refusal> {
    if server.policy().dpop.is_none() {
        return Ok(None);
    }
    let key = shown(server, request, app)?;
    // dpop/exchange-bound
    let exchanges = by == GrantType::TokenExchange;
    let names = if exchanges { ["subject_token"; 2] } else { ["code", "refresh_token"] };
    let of = names.into_iter().find_map(|name| given(params, name));
    let bound = of.and_then(|token| match exchanges {
        true => server.store.told(server.now(), token)?.grant.key,
        false => server.store.key_of(token),
    });
    // dpop/refresh-bound, dpop/refresh-of-confidential, dpop/code-bound, dpop/exchange-bound
    let binds = by != GrantType::RefreshToken || app.is_public();
    let other = binds && bound.is_some() && bound != key;
    // dpop/client-bound
    let missing = key.is_none() && app.dpop_bound_access_tokens;
    let keys = (of, bound.as_deref(), key.as_deref());
    effects::bound(server, (app, by), keys, (other, missing))?;
    Ok(key)
}

/// What is said where a code or a refresh token is bound to another key, or a key is missing.
pub(in crate::server) fn not_bound(other: bool, missing: bool) -> Result<(), Refusal> {
    match (other, missing) {
        (true, _) => Err(Refusal::new("invalid_grant", "The grant is bound to another key")),
        (_, true) => Err(Flaw::Missing.refusal()),
        _ => Ok(()),
    }
}

/// Binds what was issued to a key.
// dpop/bound-token, dpop/confirmation
pub(in crate::server) fn bind(server: &Core, issued: Issued, key: Option<String>) -> Issued {
    if server.policy().dpop.is_none() {
        return issued;
    }
    let bound = key.is_some();
    server.store.bind(&issued.tokens.access, key);
    Issued { bound, ..issued }
}

/// Adds the nonce to the response that asks for it.
// dpop/nonce-told
pub(in crate::server) fn tell(
    server: &Core,
    (asker, error): (Asker, Option<&str>),
    mut response: Response,
) -> Response {
    if error == Some(Flaw::Nonce.error()) {
        response.headers.push("DPoP-Nonce", nonce(server, asker));
    }
    effects::told(server, asker, response)
}

/// The nonce that is told now.
pub(in crate::server) fn nonce(server: &Core, asker: Asker) -> String {
    server.nonces.now(server.random(), asker, server.now())
}

/// Whether an `Authorization` field is of the scheme for bound tokens; it is compared without case.
// dpop/scheme-case
pub(in crate::server) fn is_scheme(server: &Core, field: &[u8]) -> bool {
    let mut words = field.split(|byte| matches!(byte, b' ' | b'\t')).filter(|it| !it.is_empty());
    let is_own = words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"dpop"));
    is_own && server.policy().dpop.is_some()
}

/// Whether a request has the key that its access token is bound to.
pub(in crate::server) fn held(
    server: &Core,
    request: &Request,
    (token, by_proof): (&str, bool),
    grant: &Grant,
) -> Result<(), Unheld> {
    if server.policy().dpop.is_none() {
        return Ok(());
    }
    let world = server.world();
    let client = world.application(&grant.client_id);
    let aim = Aim { asker: Asker::Resource, client, token: Some(token) };
    let right = match (&grant.key, by_proof) {
        (None, false) => Ok(()),
        // dpop/no-downgrade, dpop/unbound-refused
        (Some(_), false) | (None, true) => Err(Unheld::Scheme),
        (Some(key), true) => match check(server, request, &aim) {
            Ok(proven) if proven == *key => Ok(()),
            // dpop/resource-key
            Ok(_) => Err(Unheld::OtherKey),
            Err(flaw) => Err(Unheld::Proof(flaw)),
        },
    };
    effects::held(server, by_proof, right)
}

/// Adds the challenge for bound tokens to a refusal of the resource (RFC 9449 §7.1).
// dpop/challenge, dpop/challenge-error
pub(in crate::server) fn challenge(
    server: &Core,
    request: &Request,
    (error, description): (Option<&str>, &str),
    mut response: Response,
) -> Response {
    let Some(policy) = server.policy().dpop.as_ref().filter(|_| response.status < 403) else {
        return response;
    };
    let by_proof = request.headers.all("authorization").any(|field| is_scheme(server, field));
    let mut params = Vec::new();
    let error = error.filter(|_| by_proof);
    if let Some(error) = error {
        params.push(("error".to_owned(), error.to_owned()));
        params.push(("error_description".to_owned(), description.to_owned()));
        // What went wrong has to do with this scheme alone.
        response.headers.remove("WWW-Authenticate");
    }
    params.push(("algs".to_owned(), policy.algs.join(" ")));
    let challenge = Challenge { scheme: "DPoP".to_owned(), params };
    response.headers.push("WWW-Authenticate", effects::challenge(server, challenge).write());
    tell(server, (Asker::Resource, error), response)
}

/// The thumbprint of the key of a request's proof, which is as RFC 9449 §4.3 has it.
pub(in crate::server) fn check(
    server: &Core,
    request: &Request,
    aim: &Aim<'_>,
) -> Result<String, Flaw> {
    let fields: Vec<&[u8]> = request.headers.all("dpop").collect();
    let one = match fields[..] {
        [] => Err(Flaw::Missing),
        [one] => Ok(one),
        // dpop/one-proof
        _ => Err(Flaw::Several),
    };
    let one = effects::one(server, aim.asker, &fields, one)?;
    let text = std::str::from_utf8(one).map_err(|_| Flaw::Syntax)?;
    let parts = jws::read(text).ok_or(Flaw::Syntax)?;
    let jwk = parts.header.get("jwk").and_then(Value::as_object).ok_or(Flaw::Claims)?;
    let key = jwk::thumbprint(jwk).ok_or(Flaw::Claims)?;
    let flaws = flaws(server, request, aim, (&parts, jwk));
    effects::flaw(server, (request, aim), &parts, flaws).map_or(Ok(()), Err)?;
    // dpop/replay: last, so that a proof that is refused uses nothing up.
    let replayed = is_replayed(server, &parts).then_some(Flaw::Replayed);
    effects::flaw(server, (request, aim), &parts, [replayed]).map_or(Ok(key), Err)
}

/// What is wrong with a proof, in the order in which the client is told.
fn flaws(
    server: &Core,
    request: &Request,
    aim: &Aim<'_>,
    (parts, jwk): (&Parts<'_>, &Map<String, Value>),
) -> [Option<Flaw>; 10] {
    let claims = &parts.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let alg = algorithm(server, parts);
    let signed = alg.is_some_and(|alg| jwk::is_signed(jwk, alg, parts.signed, &parts.signature));
    let uri = text("htu").map(|uri| normal(uri) == normal(&uri_of(request)));
    let token = aim.token.is_none_or(|token| text("ath") == Some(&hash(token)));
    let with_nonce = needs_nonce(server, aim);
    let flaws = [
        // dpop/claims
        (!is_whole(claims), Flaw::Claims),
        // dpop/type
        (parts.header.get("typ").and_then(Value::as_str) != Some("dpop+jwt"), Flaw::Type),
        // dpop/algorithm
        (alg.is_none(), Flaw::Algorithm),
        // dpop/no-private-key
        (PRIVATE.iter().any(|name| jwk.contains_key(*name)), Flaw::PrivateKey),
        // dpop/signature
        (!signed, Flaw::Signature),
        // dpop/method
        (text("htm").is_some_and(|method| method != request.method), Flaw::Method),
        // dpop/uri, dpop/uri-normal
        (uri == Some(false), Flaw::Uri),
        // dpop/resource-proof
        (!token, Flaw::Token),
        // dpop/nonce-checked: a nonce that was told of late says when the proof was made.
        (with_nonce && !text("nonce").is_some_and(|it| is_told(server, aim, it)), Flaw::Nonce),
        // dpop/time
        (!with_nonce && !is_timely(server.now(), claims), Flaw::Time),
    ];
    flaws.map(|(wrong, flaw)| wrong.then_some(flaw))
}

fn is_whole(claims: &Map<String, Value>) -> bool {
    CLAIMS.iter().all(|name| match claims.get(*name) {
        Some(Value::Number(_)) => *name == "iat",
        Some(Value::String(text)) => *name != "iat" && !text.is_empty(),
        _ => false,
    })
}

fn algorithm(server: &Core, parts: &Parts<'_>) -> Option<Alg> {
    let name = parts.header.get("alg").and_then(Value::as_str)?;
    let known = &server.policy().dpop.as_ref()?.algs;
    Alg::read(name).filter(|_| known.iter().any(|it| it == name))
}

/// Where a request went.
pub(in crate::server) fn uri_of(request: &Request) -> String {
    format!("{}{}", request.origin, request.path())
}

/// A URI without query and fragment, as RFC 3986 §6.2.2 and §6.2.3 write it.
pub(in crate::server) fn normal(uri: &str) -> Option<String> {
    let mut url = url::Url::parse(uri).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let decoded = percent_encoding::percent_decode_str(url.path()).decode_utf8().ok()?;
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    // What has no need of escapes is the same with them and without.
    let path =
        if decoded.chars().all(unreserved) { decoded.into_owned() } else { url.path().to_owned() };
    Some(format!("{}{path}", url.origin().ascii_serialization()))
}

fn needs_nonce(server: &Core, aim: &Aim<'_>) -> bool {
    let of = server.policy().dpop.as_ref().map(|dpop| dpop.nonce_of).unwrap_or_default();
    let right = match of {
        NonceOf::Nobody => false,
        NonceOf::BoundClients => aim.client.is_some_and(|app| app.dpop_bound_access_tokens),
    };
    effects::needs_nonce(server, right)
}

fn is_told(server: &Core, aim: &Aim<'_>, nonce: &str) -> bool {
    server.nonces.is_good(server.random(), (aim.asker, server.now()), nonce)
}

fn is_timely(now: Duration, claims: &Map<String, Value>) -> bool {
    let iat = claims.get("iat").and_then(Value::as_f64);
    let made = iat.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
    // Without one, that is what is wrong.
    made.is_none_or(|made| made <= now + AHEAD && now <= made.saturating_add(GOOD_FOR))
}

/// Whether a proof came before, at the same URI.
fn is_replayed(server: &Core, parts: &Parts<'_>) -> bool {
    let text = |name: &str| parts.claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let until = server.now().saturating_add(GOOD_FOR + AHEAD);
    let (place, jti) = (format!("dpop {}", text("htu")), hash(text("jti")));
    !server.store.use_jti(server.now(), &place, &jti, until)
}
