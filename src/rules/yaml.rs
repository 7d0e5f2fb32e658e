//! What a YAML text that somebody wrote is held to before anything is made of it: a small text must not
//! become a large tree.

use std::fmt;

use serde::de::{
    Deserialize as _, DeserializeSeed, EnumAccess, Error as _, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde_yaml::Deserializer;

/// Deeper nesting than this is none of ours, and takes the library minutes to refuse.
const DEEPEST: usize = 100;

/// More values than this are none of ours, and each takes memory whether it is written or repeated.
const MOST_VALUES: usize = 250_000;

/// Why nothing is made of a text: where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbounded {
    /// Line and column, from 1, where they can be named.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub reason: String,
}

/// What makes a text one that must not be read.
pub fn unbounded(text: &str) -> Option<Unbounded> {
    if let Some(place) = too_deep(text) {
        let reason = format!("more than {DEEPEST} lists and maps inside each other");
        return Some(Unbounded { place: Some(place), reason });
    }
    if has_second(text) {
        let reason =
            "more than one document; only one is read: remove the line `---` before the second";
        return Some(Unbounded { place: None, reason: reason.to_owned() });
    }
    // What is not repeated has no more values than characters.
    let repeats = text.contains('*') && text.contains('&');
    (repeats && too_many(text)).then(|| Unbounded {
        place: alias(text),
        reason: "the aliases (`*name`) make too many values of it; write the values out".to_owned(),
    })
}

/// Where brackets (or dashes on one line) are opened too deep. Those in quotes and comments count as
/// well: no text of ours has that many.
fn too_deep(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let dashes = line.split(' ').take_while(|word| matches!(*word, "-" | "?" | "")).count();
        if dashes > 10 * DEEPEST {
            return Some((number + 1, 1));
        }
        for (column, c) in line.char_indices() {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some((number + 1, column + 1));
            }
        }
    }
    None
}

/// Whether there is another document after a good first one.
fn has_second(text: &str) -> bool {
    let begins = |line: &str| line.starts_with("---") || line.starts_with("...");
    if !text.lines().skip(1).any(begins) {
        return false;
    }
    let mut documents = Deserializer::from_str(text);
    let is_good = |document| IgnoredAny::deserialize(document).is_ok();
    documents.next().is_some_and(is_good) && documents.next().is_some()
}

/// Where the first alias stands.
fn alias(text: &str) -> Option<(usize, usize)> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(number, line)| Some((number + 1, line.find('*')? + 1))).next()
}

/// Whether the text has too many values once its aliases are followed. That it cannot be read at all is
/// for others to say, who know the place.
fn too_many(text: &str) -> bool {
    let mut count = 0;
    match Count(&mut count).deserialize(Deserializer::from_str(text)) {
        Ok(()) => false,
        // The library has a limit of its own, and no place of it.
        Err(error) => count > MOST_VALUES || (count > 0 && error.location().is_none()),
    }
}

/// Counts the values, and keeps none.
struct Count<'c>(&'c mut usize);

impl Count<'_> {
    fn again(&mut self) -> Count<'_> {
        Count(self.0)
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        *self.0 += 1;
        if *self.0 > MOST_VALUES {
            return Err(D::Error::custom("too many values"));
        }
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i128<E>(self, _: i128) -> Result<(), E> {
        Ok(())
    }

    fn visit_u128<E>(self, _: u128) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: serde::Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self.again())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(self.again())?.is_some() {
            map.next_value_seed(self.again())?;
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<String> {
        unbounded(text).map(|it| it.reason)
    }

    #[test]
    fn what_people_write_is_read() {
        let merged = "base: &base {a: 1}\nmore: {<<: *base, b: \"*\"}\n";
        let tagged = "a: !thing {b: &b [1, -2, 3.5, null, true]}\nc: *b\n";
        for text in [
            "",
            "# * &",
            "a: 1",
            "---\na: 1\n",
            "a: \"\n---\nb: 1",
            merged,
            tagged,
            "a: &a [1\nb: *a",
        ] {
            assert_eq!(unbounded(text), None, "{text}");
        }
    }

    #[test]
    fn a_small_text_does_not_become_a_large_tree() {
        let list = "1,".repeat(5_000);
        let square = format!("a: &a [{list}1]\nb: [{}1]\n", "*a,".repeat(2_000));
        assert_eq!(unbounded(&square).unwrap().place, Some((2, 5)));
        assert!(reason(&square).unwrap().contains("write the values out"));
        let level =
            |of: char, n: char| format!("{n}: &{n} [{}]\n", vec![format!("*{of}"); 10].join(","));
        let levels = "abcdefghi".chars().zip("bcdefghij".chars()).map(|(of, n)| level(of, n));
        let bomb = format!("a: &a [x, x]\n{}", levels.collect::<String>());
        assert!(reason(&bomb).unwrap().contains("write the values out"));
    }

    #[test]
    fn nesting_and_documents_have_bounds() {
        assert_eq!(unbounded(&"[".repeat(100_000)).unwrap().place, Some((1, 101)));
        assert_eq!(unbounded(&"- ".repeat(100_000)).unwrap().place, Some((1, 1)));
        assert!(reason("a: 1\n---\nb: 1\n").unwrap().contains("only one is read"));
    }
}
