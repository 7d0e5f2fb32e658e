//! The grants that a server's metadata name (RFC 8414 §2), at its token endpoint.

use super::definition::{then, when};
use super::metadata::{members, names};
use super::world::{StepResult, World};
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::{Client, Unmet};
use crate::observe::{Mismatch, Observed};

when!("a client asks for tokens by the grant {string} that they name", asks_by(grant).await);
/// As an ordinary request where the profile has a client for it, and otherwise with something that brings
/// nothing: what such a client may use is a matter of its registration.
async fn asks_by(w: &mut World, grant: String) -> StepResult {
    let named = names(&members(w)?, "grant_types_supported").unwrap_or_default();
    let lacking = || Unmet::Lacking(format!("the metadata do not name the grant {grant}"));
    w.need(named.contains(&grant).then_some(()).ok_or_else(lacking))?;
    let role = w.driver().site.profile.of_grant(&grant).map(|role| Client(role.to_owned()));
    let draft = match (role, grant.as_str()) {
        (Some(role), "client_credentials" | "password") => w.driver().grant_of(&role, &grant),
        (role, _) => {
            let role = role.unwrap_or_else(Client::default_role);
            w.driver().grant_request(&role, &grant, without_effect(&grant))
        }
    };
    let draft = w.need(draft)?;
    w.deviates(format!("the grant {grant}"));
    w.submit_token(draft, &[]).await
}

/// What a request by this grant brings, which no server has issued.
fn without_effect(grant: &str) -> &[(&str, &str)] {
    match grant.rsplit(':').next() {
        Some("authorization_code") => &[("code", NEVER_ISSUED)],
        Some("refresh_token") => &[("refresh_token", NEVER_ISSUED)],
        Some("device_code") => &[("device_code", NEVER_ISSUED)],
        Some("jwt-bearer") => &[("assertion", NEVER_ISSUED)],
        Some("token-exchange") => &[
            ("subject_token", NEVER_ISSUED),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ],
        _ => &[],
    }
}

then!("the server knows the grant", knows_grant());
/// Where the profile names no client for the grant, the error may be meant for the client that has asked.
fn knows_grant(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    // A server that breaks at what nobody issued may have the grant all the same.
    let invented = answer.draft.form.iter().any(|param| param.value == NEVER_ISSUED);
    if invented && answer.sent.as_ref().is_ok_and(|response| response.is_broken()) {
        let text = "what becomes of a value that nobody issued is the matter of other rules";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let unknown =
        matches!(&answer.what, Observed::Error { error, .. } if error == "unsupported_grant_type");
    let grant = answer.draft.form.first("grant_type").unwrap_or_default();
    let used = matches!(grant, "authorization_code" | "refresh_token")
        || w.driver().site.profile.of_grant(grant).is_some();
    let expected = "an answer of a server that has the grant, since its metadata name it";
    if unknown && !used {
        return w.tolerate(&Mismatch::seen(expected, &answer.what));
    }
    w.judge_what(&answer.what, expected, |what| {
        !unknown && (*what == Observed::Tokens || what.is_refusal())
    })
}
