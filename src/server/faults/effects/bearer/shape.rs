//! Mistakes with how a challenge is written.

use crate::server::core::Core;
use crate::server::faults::bearer as faults;
use crate::server::oauth::bearer::Refusal;
use crate::wire::challenge::Challenge;

/// The challenge as it stands in the field.
// bearer/challenge-shape
pub(super) fn written(server: &Core, why: Refusal, right: &Challenge) -> String {
    let text = right.write();
    let of_scope = why == Refusal::InsufficientScope;
    let after_scheme = text.replacen("Bearer ", "Bearer, ", 1);
    let without_commas = text.replace("\", ", "\" ");
    let twice = |name: &str| match right.params.iter().find(|(known, _)| known == name) {
        Some((_, value)) => format!("{text}, {name}=\"{value}\""),
        None => text.clone(),
    };
    let unquoted = right
        .param("error_description")
        .map_or_else(|| text.clone(), |told| text.replace(&format!("\"{told}\""), told));
    let described = right.param("error_description").is_some();
    let only = |here: bool, wrong: String| if here { wrong } else { text.clone() };
    let in_text = |to: &str| only(described, text.replace("The ", to));
    let open = only(described, text.trim_end_matches('"').to_owned());
    let wrong = [
        (&faults::CHALLENGE_COMMA, after_scheme.clone()),
        (&faults::CHALLENGE_COMMA_FOR_SCOPE, only(of_scope, after_scheme)),
        (&faults::CHALLENGE_WITHOUT_COMMAS, without_commas),
        (&faults::CHALLENGE_REPEATS_ERROR, twice("error")),
        (&faults::CHALLENGE_REPEATS_REALM, twice("realm")),
        (&faults::CHALLENGE_UNQUOTED, unquoted),
        (&faults::CHALLENGE_OPEN, open),
        (&faults::CHALLENGE_OTHER_CHARACTERS, in_text("Th\u{e9} ")),
        (&faults::CHALLENGE_QUOTES, in_text("The \\\"")),
    ];
    server.switches().alter(text.clone(), wrong)
}
