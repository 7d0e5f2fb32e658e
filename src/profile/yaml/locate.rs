//! The line on which a key or an item stands.
//!
//! The YAML library tells places only in its errors. So the text is read once more by a reader
//! that walks down the path and raises an error at its end.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step down from a map or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::profile) enum Step {
    /// Key of a map.
    Key(String),
    /// Index in a list, from 0.
    Index(usize),
}

/// A path as it is shown: `clients.default.redirect_uris[0]`.
pub(super) fn show(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => {
                out.push('.');
                out.push_str(key);
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    out
}

/// The line of the last step that the text has; `None` for the whole file.
pub(super) fn line(text: &str, path: &[Step]) -> Option<usize> {
    (1..=path.len()).rev().find_map(|length| exact(text, &path[..length]))
}

fn exact(text: &str, path: &[Step]) -> Option<usize> {
    let found = Find(path).deserialize(serde_yaml::Deserializer::from_str(text));
    found.err()?.location().map(|at| at.line())
}

/// Stops with an error where the path ends.
struct Find<'p>(&'p [Step]);

impl Find<'_> {
    fn scalar<E: Error>(&self) -> Result<(), E> {
        if self.0.is_empty() { Err(E::custom("here")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Find<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Find<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((step, rest)) = self.0.split_first() else {
            return Err(A::Error::custom("here"));
        };
        if let Step::Index(wanted) = step {
            for _ in 0..*wanted {
                if items.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(());
                }
            }
            items.next_element_seed(Find(rest))?;
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Some((step, rest)) = self.0.split_first() else {
            return Err(A::Error::custom("here"));
        };
        while let Some(matches) =
            entries.next_key_seed(Key { wanted: step, last: rest.is_empty() })?
        {
            if matches {
                entries.next_value_seed(Find(rest))?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Line and column of the first key that its map has already.
pub(super) fn repeated(text: &str) -> Option<(usize, usize)> {
    let found = Repeated.deserialize(serde_yaml::Deserializer::from_str(text));
    found.err()?.location().map(|at| (at.line(), at.column()))
}

/// Stops with an error at a key that its map has already.
#[derive(Clone, Copy)]
struct Repeated;

impl<'de> DeserializeSeed<'de> for Repeated {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Repeated {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while entries.next_key_seed(Fresh(&mut seen))?.is_some() {
            entries.next_value_seed(self)?;
        }
        Ok(())
    }
}

/// A key, which has to be a new one.
struct Fresh<'s>(&'s mut HashSet<String>);

impl<'de> DeserializeSeed<'de> for Fresh<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Fresh<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        if self.0.insert(key.to_owned()) { Ok(()) } else { Err(E::custom("twice")) }
    }
}

/// Tells whether a key is the wanted one; stops with an error if it is also the last.
struct Key<'p> {
    wanted: &'p Step,
    last: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        let matches = matches!(self.wanted, Step::Key(wanted) if wanted == key);
        if matches && self.last { Err(E::custom("here")) } else { Ok(matches) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# comment
a:
  b: 1

  'c': {d: x,
        e: y}
list:
  - one
  - k: v
    l: w
  - [1, 2]
1: number
";

    fn path(keys: &[&str]) -> Vec<Step> {
        keys.iter()
            .map(|key| key.parse().map_or_else(|_| Step::Key((*key).to_owned()), Step::Index))
            .collect()
    }

    #[test]
    fn finds_keys_and_items() {
        for (keys, expected) in [
            (&["a"][..], 2),
            (&["a", "b"], 3),
            (&["a", "c"], 5),
            (&["a", "c", "e"], 6),
            (&["list", "0"], 8),
            (&["list", "1"], 9),
            (&["list", "1", "l"], 10),
            (&["list", "2", "1"], 11),
        ] {
            assert_eq!(line(TEXT, &path(keys)), Some(expected), "{keys:?}");
        }
    }

    #[test]
    fn falls_back_to_what_is_there() {
        assert_eq!(line(TEXT, &path(&["a", "zzz", "y"])), Some(2));
        assert_eq!(line(TEXT, &path(&["list", "9"])), Some(7));
        assert_eq!(line(TEXT, &path(&["zzz"])), None);
        assert_eq!(line(TEXT, &[]), None);
    }

    #[test]
    fn finds_a_key_that_comes_twice() {
        assert_eq!(repeated(TEXT), None);
        assert_eq!(repeated("a: 1\nb: {c: 1}\na: 2\n"), Some((3, 1)));
        assert_eq!(repeated("a:\n  - b: 1\n    c: 1\n    b: 2\n"), Some((4, 5)));
    }

    #[test]
    fn shows_a_path() {
        assert_eq!(show(&path(&["a", "0", "b"])), "a[0].b");
    }
}
