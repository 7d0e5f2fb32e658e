//! Whether a challenge is written as its grammar has it (RFC 6750 §3, RFC 9110 §11.6.1).

use super::refusal::is_of_description;
use super::{Judgement, Mismatch};
use crate::wire::Response;
use crate::wire::challenge::{Challenge, read_strictly};

/// Whether a value may hold a character.
type Allows = fn(char) -> bool;

/// What a parameter that RFC 6750 §3 defines may consist of.
const CHARACTERS: &[(&str, Allows)] = &[
    ("error", is_of_description),
    ("error_description", is_of_description),
    ("scope", is_of_description),
    ("error_uri", |c| is_of_description(c) && c != ' '),
];

/// Judges every challenge of a response; `None` where there is none for Bearer. A scheme alone is
/// tolerated: RFC 9449 §7.2 prints one.
pub fn shape(response: &Response) -> Option<Judgement> {
    let fields = response.headers.all("www-authenticate").map(String::from_utf8_lossy);
    let fields: Vec<String> = fields.map(std::borrow::Cow::into_owned).collect();
    let mut challenges = Vec::new();
    for field in &fields {
        match read_strictly(field) {
            Ok(read) => challenges.extend(read),
            Err(flaw) => {
                let expected = "a challenge of the grammar of RFC 9110 section 11.6.1";
                return Some(Judgement::Refused(Mismatch::new(expected, flaw.to_string())));
            }
        }
    }
    challenges.iter().find(|challenge| challenge.is("bearer")).map(of_bearer)
}

fn of_bearer(challenge: &Challenge) -> Judgement {
    if challenge.params.is_empty() {
        let expected = "a parameter at least behind the scheme";
        return Judgement::Tolerated(Mismatch::new(expected, "the scheme alone"));
    }
    let names: Vec<String> =
        challenge.params.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let again = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    if let Some((_, name)) = again {
        return Judgement::Refused(Mismatch::new("each parameter once", format!("{name} twice")));
    }
    for (name, is_allowed) in CHARACTERS {
        let value = challenge.param(name).unwrap_or_default();
        if let Some(c) = value.chars().find(|c| !is_allowed(*c)) {
            let expected = format!("{name} of the characters that RFC 6750 section 3 allows");
            return Judgement::Refused(Mismatch::new(expected, format!("the character {c:?}")));
        }
    }
    Judgement::Accepted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(field: &str) -> Option<Judgement> {
        let mut response = Response::new(401);
        response.headers.push("WWW-Authenticate", field);
        shape(&response)
    }

    #[test]
    fn a_challenge_is_whole_once_and_of_the_right_characters() {
        for good in [
            r#"Bearer realm="My, \"API\"""#,
            r#"Basic realm="x", bearer error="invalid_token", error_description="It [ended]!""#,
        ] {
            assert_eq!(judged(good), Some(Judgement::Accepted), "{good}");
        }
        assert_eq!(judged(r#"Basic realm="x""#), None);
        assert!(matches!(judged("Bearer"), Some(Judgement::Tolerated(_))));
        for bad in [
            r#"Bearer, error="x""#,
            r#"Bearer error="x", Error="x""#,
            r#"Bearer error_description="say \"please\"""#,
            "Bearer error_description=\"caf\u{e9}\"",
            r#"Bearer error_uri="http://a b""#,
        ] {
            assert!(matches!(judged(bad), Some(Judgement::Refused(_))), "{bad}");
        }
    }
}
