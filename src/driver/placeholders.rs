//! What stands for the placeholders of actions, operations and login forms.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use crate::profile::{Profile, User};
use crate::wire::form;

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
        if !text.contains('{') {
            return text.to_owned();
        }
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

/// What stands for the placeholders of a page: it may lack what they are about, and scripts leave that out.
pub(super) struct OfPage {
    values: Values,
    /// The parameters of its URL; of those that are repeated the last, as scripts have it.
    query: Map<String, Value>,
}

impl OfPage {
    /// Those of the page at this URL.
    pub(super) fn new(values: Values, page: &Url) -> Self {
        let query = page.query_pairs().map(|(name, value)| (name.into_owned(), value.into()));
        Self { values, query: query.collect() }
    }

    /// What a text names that the page does not have, as it stands there.
    fn absent<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        let names = names.map(|(name, _)| name);
        let of_page = |name: &&str| name.starts_with("query.") || name.starts_with("cookie.");
        names.filter(of_page).filter(|name| !self.values.0.contains_key(*name))
    }

    /// A text with every placeholder filled in, and nothing in place of what the page does not have.
    pub(super) fn fill(&self, text: &str) -> String {
        let without = |left: String, name| left.replace(&format!("{{{name}}}"), "");
        let left = self.absent(text).fold(text.to_owned(), without);
        let all = || {
            let text = |(name, value): (&String, &Value)| {
                (name.clone(), value.as_str().unwrap_or_default().to_owned())
            };
            form::encode(&self.query.iter().map(text).collect())
        };
        let left = if left.contains(ALL) { left.replace(ALL, &all()) } else { left };
        self.values.fill(&left)
    }

    /// The same for a URL: what stands behind its `?` is encoded, as a script has to do it. `{search}` in the place
    /// of a parameter is the page's own query, byte for byte.
    pub(super) fn fill_url(&self, url: &str) -> String {
        let Some((place, query)) = url.split_once('?') else { return self.fill(url) };
        let encoded = |(name, value): (&String, &String)| (name.clone(), form::escape(value));
        let values = Values(self.values.0.iter().map(encoded).collect());
        let escaped = Self { values, query: self.query.clone() };
        let own = self.values.0.get("search").map_or("", String::as_str);
        let part = |part: &str| if part == SEARCH { own.to_owned() } else { escaped.fill(part) };
        let parts: Vec<String> = query.split('&').map(part).collect();
        format!("{}?{}", self.fill(place), parts.join("&"))
    }

    /// Whether a text is about nothing but what the page does not have.
    fn is_absent(&self, text: &str) -> bool {
        self.absent(text).next().is_some_and(|name| text.len() == name.len() + 2)
    }

    /// A field of a header or of a form; none where it is about what the page does not have, and all parameters
    /// of the page in place of one that is called `...`.
    pub(super) fn field(&self, (name, value): (&String, &String)) -> Vec<(String, String)> {
        if name == SPREAD && value == ALL {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            return self.query.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        }
        let absent = self.is_absent(value);
        (!absent).then(|| (name.clone(), self.fill(value))).into_iter().collect()
    }

    /// The same in every string of a JSON value; `{query}` and nothing else becomes an object of all parameters of
    /// the page, whose members are those of the object itself where it is called `...`.
    pub(super) fn json(&self, value: &Value) -> Value {
        self.present(value).unwrap_or_default()
    }

    fn present(&self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) if text == ALL => Some(Value::Object(self.query.clone())),
            Value::String(text) if self.is_absent(text) => None,
            Value::String(text) if self.absent(text).next().is_some() || text.contains(ALL) => {
                Some(Value::String(self.fill(text)))
            }
            Value::Array(items) => Some(items.iter().filter_map(|it| self.present(it)).collect()),
            Value::Object(members) => {
                let spread = members.get(SPREAD).is_some_and(|value| value == ALL);
                let mut all = if spread { self.query.clone() } else { Map::new() };
                let own = members.iter().filter(|(name, _)| !spread || *name != SPREAD);
                all.extend(own.filter_map(|(name, it)| Some((name.clone(), self.present(it)?))));
                Some(Value::Object(all))
            }
            other => Some(self.values.fill_json(other)),
        }
    }
}

/// The query of a page's URL, as it stands there.
const SEARCH: &str = "{search}";

/// All parameters of a page.
const ALL: &str = "{query}";

/// Name of a member in whose place the members of its value stand.
const SPREAD: &str = "...";

/// What a user's placeholders stand for.
pub(super) fn of_user(user: &User) -> Values {
    let identity = user.identity.as_ref().unwrap_or(&user.login);
    Values::default()
        .with("login", user.login.as_str())
        .with("password", &*user.password)
        .with("id", user.id.as_deref().unwrap_or_default())
        .with("identity", identity.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_page_does_not_have_is_left_out() {
        let page = Url::parse("http://127.0.0.1/login?client_id=a&state=b%20c").unwrap();
        let values = Values::default().with("query.client_id", "a").with("query.state", "b c");
        let of_page = OfPage::new(values.with("login", "alice"), &page);
        let filled = of_page.json(&json!({
            "client": "{query.client_id}",
            "challenge": "{query.code_challenge}",
            "token": "{cookie.XSRF}",
            "list": ["{query.scope}", "{query.state}"],
            "text": "{login}:{query.scope}:{query.state}",
            "taken": "{proof}",
        }));
        assert_eq!(
            filled,
            json!({"client": "a", "list": ["b c"], "text": "alice::b c", "taken": "{proof}"})
        );
        assert_eq!(of_page.json(&json!("{query}")), json!({"client_id": "a", "state": "b c"}));
        assert_eq!(
            of_page.json(&json!({"...": "{query}", "state": "d", "user": "{login}"})),
            json!({"client_id": "a", "state": "d", "user": "alice"})
        );
        assert_eq!(
            of_page.json(&json!({"request": "{query}"})),
            json!({"request": {"client_id": "a", "state": "b c"}})
        );
        assert_eq!(of_page.fill("/next?{query}&x={query.x}"), "/next?client_id=a&state=b+c&x=");
        let field = |name: &str, value: &str| of_page.field((&name.to_owned(), &value.to_owned()));
        assert_eq!(field("X-XSRF", "{cookie.XSRF}"), []);
        assert_eq!(field("scope", "{query.scope}"), []);
        assert_eq!(field("user", "{login}"), [("user".to_owned(), "alice".to_owned())]);
        let both =
            [("client_id", "a"), ("state", "b c")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(field("...", "{query}"), both);
    }

    #[test]
    fn what_stands_behind_the_question_mark_of_a_url_is_encoded() {
        let page = Url::parse("http://127.0.0.1/login?state=b%20c%26d").unwrap();
        let values = Values::default().with("query.state", "b c&d").with("query.to", "/back?x=1");
        let values = values.with("search", "state=b%20c%26d&state=e");
        let of_page = OfPage::new(values, &page);
        for (url, filled) in [
            ("{query.to}", "/back?x=1"),
            ("/go?state={query.state}&to={query.to}", "/go?state=b+c%26d&to=%2Fback%3Fx%3D1"),
            ("/go?{query}", "/go?state=b+c%26d"),
            ("/go?a={query.none}", "/go?a="),
        ] {
            assert_eq!(of_page.fill_url(url), filled, "{url}");
        }
    }
}
