//! Findings that are kept in `fixtures/findings/`, each by the name of the fault that shows it: they
//! are reproduced on a server that makes the mistake, and fixed on one that does not.

use std::path::Path;

use futures::FutureExt;

use oauthspec::fuzzing::home;
use oauthspec::fuzzing::play::{Browsers, play};
use oauthspec::fuzzing::proof::{KNOWN, SLACK};
use oauthspec::fuzzing::story::Reproduction;
use oauthspec::server::{Switches, fault};

fn shows(kept: &Reproduction, switches: Switches) -> bool {
    let (stage, _) = home::stage(switches, 1).unwrap();
    let played = play(&stage, &kept.case(), &mut Browsers::default(), 1).now_or_never().unwrap();
    assert_eq!(played.lacking, Vec::<String>::new());
    played.findings.iter().any(|finding| kept.is(finding))
}

#[test]
fn every_known_mistake_has_a_reproduction_that_tells_right_from_wrong() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), KNOWN.len());
    for known in KNOWN {
        let text = std::fs::read_to_string(folder.join(format!("{}.yaml", known.fault))).unwrap();
        let kept = Reproduction::parse(&text).unwrap();
        assert!(kept.requests <= known.requests + SLACK, "{}", known.fault);
        let fault = fault::find(known.fault).unwrap();
        assert!(shows(&kept, Switches::fault(fault)), "{} is not reproduced", known.fault);
        assert!(!shows(&kept, Switches::default()), "{} shows on a good server", known.fault);
    }
}
