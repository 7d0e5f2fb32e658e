//! A request as a command line for curl. Made of the view: secrets are placeholders already.

use std::fmt::Write as _;

use super::exchange::{ExchangeView, RequestView};

/// The commands of these exchanges, in order, for a shell.
pub fn script<'a>(exchanges: impl Iterator<Item = &'a ExchangeView>) -> String {
    let mut text = String::from("#!/bin/sh\n# Values in ‹…› are secrets: fill them in.\n");
    for exchange in exchanges {
        let answer = exchange.response.as_ref().map(|response| response.status.to_string());
        let answer = answer.or_else(|| exchange.error.clone()).unwrap_or_default();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "\n# {}: {}", exchange.label, answer.replace('\n', " "));
        text.push_str(&command(&exchange.request));
        text.push('\n');
    }
    text
}

fn command(request: &RequestView) -> String {
    let mut parts = vec![format!("curl -i -X {}", quoted(&request.method)), quoted(&request.url)];
    let sent = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
    parts.extend(sent.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    if !request.body.is_empty() {
        parts.push(format!("--data-binary {}", quoted(&request.body)));
    }
    parts.join(" \\\n  ")
}

/// One word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_a_request_stays_one_word() {
        let request = RequestView {
            method: "POST".into(),
            url: "http://127.0.0.1/token?a='b'".into(),
            headers: vec![("Host".into(), "x".into()), ("X-A".into(), "$(id)`id`".into())],
            body: "code=‹code 1›&x='; rm -rf /".into(),
            target: String::new(),
        };
        let text = command(&request);
        assert!(text.contains("-H 'X-A: $(id)`id`'") && !text.contains("Host"), "{text}");
        assert!(text.contains(r"'code=‹code 1›&x='\''; rm -rf /'"), "{text}");
    }
}
