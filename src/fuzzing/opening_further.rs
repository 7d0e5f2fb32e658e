//! Opening sessions of the endpoints and means that not every target has.

use super::case::{Base, Case, Edit, IssuedKind};
use super::forging::ForgedConsent;
use super::opening::{DEFAULT, Session, altered, authorize, other, set, without};
use super::registering::REDIRECT_URIS;
use super::roles::Roles;
use crate::driver::spoiling::Spoiling;
use crate::driver::value::Value;

/// The sessions of this cast.
pub(super) fn cases(cast: &Roles) -> Vec<Case> {
    let mut cases = vec![kinds(cast), code_race(), refresh_race(), ancestors()];
    cases.extend(rotations(cast));
    cases.extend(forms(cast));
    cases.extend(cast.registration.then(registrations));
    cases.extend(targets(cast));
    cases.extend((!cast.scopes.is_empty()).then(|| widened(cast)));
    cases.extend(cast.introspector.as_deref().map(|role| introspections(cast, role)));
    cases.extend(cast.pushed.then(|| pushed(cast)).into_iter().flatten());
    cases.extend(cast.devices.first().map(|role| devices(cast, role)).into_iter().flatten());
    cases.extend(cast.dpop.then(|| proofs(cast)).into_iter().flatten());
    cases.extend(super::opening_grants::cases(cast));
    cases
}

/// A token of one kind where another belongs.
fn kinds(cast: &Roles) -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let swap = |name: &str, what| vec![Edit::Swap { name: name.to_owned(), from: token, what }];
    if cast.resource {
        session.call(token, false, swap("access_token", IssuedKind::RefreshToken));
    }
    session.refresh(DEFAULT, token, swap("refresh_token", IssuedKind::AccessToken));
    session.redeem(DEFAULT, token, swap("code", IssuedKind::RefreshToken));
    session.redeem(DEFAULT, token, swap("code", IssuedKind::AccessToken));
    let code = session.grant(DEFAULT);
    let swapped =
        vec![Edit::Swap { name: "refresh_token".to_owned(), from: code, what: IssuedKind::Code }];
    session.refresh(DEFAULT, token, swapped);
    session.0
}

fn code_race() -> Case {
    let mut session = Session::default();
    let code = session.grant(DEFAULT);
    session.race(Base::Exchange { client: DEFAULT.to_owned(), code: Some(code) });
    session.0
}

fn refresh_race() -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    session.race(Base::Refresh { client: DEFAULT.to_owned(), token: Some(token) });
    session.0
}

/// Every ancestor of a refresh token, after several rotations.
fn ancestors() -> Case {
    let mut session = Session::default();
    let first = session.tokens(DEFAULT);
    let second = session.refresh(DEFAULT, first, Vec::new());
    let third = session.refresh(DEFAULT, second, Vec::new());
    session.refresh(DEFAULT, third, Vec::new());
    for old in [first, second, third] {
        session.refresh(DEFAULT, old, Vec::new());
    }
    session.0
}

/// A client without a secret replays a refresh token whose successor was used, and goes on with the newest one.
fn rotations(cast: &Roles) -> Option<Case> {
    let role = PUBLIC;
    let mut session = Session::default();
    let first = session.tokens(role);
    let second = session.refresh(role, first, Vec::new());
    let third = session.refresh(role, second, Vec::new());
    session.refresh(role, first, Vec::new());
    session.refresh(role, third, Vec::new());
    cast.clients.iter().any(|it| it == role).then_some(session.0)
}

/// Role of the client without a secret.
const PUBLIC: &str = "public";

/// More scopes than were granted, and none after fewer.
fn widened(cast: &Roles) -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let scope =
        |value: Option<&String>| set("scope", Value::Text(value.cloned().unwrap_or_default()));
    let next = session.refresh(DEFAULT, token, scope(cast.scopes.first()));
    let next = session.refresh(DEFAULT, next, Vec::new());
    session.refresh(DEFAULT, next, scope(cast.scopes.last()));
    session.0
}

fn introspections(cast: &Roles, role: &str) -> Case {
    let mut session = Session::default();
    let token = session.tokens(DEFAULT);
    let ask = |session: &mut Session, refresh, edits| {
        let request = Base::Introspect { client: role.to_owned(), token: Some(token), refresh };
        session.send(request, edits)
    };
    let code = Edit::Swap { name: "token".to_owned(), from: token - 1, what: IssuedKind::Code };
    for edits in [Vec::new(), without("token"), vec![code]] {
        ask(&mut session, false, edits);
    }
    for how in Spoiling::ALL {
        ask(&mut session, false, set("token", Value::Spoilt(how)));
    }
    if let Some(sacrificial) = &cast.sacrificial {
        let client = sacrificial.clone();
        let request = Base::Introspect { client, token: Some(token), refresh: false };
        session.send(request, without("client_secret"));
    }
    if cast.revocation {
        session.revoke(DEFAULT, token);
        ask(&mut session, false, Vec::new());
    }
    let token = session.tokens(DEFAULT);
    session.refresh(DEFAULT, token, Vec::new());
    let request = Base::Introspect { client: role.to_owned(), token: Some(token), refresh: true };
    session.send(request, Vec::new());
    if let [_, Some(life), _] = cast.lifetimes {
        let token = session.tokens(DEFAULT);
        session.wait(life + 1);
        let client = role.to_owned();
        let request = Base::Introspect { client, token: Some(token), refresh: false };
        session.send(request, Vec::new());
    }
    session.0
}

/// Forms that carry what they were not shown with, and one that comes from elsewhere.
fn forms(cast: &Roles) -> Vec<Case> {
    let mut session = Session::default();
    for consent in [true, false] {
        for edit in super::forms::edits(consent, cast) {
            let scope = matches!(&edit, Edit::Form { name, .. } if name == "scope");
            let (client, mut edits) = match &cast.narrow {
                Some((role, narrow)) if scope => {
                    (role.as_str(), set("scope", Value::Text(narrow.clone())))
                }
                _ if scope => continue,
                _ => (DEFAULT, Vec::new()),
            };
            edits.push(edit);
            session.send(authorize(client, false), edits);
        }
    }
    let mut forged = Session::default();
    for how in ForgedConsent::ALL {
        forged.send(Base::Forge { how }, Vec::new());
    }
    let mut replayed = Session::default();
    let at = replayed.grant(DEFAULT);
    replayed.send(Base::Resubmit { of: Some(at), foreign: false }, Vec::new());
    replayed.send(Base::Resubmit { of: None, foreign: true }, Vec::new());
    let mut proxied = Session::default();
    let field =
        Edit::Header { name: "X-Forwarded-Host".to_owned(), value: "oauthspec.example".to_owned() };
    proxied.send(authorize(DEFAULT, false), vec![field]);
    let mut silent = Session::default();
    let elsewhere = Value::Text("https://oauthspec.example/".to_owned());
    for (name, value) in [("prompt", "none"), ("response_mode", "fragment")] {
        let odd = set(name, Value::Text(value.to_owned()));
        let edits = [set("redirect_uri", elsewhere.clone()), odd].concat();
        silent.send(authorize(DEFAULT, false), edits);
    }
    vec![session.0, replayed.0, forged.0, proxied.0, silent.0]
}

fn registrations() -> Case {
    let mut session = Session::default();
    for edits in [Vec::new(), Vec::new(), without("redirect_uris"), without("access_token")] {
        session.send(Base::Register {}, edits);
    }
    for uri in REDIRECT_URIS {
        session.send(Base::Register {}, set("redirect_uris", Value::Text((*uri).to_owned())));
    }
    session.0
}

/// Resources that are unknown, none at all, or not the one that was granted.
fn targets(cast: &Roles) -> Vec<Case> {
    let [own, other, unknown, malformed] = cast.targets.as_slice() else { return Vec::new() };
    let resource = |value: &String| set("resource", Value::Text(value.clone()));
    let mut asked = Session::default();
    for value in [unknown, malformed] {
        asked.send(authorize(DEFAULT, false), resource(value));
    }
    let mut session = Session::default();
    let code = session.send(authorize(DEFAULT, false), resource(other));
    for value in [unknown, malformed, own] {
        session.redeem(DEFAULT, code, resource(value));
    }
    let code = session.send(authorize(DEFAULT, false), resource(other));
    let token = session.redeem(DEFAULT, code, Vec::new());
    session.call(token, false, Vec::new());
    session.refresh(DEFAULT, token, resource(own));
    vec![asked.0, session.0]
}

fn push(client: &str) -> Base {
    Base::Push { client: client.to_owned() }
}

fn follow(client: &str, pushed: usize) -> Base {
    Base::Follow { client: client.to_owned(), pushed: Some(pushed), deny: false }
}

fn pushed(cast: &Roles) -> Vec<Case> {
    let mut twice = Session::default();
    let at = twice.send(push(DEFAULT), Vec::new());
    let code = twice.send(follow(DEFAULT, at), Vec::new());
    twice.redeem(DEFAULT, code, Vec::new());
    twice.send(follow(DEFAULT, at), Vec::new());
    let mut spoilt = Session::default();
    let redirect = |how: &str| how.parse().map_or(Value::Empty, Value::Moved);
    spoilt.send(push(DEFAULT), set("redirect_uri", redirect("on another host")));
    spoilt.send(push(DEFAULT), set("response_type", Value::Text("oauthspec".to_owned())));
    spoilt.send(push(DEFAULT), set("request_uri", Value::Text("urn:example".to_owned())));
    let at = spoilt.send(push(DEFAULT), Vec::new());
    for how in Spoiling::ALL {
        spoilt.send(follow(DEFAULT, at), set("request_uri", Value::Spoilt(how)));
    }
    spoilt.send(follow(DEFAULT, at), set("client_id", Value::Empty));
    let mut beside = Session::default();
    for edits in [
        set("state", Value::Text("oauthspec-beside".to_owned())),
        set("redirect_uri", Value::Text("https://oauthspec.example/".to_owned())),
        set("code_challenge", Value::Text("o".repeat(43))),
    ] {
        let at = beside.send(push(DEFAULT), Vec::new());
        let code = beside.send(follow(DEFAULT, at), edits);
        beside.redeem(DEFAULT, code, Vec::new());
    }
    let mut late = Session::default();
    let at = late.send(push(DEFAULT), Vec::new());
    if let Some(other) = other(cast) {
        late.send(follow(other, at), Vec::new());
        let agrees = set("client_id", Value::IdOf(other.to_owned()));
        late.send(push(DEFAULT), agrees);
    }
    let at = late.send(push(DEFAULT), Vec::new());
    if !cast.waits.is_empty() {
        late.wait(LONG);
        late.send(follow(DEFAULT, at), Vec::new());
    }
    if let Some(role) = &cast.sacrificial {
        late.send(push(role), without("client_secret"));
    }
    vec![twice.0, spoilt.0, beside.0, late.0]
}

/// Longer than any reference or code of a device lives, in seconds.
const LONG: u64 = 7200;
/// Longer than a device has to wait, in seconds.
const PATIENCE: u64 = 12;

fn devices(cast: &Roles, role: &str) -> Vec<Case> {
    let device = || Base::Device { client: role.to_owned() };
    let poll = |at| Base::Poll { client: role.to_owned(), device: Some(at) };
    let visit = |at, deny| Base::Visit { device: Some(at), deny };
    let patient = |session: &mut Session| {
        if !cast.waits.is_empty() {
            session.wait(PATIENCE);
        }
    };
    let mut granted = Session::default();
    let at = granted.send(device(), Vec::new());
    granted.send(poll(at), Vec::new());
    granted.send(visit(at, false), set("user_code", Value::Spoilt(Spoiling::Altered)));
    granted.send(visit(at, false), Vec::new());
    patient(&mut granted);
    if let Some(client) = cast.devices.get(1) {
        let other = Base::Poll { client: client.clone(), device: Some(at) };
        granted.send(other, Vec::new());
        patient(&mut granted);
    }
    granted.send(poll(at), altered("device_code"));
    granted.send(poll(at), Vec::new());
    granted.send(visit(at, false), Vec::new());
    patient(&mut granted);
    granted.send(poll(at), Vec::new());
    granted.send(device(), without("client_id"));
    granted.send(device(), set("client_id", Value::Text("oauthspec".to_owned())));
    let mut denied = Session::default();
    let at = denied.send(device(), Vec::new());
    denied.send(visit(at, true), Vec::new());
    for _ in 0..2 {
        denied.send(poll(at), Vec::new());
        patient(&mut denied);
    }
    let mut race = Session::default();
    let at = race.send(device(), Vec::new());
    race.send(visit(at, false), Vec::new());
    race.race(poll(at));
    let mut late = Session::default();
    if !cast.waits.is_empty() {
        let at = late.send(device(), Vec::new());
        late.send(visit(at, false), Vec::new());
        let unseen = late.send(device(), Vec::new());
        late.wait(LONG);
        late.send(poll(at), Vec::new());
        late.send(visit(unseen, false), Vec::new());
    }
    vec![granted.0, denied.0, race.0, late.0]
}

fn proofs(cast: &Roles) -> Vec<Case> {
    let prove = |other, flaw: Option<&str>| {
        vec![Edit::Prove { other, flaw: flaw.map(str::to_owned), again: false }]
    };
    let again = || vec![Edit::Prove { other: false, flaw: None, again: true }];
    let mut bound = Session::default();
    let code = bound.grant(DEFAULT);
    let token = bound.redeem(DEFAULT, code, prove(false, None));
    if cast.resource {
        bound.call(token, false, prove(false, None));
        bound.call(token, false, again());
        bound.call(token, false, Vec::new());
        bound.call(token, false, vec![Edit::Scheme("DPoP".to_owned())]);
        bound.call(token, false, prove(true, None));
        for flaw in ["a proof for another path", "a proof signed with another key"] {
            bound.call(token, false, prove(false, Some(flaw)));
        }
    }
    let mut flawed = Session::default();
    let code = flawed.grant(DEFAULT);
    let about_nonce =
        |flaw: &&&str| flaw.contains("without a nonce") || flaw.contains("of the resource");
    for flaw in super::possession::FLAWS.iter().filter(|flaw| !about_nonce(flaw)) {
        flawed.redeem(DEFAULT, code, prove(false, Some(flaw)));
    }
    let mut replayed = Session::default();
    let first = replayed.grant(DEFAULT);
    replayed.redeem(DEFAULT, first, prove(false, None));
    let second = replayed.grant(DEFAULT);
    replayed.redeem(DEFAULT, second, again());
    let mut cases = vec![bound.0, flawed.0, replayed.0];
    let public = "public";
    if cast.clients.iter().any(|role| role == public) {
        let mut session = Session::default();
        let code = session.grant(public);
        let token = session.redeem(public, code, prove(false, None));
        session.refresh(public, token, prove(true, None));
        session.refresh(public, token, Vec::new());
        cases.push(session.0);
    }
    cases
}
