//! The first cases of a campaign: a few sessions that put each property to the test, before chance does.
//! Against a server that is asked ten times a second, chance would not get to all of them.

use super::case::{Base, Case, Edit, Place, Scope, Shot, Step};
use super::roles::Roles;
use crate::driver::spoiling::Spoiling;
use crate::driver::value::Value;

/// The sessions that open a campaign with this cast.
pub(super) fn cases(cast: &Roles) -> Vec<Case> {
    let mut cases = vec![codes(cast), replay(cast), refreshes(cast)];
    cases.extend(cast.pkce.then(|| proof_keys(false)));
    cases.extend(cast.revocation.then(|| revocations(cast)));
    cases.extend(cast.sacrificial.as_deref().map(secrets));
    cases.push(requests());
    cases.extend(authorizations());
    cases.extend(cast.pkce.then(downgrades).into_iter().flatten());
    cases.extend(cast.resource.then(calls));
    cases.extend(scopes(cast));
    cases.extend(cast.downscope.then(|| exchanges(cast)));
    cases.extend(lifetimes(cast));
    cases.extend(super::opening_further::cases(cast));
    cases
}

/// A session in the making.
#[derive(Default)]
pub(super) struct Session(pub(super) Case);

impl Session {
    pub(super) fn send(&mut self, request: Base, edits: Vec<Edit>) -> usize {
        self.0.steps.push(Step::Send(Shot { request, edits }));
        self.0.steps.len() - 1
    }

    pub(super) fn grant(&mut self, client: &str) -> usize {
        self.send(authorize(client, false), Vec::new())
    }

    pub(super) fn redeem(&mut self, client: &str, code: usize, edits: Vec<Edit>) -> usize {
        self.send(Base::Exchange { client: client.to_owned(), code: Some(code) }, edits)
    }

    pub(super) fn tokens(&mut self, client: &str) -> usize {
        let code = self.grant(client);
        self.redeem(client, code, Vec::new())
    }

    pub(super) fn refresh(&mut self, client: &str, token: usize, edits: Vec<Edit>) -> usize {
        self.send(Base::Refresh { client: client.to_owned(), token: Some(token) }, edits)
    }

    pub(super) fn revoke(&mut self, client: &str, token: usize) {
        let request =
            Base::Revoke { client: client.to_owned(), token: Some(token), refresh: false };
        self.send(request, Vec::new());
    }

    pub(super) fn call(&mut self, token: usize, scoped: bool, edits: Vec<Edit>) {
        self.send(Base::Use { token: Some(token), scoped }, edits);
    }

    pub(super) fn race(&mut self, request: Base) {
        self.0.steps.push(Step::Race(Shot { request, edits: Vec::new() }));
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.0.steps.push(Step::Wait(seconds));
    }
}

pub(super) fn authorize(client: &str, deny: bool) -> Base {
    Base::Authorize { client: client.to_owned(), user: DEFAULT.to_owned(), deny }
}

pub(super) const DEFAULT: &str = "default";

pub(super) fn without(name: &str) -> Vec<Edit> {
    vec![Edit::Without(name.to_owned())]
}

pub(super) fn set(name: &str, value: Value) -> Vec<Edit> {
    vec![Edit::Set { name: name.to_owned(), value }]
}

pub(super) fn altered(name: &str) -> Vec<Edit> {
    set(name, Value::Spoilt(Spoiling::Altered))
}

/// Another client than the default one, where there is one.
pub(super) fn other(cast: &Roles) -> Option<&str> {
    let mut others = cast.clients.iter().map(String::as_str);
    others.find(|role| *role != DEFAULT && Some(*role) != cast.sacrificial.as_deref())
}

/// A code is redeemed in all the ways in which it must not be. What is refused may use it up.
fn codes(cast: &Roles) -> Case {
    let mut session = Session::default();
    let code = session.grant(DEFAULT);
    for how in Spoiling::ALL {
        session.redeem(DEFAULT, code, set("code", Value::Spoilt(how)));
    }
    if let Some(other) = other(cast) {
        session.redeem(other, code, Vec::new());
    }
    let elsewhere = Value::Text("https://oauthspec.example/".to_owned());
    session.redeem(DEFAULT, code, set("redirect_uri", elsewhere));
    session.0
}

/// A code is redeemed twice, and what it brought first has to end.
fn replay(cast: &Roles) -> Case {
    let mut session = Session::default();
    let code = session.grant(DEFAULT);
    let token = session.redeem(DEFAULT, code, Vec::new());
    session.redeem(DEFAULT, code, Vec::new());
    if cast.resource {
        session.call(token, false, Vec::new());
    }
    session.0
}

/// A verifier is missing, empty, wrong, or the challenge itself. `plain`: the challenge is said to be one.
fn proof_keys(plain: bool) -> Case {
    let mut session = Session::default();
    let method = set("code_challenge_method", Value::Text("plain".to_owned()));
    let edits = if plain { method } else { Vec::new() };
    let code = session.send(authorize(DEFAULT, false), edits);
    let verifier = "code_verifier";
    for edits in [
        without(verifier),
        set(verifier, Value::Empty),
        altered(verifier),
        set(verifier, Value::Challenge),
    ] {
        session.redeem(DEFAULT, code, edits);
    }
    session.0
}

/// Challenges that were dropped or changed on the way to the server.
fn downgrades() -> Vec<Case> {
    let mut dropped = Session::default();
    let edits = [without("code_challenge"), without("code_challenge_method")].concat();
    let code = dropped.send(authorize(DEFAULT, false), edits);
    dropped.redeem(DEFAULT, code, Vec::new());
    let mut unknown = Session::default();
    let method = set("code_challenge_method", Value::Text("oauthspec".to_owned()));
    unknown.send(authorize(DEFAULT, false), method);
    vec![dropped.0, proof_keys(true), unknown.0]
}

fn refreshes(cast: &Roles) -> Case {
    let mut session = Session::default();
    let first = session.tokens(DEFAULT);
    for how in Spoiling::ALL {
        session.refresh(DEFAULT, first, set("refresh_token", Value::Spoilt(how)));
    }
    if let Some(other) = other(cast) {
        session.refresh(other, first, Vec::new());
    }
    session.refresh(DEFAULT, first, Vec::new());
    session.refresh(DEFAULT, first, Vec::new());
    session.0
}

fn revocations(cast: &Roles) -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let uses = |session: &mut Session| {
        if cast.resource {
            session.call(token, false, Vec::new());
        } else {
            session.refresh(DEFAULT, token, Vec::new());
        }
    };
    if let Some(other) = other(cast) {
        session.revoke(other, token);
        uses(&mut session);
    }
    session.revoke(DEFAULT, token);
    uses(&mut session);
    let first = session.tokens(DEFAULT);
    let next = session.refresh(DEFAULT, first, Vec::new());
    revoke_refresh(&mut session, next);
    if cast.resource {
        session.call(next, false, Vec::new());
    }
    session.0
}

/// A refresh token is revoked, and used.
fn revoke_refresh(session: &mut Session, token: usize) {
    let client = DEFAULT.to_owned();
    session.send(Base::Revoke { client, token: Some(token), refresh: true }, Vec::new());
    session.refresh(DEFAULT, token, Vec::new());
}

/// Wrong secrets, of the client that they are tried on.
fn secrets(role: &str) -> Case {
    let mut session = Session::default();
    let code = session.grant(role);
    session.redeem(role, code, without("client_secret"));
    session.redeem(role, code, altered("client_secret"));
    session.0
}

/// Token requests that no code is needed for.
fn requests() -> Case {
    let mut session = Session::default();
    for edits in [without("grant_type"), set("grant_type", Value::Text("oauthspec".to_owned()))] {
        session.send(Base::Exchange { client: DEFAULT.to_owned(), code: None }, edits);
    }
    session.0
}

fn authorizations() -> Vec<Case> {
    let redirect = |how: &str| how.parse().map_or(Value::Empty, Value::Moved);
    let edits = [
        set("redirect_uri", redirect("on another host")),
        set("redirect_uri", redirect("on another host, carrying markup")),
        set("redirect_uri", redirect("extended without a boundary")),
        set("response_type", Value::Text("oauthspec".to_owned())),
        set("state", Value::LineBreak),
        set("client_id", Value::Markup),
        without("client_id"),
        without("state"),
    ];
    let ask = |(request, edits)| {
        let mut session = Session::default();
        session.send(request, edits);
        session.0
    };
    let spoilt = edits.into_iter().map(|edits| (authorize(DEFAULT, false), edits));
    spoilt.chain([(authorize(DEFAULT, true), Vec::new())]).map(ask).collect()
}

fn calls() -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let name = || "access_token".to_owned();
    for how in Spoiling::ALL {
        session.call(token, false, set("access_token", Value::Spoilt(how)));
    }
    for edits in [
        without("access_token"),
        vec![Edit::Scheme("Token".to_owned())],
        vec![Edit::Copy { name: name(), to: Place::Query }],
    ] {
        session.call(token, false, edits);
    }
    session.0
}

/// A token that lacks the scope of the scoped resource.
fn scopes(cast: &Roles) -> Option<Case> {
    let narrow = "narrow";
    let is_there = cast.clients.iter().any(|role| role == narrow);
    (cast.scoped && is_there).then(|| {
        let mut session = Session::default();
        let token = session.tokens(narrow);
        session.call(token, true, Vec::new());
        session.0
    })
}

fn narrowed(session: &mut Session, token: usize, scope: Scope) -> usize {
    session.send(Base::Downscope { token: Some(token), scope }, Vec::new())
}

fn exchanges(cast: &Roles) -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let at = narrowed(&mut session, token, Scope::Narrower);
    for (token, scope) in [(at, Scope::First), (token, Scope::Wider)] {
        narrowed(&mut session, token, scope);
    }
    if cast.revocation {
        session.revoke(DEFAULT, token);
        narrowed(&mut session, token, Scope::Narrower);
    }
    session.0
}

/// What is used after its time.
fn lifetimes(cast: &Roles) -> Vec<Case> {
    let [code_lives, access_lives, refresh_lives] = cast.lifetimes;
    let mut cases = Vec::new();
    if let Some(life) = code_lives {
        let mut session = Session::default();
        let code = session.grant(DEFAULT);
        session.wait(life + 1);
        session.redeem(DEFAULT, code, Vec::new());
        cases.push(session.0);
    }
    if let (Some(life), true) = (access_lives, cast.resource) {
        let mut session = Session::default();
        let token = session.tokens(DEFAULT);
        let less = cast.downscope.then(|| narrowed(&mut session, token, Scope::Narrower));
        session.wait(life + 1);
        session.call(token, false, Vec::new());
        if let Some(less) = less {
            session.call(less, false, Vec::new());
        }
        cases.push(session.0);
    }
    if let (Some(life), true) = (access_lives, cast.revocation) {
        let mut session = Session::default();
        let token = session.tokens(DEFAULT);
        session.wait(life + 1);
        revoke_refresh(&mut session, token);
        cases.push(session.0);
    }
    if let Some(life) = refresh_lives {
        let mut session = Session::default();
        let token = session.tokens(DEFAULT);
        session.wait(life + 1);
        session.refresh(DEFAULT, token, Vec::new());
        cases.push(session.0);
    }
    cases
}
