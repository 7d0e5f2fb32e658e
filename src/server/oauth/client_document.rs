//! Clients that are described by a document at the URL that is their identifier (OAuth Client ID Metadata
//! Document). It is read for each authorization request, and never kept beyond the next one.

use serde_json::{Map, Value};
use url::Url;

use crate::server::core::Core;
use crate::server::faults::effects::client_document as effects;
use crate::server::oauth::http::given;
use crate::server::oauth::register;
use crate::server::world::Application;
use crate::testbed::fetch::{self, Fetched};
use crate::wire::Params;

/// The beginning of the role of each client that is known by its document.
const ROLE: &str = "described-by ";

/// What is wrong with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Flaw {
    /// It is another client's.
    OtherClient,
    /// It lacks the name of the client.
    NoName,
    /// It lacks redirect URIs.
    NoRedirectUri,
    /// It has a secret, or a method that needs one.
    Secret,
}

/// Reads the document of the client of a request, where its identifier is a URL of this machine.
// client-document/works
pub(in crate::server) fn learn(server: &Core, params: &Params) {
    let offered = server.policy().client_documents;
    let Some(id) = given(params, "client_id").filter(|_| offered) else { return };
    let Ok(url) = Url::parse(id) else { return };
    // Else the document is at another URL than the one that names the client.
    if url.as_str() != id || !matches!(url.scheme(), "http" | "https") {
        return;
    }
    let fetched = effects::fetched(server, &url, fetch::get(&url));
    let app = fetched.and_then(|fetched| described(server, id, &fetched));
    let app = app.map(|app| effects::application(server, params, app));
    server.change_world(|world| {
        let role = format!("{ROLE}{id}");
        world.applications.retain(|known| known.role != role);
        world.applications.extend(app.map(|app| Application { role, ..app }));
    });
}

/// The client of a document, if nothing is wrong with it.
fn described(server: &Core, id: &str, fetched: &Fetched) -> Option<Application> {
    // client-document/failure-aborts, client-document/redirect-not-followed
    let status = effects::status(server, fetched.status);
    let Value::Object(members) = serde_json::from_slice(&fetched.body).ok()? else { return None };
    let flawed = flaws(id, &members).into_iter().flatten();
    if status != 200 || flawed.into_iter().any(|flaw| !effects::overlooks(server, flaw)) {
        return None;
    }
    let mut asked = members;
    asked.insert("token_endpoint_auth_method".to_owned(), "none".into());
    let asked = effects::completed(server, asked);
    let app = register::application(server, &Value::Object(asked)).ok()?;
    Some(Application { client_id: id.to_owned(), registration: None, ..app })
}

fn flaws(id: &str, members: &Map<String, Value>) -> [Option<Flaw>; 4] {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let uris = members.get("redirect_uris").and_then(Value::as_array);
    let method = text("token_endpoint_auth_method");
    let shared = members.contains_key("client_secret") || method.starts_with("client_secret");
    [
        // client-document/mismatch-refused
        (text("client_id") != id).then_some(Flaw::OtherClient),
        // client-document/incomplete-refused
        text("client_name").is_empty().then_some(Flaw::NoName),
        uris.is_none_or(Vec::is_empty).then_some(Flaw::NoRedirectUri),
        // client-document/secret-methods-refused
        shared.then_some(Flaw::Secret),
    ]
}
