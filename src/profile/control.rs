//! What acts on the target from outside: its clock, hooks and actions.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How time passes on the target: `none`, `real`, `{http: {…}}` or `{command: […]}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Clock {
    /// Nothing moves it, and nothing waits for it.
    None,
    /// It is real: the suite waits, within its time budget.
    #[default]
    Real,
    /// It is moved by an HTTP request; `{seconds}` is filled in.
    Http(HttpCall),
    /// It is moved by a command; `{seconds}` is filled in.
    Command(Vec<String>),
}

/// A hook on the target that can be pulled and let go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Pulls it.
    pub on: Action,
    /// Lets it go.
    pub off: Action,
}

/// Something to do to the target from outside: `{http: {…}}` or `{command: […]}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Action {
    /// An HTTP request.
    Http(HttpCall),
    /// A command and its arguments.
    Command(Vec<String>),
}

/// An HTTP request to the target's own control.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpCall {
    /// Method; POST if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// URL, absolute or relative to `base_url`; `{base_url}` and `{seconds}` are filled in, and for
    /// actions what the scenario gives, as in operations.
    pub url: String,
    /// Header fields.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// JSON body; `{base_url}` and `{seconds}` in its strings are filled in. A string that is
    /// `{seconds}` and nothing else becomes a number, and `{scopes:list}` a list of the scopes.
    #[serde(default)]
    pub json: Option<serde_json::Value>,
    /// The target's own words for those that the suite fills in, for instance of scopes.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// JSON pointer (RFC 6901) to what an action yields, for instance a developer token.
    #[serde(default)]
    pub result: Option<String>,
}
