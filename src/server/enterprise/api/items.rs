//! What folders and files have in common: finding one, and showing it.

use serde_json::{Value, json};

use super::call::Call;
use super::error::{self, Denied};
use super::gate::{self, Gate};
use super::reach::{self, Reach};
use crate::server::faults::effects::api::items as effects;
use crate::server::oauth::bearer::Refusal;
use crate::server::world::{Item, ItemKind, ROOT};

pub(in crate::server) use crate::server::world::ItemKind as Kind;

/// The kind of a folder.
pub(in crate::server) const FOLDER: Kind = ItemKind::Folder;
/// The kind of a file.
pub(in crate::server) const FILE: Kind = ItemKind::File;

/// A folder that a call is about.
pub(in crate::server) enum Place<'c> {
    /// The root folder of whoever acts.
    Root,
    /// Any other.
    Folder(&'c Item),
}

impl Place<'_> {
    /// Whom what is put there belongs to.
    pub(in crate::server) fn owner(&self, call: &Call<'_>) -> String {
        match self {
            Self::Root => call.user.id.clone(),
            Self::Folder(folder) => folder.owner.clone(),
        }
    }

    /// Its identifier.
    pub(in crate::server) fn id(&self) -> &str {
        match self {
            Self::Root => ROOT,
            Self::Folder(folder) => &folder.id,
        }
    }
}

/// The item that a call is about, if its token opens the gate and the user may do this with it. The
/// scope comes first: whoever lacks it learns nothing of what is there.
// scope/scope-before-existence, permission/stranger, permission/no-bypass
pub(in crate::server) fn find<'c>(
    call: &'c Call<'_>,
    gate: Gate,
    kind: Kind,
    id: &str,
    least: Reach,
) -> Result<&'c Item, Denied> {
    let found = call.world.item(kind, id);
    effects::required(call, found, call.require(gate))?;
    let item = found.ok_or_else(|| error::not_found(kind.as_str()))?;
    let path = call.world.path(item);
    let reach = reach::of(call, &path);
    if reach == Reach::Nothing {
        effects::hidden(call, gate, Err(error::not_found(kind.as_str())))?;
    } else if reach < least {
        return Err(error::forbidden());
    }
    // downscope/narrows
    let opened = gate::opens(call.server, &call.grant, gate, Some(&path));
    let right = if opened { Ok(()) } else { Err(Refusal::InsufficientScope.into()) };
    effects::required(call, Some(item), right).map(|()| item)
}

/// The folder that a call is about; `0` is the root of whoever acts.
pub(in crate::server) fn place<'c>(
    call: &'c Call<'_>,
    gate: Gate,
    id: &str,
    least: Reach,
) -> Result<Place<'c>, Denied> {
    if id == ROOT {
        effects::required_at_root(call, gate, call.require(gate))?;
        // downscope/narrows: what holds for one item does not hold for the root.
        return match gate::opens(call.server, &call.grant, gate, Some(&[])) {
            false if !call.grant.restricted_to.is_empty() => Err(Refusal::InsufficientScope.into()),
            _ => Ok(Place::Root),
        };
    }
    find(call, gate, FOLDER, id, least).map(Place::Folder)
}

/// What lies in a folder, as far as whoever acts may know of it.
pub(in crate::server) fn children<'c>(call: &'c Call<'_>, place: &Place<'_>) -> Vec<&'c Item> {
    let user = &call.user.id;
    let shared = |item: &Item| {
        let mut known = call.world.collaborations.iter();
        known.any(|one| one.user == *user && one.kind == item.kind && one.item == item.id)
    };
    let here = |item: &&Item| match place {
        Place::Root => item.owner == *user && item.parent == ROOT || shared(item),
        Place::Folder(folder) => item.parent == folder.id,
    };
    call.world.items.iter().filter(here).collect()
}

/// An item in a few words.
pub(in crate::server) fn brief(item: &Item) -> Value {
    json!({
        "type": item.kind.as_str(),
        "id": item.id,
        "sequence_id": "0",
        "etag": "0",
        "name": item.name,
    })
}

/// A user in a few words.
pub(in crate::server) fn brief_user(call: &Call<'_>, id: &str) -> Value {
    match call.world.user(id) {
        Some(user) => {
            json!({"type": "user", "id": user.id, "name": user.name, "login": user.login})
        }
        None => json!({"type": "user", "id": id, "name": "", "login": ""}),
    }
}

/// The root folder in a few words.
pub(in crate::server) fn brief_root() -> Value {
    json!({"type": "folder", "id": ROOT, "sequence_id": null, "etag": null, "name": "All Files"})
}

/// An item as a call for it shows it.
pub(in crate::server) fn full(call: &Call<'_>, item: &Item) -> Value {
    let world = &call.world;
    let parent = world.item(FOLDER, &item.parent).map_or_else(brief_root, brief);
    let mut above: Vec<Value> = world.path(item).iter().skip(1).map(|item| brief(item)).collect();
    above.push(brief_root());
    above.reverse();
    let owner = brief_user(call, &item.owner);
    let mut value = brief(item);
    value["description"] = "".into();
    value["size"] = item.versions.last().map_or(0, String::len).into();
    value["path_collection"] = json!({"total_count": above.len(), "entries": above});
    value["created_by"] = owner.clone();
    value["modified_by"] = owner.clone();
    value["owned_by"] = owner;
    value["shared_link"] = Value::Null;
    value["parent"] = parent;
    value["item_status"] = "active".into();
    value
}
