//! What developers and administrators do in the consoles (`box` OAuth page, "Initial Setup";
//! security guide, "Enterprise settings and authorization").

use serde::Deserialize;
use serde_json::{Value, json};

use super::keys;
use crate::server::core::Core;
use crate::server::enterprise::developer;
use crate::server::faults::effects::console as effects;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::redirect_uri::{self, Comparison, Matching};
use crate::server::world::{
    AccessLevel, Application, GrantType, Mode, Model, PublicKey, Role, Settings, Snapshot,
    SpecialPermission, Status, User, UserKind, World,
};
use crate::testbed::Switches;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::server) enum Action {
    /// The developer registers an application.
    RegisterApplication {
        name: String,
        enterprise: String,
        #[serde(default)]
        model: Model,
    },
    /// The developer registers a redirect URI.
    RegisterRedirectUri { client: String, uri: String },
    /// The developer takes a redirect URI away.
    RemoveRedirectUri { client: String, uri: String },
    /// The developer chooses scopes; spaces part them.
    SetScopes { client: String, scopes: String },
    /// The developer chooses whom a server application acts for.
    SetAccess { client: String, access: AccessLevel },
    /// The developer says whether the application is still being developed.
    SetMode { client: String, mode: Mode },
    /// The developer asks support to switch something on.
    RequestSpecialPermission { client: String, permission: SpecialPermission },
    /// The developer takes that back.
    WithdrawSpecialPermission { client: String, permission: SpecialPermission },
    /// The developer brings a public key along, as PEM.
    AddKey { client: String, pem: String },
    /// The developer has a token made to try the application with.
    DeveloperToken { client: String },
    /// The developer takes a key away.
    RemoveKey { client: String, key: String },
    /// The administrator authorizes an application as it is now.
    AuthorizeApplication { client: String, enterprise: Option<String> },
    /// The administrator takes the authorization back.
    DeauthorizeApplication { client: String, enterprise: Option<String> },
    /// The administrator enables an application in spite of the settings.
    EnableApplication { client: String, enterprise: Option<String> },
    /// The administrator takes the enablement back.
    DisableApplication { client: String, enterprise: Option<String> },
    /// The administrator sets whether unpublished applications are disabled by default.
    DisableUnpublished { enterprise: String, on: bool },
    /// The administrator sets whether published applications are disabled by default.
    DisablePublished { enterprise: String, on: bool },
}

/// What an action yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Done {
    /// Nothing but that it is done.
    Changed,
    /// A new application.
    Registered { client_id: String, secret: String },
    /// A developer token.
    Token { access: String },
}

impl Done {
    /// For the harness.
    pub(in crate::server) fn json(&self) -> Value {
        match self {
            Self::Changed => json!({}),
            Self::Registered { client_id, secret } => {
                json!({"client_id": client_id, "client_secret": secret})
            }
            Self::Token { access } => json!({"access_token": access}),
        }
    }
}

const NO_CLIENT: Refusal = Refusal::invalid_request("There is no such application");
const NO_ENTERPRISE: Refusal = Refusal::invalid_request("There is no such enterprise");
const NO_NAME: Refusal = Refusal::invalid_request("An application needs a name");
const NOT_REGISTRABLE: Refusal = Refusal::invalid_request(
    "A redirect URI is an https address or has a scheme of its own; local http addresses are for \
     applications in development mode",
);
const NOT_A_SCOPE: Refusal = Refusal::invalid_request("There is no such scope");
const NOT_A_KEY: Refusal =
    Refusal::invalid_request("The key is not an RSA public key of 2048 to 8192 bits, as PEM");

/// Scopes that a developer can choose (`box`, "OAuth2 Scope").
pub(in crate::server) const SCOPES: &[&str] = &[
    "root_readonly",
    "root_readwrite",
    "manage_enterprise",
    "manage_managed_users",
    "manage_groups",
    "manage_enterprise_properties",
    "manage_data_retention",
    "manage_app_users",
    "manage_webhook",
];

/// Does it.
///
/// # Errors
/// Where it makes no sense; then nothing is changed.
pub(in crate::server) fn perform(server: &Core, action: Action) -> Result<Done, Refusal> {
    match action {
        Action::RegisterApplication { name, enterprise, model } => {
            register(server, &name, &enterprise, model)
        }
        // access-token/developer-token
        Action::DeveloperToken { client } => {
            let access = developer::make(server, &client).ok_or(NO_CLIENT)?;
            Ok(Done::Token { access })
        }
        action => server.change_world(|world| change(server.switches(), world, action, server)),
    }
}

fn change(
    switches: &Switches,
    world: &mut World,
    action: Action,
    server: &Core,
) -> Result<Done, Refusal> {
    match action {
        Action::RegisterRedirectUri { client, uri } => {
            register_uri(switches, application(world, &client)?, &uri)?;
        }
        Action::RemoveRedirectUri { client, uri } => {
            application(world, &client)?.redirect_uris.retain(|known| *known != uri);
        }
        Action::SetScopes { client, scopes } => set_scopes(switches, world, &client, &scopes)?,
        Action::SetAccess { client, access } => {
            application(world, &client)?.access = access;
            effects::app_changed(switches, world, &client);
        }
        Action::SetMode { client, mode } => application(world, &client)?.mode = mode,
        Action::RequestSpecialPermission { client, permission } => {
            request_special(switches, application(world, &client)?, permission);
        }
        Action::WithdrawSpecialPermission { client, permission } => {
            application(world, &client)?.requested.retain(|asked| *asked != permission);
        }
        Action::AddKey { client, pem } => {
            let id = server.token_of(8);
            let pem = keys::public_pem(&pem).ok_or(NOT_A_KEY)?;
            application(world, &client)?.keys.push(PublicKey { id, pem });
        }
        Action::RemoveKey { client, key } => {
            application(world, &client)?.keys.retain(|known| known.id != key);
        }
        Action::AuthorizeApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            authorize(switches, world, &client, &enterprise, &server.token_of(10))?;
        }
        Action::DeauthorizeApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            let approval = world.approval_mut(&client, &enterprise);
            let before = approval.authorized.take();
            effects::deauthorized(switches, approval, before);
        }
        Action::EnableApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            world.approval_mut(&client, &enterprise).enabled = true;
        }
        Action::DisableApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            effects::disabled(switches, world.approval_mut(&client, &enterprise));
        }
        Action::DisableUnpublished { enterprise, on } => {
            let settings = settings(world, &enterprise)?;
            effects::unpublished_set(switches, settings, on);
        }
        Action::DisablePublished { enterprise, on } => {
            settings(world, &enterprise)?.disable_published = on;
        }
        Action::RegisterApplication { .. } | Action::DeveloperToken { .. } => {}
    }
    Ok(Done::Changed)
}

fn application<'a>(world: &'a mut World, client: &str) -> Result<&'a mut Application, Refusal> {
    world.application_mut(client).ok_or(NO_CLIENT)
}

fn settings<'a>(world: &'a mut World, enterprise: &str) -> Result<&'a mut Settings, Refusal> {
    world.enterprise_mut(enterprise).map(|known| &mut known.settings).ok_or(NO_ENTERPRISE)
}

/// The enterprise that was named, or else the application's own.
fn enterprise_of(world: &World, client: &str, named: Option<String>) -> Result<String, Refusal> {
    let own = &world.application(client).ok_or(NO_CLIENT)?.enterprise;
    let id = named.unwrap_or_else(|| own.clone());
    world.enterprise(&id).map(|known| known.id.clone()).ok_or(NO_ENTERPRISE)
}

fn register(server: &Core, name: &str, enterprise: &str, model: Model) -> Result<Done, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(NO_NAME);
    }
    let (client_id, secret) = (server.token(), server.token());
    let grants = match model {
        Model::ThreeLegged => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        Model::Server => vec![GrantType::JwtBearer, GrantType::ClientCredentials],
    };
    let application = Application {
        role: format!("registered-{client_id}"),
        client_id: client_id.clone(),
        secret: secret.clone(),
        name: name.to_owned(),
        enterprise: enterprise.to_owned(),
        model,
        grants,
        ..Application::default()
    };
    server.change_world(|world| {
        world.enterprise(enterprise).ok_or(NO_ENTERPRISE)?;
        world.applications.push(application);
        Ok(Done::Registered { client_id, secret })
    })
}

fn set_scopes(
    switches: &Switches,
    world: &mut World,
    client: &str,
    scopes: &str,
) -> Result<(), Refusal> {
    let chosen: Vec<String> = scopes.split_whitespace().map(str::to_owned).collect();
    if !chosen.iter().all(|scope| SCOPES.contains(&scope.as_str())) {
        return Err(NOT_A_SCOPE);
    }
    application(world, client)?.scopes = chosen;
    effects::app_changed(switches, world, client);
    Ok(())
}

/// Support decides, and not the developer: asking changes nothing that counts.
// scope/special-permissions
fn request_special(switches: &Switches, app: &mut Application, permission: SpecialPermission) {
    if !app.requested.contains(&permission) {
        app.requested.push(permission);
    }
    effects::requested(switches, app, permission);
}

// authorization/redirect-registration
fn register_uri(switches: &Switches, app: &mut Application, uri: &str) -> Result<(), Refusal> {
    if !is_registrable(switches, app.mode, uri) {
        return Err(NOT_REGISTRABLE);
    }
    if !app.redirect_uris.iter().any(|known| known == uri) && effects::is_uri_kept(switches) {
        app.redirect_uris.push(uri.to_owned());
    }
    Ok(())
}

/// Whether an application of this mode may have this redirect URI: what could not be used for itself
/// cannot be registered.
// authorization/redirect-registration
fn is_registrable(switches: &Switches, mode: Mode, uri: &str) -> bool {
    let right = Switches::default();
    let by = Comparison { mode, matching: Matching::Prefix, switches: &right };
    let usable = redirect_uri::choose(Some(uri), &[uri.to_owned()], by).is_ok();
    effects::is_registrable(switches, mode, uri, usable)
}

/// Freezes what the application is now; a server application gets its service account.
// authorization/required, authorization/snapshot-scopes, authorization/snapshot-access
fn authorize(
    switches: &Switches,
    world: &mut World,
    client: &str,
    enterprise: &str,
    random: &str,
) -> Result<(), Refusal> {
    let app = world.application(client).ok_or(NO_CLIENT)?.clone();
    let approval = world.approval_mut(client, enterprise);
    let fresh = Snapshot { scopes: app.scopes.clone(), access: app.access };
    let before = approval.authorized.take();
    approval.authorized = Some(fresh);
    effects::authorized(switches, approval, before);
    if app.model == Model::Server && world.service_account(client, enterprise).is_none() {
        let account = service_account(world, &app, enterprise, random);
        let account = effects::account(switches, world, account);
        world.users.push(account);
    }
    Ok(())
}

/// The user who stands for a server application.
// application-access/service-account
fn service_account(world: &World, app: &Application, enterprise: &str, random: &str) -> User {
    let numbers = world.users.iter().filter_map(|user| user.id.parse::<u64>().ok());
    let id = numbers.max().unwrap_or_default().saturating_add(1).to_string();
    User {
        login: format!("AutomationUser_{id}_{random}@boxdevedition.com"),
        id,
        password: String::new(),
        name: app.name.clone(),
        enterprise: Some(enterprise.to_owned()),
        role: Role::Admin,
        rights: Vec::new(),
        kind: UserKind::ServiceAccount,
        status: Status::default(),
        application: Some(app.client_id.clone()),
    }
}

#[cfg(test)]
#[path = "actions_tests.rs"]
mod tests;
