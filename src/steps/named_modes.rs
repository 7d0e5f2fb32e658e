//! Methods of proof keys and modes of responses that a server's metadata name (RFC 8414 §2), at its
//! authorization endpoint.

use super::authorize::{ask, walk};
use super::definition::{given, then, when};
use super::metadata::{members, names};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::page::Decision;
use crate::driver::proof::Proof;
use crate::driver::{Change, Client as Role, Unmet, authorization};
use crate::observe::{Mismatch, Observed};

given!(
    "the metadata list {string} among {word}, or else nothing is promised",
    promised(value, name).await
);
async fn promised(w: &mut World, value: String, name: String) -> StepResult {
    super::metadata::ask(w).await?;
    let members = members(w)?;
    let listed = names(&members, &name).unwrap_or_default();
    let text = || Unmet::Lacking(format!("the metadata do not list {value} among {name}"));
    w.need(listed.contains(&value).then_some(()).ok_or_else(text))
}

when!("the user agrees to a request of the client by the method {string}", by_method(name).await);
async fn by_method(w: &mut World, name: String) -> StepResult {
    let client = Role::default_role();
    let verifier = w.driver().fresh(64);
    let proof = if name == "plain" { Proof::plain(&verifier) } else { Proof::s256(&verifier) };
    w.deviates(format!("the method {name}"));
    walk(w, Authorization { proof: Some(&proof), ..Authorization::of(&client) }).await
}

when!(
    "the user follows the client's authorization request in that mode {string}",
    in_mode(name).await
);
async fn in_mode(w: &mut World, name: String) -> StepResult {
    let changes = [Change::set("response_mode", name)];
    ask(w, &Role::default_role(), &changes, Decision::Grant).await
}

then!("the response comes in that mode {string}", comes_in(name));
/// Who posts a form is the user's browser: what is seen of it is the page with the form, or with its script.
fn comes_in(w: &mut World, name: String) -> StepResult {
    let what = authorization::what(&w.journey()?);
    w.not_broken(&what)?;
    let right = match name.as_str() {
        "query" => what == Observed::Code,
        _ => matches!(what, Observed::Page { status: 200..=299, .. }),
    };
    let expected = format!("a code in the mode {name}, which the metadata name");
    w.judge(if right { Ok(()) } else { Err(Mismatch::seen(&expected, &what)) })
}
