//! What stands above a step: the sentence of the feature files, and the function that it calls.
//!
//! Cucumber's own attributes compile the expansion of a sentence once for each of them, and that was a third
//! of the code of this library. Here a sentence is a text, and one function expands it.

use std::fmt::Display;
use std::panic::resume_unwind;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use cucumber::gherkin::StepType;
use cucumber::step::{Context, Location};
use cucumber_expressions::Expression;
use regex::Regex;

use super::parameter;
use super::world::{StepResult, World};

/// A sentence and what it does, as it stands in the source.
pub struct Written {
    /// Whether it prepares, acts or judges.
    pub kind: StepType,
    /// The sentence, a Cucumber expression.
    pub sentence: &'static str,
    /// Where it stands.
    pub location: Location,
    /// What is called with what the sentence names.
    pub run: cucumber::Step<World>,
}

inventory::collect!(Written);

/// The same, with what a step has to match as soon as that was asked.
pub struct Definition {
    /// What stands in the source.
    pub written: &'static Written,
    pattern: OnceLock<Option<Regex>>,
}

impl Definition {
    /// All of them.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Definition>> = LazyLock::new(|| {
            let all = inventory::iter::<Written>();
            all.map(|written| Definition { written, pattern: OnceLock::new() }).collect()
        });
        &ALL
    }

    /// What a step has to match; none where the sentence is no expression or names a parameter that is not
    /// there, which a test excludes.
    pub fn pattern(&self) -> Option<&Regex> {
        let expand =
            || Expression::regex_with_parameters(self.written.sentence, parameter::patterns()).ok();
        self.pattern.get_or_init(expand).as_ref()
    }

    /// Whether a step of this kind and text is this one.
    pub fn fits(&self, kind: StepType, text: &str) -> bool {
        let may = self.written.kind == kind && self.may_match(text);
        may && self.pattern().is_some_and(|pattern| pattern.is_match(text))
    }

    /// Whether its fixed words stand in the text in their order: if not, it does not match.
    fn may_match(&self, text: &str) -> bool {
        if self.written.sentence.contains(['(', '/', '\\']) {
            return true;
        }
        let fixed =
            self.written.sentence.split('{').map(|it| it.split_once('}').map_or(it, |(_, it)| it));
        let mut rest = Some(text);
        for words in fixed {
            rest = rest.and_then(|rest| rest.split_once(words)).map(|(_, rest)| rest);
        }
        rest.is_some()
    }
}

/// The texts that a sentence names, in their order.
///
/// # Errors
/// Where they are more or fewer than the function takes.
pub(super) fn texts<const N: usize>(context: Context) -> Result<[String; N], String> {
    let mut texts: Vec<String> = Vec::new();
    let mut of_last = None;
    for (group, text) in context.matches.into_iter().skip(1) {
        // The ways to write one parameter are groups with a common beginning, `__3_0` and `__3_1`.
        let of = group.as_deref().and_then(|it| it.strip_prefix("__")?.split('_').next());
        let of = of.map(str::to_owned);
        match texts.last_mut() {
            Some(last) if of.is_some() && of == of_last => last.push_str(&text),
            _ => texts.push(text),
        }
        of_last = of;
    }
    let number = |texts: Vec<_>| format!("the sentence names {} values, not {N}", texts.len());
    texts.try_into().map_err(number)
}

/// What one of them means.
pub(super) fn value<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{name} {text:?}: {error}"))
}

/// Tells cucumber what a step found, by the panic that it waits for; no hook is told of it.
pub fn tell(result: StepResult) {
    if let Err(text) = result {
        resume_unwind(Box::new(text));
    }
}

/// A sentence that prepares something: `given!("{client} holds a code", holds(client).await)`.
macro_rules! given {
    ($($definition:tt)*) => { $crate::steps::definition::define!(Given, $($definition)*); };
}

/// A sentence about what somebody does.
macro_rules! when {
    ($($definition:tt)*) => { $crate::steps::definition::define!(When, $($definition)*); };
}

/// A sentence that judges.
macro_rules! then {
    ($($definition:tt)*) => { $crate::steps::definition::define!(Then, $($definition)*); };
}

macro_rules! define {
    ($kind:ident, $sentence:literal, $run:ident($($value:ident),* $(,)?) $($await:tt)*) => {
        inventory::submit! {
            $crate::steps::definition::Written {
                kind: cucumber::gherkin::StepType::$kind,
                sentence: $sentence,
                location: cucumber::step::Location {
                    path: file!(),
                    line: line!(),
                    column: column!(),
                },
                run: |world, context| {
                    Box::pin(async move {
                        let result = async {
                            let [$($value),*] = $crate::steps::definition::texts(context)?;
                            $(let $value = $crate::steps::definition::value(stringify!($value), &$value)?;)*
                            $run(world, $($value),*) $($await)*
                        };
                        $crate::steps::definition::tell(result.await);
                    })
                },
            }
        }
    };
}

pub(super) use {define, given, then, when};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_an_expression() {
        let wrong = Definition::all().iter().filter(|it| it.pattern().is_none());
        let wrong: Vec<&str> = wrong.map(|it| it.written.sentence).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(Definition::all().len() > 500);
    }
}
