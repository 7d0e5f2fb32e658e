//! Report files, as the command writes them.

use serde_json::Value;

use crate::command::{Served, command, fine, oauthspec, refused};

/// A rule whose id begins no other.
const RULE: &str = "token/post-only";

/// A run of few rules, as JSON.
fn json(args: &[&str]) -> Value {
    let out = fine(&[&["run", "--json", "-", "--seed", "1"], args].concat());
    serde_json::from_str(&out).unwrap()
}

fn exchanges(run: &Value) -> usize {
    let rules = run["rules"].as_array().unwrap().iter();
    let scenarios = rules.flat_map(|rule| rule["scenarios"].as_array().unwrap());
    scenarios.map(|scenario| scenario["exchanges"].as_array().unwrap().len()).sum()
}

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    assert_eq!(json(&[RULE])["rules"].as_array().unwrap().len(), 1);
    let says = ["only one report can be written to standard output"];
    refused(&["run", RULE, "--json", "-", "--junit", "-"], &says);
}

#[test]
fn exchanges_of_what_passed_are_kept_on_demand() {
    assert_eq!(exchanges(&json(&[RULE])), 0);
    assert!(exchanges(&json(&[RULE, "--http-exchanges", "all"])) > 0);
}

#[test]
fn a_json_report_yields_the_other_reports() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (run, direct, later) = (path("run.json"), path("direct.xml"), path("later.xml"));
    fine(&["run", "code", "--json", &run, "--junit", &direct]);
    fine(&["report", &run, "--junit", &later]);
    assert_eq!(std::fs::read_to_string(&direct).unwrap(), std::fs::read_to_string(&later).unwrap());
    std::fs::write(&direct, "{}").unwrap();
    refused(&["report", &direct], &["is not the JSON report of a run"]);
    refused(&["report", &path("none.json")], &["none.json: cannot be read"]);
}

#[test]
fn the_console_report_goes_aside() {
    let ended = oauthspec(&["run", RULE, "--json", "-"]);
    assert!(ended.err.contains("Rules:     1 pass"), "{}", ended.err);
}

#[test]
fn a_job_of_github_gets_annotations_and_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    let output = command()
        .args(["run", RULE])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(std::fs::read_to_string(summary).unwrap().contains("No rule failed."));
}

#[test]
fn every_format_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec!["run".to_owned(), RULE.to_owned()];
    let begins = [
        ("junit", "<?xml"),
        ("json", "{\"schema\":"),
        ("html", "<!DOCTYPE html>"),
        ("sarif", "{\"$schema\":"),
        ("har", "{\"log\":"),
        ("markdown", "## oauthspec"),
        ("tap", "TAP version 14\n1..5\nok 1 - token/post-only: "),
    ];
    for (format, _) in begins {
        args.push(format!("--{format}"));
        args.push(folder.path().join(format).display().to_string());
    }
    fine(&args.iter().map(String::as_str).collect::<Vec<_>>());
    for (format, begin) in begins {
        let text = std::fs::read_to_string(folder.path().join(format)).unwrap();
        assert!(text.starts_with(begin), "{format}: {text}");
    }
}

/// What a reader has to find in each: the rule, what it says, what was expected and came, which request was
/// changed and how, and what the server answered.
const UNDERSTOOD: [&str; 6] = [
    "redirect/fragment",
    "The server refuses a redirect URI with a fragment",
    "a page for the user and no redirect to the client",
    "a redirect to the client with neither code nor error",
    "redirect_uri=https%3A%2F%2Fwww.myboxapp.com%2Fapp%23fragment",
    "https://www.myboxapp.com/app#fragment?code=",
];

#[test]
fn a_failure_is_understood_from_each_report_alone() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&["--fault", "redirect-string-prefix"]);
    let profile = crate::rig::reference().display().to_string();
    let formats = ["junit", "html", "markdown", "sarif"];
    let files = formats.map(|format| folder.path().join(format).display().to_string());
    let mut args = vec!["run", &profile, "redirect/fragment", "--base-url", &served.url];
    let options = formats.map(|format| format!("--{format}"));
    options.iter().zip(&files).for_each(|(option, file)| args.extend([option.as_str(), file]));
    let ended = oauthspec(&args);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    let mut reports = files.map(|file| std::fs::read_to_string(file).unwrap()).to_vec();
    reports.push(ended.out);
    let marked = "<mark>&amp;redirect_uri=https%3A%2F%2Fwww.myboxapp.com%2Fapp%23fragment</mark>";
    assert!(reports[1].contains(marked), "{}", reports[1]);
    // Lines are broken on the console, and differences marked on the page.
    let bare = |text: &str| {
        let text = text.replace("<mark>", "").replace("</mark>", "").replace("&amp;", "&");
        text.replace("\\", "").split_whitespace().collect::<String>()
    };
    for report in reports {
        for part in UNDERSTOOD {
            assert!(bare(&report).contains(&bare(part)), "no {part} in\n{report}");
        }
    }
}

/// The reports of the reviewed run, made in this environment.
fn reviewed(environment: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/golden/report.json");
    let mut outputs = Vec::new();
    for format in ["junit", "json", "html", "sarif", "har", "markdown", "tap"] {
        let mut command = command();
        command.args(["report", golden, &format!("--{format}"), "-"]);
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        outputs.push((format, text(output.stdout)));
        // The console report goes aside.
        outputs.push(("console", text(output.stderr)));
    }
    outputs
}

#[test]
fn neither_locale_nor_terminal_nor_time_zone_changes_a_report() {
    let usual = reviewed(&[]);
    let golden = |format, text| usual.iter().any(|(name, it)| *name == format && it == text);
    assert!(golden("junit", include_str!("../reports/golden/junit.xml")));
    assert!(golden("html", include_str!("../reports/golden/report.html")));
    assert!(golden("markdown", include_str!("../reports/golden/report.md")));
    assert!(golden("tap", include_str!("../reports/golden/report.tap")));
    assert!(golden("console", include_str!("../reports/golden/console.txt")));
    for environment in [
        &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")][..],
        &[("LC_ALL", "C"), ("LANG", "C")],
        &[("LC_ALL", "de_DE.ISO-8859-1"), ("LC_NUMERIC", "de_DE")],
        &[("TERM", "dumb"), ("COLUMNS", "40"), ("LINES", "5")],
        &[("TERM", "xterm-256color"), ("COLUMNS", "300"), ("COLORTERM", "truecolor")],
        &[("TZ", "Asia/Kolkata")],
        &[("TZ", "America/St_Johns")],
    ] {
        for ((name, before), (_, after)) in usual.iter().zip(reviewed(environment)) {
            assert_eq!(*before, after, "{name} {environment:?}");
        }
    }
}

#[test]
fn two_runs_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (old, new) = (path("old.json"), path("new.json"));
    fine(&["run", RULE, "--json", &old]);
    assert_eq!(fine(&["compare", &old, &old]), "No scenario differs, and none fails.\n");
    let text = std::fs::read_to_string(&old).unwrap();
    std::fs::write(&new, text.replace("\"verdict\":\"pass\"", "\"verdict\":\"fail\"")).unwrap();
    let worse = oauthspec(&["compare", &old, &new]);
    assert_eq!(worse.code, Some(1));
    assert!(worse.out.starts_with("### New failures (5)\n"), "{}", worse.out);
    assert!(fine(&["compare", &new, &old]).starts_with("### Fixed (5)\n"));
}

#[test]
fn several_servers_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (one, two, page) = (path("one.json"), path("two.json"), path("matrix.html"));
    fine(&["run", RULE, "--json", &one]);
    fine(&["run", RULE, "--dialect", "oauth", "--json", &two]);
    let text = std::fs::read_to_string(&one).unwrap();
    let granted = "\"verdict\":\"fail\",\"manner\":\"granted\"";
    let text = text.replace("\"verdict\":\"pass\"", granted).replace("\"manner\":null,", "");
    std::fs::write(&one, text.replace("bundled server", "one 1.0")).unwrap();

    let shown = fine(&["matrix", &one, &two]);
    assert!(shown.contains("| one 1.0 | 1 | 1 | 0 |"), "{shown}");
    assert!(shown.contains("| `token/post-only` | fail | pass |"), "{shown}");
    let held = fine(&["matrix", &one, &two, "--hold-back-granted"]);
    assert!(held.contains("No rule fails on any server."), "{held}");
    fine(&["matrix", &one, &two, "--html", &page]);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<details id=\"token/post-only@1\">"), "{page}");
    refused(&["matrix", &path("none.json")], &["none.json: cannot be read"]);
}
