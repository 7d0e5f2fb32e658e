//! Evidence: exchanges as they may be shown.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::printable::{one_line, printable};
use super::redact::Redactor;
use super::view::milliseconds;
use crate::verdict::{Exchange, Role};
use crate::wire::{Headers, Request, Response};

/// More of a body is not shown.
pub const BODY_LIMIT: usize = 4096;

/// One request and what came back.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct ExchangeView {
    /// What it was for in its scenario.
    #[serde(default)]
    pub role: Role,
    /// What the request was for.
    pub label: String,
    /// How long it took.
    pub duration_ms: f64,
    /// The request.
    pub request: RequestView,
    /// The response, if one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseView>,
    /// Why none came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A request.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct RequestView {
    /// Method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Header fields, `Host` among them.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

impl RequestView {
    /// Path and query, or the whole URL, as in the request line.
    pub fn target(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
        let names = |scheme: &&str| authority.ends_with(*scheme);
        if let Some(scheme) = ["https:", "http:"].iter().find(|scheme| names(scheme)) {
            return &rest[authority.len() - scheme.len()..];
        }
        let is_authority = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
        rest.trim_start_matches(is_authority)
    }
}

/// A response.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct ResponseView {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// What may be shown of an exchange.
pub fn view(exchange: &Exchange, redactor: &Redactor) -> ExchangeView {
    let (response, error) = match &exchange.response {
        Ok(response) => (Some(response_view(response, exchange.cut_from, redactor)), None),
        Err(error) => (None, Some(printable(&redactor.text(&error.to_string())))),
    };
    ExchangeView {
        role: exchange.role,
        label: one_line(&redactor.text(&exchange.label)),
        duration_ms: milliseconds(exchange.duration),
        request: request_view(&exchange.request, redactor),
        response,
        error,
    }
}

fn request_view(request: &Request, redactor: &Redactor) -> RequestView {
    let mut headers = header_views(&request.headers, redactor);
    if request.headers.get("host").is_none() {
        headers.insert(0, ("Host".to_owned(), one_line(&request.origin.authority())));
    }
    // Parameters in the body of a request are told apart strictly, whatever its media type says:
    // the type may be what the scenario deviates in.
    let is_json = request.body.trim_ascii_start().starts_with(b"{");
    let body = if is_json { Redactor::bytes } else { Redactor::form };
    let target = one_line(&redactor.url(&request.target));
    RequestView {
        method: one_line(&redactor.text(&request.method)),
        url: format!("{}{target}", one_line(&request.origin.to_string())),
        headers,
        body: body_text(&request.body, None, || body(redactor, &request.body)),
    }
}

fn response_view(response: &Response, cut: Option<usize>, redactor: &Redactor) -> ResponseView {
    ResponseView {
        status: response.status,
        headers: header_views(&response.headers, redactor),
        body: body_text(&response.body, cut, || redactor.bytes(&response.body)),
    }
}

fn header_views(headers: &Headers, redactor: &Redactor) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (one_line(&redactor.text(name)), one_line(&redactor.header(name, value)))
        })
        .collect()
}

/// A body as text. It is cut after its secrets were removed: the first half of one is still a
/// secret.
fn body_text(raw: &[u8], cut_from: Option<usize>, redacted: impl FnOnce() -> String) -> String {
    let whole = cut_from.unwrap_or(raw.len());
    if is_binary(raw) {
        return format!("(binary, {whole} bytes)");
    }
    let mut text = printable(&redacted());
    if text.len() > BODY_LIMIT || cut_from.is_some() {
        let most = BODY_LIMIT.min(text.len());
        let end = (0..=most).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or_default());
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n(cut; the body has {whole} bytes)");
    }
    text
}

/// Whether more than an eighth of the bytes are no text.
fn is_binary(raw: &[u8]) -> bool {
    let odd: usize = raw
        .utf8_chunks()
        .map(|chunk| {
            let controls = chunk.valid().chars().filter(|c| c.is_control() && !c.is_whitespace());
            chunk.invalid().len() + controls.count()
        })
        .sum();
    odd * 8 > raw.len()
}

impl ExchangeView {
    /// Method, path and query of the request.
    pub fn request_line(&self) -> String {
        format!("{} {}", self.request.method, self.request.target())
    }

    /// The same without what fills pages: of a page that came back, its size alone.
    pub fn without_page(&self) -> Self {
        let mut brief = self.clone();
        if let Some(response) = &mut brief.response
            && response.body.trim_start().starts_with('<')
        {
            response.body = format!("(a page of {} bytes)", response.body.len());
        }
        brief
    }
}

/// An exchange as readable text: `>` before what was sent, `<` before what came back.
pub fn text(exchange: &ExchangeView) -> String {
    let ExchangeView { label, duration_ms, request, .. } = exchange;
    let role = match exchange.role {
        Role::Setup => "",
        Role::Control => "control: ",
        Role::Judged => "judged: ",
    };
    let mut out = format!("* {role}{label} ({duration_ms} ms)\n");
    out.push_str(&format!("> {} {} HTTP/1.1\n", request.method, request.target()));
    message(&mut out, '>', &request.headers, &request.body);
    if let Some(response) = &exchange.response {
        out.push_str(&format!("< {}\n", response.status));
        message(&mut out, '<', &response.headers, &response.body);
    }
    if let Some(error) = &exchange.error {
        error.lines().for_each(|line| out.push_str(&format!("! {line}\n")));
    }
    out
}

fn message(out: &mut String, mark: char, headers: &[(String, String)], body: &str) {
    let mut line = |text: &str| {
        out.push_str(format!("{mark} {text}").trim_end());
        out.push('\n');
    };
    headers.iter().for_each(|(name, value)| line(&format!("{name}: {value}")));
    if !body.is_empty() {
        line("");
        body.lines().for_each(line);
    }
}
