//! Every report of the sample run, against its golden file and read back.
//!
//! `OAUTHSPEC_BLESS=1 cargo test --lib report` writes the golden files anew.

use super::sample::{self, CLIENT_SECRET, CODE};
use super::*;
use crate::verdict::Verdict;

/// The version is left out of the golden files.
fn compare(file: &str, golden: &str, output: &str) {
    let version = env!("CARGO_PKG_VERSION");
    let output = output
        .replace(&format!("oauthspec {version}"), "oauthspec VERSION")
        .replace(&format!("\"version\": \"{version}\""), "\"version\": \"VERSION\"");
    if std::env::var_os("OAUTHSPEC_BLESS").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/golden/");
        std::fs::write(format!("{folder}{file}"), &output).unwrap();
        return;
    }
    assert!(output == golden, "{file} differs; OAUTHSPEC_BLESS=1 writes it anew:\n{output}");
}

macro_rules! golden {
    ($file:literal, $output:expr) => {
        compare($file, include_str!(concat!("../../tests/reports/golden/", $file)), &$output)
    };
}

fn junit_text() -> String {
    String::from_utf8(junit::render(&sample::run()).unwrap()).unwrap()
}

fn console_text(color: bool, verbose: bool) -> String {
    console::render(&sample::run(), Style { color, verbose })
}

fn of(format: Format) -> String {
    String::from_utf8(format.render(&RunView::of(&sample::run())).unwrap()).unwrap()
}

const FORMATS: [Format; 7] = [
    Format::Junit,
    Format::Json,
    Format::Html,
    Format::Sarif,
    Format::Har,
    Format::Markdown,
    Format::Tap,
];

/// For those who review it; the report itself is one line.
fn indented(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

#[test]
fn the_reports_are_as_reviewed() {
    golden!("junit.xml", junit_text());
    golden!("report.json", indented(&json::render(&sample::run()).unwrap()));
    golden!("report.html", of(Format::Html));
    golden!("report.sarif", indented(&of(Format::Sarif)));
    golden!("report.har", indented(&of(Format::Har)));
    golden!("report.md", of(Format::Markdown));
    golden!("report.tap", of(Format::Tap));
    golden!("matrix.md", matrix::write(&matrix::Matrix::of(&[RunView::of(&sample::run())])));
    golden!("github.txt", github::annotations(&RunView::of(&sample::run())));
    golden!("console.txt", console_text(false, false));
    golden!("console-verbose.txt", console_text(false, true));
}

#[test]
fn no_report_shows_a_secret() {
    let others = [
        console_text(true, true),
        format!("{:?}", RunView::of(&sample::run())),
        github::annotations(&RunView::of(&sample::run())),
    ];
    for output in FORMATS.map(of).into_iter().chain(others) {
        for secret in [CODE, CLIENT_SECRET] {
            for form in redact::encodings(secret) {
                assert!(!output.contains(&form), "{form}");
            }
        }
        for unregistered in ["cookie-value", "\"unregistered", "code=other"] {
            assert!(!output.contains(unregistered), "{unregistered}");
        }
        assert!(output.contains("‹code 1›"));
    }
}

#[test]
fn no_report_obeys_a_control_character() {
    for output in FORMATS.map(of).into_iter().chain([console_text(false, true)]) {
        let bad = output.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(bad, None);
        assert!(!output.contains(['\u{202e}', '\u{ffff}']));
    }
}

#[test]
fn junit_reads_back() {
    let xml = junit_text();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let suites: Vec<_> =
        document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    let count = |name: &str| -> Vec<&str> {
        suites.iter().map(|suite| suite.attribute(name).unwrap()).collect()
    };
    assert_eq!(count("name"), ["Authorization codes", "Token endpoint", "oauthspec"]);
    // One scenario has a case for each of its two documents.
    assert_eq!(count("tests"), ["6", "5", "3"]);
    assert_eq!(count("failures"), ["1", "0", "0"]);
    assert_eq!(count("errors"), ["0", "2", "3"]);
    assert_eq!(count("skipped"), ["1", "3", "0"]);
    let all = document.root_element();
    let totals = ["tests", "failures", "errors", "time"].map(|name| all.attribute(name).unwrap());
    assert_eq!(totals, ["14", "1", "5", "0.010"]);
    assert_eq!(count("timestamp"), ["2026-02-03T04:05:06.789Z"; 3]);
    for (element, kinds) in [
        ("failure", vec!["violation"]),
        ("skipped", vec!["not-applicable", "waived", "not-applicable", "not-applicable"]),
        ("error", vec!["inconclusive", "error", "error", "error", "error"]),
    ] {
        let found = document.descendants().filter(|node| node.has_tag_name(element));
        assert_eq!(found.map(|node| node.attribute("type").unwrap()).collect::<Vec<_>>(), kinds);
    }
}

#[test]
fn junit_says_what_failed() {
    let xml = junit_text();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(
        failure.attribute("message"),
        Some(
            "granted where a refusal is due: expected 400 invalid_grant or a refusal (4xx) without a token; \
             actual: 200 with ‹code 1› ␛[2J]]>   and a second line"
        )
    );
    let case = failure.parent().unwrap();
    assert_eq!(case.attribute("name"), Some("The scenario single-use <&\"]]> is fail [box]"));
    assert_eq!(case.attribute("classname"), Some("code/single-use"));
    assert_eq!(case.attribute("time"), Some("0.001"));
    let text: String = failure.descendants().filter_map(|node| node.text()).collect();
    assert!(text.contains("Actual: 200 with ‹code 1› ␛[2J]]>\n"), "{text}");
    assert!(text.contains("> Authorization: Basic ‹credentials with client secret 1›\n"), "{text}");
}

#[test]
fn json_reads_back() {
    let run = json::read(&json::render(&sample::run()).unwrap()).unwrap();
    assert_eq!((run.schema.as_str(), run.rules.len()), ("oauthspec-report/1", 8));
    assert_eq!(run.seed, u64::MAX.to_string());
    let counts: Vec<u64> = run.totals.values().map(|count| count.as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 1, 1, 1, 2, 1, 1]);
    let failed = run.scenarios().find(|(_, s)| s.verdict == Verdict::Fail).unwrap().1;
    let exchange = &failed.exchanges[0];
    assert_eq!(exchange.request.url, "http://127.0.0.1:8080/oauth2/token?token=‹code 1›");
    assert_eq!(exchange.request.body, "code=‹code 1›&client_secret=‹client secret 1›&state=s");
    assert!(json::read("{\"schema\":\"other/1\"}").is_err());
}

#[test]
fn progress_is_one_line() {
    let style = Style::default();
    assert_eq!(console::line("a/b", "x\ny", Verdict::Fail, style), "× a/b: x␊y");
    let style = Style { color: true, verbose: false };
    assert_eq!(console::line("a/b", "x", Verdict::Pass, style), "\u{1b}[32m✔\u{1b}[0m a/b: x");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let mut plain = console_text(true, true);
    for code in [1, 2, 31, 32, 33, 35, 36, 0] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    let trimmed = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(trimmed(&plain), trimmed(&console_text(false, true)));
}

#[test]
fn what_is_made_from_a_json_report_says_the_same() {
    let view = RunView::of(&sample::run());
    let again = json::read(&json::write(&view).unwrap()).unwrap();
    for format in FORMATS {
        let [first, second] =
            [&view, &again].map(|run| String::from_utf8(format.render(run).unwrap()).unwrap());
        assert_eq!(first, second, "{}", format.name());
    }
}

#[test]
fn the_console_report_fits_a_terminal() {
    for line in console_text(false, false).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
