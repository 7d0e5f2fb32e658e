//! The ways of client authentication that a server's metadata name (RFC 8414 §2), at each endpoint.

use super::definition::{given, then};
use super::introspection;
use super::metadata::{ask, members, names};
use super::params::Client;
use super::registration::OWN;
use super::world::{StepResult, World};
use crate::driver::{Client as Role, Unmet};
use crate::observe::{Mismatch, Observed};

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

given!(
    "the registered client can introspect its own token, or one that registers for another way can",
    can_introspect().await
);
/// A server that lets nobody in by the way for which the client has registered may let clients in by another that it
/// names. Another client is let in where it is told that the token is not active, too.
async fn can_introspect(w: &mut World) -> StepResult {
    let own = Role(OWN.to_owned());
    let token = w.obtain_tokens(&own).await?.access;
    introspection::ask(w, Some(&own), &token, &[]).await?;
    let what = w.answer()?.what;
    if what.is_served() {
        return w.control(Ok(()));
    }
    for method in named(w, "introspection_endpoint").await? {
        let mut metadata = w.driver().client_metadata();
        w.driver().for_method(&mut metadata, &method);
        let Ok(other) = w.driver().register_as(&format!("client of {method}"), metadata).await
        else {
            continue;
        };
        introspection::ask(w, Some(&other), &token, &[]).await?;
        let what = w.answer()?.what;
        if what.is_served() || what == Observed::Inactive {
            return w.control(Ok(()));
        }
    }
    let text = format!("no client that registers may introspect ({})", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

then!(
    "the metadata list {client}'s way of authentication, if they have such a list",
    list_way(client)
);
/// A client without a secret or a key has no such way.
fn list_way(w: &mut World, client: Client) -> StepResult {
    let entry = w.driver().client(&client.0);
    let entry = w.need(entry)?;
    let none = || Unmet::Lacking("the client does not authenticate".to_owned());
    w.need(entry.has_credentials().then_some(()).ok_or_else(none))?;
    let way = w.driver().site.profile.authentication(&entry);
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
