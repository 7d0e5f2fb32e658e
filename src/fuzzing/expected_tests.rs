use std::sync::Arc;

use super::*;
use crate::fuzzing::bundled;
use crate::fuzzing::model::Moment;
use crate::fuzzing::proof_key::ProofKey;
use crate::fuzzing::reading;
use crate::testbed::Switches;
use crate::wire::{Origin, Request, Scheme};

const SECRET: &str = "test-only-9fQ2mLx7TzRk4VwB1cYe";

fn terms() -> Arc<Terms> {
    bundled::stage(Switches::default(), 1).unwrap().0.terms
}

fn model() -> Model {
    let born = Moment { moved: Duration::ZERO, at: std::time::Instant::now() };
    let code = Code {
        value: "c0de".into(),
        client: "default-client".into(),
        user: "default".into(),
        redirect_uri: Some("https://www.myboxapp.com/app".into()),
        challenge: ProofKey::Absent,
        scope: None,
        resources: Vec::new(),
        born,
        redeemed: None,
        doubtful: false,
        ordinary: true,
    };
    let refresh = Some(Token::new("r3fresh".into()));
    let pair = Pair { refresh, ..Pair::ordinary("access", "default-client", born) };
    let mut model = Model::default();
    model.codes.push(code);
    model.pairs.push(pair);
    model
}

fn posted(target: &str, body: &str) -> Reading {
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
    let mut request = Request::new("POST", origin, target);
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = body.as_bytes().to_vec();
    reading::of(&request)
}

fn rules(expectation: &Expectation) -> Vec<&'static str> {
    expectation.reasons.iter().filter_map(|reason| reason.rule).collect()
}

fn token(now: u64, target: &str, body: &str) -> Vec<&'static str> {
    let (terms, model) = (terms(), model());
    let now = Duration::from_secs(now);
    let client = format!("client_id=default-client&client_secret={SECRET}&");
    let body = body.replace("CLIENT&", &client);
    rules(&Judge { terms: &terms, model: &model, now }.token(&posted(target, &body)))
}

#[test]
fn each_deviation_has_its_rule() {
    let valid = "CLIENT&grant_type=authorization_code&code=c0de";
    for (now, target, body, expected) in [
        (0, "/t", valid, vec![]),
        (40, "/t", valid, vec!["code/lifetime"]),
        (0, "/t", "CLIENT&grant_type=authorization_code&code=codE", vec!["code/unknown"]),
        (0, "/t", "CLIENT&grant_type=authorization_code", vec!["token/code-required"]),
        (0, "/t?code=c0de", "CLIENT&grant_type=authorization_code", vec!["token/query-ignored"]),
        (0, "/t", "CLIENT&code=c0de", vec!["token/grant-type-required"]),
        (0, "/t", "CLIENT&grant_type=x", vec!["token/grant-type-known"]),
        (0, "/t", "grant_type=authorization_code&code=c0de", vec!["token/client-credentials"]),
        (
            0,
            "/t",
            "CLIENT&grant_type=authorization_code&code=c0de&code=c0de",
            vec!["token/repeated-parameter"],
        ),
        (0, "/t", "CLIENT&grant_type=authorization_code&code=&code=c0de", vec![]),
        (
            0,
            "/t",
            "CLIENT&grant_type=authorization_code&code=x&code=c0de",
            vec!["token/repeated-parameter"],
        ),
        (
            0,
            "/t",
            "client_secret=x&CLIENT&grant_type=authorization_code&code=c0de",
            vec!["token/repeated-parameter"],
        ),
        (
            0,
            "/t",
            "CLIENT&grant_type=authorization_code&code=x&code=y",
            vec!["token/repeated-parameter", "code/unknown"],
        ),
        (
            0,
            "/t",
            "CLIENT&grant_type=authorization_code&code=c0de&redirect_uri=https%3A%2F%2Fx",
            vec!["code/bound-to-redirect-uri"],
        ),
        (0, "/t", "CLIENT&grant_type=refresh_token&refresh_token=r3fresh", vec![]),
        (0, "/t", "CLIENT&grant_type=refresh_token&refresh_token=x", vec!["refresh/unknown"]),
        (0, "/t", "CLIENT&grant_type=refresh_token", vec!["token/refresh-token-required"]),
    ] {
        assert_eq!(token(now, target, body), expected, "{target} {body} after {now} s");
    }
}

#[test]
fn another_client_and_a_second_use_are_refused() {
    let (terms, mut model) = (terms(), model());
    model.codes[0].redeemed = Some(1);
    let body = "client_id=other-client&client_secret=test-only-H3vNs8KdPq6JyUa0GtXo\
                &grant_type=authorization_code&code=c0de";
    let judge = Judge { terms: &terms, model: &model, now: Duration::ZERO };
    let expectation = judge.token(&posted("/t", body));
    assert_eq!(rules(&expectation), ["code/bound-to-client", "code/single-use"]);
}

#[test]
fn what_was_revoked_or_has_expired_opens_nothing() {
    let (terms, mut model) = (terms(), model());
    let call = |model: &Model, now: u64, token: &str| {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
        let mut request = Request::new("GET", origin, "/me");
        request.headers.push("Authorization", format!("Bearer {token}"));
        let now = Duration::from_secs(now);
        rules(&Judge { terms: &terms, model, now }.call(
            &reading::of(&request),
            false,
            (None, false),
        ))
    };
    assert!(call(&model, 0, "access").is_empty());
    assert_eq!(call(&model, 4000, "access"), ["access-token/lifetime"]);
    assert_eq!(call(&model, 0, "accesS"), ["bearer/invalid"]);
    model.revoked(0, false, &terms);
    assert_eq!(call(&model, 0, "access"), ["revoke/by-access-token"]);
}

#[test]
fn a_token_is_exchanged_for_less_and_never_for_more() {
    let exchange = |now: u64, change: &dyn Fn(&mut Model), scope: &str| {
        let (terms, mut model) = (terms(), model());
        change(&mut model);
        let body = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&\
             subject_token=access&\
             subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&\
             scope={scope}"
        );
        let now = Duration::from_secs(now);
        let judge = Judge { terms: &terms, model: &model, now };
        let expectation = judge.token(&posted("/t", &body));
        (rules(&expectation), expectation.open)
    };
    let narrowed = |model: &mut Model| model.pairs[0].narrowed = Some("item_preview".into());
    let gone = |model: &mut Model| model.pairs.clear();
    let revoked = |model: &mut Model| model.pairs[0].access.dead = Some("revoke/by-access-token");
    let never = vec!["downscope/never-widens"];
    assert_eq!(exchange(0, &|_| (), "item_preview"), (vec![], false));
    assert_eq!(exchange(0, &narrowed, "item_preview"), (vec![], false));
    assert_eq!(exchange(0, &narrowed, "root_readwrite").0, never);
    assert_eq!(exchange(0, &|_| (), "manage_groups").0, never);
    assert_eq!(exchange(0, &|_| (), "item_preview+manage_groups").0, never);
    assert_eq!(exchange(0, &|_| (), "item_download"), (vec![], true));
    assert_eq!(exchange(0, &gone, "item_preview").0, never);
    // That a token is dead is no matter of scope, and names do not say what is part of what.
    assert_eq!(exchange(0, &revoked, "item_preview").0, ["revoke/by-access-token"]);
    assert_eq!(exchange(4000, &|_| (), "item_preview").0, ["access-token/lifetime"]);
    let wide = |model: &mut Model| model.pairs[0].narrowed = Some("root_readwrite".into());
    assert_eq!(exchange(0, &wide, "base_explorer"), (vec![], true));
}

#[test]
fn a_narrowed_token_dies_with_its_own_hour() {
    let (terms, mut model) = (terms(), model());
    model.pairs[0].narrowed = Some("item_preview".into());
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
    let mut request = Request::new("GET", origin, "/me");
    request.headers.push("Authorization", "Bearer access");
    let call = |now| {
        let judge = Judge { terms: &terms, model: &model, now: Duration::from_secs(now) };
        rules(&judge.call(&reading::of(&request), false, (None, false)))
    };
    assert_eq!((call(0), call(4000)), (vec![], vec!["downscope/no-refresh"]));
}

#[test]
fn a_pushed_reference_without_a_value_is_none() {
    let dialect = crate::server::Dialect::find("oauth").unwrap();
    let terms = bundled::stage_of(dialect, Switches::default(), 1).unwrap().0.terms;
    let pushed = |more: &str| {
        let body = format!("response_type=code&client_id=default-client{more}");
        let now = Duration::from_secs(0);
        let judge = Judge { terms: &terms, model: &model(), now };
        judge.pushing(&posted("/par", &body)).0
    };
    let refused = |it: &Expectation| rules(it).contains(&"pushed/no-reference");
    assert!(refused(&pushed("&request_uri=urn%3Aexample")));
    let empty = pushed("&request_uri=");
    assert!(!refused(&empty) && empty.open);
    assert!(!refused(&pushed("")));
}
