//! Opening sessions of token exchange, of assertions, and of clients that have bound tokens alone.

use serde_json::json;

use super::asserted::WRONG;
use super::case::{Base, Case, Edit, IssuedKind};
use super::exchanged::{EXCHANGER, FORBIDDEN, NO_TYPE};
use super::opening::{DEFAULT, Session, authorize, set, without};
use super::roles::Roles;
use crate::driver::exchange::{ACCESS_TOKEN, REFRESH_TOKEN};
use crate::driver::spoiling::Spoiling;
use crate::driver::value::Value;
use crate::wire::jwk::{Alg, SigningKey};
use crate::wire::jws;

const ACCESS: IssuedKind = IssuedKind::AccessToken;

/// The sessions of this cast.
pub(super) fn cases(cast: &Roles) -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(cast.exchanges.then(|| exchanges(cast)).into_iter().flatten());
    cases.extend(cast.signers.iter().map(|role| assertions(cast, role)));
    cases.extend(cast.bound.as_deref().filter(|_| cast.dpop).map(|role| nonces(cast, role)));
    cases
}

fn exchange(session: &mut Session, token: usize, edits: Vec<Edit>) -> usize {
    let client = EXCHANGER.to_owned();
    session.send(Base::TokenExchange { client, token: Some(token), refresh: false }, edits)
}

fn exchanges(cast: &Roles) -> Vec<Case> {
    let text = |value: &str| Value::Text(value.to_owned());
    let mut wrong = Session::default();
    let token = wrong.tokens(EXCHANGER);
    let swap = |from, what| vec![Edit::Swap { name: "subject_token".to_owned(), from, what }];
    let again = Edit::Twice { name: "subject_token".to_owned(), value: None };
    for edits in [
        Vec::new(),
        without("subject_token"),
        without("subject_token_type"),
        set("subject_token_type", text(NO_TYPE)),
        set("subject_token_type", text(REFRESH_TOKEN)),
        swap(token, IssuedKind::RefreshToken),
        vec![Edit::Swap { name: "actor_token".to_owned(), from: token, what: ACCESS }],
        set("actor_token_type", text(ACCESS_TOKEN)),
        [set("actor_token", text("oauthspec-actor")), set("actor_token_type", text(ACCESS_TOKEN))]
            .concat(),
        set("resource", text("https://api.oauthspec.example/#fragment")),
        vec![again],
    ] {
        exchange(&mut wrong, token, edits);
    }
    for signed in [true, false] {
        exchange(&mut wrong, token, set("subject_token", Value::Text(foreign_jwt(signed))));
    }
    for how in Spoiling::ALL {
        exchange(&mut wrong, token, set("subject_token", Value::Spoilt(how)));
    }
    let code = wrong.grant(EXCHANGER);
    exchange(&mut wrong, token, swap(code, IssuedKind::Code));
    let mut used = Session::default();
    let user = "second".to_owned();
    let code =
        used.send(Base::Authorize { client: EXCHANGER.to_owned(), user, deny: false }, Vec::new());
    let token = used.redeem(EXCHANGER, code, Vec::new());
    let narrowed = exchange(&mut used, token, Vec::new());
    if cast.resource {
        used.call(narrowed, false, Vec::new());
        used.call(token, false, Vec::new());
    }
    renew(&mut used, token);
    renew(&mut used, token);
    let mut all = vec![wrong.0, used.0, ended(cast)];
    all.extend(late(cast));
    all.extend(more(cast));
    all.extend(targeted(cast));
    let mut forbidden = Session::default();
    let token = forbidden.tokens(FORBIDDEN);
    let client = FORBIDDEN.to_owned();
    let request = Base::TokenExchange { client, token: Some(token), refresh: false };
    forbidden.send(request, Vec::new());
    all.push(forbidden.0);
    all
}

/// A refresh token is exchanged.
fn renew(session: &mut Session, token: usize) {
    let client = EXCHANGER.to_owned();
    session.send(Base::TokenExchange { client, token: Some(token), refresh: true }, Vec::new());
}

/// Tokens that have been traded in or revoked are exchanged.
fn ended(cast: &Roles) -> Case {
    let mut session = Session::default();
    let token = session.tokens(EXCHANGER);
    session.refresh(EXCHANGER, token, Vec::new());
    renew(&mut session, token);
    if cast.revocation {
        let token = session.tokens(EXCHANGER);
        session.revoke(EXCHANGER, token);
        exchange(&mut session, token, Vec::new());
    }
    session.0
}

/// A JWT that looks like an access token and was issued by nobody here: signed by a key of nobody's, or not at
/// all.
fn foreign_jwt(signed: bool) -> String {
    let issuer = "https://issuer.oauthspec.example";
    let alg = if signed { Alg::EdDsa.name() } else { "none" };
    let header = jws::members(json!({"typ": "at+jwt", "alg": alg}));
    let claims = json!({"iss": issuer, "aud": issuer, "sub": "oauthspec", "exp": u32::MAX});
    let claims = jws::members(claims);
    let key = SigningKey::of_seed(&[7; 32]).ok().filter(|_| signed);
    let compact = key.and_then(|key| key.compact(&header, &claims).ok());
    compact.unwrap_or_else(|| format!("{}.", jws::text(&header, &claims)))
}

/// A token that has expired is exchanged, and is that of the actor.
fn late(cast: &Roles) -> Option<Case> {
    let [_, life, _] = cast.lifetimes;
    let mut session = Session::default();
    let token = session.tokens(EXCHANGER);
    session.wait(life? + 1);
    exchange(&mut session, token, Vec::new());
    let fresh = session.tokens(EXCHANGER);
    let actor = Edit::Swap { name: "actor_token".to_owned(), from: token, what: ACCESS };
    let kind = set("actor_token_type", Value::Text(ACCESS_TOKEN.to_owned()));
    exchange(&mut session, fresh, [vec![actor], kind].concat());
    Some(session.0)
}

/// A token is exchanged for the other resource, and used at both.
pub(super) fn targeted(cast: &Roles) -> Option<Case> {
    let [own, other, ..] = cast.targets.as_slice() else { return None };
    let mut session = Session::default();
    let token = session.tokens(EXCHANGER);
    for target in [other, own] {
        let at = exchange(&mut session, token, set("resource", Value::Text(target.clone())));
        session.call(at, false, Vec::new());
        session.send(Base::UseOther { token: Some(at) }, Vec::new());
    }
    Some(session.0)
}

/// More scope is asked for than there was.
fn more(cast: &Roles) -> Option<Case> {
    let (opens, (_, narrow)) = cast.opens.clone().zip(cast.narrow.clone())?;
    let mut session = Session::default();
    let code = session.send(authorize(EXCHANGER, false), set("scope", Value::Text(narrow)));
    let token = session.redeem(EXCHANGER, code, Vec::new());
    exchange(&mut session, token, set("scope", Value::Text(opens)));
    Some(session.0)
}

/// Assertions with all that may be wrong about one, and one that comes twice.
fn assertions(cast: &Roles, role: &str) -> Case {
    let mut session = Session::default();
    let client = role.to_owned();
    let request = if cast.asserters.iter().any(|it| it == role) {
        Base::Assertion { client }
    } else {
        let code = session.grant(role);
        Base::Exchange { client, code: Some(code) }
    };
    for (words, ..) in WRONG {
        let flaw = Some((*words).to_owned());
        session.send(request.clone(), vec![Edit::Assert { flaw, again: false }]);
    }
    if !matches!(request, Base::Assertion { .. }) {
        let bare = || ["client_assertion", "client_assertion_type"].map(without).concat();
        let secret = set("client_secret", Value::Text("oauthspec".to_owned()));
        session.send(request.clone(), [bare(), secret].concat());
        session.send(request.clone(), bare());
        session.tokens(role);
        return session.0;
    }
    session.send(request.clone(), Vec::new());
    session.send(request, vec![Edit::Assert { flaw: None, again: true }]);
    session.0
}

/// Nonces where they are demanded: one that nobody told, none, and that of the resource.
fn nonces(cast: &Roles, role: &str) -> Case {
    let mut session = Session::default();
    let prove = |flaw: Option<&str>| {
        vec![Edit::Prove { other: false, flaw: flaw.map(str::to_owned), again: false }]
    };
    let code = session.grant(role);
    let token = session.redeem(role, code, prove(None));
    if cast.resource {
        session.call(token, false, prove(None));
    }
    let code = session.grant(role);
    for flaw in [
        "a proof with a nonce never told",
        "a proof without a nonce",
        "a proof with the nonce of the resource",
    ] {
        session.redeem(role, code, prove(Some(flaw)));
    }
    session.redeem(role, code, prove(None));
    session.grant(DEFAULT);
    session.0
}
