//! What the fuzzer once held against correct servers: each is left open, or refused by the rule that
//! says so, in the dialect of the RFCs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;

use super::case::{Base, Case, Edit, Shot, Step};
use super::expected::{Expectation, Judge};
use super::model::{Code, Model, Moment};
use super::oracle::Terms;
use super::play::Browsers;
use super::proof_key::ProofKey;
use super::reading::{self, Reading};
use crate::driver::draft::s256;
use crate::driver::value::Value;
use crate::server::Dialect;
use crate::testbed::Switches;
use crate::verdict::Exchange;
use crate::wire::{Origin, Request, Scheme, basic};

const VERIFIER: &str = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

fn terms() -> Arc<Terms> {
    let dialect = Dialect::find("oauth").unwrap();
    super::bundled::stage_of(dialect, Switches::default(), 1).unwrap().0.terms
}

fn code(value: &str, challenge: ProofKey) -> Code {
    Code {
        value: value.into(),
        client: "default-client".into(),
        user: "default".into(),
        redirect_uri: Some("https://app.client.example/callback".into()),
        challenge,
        scope: None,
        resources: Vec::new(),
        born: Moment { moved: Duration::ZERO, at: Instant::now() },
        redeemed: None,
        doubtful: false,
        ordinary: true,
    }
}

fn request(method: &str, target: &str, body: &str) -> Request {
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
    let mut request = Request::new(method, origin, target);
    if method == "POST" {
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    }
    request.body = body.as_bytes().to_vec();
    request
}

fn redeemed(challenge: ProofKey, change: &dyn Fn(&mut String) -> &'static str) -> Expectation {
    let terms = terms();
    let secret = terms.profile.client("default").unwrap().secret.clone().unwrap();
    let mut body = format!(
        "client_id=default-client&client_secret={}&redirect_uri=https%3A%2F%2Fapp.client.example%2F\
         callback&code=c0de&code_verifier={VERIFIER}&grant_type=authorization_code",
        &*secret
    );
    let target = change(&mut body);
    let mut model = Model::default();
    model.codes.push(code("c0de", challenge));
    let read = reading::of(&request("POST", target, &body));
    Judge { terms: &terms, model: &model, now: Duration::ZERO }.token(&read)
}

fn rules(expectation: &Expectation) -> (Vec<&'static str>, bool) {
    (expectation.reasons.iter().filter_map(|it| it.rule).collect(), expectation.open)
}

fn proper() -> ProofKey {
    ProofKey::S256(s256(VERIFIER))
}

#[test]
fn a_verifier_is_that_of_what_was_asked() {
    let as_is = |_: &mut String| "/token";
    let drop = |body: &mut String| {
        *body = body.replace("code_verifier", "x");
        "/token"
    };
    let wrong = |body: &mut String| {
        *body = body.replace(VERIFIER, &"w".repeat(43));
        "/token"
    };
    assert_eq!(rules(&redeemed(proper(), &as_is)), (vec![], false));
    assert_eq!(rules(&redeemed(proper(), &drop)).0, ["pkce/verifier-missing"]);
    assert_eq!(rules(&redeemed(proper(), &wrong)).0, ["pkce/verifier-wrong"]);
    // RFC 9700 §4.8.2: without a challenge there is no verifier either.
    assert_eq!(rules(&redeemed(ProofKey::Absent, &as_is)).0, ["pkce/verifier-unasked"]);
    assert_eq!(rules(&redeemed(ProofKey::Unclear, &as_is)), (vec![], true));
}

#[test]
fn one_parameter_in_the_url_is_a_matter_of_documents_that_say_so() {
    let moved = |body: &mut String| {
        *body = body.replace("code=c0de&", "");
        "/token?code=c0de"
    };
    assert_eq!(rules(&redeemed(proper(), &moved)), (vec![], true));
    let all = |body: &mut String| {
        let target = format!("/token?{}", body.replace("&grant_type=authorization_code", ""));
        *body = "grant_type=authorization_code".to_owned();
        &*target.leak()
    };
    assert!(rules(&redeemed(proper(), &all)).0.contains(&"token/query-ignored"));
}

#[test]
fn where_the_right_value_stands_says_nothing_of_what_a_code_is_bound_to() {
    const URI: &str = "redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback";
    let beside = |first: &'static str, target: &'static str| {
        rules(&redeemed(proper(), &|body: &mut String| {
            *body = body.replace(URI, first);
            target
        }))
    };
    const MOVED: &str = "/token?redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback";
    let other = "redirect_uri=https%3A%2F%2Foauthspec.example%2F";
    assert_eq!(beside("x=y", MOVED), (vec![], true));
    assert_eq!(beside(other, MOVED), (vec![], true));
    assert_eq!(beside(other, "/token").0, ["code/bound-to-redirect-uri"]);
    // Longer than the right one is another one.
    let longer = "redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback%2Fx";
    assert_eq!(beside(longer, "/token").0, ["code/bound-to-redirect-uri"]);
    let verifier: &'static str = format!("/token?code_verifier={VERIFIER}").leak();
    let moved = |body: &mut String| {
        *body = body.replace(VERIFIER, &"w".repeat(43));
        verifier
    };
    assert_eq!(rules(&redeemed(proper(), &moved)), (vec![], true));
}

#[test]
fn what_is_refused_for_how_its_media_type_is_written_says_nothing_of_its_code() {
    let terms = terms();
    let judged = |media: &str| {
        let secret = terms.profile.client("default").unwrap().secret.clone().unwrap();
        let uri = "redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback";
        let body = format!(
            "client_id=default-client&client_secret={}&grant_type=authorization_code&code=none&{uri}&\
             code_verifier={VERIFIER}",
            &*secret
        );
        let mut sent = request("POST", "/token", &body);
        sent.headers.set("Content-Type", media);
        let (model, read) = (Model::default(), reading::of(&sent));
        rules(&Judge { terms: &terms, model: &model, now: Duration::ZERO }.token(&read))
    };
    let plain = "application/x-www-form-urlencoded";
    assert_eq!(judged(plain), (vec!["code/unknown"], false));
    assert_eq!(judged("Application/X-WWW-Form-Urlencoded"), (vec!["code/unknown"], true));
}

#[test]
fn a_field_that_names_nobody_takes_nothing_from_the_right_credentials() {
    let terms = terms();
    let secret = terms.profile.client("default").unwrap().secret.clone().unwrap();
    let body = format!("client_id=default-client&client_secret={}", &*secret);
    let prove = |field: &str| {
        let mut sent = request("POST", "/token", &body);
        sent.headers.push("Authorization", field);
        let (model, read) = (Model::default(), reading::of(&sent));
        let judge = Judge { terms: &terms, model: &model, now: Duration::ZERO };
        let mut to = Expectation::new("token/success");
        let client = judge.client(&read, "token/client-credentials", &mut to);
        (client.is_some(), rules(&to))
    };
    for field in ["Basic Og==", "Basic !!!", "Negotiate"] {
        assert_eq!(prove(field), (true, (vec![], true)), "{field}");
    }
    let wrong = basic::encode("default-client", "wrong");
    assert_eq!(prove(&wrong), (true, (vec!["token/every-credential-checked"], true)));
}

#[test]
fn a_challenge_that_is_none_may_be_refused() {
    let terms = terms();
    let ask = |challenge: &str, method: &str| {
        let target = format!(
            "/authorize?response_type=code&client_id=default-client&scope=openid+profile&state=12345678&nonce=1&\
             redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback&code_challenge={challenge}&\
             code_challenge_method={method}"
        );
        let (model, read) = (Model::default(), reading::of(&request("GET", &target, "")));
        rules(
            &Judge { terms: &terms, model: &model, now: Duration::ZERO }
                .authorization(&read, false),
        )
    };
    let good = s256(VERIFIER);
    assert_eq!(ask(&good, "S256"), (vec![], false));
    assert_eq!(ask("%3Cx-oauthspec%3E", "S256").0, ["pkce/challenge-syntax"]);
    assert_eq!(ask(&good, "oauthspec").0, ["pkce/method-unknown"]);
    assert_eq!(ask(&good, "plain"), (vec![], true));
    assert_eq!(ask("", "S256"), (vec![], true));
}

#[test]
fn a_state_that_is_short_or_missing_may_be_refused() {
    let terms = terms();
    let ask = |state: &str| {
        let challenge = s256(VERIFIER);
        let target = format!(
            "/authorize?response_type=code&client_id=default-client&scope=openid+profile&nonce=1{state}&\
             redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback&code_challenge={challenge}&\
             code_challenge_method=S256"
        );
        let (model, read) = (Model::default(), reading::of(&request("GET", &target, "")));
        let judge = Judge { terms: &terms, model: &model, now: Duration::ZERO };
        judge.authorization(&read, false).open
    };
    assert!(ask("") && ask("&state=") && ask("&state=1234567"));
    assert!(!ask("&state=12345678"));
}

#[test]
fn a_newer_grant_may_take_the_place_of_an_older_one() {
    let mut model = Model::default();
    model.codes.push(code("older", proper()));
    model.superseded("default-client", "second");
    assert!(!model.codes[0].doubtful);
    model.superseded("default-client", "default");
    assert!(model.codes[0].doubtful);
}

#[test]
fn what_stands_somewhere_else_in_a_request_is_there() {
    let mut sent = request("POST", "/token", "{\"code\":\"c0de/1\"}");
    sent.headers.push("Cookie", "token=t0ken");
    let read: Reading = reading::of(&sent);
    assert!(read.carries("c0de/1") && read.carries("t0ken") && !read.carries("other"));
    let escaped = reading::of(&request("POST", "/token?x=c0de%2F1", ""));
    assert!(escaped.carries("c0de/1"));
    let mut model = Model::default();
    model.codes.push(code("c0de/1", proper()));
    assert_eq!((model.code_in(&read), model.code_in(&escaped)), (Some(0), Some(0)));
}

#[test]
fn a_redirect_to_the_uri_of_a_client_named_in_an_unreadable_body_is_none_to_a_foreign_one() {
    let terms = terms();
    let mut sent = request("POST", "/authorize", "client_id=default-client&response_type=code");
    sent.headers.remove("content-type");
    sent.headers.push("Content-Type", "/");
    let (model, read) = (Model::default(), reading::of(&sent));
    let judge = Judge { terms: &terms, model: &model, now: Duration::ZERO };
    let asked = super::authorize::Asked::of(&read);
    let own = super::redirected::registered(&judge, &asked, &read);
    assert_eq!(own, ["https://app.client.example/callback"]);
}

/// What has to come of a request, where nothing was issued before.
fn expected(judge: impl Fn(&Judge<'_>, &str) -> Expectation) -> (Vec<&'static str>, bool) {
    let terms = terms();
    let secret = terms.profile.client("default").unwrap().secret.clone().unwrap();
    let body = format!("client_id=default-client&client_secret={}", &*secret);
    let model = Model::default();
    rules(&judge(&Judge { terms: &terms, model: &model, now: Duration::ZERO }, &body))
}

#[test]
fn a_code_that_is_none_without_a_verifier_is_refused_for_either() {
    let redeem = |more: &str| {
        expected(|judge, body| {
            let uri = "redirect_uri=https%3A%2F%2Fapp.client.example%2Fcallback";
            let body = format!("{body}&grant_type=authorization_code&code=none&{uri}{more}");
            judge.token(&reading::of(&request("POST", "/token", &body)))
        })
    };
    assert_eq!(redeem(&format!("&code_verifier={VERIFIER}")), (vec!["code/unknown"], false));
    assert_eq!(redeem(""), (vec!["code/unknown", "pkce/verifier-missing"], false));
}

#[test]
fn two_ways_to_authenticate_at_once_may_be_refused() {
    for (more, open) in [("", false), ("&client_assertion=x", true)] {
        let found = expected(|judge, body| {
            let body = format!("{body}&token=never-issued{more}");
            judge.revocation(&reading::of(&request("POST", "/revoke", &body)))
        });
        assert_eq!(found, (vec![], open), "{more}");
    }
}

#[test]
fn a_token_in_the_url_is_one_way_beside_a_field_of_another_scheme() {
    for (target, wanted) in
        [("/me", (vec!["bearer/other-schemes"], false)), ("/me?access_token=t", (vec![], true))]
    {
        let found = expected(|judge, _| {
            let mut sent = request("GET", target, "");
            sent.headers.push("Authorization", "Bearerx t");
            judge.call(&reading::of(&sent), false, (None, false))
        });
        assert_eq!(found, wanted, "{target}");
    }
}

#[test]
fn nobody_denies_who_was_not_asked() {
    let mut to = Expectation::new("consent/grant");
    to.refuse("consent/deny");
    to.refuse("pkce/challenge-syntax");
    assert_eq!(rules(&to.by_the_user(false)).0, ["pkce/challenge-syntax"]);
    assert_eq!(to.by_the_user(true), to);
}

#[test]
fn the_state_of_a_pushed_request_that_nobody_finds_cannot_come_back() {
    let gone = |rule| {
        let mut to = Expectation::new("pushed/followed");
        to.refuse(rule);
        super::pushing::is_gone(&to)
    };
    assert!(gone("pushed/unknown-reference") && gone("pushed/single-use"));
    assert!(!gone("consent/deny") && !gone("pushed/validated"));
}

/// Token requests and findings of a row of steps, sent to the bundled server of the default dialect.
fn played(steps: &str) -> (usize, Vec<String>) {
    let steps: Vec<Step> = serde_yaml::with::singleton_map_recursive::deserialize(
        serde_yaml::Deserializer::from_str(steps),
    )
    .unwrap();
    let (stage, _) = super::bundled::stage(Switches::default(), 1).unwrap();
    let (case, mut browsers) = (Case { steps }, Browsers::new());
    let played = super::play::play(&stage, &case, &mut browsers, 1).now_or_never().unwrap();
    let found = played.findings.iter().map(ToString::to_string).collect();
    let asked = |exchange: &&Exchange| exchange.request.method == "POST";
    (played.journal.exchanges().iter().filter(asked).count(), found)
}

#[test]
fn an_assertion_that_could_not_be_made_takes_nothing_of_the_one_before() {
    let present =
        |client, more| format!("- send: {{request: {{assertion: {{client: {client}}}}}{more}}}\n");
    let again = present("server", ", edits: [{assert: {again: true}}]");
    let (server, default) = (present("server", ""), present("default", ""));
    // The default client has no key to sign with.
    assert_eq!(played(&format!("{server}{default}{again}")), (2, vec![]));
    assert_eq!(played(&format!("{server}{again}")), (2, vec![]));
    assert_eq!(played(&format!("{default}{again}")), (1, vec![]));
}

#[test]
fn what_is_no_code_may_lack_its_redirect_uri_as_well() {
    let unknown = |body: &mut String| {
        *body = body.replace("c0de", "oauthspec-no-code");
        "/token"
    };
    let without = |body: &mut String| {
        *body = body.replace("c0de", "oauthspec-no-code").replace("redirect_uri", "oauthspec");
        "/token"
    };
    let elsewhere = |body: &mut String| {
        *body = body.replace("c0de", "oauthspec-no-code").replace("app.client", "evil.client");
        "/token"
    };
    assert_eq!(rules(&redeemed(proper(), &unknown)), (vec!["code/unknown"], false));
    assert_eq!(rules(&redeemed(proper(), &elsewhere)), (vec!["code/unknown"], true));
    assert_eq!(rules(&redeemed(proper(), &without)), (vec!["code/unknown"], true));
}

#[test]
fn a_message_whose_body_may_be_hidden_is_no_form() {
    let terms = terms();
    let client = terms.profile.client("sacrificial").unwrap();
    let mut asked = request("POST", "/token", "grant_type=refresh_token&refresh_token=oauthspec");
    let field = basic::encode(&client.id, client.secret.as_deref().unwrap());
    asked.headers.push("Authorization", field);
    let model = Model::default();
    let judged = |read: &Reading| {
        rules(&Judge { terms: &terms, model: &model, now: Duration::ZERO }.token(read)).0
    };
    let mut read = reading::of(&asked);
    assert_eq!(judged(&read), ["refresh/unknown"]);
    read.reframed = true;
    assert_eq!(judged(&read), ["token/form-encoded"]);
    asked.headers.set("Authorization", basic::encode(&client.id, "oauthspec"));
    read.authorization = reading::of(&asked).authorization;
    assert!(judged(&read).contains(&"refresh/needs-client-credentials"));
}

#[test]
fn tokens_of_no_named_grant_say_nothing_of_what_was_sent_beside() {
    let dialect = Dialect::find("oauth").unwrap();
    let fault = crate::server::faults::find("grant-type-missing-is-client-credentials").unwrap();
    let switches = Switches::fault(fault);
    let (stage, _) = super::bundled::stage_of(dialect, switches, 1).unwrap();
    let sacrificial = || "sacrificial".to_owned();
    let send = |request, edits| Step::Send(Shot { request, edits });
    let redeem = || Base::Exchange { client: sacrificial(), code: Some(0) };
    let ask = Base::Authorize { client: sacrificial(), user: "default".to_owned(), deny: false };
    let unnamed = Edit::Without("grant_type".to_owned());
    let steps = vec![
        send(ask, Vec::new()),
        send(redeem(), vec![unnamed]),
        send(Base::Use { token: Some(1), scoped: false }, Vec::new()),
        send(redeem(), Vec::new()),
    ];
    let case = Case { steps };
    let mut browsers = Browsers::default();
    let played = super::play::play(&stage, &case, &mut browsers, 1);
    let found = played.now_or_never().unwrap().findings;
    let found: Vec<_> = found.iter().map(|it| (it.step, it.oracle)).collect();
    assert_eq!(found, [(1, "request-checked")]);
}

#[test]
fn a_user_is_asked_by_a_push_where_nothing_else_is_taken() {
    let dialect = Dialect::find("oauth").unwrap();
    let variants = crate::server::variants::ALL;
    let demanded = variants.iter().find(|it| it.name == "push-demanded").unwrap();
    let (stage, _) = super::bundled::stage_of(dialect, Switches::variant(demanded), 1).unwrap();
    let send = |request, edits| Step::Send(Shot { request, edits });
    let ask = |edits| {
        let user = "second".to_owned();
        send(Base::Authorize { client: "default".to_owned(), user, deny: false }, edits)
    };
    let uri = Edit::Set { name: "redirect_uri".to_owned(), value: Value::Text("x:y".to_owned()) };
    let form = Edit::Form {
        consent: true,
        name: "state".to_owned(),
        value: Some("oauthspec-form".to_owned()),
        of: None,
    };
    let redeem = send(Base::Exchange { client: "default".to_owned(), code: Some(0) }, Vec::new());
    let call = send(Base::Use { token: Some(1), scoped: false }, Vec::new());
    let steps = vec![ask(Vec::new()), redeem, call, ask(vec![uri]), ask(vec![form])];
    let (case, mut browsers) = (Case { steps }, Browsers::default());
    let played = super::play::play(&stage, &case, &mut browsers, 1);
    let played = played.now_or_never().unwrap();
    assert_eq!((played.findings, played.lacking), (Vec::new(), Vec::new()));
    let times =
        ["right-user", "pushed-checked", "interaction-kept"].map(|it| played.tried.times(it));
    assert_eq!(times, [1, 1, 1]);
}

/// What a finding is called that a fault of the dialect of the RFCs gives occasion for in these steps.
fn found_by(fault: &str, steps: Vec<Step>) -> Vec<(usize, Option<&'static str>)> {
    let dialect = Dialect::find("oauth").unwrap();
    let fault = crate::server::faults::find(fault).unwrap();
    let (stage, _) = super::bundled::stage_of(dialect, Switches::fault(fault), 1).unwrap();
    let (case, mut browsers) = (Case { steps }, Browsers::default());
    let played = super::play::play(&stage, &case, &mut browsers, 1);
    let found = played.now_or_never().unwrap().findings;
    found.iter().map(|it| (it.step, it.rule)).collect()
}

#[test]
fn of_a_repeated_parameter_nothing_is_said_but_that() {
    let twice = |name: &str, value| Edit::Twice { name: name.to_owned(), value };
    let other = || twice("response_type", Some(Value::Text("oauthspec".to_owned())));
    let request =
        Base::Authorize { client: "default".to_owned(), user: "default".to_owned(), deny: false };
    for (fault, edits, rule) in [
        ("repeated-first", vec![other()], "authorize/repeated-parameter"),
        ("repeated-last", vec![other(), Edit::Reverse], "authorize/repeated-parameter"),
        ("repeated-on-page", vec![twice("state", None)], "authorize/repeated-is-told"),
    ] {
        let steps = vec![Step::Send(Shot { request: request.clone(), edits })];
        assert_eq!(found_by(fault, steps), [(0, Some(rule))], "{fault}");
    }
}

#[test]
fn a_token_for_a_target_opens_it() {
    let dialect = Dialect::find("oauth").unwrap();
    let (stage, cast) = super::bundled::stage_of(dialect, Switches::default(), 1).unwrap();
    let case = super::opening_grants::targeted(&cast).unwrap();
    let mut browsers = Browsers::default();
    let played = super::play::play(&stage, &case, &mut browsers, 1).now_or_never().unwrap();
    assert_eq!((played.findings, played.lacking), (Vec::new(), Vec::new()));
    let found = found_by("exchange-target-ignored", case.steps);
    assert_eq!(found.iter().filter(|it| it.1 == Some("exchange/target")).count(), 1, "{found:?}");
}

#[test]
fn who_loses_a_race_is_refused() {
    let send = |request| Step::Send(Shot { request, edits: Vec::new() });
    let race = |request| Step::Race(Shot { request, edits: Vec::new() });
    let client = || "default".to_owned();
    let redeem = || Base::Exchange { client: client(), code: Some(0) };
    let ask = || send(Base::Authorize { client: client(), user: client(), deny: false });
    let refresh = Base::Refresh { client: client(), token: Some(1) };
    for (fault, steps) in [
        ("code-race-500", vec![ask(), race(redeem())]),
        ("refresh-race-500", vec![ask(), send(redeem()), race(refresh)]),
    ] {
        let rules: Vec<_> = found_by(fault, steps).into_iter().map(|it| it.1).collect();
        assert!(rules.contains(&Some("token/losers-refused")), "{fault}: {rules:?}");
    }
}
