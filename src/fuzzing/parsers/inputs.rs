//! Inputs of the parsers from choices, and every property over them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::choices::Choices;
use super::super::grammar::{BodyParam, Input, Name, ParamSpelling, ParamValue};
use super::super::oracle::Finding;
use super::{Parsers, fields, form, jws};

/// One input for each parser, and its properties.
///
/// # Errors
/// The first property that does not hold.
pub fn every(parsers: &Parsers, choices: &mut impl Choices) -> Result<(), Finding> {
    form(parsers, &body(choices))?;
    fields::meant(parsers, choices)?;
    let mut odd = crate::wire::basic::encode(&choices.text(6), &choices.text(6));
    let at = choices.below(odd.len() + 1);
    odd.insert(at, choices.pick(&['!', ' ', ':', '=', '\u{e4}', '-']).copied().unwrap_or('!'));
    fields::raw(parsers, odd.as_bytes())?;
    let plain = STANDARD.encode(format!("{}:{}", choices.text(6), choices.text(6)));
    fields::raw(parsers, format!("Basic {plain}").as_bytes())?;
    fields::meant_challenges(parsers, choices)?;
    fields::challenges(parsers, &choices.text(24))?;
    jws::meant(parsers, choices)
}

/// A body by grammar, or as it stands.
pub fn body(choices: &mut impl Choices) -> Input {
    if choices.once_in(4) {
        return Input::Raw(choices.text(40).into_bytes());
    }
    let count = choices.below(6);
    Input::Grammar((0..count).map(|_| pair(choices)).collect())
}

fn pair(choices: &mut impl Choices) -> BodyParam {
    let byte = |choices: &mut _| u8::try_from(Choices::below(choices, 256)).unwrap_or_default();
    let name = match choices.below(3) {
        0 => Name::Other(choices.text(6)),
        _ => Name::Registered(byte(choices)),
    };
    let value = match choices.below(6) {
        0 => ParamValue::Empty,
        1 => ParamValue::GrantType(byte(choices)),
        2 => ParamValue::Credential(byte(choices)),
        3 => ParamValue::Long(*choices.pick(&['a', '\u{e4}']).unwrap_or(&'a'), byte(choices)),
        _ => ParamValue::Other(choices.text(10)),
    };
    let spellings = [
        ParamSpelling::Form,
        ParamSpelling::Escaped,
        ParamSpelling::Form,
        ParamSpelling::Escaped,
        ParamSpelling::Twice,
        ParamSpelling::Literal,
        ParamSpelling::Broken,
        ParamSpelling::NameOnly,
    ];
    BodyParam { name, value, spelling: *choices.pick(&spellings).unwrap_or(&ParamSpelling::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::choices::Dice;
    use crate::fuzzing::parsers::PROPERTIES;
    use crate::fuzzing::parsers::broken::BROKEN;
    use crate::rules::Catalogue;

    #[test]
    fn the_parsers_keep_every_property() {
        let mut dice = Dice::new(1);
        for _ in 0..3000 {
            every(&Parsers::default(), &mut dice).unwrap();
        }
    }

    #[test]
    fn every_broken_parser_is_found_by_a_property_of_the_table() {
        for broken in BROKEN {
            let mut dice = Dice::new(1);
            let parsers = (broken.parsers)();
            let found = (0..3000).find_map(|_| every(&parsers, &mut dice).err());
            let found = found.unwrap_or_else(|| panic!("{}: {}", broken.name, broken.mistake));
            let known = PROPERTIES.iter().any(|property| property.name == found.oracle);
            assert!(known, "{}", found.oracle);
        }
    }

    #[test]
    fn every_property_cites_known_rules() {
        let catalogue = Catalogue::embedded().unwrap();
        for property in PROPERTIES {
            assert!(property.sentence.ends_with('.'), "{}", property.name);
            for rule in property.rules {
                assert!(catalogue.get(rule).is_some(), "{}: no rule {rule}", property.name);
            }
        }
    }
}
