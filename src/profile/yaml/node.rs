//! A deserializer over a YAML tree that knows where it is.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_yaml::{Mapping, Number, Sequence, Value, mapping};

use super::Env;
use super::env;
use super::failure::Failure;
use super::locate::Step;

/// One value of the tree.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    value: &'t Value,
    env: Option<&'t Env<'t>>,
}

impl<'t> Node<'t> {
    pub(super) fn new(value: &'t Value, env: Option<&'t Env<'t>>) -> Self {
        Self { value, env }
    }

    fn filled(self, raw: &'t str) -> Result<Cow<'t, str>, Failure> {
        match self.env {
            Some(env) => env::fill(raw, env).map_err(Failure::variable),
            None => Ok(Cow::Borrowed(raw)),
        }
    }

    fn map<V: Visitor<'t>>(self, map: &'t Mapping, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_map(Entries { rest: map.iter(), env: self.env, value: None })
    }

    fn list<V: Visitor<'t>>(self, list: &'t Sequence, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_seq(Items { rest: list.iter().enumerate(), env: self.env })
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(raw) => {
                visitor.visit_str(&self.filled(raw)?).map_err(|failure: Failure| failure.about(raw))
            }
            Value::Sequence(list) => self.list(list, visitor),
            Value::Mapping(map) => self.map(map, visitor),
            Value::Tagged(tagged) => {
                Err(Failure::custom("must not have a YAML tag; write a map of one key instead")
                    .about(&tagged.tag.to_string()))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::Null => visitor.visit_seq(Items { rest: [].iter().enumerate(), env: None }),
            _ => self.deserialize_any(visitor),
        }
    }

    /// A key with nothing after it is an empty map: its members may all be commented out.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::Null => visitor.visit_map(serde::de::value::MapDeserializer::new(
                std::iter::empty::<(&str, &str)>(),
            )),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.value {
            // Serde would take the items of a list for the members in order.
            Value::Sequence(_) => Err(Failure::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.value {
            Value::String(raw) => {
                let word = self.filled(raw)?;
                let content = None;
                visitor
                    .visit_enum(Choice { word: &word, content })
                    .map_err(|failure: Failure| failure.about(raw))
            }
            Value::Mapping(map) => match (map.len(), map.iter().next()) {
                (1, Some((Value::String(word), value))) => {
                    let content = Some(Node { value, env: self.env });
                    visitor.visit_enum(Choice { word, content })
                }
                _ => Err(Failure::custom(one_of("must be a map of one key", known))),
            },
            _ => Err(Failure::custom(one_of("must be a word or a map of one key", known))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple tuple_struct identifier ignored_any
    }
}

fn one_of(what: &str, known: &[&str]) -> String {
    format!("{what}; known: {}", known.join(", "))
}

fn visit_number<'t, V: Visitor<'t>>(number: &Number, visitor: V) -> Result<V::Value, Failure> {
    if let Some(value) = number.as_u64() {
        visitor.visit_u64(value)
    } else if let Some(value) = number.as_i64() {
        visitor.visit_i64(value)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
    }
}

/// The items of a list.
struct Items<'t> {
    rest: std::iter::Enumerate<std::slice::Iter<'t, Value>>,
    env: Option<&'t Env<'t>>,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        let Some((index, value)) = self.rest.next() else { return Ok(None) };
        seed.deserialize(Node { value, env: self.env })
            .map(Some)
            .map_err(|failure| failure.within(Step::Index(index)))
    }
}

/// The entries of a map.
struct Entries<'t> {
    rest: mapping::Iter<'t>,
    env: Option<&'t Env<'t>>,
    value: Option<(String, &'t Value)>,
}

impl<'t> MapAccess<'t> for Entries<'t> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        let Value::String(name) = key else {
            return Err(Failure::custom("has a key that is not text; put the key in quotes"));
        };
        self.value = Some((name.clone(), value));
        // Keys are taken as they stand: `${NAME}` is filled in values only.
        seed.deserialize(Node { value: key, env: None }).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Failure> {
        let Some((name, value)) = self.value.take() else {
            return Err(Failure::custom("was read without its key"));
        };
        seed.deserialize(Node { value, env: self.env })
            .map_err(|failure| failure.within(Step::Key(name)))
    }
}

/// A word, or a map of one key: a variant of an enum.
struct Choice<'t, 'w> {
    word: &'w str,
    content: Option<Node<'t>>,
}

impl<'t, 'w> EnumAccess<'t> for Choice<'t, 'w> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Result<(V::Value, Self), Failure> {
        let word: serde::de::value::StrDeserializer<'_, Failure> = self.word.into_deserializer();
        match seed.deserialize(word) {
            Ok(variant) => Ok((variant, self)),
            Err(failure) => {
                Err(if self.content.is_some() { failure.about(self.word) } else { failure })
            }
        }
    }
}

impl<'t> Choice<'t, '_> {
    fn inside<T>(self, read: impl FnOnce(Node<'t>) -> Result<T, Failure>) -> Result<T, Failure> {
        match self.content {
            Some(node) => {
                read(node).map_err(|failure| failure.within(Step::Key(self.word.to_owned())))
            }
            None => Err(Failure::custom("needs settings: write it as a map of one key")),
        }
    }
}

impl<'t> VariantAccess<'t> for Choice<'t, '_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        match self.content {
            None => Ok(()),
            Some(node) if node.value.is_null() => Ok(()),
            Some(_) => {
                Err(Failure::custom("takes no settings; write the word alone").about(self.word))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Result<T::Value, Failure> {
        self.inside(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.inside(|node| node.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.inside(|node| node.deserialize_map(visitor))
    }
}
