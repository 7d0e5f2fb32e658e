//! What is registered of the metadata that a client asks for (RFC 7591 §2, §3.2.1).

use serde_json::{Value, json};

use super::definition::then;
use super::registration::{STATED, members, not_registered};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::driver::enrolment::registered;
use crate::observe::{Mismatch, observed};

then!("the answer names {word}", names(name));
fn names(w: &mut World, name: String) -> StepResult {
    let members = members(w)?;
    w.judge(match members.get(&name).is_some_and(|value| !value.is_null()) {
        true => Ok(()),
        false => Err(Mismatch::new(format!("a member {name:?}"), "none")),
    })
}

then!("the client is registered for {string} as its {word}", registered_for(value, name));
fn registered_for(w: &mut World, value: String, name: String) -> StepResult {
    let members = members(w)?;
    let expected = match name.ends_with('s') {
        true => json!([value]),
        false => json!(value),
    };
    // That the answer has to name it is the subject of registration/success.
    let Some(actual) = members.get(&name).cloned() else {
        return w.need(Err(Unmet::Lacking(format!("the answer does not name {name}"))));
    };
    w.judge(match actual == expected {
        true => Ok(()),
        false => Err(Mismatch::new(format!("{name:?}: {expected}"), format!("{actual}"))),
    })
}

then!("grant types and response types go together, or nothing is registered", consistent());
fn consistent(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.not_broken(&answer.what)?;
    let Some(members) = registered(&answer.sent) else { return not_registered(w) };
    let has = |name: &str, value: &str| {
        let values = members.get(name).and_then(Value::as_array);
        values.is_some_and(|values| values.iter().any(|it| it == value))
    };
    let codes = has("grant_types", "authorization_code") == has("response_types", "code");
    let implicit = has("grant_types", "implicit") == has("response_types", "token");
    w.judge(match codes && implicit {
        true => Ok(()),
        false => Err(Mismatch::new(
            "grant_types and response_types that go together, or a refusal",
            "a client of types that do not",
        )),
    })
}

then!(
    "the client is told jwks or jwks_uri and not both, or nothing is registered",
    one_kind_of_keys()
);
fn one_kind_of_keys(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.not_broken(&answer.what)?;
    let Some(members) = registered(&answer.sent) else { return not_registered(w) };
    let told = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    w.judge(match told("jwks") && told("jwks_uri") {
        false => Ok(()),
        true => Err(Mismatch::new("jwks or jwks_uri, or a refusal", "jwks and jwks_uri")),
    })
}

then!("nothing of the statement is registered", nothing_of_it());
fn nothing_of_it(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.not_broken(&answer.what)?;
    let uris = registered(&answer.sent).and_then(|members| members.get("redirect_uris").cloned());
    let taken = uris.is_some_and(|uris| uris.to_string().contains(STATED));
    w.judge(match taken {
        false => Ok(()),
        true => Err(Mismatch::new(
            "a refusal, or the redirect URI of the request itself",
            "the redirect URI of a statement that nobody signed",
        )),
    })
}

then!("its description, if there is one, is ASCII text", described());
fn described(w: &mut World) -> StepResult {
    let response = w.response()?;
    let told = observed::json(&response).unwrap_or_default();
    let text = told["error_description"].as_str().unwrap_or_default();
    w.judge(match text.is_ascii() {
        true => Ok(()),
        false => Err(Mismatch::new("an error_description in ASCII", format!("{text:?}"))),
    })
}
