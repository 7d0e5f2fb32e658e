//! What developers and administrators do in the consoles (`box` OAuth page, "Initial Setup";
//! security guide, "Enterprise settings and authorization").

use serde::Deserialize;
use serde_json::{Value, json};

use super::keys;
use crate::server::Server;
use crate::server::faults::{
    application_access as level, authorization as faults, enterprise as setting_faults,
    scope as scopes,
};
use crate::server::oauth::http::Refusal;
use crate::server::oauth::redirect_uri::{self, Comparison, Matching};
use crate::server::oauth::token::developer;
use crate::server::world::{
    AccessLevel, Application, Approval, GrantType, Mode, Model, PublicKey, Role, Settings,
    Snapshot, SpecialPermission, Status, User, UserKind, World,
};
use crate::testbed::switches::Switches;

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
pub(in crate::server) fn perform(server: &Server, action: Action) -> Result<Done, Refusal> {
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
    server: &Server,
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
            reauthorize_at_once(switches, world, &client);
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
            if !switches.has(&faults::AUTHORIZED_FOR_EVER) {
                world.approval_mut(&client, &enterprise).authorized = None;
            }
        }
        Action::EnableApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            enable(switches, world.approval_mut(&client, &enterprise), true);
        }
        Action::DisableApplication { client, enterprise } => {
            let enterprise = enterprise_of(world, &client, enterprise)?;
            enable(switches, world.approval_mut(&client, &enterprise), false);
        }
        Action::DisableUnpublished { enterprise, on } => {
            let sticks = switches.has(&setting_faults::SETTING_STICKS);
            let settings = settings(world, &enterprise)?;
            settings.disable_unpublished = on || sticks && settings.disable_unpublished;
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

fn register(server: &Server, name: &str, enterprise: &str, model: Model) -> Result<Done, Refusal> {
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
        redirect_uris: Vec::new(),
        mode: Mode::default(),
        scopes: Vec::new(),
        grants,
        access: AccessLevel::default(),
        published: false,
        keys: Vec::new(),
        permissions: Vec::new(),
        special: Vec::new(),
        requested: Vec::new(),
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
    reauthorize_at_once(switches, world, client);
    Ok(())
}

/// Support decides, and not the developer: asking changes nothing that counts.
// scope/special-permissions
fn request_special(switches: &Switches, app: &mut Application, permission: SpecialPermission) {
    let switched_on = match permission {
        SpecialPermission::GlobalContentManager => switches.has(&scopes::CONTENT_BY_DEVELOPER),
        SpecialPermission::AsUser => switches.has(&scopes::AS_USER_BY_DEVELOPER),
        SpecialPermission::SuppressNotifications => switches.has(&scopes::QUIET_BY_DEVELOPER),
    };
    let list = if switched_on { &mut app.special } else { &mut app.requested };
    if !list.contains(&permission) {
        list.push(permission);
    }
}

// authorization/redirect-registration
fn register_uri(switches: &Switches, app: &mut Application, uri: &str) -> Result<(), Refusal> {
    if !is_registrable(switches, app.mode, uri) {
        return Err(NOT_REGISTRABLE);
    }
    if !app.redirect_uris.iter().any(|known| known == uri) && !switches.has(&faults::URI_NOT_KEPT) {
        app.redirect_uris.push(uri.to_owned());
    }
    Ok(())
}

/// Whether an application of this mode may have this redirect URI: what could not be used for itself
/// cannot be registered.
// authorization/redirect-registration
fn is_registrable(switches: &Switches, mode: Mode, uri: &str) -> bool {
    let development = mode == Mode::Development;
    let begins = |with: &str| uri.to_ascii_lowercase().starts_with(with);
    let local = ["http://localhost", "http://127.0.0.1", "http://0.0.0.0"];
    let seems_local = local.iter().any(|local| begins(local));
    match () {
        () if begins("https:") && switches.has(&faults::HTTPS_REFUSED) => return false,
        () if begins("http:") && switches.has(&faults::HTTP_REGISTERED) => return true,
        () if seems_local && switches.has(&faults::LOCAL_ALWAYS) => return true,
        () if seems_local && switches.has(&faults::LOCAL_NEVER) => return false,
        () if begins("http://0.0.0.0") && switches.has(&faults::LOCAL_INCOMPLETE) => return false,
        () if seems_local && development && switches.has(&faults::LOCAL_BY_BEGINNING) => {
            return true;
        }
        () if begins("http:") && development && switches.has(&faults::DEVELOPMENT_HTTP) => {
            return true;
        }
        () if !begins("http") && switches.has(&faults::CUSTOM_REFUSED) => return false,
        () => {}
    }
    let right = Switches::default();
    let by = Comparison { mode, matching: Matching::Prefix, switches: &right };
    redirect_uri::choose(Some(uri), &[uri.to_owned()], by).is_ok()
}

/// By a mistake a change of the developer counts without the administrator.
// authorization/snapshot-scopes, authorization/snapshot-access
fn reauthorize_at_once(switches: &Switches, world: &mut World, client: &str) {
    let Some(app) = world.application(client) else { return };
    let (scopes, access) = (app.scopes.clone(), app.access);
    let authorized = world.approvals.iter_mut().filter(|approval| approval.client_id == client);
    for snapshot in authorized.filter_map(|approval| approval.authorized.as_mut()) {
        if switches.has(&faults::SCOPES_AT_ONCE) {
            snapshot.scopes.clone_from(&scopes);
        }
        if switches.has(&faults::ACCESS_AT_ONCE) {
            snapshot.access = access;
        }
        if switches.has(&faults::SCOPES_TAKEN_AT_ONCE) {
            snapshot.scopes.retain(|scope| scopes.contains(scope));
        }
        if switches.has(&faults::SCOPES_ADDED_AT_ONCE) {
            let added = scopes.iter().filter(|scope| !snapshot.scopes.contains(scope)).cloned();
            snapshot.scopes.extend(added.collect::<Vec<_>>());
        }
        if access == AccessLevel::AppOnly && switches.has(&faults::ACCESS_NARROWED_AT_ONCE) {
            snapshot.access = access;
        }
    }
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
    let before = approval.authorized.take().unwrap_or_else(|| fresh.clone());
    let scopes_kept = switches.has(&faults::SCOPES_NOT_RENEWED);
    let access_kept = switches.has(&faults::ACCESS_NOT_RENEWED);
    approval.authorized = Some(Snapshot {
        scopes: if scopes_kept { before.scopes } else { fresh.scopes },
        access: if access_kept { before.access } else { fresh.access },
    });
    if switches.has(&setting_faults::AUTHORIZED_IS_ENABLED) {
        approval.enabled = true;
    }
    if app.model == Model::Server && world.service_account(client, enterprise).is_none() {
        let mut account = service_account(world, &app, enterprise, random);
        let shared = switches.has(&level::SERVICE_ACCOUNT_SHARED);
        let mut accounts = world.users.iter().filter(|user| user.kind == UserKind::ServiceAccount);
        if let Some(other) = accounts.next().filter(|_| shared) {
            account.login.clone_from(&other.login);
        }
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

// enterprise/unpublished-disabled-oauth, enterprise/unpublished-disabled-server
fn enable(switches: &Switches, approval: &mut Approval, enabled: bool) {
    if enabled || !switches.has(&setting_faults::STAYS_ENABLED) {
        approval.enabled = enabled;
    }
}

#[cfg(test)]
#[path = "actions_tests.rs"]
mod tests;
