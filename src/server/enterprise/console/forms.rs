//! The pages' addresses and forms: who may see and do what, and what comes of it.
//!
//! Developers are the managed users of an enterprise and see its applications. The Admin Console is
//! for its administrators. Every form brings back a value that only its own browser's pages hold.

use super::actions::{self, Action, Done};
use super::pages::{self, Notice, Seen};
use crate::server::core::Core;
use crate::server::enterprise::visits::{Fresh, PATH, Visit, set_cookie};
use crate::server::oauth::http::{self, Refusal};
use crate::server::oauth::secret::knows_secret;
use crate::server::world::{
    AccessLevel, Application, Mode, Model, Role, SpecialPermission, User, UserKind,
};
use crate::wire::{Params, Request, Response};

/// A request at the consoles.
struct Asked<'a> {
    server: &'a Core,
    request: &'a Request,
    /// What follows the path of the consoles, without slashes around it.
    place: &'a str,
}

/// Somebody who has signed in.
struct Person {
    visit: Visit,
    user: User,
    enterprise: String,
}

/// Everything below the path of the consoles.
pub(in crate::server) fn endpoint(server: &Core, request: &Request) -> Response {
    let Some(rest) = request.path().strip_prefix(PATH) else { return pages::not_found() };
    if !rest.is_empty() && !rest.starts_with('/') {
        return pages::not_found();
    }
    let asked = Asked { server, request, place: rest.trim_matches('/') };
    match request.method.as_str() {
        "GET" | "HEAD" => asked.show(),
        "POST" => asked.post(),
        _ => http::method_not_allowed("GET, HEAD, POST"),
    }
}

impl Asked<'_> {
    fn show(&self) -> Response {
        match self.person() {
            None => self.login_page(200, ""),
            Some(person) => self.page_for(&person, Notice::None),
        }
    }

    fn person(&self) -> Option<Person> {
        let visit = self.server.visits.of(self.server.now(), self.request)?;
        self.with_user(visit)
    }

    fn with_user(&self, visit: Visit) -> Option<Person> {
        let world = self.server.world();
        let user = world.user(visit.user_id.as_deref()?).filter(|user| is_developer(user))?;
        let enterprise = user.enterprise.clone()?;
        Some(Person { visit, user: user.clone(), enterprise })
    }

    /// A page to sign in on, for a browser that nobody knows.
    fn login_page(&self, status: u16, login: &str) -> Response {
        let (id, form_token) = (self.server.token(), self.server.token());
        let fresh = Fresh { id: &id, form_token: &form_token, user_id: None };
        self.server.visits.open(self.server.now(), fresh, self.request);
        let failed = status != 200;
        let mut response = http::html(status, pages::login(&form_token, login, failed));
        set_cookie(&mut response, &id, self.request.origin.scheme);
        response
    }

    fn page_for(&self, person: &Person, notice: Notice<'_>) -> Response {
        let world = self.server.world();
        let seen = Seen { world: &world, user: &person.user, form_token: &person.visit.form_token };
        let page = match self.place.split('/').collect::<Vec<_>>().as_slice() {
            [""] => pages::home(seen, notice),
            ["applications", id] => match world.application(id) {
                Some(app) if app.enterprise == person.enterprise => {
                    pages::application(seen, app, notice)
                }
                _ => return pages::not_found(),
            },
            ["admin"] if !is_admin(&person.user) => return pages::forbidden(),
            ["admin"] => match world.enterprise(&person.enterprise) {
                Some(enterprise) => pages::admin(seen, enterprise, notice),
                None => return pages::not_found(),
            },
            _ => return pages::not_found(),
        };
        http::html(if notice.is_refusal() { 400 } else { 200 }, page)
    }

    fn post(&self) -> Response {
        let params = http::body_params(self.request).unwrap_or_default();
        let token = params.first("form_token").unwrap_or_default();
        let visits = &self.server.visits;
        let Some(visit) = visits.posting(self.server.now(), self.request, token) else {
            return pages::forged();
        };
        match self.place {
            "login" => self.sign_in(&params),
            "logout" => {
                visits.close(self.request);
                http::redirect(303, PATH)
            }
            _ => match self.with_user(visit) {
                Some(person) => self.act(&person, &params),
                None => pages::forged(),
            },
        }
    }

    fn sign_in(&self, params: &Params) -> Response {
        let (server, login) = (self.server, params.first("login").unwrap_or_default());
        let world = server.world();
        let user = world.user_of_login(login).filter(|user| is_developer(user));
        let sent = params.first("password").unwrap_or_default();
        let right = knows_secret(sent, user.map(|user| user.password.as_str()));
        let Some(user) = user.filter(|_| right) else {
            return self.login_page(403, login);
        };
        let (id, form_token) = (server.token(), server.token());
        let fresh = Fresh { id: &id, form_token: &form_token, user_id: Some(&user.id) };
        server.visits.open(server.now(), fresh, self.request);
        let mut response = http::redirect(303, PATH);
        set_cookie(&mut response, &id, self.request.origin.scheme);
        response
    }

    /// Does what a form asks for, and shows the page that it came from.
    fn act(&self, person: &Person, params: &Params) -> Response {
        let action = match self.place.split('/').collect::<Vec<_>>().as_slice() {
            [""] => new_application(&person.enterprise, params),
            ["applications", id] => match self.server.world().application(id) {
                Some(app) if app.enterprise == person.enterprise => of_developer(app, params),
                _ => return pages::not_found(),
            },
            ["admin"] if !is_admin(&person.user) => return pages::forbidden(),
            ["admin"] => of_admin(&person.enterprise, params),
            _ => return pages::not_found(),
        };
        let Some(action) = action else { return pages::forged() };
        match actions::perform(self.server, action) {
            Ok(Done::Registered { client_id, .. }) => {
                http::redirect(303, &format!("{PATH}/applications/{client_id}"))
            }
            Ok(Done::Token { access }) => self.page_for(person, Notice::Token(&access)),
            // Reloading the page then does not do it again.
            Ok(Done::Changed) => http::redirect(303, self.request.path()),
            Err(Refusal { description, .. }) => self.page_for(person, Notice::Refused(description)),
        }
    }
}

/// Whether a user works in the Developer Console.
fn is_developer(user: &User) -> bool {
    user.kind == UserKind::Managed && user.enterprise.is_some()
}

/// Whether a user works in the Admin Console.
fn is_admin(user: &User) -> bool {
    is_developer(user) && user.role == Role::Admin
}

fn field(params: &Params, name: &str) -> String {
    params.first(name).unwrap_or_default().trim().to_owned()
}

fn model(params: &Params) -> Model {
    if field(params, "model") == "server" { Model::Server } else { Model::ThreeLegged }
}

fn new_application(enterprise: &str, params: &Params) -> Option<Action> {
    (field(params, "action") == "register-application").then(|| Action::RegisterApplication {
        name: field(params, "name"),
        enterprise: enterprise.to_owned(),
        model: model(params),
    })
}

/// What a developer asks for, of an application of the enterprise.
fn of_developer(app: &Application, params: &Params) -> Option<Action> {
    let client = app.client_id.clone();
    Some(match field(params, "action").as_str() {
        "register-redirect-uri" => {
            Action::RegisterRedirectUri { client, uri: field(params, "uri") }
        }
        "remove-redirect-uri" => Action::RemoveRedirectUri { client, uri: field(params, "uri") },
        "set-scopes" => {
            let scopes: Vec<&str> = params.all("scope").collect();
            Action::SetScopes { client, scopes: scopes.join(" ") }
        }
        "set-access" => {
            let all = field(params, "access") == "app-and-enterprise";
            let access = if all { AccessLevel::AppAndEnterprise } else { AccessLevel::AppOnly };
            Action::SetAccess { client, access }
        }
        "set-mode" => {
            let development = field(params, "mode") == "development";
            let mode = if development { Mode::Development } else { Mode::Production };
            Action::SetMode { client, mode }
        }
        "request-special-permission" => Action::RequestSpecialPermission {
            client,
            permission: SpecialPermission::read(&field(params, "permission"))?,
        },
        "withdraw-special-permission" => Action::WithdrawSpecialPermission {
            client,
            permission: SpecialPermission::read(&field(params, "permission"))?,
        },
        "developer-token" => Action::DeveloperToken { client },
        "add-key" => Action::AddKey { client, pem: field(params, "pem") },
        "remove-key" => Action::RemoveKey { client, key: field(params, "key") },
        _ => return None,
    })
}

/// What an administrator asks for, in the own enterprise and in no other.
fn of_admin(enterprise: &str, params: &Params) -> Option<Action> {
    let (client, enterprise) = (field(params, "client"), enterprise.to_owned());
    let of = Some(enterprise.clone());
    let on = field(params, "on") == "true";
    Some(match field(params, "action").as_str() {
        "authorize-application" => Action::AuthorizeApplication { client, enterprise: of },
        "deauthorize-application" => Action::DeauthorizeApplication { client, enterprise: of },
        "enable-application" => Action::EnableApplication { client, enterprise: of },
        "disable-application" => Action::DisableApplication { client, enterprise: of },
        "disable-unpublished" => Action::DisableUnpublished { enterprise, on },
        "disable-published" => Action::DisablePublished { enterprise, on },
        _ => return None,
    })
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
