use std::time::Duration;

use super::*;
use crate::rules::Level;

const TEXT: &str = "\
expected:
  code/single-use: pass
  code/concurrent: [pass, inconclusive]
  token/tls: not-applicable
";

fn rule(id: &str, verdict: Verdict, scenarios: Vec<ScenarioRecord>) -> RuleRecord {
    RuleRecord {
        id: id.to_owned(),
        statement: String::new(),
        feature: String::new(),
        level: Level::Must,
        cites: Vec::new(),
        verdict,
        by_document: Vec::new(),
        scenarios,
    }
}

fn rules(list: &[(&str, Verdict)]) -> Vec<RuleRecord> {
    list.iter().map(|(id, verdict)| rule(id, *verdict, Vec::new())).collect()
}

fn scenario(name: &str, verdict: Verdict, manner: Option<Manner>) -> ScenarioRecord {
    ScenarioRecord {
        rule: String::new(),
        name: name.to_owned(),
        feature: String::new(),
        line: 1,
        verdict,
        by_document: Vec::new(),
        expected: Vec::new(),
        actual: None,
        manner,
        reason: None,
        deviation: None,
        tries: 1,
        passed_at: None,
        duration: Duration::ZERO,
        exchanges: Vec::new(),
        dropped: 0,
    }
}

/// A red rule with one hole, and what else its scenarios came to.
fn holed(second: Verdict, manner: Option<Manner>) -> Vec<RuleRecord> {
    let first = scenario("a: \"first\"", Verdict::Fail, Some(Manner::RefusedOtherwise));
    let scenarios = vec![first, scenario("second", second, manner)];
    vec![rule("redirect/path", Verdict::Fail, scenarios)]
}

#[test]
fn a_second_hole_inside_a_red_rule_is_a_difference() {
    let text = Expected::render(&holed(Verdict::Pass, None));
    let expected = Expected::parse("e.yaml", &text).unwrap();
    assert_eq!(expected.differences(&holed(Verdict::Pass, None)), [""; 0], "{text}");
    assert_eq!(expected.differences(&holed(Verdict::NotApplicable, None)), [""; 0]);
    assert_eq!(
        expected.differences(&holed(Verdict::Fail, None)),
        ["redirect/path: `second` is fail, but e.yaml expects pass"]
    );
    assert_eq!(
        expected.differences(&[rule("redirect/path", Verdict::Fail, Vec::new())]),
        ["redirect/path: e.yaml has `a: \"first\"`, which was not run"]
    );
}

#[test]
fn a_grant_is_another_failure_than_a_refusal() {
    let refused = holed(Verdict::Fail, Some(Manner::RefusedOtherwise));
    let granted = holed(Verdict::Fail, Some(Manner::Granted));
    let text = Expected::render(&granted);
    assert!(text.ends_with("    scenarios:\n      'a: \"first\"':\n      - fail\n      second:\n      - fail granted\n"), "{text}");
    let expected = Expected::parse("e.yaml", &text).unwrap();
    assert_eq!(expected.differences(&granted), [""; 0]);
    assert_eq!(
        expected.differences(&refused),
        ["redirect/path: `second` is fail, but e.yaml expects fail granted"]
    );
    let expected = Expected::parse("e.yaml", &Expected::render(&refused)).unwrap();
    assert_eq!(
        expected.differences(&granted),
        ["redirect/path: `second` is fail granted, but e.yaml expects fail"]
    );
    // A scenario may have a list, too.
    let list = text.replace("- fail granted", "- fail granted\n      - fail");
    let expected = Expected::parse("e.yaml", &list).unwrap();
    assert_eq!(expected.differences(&refused), [""; 0]);
}

fn error(text: &str) -> String {
    Expected::parse("e.yaml", text).unwrap_err().to_string()
}

#[test]
fn what_is_expected_makes_no_difference() {
    let expected = Expected::parse("e.yaml", TEXT).unwrap();
    for race in [Verdict::Pass, Verdict::Inconclusive] {
        let ran = [
            ("code/single-use", Verdict::Pass),
            ("code/concurrent", race),
            ("token/tls", Verdict::NotApplicable),
        ];
        assert_eq!(expected.differences(&rules(&ran)), [""; 0]);
    }
}

#[test]
fn every_difference_is_named() {
    let expected = Expected::parse("e.yaml", TEXT).unwrap();
    let ran = [
        ("code/single-use", Verdict::Fail),
        ("code/concurrent", Verdict::Warn),
        ("token/new", Verdict::NotApplicable),
    ];
    assert_eq!(
        expected.differences(&rules(&ran)),
        [
            "code/single-use: the verdict is fail, but e.yaml expects pass",
            "code/concurrent: the verdict is warn, but e.yaml expects pass or inconclusive",
            "token/new: the verdict not-applicable is missing in e.yaml; add `token/new: \
             not-applicable`",
        ]
    );
}

#[test]
fn a_rendered_file_expects_what_was_seen() {
    let ran = rules(&Verdict::ALL.map(|verdict| (verdict.name(), verdict)));
    for ran in [ran, rules(&[("on: \"x\" #y", Verdict::Pass)]), Vec::new()] {
        let text = Expected::render(&ran);
        let expected = Expected::parse("e.yaml", &text).unwrap();
        assert_eq!(expected.differences(&ran), [""; 0], "{text}");
    }
    let text = Expected::render(&rules(&[("code/single-use", Verdict::NotApplicable)]));
    assert!(text.ends_with("\nexpected:\n  code/single-use: not-applicable\n"), "{text}");
}

#[test]
fn misshapen_files_are_refused() {
    for (text, expected) in [
        (
            "expected:\n  a/b: passed",
            "e.yaml:2: expected.a/b: `passed` is not a valid value; did you mean `pass`?",
        ),
        (
            "expected:\n  a/b:\n    - pass\n    - green",
            "e.yaml:4: expected.a/b[1]: `green` is not a valid value; known: not-applicable, pass, \
             warn, waived, inconclusive, fail, error",
        ),
        (
            "expected:\n  a/b: []",
            "e.yaml:2: expected.a/b: the value is an empty list; name at least one verdict",
        ),
        (
            "expected:\n  a/b: 1",
            "e.yaml:2: expected.a/b: expected a verdict or a list of verdicts, found a number",
        ),
        ("expectd: {}", "e.yaml:1: unknown key `expectd`; did you mean `expected`?"),
    ] {
        assert_eq!(error(text), expected);
    }
    assert!(error("expected:\n  a/b: pass\n  a/b: fail\n").contains("duplicate entry"));
    let missing = Expected::load(Path::new("/nowhere/e.yaml")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/e.yaml: the file cannot be read: "), "{missing}");
}
