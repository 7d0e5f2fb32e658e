//! What was granted, over every refresh: never more than the user agreed to, whatever is asked for
//! (RFC 6749 §6).

use super::expected::{Expectation, Judge};
use super::model::Pair;
use super::oracle::{Finding, Terms};
use super::tried::Tried;
use crate::observe::success::Tokens;
use crate::profile::Profile;

const RULE: &str = "refresh/scope-never-widens";

/// The scopes that a token needs for the scoped resource, where the profile says which.
pub(super) fn needed(profile: &Profile) -> Vec<&str> {
    let Some(resource) = &profile.scoped_resource else { return Vec::new() };
    let (Some(opens), Some(narrow)) = (&resource.scope, &resource.narrow_scope) else {
        return Vec::new();
    };
    let kept: Vec<&str> = narrow.split(' ').collect();
    opens.split(' ').filter(|scope| !kept.contains(scope)).collect()
}

/// The scopes that the profile knows of.
fn known(profile: &Profile) -> impl Iterator<Item = &str> {
    let of_clients = profile.clients.values().filter_map(|client| profile.scope(client));
    of_clients.chain(needed(profile))
}

/// Whether each of these scopes is one of those.
pub(super) fn is_within(scopes: &str, granted: &str) -> bool {
    let granted: Vec<&str> = granted.split_whitespace().collect();
    scopes.split_whitespace().all(|scope| granted.contains(&scope))
}

/// What a refresh tells of its scope, beside what was granted at first. Where nothing else was `asked` for, and
/// the profile knows of nothing else, there is nothing that it could tell of.
pub(super) fn widened(
    terms: &Terms,
    (before, asked, tokens): (&Pair, Option<&str>, &Tokens),
    tried: &mut Tried,
) -> Option<Finding> {
    let (granted, told) = (before.granted.as_deref()?, tokens.scope.as_deref()?);
    let level = terms.level(RULE)?;
    let widened = !is_within(told, granted);
    let beyond = |scopes: &str| !is_within(scopes, granted);
    if widened || asked.is_some_and(beyond) || known(&terms.profile).any(beyond) {
        tried.note("scope-never-grows");
    }
    widened.then(|| Finding {
        rule: Some(RULE),
        level,
        ..Finding::plain("scope-never-grows", "a refresh that tells of more than was granted")
    })
}

impl Judge<'_> {
    /// Whether a token opens the resource that needs a scope.
    pub(super) fn scope(&self, pair: &Pair, to: &mut Expectation) {
        let profile = &self.terms.profile;
        let Some(resource) = &profile.scoped_resource else { return };
        let client = profile.clients.values().find(|client| client.id == pair.client);
        let asked = client.and_then(|client| profile.scope(client));
        let needed = needed(profile);
        if let (Some(told), false) = (&pair.told, needed.is_empty()) {
            let lacks = |scope: &&str| !is_within(scope, told);
            if needed.iter().all(lacks) {
                return to.refuse("bearer/insufficient-scope");
            }
        }
        let narrow = resource.narrow_scope.as_deref();
        let opens = resource.scope.as_deref();
        if !pair.ordinary || asked.is_none() {
            to.open = true;
        } else if asked == narrow {
            to.refuse("bearer/insufficient-scope");
        } else {
            to.open |= asked != opens;
        }
    }
}
