//! Files and their versions: `/files`. A file comes as a form with the parts `attributes` and `file`,
//! or as a JSON object with `attributes` and `content`.

use serde_json::{Map, Value, json};

use super::call::{Call, Reply, done, id_of, listed, shown, text};
use super::error::{self, Denied};
use super::folders::{remove, replace};
use super::gate::Gate;
use super::items::{self, FILE};
use super::reach::Reach;
use crate::server::world::Item;
use crate::wire::Response;

/// `POST /files/content`
pub(in crate::server) fn upload(call: &Call<'_>) -> Reply {
    if call.method() != "POST" {
        return Err(error::method("POST"));
    }
    call.require(Gate::Upload)?;
    let (attributes, content) = sent(call)?;
    let name = text(&attributes, "name").ok_or_else(|| error::invalid("name"))?;
    let parent = id_of(&attributes, "parent").ok_or_else(|| error::invalid("parent"))?;
    let place = items::place(call, Gate::Upload, &parent, Reach::Write)?;
    if items::children(call, &place).iter().any(|item| item.name == name) {
        return Err(error::conflict("item_name_in_use"));
    }
    let (parent, owner) = (place.id().to_owned(), place.owner(call));
    let item = call.change(|world| {
        let (id, name) = (world.fresh_id(), name.to_owned());
        let item = Item { id, kind: FILE, name, parent, owner, versions: vec![content] };
        world.items.push(item.clone());
        item
    });
    call.happened("UPLOAD");
    let entries = [items::full(call, &item)];
    shown(201, &json!({"total_count": 1, "entries": entries}))
}

/// `GET`, `PUT`, `DELETE /files/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    match call.method() {
        "GET" => {
            let item = items::find(call, Gate::ReadContent, FILE, id, Reach::Read)?;
            shown(200, &items::full(call, item))
        }
        "PUT" => {
            let item = items::find(call, Gate::WriteContent, FILE, id, Reach::Write)?;
            let mut changed = item.clone();
            if let Some(name) = text(&call.body()?, "name") {
                name.clone_into(&mut changed.name);
            }
            call.change(|world| replace(world, changed.clone()));
            shown(200, &items::full(call, &changed))
        }
        "DELETE" => {
            let item = items::find(call, Gate::WriteContent, FILE, id, Reach::Write)?;
            call.change(|world| remove(world, item));
            done()
        }
        _ => Err(error::method("GET, HEAD, PUT, DELETE")),
    }
}

/// `GET` and `POST /files/ID/content`: the newest version, and one more.
pub(in crate::server) fn content(call: &Call<'_>, id: &str) -> Reply {
    match call.method() {
        "GET" => {
            let item = items::find(call, Gate::ReadContent, FILE, id, Reach::Read)?;
            let mut response = Response::new(200);
            response.headers.push("Content-Type", "application/octet-stream");
            response.headers.push("Cache-Control", "no-store");
            response.body = item.versions.last().cloned().unwrap_or_default().into_bytes();
            Ok(response)
        }
        "POST" => {
            let item = items::find(call, Gate::Upload, FILE, id, Reach::Write)?;
            let mut changed = item.clone();
            changed.versions.push(sent(call)?.1);
            call.change(|world| replace(world, changed.clone()));
            call.happened("UPLOAD");
            shown(201, &json!({"total_count": 1, "entries": [items::full(call, &changed)]}))
        }
        _ => Err(error::method("GET, HEAD, POST")),
    }
}

/// `GET /files/ID/versions`: those before the newest.
pub(in crate::server) fn versions(call: &Call<'_>, id: &str) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    let item = items::find(call, Gate::ReadContent, FILE, id, Reach::Read)?;
    let before = item.versions.len().saturating_sub(1);
    let entries: Vec<Value> = (0..before)
        .map(|index| json!({"type": "file_version", "id": index.to_string(), "name": item.name}))
        .collect();
    listed(&entries)
}

/// Attributes and content of an upload.
fn sent(call: &Call<'_>) -> Result<(Map<String, Value>, String), Denied> {
    if call.request.media_type().as_deref() == Some("multipart/form-data") {
        return parts(call).ok_or_else(|| error::invalid("body"));
    }
    let mut body = call.body()?;
    let content = text(&body, "content").unwrap_or_default().to_owned();
    let attributes = match body.remove("attributes") {
        Some(Value::Object(attributes)) => attributes,
        _ => Map::new(),
    };
    Ok((attributes, content))
}

/// The parts `attributes` and `file` of a form (RFC 7578).
fn parts(call: &Call<'_>) -> Option<(Map<String, Value>, String)> {
    let header = call.request.headers.text("content-type")?.into_owned();
    let boundary = header.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?;
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let body = String::from_utf8_lossy(&call.request.body).into_owned();
    let part = |name: &str| {
        body.split(&delimiter).find_map(|part| {
            let (fields, content) = part.split_once("\r\n\r\n")?;
            let named = format!("name=\"{name}\"");
            fields.contains(&named).then(|| content.strip_suffix("\r\n").unwrap_or(content))
        })
    };
    let attributes = match part("attributes") {
        Some(text) => serde_json::from_str(text).ok()?,
        None => Map::new(),
    };
    Some((attributes, part("file")?.to_owned()))
}
