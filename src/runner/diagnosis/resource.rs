//! The resource that tells whether a token lives: it is served to the tokens of a user, to no others,
//! and names the user.

use std::sync::Arc;

use serde_json::Value;

use super::checks::{Checked, Examiner, Found};
use super::flows::{Part, Stop, play};
use super::{Finding, Flow};
use crate::driver::flow::Pair;
use crate::observe::observed::json;
use crate::profile::Amendment;
use crate::wire::Response;

const RESOURCE: &str = "the resource is served for a new access token";
const INTROSPECTED: &str = "introspection says that a new access token is active";

impl Examiner {
    /// The resource: served to a token, to nothing else, and it names the user.
    pub async fn resource(&mut self, pair: &Pair) -> Vec<Checked> {
        if self.site.resource.is_none() {
            let unserved = self.site.profile.unserved.clone();
            let text = unserved.unwrap_or_else(|| "the profile defines no `resource`".to_owned());
            return vec![Checked::new("resource", RESOURCE, Found::Absent(text))];
        }
        let good = match self.site.profile.introspecting() {
            Some(_) => INTROSPECTED,
            None => RESOURCE,
        };
        match self.driver.served(&pair.access).await {
            Ok(()) => {
                let body = self.last_response().cloned();
                let mut found = vec![Checked::new("", good, Found::Good)];
                found.extend(self.identity(body.as_ref()).await);
                found.push(self.junk(body.as_ref()).await);
                found
            }
            Err(unmet) => {
                let stop = Stop { flow: Flow::Resource, unmet, journey: None };
                let finding = self.diagnose(&Part::of("default"), Flow::Resource, &stop).await;
                vec![Checked::new("resource", good, Found::Bad(Box::new(finding)))]
            }
        }
    }

    /// A resource that serves whatever token it is given tells nothing.
    async fn junk(&mut self, served: Option<&Response>) -> Checked {
        const GOOD: &str = "the resource refuses a token that nobody issued";
        let junk = self.driver.fresh(32);
        let what = self.driver.probe(&junk).await;
        let to_junk = self.last_response().map(|response| response.body.clone());
        let found = match what {
            Ok(what) if what.is_served() => {
                let mut finding = self.finding(
                    "the resource is served to a token that nobody issued",
                    "it tells nothing about tokens",
                    &["resource.url"],
                );
                // The same for everybody: no answer of a resource that looks at tokens.
                let alike = served.map(|response| &response.body) == to_junk.as_ref();
                finding.certain = alike
                    && self.site.profile.resource.as_ref().is_some_and(|it| it.identity.is_none());
                Found::Bad(Box::new(finding))
            }
            Ok(_) => Found::Good,
            Err(unmet) => Found::Absent(unmet.to_string()),
        };
        Checked::new("resource", GOOD, found)
    }

    /// Whether the resource names the user that signed in.
    async fn identity(&mut self, served: Option<&Response>) -> Vec<Checked> {
        const GOOD: &str = "the resource names the user that signed in";
        let profile = Arc::clone(&self.site.profile);
        let (Some(pointer), Some(served)) =
            (profile.resource.as_ref().and_then(|it| it.identity.as_deref()), served)
        else {
            let text = "nobody can tell whose token it is: the profile defines no \
                        `resource.identity`";
            return vec![Checked::new("identity", GOOD, Found::Absent(text.to_owned()))];
        };
        let Some(user) = profile.user("default") else { return Vec::new() };
        let (expected, body) = (profile.identity(user), json(served).unwrap_or_default());
        let shown = body.pointer(pointer).map(text_of);
        if shown.as_deref() == Some(expected) {
            return vec![Checked::new("identity", GOOD, Found::Good)];
        }
        let what = "the resource does not name the user that signed in";
        let text = match &shown {
            Some(shown) => {
                format!(
                    "{shown:?} at {pointer} instead of {expected:?}, the default user's identity"
                )
            }
            None => format!("it has no member at {pointer}"),
        };
        let finding = self.finding(what, &text, &["resource.identity", "users.default.identity"]);
        let right = pointers(&body).into_iter().find(|(_, value)| value == expected);
        let finding = match (right, shown) {
            (Some((pointer, _)), _) => finding.cured_by(Amendment::identity(pointer)),
            (None, None) => finding.certain(),
            (None, Some(shown)) => self.whose(finding, &shown, pointer).await,
        };
        vec![Checked::new("identity", GOOD, Found::Bad(Box::new(finding)))]
    }

    /// Whether what the resource shows is a name of the user that the profile does not know: then
    /// another user is shown otherwise.
    async fn whose(&mut self, finding: Finding, shown: &str, pointer: &str) -> Finding {
        if self.site.profile.user("second").is_none() {
            return finding;
        }
        let part = Part { user: "second".to_owned(), ..Part::of("default") };
        self.begin();
        let Ok(Some(_)) = play(&mut self.driver, &part, Flow::Resource).await else {
            return finding;
        };
        let body = self.last_response().and_then(json).unwrap_or_default();
        match body.pointer(pointer).map(text_of) {
            Some(other) if other != shown => {
                finding.cured_by(Amendment::user_identity("default", shown.to_owned()))
            }
            _ => finding,
        }
    }
}

/// A scalar of a JSON answer as text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Every text and number of a JSON value, with its pointer.
fn pointers(value: &Value) -> Vec<(String, String)> {
    let under = |name: &str, inner: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        let found = pointers(inner).into_iter();
        found.map(move |(at, text)| (format!("/{name}{at}"), text)).collect::<Vec<_>>()
    };
    match value {
        Value::Object(members) => members.iter().flat_map(|(name, it)| under(name, it)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(at, it)| under(&at.to_string(), it)).collect()
        }
        Value::String(text) => vec![(String::new(), text.clone())],
        Value::Number(number) => vec![(String::new(), number.to_string())],
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}
