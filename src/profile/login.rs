//! How the user signs in and decides: by pages that are recognised, by requests that the profile names,
//! by a command, or by a browser.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// How the login and consent pages are answered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Words on the choice that grants, beside the built-in ones.
    #[serde(default)]
    pub grant_words: Vec<String>,
    /// Words on the choice that denies, beside the built-in ones.
    #[serde(default)]
    pub deny_words: Vec<String>,
    /// What goes into fields of the login page, by their names; `{login}`, `{password}`, `{id}` and
    /// `{identity}` are the user's.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// What is sent in place of a script on the pages, in this order.
    #[serde(default)]
    pub steps: Vec<LoginStep>,
    /// Program that signs in and decides, and its arguments; `{url}` is the authorization request's.
    #[serde(default)]
    pub command: Vec<String>,
    /// URL of a WebDriver server (chromedriver) whose browser runs the scripts of the pages.
    #[serde(default)]
    pub webdriver: Option<String>,
    /// A person who signs in in a browser of their own, where no program may.
    #[serde(default)]
    pub person: Option<Attendant>,
}

/// How a person is asked to sign in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Attendant {
    /// How often at most.
    pub times: usize,
    /// How long they may take each time.
    #[serde(deserialize_with = "super::load::duration")]
    pub within: Duration,
}

impl Default for Attendant {
    fn default() -> Self {
        Self { times: 3, within: Duration::from_secs(300) }
    }
}

impl Login {
    /// Whether the requests in place of a script grant, and none of them denies.
    pub fn only_grants(&self) -> bool {
        let has = |wanted| self.steps.iter().any(|step| step.decision == Some(wanted));
        has(Decision::Grant) && !has(Decision::Deny)
    }

    /// Whether it depends on this name what is sent in place of a script.
    pub fn depends_on(&self, name: &str) -> bool {
        self.steps.iter().any(|step| step.when.contains_key(name))
    }

    /// Whether a request is sent for nothing but what others depend on: its answer may be that there is none.
    pub fn is_question(&self, step: &LoginStep) -> bool {
        let mut names = step.take.keys();
        !step.take.is_empty() && step.follow.is_none() && names.all(|name| self.depends_on(name))
    }

    /// Whether something else than the forms of pages signs in and decides.
    pub fn is_scripted(&self) -> bool {
        !self.steps.is_empty() || !self.command.is_empty() || self.webdriver.is_some()
    }
}

/// A request in place of a script. In URL, header fields, form and JSON are filled in: `{login}`,
/// `{password}`, `{id}`, `{identity}`, `{url}` and `{query.NAME}` (of the page that the browser is on),
/// `{cookie.NAME}`, and what earlier answers gave. `{query}` is all parameters of the page,
/// and `{search}` its query as it stands in the URL.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginStep {
    /// Beginning of the path of the pages on which it is sent; absent: any.
    #[serde(default)]
    pub at: Option<String>,
    /// Values of earlier names with which alone it is sent, by these; empty: where the answer had none.
    #[serde(default)]
    pub when: BTreeMap<String, String>,
    /// Decision with which it is sent; absent: with either.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// Method; POST if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// URL, absolute or relative to the page.
    pub url: String,
    /// Header fields.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Form parameters.
    #[serde(default)]
    pub form: BTreeMap<String, String>,
    /// JSON body.
    #[serde(default)]
    pub json: Option<Value>,
    /// Names for this step and later ones, by pieces of the page's text in which `*` stands for the value.
    #[serde(default)]
    pub find: BTreeMap<String, String>,
    /// Names for later, by JSON pointers (RFC 6901) into the answer.
    #[serde(default)]
    pub take: BTreeMap<String, String>,
    /// JSON pointer to the URL in the answer that the browser goes on to; or that URL itself, with a
    /// placeholder.
    #[serde(default)]
    pub follow: Option<String>,
}

/// What the user decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Grants.
    Grant,
    /// Denies.
    Deny,
}
