//! Clients that register themselves (RFC 7591), and the endpoint at which they look after that
//! (RFC 7592).

use serde_json::{Map, Value, json};

use super::answers::Answer;
use super::asked::{Asked, Presented};
use super::definition::{given, then, when};
use super::world::{StepResult, World};
use crate::driver::draft::Encoding;
use crate::driver::enrolment::registered;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::{Draft, Unmet};
use crate::observe::{Mismatch, Observed, entropy, success};
use crate::wire::transport::Sent;

type Members = Map<String, Value>;

/// Role of the client that a scenario registers.
pub(super) const OWN: &str = "registered";
/// Role of another one that it registers.
pub(super) const SECOND: &str = "second";

/// What a registration amounts to.
pub(super) fn outcome(sent: &Sent) -> Observed {
    match (sent, registered(sent)) {
        (Ok(response), Some(_)) => Observed::Registered(response.status),
        _ => Observed::of_token(sent),
    }
}

/// Sends a registration as it is, and keeps the client that it brings under `role`.
async fn send(w: &mut World, role: &str, draft: Draft) -> StepResult {
    let asked = draft.json.clone().unwrap_or_default();
    let sent = w.submit(&draft).await?;
    w.driver().enrol(role, &asked, &sent);
    w.answers.last = Some(Answer { what: outcome(&sent), draft, sent });
    Ok(())
}

/// The same for a client that is to be registered: where it is refused, once more with more members.
async fn send_ordinary(w: &mut World, role: &str, draft: Draft) -> StepResult {
    send(w, role, draft).await?;
    let refused = w.answer()?;
    for (more, again) in w.driver().in_full(&refused.draft, &refused.sent) {
        send(w, role, again).await?;
        if matches!(w.answer()?.what, Observed::Registered(_)) {
            w.driver().says_more(more);
            return Ok(());
        }
    }
    w.answers.last = Some(refused);
    Ok(())
}

/// The draft of a registration whose metadata are changed.
fn draft(w: &mut World, asked: &Asked) -> Result<Draft, String> {
    let mut metadata = w.driver().client_metadata();
    asked.apply(&mut metadata);
    let draft = w.driver().registration(Value::Object(metadata));
    w.need(draft)
}

/// A registration that has to succeed.
async fn enrol(w: &mut World, role: &str, asked: &Asked) -> StepResult {
    let draft = draft(w, asked)?;
    send_ordinary(w, role, draft).await?;
    let what = w.answer()?.what;
    let holds = matches!(what, Observed::Registered(_));
    if let Some(kind) = asked.optional().filter(|_| what.is_refusal()) {
        let text = format!("the server registers no {kind}, but answers {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.control_that(holds, || format!("an ordinary registration got {}", what.describe()))?;
    let own = w.driver().enrolled(role).ok();
    if asked.is_public() && own.is_some_and(|it| it.client.authentication.is_some()) {
        return w.need(Err(Unmet::Lacking(REPLACED.to_owned())));
    }
    Ok(())
}

/// A server may put another way in the place of none, and tells the client (RFC 7591 §3.2.1).
const REPLACED: &str = "the server registered another way of authentication, and says so";

given!("a client has registered", has_registered().await);
async fn has_registered(w: &mut World) -> StepResult {
    enrol(w, OWN, &Asked::default()).await
}

given!("a client has registered {asked}", has_registered_as(asked).await);
async fn has_registered_as(w: &mut World, asked: Asked) -> StepResult {
    enrol(w, OWN, &asked).await
}

given!("a second client has registered", second_has_registered().await);
async fn second_has_registered(w: &mut World) -> StepResult {
    enrol(w, SECOND, &Asked::default()).await
}

given!(
    "a second client has registered for {word}, if the server lets it",
    second_has_registered_for(method).await
);
async fn second_has_registered_for(w: &mut World, method: String) -> StepResult {
    let mut metadata = w.driver().client_metadata();
    w.driver().for_method(&mut metadata, &method);
    let draft = w.driver().registration(Value::Object(metadata));
    let draft = w.need(draft)?;
    send(w, SECOND, draft).await?;
    let what = w.answer()?.what;
    w.judgeable(&what)?;
    let known = w.driver().enrolled(SECOND).ok();
    let named = known.as_ref().map(|it| it.answer.get("token_endpoint_auth_method"));
    if named.flatten().is_some_and(|named| *named == *method) {
        return Ok(());
    }
    let text =
        format!("the server registers no client for {method}, but answers {}", what.describe());
    w.need(Err(Unmet::Lacking(text)))
}

when!("a client registers", registers().await);
async fn registers(w: &mut World) -> StepResult {
    let draft = draft(w, &Asked::default())?;
    send_ordinary(w, OWN, draft).await
}

when!("a client registers {asked}", registers_as(asked).await);
async fn registers_as(w: &mut World, asked: Asked) -> StepResult {
    let draft = draft(w, &asked)?;
    w.deviates(asked.to_string());
    send(w, SECOND, draft).await
}

given!("a client may register {asked}", may_register(asked).await);
/// Whether it may is the server's to decide.
async fn may_register(w: &mut World, asked: Asked) -> StepResult {
    let draft = draft(w, &asked)?;
    send_ordinary(w, OWN, draft).await?;
    let what = w.answer()?.what;
    let text = format!("no client can be registered {asked}, but got {}", what.describe());
    w.control(match what {
        Observed::Registered(_) => Ok(()),
        what if what.is_refusal() => Err(Unmet::Lacking(text)),
        _ => Err(Unmet::Failed(text)),
    })
}

when!("a second client registers the metadata of the first", registers_the_same().await);
async fn registers_the_same(w: &mut World) -> StepResult {
    let first = w.driver().enrolled(OWN);
    let draft = w.need(first)?.asked;
    let draft = w.driver().registration(draft);
    let draft = w.need(draft)?;
    send(w, SECOND, draft).await
}

then!(
    "it is another client, or learns nothing that the first proves itself by",
    learns_nothing_of_the_first()
);
/// Several instances of a client may share its identifier (RFC 7591 §3.2.1), if it is all that they share.
fn learns_nothing_of_the_first(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    let second = w.driver().enrolled(SECOND).ok().map(|it| it.answer).unwrap_or_default();
    let first = w.driver().enrolled(OWN);
    let first = w.need(first)?.answer;
    let is_same = first.get("client_id") == second.get("client_id");
    let learnt = ["client_secret", "registration_access_token"].into_iter();
    let learnt = learnt.filter(|it| is_same && second.get(*it).is_some_and(Value::is_string));
    w.judge(match learnt.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        learnt => {
            let actual =
                format!("the identifier of the first client, with {}", learnt.join(" and "));
            Err(Mismatch::new("another client, or nothing of the first", actual))
        }
    })
}

given!("no client can register {asked}", cannot_register(asked).await);
/// What the server would register is no matter of its updates.
async fn cannot_register(w: &mut World, asked: Asked) -> StepResult {
    let draft = draft(w, &asked)?;
    send(w, SECOND, draft).await?;
    let what = w.answer()?.what;
    match &what {
        Observed::Registered(_) => {
            let text = format!("a client can be registered {asked}");
            w.need(Err(Unmet::Lacking(text)))
        }
        what if what.is_refusal() => w.control(Ok(())),
        what => w.control_failed(format!("a registration {asked} got {}", what.describe())),
    }
}

when!(
    "a client asks for the identifier of that client and for a secret of its choice",
    registers_as_another().await
);
async fn registers_as_another(w: &mut World) -> StepResult {
    let known = w.driver().enrolled(OWN);
    let known = w.need(known)?;
    let mut draft = draft(w, &Asked::default())?;
    if let Some(metadata) = &mut draft.json {
        metadata["client_id"] = json!(known.client.id);
        metadata["client_secret"] = json!(CHOSEN);
    }
    w.deviates("client_id and client_secret are chosen by the client");
    send(w, SECOND, draft).await
}

/// A secret that no server would choose.
const CHOSEN: &str = "oauthspec-chosen-secret-0000000000000000";

when!("a client's metadata are sent {word}", sent_otherwise(how).await);
async fn sent_otherwise(w: &mut World, how: String) -> StepResult {
    let mut draft = draft(w, &Asked::default())?;
    let metadata = draft.json.take().unwrap_or_default();
    match how.as_str() {
        "as-a-form" | "as-text" => {
            for (name, value) in metadata.as_object().into_iter().flatten() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                draft.form.push(name.clone(), text);
            }
            draft.encoding = if how == "as-text" { Encoding::Text } else { Encoding::Form };
        }
        "in-a-list" => draft.json = Some(json!([metadata])),
        "by-GET" => {
            draft.method = "GET".to_owned();
            draft.json = Some(metadata);
        }
        _ => draft.json = Some(json!(metadata.to_string())),
    }
    w.deviates(format!("the metadata are sent {how}"));
    send(w, SECOND, draft).await
}

when!(
    "a client presents an unsigned software statement that names another redirect URI",
    with_a_statement().await
);
async fn with_a_statement(w: &mut World) -> StepResult {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut draft = draft(w, &Asked::default())?;
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": "https://statement.example", "redirect_uris": [STATED]});
    let statement = format!("{}.{}.", part(json!({"alg": "none"})), part(claims));
    if let Some(metadata) = &mut draft.json {
        metadata["software_statement"] = json!(statement);
    }
    w.deviates("a software statement without a signature");
    send(w, SECOND, draft).await
}

/// The redirect URI of a software statement that nobody signed.
pub(super) const STATED: &str = "https://statement.client.example/callback";

when!("a client tries to register {presented}", with_a_token(token).await);
async fn with_a_token(w: &mut World, token: Presented) -> StepResult {
    let mut draft = draft(w, &Asked::default())?;
    present(w, &mut draft, &token)?;
    w.deviates(token.to_string());
    send(w, SECOND, draft).await
}

/// Replaces the token of a request.
pub(super) fn present(w: &mut World, draft: &mut Draft, token: &Presented) -> StepResult {
    let own = draft.headers.text("authorization").unwrap_or_default();
    let own = own.trim_start_matches("Bearer ").to_owned();
    let value = match token {
        Presented::Nothing => None,
        Presented::Unknown => Some(NEVER_ISSUED.to_owned()),
        Presented::Spoilt(how) => Some(how.apply(&own)),
        Presented::AccessToken => Some(w.pair()?.access.to_string()),
        Presented::OfSecond => {
            let second = w.driver().enrolled(SECOND);
            let second = w.need(second)?.management();
            let lacking = || Unmet::Lacking("the server gives out no such tokens".to_owned());
            Some(w.need(second.ok_or_else(lacking))?.1.to_string())
        }
    };
    let mut headers = crate::wire::Headers::default();
    if let Some(value) = value {
        headers.push("Authorization", format!("Bearer {value}"));
    }
    draft.headers = headers;
    Ok(())
}

when!("{int} clients register", many(count).await);
async fn many(w: &mut World, count: usize) -> StepResult {
    for _ in 0..count {
        enrol(w, OWN, &Asked::default()).await?;
        for kind in ["client_secret", "registration_access_token"] {
            if let Some(value) = text(w, kind)? {
                w.answers.collect(kind, value);
            }
        }
        let id = text(w, "client_id")?.unwrap_or_default();
        w.answers.collect("client_id", id);
    }
    Ok(())
}

/// A member of the last answer that is a text.
fn text(w: &mut World, name: &str) -> Result<Option<String>, String> {
    let members = members(w)?;
    Ok(members.get(name).and_then(Value::as_str).map(str::to_owned))
}

/// The members of the last answer, which has to be a registration.
pub(super) fn members(w: &mut World) -> Result<Members, String> {
    let answer = w.answer()?;
    w.readable(&answer.what)?;
    let members = registered(&answer.sent);
    let got = || Unmet::Lacking(format!("no client was registered: {}", answer.what.describe()));
    w.need(members.ok_or_else(got))
}

// --- what is answered ---------------------------------------------------------------------------

then!("the registration endpoint answers", endpoint_answers());
fn endpoint_answers(w: &mut World) -> StepResult {
    w.judge_endpoint("a registration endpoint")
}

then!("a client is registered", is_registered());
fn is_registered(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "a client is registered", |what| matches!(what, Observed::Registered(_)))
}

then!("the client is told in a JSON object with status 201", success());
fn success(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let gone = matches!(answer.what, Observed::Status(404 | 405 | 410, _));
    if answer.what.is_refusal() && !gone {
        // A server may want more of a client than RFC 7591 does, or other things (§2, §3.2.2).
        let text = format!(
            "an ordinary registration got {}; `registration_metadata` says what else the server wants",
            answer.what.describe()
        );
        return w.control_failed(text);
    }
    is_registered(w)?;
    let media = w.response()?.media_type().unwrap_or_default();
    w.judge(match answer.what {
        Observed::Registered(201) if media == "application/json" => Ok(()),
        what => {
            let expected = "status 201 with a JSON object of the media type application/json";
            Err(Mismatch::new(expected, format!("{}, {media}", what.describe())))
        }
    })
}

then!("nobody may keep the answer", no_store());
fn no_store(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    if !what.is_success() {
        let text = format!("there is no answer to keep, but {}", what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let response = w.response()?;
    w.judge(success::no_store(&response))
}

then!("the registration is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if leaves_out(w, &answer) {
        return w.judge(Ok(()));
    }
    w.judge_answer(&answer)
}

/// Whether a server has registered the ordinary redirect URIs alone, and says so: it may replace what a
/// client asks for (RFC 7591 §3.2.1).
fn leaves_out(w: &mut World, answer: &Answer) -> bool {
    let ordinary = w.driver().client_metadata();
    let uris = |members: &Members| match members.get("redirect_uris") {
        Some(Value::Array(uris)) => uris.clone(),
        _ => Vec::new(),
    };
    let ordinary = uris(&ordinary);
    let asked = answer.draft.json.as_ref().and_then(Value::as_object).map(uris);
    let further = asked.is_some_and(|asked| asked.iter().any(|uri| !ordinary.contains(uri)));
    let told = registered(&answer.sent).map(|members| uris(&members)).unwrap_or_default();
    further && !told.is_empty() && told.iter().all(|uri| ordinary.contains(uri))
}

then!("no client is registered", not_registered());
pub(super) fn not_registered(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.judge_what(&what, "a refusal", |what| {
        what.is_refusal() && !matches!(what, Observed::Status(200..=299, _))
    })
}

then!("the refusal is a JSON object with an error code and status 400", error_shape());
fn error_shape(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if matches!(answer.what, Observed::Registered(_)) {
        let text = "the registration was not refused: there is no refusal to judge".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.refused(&answer.what)?;
    let media = w.response()?.media_type().unwrap_or_default();
    w.judge(match &answer.what {
        Observed::Error { status: 400, .. } if media == "application/json" => Ok(()),
        what => {
            let expected = "400 with a JSON object of the media type application/json and an error";
            Err(Mismatch::new(expected, format!("{}, {media}", what.describe())))
        }
    })
}

then!("the server chose identifier and secret itself, or refused", chosen_by_server());
fn chosen_by_server(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    let known = w.driver().enrolled(OWN);
    let known = w.need(known)?.client;
    let answer = w.answer()?;
    let wrong = registered(&answer.sent).and_then(|members| {
        let is = |name: &str, value: &str| members.get(name).and_then(Value::as_str) == Some(value);
        if is("client_id", &known.id) {
            return Some("the identifier of another client");
        }
        is("client_secret", CHOSEN).then_some("the secret that the client chose")
    });
    w.judge(wrong.map_or(Ok(()), |actual| {
        Err(Mismatch::new("an identifier and a secret of the server's, or a refusal", actual))
    }))
}

then!("a secret comes with its expiry", secret_expiry());
fn secret_expiry(w: &mut World) -> StepResult {
    let members = members(w)?;
    if !members.contains_key("client_secret") {
        let text = "the client was given no secret".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge(
        match members.get("client_secret_expires_at") {
            Some(value) if value.is_u64() => Ok(()),
            Some(other) => Err(format!("{other}")),
            None => Err("no such member".to_owned()),
        }
        .map_err(|actual| Mismatch::new("client_secret_expires_at with a number", actual)),
    )
}

then!("the client has no secret", no_secret());
fn no_secret(w: &mut World) -> StepResult {
    let members = members(w)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let has_none = text("client_secret").is_none_or(str::is_empty);
    // An answer that names no way names HTTP Basic (RFC 7591 §2).
    if text("token_endpoint_auth_method").map_or(!has_none, |method| method != "none") {
        return w.need(Err(Unmet::Lacking(REPLACED.to_owned())));
    }
    w.judge(match has_none {
        true => Ok(()),
        false => Err(Mismatch::new("no client_secret", "a client_secret")),
    })
}

then!("what the clients were given cannot be guessed", unguessable());
fn unguessable(w: &mut World) -> StepResult {
    let kinds = ["client_secret", "registration_access_token"];
    let given = kinds.map(|kind| w.answers.collected(kind));
    let secret = given.iter().any(|values| !values.is_empty());
    let text = "clients are given nothing that has to be secret: they are public, and not managed";
    w.need(secret.then_some(()).ok_or_else(|| Unmet::Lacking(text.to_owned())))?;
    for values in given.iter().filter(|values| !values.is_empty()) {
        w.judge_by(|cite| entropy::unguessable(values, cite.document.unguessable_bits))?;
    }
    Ok(())
}

then!("each was given other ones", differ());
fn differ(w: &mut World) -> StepResult {
    let kinds = ["client_id", "client_secret", "registration_access_token"];
    let twice = kinds.into_iter().find(|kind| {
        let mut values = w.answers.collected(kind);
        let all = values.len();
        values.sort();
        values.dedup();
        values.len() < all
    });
    w.judge(twice.map_or(Ok(()), |kind| {
        Err(Mismatch::new(format!("a {kind} of its own for each client"), "one that came twice"))
    }))
}
