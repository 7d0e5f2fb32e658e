//! Mistakes with proofs of possession: what each check overlooks, and what is told.

use crate::server::core::Core;
use crate::server::faults::dpop as faults;
use crate::server::oauth::dpop::{self, Aim, Asker, Flaw, Unheld, normal, uri_of};
use crate::server::oauth::http::Refusal;
use crate::server::variants;
use crate::server::world::{Application, GrantType};
use crate::wire::challenge::Challenge;
use crate::wire::jwk;
use crate::wire::jws::{self, Parts};
use crate::wire::{Request, Response};

use super::first;

/// The proof that counts.
// dpop/one-proof
pub(in crate::server) fn one<'r>(
    server: &Core,
    asker: Asker,
    fields: &[&'r [u8]],
    right: Result<&'r [u8], Flaw>,
) -> Result<&'r [u8], Flaw> {
    let Some(one) = fields.first() else { return right };
    if asker == Asker::AuthorizationServer && server.has(&faults::IGNORED) {
        return Err(Flaw::Missing);
    }
    if fields.len() > 1 {
        return server.switches().pick(right, [(&faults::FIRST_COUNTS, Ok(*one))]);
    }
    let read = std::str::from_utf8(one).ok().and_then(jws::read);
    let ignored = read.is_none() && server.has(&faults::GARBAGE_IGNORED);
    if ignored { Err(Flaw::Missing) } else { right }
}

/// The first thing wrong with a proof that no mistake overlooks.
pub(in crate::server) fn flaw<const N: usize>(
    server: &Core,
    (request, aim): (&Request, &Aim<'_>),
    parts: &Parts<'_>,
    reasons: [Option<Flaw>; N],
) -> Option<Flaw> {
    let proof = Proof { server, request, aim, parts };
    let strict = || proof.is_refused_all_the_same();
    first(reasons, |flaw| proof.is_overlooked(flaw)).or_else(strict)
}

/// A proof, to be judged otherwise than it should be.
struct Proof<'a> {
    server: &'a Core,
    request: &'a Request,
    aim: &'a Aim<'a>,
    parts: &'a Parts<'a>,
}

impl Proof<'_> {
    fn claim(&self, name: &str) -> Option<&str> {
        self.parts.claims.get(name)?.as_str()
    }

    /// Whether it was made so many seconds ago or more.
    fn is_past(&self, seconds: f64) -> bool {
        let made = self.parts.claims.get("iat").and_then(serde_json::Value::as_f64);
        made.is_some_and(|made| made + seconds <= self.server.now().as_secs_f64())
    }

    fn header(&self, name: &str) -> &str {
        self.parts.header.get(name).and_then(|value| value.as_str()).unwrap_or_default()
    }

    fn is_overlooked(&self, flaw: Flaw) -> bool {
        let server = self.server;
        match flaw {
            Flaw::Claims => {
                let jti = self.parts.claims.get("jti").is_none();
                server.has(&faults::CLAIMS_UNCHECKED) || jti && server.has(&faults::JTI_OPTIONAL)
            }
            Flaw::Type => {
                let absent = self.header("typ").is_empty();
                server.has(&faults::TYPE_UNCHECKED) || absent && server.has(&faults::TYPE_OPTIONAL)
            }
            Flaw::Algorithm => self.is_algorithm_taken(),
            Flaw::Signature => {
                self.is_algorithm_taken() || server.has(&faults::SIGNATURE_UNCHECKED)
            }
            Flaw::PrivateKey => server.has(&faults::PRIVATE_KEY_TAKEN),
            Flaw::Method => {
                let method = self.claim("htm").unwrap_or_default();
                let same = method.eq_ignore_ascii_case(&self.request.method);
                server.has(&faults::METHOD_UNCHECKED)
                    || same && server.has(&faults::METHOD_ANY_CASE)
            }
            Flaw::Uri => self.is_uri_taken(),
            Flaw::Time => self.is_time_taken(),
            Flaw::Replayed => {
                server.has(&faults::REPLAY_TAKEN)
                    || self.is_past(45.0) && server.has(&faults::REPLAY_FORGOTTEN)
            }
            Flaw::Token => {
                let absent = self.claim("ath").is_none();
                server.has(&faults::TOKEN_UNCHECKED)
                    || absent && server.has(&faults::TOKEN_OPTIONAL)
            }
            Flaw::Nonce => self.is_nonce_taken(),
            Flaw::Missing | Flaw::Several | Flaw::Syntax => false,
        }
    }

    // dpop/algorithm
    fn is_algorithm_taken(&self) -> bool {
        let alg = self.header("alg");
        alg.eq_ignore_ascii_case("none") && self.server.has(&faults::ALG_NONE)
            || alg == "HS256" && self.server.has(&faults::SHARED_SECRET)
    }

    // dpop/uri
    fn is_uri_taken(&self) -> bool {
        let part = |uri: &str, path: bool| {
            let url = url::Url::parse(&normal(uri)?).ok()?;
            let origin = url.origin().ascii_serialization();
            Some(if path { url.path().to_owned() } else { origin })
        };
        let (sent, own) = (self.claim("htu").unwrap_or_default(), uri_of(self.request));
        let same = |path: bool| part(sent, path).is_some_and(|it| Some(it) == part(&own, path));
        self.server.has(&faults::URI_UNCHECKED)
            || same(false) && self.server.has(&faults::URI_OF_HOST)
            || same(true) && self.server.has(&faults::URI_PATH_ALONE)
    }

    // dpop/time
    fn is_time_taken(&self) -> bool {
        let at = (self.aim.asker, self.server.now());
        let is_good = |nonce| self.server.nonces.is_good(self.server.random(), at, nonce);
        // A nonce that need not come says as well when the proof was made (RFC 9449 §4.3).
        let told = self.claim("nonce").is_some_and(is_good);
        if told && self.server.varies(&variants::DPOP_NONCE_RENEWED) {
            return true;
        }
        let made = self.parts.claims.get("iat").and_then(serde_json::Value::as_f64);
        let future = made.unwrap_or_default() > self.server.now().as_secs_f64();
        let fault = if future { &faults::FUTURE_TAKEN } else { &faults::OLD_TAKEN };
        self.server.has(fault)
    }

    // dpop/nonce-checked, dpop/nonce-of-resource
    fn is_nonce_taken(&self) -> bool {
        let Some(nonce) = self.claim("nonce") else {
            return self.is_key_known() && self.server.has(&faults::NONCE_OPTIONAL);
        };
        let now = self.server.now();
        let of_resource =
            self.server.nonces.is_good(self.server.random(), (Asker::Resource, now), nonce);
        self.server.has(&faults::NONCE_UNCHECKED)
            || self.aim.asker == Asker::AuthorizationServer
                && of_resource
                && self.server.has(&faults::NONCE_SHARED)
    }

    /// Whether tokens are bound to the key of the proof already.
    fn is_key_known(&self) -> bool {
        let jwk = self.parts.header.get("jwk").and_then(|jwk| jwk.as_object());
        let key = jwk.and_then(jwk::thumbprint);
        let state = self.server.store.lock();
        key.is_some() && state.pairs.values().any(|pair| pair.grant.key == key)
    }

    /// Whether something is found wrong that is right.
    fn is_refused_all_the_same(&self) -> Option<Flaw> {
        let sent = self.claim("htu").unwrap_or_default();
        let own = uri_of(self.request);
        let query = self.request.query().unwrap_or_default();
        let literal = sent != own;
        // dpop/uri-normal, dpop/uri-without-query, dpop/algs-work
        let wrong = [
            (&faults::URI_LITERAL, literal, Flaw::Uri),
            (&faults::URI_WITH_QUERY, !query.is_empty() && !sent.ends_with(query), Flaw::Uri),
            (&faults::ONE_ALG, self.header("alg") != "ES256", Flaw::Algorithm),
        ];
        let made = wrong.into_iter().find(|(fault, fits, _)| *fits && self.server.has(fault));
        made.map(|(_, _, flaw)| flaw)
    }
}

/// Whether a proof has to carry a nonce.
pub(in crate::server) fn needs_nonce(server: &Core, right: bool) -> bool {
    let right = right && !server.varies(&variants::DPOP_WITHOUT_NONCE);
    right || server.varies(&variants::DPOP_NONCE)
}

/// What is told of a bad proof.
// dpop/refusal, dpop/nonce-told
pub(in crate::server) fn refusal(server: &Core, right: Refusal) -> Refusal {
    if right.error == Flaw::Nonce.error() {
        return right;
    }
    server.switches().pick(
        right,
        [
            (&faults::REFUSAL_401, right.at(401)),
            (&faults::REFUSAL_CLIENT, right.called("invalid_client")),
        ],
    )
}

/// Whether a grant is given to a key. `of`: the code or token that it is; `bound`: the key that it is bound to.
pub(in crate::server) fn bound(
    server: &Core,
    (app, by): (&Application, GrantType),
    (of, bound, key): (Option<&str>, Option<&str>, Option<&str>),
    (mut other, mut missing): (bool, bool),
) -> Result<(), Refusal> {
    if server.has(&faults::IGNORED) {
        return Ok(());
    }
    let refresh = by == GrantType::RefreshToken;
    if other {
        // dpop/refresh-bound, dpop/code-bound
        let fault = match (refresh, key.is_some()) {
            // dpop/exchange-bound
            _ if by == GrantType::TokenExchange => &faults::EXCHANGE_FREES,
            (true, true) => &faults::REFRESH_ANY_KEY,
            (true, false) => &faults::REFRESH_WITHOUT_PROOF,
            (false, true) => &faults::CODE_ANY_KEY,
            (false, false) => &faults::CODE_WITHOUT_PROOF,
        };
        other = !server.has(fault);
    }
    // dpop/refresh-bound
    if other && refresh && server.has(&faults::REFRESH_UNBINDS) {
        let told = of.and_then(|token| server.store.told(server.now(), token));
        other = !told.is_some_and(|told| told.refreshed);
    }
    // dpop/refresh-of-confidential
    let changed = refresh && !app.is_public() && bound.is_some() && bound != key;
    other |= changed && server.has(&faults::CONFIDENTIAL_BOUND);
    // dpop/client-bound
    missing = missing && !server.has(&faults::CLIENT_LAX)
        || key.is_none() && server.varies(&variants::DPOP_DEMANDED);
    dpop::not_bound(other, missing)
}

/// Whether the resource is served to a token of this grant.
pub(in crate::server) fn held(
    server: &Core,
    by_proof: bool,
    right: Result<(), Unheld>,
) -> Result<(), Unheld> {
    let fault = match right {
        Ok(()) => return right,
        // dpop/resource-proof
        Err(Unheld::OtherKey) => &faults::KEY_UNCHECKED,
        Err(Unheld::Proof(Flaw::Missing)) => &faults::PROOF_OPTIONAL,
        Err(Unheld::Proof(_)) => return right,
        // dpop/unbound-refused, dpop/no-downgrade
        Err(Unheld::Scheme) if by_proof => &faults::UNBOUND_TAKEN,
        Err(Unheld::Scheme) => &faults::DOWNGRADE,
    };
    if server.has(fault) { Ok(()) } else { right }
}

/// The challenge for bound tokens.
// dpop/challenge, dpop/challenge-error
pub(in crate::server) fn challenge(server: &Core, mut right: Challenge) -> Challenge {
    if server.has(&faults::OTHER_SCHEME) {
        right.scheme = "PoP".to_owned();
    }
    if server.has(&faults::NO_ALGS) {
        right.params.retain(|(name, _)| name != "algs");
        right.params.push(("realm".to_owned(), "Service".to_owned()));
    }
    if right.param("error").is_some() {
        if server.has(&faults::NO_ERROR) {
            right.params.retain(|(name, _)| !name.starts_with("error"));
        }
    } else if server.has(&faults::MISSING_HAS_ERROR) {
        right.params.push(("error".to_owned(), "invalid_token".to_owned()));
    }
    right
}

/// The response with what is told of nonces.
// dpop/nonce-told
pub(in crate::server) fn told(server: &Core, asker: Asker, mut right: Response) -> Response {
    let told = right.headers.get("dpop-nonce").is_some();
    if told && server.has(&faults::NONCE_NOT_TOLD) {
        right.headers.remove("DPoP-Nonce");
    }
    if told && server.has(&faults::NONCE_TWICE) {
        right.headers.push("DPoP-Nonce", "another");
    }
    if told && server.has(&faults::NONCE_CHARACTERS) {
        right.headers.set("DPoP-Nonce", "a \"nonce\"");
    }
    if told && server.has(&faults::NONCE_ERROR) {
        let text = String::from_utf8_lossy(&right.body);
        let other = text.replace(Flaw::Nonce.error(), Flaw::Syntax.error());
        right.body = other.into_bytes();
    }
    let bound = right.status == 200 && right.text().contains("\"DPoP\"");
    if bound && server.varies(&variants::DPOP_NONCE_RENEWED) {
        right.headers.push("DPoP-Nonce", dpop::nonce(server, asker));
    }
    right
}

/// Whether an `Authorization` field of the scheme for bound tokens is not known as one.
// dpop/resource-served
pub(in crate::server) fn is_unknown(server: &Core, scheme: &[u8]) -> bool {
    server.has(&faults::RESOURCE_BLIND) || scheme != b"DPoP" && server.has(&faults::SCHEME_CASE)
}
