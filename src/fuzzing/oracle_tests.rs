use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::*;
use crate::driver::Site;
use crate::driver::value::Value;
use crate::fuzzing::bundled;
use crate::fuzzing::campaign::{self, Confirmed, End, Limits, Plan, Tally};
use crate::fuzzing::case::{Base, Case, Edit, Shot, Step};
use crate::fuzzing::generate::Aim;
use crate::fuzzing::play::{Browsers, Stage, play};
use crate::fuzzing::proof::OF_ENDPOINTS;
use crate::fuzzing::story::Reproduction;
use crate::profile::Pkce;
use crate::testbed::Switches;
use crate::wire::transport::Sent;
use crate::wire::{Request, Response, Transport, TransportError};

#[test]
fn every_oracle_cites_known_rules_and_has_one_name() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut names = std::collections::HashSet::new();
    for oracle in ORACLES {
        assert!(names.insert(oracle.name), "{} twice", oracle.name);
        assert!(oracle.sentence.ends_with('.'), "{}", oracle.name);
        for rule in oracle.rules {
            assert!(catalogue.get(rule).is_some(), "{}: no rule {rule}", oracle.name);
        }
    }
    let uri = "code/redirect-uri-not-repeated";
    assert_eq!((of_reason(uri), of_success(uri)), ("code-for-its-uri", "valid-flow"));
}

/// How the token endpoint of a target behaves that is well otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Mood {
    Well,
    Silent,
    Closing,
    NoHttp,
    Refusing,
    Gone,
    /// Closes connections that were used before.
    Stale,
}

struct Moody {
    inner: Arc<dyn Transport>,
    mood: Arc<AtomicU8>,
    keeps: AtomicBool,
}

impl Moody {
    fn answer(&self) -> Option<Sent> {
        let is = |mood: Mood| self.mood.load(Ordering::SeqCst) == mood as u8;
        if is(Mood::Silent) {
            Some(Err(TransportError::TimedOut(Duration::from_secs(5))))
        } else if is(Mood::Closing) || is(Mood::Stale) && self.keeps.load(Ordering::SeqCst) {
            Some(Err(TransportError::Closed("reset".to_owned())))
        } else if is(Mood::NoHttp) {
            Some(Err(TransportError::NotHttp("SSH-2.0".to_owned())))
        } else if is(Mood::Gone) {
            Some(Err(TransportError::Unreachable("127.0.0.1:1".to_owned())))
        } else if is(Mood::Refusing) {
            let mut response = Response::new(400);
            response.headers.push("Content-Type", "application/json");
            response.body = br#"{"error":"invalid_grant"}"#.to_vec();
            Some(Ok(response))
        } else {
            None
        }
    }
}

impl Transport for Moody {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        let token = request.path().ends_with("/token");
        match self.answer().filter(|_| token) {
            Some(sent) => async { sent }.boxed(),
            None => self.inner.send(request),
        }
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        self.inner.race(requests)
    }

    fn keep_connections(&self, keep: bool) {
        self.keeps.store(keep, Ordering::SeqCst);
    }
}

/// The bundled server behind a transport of changing mood.
fn moody() -> (Stage, Plan, Arc<AtomicU8>) {
    let (stage, cast) = bundled::stage(Switches::default(), 1).unwrap();
    let mood = Arc::new(AtomicU8::new(Mood::Well as u8));
    let inner = Arc::clone(&stage.site.transport);
    let transport =
        Arc::new(Moody { inner, mood: Arc::clone(&mood), keeps: AtomicBool::new(true) });
    let site = Site::new(Arc::clone(&stage.site.profile), transport, None).unwrap();
    // A target that was started anew would be in another mood.
    let cast = crate::fuzzing::roles::Roles { restart: false, ..cast };
    let limits = Limits { requests: Some(100_000), first: true, ..Limits::default() };
    let plan = Plan { cast, aim: Aim::Authorize, seed: 1, limits };
    (Stage { site: Arc::new(site), restart: None, ..stage }, plan, mood)
}

fn exchange(edits: Vec<Edit>) -> Case {
    let client = || "default".to_owned();
    let ask = Base::Authorize { client: client(), user: client(), deny: false };
    let exchange = Base::Exchange { client: client(), code: Some(0) };
    let send = |request, edits| Step::Send(Shot { request, edits });
    Case { steps: vec![send(ask, Vec::new()), send(exchange, edits)] }
}

fn findings(stage: &Stage, case: &Case) -> Vec<&'static str> {
    let played = play(stage, case, &mut Browsers::default(), 1).now_or_never().unwrap();
    played.findings.iter().map(|finding| finding.oracle).collect()
}

#[test]
fn a_request_that_is_not_answered_is_found() {
    for mood in [Mood::Silent, Mood::Closing, Mood::NoHttp] {
        let (stage, _, switch) = moody();
        assert_eq!(findings(&stage, &exchange(Vec::new())), Vec::<&str>::new());
        switch.store(mood as u8, Ordering::SeqCst);
        let found = findings(&stage, &exchange(Vec::new()));
        assert!(found.contains(&"answers"), "{mood:?}: {found:?}");
    }
}

/// The campaign's findings where the mood changes just before the next valid flow is due.
fn after_hostile_requests(mood: Mood) -> (Vec<Confirmed>, End) {
    let (stage, plan, switch) = moody();
    let mut told = |tally: &Tally| {
        if tally.cases == 50 {
            switch.store(mood as u8, Ordering::SeqCst);
        }
    };
    let report = campaign::run(&stage, &plan, &|| false, &mut told).now_or_never().unwrap();
    (report.confirmed, report.end)
}

#[test]
fn a_valid_flow_that_works_no_more_after_hostile_requests_is_found() {
    for (mood, end) in [(Mood::Refusing, true), (Mood::Silent, true), (Mood::Gone, false)] {
        let (confirmed, ended) = after_hostile_requests(mood);
        let names: Vec<_> = confirmed.iter().map(|found| found.finding.oracle).collect();
        assert_eq!(names, ["next-valid-flow"], "{mood:?}");
        assert_eq!(ended == End::Done, end, "{mood:?}: {ended:?}");
        assert!(!confirmed[0].case.steps.is_empty(), "the last case is kept");
    }
}

#[test]
fn what_shows_on_kept_connections_alone_is_no_finding() {
    let (stage, plan, switch) = moody();
    let mut told = |_: &Tally| switch.store(Mood::Stale as u8, Ordering::SeqCst);
    let limits = Limits { requests: Some(400), ..Limits::default() };
    let plan = Plan { limits, aim: Aim::Token, ..plan };
    let report = campaign::run(&stage, &plan, &|| false, &mut told).now_or_never().unwrap();
    let found: Vec<_> = report.confirmed.iter().map(|it| it.finding.to_string()).collect();
    assert_eq!(found, Vec::<String>::new());
    assert!(report.unconfirmed.iter().any(|it| it.oracle == "answers"));
    assert_eq!(report.end, End::Done);
}

#[test]
fn a_code_that_is_redeemed_without_its_verifier_is_found() {
    // The bundled server passes over a challenge: it is a parameter that it does not know.
    let (stage, _) = bundled::stage(Switches::default(), 1).unwrap();
    let mut profile = Profile::clone(&stage.site.profile);
    profile.pkce = Some(Pkce::S256);
    let profile = Arc::new(profile);
    let transport = Arc::clone(&stage.site.transport);
    let site = Arc::new(Site::new(Arc::clone(&profile), transport, None).unwrap());
    let terms = Arc::new(Terms { profile, ..Terms::clone(&stage.terms) });
    let stage = Stage { site, terms, restart: None, again: Arc::default(), works: Arc::default() };
    assert_eq!(findings(&stage, &exchange(Vec::new())), Vec::<&str>::new());
    let without = vec![Edit::Without("code_verifier".to_owned())];
    assert_eq!(findings(&stage, &exchange(without)), ["code-with-its-verifier"]);
}

/// What the tests above show to fail, and those of `answers`; each of the others has a mistake of the
/// bundled server in `fixtures/findings/`, which `tests/suite/findings.rs` plays, or in [`OF_ENDPOINTS`],
/// which `tests/suite/treated_by_fuzzer.rs` does.
const SHOWN: &[&str] = &[
    "answers",
    "next-valid-flow",
    "code-with-its-verifier",
    "refusal-form",
    "header-safe",
    "nothing-unescaped",
    "own-host",
];

#[test]
fn every_oracle_is_shown_to_fail() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings");
    let mut shown: BTreeSet<String> = SHOWN.iter().map(|name| (*name).to_owned()).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        shown.insert(Reproduction::parse(&text).unwrap().oracle);
    }
    shown.extend(OF_ENDPOINTS.iter().map(|(_, rule)| of_reason(rule).to_owned()));
    let all: BTreeSet<String> = ORACLES.iter().map(|oracle| oracle.name.to_owned()).collect();
    assert_eq!(shown, all);
}

#[test]
fn beside_no_reference_nothing_can_stand() {
    let dialect = crate::server::Dialect::find("oauth").unwrap();
    let (stage, _) = bundled::stage_of(dialect, Switches::default(), 1).unwrap();
    let push = Base::Push { client: "default".to_owned() };
    let follow = Base::Follow { client: "default".to_owned(), pushed: Some(0), deny: false };
    let state = Edit::Set { name: "state".to_owned(), value: Value::Text("oauthspec".to_owned()) };
    let bare = vec![Edit::Without("request_uri".to_owned()), state.clone()];
    let send = |request, edits| Step::Send(Shot { request, edits });
    let steps = vec![send(push, vec![]), send(follow.clone(), bare), send(follow, vec![state])];
    let (case, mut browsers) = (Case { steps }, Browsers::default());
    let played = play(&stage, &case, &mut browsers, 1);
    let played = played.now_or_never().unwrap();
    assert_eq!((played.findings, played.lacking), (Vec::new(), Vec::new()));
    assert_eq!(played.tried.times("pushed-alone-counts"), 1);
}

#[test]
fn a_code_of_a_changed_form_is_redeemed_with_the_proof_that_its_client_owes() {
    let dialect = crate::server::Dialect::find("oauth").unwrap();
    let (stage, _) = bundled::stage_of(dialect, Switches::default(), 1).unwrap();
    let (client, user) = ("dpop".to_owned(), "default".to_owned());
    let request = Base::Authorize { client, user, deny: false };
    let challenge = || Some("MLeH8z-fQqltcu7W-Ny57Lgdr70alUBK4jXZxWS0Y0E".to_owned());
    let form = |consent| Edit::Form {
        consent,
        name: "code_challenge".to_owned(),
        value: challenge(),
        of: None,
    };
    let step = |consent| {
        let edits = vec![form(consent)];
        Step::Send(Shot { request: request.clone(), edits })
    };
    let (case, mut browsers) = (Case { steps: vec![step(false), step(true)] }, Browsers::default());
    let played = play(&stage, &case, &mut browsers, 1).now_or_never().unwrap();
    assert_eq!((played.findings, played.lacking), (Vec::new(), Vec::new()));
    assert!(played.tried.times("interaction-kept") > 0);
}
