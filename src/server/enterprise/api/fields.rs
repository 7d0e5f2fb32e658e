//! Which members of an answer a call wants (`box` OAuth page, "HTTP Status and Error Code": a value of
//! `fields` that is not supported).

use serde_json::{Map, Value};

use crate::server::oauth::http;
use crate::wire::{Params, Response};

/// Members that every object shows.
const ALWAYS: &[&str] = &["type", "id"];

/// The answer with the members alone that `fields` names.
pub(super) fn chosen(params: &Params, whole: Response) -> Response {
    let Some(fields) = params.first("fields").filter(|fields| !fields.is_empty()) else {
        return whole;
    };
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(&whole.body) else {
        return whole;
    };
    let named =
        |name: &str| ALWAYS.contains(&name) || fields.split(',').any(|it| it.trim() == name);
    let kept: Map<_, _> = members.into_iter().filter(|(name, _)| named(name)).collect();
    http::json(whole.status, &Value::Object(kept))
}
