//! A request as a command line for curl. Made of the view: secrets are placeholders already.

use std::fmt::Write as _;

use super::cause::{changed, judged};
use super::exchange::{ExchangeView, RequestView};
use super::view::ScenarioView;

/// The commands of these exchanges, in order, for a shell.
pub fn script<'a>(exchanges: impl Iterator<Item = &'a ExchangeView>) -> String {
    let mut text = String::from(
        "#!/bin/sh\n# Set the variables first: they stand for secrets, which are not shown.\n",
    );
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

/// The commands that show a scenario again: the changed request and the judged one, where they are two.
pub fn again(scenario: &ScenarioView) -> String {
    let exchanges = changed(scenario).into_iter().chain(judged(scenario));
    exchanges.map(|exchange| command(&exchange.request) + "\n").collect()
}

/// The command of a request.
pub fn command(request: &RequestView) -> String {
    let mut parts = vec![format!("curl -i -X {}", quoted(&request.method)), quoted(&request.url)];
    let sent = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
    parts.extend(sent.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    if !request.body.is_empty() {
        parts.push(format!("--data-binary {}", quoted(&request.body)));
    }
    parts.join(" \\\n  ")
}

/// One word of a shell, whatever is in it. A placeholder of a secret becomes a variable: `‹code 1›` is
/// `$CODE_1`.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    let mut rest = text;
    while let Some((before, name, after)) = placeholder(rest) {
        out.push_str(&before.replace('\'', "'\\''"));
        out.push_str(&format!("'\"${}\"'", variable(name)));
        rest = after;
    }
    out.push_str(&rest.replace('\'', "'\\''"));
    out.push('\'');
    out.strip_suffix("\"''").map_or(out.clone(), |cut| format!("{cut}\""))
}

/// What stands before the first placeholder, its name, and what stands behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('‹').find_map(|(at, open)| {
        let (before, rest) = (&text[..at], &text[at + open.len()..]);
        let (name, after) = rest.split_once('›')?;
        let is_name = !name.contains('‹') && name.chars().any(|it| it.is_ascii_alphanumeric());
        is_name.then_some((before, name, after))
    })
}

/// The shell's variable of a placeholder, which may have the name of any field of a form: `‹__form-token›` is
/// `$FORM_TOKEN`.
fn variable(name: &str) -> String {
    let fits = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
    let name: String = name.chars().map(fits).collect();
    let name = name.trim_start_matches('_');
    let begins = name.starts_with(|it: char| it.is_ascii_digit());
    if begins { format!("V_{name}") } else { name.to_owned() }
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
        };
        let text = command(&request);
        assert!(text.contains("-H 'X-A: $(id)`id`'") && !text.contains("Host"), "{text}");
        assert!(text.contains(r#"'code='"$CODE_1"'&x='\''; rm -rf /'"#), "{text}");
    }

    #[test]
    fn a_placeholder_of_any_name_is_a_variable() {
        for (text, word) in [
            (
                "form_token=‹form_token›&p=‹password 1›",
                r#"'form_token='"$FORM_TOKEN"'&p='"$PASSWORD_1""#,
            ),
            ("‹__RequestVerificationToken›", r#"''"$REQUESTVERIFICATIONTOKEN""#),
            ("‹2nd.token[a]›x", r#"''"$V_2ND_TOKEN_A_"'x'"#),
            ("a‹b‹code 1›", r#"'a‹b'"$CODE_1""#),
            ("‹›‹code 1›", r#"'‹›'"$CODE_1""#),
        ] {
            assert_eq!(quoted(text), word, "{text}");
        }
    }
}
