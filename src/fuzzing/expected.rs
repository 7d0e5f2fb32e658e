//! What has to come of a request, by the model: the reasons to refuse it, if there are any.

use std::time::Duration;

use super::model::{Age, Code, Model, Pair, ROTATION, Token};
use super::oracle::Terms;
use super::possession::Shown;
use super::proof_key::VERIFIER;
use super::reading::{Authorization, METHODS, Reading, all, given, in_uri, repeated};
use super::repeats::repeats;
use crate::driver::device::DEVICE_CODE;
use crate::profile::Client;
use crate::rules::{Pattern, Property};

/// What has to come of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Rules by which it has to be refused. A rule without a name is a principle.
    pub reasons: Vec<Reason>,
    /// Whether it may as well be refused for something that the model does not know.
    pub open: bool,
    /// The rule that is broken where it is refused without a reason.
    pub by: &'static str,
}

/// A reason to refuse: a property, and the rule where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The property.
    pub oracle: &'static str,
    /// The rule.
    pub rule: Option<&'static str>,
    /// The rule that says what the refusal looks like.
    pub answer: Option<&'static str>,
}

impl From<&'static str> for Reason {
    fn from(rule: &'static str) -> Self {
        Self { oracle: super::oracle::of_reason(rule), rule: Some(rule), answer: Some(rule) }
    }
}

impl Expectation {
    pub(super) fn new(by: &'static str) -> Self {
        Self { reasons: Vec::new(), open: false, by }
    }

    pub(super) fn refuse(&mut self, rule: &'static str) {
        let reason = Reason::from(rule);
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// A value that nobody knows: where it breaks its grammar (RFC 6749 §A.3, §A.10), it may as well be called malformed.
    pub(super) fn unknown(&mut self, well_formed: bool, rule: &'static str) {
        match well_formed {
            true => self.refuse(rule),
            false => self.reasons.push(Reason { answer: None, ..Reason::from(rule) }),
        }
    }

    /// A method that few servers know may be refused with 501, too (RFC 9110 §9.1).
    pub(super) fn refused_by_method(&mut self, read: &Reading) {
        if !METHODS.contains(&read.method.as_str()) {
            self.reasons.iter_mut().for_each(|reason| reason.answer = None);
        }
    }

    /// The same, without the denial where no user was `asked`.
    #[must_use]
    pub fn by_the_user(&self, asked: bool) -> Self {
        let mut own = self.clone();
        own.reasons.retain(|reason| asked || reason.rule != Some("consent/deny"));
        own
    }

    /// Whether the rule is the only reason.
    pub fn only(&self, rule: &str) -> bool {
        matches!(self.reasons.as_slice(), [reason] if reason.rule == Some(rule))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Parameters of token requests that are looked at; more of the same name is an error.
const EXCHANGE: &[&str] = &["grant_type", "code", "redirect_uri", "client_id", "client_secret"];
const REFRESH: &[&str] = &["grant_type", "refresh_token", "client_id", "client_secret"];
/// The rule about resources that a token request must not name.
const TARGET: &str = "audience/refused-for-tokens";
const REVOKE: &[&str] = &["token", "client_id", "client_secret"];

/// Whether tokens are another client's, where it is known whose they are.
fn is_foreign(client: Option<&Client>, pair: &Pair) -> bool {
    !pair.client.is_empty() && client.is_some_and(|client| client.id != pair.client)
}

/// What a token or revocation request is judged in.
pub struct Judge<'a> {
    /// The promises.
    pub terms: &'a Terms,
    /// What was issued.
    pub model: &'a Model,
    /// What the target's clock has been moved by.
    pub now: Duration,
}

impl Judge<'_> {
    /// A token request.
    pub fn token(&self, read: &Reading) -> Expectation {
        let plain = self.model.unnamed(&read.body);
        let asked = plain.is_some();
        let own = plain.map(|body| {
            let mut own = read.clone();
            own.body = body;
            own
        });
        let read = own.as_ref().unwrap_or(read);
        let mut to = self.token_as_read(read);
        // A server that wants the resource to be named may refuse whatever names another one, or none.
        to.open |= self.model.named.is_some() && !asked;
        to.but_for_repeats(read.readings().iter().map(|one| self.token_as_read(one)));
        self.reframed(read, "token/form-encoded", to)
    }

    /// What was expected of the body of a message, which another framing may hide: without a body there
    /// is another `rule` to refuse a client that proves in the header who it is.
    fn reframed(&self, read: &Reading, rule: &'static str, mut of: Expectation) -> Expectation {
        of.retyped(read);
        let proven = || {
            let mut proof = Expectation::new(of.by);
            self.client(read, "token/client-credentials", &mut proof).is_some()
                && proof.reasons.is_empty()
        };
        let hides = read.reframed && !read.authorization.is_empty() && !of.reasons.is_empty();
        if hides && proven() && self.terms.level(rule).is_some() {
            of.reasons = vec![rule.into()];
        }
        of
    }

    fn token_as_read(&self, read: &Reading) -> Expectation {
        let grant = given(&read.body, "grant_type");
        let is_refresh = grant == Some("refresh_token");
        let by = if is_refresh { "refresh/new-pair" } else { "token/success" };
        let mut expectation = Expectation::new(by);
        expectation.open = read.odd || !read.query.is_empty();
        if !self.is_form(read, &mut expectation, "token/post-only") {
            return expectation;
        }
        if super::narrowing::is_exchange(read) && self.exchanges() {
            self.exchanged(read, &mut expectation);
            return expectation;
        }
        if super::narrowing::is_exchange(read) {
            self.narrowing(read, &mut expectation);
            return expectation;
        }
        if repeated(&read.body, if is_refresh { REFRESH } else { EXCHANGE }) {
            expectation.refuse("token/repeated-parameter");
        }
        expectation.open |= repeats(&read.body);
        let rule = match grant {
            Some("refresh_token") => "refresh/needs-client-credentials",
            Some(DEVICE_CODE) => "device/redeemed-by-authenticated",
            _ => "token/client-credentials",
        };
        let client = self.client(read, rule, &mut expectation);
        match grant {
            None => {
                let named = all(&read.body, "grant_type").next().is_some();
                let elsewhere = !named && read.names("grant_type");
                let rule = "token/grant-type-required";
                self.missing(read, ("grant_type", rule), elsewhere, &mut expectation);
            }
            Some("authorization_code") => self.exchange(read, client, &mut expectation),
            Some("refresh_token") => self.refresh(read, client, &mut expectation),
            Some(DEVICE_CODE) if self.terms.profile.endpoints.device_authorization.is_some() => {
                self.poll(read, client.map(|it| it.id.as_str()), &mut expectation);
            }
            Some(other) if known_grant(other) => expectation.open = true,
            Some(other) => expectation.unknown(other.bytes().all(in_uri), "token/grant-type-known"),
        }
        if self.has_unknown(read, if is_refresh { REFRESH } else { EXCHANGE })
            && expectation.by == "token/success"
        {
            expectation.by = "token/unknown-parameters";
        }
        // Extensions give a meaning to these (RFC 8707 to `resource`, for instance).
        let named = if is_refresh { REFRESH } else { EXCHANGE };
        let signs = self.signer(read).is_some();
        let ours = |name: &str| {
            let assertion = signs && name.starts_with("client_assertion");
            name.starts_with("oauthspec") || name == VERIFIER || assertion
        };
        let extension =
            |(name, _): &(String, String)| !named.contains(&name.as_str()) && !ours(name);
        expectation.open |=
            !self.terms.states(Property::NoExtensionParameters) && read.body.iter().any(extension);
        expectation
    }

    /// A revocation request.
    pub fn revocation(&self, read: &Reading) -> Expectation {
        let mut to = self.revocation_as_read(read);
        to.but_for_repeats(read.readings().iter().map(|one| self.revocation_as_read(one)));
        self.reframed(read, "revoke/token-required", to)
    }

    fn revocation_as_read(&self, read: &Reading) -> Expectation {
        let mut expectation = Expectation::new("revoke/unknown-token");
        expectation.open = read.odd || !read.query.is_empty();
        // What is said of forms and repetition is often said of the token endpoint alone.
        let says = self.terms.states(Property::RevocationLikeToken);
        if read.method == "POST" && !says && (read.media != FORM || repeated(&read.body, REVOKE)) {
            expectation.open = true;
            return expectation;
        }
        if !self.is_form(read, &mut expectation, "revoke/post-only") {
            return expectation;
        }
        if repeated(&read.body, REVOKE) {
            expectation.refuse("token/repeated-parameter");
        }
        let rule = "revoke/needs-client-credentials";
        let client = self.client(read, rule, &mut expectation);
        // Whoever proves nothing may be any public client (RFC 7009 §2.1).
        expectation.open |=
            client.is_none() && read.authorization.is_empty() && !read.names_proof();
        let Some(token) = given(&read.body, "token") else {
            expectation.refuse("revoke/token-required");
            return expectation;
        };
        let at = self.model.by_access(token).or_else(|| self.model.by_refresh(token));
        if let Some(pair) = at.and_then(|at| self.model.pairs.get(at)) {
            if is_foreign(client, pair) {
                expectation.refuse("revoke/bound-to-client");
            }
            let gone = |token: &Token| token.dead.is_some() || token.doubtful;
            expectation.open |= gone(&pair.access) || pair.refresh.as_ref().is_some_and(gone);
        }
        expectation
    }

    /// Whether the request is a posted form; if not, why it has to be refused.
    fn is_form(&self, read: &Reading, to: &mut Expectation, method: &'static str) -> bool {
        if read.method != "POST" && read.method.eq_ignore_ascii_case("POST") {
            // Another method by RFC 9110 §9.1; but many HTTP servers take it for this one before
            // the authorization server sees it.
            to.open = true;
            return false;
        }
        if read.method != "POST" {
            to.refuse(method);
            to.refused_by_method(read);
        } else if read.media != FORM {
            to.refuse("token/form-encoded");
        } else {
            return true;
        }
        // These say something of the endpoint, and ask it for nothing.
        to.open |= matches!(read.method.as_str(), "HEAD" | "OPTIONS" | "TRACE");
        false
    }

    fn has_unknown(&self, read: &Reading, known: &[&str]) -> bool {
        let known = |name: &str| known.contains(&name) || name == VERIFIER;
        read.body.iter().any(|(name, _)| !known(name))
    }

    /// A parameter that is not in the body. Where the whole request is in the URL, no document has it
    /// read there; of a single parameter only some say so, as in the scenarios of the rule.
    pub(super) fn missing(
        &self,
        read: &Reading,
        (name, rule): (&str, &'static str),
        elsewhere: bool,
        to: &mut Expectation,
    ) {
        let only = |(known, _): &(String, String)| known == "grant_type";
        let whole = read.authorization.is_empty() && read.body.iter().all(only);
        if all(&read.query, name).next().is_none() {
            if elsewhere { to.open = true } else { to.refuse(rule) }
        } else if whole && name != "grant_type" || self.terms.states(Property::BodyOnly) {
            to.refuse("token/query-ignored");
        } else {
            to.open = true;
        }
    }

    fn exchange(&self, read: &Reading, client: Option<&Client>, to: &mut Expectation) {
        let Some(value) = given(&read.body, "code") else {
            let elsewhere = self.model.codes.iter().any(|code| read.carries(&code.value));
            self.missing(read, ("code", "token/code-required"), elsewhere, to);
            return;
        };
        let Some(code) = self.model.codes.iter().find(|code| code.value == value) else {
            self.not_issued(value, ("code/unknown", "token/grant-kind"), to);
            // A server may look for one of the client's own before it looks for the code.
            let uri = given(&read.body, "redirect_uri");
            let own = |it: &Client| it.redirect_uris.iter().any(|own| Some(own.as_str()) == uri);
            to.open |= client.is_some_and(|it| !own(it));
            self.unproven_at_all(read, client, to);
            return;
        };
        to.open |= code.doubtful || !code.ordinary;
        if client.is_some_and(|client| client.id != code.client) {
            to.refuse("code/bound-to-client");
        }
        if code.redeemed.is_some() {
            to.refuse("code/single-use");
        }
        match code.born.age(self.now, self.code_lifetime()) {
            Age::Dead => to.refuse("code/lifetime"),
            Age::Unknown => to.open |= !self.young(code),
            Age::Alive => {}
        }
        self.redirect_uri(read, code, to);
        self.verifier(read, code, to);
        self.nothing_proven(read, client, to);
        let granted = Some((code.resources.as_slice(), "audience/code-never-widens"));
        self.targets(&read.body, (TARGET, TARGET), granted, to);
    }

    fn code_lifetime(&self) -> Option<Duration> {
        let documents = self.terms.documents();
        let fixed = documents.iter().find_map(|document| document.lifetimes.code);
        fixed.or(self.terms.profile.lifetimes.code)
    }

    /// Whether a code is young enough for every server.
    fn young(&self, code: &Code) -> bool {
        self.now == code.born.moved && code.born.at.elapsed() < Duration::from_secs(10)
    }

    fn redirect_uri(&self, read: &Reading, code: &Code, to: &mut Expectation) {
        // Whether the documents let a code be redeemed without it: all of them, or only some.
        let rule = self.terms.catalogue.get("code/redirect-uri-not-repeated");
        let cites = rule.into_iter().flat_map(|rule| rule.cited_by(&self.terms.documents));
        let (all, some) = cites.fold((true, false), |(all, some), cite| {
            let accepted = cite.accepts.contains(&Pattern::Tokens);
            (all && accepted, some || accepted)
        });
        let sent = given(&read.body, "redirect_uri");
        match (sent, code.redirect_uri.as_deref()) {
            // Where it stands says nothing of what the code is bound to.
            (sent, Some(issued)) if sent != Some(issued) && read.holds(issued) => to.open = true,
            (Some(sent), Some(issued)) if sent != issued => to.refuse("code/bound-to-redirect-uri"),
            (Some(_), None) => to.open = true,
            (None, Some(_)) if some && !all => to.open = true,
            (None, Some(_)) if some => {
                to.by = "code/redirect-uri-not-repeated";
            }
            (None, Some(_)) => to.refuse("code/redirect-uri-not-repeated"),
            _ => {}
        }
    }

    fn refresh(&self, read: &Reading, client: Option<&Client>, to: &mut Expectation) {
        let Some(value) = given(&read.body, "refresh_token") else {
            let mut tokens = self.model.pairs.iter().filter_map(|pair| pair.refresh.as_ref());
            let elsewhere = tokens.any(|token| read.carries(&token.value));
            self.missing(read, ("refresh_token", "token/refresh-token-required"), elsewhere, to);
            return;
        };
        // A scope may be refused before the token is looked at.
        to.open |= all(&read.body, "scope").next().is_some();
        let pair = self.model.by_refresh(value).and_then(|at| self.model.pairs.get(at));
        let Some(pair) = pair else {
            let access = self.model.by_access(value).is_some();
            let kind = if access { "refresh/access-token-refused" } else { "token/grant-kind" };
            self.not_issued(value, ("refresh/unknown", kind), to);
            return;
        };
        let Some(token) = &pair.refresh else { return };
        if is_foreign(client, pair) {
            to.refuse("refresh/bound-to-client");
        }
        self.token_state(token, "refresh/unknown", to);
        let granted = (pair.granted_resources.as_slice(), "audience/refresh-never-widens");
        self.targets(&read.body, (TARGET, TARGET), Some(granted), to);
        let documents = self.terms.documents();
        let fixed = documents.iter().find_map(|document| document.lifetimes.refresh_token);
        let lifetime = fixed.or(self.terms.profile.lifetimes.refresh_token);
        match pair.born.age(self.now, lifetime) {
            Age::Dead => to.refuse("refresh/lifetime"),
            Age::Unknown => to.open |= self.now > pair.born.moved,
            Age::Alive => {}
        }
    }

    fn token_state(&self, token: &Token, answer: &'static str, to: &mut Expectation) {
        if let Some(rule) = token.dead {
            let is_use = ["refresh/single-use", ROTATION].contains(&rule);
            let answer = Some(if is_use { rule } else { answer });
            to.reasons.push(Reason { answer, ..Reason::from(rule) });
        }
        to.open |= token.doubtful;
        if let Some(rule) = token.survived {
            to.by = rule;
        }
    }

    /// A call of a resource. `scoped`: of the one that needs a scope.
    pub fn call(&self, read: &Reading, scoped: bool, shown: (Option<&Shown>, bool)) -> Expectation {
        let mut to = Expectation::new("bearer/header");
        let mcp = self.terms.profile.resource.as_ref().is_some_and(|it| it.mcp.is_some());
        to.open = read.odd || read.has_body && !mcp;
        if read.method != if mcp { "POST" } else { "GET" } {
            // What another method does at a resource is not for this model to say.
            to.open = true;
            return to;
        }
        let elsewhere = all(&read.query, "access_token").next().is_some();
        let mut bound = false;
        let token = match read.authorization.as_slice() {
            [] if elsewhere => {
                to.open = true;
                return to;
            }
            [] => {
                to.refuse("bearer/missing");
                return to;
            }
            [Authorization::Bearer(token)] if elsewhere => {
                to.refuse("bearer/two-methods");
                to.open |= !self.opens(token);
                return to;
            }
            [Authorization::Bearer(token)] => token.trim_matches(' '),
            [Authorization::Dpop(token)] if !self.terms.profile.dpop.is_empty() => {
                bound = true;
                to.open |= elsewhere;
                token.trim_matches(' ')
            }
            // The token in the URL is sent in one way, and the only one (RFC 6750 §2.3).
            [_] if elsewhere => {
                to.open = true;
                return to;
            }
            [_] => {
                to.refuse("bearer/other-schemes");
                return to;
            }
            fields => {
                to.refuse("bearer/repeated");
                let opens = |field: &Authorization| matches!(field, Authorization::Bearer(token) if self.opens(token));
                to.open |= !fields.iter().all(opens);
                return to;
            }
        };
        let b64 = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        to.open |= token.is_empty() || !token.bytes().all(b64);
        match self.model.by_access(token).and_then(|at| self.model.pairs.get(at)) {
            Some(pair) => {
                self.access(pair, scoped, &mut to);
                self.bound_call(pair, bound, shown, &mut to);
                self.foreign(pair, &mut to);
            }
            None => self.not_issued(token, ("bearer/invalid", "bearer/token-kind"), &mut to),
        }
        if bound {
            // The challenge is another one than that of Bearer tokens (RFC 9449 §7.1).
            to.reasons.iter_mut().for_each(|reason| reason.answer = None);
        }
        to
    }

    /// Whether a token is one that opens a resource; any other may be refused for that.
    fn opens(&self, token: &str) -> bool {
        let pair = self.model.by_access(token).and_then(|at| self.model.pairs.get(at));
        pair.is_some_and(|pair| pair.access.dead.is_none() && !pair.access.doubtful)
    }

    fn access(&self, pair: &Pair, scoped: bool, to: &mut Expectation) {
        self.token_state(&pair.access, "bearer/revoked", to);
        // The resource may need the scope that was not asked for in the ordinary way.
        to.open |= !pair.ordinary;
        match pair.born.age(self.now, pair.expires_in) {
            Age::Dead if pair.narrowed.is_some() => to.refuse("downscope/no-refresh"),
            Age::Dead => to.refuse("access-token/lifetime"),
            Age::Unknown => to.open |= self.now > pair.born.moved || pair.expires_in.is_some(),
            Age::Alive => {}
        }
        // What a narrowed token opens is said of single operations, and of none of these resources.
        to.open |= pair.narrowed.is_some();
        if scoped && pair.narrowed.is_none() {
            self.scope(pair, to);
        }
    }
}

/// Grants that a server may well offer.
fn known_grant(value: &str) -> bool {
    value.starts_with("urn:") || matches!(value, "client_credentials" | "password" | "implicit")
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
