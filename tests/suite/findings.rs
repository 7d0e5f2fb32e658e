//! Findings that are kept in `fixtures/findings/`, each by the name of the fault that shows it: they
//! are reproduced on a server that makes the mistake, and fixed on one that does not.

use std::path::Path;

use futures::FutureExt;

use oauthspec::fuzzing::bundled;
use oauthspec::fuzzing::campaign::{self, Limits, Plan};
use oauthspec::fuzzing::generate::Aim;
use oauthspec::fuzzing::play::{Browsers, play};
use oauthspec::fuzzing::proof::{KNOWN, REQUESTS, SLACK};
use oauthspec::fuzzing::story::{FORMAT, Reproduction};
use oauthspec::server::faults;
use oauthspec::testbed::{Fault, Switches};

fn shows(kept: &Reproduction, switches: Switches) -> bool {
    let (stage, _) = bundled::stage(switches, 1).unwrap();
    let played = play(&stage, &kept.case(), &mut Browsers::default(), 1).now_or_never().unwrap();
    assert_eq!(played.lacking, Vec::<String>::new());
    let shown = played.findings.iter().any(|finding| kept.is(finding));
    assert!(
        !shown || played.journal.exchanges().len() == kept.requests,
        "{}",
        played.journal.exchanges().len()
    );
    shown
}

/// The smallest case by which the fuzzer finds a mistake.
fn found(fault: &'static Fault) -> Reproduction {
    let (stage, cast) = bundled::stage(Switches::fault(fault), 1).unwrap();
    let limits = Limits { requests: Some(REQUESTS), first: true, ..Limits::default() };
    let plan = Plan { cast, aim: Aim::All, seed: 1, limits };
    let report = campaign::run(&stage, &plan, &|| false, &mut |_| ()).now_or_never().unwrap();
    let confirmed = report.confirmed.into_iter().next().unwrap_or_else(|| panic!("{}", fault.name));
    Reproduction {
        format: FORMAT.to_owned(),
        target: stage.terms.profile.name.clone(),
        documents: stage.terms.documents.clone(),
        oracle: confirmed.finding.oracle.to_owned(),
        rule: confirmed.finding.rule.map(str::to_owned),
        expected: confirmed.finding.expected,
        actual: confirmed.finding.actual,
        requests: confirmed.played.journal.exchanges().len(),
        steps: confirmed.case.steps,
    }
}

/// `OAUTHSPEC_WRITE=1 cargo test every_known_mistake` writes those that are missing.
#[test]
fn every_known_mistake_has_a_reproduction_that_tells_right_from_wrong() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings");
    let mut wrong = Vec::new();
    for known in KNOWN {
        let path = folder.join(format!("{}.yaml", known.fault));
        if std::env::var_os("OAUTHSPEC_WRITE").is_some() && !path.exists() {
            let text = found(faults::find(known.fault).unwrap()).write().unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let text = std::fs::read_to_string(path).unwrap();
        let kept = Reproduction::parse(&text).unwrap();
        assert!(kept.requests <= known.smallest(&kept.oracle) + SLACK, "{}", known.fault);
        let fault = faults::find(known.fault).unwrap();
        if !shows(&kept, Switches::fault(fault)) {
            wrong.push(format!("{} is not reproduced", known.fault));
        }
        if shows(&kept, Switches::default()) {
            wrong.push(format!("{} shows on a good server", known.fault));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), KNOWN.len());
}
