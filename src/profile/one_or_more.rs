//! Values that stand in a file as one word, or as a list of at least one.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, de};

/// What can stand in a file as one word, or a few.
pub(super) trait Word: Sized {
    /// What it is called where something else is found.
    const EXPECTED: &'static str;

    /// What a text says.
    fn read<E: de::Error>(text: &str) -> Result<Self, E>;
}

/// What a word, or a list of them, makes.
pub(super) trait OneOrMore: Sized {
    /// Each of them.
    type Word: Word;

    /// What it is called where something else is found.
    const EXPECTED: &'static str;

    /// What is said of an empty list.
    const EMPTY: &'static str;

    /// What these make; there is at least one.
    fn from_words(words: Vec<Self::Word>) -> Self;

    /// What a map makes, where one may stand there, too.
    fn from_map<'de, A: de::MapAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(de::Error::invalid_type(de::Unexpected::Map, &Self::EXPECTED))
    }
}

/// Reads one word or a list.
pub(super) fn read<'de, T: OneOrMore, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_any(Read(PhantomData))
}

struct Read<T>(PhantomData<T>);

impl<'de, T: OneOrMore> de::Visitor<'de> for Read<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_words(vec![T::Word::read(text)?]))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        let mut words = Vec::new();
        while let Some(Item(word)) = items.next_element()? {
            words.push(word);
        }
        if words.is_empty() { Err(de::Error::custom(T::EMPTY)) } else { Ok(T::from_words(words)) }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}

/// A word in a list.
struct Item<T>(T);

impl<'de, T: Word> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor(PhantomData))
    }
}

struct ItemVisitor<T>(PhantomData<T>);

impl<T: Word> de::Visitor<'_> for ItemVisitor<T> {
    type Value = Item<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Item<T>, E> {
        T::read(text).map(Item)
    }
}
