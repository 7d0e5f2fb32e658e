//! What stands for the placeholders of actions, operations and login forms.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::profile::{Profile, User};

/// What stands for the placeholders of actions and operations: `{name}` becomes the value.
#[derive(Debug, Clone, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// What the profile itself gives: its things by role, `user.ROLE` and `client.ROLE`.
    pub fn of(profile: &Profile) -> Self {
        let users = profile.users.iter().filter_map(|(role, user)| {
            user.id.as_ref().map(|id| (format!("user.{role}"), id.clone()))
        });
        let clients = profile.clients.iter();
        let clients = clients.map(|(role, client)| (format!("client.{role}"), client.id.clone()));
        let things = profile.things.iter().map(|(role, id)| (role.clone(), id.clone()));
        let base_url = ("base_url".to_owned(), profile.base_url.clone());
        Self(users.chain(clients).chain(things).chain([base_url]).collect())
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A text with every placeholder filled in that is known.
    pub fn fill(&self, text: &str) -> String {
        let each = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), each)
    }

    /// The same in the words of a target: those that it has words of its own for, one by one.
    #[must_use]
    pub(super) fn in_words(&self, words: &BTreeMap<String, String>) -> Self {
        let own = |word: &str| words.get(word).map_or_else(|| word.to_owned(), Clone::clone);
        let each = self.0.iter().map(|(name, value)| {
            let parts: Vec<String> = value.split(' ').map(own).collect();
            (name.clone(), parts.join(" "))
        });
        Self(each.collect())
    }

    /// The words of the value that a string such as `{scopes:list}` stands for.
    fn list(&self, text: &str) -> Option<Value> {
        let name = text.strip_prefix('{')?.strip_suffix(":list}")?;
        Some(self.0.get(name)?.split_whitespace().map(Value::from).collect())
    }

    /// The same in every string of a JSON value; `{seconds}` and nothing else becomes a number, and
    /// `{scopes:list}` a list.
    pub fn fill_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text == "{seconds}" => {
                let filled = self.fill(text);
                filled.parse::<u64>().map_or(Value::String(filled), Value::from)
            }
            Value::String(text) => {
                self.list(text).unwrap_or_else(|| Value::String(self.fill(text)))
            }
            Value::Array(items) => items.iter().map(|item| self.fill_json(item)).collect(),
            Value::Object(members) => {
                let filled =
                    |(name, member): (&String, &Value)| (name.clone(), self.fill_json(member));
                members.iter().map(filled).collect()
            }
            other => other.clone(),
        }
    }
}

/// What a user's placeholders stand for.
pub(super) fn of_user(user: &User) -> Values {
    let identity = user.identity.as_ref().unwrap_or(&user.login);
    Values::default()
        .with("login", user.login.as_str())
        .with("password", &*user.password)
        .with("id", user.id.as_deref().unwrap_or_default())
        .with("identity", identity.as_str())
}
