//! Scopes as requests name them (RFC 6749 §3.3).

use crate::server::policy::Policy;

/// The scopes that a request asks for, or all that it may have where it names none; `None` where it
/// asks for one that it may not have.
pub(in crate::server) fn choose(
    policy: &Policy,
    asked: &str,
    allowed: &[String],
) -> Option<Vec<String>> {
    let mut asked: Vec<&str> = named(policy, asked).collect();
    asked.dedup();
    if asked.is_empty() {
        return Some(allowed.to_vec());
    }
    let known = asked.iter().all(|scope| allowed.iter().any(|known| known == scope));
    known.then(|| asked.into_iter().map(str::to_owned).collect())
}

/// The scopes that a text names.
pub(in crate::server) fn named<'a>(
    policy: &'a Policy,
    text: &'a str,
) -> impl Iterator<Item = &'a str> {
    let parts = |c: char| policy.scope_separators.contains(c);
    text.split(parts).filter(|scope| !scope.is_empty())
}
