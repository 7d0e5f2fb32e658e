//! SARIF 2.1.0, for code scanning. A result is a scenario that failed, warned, was waived or could
//! not be judged; its place is the scenario in the feature file.

use serde_json::{Map, Value, json};

use super::cause::{changed, judged};
use super::exchange::{ExchangeView, RequestView, ResponseView};
use super::view::{RuleView, RunView, ScenarioView};
use crate::verdict::Verdict;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report.
///
/// # Errors
/// None that a view could cause; the signature is the serialiser's.
pub fn write(run: &RunView) -> Result<String, serde_json::Error> {
    let results: Vec<Value> =
        run.scenarios().filter_map(|(rule, scenario)| result(run, rule, scenario)).collect();
    let sarif = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": run.tool.name,
                "version": run.tool.version,
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": run.rules.iter().map(descriptor).collect::<Vec<_>>(),
            }},
            "invocations": [invocation(run)],
            "results": results,
            "properties": {"target": run.target, "against": run.against, "seed": run.seed},
        }],
    });
    serde_json::to_string(&sarif).map(|text| text + "\n")
}

fn descriptor(rule: &RuleView) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.statement},
        "properties": {"level": rule.level.to_string(), "citations": rule.cites},
    })
}

fn invocation(run: &RunView) -> Value {
    let notes: Vec<Value> = run
        .problems
        .iter()
        .map(|problem| json!({"level": "error", "message": {"text": problem.text}}))
        .collect();
    json!({
        "executionSuccessful": notes.is_empty(),
        "startTimeUtc": run.started,
        "toolExecutionNotifications": notes,
    })
}

fn result(run: &RunView, rule: &RuleView, scenario: &ScenarioView) -> Option<Value> {
    let (kind, level) = match scenario.verdict {
        Verdict::Fail | Verdict::Waived => ("fail", "error"),
        Verdict::Warn => ("fail", "warning"),
        Verdict::Inconclusive | Verdict::Error => ("open", "none"),
        Verdict::Pass | Verdict::NotApplicable => return None,
    };
    let index = run.rules.iter().position(|known| known.id == rule.id)?;
    let mut value = json!({
        "ruleId": rule.id,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": {"text": message(scenario)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": scenario.feature},
            "region": {"startLine": scenario.line.max(1)},
        }}],
        "partialFingerprints": {"scenario/v1": format!("{}: {}", rule.id, scenario.name)},
    });
    if scenario.verdict == Verdict::Waived {
        let reason = scenario.reason.as_deref().unwrap_or_default();
        value["suppressions"] = json!([{"kind": "external", "justification": reason}]);
    }
    if let Some(exchange) = judged(scenario) {
        value["webRequest"] = request(&exchange.request);
        if let Some(response) = &exchange.response {
            value["webResponse"] = self::response(response);
        }
    }
    Some(value)
}

fn message(scenario: &ScenarioView) -> String {
    let mut text = scenario.name.clone();
    if let Some(actual) = &scenario.actual {
        text.push_str(&format!("\nExpected: {}\nActual: {actual}", scenario.expected.join(" or ")));
    }
    let changed = changed(scenario).map(ExchangeView::request_line);
    for (name, value) in [
        ("Change", &scenario.deviation),
        ("Changed request", &changed),
        ("Reason", &scenario.reason),
    ] {
        if let Some(value) = value {
            text.push_str(&format!("\n{name}: {value}"));
        }
    }
    text
}

fn request(request: &RequestView) -> Value {
    json!({
        "protocol": "HTTP",
        "version": "1.1",
        "method": request.method,
        "target": request.url,
        "headers": headers(&request.headers),
        "body": {"text": request.body},
    })
}

fn response(response: &ResponseView) -> Value {
    json!({
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": response.status,
        "headers": headers(&response.headers),
        "body": {"text": response.body},
    })
}

/// SARIF keeps one value a field; a field that came twice is joined.
fn headers(headers: &[(String, String)]) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in headers {
        let joined = match map.get(name).and_then(Value::as_str) {
            Some(known) => format!("{known}, {value}"),
            None => value.clone(),
        };
        map.insert(name.clone(), joined.into());
    }
    map
}
