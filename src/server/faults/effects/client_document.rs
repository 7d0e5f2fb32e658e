//! Mistakes about clients that are described by documents.

use serde_json::{Map, Value, json};
use url::Url;

use crate::server::core::Core;
use crate::server::faults::client_document as faults;
use crate::server::oauth::client_document::Flaw;
use crate::server::oauth::http::given;
use crate::server::world::{Application, Mode};
use crate::testbed::fetch::{self, Fetched};
use crate::wire::Params;

/// What is read of the answer for a document.
// client-document/works, client-document/failure-aborts, client-document/redirect-not-followed
pub(in crate::server) fn fetched(
    server: &Core,
    url: &Url,
    right: Option<Fetched>,
) -> Option<Fetched> {
    if server.has(&faults::NEVER_READ) || has_failed(server, url, right.as_ref()) {
        return None;
    }
    let next = right.as_ref().and_then(|it| it.location.as_deref());
    match next.and_then(|next| url.join(next).ok()) {
        Some(next) if server.has(&faults::REDIRECT_FOLLOWED) => {
            let followed = fetch::get(&next)?;
            // It is taken for the document that was asked for.
            let body = String::from_utf8(followed.body).ok()?.replace(next.as_str(), url.as_str());
            Some(Fetched { body: body.into_bytes(), ..followed })
        }
        _ => right,
    }
}

/// Whether the document could not be read before, which is noted as a client that nobody can name.
fn has_failed(server: &Core, url: &Url, answer: Option<&Fetched>) -> bool {
    if !server.has(&faults::FAILURE_KEPT) {
        return false;
    }
    let client_id = format!("failed {url}");
    if server.world().application(&client_id).is_some() {
        return true;
    }
    if answer.is_none_or(|answer| answer.status != 200) {
        let failed = Application { role: client_id.clone(), client_id, ..Application::default() };
        server.change_world(|world| world.applications.push(failed));
    }
    false
}

/// The status by which a document is judged.
pub(in crate::server) fn status(server: &Core, right: u16) -> u16 {
    if server.has(&faults::STATUS_IGNORED) { 200 } else { right }
}

/// Whether a flaw goes unnoticed.
// client-document/mismatch-refused, client-document/incomplete-refused,
// client-document/secret-methods-refused
pub(in crate::server) fn overlooks(server: &Core, flaw: Flaw) -> bool {
    server.has(match flaw {
        Flaw::OtherClient => &faults::OTHER_CLIENT,
        Flaw::NoName => &faults::WITHOUT_NAME,
        Flaw::NoRedirectUri => &faults::WITHOUT_REDIRECT_URI,
        Flaw::Secret => &faults::WITH_SECRET,
    })
}

/// A description as it is read; what is made up in it is replaced by [`application`].
pub(in crate::server) fn completed(
    server: &Core,
    mut right: Map<String, Value>,
) -> Map<String, Value> {
    let has_some = right.get("redirect_uris").and_then(Value::as_array);
    if server.has(&faults::WITHOUT_REDIRECT_URI) && has_some.is_none_or(Vec::is_empty) {
        right.insert("redirect_uris".to_owned(), json!([UNNAMED]));
    }
    right
}

/// Stands for any redirect URI.
const UNNAMED: &str = "https://unnamed.example/";

/// The client as it is known from then on.
// client-document/redirect-bound
pub(in crate::server) fn application(
    server: &Core,
    params: &Params,
    right: Application,
) -> Application {
    let any = server.has(&faults::ANY_REDIRECT_URI) || right.redirect_uris == [UNNAMED];
    let begins = |asked: &str| right.redirect_uris.iter().any(|known| asked.starts_with(known));
    let begins = given(params, "redirect_uri").is_some_and(begins);
    let any = any || begins && server.has(&faults::BY_PREFIX);
    match given(params, "redirect_uri").filter(|_| any) {
        Some(asked) => {
            Application { redirect_uris: vec![asked.to_owned()], mode: Mode::Development, ..right }
        }
        None => right,
    }
}
