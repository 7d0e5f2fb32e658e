//! How fast the fuzzer is: `cargo bench --bench fuzzing`. Each figure stands beside that of a loop
//! that does nothing but the same sending, in the same run. Figures are printed, never judged.

#![expect(clippy::expect_used, reason = "what cannot be set up has no figures")]

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::executor::block_on;

use oauthspec::driver::{HttpTransport, Site};
use oauthspec::fuzzing::bundled;
use oauthspec::fuzzing::campaign::{self, Limits, Plan};
use oauthspec::fuzzing::case::{Base, Case, Shot, Step};
use oauthspec::fuzzing::choices::Dice;
use oauthspec::fuzzing::generate::{self, Aim};
use oauthspec::fuzzing::oracle::Terms;
use oauthspec::fuzzing::play::{Browsers, Stage, play};
use oauthspec::fuzzing::roles::Roles;
use oauthspec::server::{Config, Server};
use oauthspec::testbed::{Listener, ManualClock, Switches};
use oauthspec::wire::{Origin, Request, Scheme, Transport};

const CASES: usize = 30_000;
const LIVE: Duration = Duration::from_secs(4);
/// The fuzzer and the bare loop run in turns: on a busy machine no second is like the next one.
const TURNS: u32 = 5;

fn main() {
    in_process_requests();
    sessions();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(live());
}

/// What has passed since: by the clock, and of this thread on a core, where the system tells.
struct Watch {
    start: Instant,
    busy: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self { start: Instant::now(), busy: busy() }
    }

    fn core(&self) -> Duration {
        let elapsed = self.start.elapsed();
        match (self.busy, busy()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => elapsed,
        }
    }
}

/// How long this thread has been on a core (Linux).
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The same for work of this thread alone: by a second of a core, and by the clock.
fn say_core(what: &str, count: usize, watch: &Watch) {
    let (core, wall) = (rate(count, watch.core()), rate(count, watch.start.elapsed()));
    println!("{what:52} {core:>10.0}/s of a core ({wall:.0}/s by the clock)");
}

/// A token request that is refused: what a bare loop sends.
fn refused(origin: Origin) -> Request {
    let mut request = Request::new("POST", origin, "/oauth2/token");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = b"grant_type=authorization_code&code=x&client_id=default-client".to_vec();
    request
}

fn in_process_requests() {
    let (stage, cast) = bundled::stage(Switches::default(), 1).expect("a stage");
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 80 };
    let request = refused(origin);
    let start = Watch::start();
    for _ in 0..CASES {
        black_box(block_on(stage.site.transport.send(&request))).expect("an answer");
    }
    say_core("requests in process, sent and not judged", CASES, &start);
    let mut dice = Dice::new(1);
    let start = Watch::start();
    for _ in 0..CASES {
        let case = single(&mut dice, &cast);
        black_box(block_on(play(&stage, &case, &mut Browsers::new(), 1)));
    }
    say_core("requests in process, generated, sent and judged", CASES, &start);
}

/// One request to the token endpoint with edits.
fn single(dice: &mut Dice, cast: &Roles) -> Case {
    let case = generate::case(dice, cast, Aim::Token);
    let request = Base::Exchange { client: "sacrificial".to_owned(), code: None };
    let edits = case.shots().last().map(|shot| shot.edits.clone()).unwrap_or_default();
    Case { steps: vec![Step::Send(Shot { request, edits })] }
}

fn sessions() {
    let (stage, cast) = bundled::stage(Switches::default(), 1).expect("a stage");
    let (mut dice, mut browsers, mut steps) = (Dice::new(1), Browsers::new(), 0);
    let start = Watch::start();
    while steps < CASES {
        let case = generate::case(&mut dice, &cast, Aim::Session);
        steps += case.steps.len();
        black_box(block_on(play(&stage, &case, &mut browsers, 1)));
    }
    say_core("session operations in process, judged by the model", steps, &start);
}

/// What `wrk` gets over one connection, by the same request; `None` where it is not installed.
async fn limit(origin: &Origin) -> Option<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/fuzzing/refused.lua");
    let time = format!("-d{}s", LIVE.as_secs());
    let url = format!("{origin}/oauth2/token");
    let mut wrk = tokio::process::Command::new("wrk");
    let output = wrk.args(["-t1", "-c1", &time, "-s", script, &url]).output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"))?;
    line.trim().parse().ok()
}

/// Requests a second of a loop that does nothing but send.
async fn bare(transport: &Arc<dyn Transport>, request: &Request, time: Duration) -> f64 {
    let (start, mut sent) = (Instant::now(), 0);
    while start.elapsed() < time {
        transport.send(request).await.expect("an answer");
        sent += 1;
    }
    rate(sent, start.elapsed())
}

async fn live() {
    let config =
        Config { clock: Arc::new(ManualClock::default()), control: true, ..Config::default() };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Arc::new(Server::new(config));
    let listener = Listener::start(server, address, None).expect("a listener");
    let http = HttpTransport::new(Duration::from_secs(5), Vec::new()).expect("a client");
    let transport: Arc<dyn Transport> = Arc::new(http);
    let request = refused(listener.origin());
    let bare = bare(&transport, &request, LIVE).await;
    println!("{:52} {bare:>10.0}/s", "live: a bare loop of the same client");
    match limit(&listener.origin()).await {
        Some(limit) => println!("{:52} {limit:>10.0}/s", "live: wrk, over one connection"),
        None => println!("live: wrk is not installed"),
    }
    let (home, _) = bundled::stage(Switches::default(), 1).expect("a stage");
    let profile = home.terms.profile.as_ref().clone();
    let profile = Arc::new(profile.with_base_url(listener.origin().to_string()));
    let site = Site::new(Arc::clone(&profile), Arc::clone(&transport), None).expect("a site");
    let cast = Roles::of(&profile, false, false);
    let terms = Terms { profile, ..home.terms.as_ref().clone() };
    let stage = Stage {
        site: Arc::new(site),
        terms: Arc::new(terms),
        restart: None,
        again: Arc::default(),
        works: Arc::default(),
    };
    for (name, aim) in [("token endpoint", Aim::Token), ("everything", Aim::All)] {
        let (mut fuzzed, mut alone) = (0.0, 0.0);
        for seed in 1..=TURNS {
            let limits = Limits { time: Some(LIVE / 2), ..Limits::default() };
            let plan = Plan { cast: cast.clone(), aim, seed: seed.into(), limits };
            let start = Instant::now();
            let report = campaign::run(&stage, &plan, &|| false, &mut |_| ()).await;
            let requests = usize::try_from(report.tally.requests).unwrap_or_default();
            fuzzed += rate(requests, start.elapsed()) / f64::from(TURNS);
            alone += self::bare(&transport, &request, LIVE / 2).await / f64::from(TURNS);
        }
        println!("{:52} {fuzzed:>10.0}/s", format!("live: the fuzzer, {name}"));
        let share = fuzzed / alone * 100.0;
        println!(
            "{:52} {share:>10.0} %",
            format!("      of the bare loop in turns with it ({alone:.0}/s)")
        );
    }
}
