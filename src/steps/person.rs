//! People, the tokens that they hold, and the calls that they made.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::operations::Operation;
use super::parameter::parameter;
use crate::driver::scopes::Carrying;
use crate::wire::Secret;

parameter!(
    Person,
    "person",
    r"the user|the second user|the admin|the co-admin|the plain co-admin|the other admin|the service account"
);

/// A person: `the user`, or `the <role>` with the words of the role; `the service account` is whom
/// the newest tokens of the scenario were issued for.
#[derive(Debug, Clone)]
pub(super) struct Person(pub String);

impl FromStr for Person {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(match text {
            "the user" => "default".to_owned(),
            "the second user" => "second".to_owned(),
            text => text.trim_start_matches("the ").replace(' ', "-"),
        }))
    }
}

parameter!(
    Carried,
    "carrying",
    r"only [a-z_]+(?: and [a-z_]+)*|every scope except [a-z_]+(?: and [a-z_]+)*|every scope"
);

/// What a token carries: `only A and B`, `every scope except A and B`, or `every scope`.
#[derive(Debug, Clone)]
pub(super) struct Carried(pub Carrying);

impl FromStr for Carried {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let names = |text: &str| text.split(" and ").map(str::to_owned).collect();
        let all_but = || text.strip_prefix("every scope except ").map(names).map(Carrying::AllBut);
        let only = || text.strip_prefix("only ").map(names).map(Carrying::Only);
        Ok(Self(only().or_else(all_but).unwrap_or_default()))
    }
}

/// A call that was made, so that it can be made again.
#[derive(Debug, Clone)]
pub struct Done {
    pub(super) person: Person,
    pub(super) operation: Operation,
    pub(super) header: Option<(&'static str, String)>,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by the user of role {}", self.operation, self.person.0)?;
        match &self.header {
            Some((name, _)) => write!(f, " with {name}"),
            None => Ok(()),
        }
    }
}

/// People with tokens of their own, and what they did at the API.
#[derive(Default)]
pub struct People {
    /// Access tokens, by role.
    pub held: BTreeMap<String, Secret>,
    /// What the last of these tokens was to carry.
    pub carrying: Carrying,
    /// What was made last.
    pub made: Option<String>,
    /// The last call.
    pub done: Option<Done>,
    /// How much e-mail there was before the last call.
    pub mails: u64,
}
