//! What did not pass: each scenario once, under its cause or reason.

use std::collections::BTreeMap;

use super::super::cause::{Cause, causes, changed, judged, unchanged};
use super::super::exchange::{self, ExchangeView};
use super::super::view::{NO_SCENARIO, RuleView, RunView, ScenarioView};
use super::paint::{bold, dim};
use super::{Console, wrap};
use crate::rules::Manner;
use crate::verdict::Verdict;

/// More of a body is not shown beside a failure; the other reports have it.
const BODY: usize = 240;

/// So many scenarios that could not be judged for one reason are named.
const NAMED: usize = 10;

/// Columns of a field's name.
const LABEL: usize = 14;

impl Console {
    /// What failed or warned, by cause: the first scenario of a cause in full, the others by name.
    pub(super) fn causes(&mut self, run: &RunView) {
        for cause in causes(run) {
            self.cause(&cause);
        }
    }

    fn cause(&mut self, cause: &Cause<'_>) {
        let title = match cause.rules().len() {
            1 => cause.title(),
            rules => format!("{} ({rules} rules)", cause.title()),
        };
        self.heading(&format!("{}: {title}", super::capital(cause.verdict)));
        // What was seen is alike, and what was due in its place need not be.
        let mut due: Vec<(&str, &[String])> = Vec::new();
        for (at, (rule, scenario)) in cause.scenarios.iter().enumerate() {
            let expected = scenario.expected.as_slice();
            if at == 0 || self.style.verbose {
                self.scenario(rule, scenario);
            } else {
                self.named(rule, scenario);
                let known = |(_, told): &(&str, &[String])| *told == expected;
                if !due.iter().any(known) {
                    self.field("Requirement", &rule.requirement());
                    self.field("Expected", &expected.join("\n"));
                }
            }
            due.push((&rule.id, expected));
        }
    }

    /// What is waived, and what could not be judged, by reason.
    pub(super) fn reasons(&mut self, run: &RunView, verdict: Verdict) {
        let mut reasons: Vec<(&str, Vec<(&RuleView, &ScenarioView)>)> = Vec::new();
        let of = run.scenarios().filter(|(_, it)| it.verdict == verdict);
        for (rule, scenario) in of.filter(|(_, scenario)| run.problem_of(scenario).is_none()) {
            let reason = scenario.reason.as_deref().unwrap_or("no reason given");
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, scenarios)) => scenarios.push((rule, scenario)),
                None => reasons.push((reason, vec![(rule, scenario)])),
            }
        }
        for (reason, scenarios) in reasons {
            self.heading(&format!("{}: {reason}", super::capital(verdict)));
            let left_out = match scenarios.len().checked_sub(NAMED) {
                Some(more @ 2..) if verdict == Verdict::Inconclusive && !self.style.verbose => more,
                _ => 0,
            };
            let shown = scenarios.len() - left_out;
            for (at, (rule, scenario)) in scenarios.into_iter().take(shown).enumerate() {
                if self.style.verbose || (at == 0 && verdict != Verdict::Waived) {
                    self.scenario(rule, scenario);
                } else {
                    self.named(rule, scenario);
                }
            }
            if left_out > 0 {
                self.indented(4, &format!("and {left_out} more scenarios (--verbose names them)"));
            }
        }
    }

    /// What was not applicable, by reason: the reason is what a reader can do something about.
    pub(super) fn not_applicable(&mut self, run: &RunView) {
        let mut reasons: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (rule, scenario) in run.scenarios() {
            if scenario.verdict == Verdict::NotApplicable {
                let reason = scenario.reason.as_deref().unwrap_or("no reason given");
                *reasons.entry(reason).or_default().entry(&rule.id).or_default() += 1;
            }
        }
        for rule in run.rules.iter().filter(|rule| rule.scenarios.is_empty()) {
            reasons.entry(NO_SCENARIO).or_default().insert(&rule.id, 1);
        }
        if reasons.is_empty() {
            return;
        }
        self.heading("Not applicable");
        for (reason, rules) in reasons {
            self.indented(2, reason);
            let of = |(rule, count): (&str, usize)| match count {
                1 => rule.to_owned(),
                _ => format!("{rule} ({count})"),
            };
            let rules: Vec<String> = rules.into_iter().map(of).collect();
            self.indented(6, &rules.join(", "));
        }
    }

    /// A scenario in a line or two.
    fn named(&mut self, rule: &RuleView, scenario: &ScenarioView) {
        self.marked(scenario.verdict, &format!("{}: {}", rule.id, scenario.name));
        let place = dim(self.style, &scenario.place());
        self.line(&format!("      {place}"));
    }

    /// A scenario with all there is to say of it.
    fn scenario(&mut self, rule: &RuleView, scenario: &ScenarioView) {
        self.marked(scenario.verdict, &format!("{}: {}", rule.id, scenario.name));
        self.field("Requirement", &rule.requirement());
        self.field("Expected", &scenario.expected.join("\n"));
        self.field("Actual", scenario.actual.as_deref().unwrap_or_default());
        if let Some(manner) = scenario.manner {
            let style = self.style;
            self.painted("Manner", &manner.to_string(), |text| match manner {
                Manner::Granted => bold(style, text),
                _ => text.to_owned(),
            });
        }
        self.field("Change", scenario.deviation.as_deref().unwrap_or_default());
        // That of the others is the heading.
        if matches!(scenario.verdict, Verdict::Fail | Verdict::Warn) {
            self.field("Reason", scenario.own_reason(rule).unwrap_or_default());
        }
        if scenario.is_disputed() {
            let verdicts = scenario.by_document.iter().map(|it| (&it.document, it.verdict));
            let verdicts = self.verdicts(verdicts);
            self.line(&format!("{:>LABEL$} {verdicts}", "By document:"));
        }
        if self.style.verbose {
            self.field("At", &scenario.place());
            self.exchanges(scenario);
        } else {
            if let Some(exchange) = changed(scenario) {
                self.field("Changed", &exchange.request_line().replace('&', "\n&"));
            }
            if let Some(exchange) = judged(scenario) {
                self.exchange(exchange, &proofs(scenario, exchange));
            }
            self.field("At", &scenario.place());
        }
    }

    /// A request and its response, each in a few lines. `proofs`: what is shown of the fields of the request.
    fn exchange(&mut self, exchange: &ExchangeView, proofs: &[String]) {
        let request = &exchange.request;
        self.field("Request", &exchange.request_line());
        proofs.iter().for_each(|text| self.field("", &cut(text)));
        self.field("", &cut(&request.body).replace('&', "\n&"));
        let Some(response) = &exchange.response else {
            return self.field("Response", exchange.error.as_deref().unwrap_or_default());
        };
        self.field("Response", &response.status.to_string());
        let shown = ["location", "www-authenticate", "retry-after"];
        for (name, value) in &response.headers {
            if shown.contains(&name.to_ascii_lowercase().as_str()) {
                self.field("", &cut(&format!("{name}: {value}")));
            }
        }
        // A page says little in its first lines.
        if !response.body.trim_start().starts_with('<') {
            self.field("", &cut(&response.body));
        }
    }

    fn exchanges(&mut self, scenario: &ScenarioView) {
        for exchange in &scenario.exchanges {
            self.line("");
            for text in exchange::text(exchange).lines() {
                self.line(&format!("          {text}"));
            }
        }
        self.line("");
    }

    /// A field: further lines are indented under the first.
    fn field(&mut self, name: &str, value: &str) {
        self.painted(name, value, str::to_owned);
    }

    fn painted(&mut self, name: &str, value: &str, paint: impl Fn(&str) -> String) {
        let mut label = if name.is_empty() { String::new() } else { format!("{name}:") };
        for text in wrap::wrap(value, wrap::WIDTH - LABEL - 1) {
            let shown = dim(self.style, &format!("{label:>LABEL$}"));
            self.line(&format!("{shown} {}", paint(&text)));
            label.clear();
        }
    }
}

/// The fields with which a request proves something, where one that was changed has others than the last request
/// before it to the same endpoint.
fn proofs(scenario: &ScenarioView, exchange: &ExchangeView) -> Vec<String> {
    let Some(before) = unchanged(scenario, exchange).filter(|_| scenario.deviation.is_some())
    else {
        return Vec::new();
    };
    let of = |exchange: &ExchangeView, name: &str| -> Vec<String> {
        let fields = exchange.request.headers.iter();
        let fields = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value.clone()).collect()
    };
    let told = |name: &&str| {
        let (own, other) = (of(exchange, name), of(before, name));
        match own == other {
            true => Vec::new(),
            false if own.is_empty() => vec![format!("(no {name})")],
            false => own.iter().map(|value| format!("{name}: {value}")).collect(),
        }
    };
    ["Authorization", "DPoP"].iter().flat_map(told).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(BODY) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
