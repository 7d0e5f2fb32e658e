use super::*;

const TEXT: &str = "\
expected:
  code/single-use: pass
  code/concurrent: [pass, inconclusive]
  token/tls: not-applicable
";

fn rules(list: &[(&str, Verdict)]) -> Vec<(String, Verdict)> {
    list.iter().map(|(rule, verdict)| ((*rule).to_owned(), *verdict)).collect()
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
    assert_eq!(
        Expected::render(&rules(&[("code/single-use", Verdict::NotApplicable)])),
        "# The expected verdict of every rule. A list allows several verdicts.\nexpected:\n  \
         code/single-use: not-applicable\n"
    );
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
