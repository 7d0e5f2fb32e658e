use futures::FutureExt;
use futures::future::BoxFuture;

use super::*;
use crate::driver::Site;
use crate::driver::spoiling::Spoiling;
use crate::driver::value::Value;
use crate::fuzzing::campaign::{self, Limits, Plan};
use crate::fuzzing::case::Edit;
use crate::fuzzing::generate::Aim;
use crate::fuzzing::model::{Model, Moment, Pair};
use crate::fuzzing::roles::Roles;
use crate::server::Dialect;
use crate::testbed::Switches;
use crate::wire::transport::Sent;
use crate::wire::{Response, Transport};

use std::sync::Arc;
use std::time::{Duration, Instant};

/// Answers some requests in the place of the bundled server, or changes what that answers.
#[derive(Clone, Copy)]
struct Bend {
    instead: fn(&Request) -> Option<Response>,
    after: fn(&Request, Sent) -> Sent,
}

const STRAIGHT: Bend = Bend { instead: |_| None, after: |_, answer| answer };

struct Bent {
    inner: Arc<dyn Transport>,
    bend: Bend,
}

impl Transport for Bent {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        if let Some(response) = (self.bend.instead)(request) {
            return async { Ok(response) }.boxed();
        }
        let answer = self.inner.send(request);
        async move { (self.bend.after)(request, answer.await) }.boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        let answers = requests.iter().map(|request| self.send(request));
        futures::future::join_all(answers).boxed()
    }

    fn keep_connections(&self, keep: bool) {
        self.inner.keep_connections(keep);
    }
}

fn stage(bend: Bend) -> (Stage, Roles) {
    let dialect = Dialect::find("oauth").unwrap();
    let (stage, cast) = crate::fuzzing::bundled::stage_of(dialect, Switches::default(), 1).unwrap();
    let transport = Arc::new(Bent { inner: Arc::clone(&stage.site.transport), bend });
    let site = Site::new(Arc::clone(&stage.site.profile), transport, None).unwrap();
    let cast = Roles { restart: false, ..cast };
    (Stage { site: Arc::new(site), restart: None, ..stage }, cast)
}

fn error(code: &str) -> Response {
    let mut response = Response::new(400);
    response.headers.push("Content-Type", "application/json");
    response.headers.push("Cache-Control", "no-store");
    response.body = format!(r#"{{"error":"{code}"}}"#).into_bytes();
    response
}

fn refreshes(request: &Request) -> bool {
    String::from_utf8_lossy(&request.body).contains("grant_type=refresh_token")
}

/// A server that has no refreshing at all.
const WITHOUT_REFRESH: Bend = Bend {
    instead: |request| refreshes(request).then(|| error("unsupported_grant_type")),
    ..STRAIGHT
};

/// One that has, and calls a token that it does not know by a wrong name.
const WITH_WRONG_CODE: Bend = Bend {
    after: |request, answer| {
        let refused = answer.as_ref().is_ok_and(|it| it.status == 400);
        if refreshes(request) && refused { Ok(error("unsupported_grant_type")) } else { answer }
    },
    ..STRAIGHT
};

fn altered_refresh() -> Case {
    let client = || "default".to_owned();
    let altered =
        Edit::Set { name: "refresh_token".to_owned(), value: Value::Spoilt(Spoiling::Altered) };
    let send = |request, edits| Step::Send(Shot { request, edits });
    let ask = Base::Authorize { client: client(), user: client(), deny: false };
    Case {
        steps: vec![
            send(ask, Vec::new()),
            send(Base::Exchange { client: client(), code: Some(0) }, Vec::new()),
            send(Base::Refresh { client: client(), token: Some(1) }, vec![altered]),
        ],
    }
}

fn proven(bend: Bend) -> Vec<(&'static str, bool)> {
    let (stage, _) = stage(bend);
    let (case, mut browsers) = (altered_refresh(), Browsers::default());
    let found = play(&stage, &case, &mut browsers, 1).now_or_never().unwrap().findings;
    let proves = |it: &Finding| stage.unproven(it).now_or_never().unwrap().is_none();
    found.iter().map(|it| (it.oracle, proves(it))).collect()
}

#[test]
fn what_a_refusal_says_proves_nothing_where_the_plain_request_is_refused_as_well() {
    assert_eq!(proven(WITHOUT_REFRESH), [("refresh-as-issued", false)]);
    assert_eq!(proven(WITH_WRONG_CODE), [("refresh-as-issued", true)]);
}

#[test]
fn a_server_that_never_refreshes_has_nothing_wrong_with_its_refusals_of_refreshes() {
    let (stage, cast) = stage(WITHOUT_REFRESH);
    let limits = Limits { requests: Some(1500), ..Limits::default() };
    let plan = Plan { cast, aim: Aim::All, seed: 1, limits };
    let report = campaign::run(&stage, &plan, &|| false, &mut |_| ()).now_or_never().unwrap();
    // The RFCs leave it to the server whether it refreshes.
    let found: Vec<_> = report.confirmed.iter().map(|it| it.finding.to_string()).collect();
    assert_eq!(found, Vec::<String>::new());
    assert!(report.unconfirmed.is_empty(), "{:?}", report.unconfirmed);
}

/// A resource that names its user to nobody.
const NAMELESS: Bend = Bend {
    after: |request, answer| {
        let names = request.method == "GET" && request.headers.get("authorization").is_some();
        answer.map(|mut response| {
            if names && response.status == 200 {
                response.body = b"{}".to_vec();
            }
            response
        })
    },
    ..STRAIGHT
};

#[test]
fn a_resource_that_names_nobody_names_nobody_else() {
    let (stage, cast) = stage(NAMELESS);
    let case = campaign::ordinary(&cast);
    let played = play(&stage, &case, &mut Browsers::default(), 1).now_or_never().unwrap();
    assert_eq!((played.findings, played.tried.times("right-user")), (Vec::new(), 0));
    let (stage, _) = self::stage(STRAIGHT);
    let played = play(&stage, &case, &mut Browsers::default(), 1).now_or_never().unwrap();
    assert_eq!((played.findings, played.tried.times("right-user")), (Vec::new(), 1));
}

#[test]
fn a_client_may_know_users_by_identifiers_of_its_own() {
    let (stage, _) = stage(STRAIGHT);
    let profile = &stage.terms.profile;
    let born = Moment { moved: Duration::ZERO, at: Instant::now() };
    let of = |role: &str, user: &str| Pair {
        user: user.to_owned(),
        ..Pair::ordinary("token", &profile.clients[role].id, born)
    };
    let mut model = Model::default();
    let mut may = |role, user, seen| model.is_own_subject(&of(role, user), seen, profile);
    assert!(may("other", "default", "pairwise-1") && may("other", "default", "pairwise-1"));
    assert!(!may("other", "default", "pairwise-2"), "one user has one identifier");
    assert!(!may("other", "second", "pairwise-1"), "two users have two");
    assert!(!may("default", "default", "pairwise-3"), "the profile knows the default client's");
    let second = profile.identity(profile.user("second").unwrap());
    assert!(!may("other", "default", second), "that is another user");
}

#[test]
fn of_the_token_of_another_client_introspection_need_not_tell() {
    let (stage, _) = stage(STRAIGHT);
    let profile = &stage.terms.profile;
    let asked = |owner: &str| {
        let mut model = Model::default();
        let born = Moment { moved: Duration::ZERO, at: Instant::now() };
        let client = &profile.client(owner).unwrap().id;
        model.pairs.push(Pair::ordinary("t0ken", client, born));
        let client = profile.client("default").unwrap();
        let secret = client.secret.clone().unwrap();
        let origin = crate::wire::Origin {
            scheme: crate::wire::Scheme::Http,
            host: "127.0.0.1".into(),
            port: 1,
        };
        let mut request = Request::new("POST", origin, "/introspect");
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body =
            format!("client_id={}&client_secret={}&token=t0ken", client.id, &*secret).into_bytes();
        let read = reading::of(&request);
        let judge = crate::fuzzing::expected::Judge {
            terms: &stage.terms,
            model: &model,
            now: Duration::ZERO,
        };
        let to = judge.introspection(&read);
        (to.reasons.len(), to.open)
    };
    assert_eq!((asked("default"), asked("other")), ((0, false), (0, true)));
}

#[test]
fn a_client_that_nobody_named_is_tried_for_introspection() {
    let (stage, _) = stage(STRAIGHT);
    let mut profile = Profile::clone(&stage.terms.profile);
    profile.introspection_client = None;
    assert_eq!(Roles::of(&profile, false, false).introspector.as_deref(), Some("default"));
    profile.endpoints.introspection = None;
    assert_eq!(Roles::of(&profile, false, false).introspector, None);
}

/// A server that revokes no access tokens, by what it says.
const REVOKES_NO_ACCESS: Bend = Bend {
    instead: |request| request.path().ends_with("/revoke").then(|| error("unsupported_token_type")),
    ..STRAIGHT
};

#[test]
fn a_server_may_say_that_it_revokes_no_access_tokens() {
    let found = |refresh| {
        let (stage, _) = stage(REVOKES_NO_ACCESS);
        let mut case = Plain { client: "default".to_owned(), kind: Kind::Revoke }.case();
        if let Some(Step::Send(Shot { request: Base::Revoke { refresh: by, .. }, .. })) =
            case.steps.last_mut()
        {
            *by = refresh;
        }
        let mut browsers = Browsers::default();
        let played = play(&stage, &case, &mut browsers, 1).now_or_never().unwrap();
        played.findings.iter().map(|it| it.oracle).collect::<Vec<_>>()
    };
    assert_eq!((found(false), found(true)), (vec![], vec!["valid-flow"]));
}
