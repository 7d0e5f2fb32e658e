//! Tokens that carry certain scopes of the documents, and no others.

use std::collections::BTreeMap;

use super::Unmet;
use super::flow::{Client, Driver};
use crate::profile::Scope;

/// What a token is to carry, by the names of the documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Carrying {
    /// Everything that the target's tokens can carry.
    #[default]
    Everything,
    /// These scopes.
    Only(Vec<String>),
    /// Everything but these.
    AllBut(Vec<String>),
    /// What this client asks for usually.
    Usual(Client),
}

/// Whom to ask for a token, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The client.
    pub client: Client,
    /// The scope to ask for; `None`: what the client asks for usually.
    pub scope: Option<String>,
}

impl Driver {
    /// How to come by a token that carries this.
    ///
    /// # Errors
    /// Where the profile defines no way to one.
    pub fn asking(&self, carrying: &Carrying) -> Result<Asking, Unmet> {
        let known = &self.site.profile.scopes;
        let named = |wanted: &[String]| {
            let missing = wanted.iter().find(|name| !known.contains_key(*name));
            match missing {
                None => Ok(wanted.iter().filter_map(|name| known.get(name)).collect()),
                Some(name) => Err(Unmet::Lacking(format!(
                    "the profile defines no way to obtain a token with the scope `{name}` (`scopes.{name}`)"
                ))),
            }
        };
        let asking = match carrying {
            Carrying::Usual(client) => Some(Asking { client: client.clone(), scope: None }),
            Carrying::Everything if known.is_empty() => {
                Some(Asking { client: Client::default_role(), scope: None })
            }
            Carrying::Everything => most(&known.values().collect::<Vec<_>>()),
            Carrying::Only(wanted) => {
                let wanted: Vec<&Scope> = named(wanted)?;
                most(&wanted)
                    .filter(|_| wanted.windows(2).all(|two| two[0].client == two[1].client))
            }
            Carrying::AllBut(unwanted) => {
                let others = known.iter().filter(|(name, _)| !unwanted.contains(name));
                most(&others.map(|(_, scope)| scope).collect::<Vec<_>>())
            }
        };
        asking.ok_or_else(|| {
            let text = "the profile defines no client that can obtain such a token (`scopes`)";
            Unmet::Lacking(text.to_owned())
        })
    }
}

/// As many of these scopes as one client can have in one token.
fn most(scopes: &[&Scope]) -> Option<Asking> {
    let mut clients: BTreeMap<&str, Vec<&Scope>> = BTreeMap::new();
    for scope in scopes {
        clients.entry(&scope.client).or_default().push(scope);
    }
    let (client, scopes) = clients.into_iter().max_by_key(|(_, scopes)| scopes.len())?;
    let asked: Vec<&str> = scopes.iter().filter_map(|scope| scope.ask.as_deref()).collect();
    let scope = (!asked.is_empty()).then(|| asked.join(" "));
    Some(Asking { client: Client(client.to_owned()), scope })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(client: &str, ask: Option<&str>) -> Scope {
        Scope { client: client.to_owned(), ask: ask.map(str::to_owned) }
    }

    fn asked(scopes: &[&Scope]) -> (String, Option<String>) {
        let asking = most(scopes).unwrap();
        (asking.client.0, asking.scope)
    }

    #[test]
    fn one_client_asks_for_all_that_it_can_have() {
        let (a, b, c) = (scope("x", Some("a")), scope("x", Some("b")), scope("y", Some("c")));
        assert_eq!(asked(&[&a, &c, &b]), ("x".to_owned(), Some("a b".to_owned())));
        assert_eq!(most(&[]), None);
    }

    #[test]
    fn a_client_whose_tokens_carry_one_scope_asks_for_none() {
        assert_eq!(asked(&[&scope("only-a", None)]), ("only-a".to_owned(), None));
    }
}
