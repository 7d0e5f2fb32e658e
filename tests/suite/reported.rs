//! What public reports tell of: every rule and every fault that is named for it is one, and the page that
//! lists it is in step.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oauthspec::rules::Catalogue;
use oauthspec::rules::reported::{PublicReport, all};
use oauthspec::server::faults;

const PAGE: &str = "docs/reported-bugs.md";

/// The rules that a fault of one of the two programs breaks.
fn broken(name: &str) -> &'static [&'static str] {
    let own = oauthspec::sample_app::faults::ALL.iter().copied();
    let of_application = || own.clone().find(|it| it.name == name);
    let fault = faults::find(name).or_else(of_application);
    fault.unwrap_or_else(|| panic!("no fault is called {name}")).breaks
}

#[test]
fn what_is_said_to_notice_a_report_does() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut seen = BTreeSet::new();
    for PublicReport { report, what, rules, faults, unseen } in all().unwrap() {
        assert!(seen.insert((report.clone(), what.clone())), "{report}: {what}: twice");
        assert!(what.ends_with('.'), "{report}: {what}");
        assert_eq!(rules.is_empty() && faults.is_empty(), unseen.is_some(), "{report}: {what}");
        for rule in &rules {
            assert!(catalogue.get(rule).is_some(), "{report}: no rule {rule}");
            let shown = faults.iter().any(|it| broken(it).contains(&rule.as_str()));
            assert!(shown, "{report}: no fault shows that {rule} notices it");
        }
        for fault in &faults {
            let named = broken(fault).iter().any(|it| rules.iter().any(|rule| rule == it));
            assert!(named, "{report}: {fault} breaks none of {rules:?}");
        }
    }
}

/// A report as a link, where it has a place.
fn linked(report: &str) -> String {
    let (place, rest) = report.split_once(' ').map_or((report, ""), |(place, rest)| (place, rest));
    let issue = place.split_once('#').filter(|(repository, _)| repository.contains('/'));
    let url = match issue {
        Some((repository, number)) => format!("https://github.com/{repository}/issues/{number}"),
        None if place.starts_with("GHSA-") => format!("https://github.com/advisories/{place}"),
        None if place.starts_with("CVE-") => format!("https://nvd.nist.gov/vuln/detail/{place}"),
        None => return report.replace('@', "&#64;"),
    };
    format!("[{place}]({url}) {rest}").trim_end().to_owned()
}

fn page(reported: &[PublicReport]) -> String {
    let noticed: Vec<&PublicReport> = reported.iter().filter(|it| it.unseen.is_none()).collect();
    let mut text = format!(
        "# Bugs that people reported\n\nMistakes of authorization servers and their clients that public reports tell \
         of, and the rules that notice\nthem: {} of {}. Each of these is imitated by a fault of the bundled server, \
         which the rule has to notice in\n`oauthspec prove`. The list is `fixtures/reported.yaml`; the command \
         `explain` shows what belongs to a rule. A server\nthat has corrected the mistake may still stand here.\n\n\
         | report | mistake | rules |\n| --- | --- | --- |\n",
        noticed.len(),
        reported.len()
    );
    for it in &noticed {
        let rules: Vec<String> = it.rules.iter().map(|rule| format!("`{rule}`")).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            linked(&it.report),
            cell(&it.what),
            rules.join(", ")
        );
    }
    text.push_str("\n## What no rule notices\n\n| report | mistake | why |\n| --- | --- | --- |\n");
    for it in reported {
        let Some(why) = &it.unseen else { continue };
        let _ = writeln!(text, "| {} | {} | {} |", linked(&it.report), cell(&it.what), cell(why));
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('@', "&#64;")
}

/// `OAUTHSPEC_WRITE=1 cargo test the_page_of_reported_bugs` writes it anew.
#[test]
fn the_page_of_reported_bugs_is_in_step() {
    let reported = all().unwrap();
    let text = page(&reported);
    if std::env::var_os("OAUTHSPEC_WRITE").is_some() {
        std::fs::write(PAGE, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(PAGE).unwrap(), text, "OAUTHSPEC_WRITE=1 writes it anew");
    let noticed = reported.iter().filter(|it| it.unseen.is_none()).count();
    let told =
        format!("[{} mistakes that public reports tell of](docs/reported-bugs.md)", reported.len());
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(&told), "README.md: {told}");
    let count = format!("a rule notices {noticed}");
    assert!(readme.contains(&count), "README.md: {count}");
}
