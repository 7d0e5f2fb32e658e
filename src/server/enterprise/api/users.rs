//! Users: `/users`. Only administrators see and change others; everybody sees themselves.

use serde_json::{Map, Value, json};

use super::call::{Call, Reply, done, listed, shown, text};
use super::error::{self, Denied};
use super::gate::Gate;
use crate::server::faults::effects::api::call as effects;
use crate::server::world::{AdminRight, Model, Role, Status, User, UserKind};

/// `GET /users/me`: open to every token.
// identity/current-user, permission/admin-users
pub(in crate::server) fn me(call: &Call<'_>) -> Reply {
    if call.method() != "GET" {
        return Err(error::method("GET, HEAD"));
    }
    effects::own_profile(call)?;
    shown(200, &value(&call.user))
}

/// `GET` and `POST /users`
// permission/admin-users
pub(in crate::server) fn collection(call: &Call<'_>) -> Reply {
    match call.method() {
        "GET" => {
            call.require(Gate::ReadUsers)?;
            let enterprise = call.administer(AdminRight::ManageUsers)?;
            let term = call.params.first("filter_term").unwrap_or_default().to_lowercase();
            let here = |user: &&User| {
                let named = [&user.login, &user.name];
                user.enterprise.as_deref() == Some(&*enterprise)
                    && named.iter().any(|text| text.to_lowercase().starts_with(&term))
            };
            listed(&call.world.users.iter().filter(here).map(value).collect::<Vec<_>>())
        }
        "POST" => make(call),
        _ => Err(error::method("GET, HEAD, POST")),
    }
}

fn make(call: &Call<'_>) -> Reply {
    let members = call.body();
    let app_user = members
        .as_ref()
        .is_ok_and(|members| members.get("is_platform_access_only") == Some(&Value::Bool(true)));
    let enterprise = if app_user {
        // scope/manage-app-users, application-access/app-users
        call.require(Gate::AppUsers)?;
        let server_app = call.application().is_some_and(|app| app.model == Model::Server);
        let own = call.user.enterprise.clone().filter(|_| server_app);
        let service = call.user.kind == UserKind::ServiceAccount;
        own.filter(|_| service).ok_or_else(error::forbidden)?
    } else {
        call.require(Gate::WriteUsers)?;
        call.administer(AdminRight::ManageUsers)?
    };
    let members = members?;
    let name = text(&members, "name").ok_or_else(|| error::invalid("name"))?;
    let login = text(&members, "login").filter(|_| !app_user);
    if login.is_none() && !app_user {
        return Err(error::invalid("login"));
    }
    if login.is_some_and(|login| call.world.user_of_login(login).is_some()) {
        return Err(error::conflict("user_login_already_used"));
    }
    let made = call.change(|world| {
        let id = world.fresh_id();
        let of_app = || format!("AppUser_{}_{id}@boxdevedition.com", call.grant.client_id);
        let user = User {
            login: login.map_or_else(of_app, str::to_owned),
            id,
            password: String::new(),
            name: name.to_owned(),
            enterprise: Some(enterprise),
            role: Role::User,
            rights: Vec::new(),
            status: Status::Active,
            kind: if app_user { UserKind::App } else { UserKind::Managed },
            // application-access/app-users
            application: app_user.then(|| call.grant.client_id.clone()),
        };
        let user = effects::made(call.server, user);
        world.users.push(user.clone());
        user
    });
    call.happened("NEW_USER");
    shown(201, &value(&made))
}

/// `GET`, `PUT`, `DELETE /users/ID`
pub(in crate::server) fn one(call: &Call<'_>, id: &str) -> Reply {
    let gate = match call.method() {
        "GET" => Gate::ReadUsers,
        "PUT" => gate_of(call),
        "DELETE" => Gate::DeleteUsers,
        _ => return Err(error::method("GET, HEAD, PUT, DELETE")),
    };
    let found = call.world.user(id);
    if !own_app_user(call, found) {
        call.require(gate)?;
        let enterprise = call.administer(AdminRight::ManageUsers)?;
        found
            .filter(|user| user.enterprise.as_deref() == Some(&*enterprise))
            .ok_or_else(|| error::not_found("user"))?;
    }
    let user = found.ok_or_else(|| error::not_found("user"))?;
    match call.method() {
        "GET" => shown(200, &value(user)),
        "PUT" => edit(call, user),
        _ => {
            call.change(|world| world.users.retain(|known| known.id != id));
            call.happened("DELETE_USER");
            done()
        }
    }
}

/// What an edit asks for besides.
fn gate_of(call: &Call<'_>) -> Gate {
    let changes_role = call.body().is_ok_and(|members| members.contains_key("role"));
    if changes_role { Gate::ChangeRoles } else { Gate::WriteUsers }
}

/// Whether a user belongs to the application, and its service account asks with the scope for it.
// scope/manage-app-users
fn own_app_user(call: &Call<'_>, user: Option<&User>) -> bool {
    let belongs = user.is_some_and(|user| {
        user.kind == UserKind::App && user.application.as_deref() == Some(&*call.grant.client_id)
    });
    belongs && call.user.kind == UserKind::ServiceAccount && call.require(Gate::AppUsers).is_ok()
}

fn edit(call: &Call<'_>, user: &User) -> Reply {
    let members = call.body()?;
    let mut changed = user.clone();
    apply(&members, &mut changed)?;
    let other = call.world.user_of_login(&changed.login).filter(|other| other.id != user.id);
    if other.is_some() {
        return Err(error::conflict("user_login_already_used"));
    }
    call.change(|world| {
        if let Some(user) = world.user_mut(&changed.id) {
            user.clone_from(&changed);
        }
    });
    call.happened("EDIT_USER");
    shown(200, &value(&changed))
}

fn apply(members: &Map<String, Value>, user: &mut User) -> Result<(), Denied> {
    if let Some(name) = text(members, "name") {
        name.clone_into(&mut user.name);
    }
    if let Some(login) = text(members, "login") {
        login.clone_into(&mut user.login);
    }
    match text(members, "role") {
        Some("coadmin") => user.role = Role::CoAdmin,
        Some("user") => user.role = Role::User,
        Some(_) => return Err(error::invalid("role")),
        None => {}
    }
    match text(members, "status") {
        Some("active") => user.status = Status::Active,
        Some("inactive") => user.status = Status::Inactive,
        Some(_) => return Err(error::invalid("status")),
        None => {}
    }
    if members.get("is_password_reset_required") == Some(&Value::Bool(true)) {
        user.password.clear();
    }
    Ok(())
}

/// A user as the API shows it.
fn value(user: &User) -> Value {
    json!({
        "type": "user",
        "id": user.id,
        "name": user.name,
        "login": user.login,
        "language": "en",
        "timezone": "Etc/UTC",
        "status": user.status.as_str(),
        "role": user.role.as_str(),
        "is_platform_access_only": user.kind == UserKind::App,
    })
}
