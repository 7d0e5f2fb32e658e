//! The ways of client authentication that a server's metadata name (RFC 8414 §2), at each endpoint.

use super::definition::{given, then};
use super::metadata::{ask, members, names};
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::observe::Mismatch;

/// The ways that the metadata name for an endpoint; what holds where they name none is not judged.
async fn named(w: &mut World, endpoint: &str) -> Result<Vec<String>, String> {
    ask(w).await?;
    let named = names(&members(w)?, &format!("{endpoint}_auth_methods_supported"));
    let text = format!("the metadata name no ways of client authentication at the {endpoint}");
    w.need(named.ok_or(Unmet::Lacking(text)))
}

given!(
    "the metadata name {word} as a way of authentication at the {word}",
    are_named(method, endpoint).await
);
async fn are_named(w: &mut World, method: String, endpoint: String) -> StepResult {
    let named = named(w, &endpoint).await?;
    let text = || Unmet::Lacking(format!("the metadata do not name {method} at the {endpoint}"));
    w.need(named.contains(&method).then_some(()).ok_or_else(text))
}

then!(
    "the metadata list {client}'s way of authentication, if they have such a list",
    list_way(client)
);
/// A client without a secret or a key has no such way.
fn list_way(w: &mut World, client: Client) -> StepResult {
    let entry = w.driver().client(&client.0);
    let ways = w.need(entry)?.authentication;
    let none = || Unmet::Lacking("the client does not authenticate".to_owned());
    let way = w.need(ways.map(|ways| ways.first()).ok_or_else(none))?;
    is_listed(w, way.name(), "token_endpoint_auth_methods_supported")
}

then!("the metadata list {string} among {word}, if they have such a list", list(value, member));
fn list(w: &mut World, value: String, member: String) -> StepResult {
    is_listed(w, &value, &member)
}

/// Judges that a list has what was seen to work.
fn is_listed(w: &mut World, value: &str, member: &str) -> StepResult {
    let listed = names(&members(w)?, member);
    let lacking = || Unmet::Lacking(format!("the metadata have no {member}"));
    let listed = w.need(listed.ok_or_else(lacking))?;
    w.judge(match listed.iter().any(|it| it == value) {
        true => Ok(()),
        false => {
            let expected = format!("{value:?}, which works, in {member:?}");
            Err(Mismatch::new(expected, format!("{listed:?}")))
        }
    })
}
