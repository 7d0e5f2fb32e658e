//! JUnit XML for CI servers.
//!
//! A suite is a feature, a test case a scenario, its class the rule; in a run against several documents
//! a scenario is a case for each of them, with the document after its name. Only a violation is a
//! `<failure>`; what could not be judged is an `<error>`, what was not asked of the server
//! `<skipped>`. Exchanges go with what did not pass. Valid by the schema of Jenkins' xUnit plug-in
//! (`junit-10.xsd`).

use junit_report::{Report, TestCase, TestSuite};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::cause::{changed, judged};
use super::exchange::ExchangeView;
use super::printable::one_line;
use super::view::{JudgedView, NO_SCENARIO, ProblemView, RuleView, RunView, ScenarioView};
use super::{curl, exchange};
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
    let mut xml = with_totals(&xml, Totals::of(&report))?;
    xml.push(b'\n');
    Ok(xml)
}

/// What junit-report leaves out of the elements: totals of the whole, and what was skipped.
struct Totals {
    all: Vec<(&'static str, String)>,
    skipped: Vec<usize>,
}

impl Totals {
    fn of(report: &Report) -> Self {
        let suites = report.testsuites();
        let sum = |count: fn(&TestSuite) -> usize| suites.iter().map(count).sum::<usize>();
        let time: Duration = suites.iter().map(TestSuite::time).sum();
        Self {
            all: vec![
                ("name", "oauthspec".to_owned()),
                ("tests", sum(TestSuite::tests).to_string()),
                ("failures", sum(TestSuite::failures).to_string()),
                ("errors", sum(TestSuite::errors).to_string()),
                ("time", seconds(time.as_seconds_f64())),
            ],
            skipped: suites.iter().rev().map(TestSuite::skipped).collect(),
        }
    }

    /// The element as the schema wants it: with its totals, and times of three decimals.
    fn complete(
        &mut self,
        element: &BytesStart<'_>,
    ) -> Result<BytesStart<'static>, quick_xml::Error> {
        let mut out = BytesStart::from_content(String::from("x"), 1);
        out.set_name(element.name().as_ref());
        for attribute in element.attributes() {
            let attribute = attribute?;
            match attribute.key.as_ref() {
                b"time" => {
                    let text = std::str::from_utf8(&attribute.value).unwrap_or_default();
                    let time = seconds(text.parse().unwrap_or_default());
                    out.push_attribute(("time", time.as_str()));
                }
                _ => out.push_attribute(attribute),
            }
        }
        match element.name().as_ref() {
            b"testsuites" => {
                let all = self.all.iter().map(|(name, value)| (*name, value.as_str()));
                out.extend_attributes(all);
            }
            b"testsuite" => {
                let count = self.skipped.pop().unwrap_or_default().to_string();
                out.push_attribute(("skipped", count.as_str()));
            }
            _ => {}
        }
        Ok(out.into_owned())
    }
}

/// A number of seconds with three decimals.
fn seconds(time: f64) -> String {
    format!("{time:.3}")
}

fn with_totals(xml: &[u8], mut totals: Totals) -> Result<Vec<u8>, junit_report::Error> {
    let mut reader = Reader::from_reader(xml);
    let mut writer = Writer::new(Vec::new());
    loop {
        let event = match reader.read_event()? {
            Event::Eof => return Ok(writer.into_inner()),
            Event::Start(element) => Event::Start(totals.complete(&element)?),
            Event::Empty(element) => Event::Empty(totals.complete(&element)?),
            other => other,
        };
        writer.write_event(event)?;
    }
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
        manner: judged.manner,
        reason: judged.reason.clone(),
        ..scenario.clone()
    }
}

fn case(rule: &RuleView, scenario: &ScenarioView) -> TestCase {
    // The schema allows three decimals of a second.
    let milliseconds = Duration::seconds_f64(scenario.duration_ms / 1e3).whole_milliseconds();
    let time = Duration::milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX));
    let mut details = details(rule, scenario);
    if scenario.verdict != Verdict::Pass {
        details.push_str(&evidence(scenario));
    }
    let mut case = outcome(scenario.verdict, &scenario.name, time, &message(scenario), &details);
    case.set_classname(&rule.id);
    if !matches!(scenario.verdict, Verdict::Fail | Verdict::Inconclusive | Verdict::Error) {
        case.set_system_out(&cdata(&details));
    }
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
        .map(|actual| format!("expected {}; actual: {actual}", scenario.expected.join(" or ")))
        .map(|text| match scenario.manner {
            Some(manner) => format!("{manner}: {text}"),
            None => text,
        });
    let parts = match (judged, &scenario.reason, scenario.verdict) {
        (Some(judged), None, _) | (Some(judged), Some(_), Verdict::Fail) => judged,
        (Some(judged), Some(reason), _) => format!("{reason} ({judged})"),
        (None, Some(reason), _) => reason.clone(),
        (None, None, verdict) => verdict.to_string(),
    };
    one_line(&parts.replace("\r\n", " ").replace('\n', " "))
}

/// The exchanges, and the judged request as a command. It stands in the failure itself, where GitLab and
/// others look.
fn evidence(scenario: &ScenarioView) -> String {
    let mut out = String::new();
    let judged = judged(scenario);
    for exchange in &scenario.exchanges {
        out.push('\n');
        match judged {
            Some(judged) if std::ptr::eq(exchange, judged) => out += &exchange::text(exchange),
            _ => out += &exchange::text(&exchange.without_page()),
        }
    }
    if judged.is_some() {
        out.push_str(&format!("\nSend it again:\n{}", curl::again(scenario)));
    }
    out
}

/// What there is to say of a scenario, without its exchanges.
fn details(rule: &RuleView, scenario: &ScenarioView) -> String {
    let verdict = scenario.verdict;
    let mut out =
        format!("Verdict: {verdict}\nRule: {}\nRequirement: {}\n", rule.id, rule.requirement());
    for expected in &scenario.expected {
        out.push_str(&format!("Expected: {expected}\n"));
    }
    let manner = scenario.manner.map(|manner| manner.to_string());
    let changed = changed(scenario).map(ExchangeView::request_line);
    let optional = [
        ("Actual", scenario.actual.as_deref()),
        ("Manner", manner.as_deref()),
        ("Change", scenario.deviation.as_deref()),
        ("Changed request", changed.as_deref()),
        ("Reason", scenario.own_reason(rule)),
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
    case.set_classname(&format!("oauthspec/{}", problem.kind.name()));
    case
}

/// The text with every end of a CDATA section split over two sections: junit-report writes CDATA
/// unescaped.
fn cdata(text: &str) -> String {
    text.replace("]]>", "]]]]><![CDATA[>")
}
