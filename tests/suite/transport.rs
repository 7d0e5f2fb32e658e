//! Verdicts depend neither on the transport nor on the concurrency, nor on the seed.

use std::sync::Arc;

use futures::FutureExt;
use oauthspec::harness::{Bundled, bundled_profile};
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Conditions, Options, Targets};
use oauthspec::verdict::{Conduct, Verdict};

async fn verdicts(in_process: bool, concurrency: usize, seed: u64) -> Vec<(String, Verdict)> {
    let catalogue = Catalogue::embedded().unwrap();
    let profile = bundled_profile().unwrap();
    let options = Options { against: vec!["box".to_owned()], ..Options::default() };
    let plan = Arc::new(runner::plan(&catalogue, &profile, &options).unwrap());
    let timeout = profile.limits.timeout();
    let targets: Arc<dyn Targets> = if in_process {
        Arc::new(Bundled::in_process(profile))
    } else {
        Arc::new(Bundled::over_loopback(profile, timeout).unwrap())
    };
    let conditions = Conditions {
        seed,
        strict: true,
        ..Conditions::of("bundled server", Conduct::of(concurrency))
    };
    let run = runner::run(plan, targets, conditions, std::future::pending().boxed()).await;
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    run.rules
        .iter()
        .flat_map(|rule| &rule.scenarios)
        .map(|s| (format!("{}:{} {}", s.feature, s.line, s.name), s.verdict))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_run_says_the_same() {
    let over_sockets = verdicts(false, 64, 1).await;
    // The bundled forms carry nothing of the request but its number.
    let fine = |verdict: Verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
    assert!(over_sockets.iter().all(|(_, verdict)| fine(*verdict)), "{over_sockets:?}");
    for (in_process, concurrency, seed) in [(true, 64, 1), (true, 1, 2), (false, 256, 3)] {
        assert_eq!(verdicts(in_process, concurrency, seed).await, over_sockets);
    }
}
