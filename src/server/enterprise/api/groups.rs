//! Groups and who is in them: `/groups`, `/group_memberships`.

use serde_json::{Value, json};

use super::call::{Call, Reply, done, id_of, listed, shown, text};
use super::error;
use super::gate::Gate;
use super::items::brief_user;
use crate::server::world::{AdminRight, Group, Membership};

/// `GET` and `POST /groups`
// permission/admin-groups
pub(in crate::server) fn collection(call: &Call<'_>) -> Reply {
    if !matches!(call.method(), "GET" | "POST") {
        return Err(error::method("GET, HEAD, POST"));
    }
    call.require(Gate::Groups)?;
    let enterprise = call.administer(AdminRight::ManageGroups)?;
    if call.method() == "GET" {
        let here = call.world.groups.iter().filter(|group| group.enterprise == enterprise);
        return listed(&here.map(value).collect::<Vec<_>>());
    }
    let body = call.body()?;
    let name = text(&body, "name").ok_or_else(|| error::invalid("name"))?.to_owned();
    if call.world.groups.iter().any(|known| known.enterprise == enterprise && known.name == name) {
        return Err(error::conflict("conflict"));
    }
    let made = call.change(|world| {
        let group = Group { id: world.fresh_id(), name, enterprise };
        world.groups.push(group.clone());
        group
    });
    call.happened("GROUP_CREATION");
    shown(201, &value(&made))
}

/// `GET`, `PUT`, `DELETE /groups/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    if !matches!(call.method(), "GET" | "PUT" | "DELETE") {
        return Err(error::method("GET, HEAD, PUT, DELETE"));
    }
    call.require(Gate::Groups)?;
    let found = call.world.group(id);
    let member = || {
        let mut members = call.world.memberships.iter();
        members.any(|known| known.group == id && known.user == call.user.id)
    };
    let readable = call.method() == "GET" && member();
    let enterprise = if readable {
        call.user.enterprise.clone()
    } else {
        Some(call.administer(AdminRight::ManageGroups)?)
    };
    let group = found.filter(|group| Some(&group.enterprise) == enterprise.as_ref());
    let group = group.ok_or_else(|| error::not_found("group"))?;
    match call.method() {
        "GET" => shown(200, &value(group)),
        "PUT" => {
            let body = call.body()?;
            let name = text(&body, "name").unwrap_or(&group.name).to_owned();
            let changed = Group { name, ..group.clone() };
            call.change(|world| {
                world.groups.retain(|known| known.id != id);
                world.groups.push(changed.clone());
            });
            shown(200, &value(&changed))
        }
        _ => {
            call.change(|world| {
                world.groups.retain(|known| known.id != id);
                world.memberships.retain(|known| known.group != id);
            });
            done()
        }
    }
}

fn value(group: &Group) -> Value {
    json!({"type": "group", "id": group.id, "name": group.name, "group_type": "managed_group"})
}

/// `POST /group_memberships`
pub(in crate::server) fn memberships(call: &Call<'_>) -> Reply {
    if call.method() != "POST" {
        return Err(error::method("POST"));
    }
    call.require(Gate::Memberships)?;
    let enterprise = call.administer(AdminRight::ManageGroups)?;
    let body = call.body()?;
    let group = id_of(&body, "group").and_then(|id| call.world.group(&id));
    let group = group.filter(|group| group.enterprise == enterprise);
    let group = group.ok_or_else(|| error::not_found("group"))?.id.clone();
    let user = id_of(&body, "user").filter(|id| call.world.user(id).is_some());
    let user = user.ok_or_else(|| error::not_found("user"))?;
    let known = |known: &Membership| known.group == group && known.user == user;
    if call.world.memberships.iter().any(known) {
        return Err(error::conflict("conflict"));
    }
    let made = call.change(|world| {
        let made = Membership { id: world.fresh_id(), group, user };
        world.memberships.push(made.clone());
        made
    });
    shown(201, &membership_value(call, &made))
}

/// `GET`, `DELETE /group_memberships/ID`
pub(in crate::server) fn membership(call: &Call<'_>, id: &str) -> Reply {
    if !matches!(call.method(), "GET" | "DELETE") {
        return Err(error::method("GET, HEAD, DELETE"));
    }
    call.require(Gate::Memberships)?;
    let enterprise = call.administer(AdminRight::ManageGroups)?;
    let here = |known: &&Membership| {
        let group = call.world.group(&known.group);
        known.id == id && group.is_some_and(|group| group.enterprise == enterprise)
    };
    let found = call.world.memberships.iter().find(here);
    let found = found.ok_or_else(|| error::not_found("group_membership"))?;
    if call.method() == "GET" {
        return shown(200, &membership_value(call, found));
    }
    call.change(|world| world.memberships.retain(|known| known.id != id));
    done()
}

/// `GET /groups/ID/memberships`
pub(in crate::server) fn memberships_of_group(call: &Call<'_>, id: &str) -> Reply {
    memberships_where(call, |known| known.group == id)
}

/// `GET /users/ID/memberships`
pub(in crate::server) fn memberships_of_user(call: &Call<'_>, id: &str) -> Reply {
    memberships_where(call, |known| known.user == id)
}

fn memberships_where(call: &Call<'_>, holds: impl Fn(&Membership) -> bool) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    call.require(Gate::Memberships)?;
    let enterprise = call.administer(AdminRight::ManageGroups)?;
    let here = |known: &&Membership| {
        let group = call.world.group(&known.group);
        holds(known) && group.is_some_and(|group| group.enterprise == enterprise)
    };
    let found = call.world.memberships.iter().filter(here);
    listed(&found.map(|known| membership_value(call, known)).collect::<Vec<_>>())
}

fn membership_value(call: &Call<'_>, known: &Membership) -> Value {
    json!({
        "type": "group_membership",
        "id": known.id,
        "user": brief_user(call, &known.user),
        "group": call.world.group(&known.group).map(value),
        "role": "member",
    })
}
