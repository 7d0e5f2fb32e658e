//! Letting others into folders and files: `/collaborations`.

use serde_json::{Value, json};

use super::call::{Call, Reply, done, id_of, listed, shown, text};
use super::error::{self, Denied};
use super::gate::Gate;
use super::items::{self, Kind};
use super::reach::Reach;
use crate::server::world::{Collaboration, CollaboratorRole};

/// `POST /collaborations`
pub(in crate::server) fn collection(call: &Call<'_>) -> Reply {
    if call.method() != "POST" {
        return Err(error::method("POST"));
    }
    call.require(Gate::Collaborate)?;
    let body = call.body()?;
    let item = body.get("item").and_then(Value::as_object).ok_or_else(|| error::invalid("item"))?;
    let kind = text(item, "type").and_then(Kind::read).ok_or_else(|| error::invalid("type"))?;
    let id = id_of(&body, "item").ok_or_else(|| error::invalid("item"))?;
    let item = items::find(call, Gate::Collaborate, kind, &id, Reach::Write)?.id.clone();
    let user = user_of(call, &body).ok_or_else(|| error::not_found("accessible_by"))?;
    let role = role_of(&body)?;
    if call.world.collaborations.iter().any(|known| known.user == user && known.item == item) {
        return Err(error::conflict("user_already_collaborator"));
    }
    let made = call.change(|world| {
        let made = Collaboration { id: world.fresh_id(), kind, item, user, role };
        world.collaborations.push(made.clone());
        made
    });
    call.happened("COLLABORATION_INVITE");
    // scope/suppress-notifications
    call.mail(&made.user, "You were invited to collaborate");
    shown(201, &value(call, &made))
}

fn user_of(call: &Call<'_>, body: &serde_json::Map<String, Value>) -> Option<String> {
    let by = body.get("accessible_by")?.as_object()?;
    let by_login = || call.world.user_of_login(text(by, "login")?);
    let found = id_of(body, "accessible_by");
    found
        .as_deref()
        .and_then(|id| call.world.user(id))
        .or_else(by_login)
        .map(|user| user.id.clone())
}

fn role_of(body: &serde_json::Map<String, Value>) -> Result<CollaboratorRole, Denied> {
    match text(body, "role") {
        None | Some("editor" | "co-owner") => Ok(CollaboratorRole::Editor),
        Some("viewer" | "previewer" | "viewer uploader") => Ok(CollaboratorRole::Viewer),
        Some(_) => Err(error::invalid("role")),
    }
}

/// `GET`, `PUT`, `DELETE /collaborations/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    call.require(Gate::Collaborate)?;
    let found = call.world.collaborations.iter().find(|known| known.id == id);
    let known = found.ok_or_else(|| error::not_found("collaboration"))?;
    let least = if call.method() == "GET" { Reach::Read } else { Reach::Write };
    items::find(call, Gate::Collaborate, known.kind, &known.item, least)?;
    match call.method() {
        "GET" => shown(200, &value(call, known)),
        "PUT" => {
            let changed = Collaboration { role: role_of(&call.body()?)?, ..known.clone() };
            call.change(|world| {
                world.collaborations.retain(|known| known.id != id);
                world.collaborations.push(changed.clone());
            });
            shown(200, &value(call, &changed))
        }
        "DELETE" => {
            call.change(|world| world.collaborations.retain(|known| known.id != id));
            done()
        }
        _ => Err(error::method("GET, HEAD, PUT, DELETE")),
    }
}

/// `GET /folders/ID/collaborations`, `GET /files/ID/collaborations`
pub(in crate::server) fn of_item(call: &Call<'_>, kind: Kind, id: &str) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    items::find(call, Gate::Collaborate, kind, id, Reach::Read)?;
    let known = call.world.collaborations.iter();
    let about = known.filter(|known| known.kind == kind && known.item == id);
    listed(&about.map(|known| value(call, known)).collect::<Vec<_>>())
}

fn value(call: &Call<'_>, known: &Collaboration) -> Value {
    let item = call.world.item(known.kind, &known.item).map(items::brief);
    json!({
        "type": "collaboration",
        "id": known.id,
        "item": item,
        "accessible_by": items::brief_user(call, &known.user),
        "role": known.role.as_str(),
        "status": "accepted",
    })
}
