//! The endpoint at which a client looks after its own registration (RFC 7592).

use serde_json::{Value, json};

use super::answers::Answer;
use super::asked::{Asked, FURTHER, Presented, sibling};
use super::definition::{given, then, when};
use super::params::Client;
use super::registration::{OWN, SECOND, members, outcome, present};
use super::world::{StepResult, World};
use crate::driver::authentication::UNKNOWN_CLIENT;
use crate::driver::enrolment::registered;
use crate::driver::journey::End;
use crate::driver::registration::{SECRET, TOKEN};
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::{Draft, Unmet};
use crate::observe::observed::bearer_challenge;
use crate::observe::{Mismatch, Observed};
use crate::wire::transport::Sent;

async fn manage(w: &mut World, draft: Draft) -> StepResult {
    let sent = w.submit(&draft).await?;
    let what = match (&sent, outcome(&sent)) {
        (Ok(response), Observed::Status(200..=299, _)) => Observed::Served(response.status),
        (Ok(response), Observed::Registered(_)) => Observed::Served(response.status),
        (_, what) => what,
    };
    keep_credentials(w, &draft, &sent);
    w.answers.last = Some(Answer { what, draft, sent });
    Ok(())
}

/// The registration access token and the client secret may be others from now on (RFC 7592 §2.1, §2.2, §3). A
/// secret that the request chose is none that the server issued.
fn keep_credentials(w: &mut World, draft: &Draft, sent: &Sent) {
    let Some(said) = registered(sent) else { return };
    let chosen = draft.json.as_ref().and_then(|asked| asked.get(SECRET));
    let secret = said.get(SECRET).filter(|secret| chosen != Some(secret));
    w.driver().renew(OWN, said.get(TOKEN), secret);
}

/// A request about the registered client. `PUT` carries what was registered, as the RFC asks for.
fn management(w: &mut World, method: &str) -> Result<Draft, String> {
    let draft = w.driver().management(OWN, method);
    let mut draft = w.need(draft)?;
    if method == "PUT" {
        let enrolled = w.driver().enrolled(OWN);
        let mut metadata = w.need(enrolled)?.answer;
        for name in
            [TOKEN, "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"]
        {
            metadata.remove(name);
        }
        draft.json = Some(Value::Object(metadata));
    }
    Ok(draft)
}

/// Keeps what the server said last of the registration.
fn note(w: &mut World) -> StepResult {
    let said = registered(&w.answer()?.sent).unwrap_or_default();
    if let Some(enrolled) = w.driver().enrolment.get_mut(OWN) {
        enrolled.answer.extend(said);
    }
    Ok(())
}

given!("{word} was registered as it was asked for", was_registered(name));
/// Metadata that a server does not know, or replaces, are registered otherwise or not at all (RFC 7591 §2, §3.2.1).
fn was_registered(w: &mut World, name: String) -> StepResult {
    let enrolled = w.driver().enrolled(OWN);
    let enrolled = w.need(enrolled)?;
    let kept = enrolled.answer.get(&name).is_some_and(|told| *told == enrolled.asked[&name]);
    let text = || format!("the server registers no {name} as it is asked for, and says so");
    w.need(if kept { Ok(()) } else { Err(Unmet::Lacking(text())) })
}

given!("the client can read its registration", can_read().await);
async fn can_read(w: &mut World) -> StepResult {
    let draft = management(w, "GET")?;
    manage(w, draft).await?;
    let what = w.answer()?.what;
    w.control_that(what.is_served(), || format!("a valid read got {}", what.describe()))?;
    note(w)
}

given!("the client can update its registration", can_update().await);
/// Updates are optional.
async fn can_update(w: &mut World) -> StepResult {
    let draft = management(w, "PUT")?;
    manage(w, draft).await?;
    let what = w.answer()?.what;
    match &what {
        what if what.is_served() => {
            w.control(Ok(()))?;
            note(w)
        }
        what if what.is_refusal() => {
            let text = format!("registrations cannot be updated ({})", what.describe());
            w.need(Err(Unmet::Lacking(text)))
        }
        what => w.control_failed(format!("a valid update got {}", what.describe())),
    }
}

when!("the client reads its registration", reads().await);
async fn reads(w: &mut World) -> StepResult {
    let draft = management(w, "GET")?;
    manage(w, draft).await
}

when!(
    "somebody sends {word} to the client's registration {presented}",
    by_another(method, token).await
);
async fn by_another(w: &mut World, method: String, token: Presented) -> StepResult {
    let mut draft = management(w, &method)?;
    present(w, &mut draft, &token)?;
    w.deviates(format!("{method} {token}"));
    manage(w, draft).await?;
    let what = w.answer()?.what;
    let text = || format!("{method} is not there for registrations ({})", what.describe());
    w.need(if is_unsupported(&what) { Err(Unmet::Lacking(text())) } else { Ok(()) })
}

/// Whether a server has no such method: updates and deletions are optional (RFC 7592 §1, §2.2, §2.3).
fn is_unsupported(what: &Observed) -> bool {
    matches!(what, Observed::Status(405 | 501, _) | Observed::Error { status: 405 | 501, .. })
}

when!("the client sends {word} to its registration", by_method(method).await);
async fn by_method(w: &mut World, method: String) -> StepResult {
    let draft = management(w, &method)?;
    w.deviates(format!("the method {method}"));
    manage(w, draft).await
}

when!("the client deletes its registration", deletes().await);
async fn deletes(w: &mut World) -> StepResult {
    let draft = management(w, "DELETE")?;
    manage(w, draft).await?;
    let what = w.answer()?.what;
    if what.is_served() {
        w.assessment.evidence.control();
        if let Some(enrolled) = w.driver().enrolment.get_mut(OWN) {
            enrolled.is_gone = true;
        }
        return Ok(());
    }
    if is_unsupported(&what) {
        let text = "registrations cannot be deleted by this server".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    Ok(())
}

given!("the client has deleted its registration", has_deleted().await);
/// That a deletion succeeds is the matter of the rule about it.
async fn has_deleted(w: &mut World) -> StepResult {
    deletes(w).await?;
    let what = w.answer()?.what;
    w.control_that(what.is_served(), || format!("a deletion got {}", what.describe()))
}

given!("the client has updated its registration {asked}", has_updated(asked).await);
async fn has_updated(w: &mut World, asked: Asked) -> StepResult {
    updates(w, asked.clone()).await?;
    let what = w.answer()?.what;
    w.control_that(what.is_served(), || format!("an update got {}", what.describe()))?;
    w.deviates(format!("since then the client is registered {asked}"));
    Ok(())
}

when!("the client updates its registration {asked}", updates(asked).await);
async fn updates(w: &mut World, asked: Asked) -> StepResult {
    let mut draft = management(w, "PUT")?;
    if let Some(Value::Object(metadata)) = &mut draft.json {
        asked.apply(metadata);
    }
    w.deviates(asked.to_string());
    manage(w, draft).await
}

when!("the client sends an update that names the second client", updates_identifier().await);
async fn updates_identifier(w: &mut World) -> StepResult {
    let second = w.driver().enrolled(SECOND);
    let second = w.need(second)?;
    let mut draft = management(w, "PUT")?;
    if let Some(metadata) = &mut draft.json {
        metadata["client_id"] = json!(second.client.id);
    }
    w.deviates("another client_id");
    manage(w, draft).await
}

when!("a client that is not registered is read with the token of the client", reads_nobody().await);
async fn reads_nobody(w: &mut World) -> StepResult {
    let mut draft = management(w, "GET")?;
    let enrolled = w.driver().enrolled(OWN);
    let id = w.need(enrolled)?.client.id;
    let url = draft.url.as_str().replace(&id, UNKNOWN_CLIENT);
    match url::Url::parse(&url) {
        Ok(other) if other != draft.url => draft.url = other,
        _ => {
            let text = "the configuration endpoint does not name its client".to_owned();
            return w.need(Err(Unmet::Lacking(text)));
        }
    }
    w.deviates("the URI of a client that is not there");
    manage(w, draft).await
}

then!(
    "the answer tells where the client looks after its registration, or nothing of it",
    management_told()
);
fn management_told(w: &mut World) -> StepResult {
    let members = members(w)?;
    let uri = members.get("registration_client_uri").and_then(Value::as_str);
    let token = members.get("registration_access_token").and_then(Value::as_str);
    let is_url = |uri: &str| url::Url::parse(uri).is_ok_and(|url| url.has_host());
    let result = match (uri, token) {
        (None, None) => {
            let text = "the server offers no client configuration endpoint".to_owned();
            return w.need(Err(Unmet::Lacking(text)));
        }
        (Some(uri), Some(token)) if is_url(uri) && !token.is_empty() => Ok(()),
        (Some(_), Some(_)) => Err("a URI that is no absolute URL, or an empty token"),
        _ => Err("one without the other"),
    };
    w.judge(result.map_err(|actual| {
        Mismatch::new("registration_client_uri and registration_access_token", actual)
    }))
}

then!("the client is told what was registered", read_back());
fn read_back(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "200 with the registration", |what| *what == Observed::Served(200))?;
    let enrolled = w.driver().enrolled(OWN);
    let before = w.need(enrolled)?.answer;
    let answer = w.answer()?;
    let now = registered(&answer.sent).unwrap_or_default();
    let names = ["client_id", "redirect_uris", "grant_types", "token_endpoint_auth_method"];
    let differs = names.into_iter().find(|name| now.get(*name) != before.get(*name));
    w.judge(differs.map_or(Ok(()), |name| {
        let actual = now.get(name).map_or_else(|| "none".to_owned(), Value::to_string);
        Err(Mismatch::new(format!("{name:?} as it was registered"), actual))
    }))
}

/// What a client says of itself (RFC 7591 §2).
const METADATA: [&str; 14] = [
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "scope",
    "client_name",
    "client_uri",
    "logo_uri",
    "contacts",
    "tos_uri",
    "policy_uri",
    "jwks_uri",
    "jwks",
    "software_id",
];

then!("the registration had told all that is read", told_before());
/// That it can be read is the matter of other rules.
fn told_before(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.readable(&answer.what)?;
    let now = registered(&answer.sent).filter(|_| answer.what.is_served());
    let text = || Unmet::Lacking(format!("nothing can be read, but {}", answer.what.describe()));
    let now = w.need(now.ok_or_else(text))?;
    let enrolled = w.driver().enrolled(OWN);
    let told = w.need(enrolled)?.answer;
    let wrong = METADATA.into_iter().find_map(|name| {
        let kept = now.get(name).filter(|value| !is_nothing(value))?;
        let said = told.get(name).filter(|value| !is_nothing(value));
        let same = said.is_some_and(|said| name == "jwks" || in_order(said) == in_order(kept));
        let said = said.map_or_else(|| "none".to_owned(), Value::to_string);
        (!same).then(|| Mismatch::new(format!("{name:?} told as {kept}"), said))
    });
    w.judge(wrong.map_or(Ok(()), Err))
}

/// A member without a value.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// Texts of a list, or words of a text, in an order of their own.
fn in_order(value: &Value) -> Vec<String> {
    let mut parts: Vec<String> = match value {
        Value::Array(values) => values.iter().map(Value::to_string).collect(),
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        other => vec![other.to_string()],
    };
    parts.sort();
    parts
}

then!("the name on the page is the one that the client was told", name_told());
/// A page that does not show the name that was asked for says nothing of what is registered.
fn name_told(w: &mut World) -> StepResult {
    let asked = w.answer()?.draft.json.unwrap_or_default()["client_name"].clone();
    let journey = w.journey()?;
    let page = match &journey.end {
        End::Page { page, .. } | End::Stopped { page, .. } => Some(page),
        _ => journey.choices.last(),
    };
    let shows = |name: &str| page.is_some_and(|page| page.text.contains(name));
    let name = asked.as_str().filter(|name| shows(name)).map(str::to_owned);
    let text = || Unmet::Lacking("no page names the client as it asked to be called".to_owned());
    let name = w.need(name.ok_or_else(text))?;
    let enrolled = w.driver().enrolled(OWN);
    let told = w.need(enrolled)?.answer.remove("client_name").unwrap_or_default();
    w.judge(match told == *name {
        true => Ok(()),
        false => {
            Err(Mismatch::new(format!("client_name {name:?}, as pages show it"), told.to_string()))
        }
    })
}

then!(
    "the registration is refused, or the client is told another {word}",
    refused_or_replaced(name)
);
/// A server may put a value of its own in the place of one that was asked for, and tells it
/// (RFC 7591 §2, §3.2.1).
fn refused_or_replaced(w: &mut World, name: String) -> StepResult {
    let answer = w.answer()?;
    let asked = answer.draft.json.unwrap_or_default()[name.as_str()].clone();
    let told = registered(&answer.sent).and_then(|mut told| told.remove(&name));
    let replaced = told.is_some_and(|told| told.is_string() && told != asked);
    if matches!(answer.what, Observed::Registered(_)) && replaced {
        return w.judge(Ok(()));
    }
    documented(w)
}

then!("the client's registration is as it was", as_it_was().await);
async fn as_it_was(w: &mut World) -> StepResult {
    reads(w).await?;
    read_back(w)
}

then!("the request about the registration is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_answer(&answer)
}

then!("the refusal asks for a Bearer token", asks_for_token());
fn asks_for_token(w: &mut World) -> StepResult {
    let response = w.response()?;
    if response.status != 401 {
        let text =
            format!("this is not refused with 401, but answered {}", w.answer()?.what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let missing = || Mismatch::new("a challenge Bearer (`WWW-Authenticate`)", "none");
    w.judge(bearer_challenge(&response).map(drop).ok_or_else(missing))
}

then!("the registration is deleted", is_deleted());
fn is_deleted(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "status 204", |what| *what == Observed::Served(204))
}

then!("{client} still authenticates with its secret", still_authenticates(client).await);
async fn still_authenticates(w: &mut World, client: Client) -> StepResult {
    let what = authenticated(w, &client).await?;
    w.judge_what(
        &what,
        "an error about the refresh token, and not about the client",
        |what| matches!(what, Observed::Error { error, .. } if error != "invalid_client"),
    )
}

/// What a client is told that presents a refresh token which was never issued: whether it is known.
async fn authenticated(w: &mut World, client: &Client) -> Result<Observed, String> {
    let token = [("refresh_token", NEVER_ISSUED)];
    let draft = w.driver().grant_request(&client.0, "refresh_token", &token);
    let draft = w.need(draft)?;
    Ok(Observed::of_token(&w.submit(&draft).await?))
}

then!("{client} cannot obtain tokens any more", no_tokens(client).await);
async fn no_tokens(w: &mut World, client: Client) -> StepResult {
    let what = authenticated(w, &client).await?;
    w.judge_what(
        &what,
        "error invalid_client",
        |what| matches!(what, Observed::Error { error, .. } if error == "invalid_client"),
    )
}

then!("the client no longer has the further redirect URI", gone_uri());
fn gone_uri(w: &mut World) -> StepResult {
    let metadata = w.driver().client_metadata();
    let own = metadata["redirect_uris"][0].as_str().unwrap_or_default();
    let uri = sibling(own, FURTHER);
    let answer = w.answer()?;
    w.not_broken(&answer.what)?;
    let Some(members) = registered(&answer.sent) else {
        return w.control_failed(format!("an update got {}", answer.what.describe()));
    };
    let kept = members.get("redirect_uris").is_some_and(|uris| uris.to_string().contains(&uri));
    w.judge(match kept {
        false => Ok(()),
        true => Err(Mismatch::new("the redirect URIs of the update alone", format!("also {uri}"))),
    })
}

when!("{client} asks for tokens by its credentials alone", by_credentials(client).await);
async fn by_credentials(w: &mut World, client: Client) -> StepResult {
    if w.driver().has_no_codes() {
        let text = "the server has no codes, and the client registered for its credentials alone";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    let draft = w.driver().grant_request(&client.0, "client_credentials", &[]);
    let draft = w.need(draft)?;
    w.deviates("a grant type that the client did not register");
    w.submit_token(draft, &[]).await
}
