//! What a document fixes for every server that follows it, as lines of a profile that need not be
//! written: the key `profile` of the document.

use serde_yaml::{Mapping, Value};

use super::server::Endpoints;
use crate::rules::{Document, Documents};

/// Keys whose entries are filled in one by one; others are taken as a whole, or not at all.
const BY_ENTRY: &[&str] = &["endpoints", "operations", "scopes", "things", "actions", "lifetimes"];

/// Puts what the documents of a profile fix under what it says.
pub(super) fn fill(tree: &mut Value, documents: &Documents) {
    let Value::Mapping(own) = tree else { return };
    let named = own.get("documents").and_then(Value::as_sequence).cloned().unwrap_or_default();
    for id in named.iter().filter_map(Value::as_str) {
        if let Some(fixed) = documents.get(id).and_then(|document| document.profile.as_ref()) {
            under(own, fixed);
        }
    }
}

fn under(own: &mut Mapping, fixed: &Mapping) {
    let roles: Vec<String> = match own.get("clients") {
        Some(Value::Mapping(clients)) => {
            clients.keys().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in fixed {
        match (own.get_mut(key), value) {
            (None | Some(Value::Null), _) => {
                let kept = fitting(value, &roles);
                own.extend(kept.map(|value| (key.clone(), value)));
            }
            (Some(Value::Mapping(entries)), Value::Mapping(more))
                if key.as_str().is_some_and(|key| BY_ENTRY.contains(&key)) =>
            {
                for (name, entry) in
                    more.iter().filter(|(name, _)| !entries.contains_key(name)).collect::<Vec<_>>()
                {
                    let kept = fitting(entry, &roles);
                    entries.extend(kept.map(|entry| (name.clone(), entry)));
                }
            }
            _ => {}
        }
    }
}

/// The value without what names clients that the profile does not have.
fn fitting(value: &Value, roles: &[String]) -> Option<Value> {
    let Value::Mapping(members) = value else { return Some(value.clone()) };
    let lacks = |key: &str| {
        let named = members.get(key).and_then(Value::as_str);
        named.is_some_and(|role| !roles.iter().any(|known| known == role))
    };
    if lacks("client") || lacks("narrow_client") {
        return None;
    }
    let kept = members.iter().filter_map(|(name, member)| {
        // Members that are JSON bodies of the target's API name no clients of the profile.
        let as_it_is = !matches!(member, Value::Mapping(inner) if inner.contains_key("client"));
        let kept = if as_it_is { Some(member.clone()) } else { fitting(member, roles) };
        Some((name.clone(), kept?))
    });
    Some(Value::Mapping(kept.collect()))
}

/// The endpoints that a document fixes.
pub fn fixed_endpoints(document: &Document) -> Option<Endpoints> {
    let endpoints = document.profile.as_ref()?.get("endpoints")?;
    serde_yaml::from_value(endpoints.clone()).ok()
}
