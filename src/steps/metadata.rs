//! What a server publishes about itself (RFC 8414).

use serde_json::{Map, Value};

use super::answers::Answer;
use super::definition::{given, then, when};
use super::issuer::{ISSUER, is_secure, one_issuer};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::navigation::as_page;
use crate::driver::{Client, Draft, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::wire::Response;

type Members = Map<String, Value>;

/// Members that are lists of names (RFC 8414 §2; RFC 9207 §3 and others define further members).
const LISTS: &[&str] = &[
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "ui_locales_supported",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "protected_resources",
    "authorization_servers",
    "bearer_methods_supported",
    "resource_signing_alg_values_supported",
    "authorization_details_types_supported",
    "dpop_signing_alg_values_supported",
];

/// Members that are one text.
const TEXTS: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "service_documentation",
    "op_policy_uri",
    "op_tos_uri",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "userinfo_endpoint",
    "signed_metadata",
    "resource",
    "resource_name",
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
];

/// Members that are yes or no.
const FLAGS: &[&str] = &[
    "authorization_response_iss_parameter_supported",
    "client_id_metadata_document_supported",
    "tls_client_certificate_bound_access_tokens",
    "dpop_bound_access_tokens_required",
];

/// The member of the metadata that promises it (RFC 9207 §3).
const PROMISE: &str = "authorization_response_iss_parameter_supported";

/// Endpoints at which clients authenticate.
const AUTHENTICATED: [&str; 3] =
    ["token_endpoint", "revocation_endpoint", "introspection_endpoint"];

/// A host that is none of the target's.
pub(super) const ELSEWHERE: &str = "elsewhere.oauthspec.example";

/// Asks at each location until one has something, and keeps that answer, or else the first.
pub(super) async fn ask(w: &mut World) -> StepResult {
    ask_by(w, None).await
}

/// The same, where the request says by way of which host it came.
async fn ask_by(w: &mut World, host: Option<&str>) -> StepResult {
    let drafts = w.driver().metadata_requests();
    let mut first = None;
    for draft in w.need(drafts)? {
        let draft = match host {
            Some(host) => by_way_of(host, draft),
            None => draft,
        };
        let sent = w.submit(&draft).await?;
        let what = Observed::of_token(&sent);
        let found = sent.as_ref().is_ok_and(is_found);
        let answer = Answer { draft, sent, what };
        if found {
            w.answers.last = Some(answer);
            return Ok(());
        }
        first.get_or_insert(answer);
    }
    w.answers.last = first;
    Ok(())
}

/// A request that says by way of which host it came.
pub(super) fn by_way_of(host: &str, mut draft: Draft) -> Draft {
    draft.headers.push("X-Forwarded-Host", host);
    draft.headers.push("Forwarded", format!("host={host}"));
    draft
}

/// Whether an answer has something to read. An application that answers each path with its start page
/// publishes nothing there.
pub(super) fn is_found(response: &Response) -> bool {
    let empty = response.body.trim_ascii().is_empty();
    response.status == 200 && !empty && response.media_type().as_deref() != Some("text/html")
}

/// The response with the metadata; a server that publishes none is not judged by what they say.
fn published(w: &mut World) -> Result<Response, String> {
    let response = w.response()?;
    if is_found(&response) {
        return Ok(response);
    }
    let text = format!("the target publishes no metadata (status {})", response.status);
    w.need(Err(Unmet::Lacking(text)))
}

/// The members of the metadata. Other rules say what form these have.
pub(super) fn members(w: &mut World) -> Result<Members, String> {
    let response = published(w)?;
    let read = match serde_json::from_slice(&response.body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Unmet::Failed("the metadata are not a JSON object".to_owned())),
    };
    w.need(read)
}

/// A member that is a text; without it there is nothing to judge.
pub(super) fn text(w: &mut World, name: &str) -> Result<String, String> {
    let members = members(w)?;
    let value = members.get(name).and_then(Value::as_str).map(str::to_owned);
    w.need(value.ok_or_else(|| Unmet::Lacking(format!("the metadata name no {name}"))))
}

/// The names in a member that is a list; none where it is not there.
pub(super) fn names(members: &Members, name: &str) -> Option<Vec<String>> {
    let values = members.get(name)?.as_array()?;
    Some(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

when!("a client reads the server's metadata", reads().await);
async fn reads(w: &mut World) -> StepResult {
    ask(w).await
}

given!("the server publishes metadata", publishes().await);
async fn publishes(w: &mut World) -> StepResult {
    ask(w).await?;
    published(w)?;
    w.control(Ok(()))
}

given!("the metadata promise that responses name the issuer", promised().await);
/// A server that promises nothing is not judged by it.
async fn promised(w: &mut World) -> StepResult {
    ask(w).await?;
    let said = members(w)?.get(PROMISE) == Some(&Value::Bool(true));
    let text = || Unmet::Lacking(format!("the metadata do not say yes to {PROMISE}"));
    w.need(said.then_some(()).ok_or_else(text))
}

given!("the metadata, if there are any, let public clients revoke", public_may_revoke().await);
/// A server that names the ways of authentication at an endpoint, and not that there is none, offers the
/// endpoint to clients with a secret alone (RFC 8414 §2).
async fn public_may_revoke(w: &mut World) -> StepResult {
    ask(w).await?;
    let answer = w.answers.last.as_ref().and_then(|answer| answer.sent.as_ref().ok());
    let members = answer.filter(|response| is_found(response));
    let members =
        members.and_then(|response| serde_json::from_slice::<Members>(&response.body).ok());
    let methods = members.and_then(|it| names(&it, "revocation_endpoint_auth_methods_supported"));
    if methods.is_none_or(|methods| methods.iter().any(|method| method == "none")) {
        return Ok(());
    }
    let text = "the metadata name no way for a client without a secret to revoke";
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

then!("there are metadata", there());
fn there(w: &mut World) -> StepResult {
    let response = w.response()?;
    let result = match is_found(&response) {
        true => Ok(()),
        false => {
            let media = response.media_type().unwrap_or_else(|| "no media type".to_owned());
            let expected = "status 200 with a JSON object at a well-known location of the issuer";
            Err(Mismatch::new(expected, format!("status {}, {media}", response.status)))
        }
    };
    w.judge(result)
}

then!("the metadata are a JSON object with the media type of JSON", object());
fn object(w: &mut World) -> StepResult {
    let response = published(w)?;
    let media = response.media_type().unwrap_or_default();
    let object = matches!(serde_json::from_slice(&response.body), Ok(Value::Object(_)));
    let result = match (object, media.as_str()) {
        (true, "application/json") => Ok(()),
        (true, _) => Err(format!("the media type {media:?}")),
        (false, _) => Err("something else".to_owned()),
    };
    w.judge(result.map_err(|actual| {
        Mismatch::new("a JSON object of the media type application/json", actual)
    }))
}

then!("no member of the metadata is an empty list", no_empty_list());
fn no_empty_list(w: &mut World) -> StepResult {
    let members = members(w)?;
    let empty = members.iter().find(|(_, value)| value.as_array().is_some_and(Vec::is_empty));
    w.judge(empty.map_or(Ok(()), |(name, _)| {
        Err(Mismatch::new("no empty list", format!("{name:?} is an empty list")))
    }))
}

then!("each member of the metadata has the type that is defined for it", types());
fn types(w: &mut World) -> StepResult {
    let members = members(w)?;
    let wrong = members.iter().find_map(|(name, value)| {
        let (known, right) = match name.as_str() {
            name if LISTS.contains(&name) => ("a list of texts", is_list_of_texts(value)),
            name if TEXTS.contains(&name) => ("a text", value.is_string()),
            name if FLAGS.contains(&name) => ("true or false", value.is_boolean()),
            _ => return None,
        };
        (!right).then(|| Mismatch::new(format!("{name:?} is {known}"), "something else"))
    });
    w.judge(wrong.map_or(Ok(()), Err))
}

fn is_list_of_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_string))
}

/// Whether the grants that a server names need a member: the authorization endpoint, and the response types
/// there, where a grant uses it; the token endpoint, unless the implicit grant is the only one (RFC 8414 §2).
fn is_needed(members: &Members, name: &str) -> bool {
    let Some(grants) = names(members, "grant_types_supported") else { return true };
    match name {
        "authorization_endpoint" | "response_types_supported" => {
            grants.iter().any(|grant| matches!(grant.as_str(), "authorization_code" | "implicit"))
        }
        "token_endpoint" => grants.iter().any(|grant| grant != "implicit"),
        _ => true,
    }
}

then!("the metadata name {word}", name(member));
fn name(w: &mut World, member: String) -> StepResult {
    let members = members(w)?;
    let lacking = || Unmet::Lacking(format!("no grant of the metadata needs {member}"));
    w.need(is_needed(&members, &member).then_some(()).ok_or_else(lacking))?;
    let named = members.get(&member).is_some_and(|value| !value.is_null());
    w.judge(match named {
        true => Ok(()),
        false => {
            Err(Mismatch::new(format!("a member {member:?}{}", because(&members, &member)), "none"))
        }
    })
}

/// Why a member is needed that nothing in the metadata seems to ask for.
fn because(members: &Members, name: &str) -> &'static str {
    let by_default = matches!(name, "authorization_endpoint" | "response_types_supported")
        && !members.contains_key("grant_types_supported");
    match by_default {
        true => {
            ", since metadata without grant_types_supported mean the grants authorization_code and implicit \
             (RFC 8414 §2)"
        }
        false => "",
    }
}

then!("the metadata list {string} among {word}", listed(value, member));
fn listed(w: &mut World, value: String, member: String) -> StepResult {
    let members = members(w)?;
    let listed = names(&members, &member);
    let result = match &listed {
        Some(names) if names.contains(&value) => Ok(()),
        Some(names) => Err(format!("{names:?}")),
        None => Err("no such member".to_owned()),
    };
    w.judge(result.map_err(|actual| Mismatch::new(format!("{value:?} in {member:?}"), actual)))
}

then!("the issuer in the metadata is the one that led to them", identical());
fn identical(w: &mut World) -> StepResult {
    let named = text(w, "issuer")?;
    let asked = w.driver().issuer();
    // Both forms of an issuer without a path lead to the same location.
    let same = named == asked || named.strip_suffix('/') == Some(&asked);
    w.judge(match same {
        true => Ok(()),
        false => Err(Mismatch::new(format!("issuer {asked:?}"), format!("issuer {named:?}"))),
    })
}

then!("the issuer in the metadata is a URL as an issuer has", issuer_url());
fn issuer_url(w: &mut World) -> StepResult {
    let named = text(w, "issuer")?;
    w.judge(one_issuer(&[named]))
}

then!("the issuer in the metadata is that of the response", issuer_of_responses());
fn issuer_of_responses(w: &mut World) -> StepResult {
    let named = text(w, "issuer")?;
    let responses = w.answers.collected(ISSUER);
    let Some(response) = responses.first() else {
        let text = "the response named no issuer".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    w.judge(match *response == named {
        true => Ok(()),
        false => Err(Mismatch::new(format!("issuer {response:?}"), format!("issuer {named:?}"))),
    })
}

then!("the metadata say yes to {word}", yes(member));
fn yes(w: &mut World, member: String) -> StepResult {
    let members = members(w)?;
    let said = members.get(&member);
    w.judge(match said {
        Some(Value::Bool(true)) => Ok(()),
        _ => {
            let actual = said.map_or_else(|| "no such member".to_owned(), Value::to_string);
            Err(Mismatch::new(format!("{member:?} is true"), actual))
        }
    })
}

then!("the {word} in the metadata is an https URL", https(member));
fn https(w: &mut World, member: String) -> StepResult {
    let named = text(w, &member)?;
    w.judge(match is_secure(&named) {
        true => Ok(()),
        false => Err(Mismatch::new("an https URL", format!("{named:?}"))),
    })
}

then!("the {word} in the metadata has no fragment", no_fragment(member));
fn no_fragment(w: &mut World, member: String) -> StepResult {
    let named = text(w, &member)?;
    w.judge(match named.contains('#') {
        false => Ok(()),
        true => Err(Mismatch::new("a URL without fragment", format!("{named:?}"))),
    })
}

when!("a client asks at the {word} that they name", asks_there(member).await);
async fn asks_there(w: &mut World, member: String) -> StepResult {
    let named = text(w, &member)?;
    let draft = w.driver().named_endpoint(&member, &named);
    let mut draft = w.need(draft)?;
    // An authorization endpoint may say of a request without parameters that nothing is there.
    if member == "authorization_endpoint" {
        let client = Client::default_role();
        let ordinary = w.driver().opening(&Authorization::of(&client)).await;
        draft = as_page(Draft { url: draft.url, ..w.need(ordinary)? });
    }
    let sent = w.submit(&draft).await?;
    let what = Observed::of_token(&sent);
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

then!("something answers there", answers());
/// An endpoint that breaks at a request without parameters may be there for others, and no document says how it
/// answers that one.
fn answers(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if let Some(status) = answer.sent.as_ref().ok().filter(|it| it.is_broken()).map(|it| it.status)
    {
        let text = format!(
            "{status} to a request without parameters does not show whether an endpoint is there"
        );
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judgeable(&answer.what)?;
    let response = w.response()?;
    let nothing = matches!(response.status, 404 | 405 | 410);
    w.judge(match nothing {
        false => Ok(()),
        true => Err(Mismatch::new("an endpoint", format!("status {}", response.status))),
    })
}

then!("signed assertions have algorithms, and none of them is \"none\"", algorithms());
fn algorithms(w: &mut World) -> StepResult {
    let members = members(w)?;
    let wrong = AUTHENTICATED.iter().find_map(|endpoint| wrong_algorithms(&members, endpoint));
    w.judge(wrong.map_or(Ok(()), Err))
}

/// What is wrong with the algorithms of signed assertions at an endpoint (RFC 8414 §2).
fn wrong_algorithms(members: &Members, endpoint: &str) -> Option<Mismatch> {
    let member = format!("{endpoint}_auth_signing_alg_values_supported");
    let algorithms = names(members, &member);
    let methods = names(members, &format!("{endpoint}_auth_methods_supported"));
    let signs = |method: &String| matches!(&**method, "private_key_jwt" | "client_secret_jwt");
    match algorithms {
        Some(named) if named.iter().any(|name| name == "none") => {
            Some(Mismatch::new(format!("{member:?} without \"none\""), format!("{named:?}")))
        }
        None if methods.is_some_and(|methods| methods.iter().any(signs)) => {
            Some(Mismatch::new(format!("a member {member:?}"), "none"))
        }
        _ => None,
    }
}

when!("a client reads the metadata of an issuer that the server is not", reads_of_nobody().await);
async fn reads_of_nobody(w: &mut World) -> StepResult {
    let draft = w.driver().metadata_of_nobody();
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    w.assessment.deviation = Some("the issuer is unknown".to_owned());
    w.answers.last = Some(Answer { what: Observed::of_token(&sent), draft, sent });
    Ok(())
}

when!("a client reads the server's metadata by way of another host", reads_by_way().await);
async fn reads_by_way(w: &mut World) -> StepResult {
    w.deviates(format!("it came by way of {ELSEWHERE}"));
    ask_by(w, Some(ELSEWHERE)).await
}

then!("they name nothing at that host", nothing_elsewhere());
fn nothing_elsewhere(w: &mut World) -> StepResult {
    let members = members(w)?;
    let named = members.iter().find(|(_, value)| value.to_string().contains(ELSEWHERE));
    w.judge(match named {
        None => Ok(()),
        Some((name, value)) => {
            Err(Mismatch::new("nothing at another host", format!("{name:?}: {value}")))
        }
    })
}

then!("there are no metadata", not_there());
fn not_there(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let object = matches!(serde_json::from_slice(&response.body), Ok(Value::Object(_)));
    let status = response.status;
    w.judge(match status == 200 && object {
        false => Ok(()),
        true => Err(Mismatch::new("an error status", "status 200 with a JSON object")),
    })
}
