use time::macros::date;

use super::*;

const TEXT: &str = "\
waivers:
  - rule: code/single-use
    section: RFC 6749 §4.1.2
    reason: ticket 7
    link: https://example.com/7
    expires: 2027-01-31
  - rule: code/single-use
    scenario: twice at once
    section: RFC 6749 §4.1.2
    verdict: inconclusive
    reason: a race
";

const KNOWN: &[&str] = &["code/single-use", "token/rotation"];

fn waivers(text: &str) -> Waivers {
    Waivers::parse("w.yaml", text).unwrap()
}

fn error(text: &str) -> String {
    Waivers::parse("w.yaml", text).unwrap_err().to_string()
}

fn one(lines: &str) -> Waivers {
    waivers(&format!("waivers:\n  - rule: code/single-use\n    section: s\n{lines}"))
}

#[test]
fn finds_by_rule_scenario_and_verdict() {
    let waivers = waivers(TEXT);
    let find = |scenario, verdict| {
        waivers.find("code/single-use", scenario, verdict).map(|waiver| waiver.index)
    };
    assert_eq!(find("anything", Verdict::Fail), Some(0));
    assert_eq!(find("twice at once", Verdict::Fail), Some(0));
    assert_eq!(find("twice at once", Verdict::Inconclusive), Some(1));
    assert_eq!(find("anything", Verdict::Inconclusive), None);
    assert_eq!(find("anything", Verdict::Error), None);
    assert!(waivers.find("token/rotation", "anything", Verdict::Fail).is_none());
    let first = &waivers.entries()[0];
    assert_eq!(first.expires, Some(date!(2027 - 01 - 31)));
    assert_eq!(first.link.as_deref(), Some("https://example.com/7"));
    assert_eq!(
        waivers.entries().iter().map(|it| waivers.at(it)).collect::<Vec<_>>(),
        ["w.yaml:2", "w.yaml:7"]
    );
}

#[test]
fn of_thousands_the_first_are_told() {
    let entry = |index| format!("  - {{rule: code/no-{index}, section: s, reason: r}}\n");
    let entries: String = (0..20_000).map(entry).collect();
    let many = waivers(&format!("waivers:\n{entries}"));
    let told = many.check(KNOWN).unwrap_err();
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("w.yaml:2: `code/no-0` is not a rule"), "{told}");
    assert_eq!((lines.len(), lines[25]), (26, "and 19975 more like these"));
    let stale = many.problems(&HashSet::new(), date!(2027 - 01 - 01), &["code/no-19999"]);
    assert!(
        stale[0].starts_with("w.yaml:20001: the waiver for code/no-19999 is stale"),
        "{stale:?}"
    );
}

#[test]
fn the_scenario_goes_before_the_rule() {
    let text = format!("{TEXT}  - {{rule: code/single-use, scenario: x, section: s, reason: r}}\n");
    let found = waivers(&text).find("code/single-use", "x", Verdict::Fail).map(|it| it.index);
    assert_eq!(found, Some(2));
}

#[test]
fn no_waivers_are_no_problem() {
    assert!(waivers("waivers:").entries().is_empty());
    let none = Waivers::default();
    assert!(none.find("a/b", "c", Verdict::Fail).is_none());
    assert!(none.problems(&HashSet::new(), date!(2030 - 01 - 01), KNOWN).is_empty());
}

#[test]
fn stale_and_expired_waivers_are_problems() {
    let waivers = waivers(TEXT);
    let all = HashSet::from([0, 1]);
    let problems = |used: &HashSet<usize>, today, ran| waivers.problems(used, today, ran);
    assert!(problems(&all, date!(2027 - 01 - 31), KNOWN).is_empty());
    assert_eq!(
        problems(&all, date!(2027 - 02 - 01), KNOWN),
        ["w.yaml:2: the waiver for code/single-use expired on 2027-01-31; fix the target, or set \
          a new date with a reason"]
    );
    assert_eq!(
        problems(&HashSet::new(), date!(2026 - 01 - 01), KNOWN),
        [
            "w.yaml:2: the waiver for code/single-use is stale: nothing has the verdict fail; \
             remove it",
            "w.yaml:7: the waiver for `twice at once` of code/single-use is stale: nothing \
             has the verdict inconclusive; remove it",
        ]
    );
    assert!(problems(&HashSet::new(), date!(2026 - 01 - 01), &["token/rotation"]).is_empty());
}

#[test]
fn unknown_rules_are_refused_before_the_run() {
    let say = |rule: &str| {
        let text = format!("waivers: [{{rule: {rule}, section: s, reason: r}}]");
        waivers(&text).check(KNOWN).unwrap_err()
    };
    assert_eq!(
        say("code/singel-use"),
        "w.yaml:1: `code/singel-use` is not a rule; did you mean `code/single-use`?"
    );
    assert_eq!(say("xyz"), "w.yaml:1: `xyz` is not a rule; `oauthspec list` shows them all");
}

#[test]
fn a_reason_must_be_given() {
    for reason in ["''", "TODO say why"] {
        let waivers = one(&format!("    reason: {reason}\n"));
        assert_eq!(
            waivers.check(KNOWN).unwrap_err(),
            "w.yaml:2: the waiver for code/single-use gives no reason; say why it is waived"
        );
    }
}

#[test]
fn misshapen_files_are_refused() {
    for (from, to, expected) in [
        (
            "    link:",
            "    lnik:",
            "w.yaml:5: unknown key `lnik` in waivers[0]; did you mean `link`?",
        ),
        (
            "    reason: a race\n",
            "",
            "w.yaml:7: missing key `reason` in waivers[1]; add `reason: …`",
        ),
        (
            "verdict: inconclusive",
            "verdict: warn",
            "w.yaml:10: waivers[1].verdict: `warn` is not a valid value; known: fail, inconclusive",
        ),
        (
            "2027-01-31",
            "next year",
            "w.yaml:6: waivers[0].expires: `next year` is not a date; write year-month-day, as in \
             `2027-01-31`",
        ),
        (
            "2027-01-31",
            "2027-02-30",
            "w.yaml:6: waivers[0].expires: `2027-02-30` is not a date; write year-month-day, as in \
             `2027-01-31`",
        ),
        ("waivers:", "waiver:", "w.yaml:1: unknown key `waiver`; did you mean `waivers`?"),
    ] {
        assert_eq!(error(&TEXT.replacen(from, to, 1)), expected);
    }
    assert_eq!(error(""), "w.yaml: missing key `waivers`; add `waivers: …`");
    let missing = Waivers::load(Path::new("/nowhere/w.yaml")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/w.yaml: the file cannot be read: "), "{missing}");
}

#[test]
fn the_pasted_entry_is_valid() {
    let nasty = "a: \"b\" # 'c' {d}\n- e\u{85}\u{2028}\u{7}";
    for (scenario, actual) in [("", "tokens"), ("twice: at once", nasty), (nasty, "x")] {
        let entry = Waivers::ready_to_paste("code/single-use", scenario, nasty, actual);
        let read = waivers(&format!("waivers:\n{entry}"));
        assert_eq!(read.entries().len(), 1, "{entry}");
        let waiver = &read.entries()[0];
        assert_eq!(waiver.scenario.as_deref().unwrap_or_default(), scenario, "{entry}");
        assert_eq!((waiver.section.as_str(), waiver.reason.as_str()), (nasty, TODO));
    }
    assert_eq!(
        Waivers::ready_to_paste("code/single-use", "twice", "RFC 6749 §4.1.2", "200\ntokens"),
        "  # seen: 200 tokens\n  - rule: code/single-use\n    scenario: twice\n    section: RFC \
         6749 §4.1.2\n    verdict: fail\n    reason: TODO say why\n"
    );
}
