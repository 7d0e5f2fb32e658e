//! Workflow commands of GitHub Actions: an annotation for each cause of a failure.

use super::cause::causes;
use super::view::RunView;
use crate::verdict::Verdict;

/// GitHub shows no more than ten errors and ten warnings of a step.
const SHOWN: usize = 10;

/// The commands, one a line.
pub fn annotations(run: &RunView) -> String {
    let mut out = String::new();
    let causes = causes(run);
    for (verdict, command) in [(Verdict::Fail, "error"), (Verdict::Warn, "warning")] {
        for cause in causes.iter().filter(|cause| cause.verdict == verdict).take(SHOWN) {
            let Some((rule, scenario)) = cause.scenarios.first() else { continue };
            let rules: Vec<&str> = cause.rules().into_iter().collect();
            let text = format!(
                "{}\nExpected: {}\nActual: {}\nRules: {}",
                rule.statement,
                scenario.expected.join(" or "),
                cause.title(),
                rules.join(", ")
            );
            out.push_str(&format!(
                "::{command} file={},line={},title={}::{}\n",
                property(&scenario.feature),
                scenario.line,
                property(&format!("oauthspec {}", rule.id)),
                data(&text)
            ));
        }
    }
    out
}

/// The text of a command: a line break would end it and begin another.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_command_is_one_line() {
        let text = annotations(&RunView::of(&sample::run()));
        assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
        assert!(text.contains("title=oauthspec code/single-use::"), "{text}");
        assert_eq!(property("a:b,c\n%"), "a%3Ab%2Cc%0A%25");
    }
}
