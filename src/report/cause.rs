//! Failures by cause: a deviation of the server that breaks eleven rules is one thing to mend.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::exchange::ExchangeView;
use super::view::{RuleView, RunView, ScenarioView};
use crate::verdict::{Role, Verdict};

/// What several scenarios have in common: what was seen, and in answer to which request.
#[derive(Debug)]
pub struct Cause<'a> {
    /// What was seen.
    pub actual: &'a str,
    /// Method and path of the request that it answered, if there was one.
    pub endpoint: Option<String>,
    /// The worst verdict among the scenarios.
    pub verdict: Verdict,
    /// The scenarios, the gravest first, and then in the order of the report.
    pub scenarios: Vec<(&'a RuleView, &'a ScenarioView)>,
}

impl Cause<'_> {
    /// Ids of the rules that it breaks.
    pub fn rules(&self) -> BTreeSet<&str> {
        self.scenarios.iter().map(|(rule, _)| rule.id.as_str()).collect()
    }

    /// Whether somebody was let in who had to be refused.
    pub fn is_granted(&self) -> bool {
        self.scenarios.iter().any(|(_, scenario)| scenario.is_granted())
    }

    /// The heading: what was seen, where.
    pub fn title(&self) -> String {
        let actual = self.actual.lines().next().unwrap_or_default();
        match &self.endpoint {
            Some(endpoint) => format!("{actual}, in answer to {endpoint}"),
            None => actual.to_owned(),
        }
    }
}

/// The causes of everything that failed or warned: the gravest first, then those that break most rules.
pub fn causes(run: &RunView) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for (rule, scenario) in run.scenarios() {
        let Some(actual) = scenario.actual.as_deref().filter(|_| is_broken(scenario)) else {
            continue;
        };
        let endpoint = judged(scenario).map(endpoint);
        let same = |cause: &&mut Cause<'_>| {
            numberless(cause.actual) == numberless(actual) && cause.endpoint == endpoint
        };
        match causes.iter_mut().find(same) {
            Some(cause) => {
                cause.verdict = cause.verdict.max(scenario.verdict);
                cause.scenarios.push((rule, scenario));
            }
            None => causes.push(Cause {
                actual,
                endpoint,
                verdict: scenario.verdict,
                scenarios: vec![(rule, scenario)],
            }),
        }
    }
    for cause in &mut causes {
        // The gravest scenario is the example.
        cause.scenarios.sort_by_key(|(_, it)| (Reverse(it.verdict), !it.is_granted()));
    }
    causes.sort_by_key(|cause| {
        (Reverse(cause.verdict), !cause.is_granted(), Reverse(cause.rules().len()))
    });
    causes
}

fn is_broken(scenario: &ScenarioView) -> bool {
    matches!(scenario.verdict, Verdict::Fail | Verdict::Warn)
}

/// The exchange that the verdict rests on: where nothing was judged, the one that was not answered.
pub fn judged(scenario: &ScenarioView) -> Option<&ExchangeView> {
    let marked = scenario.exchanges.iter().rfind(|exchange| exchange.role == Role::Judged);
    let unanswered = || {
        let open = scenario.verdict == Verdict::Inconclusive;
        scenario.exchanges.iter().rfind(|exchange| open && exchange.response.is_none())
    };
    marked.or_else(unanswered).or_else(|| scenario.exchanges.last())
}

/// The exchange that shows that the server serves the unchanged request: the last control of the
/// same endpoint, or else the last control.
pub fn control(scenario: &ScenarioView) -> Option<&ExchangeView> {
    let judged = judged(scenario)?;
    let controls = || scenario.exchanges.iter().filter(|exchange| exchange.role == Role::Control);
    let alike = controls().rfind(|exchange| endpoint(exchange) == endpoint(judged));
    alike.or_else(|| controls().next_back())
}

/// The request that was changed, where it is not the judged one: a page of the server came between.
pub fn changed(scenario: &ScenarioView) -> Option<&ExchangeView> {
    let (judged, change) = (judged(scenario)?, scenario.deviation.as_deref()?);
    let last = scenario.exchanges.iter().rfind(|it| it.label.ends_with(change))?;
    Some(last).filter(|it| !std::ptr::eq(*it, judged))
}

/// The last request to the same endpoint before a changed one.
pub fn unchanged<'a>(
    scenario: &'a ScenarioView,
    changed: &ExchangeView,
) -> Option<&'a ExchangeView> {
    let before = scenario.exchanges.iter().take_while(|it| !std::ptr::eq(*it, changed));
    before.filter(|it| endpoint(it) == endpoint(changed)).last()
}

fn endpoint(exchange: &ExchangeView) -> String {
    let url = exchange.request.url.split(['?', '#']).next().unwrap_or_default();
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.find('/').map_or("/", |at| &path[at..]);
    format!("{} {path}", exchange.request.method)
}

/// A text with the numbers of its placeholders left out: `‹code 7›` and `‹code 9›` say the same.
pub(super) fn numberless(text: &str) -> Cow<'_, str> {
    if !text.contains('‹') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '‹' => inside = true,
            '›' => inside = false,
            _ => {}
        }
        if !(inside && c.is_ascii_digit()) {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_is_alike_has_one_cause() {
        let run = RunView::of(&sample::run());
        let causes = causes(&run);
        let rules: Vec<_> = causes.iter().map(|cause| cause.rules()).collect();
        assert_eq!(rules[0], BTreeSet::from(["code/format", "code/single-use"]));
        assert_eq!(causes[0].verdict, Verdict::Fail);
        assert!(
            causes[0].title().ends_with("in answer to POST /oauth2/token"),
            "{}",
            causes[0].title()
        );
    }

    #[test]
    fn placeholders_lose_their_numbers_alone() {
        assert_eq!(numberless("200 with ‹code 17›"), "200 with ‹code ›");
        assert_eq!(numberless("200"), "200");
    }
}
