//! HAR 1.2: the exchanges of the report, for browsers' network panels and proxies. A page is a
//! scenario.

use serde_json::{Value, json};
use url::Url;

use super::exchange::{ExchangeView, RequestView, ResponseView};
use super::view::RunView;

/// When single exchanges took place is not recorded: all carry the time of the run.
const COMMENT: &str = "Values in ‹…› are redacted. Times of day are those of the run's beginning.";

/// The report.
///
/// # Errors
/// None that a view could cause; the signature is the serialiser's.
pub fn write(run: &RunView) -> Result<String, serde_json::Error> {
    let mut pages = Vec::new();
    let mut entries = Vec::new();
    for (rule, scenario) in run.scenarios().filter(|(_, scenario)| !scenario.exchanges.is_empty()) {
        let id = format!("scenario_{}", pages.len() + 1);
        pages.push(json!({
            "startedDateTime": run.started,
            "id": id,
            "title": format!("{}: {} ({})", rule.id, scenario.name, scenario.verdict),
            "pageTimings": {},
        }));
        entries.extend(scenario.exchanges.iter().map(|exchange| entry(run, &id, exchange)));
    }
    let har = json!({"log": {
        "version": "1.2",
        "creator": {"name": run.tool.name, "version": run.tool.version},
        "comment": COMMENT,
        "pages": pages,
        "entries": entries,
    }});
    serde_json::to_string(&har).map(|text| text + "\n")
}

fn entry(run: &RunView, page: &str, exchange: &ExchangeView) -> Value {
    json!({
        "pageref": page,
        "startedDateTime": run.started,
        "time": exchange.duration_ms,
        "request": request(&exchange.request),
        "response": response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.duration_ms, "receive": 0},
        "comment": exchange.label,
    })
}

fn request(request: &RequestView) -> Value {
    let query: Vec<Value> = match Url::parse(&request.url) {
        Ok(url) => url.query_pairs().map(|(name, value)| pair(&name, &value)).collect(),
        Err(_) => Vec::new(),
    };
    let mut value = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        let post = json!({"mimeType": media_type(&request.headers), "text": request.body});
        value["postData"] = post;
    }
    value
}

/// What came back; where nothing did, the status is 0, as browsers write it.
fn response(exchange: &ExchangeView) -> Value {
    let none = ResponseView { status: 0, headers: Vec::new(), body: String::new() };
    let response = exchange.response.as_ref().unwrap_or(&none);
    let location = header(&response.headers, "location").unwrap_or_default();
    json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&response.headers),
        "content": {
            "size": response.body.len(),
            "mimeType": media_type(&response.headers),
            "text": response.body,
        },
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": -1,
        "comment": exchange.error.as_deref().unwrap_or_default(),
    })
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| pair(name, value)).collect()
}

fn pair(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

fn media_type(headers: &[(String, String)]) -> &str {
    header(headers, "content-type").unwrap_or_default()
}
