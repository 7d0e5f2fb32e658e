//! JUnit XML for CI servers.
//!
//! A suite is a feature, a test case a scenario, its class the rule; in a run against several documents
//! a scenario is a case for each of them, with the document after its name. Only a violation is a
//! `<failure>`; what could not be judged is an `<error>`, what was not asked of the server
//! `<skipped>`. Exchanges go with what did not pass; those of passing scenarios are in the JSON
//! report.

use junit_report::{Report, TestCase, TestSuite};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::exchange;
use super::printable::one_line;
use super::view::{JudgedView, NO_SCENARIO, ProblemView, RuleView, RunView, ScenarioView};
use crate::verdict::{RunRecord, Verdict};

/// The report as XML.
///
/// # Errors
/// Where the XML writer fails.
pub fn render(run: &RunRecord) -> Result<Vec<u8>, junit_report::Error> {
    write(&RunView::of(run))
}

/// The same of a view.
///
/// # Errors
/// As [`render`].
pub fn write(run: &RunView) -> Result<Vec<u8>, junit_report::Error> {
    let mut report = Report::new();
    for (title, rules) in run.features() {
        let cases = rules.iter().flat_map(|rule| cases(rule, run.against.len() > 1));
        report.add_testsuite(suite(run, title, cases.collect()));
    }
    if !run.problems.is_empty() {
        let cases = run.problems.iter().map(problem_case);
        report.add_testsuite(suite(run, "oauthspec", cases.collect()));
    }
    let mut xml = Vec::new();
    report.write_xml(&mut xml)?;
    xml.push(b'\n');
    Ok(xml)
}

fn suite(run: &RunView, name: &str, cases: Vec<TestCase>) -> TestSuite {
    let RunView { target, seed, strict, .. } = run;
    let mut suite = TestSuite::new(name);
    "oauthspec".clone_into(&mut suite.package);
    suite.hostname.clone_from(target);
    suite.set_timestamp(started(run));
    suite.add_testcases(cases);
    let against = run.against.join(", ");
    suite.set_system_out(&cdata(&format!(
        "Target: {target}\nAgainst: {against}\nSeed: {seed}\nStrict: {strict}\n"
    )));
    suite
}

fn started(run: &RunView) -> OffsetDateTime {
    OffsetDateTime::parse(&run.started, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The test cases of a rule; a rule without scenarios is one itself, lest it be lost.
fn cases(rule: &RuleView, several_documents: bool) -> Vec<TestCase> {
    if rule.scenarios.is_empty() {
        let (name, details) = (&rule.statement, rule.requirement());
        let mut case = outcome(rule.verdict, name, Duration::ZERO, NO_SCENARIO, &details);
        case.set_classname(&rule.id);
        return vec![case];
    }
    let of = |scenario: &ScenarioView| -> Vec<TestCase> {
        if !several_documents || scenario.by_document.is_empty() {
            return vec![case(rule, scenario)];
        }
        let parts = scenario.by_document.iter();
        parts.map(|judged| case(rule, &by_document(scenario, judged))).collect()
    };
    rule.scenarios.iter().flat_map(of).collect()
}

/// A scenario as one of its documents judges it.
fn by_document(scenario: &ScenarioView, judged: &JudgedView) -> ScenarioView {
    ScenarioView {
        name: format!("{} [{}]", scenario.name, judged.document),
        verdict: judged.verdict,
        expected: judged.expected.clone(),
        actual: judged.actual.clone(),
        reason: judged.reason.clone(),
        ..scenario.clone()
    }
}

fn case(rule: &RuleView, scenario: &ScenarioView) -> TestCase {
    let time = Duration::seconds_f64(scenario.duration_ms / 1e3);
    let details = details(rule, scenario);
    let mut case = outcome(scenario.verdict, &scenario.name, time, &message(scenario), &details);
    case.set_classname(&rule.id);
    case.set_filepath(&scenario.feature);
    let mut out = details;
    if scenario.verdict != Verdict::Pass {
        for exchange in &scenario.exchanges {
            out.push('\n');
            out.push_str(&exchange::text(exchange));
        }
    }
    case.set_system_out(&cdata(&out));
    case
}

fn outcome(verdict: Verdict, name: &str, time: Duration, message: &str, details: &str) -> TestCase {
    let mut case = match verdict {
        Verdict::Pass | Verdict::Warn => TestCase::success(name, time),
        Verdict::Fail => TestCase::failure(name, time, "violation", message),
        Verdict::Waived | Verdict::NotApplicable => {
            TestCase::skipped_with_cause(name, verdict.name(), message)
        }
        Verdict::Inconclusive | Verdict::Error => {
            TestCase::error(name, time, verdict.name(), message)
        }
    };
    // The constructor for skipped cases takes no time.
    case.time = time;
    use junit_report::TestResult::{Error, Failure};
    if let Error { cause, .. } | Failure { cause, .. } = &mut case.result {
        *cause = Some(cdata(details));
    }
    case
}

/// One line: what was expected and what came, or why nothing was judged.
fn message(scenario: &ScenarioView) -> String {
    let judged = scenario
        .actual
        .as_ref()
        .map(|actual| format!("expected {}; actual: {actual}", scenario.expected.join(" or ")));
    let parts = match (judged, &scenario.reason, scenario.verdict) {
        (Some(judged), None, _) | (Some(judged), Some(_), Verdict::Fail) => judged,
        (Some(judged), Some(reason), _) => format!("{reason} ({judged})"),
        (None, Some(reason), _) => reason.clone(),
        (None, None, verdict) => verdict.to_string(),
    };
    one_line(&parts.replace("\r\n", " ").replace('\n', " "))
}

/// What there is to say of a scenario, without its exchanges.
fn details(rule: &RuleView, scenario: &ScenarioView) -> String {
    let verdict = scenario.verdict;
    let mut out =
        format!("Verdict: {verdict}\nRule: {}\nRequirement: {}\n", rule.id, rule.requirement());
    for expected in &scenario.expected {
        out.push_str(&format!("Expected: {expected}\n"));
    }
    let optional = [
        ("Actual", &scenario.actual),
        ("Change", &scenario.deviation),
        ("Reason", &scenario.reason),
    ];
    for (name, text) in optional {
        if let Some(text) = text {
            out.push_str(&format!("{name}: {text}\n"));
        }
    }
    out + &format!("At: {}\n", scenario.place())
}

fn problem_case(problem: &ProblemView) -> TestCase {
    let message = one_line(&problem.text.replace('\n', " "));
    let mut case = TestCase::error(&message, Duration::ZERO, "error", &message);
    case.set_classname(&format!("oauthspec/{}", problem.kind));
    case
}

/// The text with every end of a CDATA section split over two sections: junit-report writes CDATA
/// unescaped.
fn cdata(text: &str) -> String {
    text.replace("]]>", "]]]]><![CDATA[>")
}
