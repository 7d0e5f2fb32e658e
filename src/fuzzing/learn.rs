//! What an answer teaches the model: which codes and tokens there are, whose they are, and what has
//! become of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::authorize::Asked;
use super::case::Shot;
use super::expected::Expectation;
use super::granted_scope;
use super::model::{Code, Moment, Pair, ROTATION, Token};
use super::narrowing;
use super::oracle::Finding;
use super::play::{Brought, Player};
use super::possession::Shown;
use super::proof_key::ProofKey;
use super::reading::{self, Reading, given};
use super::targets;
use crate::driver::Client;
use crate::driver::device::DEVICE_CODE;
use crate::driver::journey::Journey;
use crate::observe::success;
use crate::wire::transport::Sent;

impl Player<'_> {
    /// Tokens came: the model learns whose they are.
    pub(super) fn issued(
        &mut self,
        shot: &Shot,
        read: &Reading,
        tokens: &success::Tokens,
        since: Instant,
    ) -> Brought {
        let terms = Arc::clone(&self.stage.terms);
        let born = self.moment(since);
        let grant = read.grant();
        let by = |known: &str| grant == Some(known);
        let code = self.model.code_in(read).filter(|_| by("authorization_code"));
        let before = self.model.refresh_in(read).filter(|_| by("refresh_token"));
        let device = self.model.device_in(read).filter(|_| by(DEVICE_CODE));
        let subject = given(&read.body, "subject_token").filter(|_| narrowing::is_exchange(read));
        let subject = subject.and_then(|value| self.model.by_access(value));
        let family = self.model.new_family();
        let mut pair = self.new_pair((shot, read), tokens, (family, born));
        pair.parent = before;
        let unread = code.or(before).or(device).or(subject).is_none();
        // A server may have taken the request for one of another grant, whatever it carries.
        let doubtful = unread && self.carried(read);
        if grant.is_none() {
            pair.doubt();
        }
        if let Some(code) = code.and_then(|at| self.model.codes.get_mut(at)) {
            code.redeemed.get_or_insert(family);
            (pair.client, pair.user) = (code.client.clone(), code.user.clone());
            pair.ordinary = code.ordinary;
            pair.granted = tokens.scope.clone().or_else(|| code.scope.clone());
            pair.granted_resources.clone_from(&code.resources);
            self.model.superseded(&pair.client, &pair.user);
        } else if let Some(old) = before.and_then(|at| self.model.pairs.get(at)) {
            (pair.client, pair.user) = (old.client.clone(), old.user.clone());
            // What was asked for anew may have been narrowed.
            pair.ordinary = old.ordinary && given(&read.body, "scope").is_none();
            pair.family = old.family;
            pair.granted.clone_from(&old.granted);
            pair.granted_resources.clone_from(&old.granted_resources);
            let told = (old, given(&read.body, "scope"), tokens);
            let widened = granted_scope::widened(&terms, told, &mut self.played.tried);
            self.played.findings.extend(widened);
        } else if let Some(device) = device.and_then(|at| self.model.devices.get_mut(at)) {
            device.redeemed.get_or_insert(family);
            (pair.client, pair.user) = (device.client.clone(), "default".to_owned());
            pair.granted.clone_from(&tokens.scope);
        }
        if let Some(at) = subject.filter(|_| self.judge().exchanges()) {
            let role = shot.request.clone().client().cloned().unwrap_or_default();
            self.exchanged(&role, (&mut pair, at), tokens);
            pair.ordinary &= given(&read.body, "scope").is_none();
            pair.targeted &= pair.ordinary;
        } else if let Some(old) = subject.and_then(|at| self.model.pairs.get(at)) {
            (pair.client, pair.user) = (old.client.clone(), old.user.clone());
            (pair.family, pair.ordinary) = (old.family, old.ordinary);
        }
        if pair.resources.is_empty() {
            pair.resources.clone_from(&pair.granted_resources);
        }
        if !doubtful {
            self.fresh_values((&pair, tokens), before, subject.is_some());
        }
        pair.ordinary &= pair.resources.iter().all(|it| Some(it) == self.model.named.as_ref());
        self.never_renewable(&pair);
        if let Some(at) = before {
            self.model.refreshed(at, &terms);
        }
        self.model.pairs.push(pair);
        Brought::Pair { access: tokens.access.clone(), refresh: tokens.refresh.clone() }
    }

    fn new_pair(
        &self,
        (shot, read): (&Shot, &Reading),
        tokens: &success::Tokens,
        (family, born): (usize, Moment),
    ) -> Pair {
        Pair {
            access: Token::new(tokens.access.clone()),
            refresh: tokens.refresh.clone().map(Token::new),
            client: String::new(),
            user: String::new(),
            family,
            parent: None,
            expires_in: tokens.expires_in.map(Duration::from_secs),
            born,
            ordinary: false,
            narrowed: narrowing::scope(read).filter(|_| !self.judge().exchanges()),
            exchanged: false,
            targeted: false,
            granted: None,
            told: tokens.scope.clone(),
            key: self.key_of(shot, tokens),
            granted_resources: Vec::new(),
            resources: targets::named(&read.body),
        }
    }

    fn never_renewable(&mut self, pair: &Pair) {
        let terms = Arc::clone(&self.stage.terms);
        if pair.narrowed.is_some() {
            self.tried("never-renewable");
        }
        if pair.narrowed.is_some() && pair.refresh.is_some() {
            let rule = "downscope/no-refresh";
            self.found(terms.level(rule).map(|level| Finding {
                rule: Some(rule),
                level,
                ..Finding::plain("never-renewable", "a refresh token for a narrowed token")
            }));
        }
    }

    /// The key that tokens are bound to by their type.
    fn key_of(&self, shot: &Shot, tokens: &success::Tokens) -> Option<bool> {
        let bound = tokens.token_type.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("DPoP"));
        Shown::of(shot).filter(|_| bound).map(|shown| shown.other)
    }

    fn fresh_values(
        &mut self,
        (pair, tokens): (&Pair, &success::Tokens),
        before: Option<usize>,
        in_exchange: bool,
    ) {
        let terms = Arc::clone(&self.stage.terms);
        let same = |value: &str| self.model.by_access(value).is_some();
        // The same user and client may get the same token again, as one that is signed in the same second; but not
        // in exchange for another one.
        let earlier = self.model.by_access(&tokens.access).and_then(|at| self.model.pairs.get(at));
        let another = |old: &Pair| {
            in_exchange
                || (&old.client, &old.user, &old.told) != (&pair.client, &pair.user, &pair.told)
        };
        let (again, rule) = match before {
            None => (earlier.is_some_and(another), "access-token/unguessable"),
            Some(at) => {
                let old = self.model.pairs.get(at).and_then(|pair| pair.refresh.as_ref());
                let kept = old.map(|token| &*token.value) == tokens.refresh.as_deref();
                let strict = terms.demands("refresh/single-use");
                (same(&tokens.access) || kept && strict, "refresh/new-pair")
            }
        };
        self.tried("fresh-values");
        if again {
            self.found(terms.level(rule).map(|level| Finding {
                rule: Some(rule),
                level,
                ..Finding::plain("fresh-values", "a token that was issued before")
            }));
        }
    }

    /// Tokens came, and nobody knows for what: codes and tokens that were sent may have been used up. Whether there
    /// was a code or a refresh token that they may have come for.
    fn carried(&mut self, read: &Reading) -> bool {
        let terms = Arc::clone(&self.stage.terms);
        let (code, refresh) = (self.model.code_in(read), self.model.refresh_in(read));
        let doubtful = code.or(refresh).is_some();
        let code = code.and_then(|at| self.model.codes.get_mut(at)).map(|code| {
            code.doubtful = true;
            code.redeemed
        });
        let device = self.model.device_in(read);
        if let Some(device) = device.and_then(|at| self.model.devices.get_mut(at)) {
            device.doubtful = true;
        }
        let pair = refresh.and_then(|at| self.model.pairs.get(at));
        let families = [code.flatten(), pair.map(|pair| pair.family)];
        for family in families.into_iter().flatten() {
            self.model.may_have_fallen(family, &terms);
        }
        doubtful
    }

    /// No tokens came: what was sent may have been used up.
    pub(super) fn refused(&mut self, read: &Reading, expectation: &Expectation) {
        let terms = Arc::clone(&self.stage.terms);
        let code = self.model.code_in(read);
        if let Some(code) = code.and_then(|at| self.model.codes.get_mut(at)) {
            let family = code.redeemed;
            code.doubtful = true;
            match family {
                Some(family) if expectation.only("code/single-use") && !expectation.open => {
                    self.model.replayed(family, &terms);
                }
                Some(family) => self.model.may_have_fallen(family, &terms),
                None => {}
            }
        }
        let Some(at) = self.model.refresh_in(read) else { return };
        if expectation.only(ROTATION) && !expectation.open {
            let family = self.model.pairs.get(at).map(|pair| pair.family);
            return family.into_iter().for_each(|it| self.model.replayed_refresh(it, &terms));
        }
        let rule = "refresh/failed-refresh-consumes-nothing";
        let unproven = expectation.only("refresh/needs-client-credentials") && !expectation.open;
        let Some(pair) = self.model.pairs.get_mut(at) else { return };
        if unproven && terms.level(rule).is_some() {
            pair.survive(rule);
        } else {
            let family = pair.family;
            self.model.may_have_fallen(family, &terms);
        }
    }

    /// A revocation was answered: what it destroyed, and what it must not have touched.
    pub(super) fn after_revocation(
        &mut self,
        read: &Reading,
        expectation: &Expectation,
        done: bool,
    ) {
        let terms = Arc::clone(&self.stage.terms);
        let value = given(&read.body, "token").or_else(|| given(&read.query, "token"));
        let access = value.and_then(|value| self.model.by_access(value));
        let at = access.or_else(|| value.and_then(|value| self.model.by_refresh(value)));
        match (at, expectation.reasons.first().and_then(|reason| reason.rule)) {
            (Some(at), None) if done && !expectation.open => {
                self.model.revoked(at, access.is_none(), &terms);
            }
            (Some(at), Some(rule)) if terms.level(rule).is_some() && !expectation.open => {
                if let Some(pair) = self.model.pairs.get_mut(at) {
                    pair.survive(rule);
                }
            }
            _ if expectation.open || at.is_some() || self.model.is_in(read) => {
                self.model.forget_all();
            }
            _ => {}
        }
    }

    /// The resource was served: whether it names the user who granted.
    pub(super) fn right_user(&mut self, read: &Reading, sent: &Sent) {
        let terms = Arc::clone(&self.stage.terms);
        let pointer = terms.profile.resource.as_ref().and_then(|r| r.identity.as_deref());
        let token = read.authorization.iter().find_map(|field| match field {
            reading::Authorization::Bearer(token) => Some(token.as_str()),
            _ => None,
        });
        let at = token.and_then(|token| self.model.by_access(token));
        let Some(pair) = at.and_then(|at| self.model.pairs.get(at)).cloned() else { return };
        let user = terms.profile.user(&pair.user);
        let json = sent.as_ref().ok().and_then(crate::observe::observed::json);
        let (Some(pointer), Some(user), Some(json)) = (pointer, user, json) else { return };
        // Whom a resource does not name it does not mistake: OpenID Connect Core §5.3 names nobody without `openid`.
        let Some(seen) = json.pointer(pointer).and_then(|member| member.as_str()) else { return };
        self.tried("right-user");
        let known = seen == terms.profile.identity(user);
        if !known && !self.model.is_own_subject(&pair, seen, &terms.profile) {
            let rule = if pair.exchanged {
                "exchange/stands-for-subject"
            } else {
                "identity/current-user"
            };
            self.found(Some(Finding {
                rule: Some(rule),
                level: terms.gravity(Some(rule)),
                ..Finding::plain("right-user", "the resource names another user")
            }));
        }
    }

    /// An authorization request came to its end: the code, if there is one.
    pub(super) fn code(
        &mut self,
        (read, asked): (&Reading, &Asked),
        (ordinary, user): (bool, &str),
        journey: &Journey,
        since: Instant,
    ) -> Brought {
        let Some(mut code) = self.driver.code_of(journey) else { return Brought::Nothing };
        let client = given(&asked.params, "client_id").unwrap_or_default().to_owned();
        let again = self.model.code(&code.value).is_some();
        if again {
            self.found(Some(Finding::plain("fresh-values", "a code that was issued before")));
        }
        let profile = Arc::clone(&self.stage.terms.profile);
        let role = profile.clients.iter().find(|(_, known)| known.id == client);
        if let Some((role, _)) = role.filter(|_| code.client.0 != client) {
            code.client = Client(role.clone());
        }
        self.model.superseded(&client, user);
        self.model.codes.push(Code {
            value: code.value.clone(),
            client,
            user: user.to_owned(),
            redirect_uri: asked.redirect_uri().map(str::to_owned),
            challenge: ProofKey::of(&asked.params, read.odd),
            scope: given(&asked.params, "scope").map(str::to_owned),
            resources: targets::named(&asked.params),
            born: self.moment(since),
            redeemed: None,
            doubtful: false,
            ordinary,
        });
        Brought::Code(code)
    }
}
