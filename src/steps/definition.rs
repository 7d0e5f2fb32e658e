//! What stands above a step: the sentence of the feature files, and the function that it calls.
//!
//! Cucumber's own attributes compile the expansion of a sentence once for each of them, and that was a third
//! of the code of this library. Here a sentence is a text, and one function expands it.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::resume_unwind;
use std::str::FromStr;

use cucumber::gherkin::StepType;
use cucumber::step::{Context, Location};
use cucumber_expressions::Expression;
use regex::Regex;

use super::parameter;
use super::world::{StepResult, World};

/// A sentence and what it does.
pub struct Definition {
    /// Whether it prepares, acts or judges.
    pub kind: StepType,
    /// The sentence, a Cucumber expression.
    pub sentence: &'static str,
    /// Where it stands.
    pub location: Location,
    /// What is called with what the sentence names.
    pub run: cucumber::Step<World>,
}

inventory::collect!(Definition);

impl Definition {
    /// All of them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>()
    }

    /// What a step has to match.
    ///
    /// # Errors
    /// Where the sentence is no expression, or names a parameter that is not there; none of this build,
    /// which a test reads.
    pub fn pattern(&self) -> Result<Regex, String> {
        let pattern = Expression::regex_with_parameters(self.sentence, parameter::patterns());
        pattern.map_err(|error| format!("{}: {}: {error}", self.location, self.sentence))
    }

    /// Whether its fixed words stand in the text in their order: if not, it does not match.
    pub fn may_match(&self, text: &str) -> bool {
        if self.sentence.contains(['(', '/', '\\']) {
            return true;
        }
        let fixed = self.sentence.split('{').map(|it| it.split_once('}').map_or(it, |(_, it)| it));
        let mut rest = Some(text);
        for words in fixed {
            rest = rest.and_then(|rest| rest.split_once(words)).map(|(_, rest)| rest);
        }
        rest.is_some()
    }
}

/// What a sentence names, in its order.
pub(super) struct Values {
    texts: Vec<String>,
    next: Cell<usize>,
}

impl Values {
    pub(super) fn of(context: Context) -> Self {
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
        Self { texts, next: Cell::new(0) }
    }

    /// The next one.
    pub(super) fn next<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, String> {
        let number = self.next.replace(self.next.get() + 1);
        let text = self.texts.get(number).ok_or_else(|| format!("the sentence names no {name}"))?;
        text.parse().map_err(|error| format!("{name} {text:?}: {error}"))
    }
}

/// Tells cucumber what a step found, by the panic that it waits for; no hook is told of it.
pub(super) fn tell(result: StepResult) {
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
            $crate::steps::definition::Definition {
                kind: cucumber::gherkin::StepType::$kind,
                sentence: $sentence,
                location: cucumber::step::Location {
                    path: file!(),
                    line: line!(),
                    column: column!(),
                },
                run: |world, context| {
                    Box::pin(async move {
                        let _values = $crate::steps::definition::Values::of(context);
                        let result = async {
                            $(let $value = _values.next(stringify!($value))?;)*
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
        let wrong: Vec<String> = Definition::all().filter_map(|it| it.pattern().err()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(Definition::all().count() > 500);
    }
}
