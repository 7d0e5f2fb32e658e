//! Tasks, comments and webhooks: made by a call, kept as they came, and shown again.

use serde_json::{Map, Value, json};

use super::call::{Call, Reply, done, listed, shown, text};
use super::error::{self, Denied};
use super::gate::Gate;
use super::items::{self, FILE, Kind};
use super::reach::Reach;
use crate::server::world::{Record, RecordKind};

/// One of these things: what it is called, what opens it, and which member names its item.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Kept {
    kind: RecordKind,
    gate: Gate,
    about: &'static str,
    /// What whoever makes one has to be able to do with the item.
    least: Reach,
}

/// Tasks about a file.
pub(in crate::server) const TASKS: Kept =
    Kept { kind: RecordKind::Task, gate: Gate::Collaborate, about: "item", least: Reach::Read };
/// Comments on a file.
pub(in crate::server) const COMMENTS: Kept =
    Kept { kind: RecordKind::Comment, gate: Gate::Collaborate, about: "item", least: Reach::Read };
/// Webhooks of an application.
// scope/manage-webhook
pub(in crate::server) const WEBHOOKS: Kept =
    Kept { kind: RecordKind::Webhook, gate: Gate::Webhooks, about: "target", least: Reach::Read };

/// `POST` for all, and `GET` for webhooks.
pub(in crate::server) fn collection(call: &Call<'_>, kept: Kept) -> Reply {
    match (call.method(), kept.kind) {
        ("POST", _) => make(call, kept),
        ("GET", RecordKind::Webhook) => {
            call.require(kept.gate)?;
            let mine = of_kind(call, kept).filter(|record| record.owner == call.user.id);
            listed(&mine.map(|record| value(call, record)).collect::<Vec<_>>())
        }
        (_, RecordKind::Webhook) => Err(error::method("GET, HEAD, POST")),
        _ => Err(error::method("POST")),
    }
}

fn of_kind<'c>(call: &'c Call<'_>, kept: Kept) -> impl Iterator<Item = &'c Record> {
    call.world.records.iter().filter(move |record| record.kind == kept.kind)
}

fn make(call: &Call<'_>, kept: Kept) -> Reply {
    call.require(kept.gate)?;
    let members = call.body()?;
    let (kind, id) = item_of(&members, kept.about)?;
    // Not only the scope: whoever cannot see an item cannot have anything to do with it.
    let item = items::find(call, kept.gate, kind, &id, kept.least)?;
    let (owner, about) = (item.owner.clone(), Some((kind, id)));
    let record = call.change(|world| {
        let record = Record {
            id: world.fresh_id(),
            kind: kept.kind,
            owner: call.user.id.clone(),
            enterprise: None,
            item: about,
            members,
        };
        world.records.push(record.clone());
        record
    });
    if kept.kind != RecordKind::Webhook {
        call.mail(&owner, "Something new about your file");
    }
    shown(201, &value(call, &record))
}

fn item_of(members: &Map<String, Value>, name: &'static str) -> Result<(Kind, String), Denied> {
    let item = members.get(name).and_then(Value::as_object).ok_or_else(|| error::invalid(name))?;
    let kind = text(item, "type").and_then(Kind::read).ok_or_else(|| error::invalid("type"))?;
    let id = super::call::id_of(members, name).ok_or_else(|| error::invalid("id"))?;
    Ok((kind, id))
}

/// `GET`, `PUT`, `DELETE …/ID`
pub(in crate::server) fn one(call: &Call<'_>, kept: Kept, id: &str) -> Reply {
    call.require(kept.gate)?;
    let found = of_kind(call, kept).find(|record| record.id == id);
    let record = found.ok_or_else(|| error::not_found(kept.kind.as_str()))?;
    if record.kind == RecordKind::Webhook && record.owner != call.user.id {
        return Err(error::not_found(kept.kind.as_str()));
    }
    if let Some((kind, item)) = &record.item {
        items::find(call, kept.gate, *kind, item, Reach::Read)?;
    }
    edit(call, record)
}

/// Shows, changes or deletes a record that the call may do this with.
pub(in crate::server) fn edit(call: &Call<'_>, record: &Record) -> Reply {
    match call.method() {
        "GET" => shown(200, &value(call, record)),
        "PUT" => {
            let mut changed = record.clone();
            changed.members.extend(call.body()?);
            let replace = |known: &mut Record| {
                if known.kind == changed.kind && known.id == changed.id {
                    *known = changed.clone();
                }
            };
            call.change(|world| world.records.iter_mut().for_each(replace));
            shown(200, &value(call, &changed))
        }
        "DELETE" => {
            let is_it = |known: &Record| known.kind == record.kind && known.id == record.id;
            call.change(|world| world.records.retain(|known| !is_it(known)));
            done()
        }
        _ => Err(error::method("GET, HEAD, PUT, DELETE")),
    }
}

/// `GET /files/ID/tasks`, `GET /files/ID/comments`
pub(in crate::server) fn of_file(call: &Call<'_>, kept: Kept, id: &str) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    items::find(call, kept.gate, FILE, id, Reach::Read)?;
    let about = |record: &&Record| {
        record.item.as_ref().is_some_and(|(kind, item)| *kind == FILE && item == id)
    };
    let records = of_kind(call, kept).filter(about);
    listed(&records.map(|record| value(call, record)).collect::<Vec<_>>())
}

/// A record as the API shows it.
pub(in crate::server) fn value(call: &Call<'_>, record: &Record) -> Value {
    let mut value = json!({"type": record.kind.as_str(), "id": record.id});
    if let Value::Object(members) = &mut value {
        let own = |name: &str| !matches!(name, "type" | "id" | "created_by");
        let kept = record.members.iter().filter(|(name, _)| own(name));
        members.extend(kept.map(|(name, member)| (name.clone(), member.clone())));
        members.insert("created_by".to_owned(), items::brief_user(call, &record.owner));
    }
    value
}
