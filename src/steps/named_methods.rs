//! The ways of client authentication that a server's metadata name (RFC 8414 §2), at each endpoint.

use super::definition::given;
use super::metadata::{ask, members, names};
use super::world::{StepResult, World};
use crate::driver::Unmet;

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
