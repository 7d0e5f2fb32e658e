//! Folders: `/folders`.

use serde_json::{Value, json};

use super::call::{Call, Reply, done, id_of, listed, shown, text};
use super::error;
use super::gate::Gate;
use super::items::{self, FOLDER, Place};
use super::reach::Reach;
use crate::server::world::{Item, Record, World};

/// `POST /folders`
pub(in crate::server) fn collection(call: &Call<'_>) -> Reply {
    if call.method() != "POST" {
        return Err(error::method("POST"));
    }
    call.require(Gate::WriteContent)?;
    let body = call.body()?;
    let name = text(&body, "name").ok_or_else(|| error::invalid("name"))?;
    let parent = id_of(&body, "parent").ok_or_else(|| error::invalid("parent"))?;
    let place = items::place(call, Gate::WriteContent, &parent, Reach::Write)?;
    let taken = items::children(call, &place);
    if taken.iter().any(|item| item.name == name) {
        return Err(error::conflict("item_name_in_use"));
    }
    let (parent, owner) = (place.id().to_owned(), place.owner(call));
    let item = call.change(|world| {
        let id = world.fresh_id();
        let name = name.to_owned();
        let item = Item { id, kind: FOLDER, name, parent, owner, versions: Vec::new() };
        world.items.push(item.clone());
        item
    });
    call.happened("ITEM_CREATE");
    shown(201, &folder(call, &item))
}

/// `GET`, `PUT`, `DELETE /folders/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    match call.method() {
        "GET" => {
            // permission/owner, permission/stranger
            let place = items::place(call, Gate::ReadContent, id, Reach::Read)?;
            shown(200, &as_place(call, &place))
        }
        "PUT" => rename(call, id),
        "DELETE" => delete(call, id),
        _ => Err(error::method("GET, HEAD, PUT, DELETE")),
    }
}

/// `GET /folders/ID/items`
pub(in crate::server) fn children(call: &Call<'_>, id: &str) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    let place = items::place(call, Gate::ReadContent, id, Reach::Read)?;
    let entries: Vec<Value> = items::children(call, &place).into_iter().map(items::brief).collect();
    listed(&entries)
}

fn rename(call: &Call<'_>, id: &str) -> Reply {
    let item = items::find(call, Gate::WriteContent, FOLDER, id, Reach::Write)?;
    let body = call.body()?;
    let mut changed = item.clone();
    if let Some(name) = text(&body, "name") {
        name.clone_into(&mut changed.name);
    }
    call.change(|world| replace(world, changed.clone()));
    shown(200, &folder(call, &changed))
}

/// Puts an item in place of the one of its identifier.
pub(in crate::server) fn replace(world: &mut World, changed: Item) {
    if let Some(item) = world.item_mut(changed.kind, &changed.id) {
        *item = changed;
    }
}

fn delete(call: &Call<'_>, id: &str) -> Reply {
    let item = items::find(call, Gate::WriteContent, FOLDER, id, Reach::Write)?;
    let inside = items::children(call, &Place::Folder(item));
    if !inside.is_empty() && call.params.first("recursive") != Some("true") {
        return Err(error::invalid("folder_not_empty"));
    }
    call.change(|world| remove(world, item));
    done()
}

/// Removes an item with everything in it.
pub(in crate::server) fn remove(world: &mut World, item: &Item) {
    let below = |known: &Item| {
        world.path(known).iter().any(|one| one.kind == item.kind && one.id == item.id)
    };
    let gone: Vec<Item> = world.items.iter().filter(|known| below(known)).cloned().collect();
    let is_gone = |kind, id: &str| gone.iter().any(|one| one.kind == kind && one.id == id);
    world.items.retain(|known| !is_gone(known.kind, &known.id));
    world.collaborations.retain(|known| !is_gone(known.kind, &known.item));
    let about_gone = |known: &Record| match &known.item {
        Some((kind, id)) => is_gone(*kind, id),
        None => false,
    };
    world.records.retain(|known| !about_gone(known));
}

fn as_place(call: &Call<'_>, place: &Place<'_>) -> Value {
    match place {
        Place::Folder(item) => folder(call, item),
        Place::Root => {
            let mut value = items::brief_root();
            value["owned_by"] = items::brief_user(call, &call.user.id);
            with_items(call, place, value)
        }
    }
}

fn folder(call: &Call<'_>, item: &Item) -> Value {
    with_items(call, &Place::Folder(item), items::full(call, item))
}

fn with_items(call: &Call<'_>, place: &Place<'_>, mut value: Value) -> Value {
    let entries: Vec<Value> = items::children(call, place).into_iter().map(items::brief).collect();
    value["item_collection"] =
        json!({"total_count": entries.len(), "entries": entries, "offset": 0, "limit": 100});
    value
}
