//! What the consoles look like. As all pages here they need no script.

use maud::{Markup, html};

use super::actions::SCOPES;
use crate::server::enterprise::visits::PATH;
use crate::server::oauth::{http, pages};
use crate::server::world::{
    AccessLevel, Application, Approval, Enterprise, Mode, Model, Permission, SpecialPermission,
    User, World,
};
use crate::wire::Response;

/// What a page shows, and to whom.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) world: &'a World,
    pub(super) user: &'a User,
    pub(super) form_token: &'a str,
}

/// What is said above a page.
#[derive(Clone, Copy)]
pub(super) enum Notice<'a> {
    /// Nothing.
    None,
    /// What was asked for was not done, and why.
    Refused(&'a str),
    /// A new developer token.
    Token(&'a str),
}

impl Notice<'_> {
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Seen<'_> {
    /// A form that does one thing.
    fn form(self, to: &str, action: &str, content: &Markup) -> Markup {
        html! {
            form method="post" action=(to) {
                input type="hidden" name="form_token" value=(self.form_token);
                input type="hidden" name="action" value=(action);
                (content)
            }
        }
    }

    /// A form that is a button and nothing else.
    fn button(
        self,
        to: &str,
        action: &str,
        field: (&str, &str),
        text: &str,
        about: &str,
    ) -> Markup {
        let content = html! {
            input type="hidden" name=(field.0) value=(field.1);
            button.small type="submit" { (text) span.hidden { " " (about) } }
        };
        self.form(to, action, &content)
    }

    fn layout(self, title: &str, notice: Notice<'_>, content: &Markup) -> Markup {
        let admin = self.user.role == crate::server::world::Role::Admin;
        let content = html! {
            nav aria-label="Consoles" {
                a href=(PATH) { "Developer Console" }
                @if admin { a href={ (PATH) "/admin" } { "Admin Console" } }
                span.who { (self.user.name) }
                form method="post" action={ (PATH) "/logout" } {
                    input type="hidden" name="form_token" value=(self.form_token);
                    button.small.plain type="submit" { "Sign out" }
                }
            }
            h1 { (title) }
            (said(notice))
            (content)
        };
        pages::wide(title, &content)
    }
}

fn said(notice: Notice<'_>) -> Markup {
    html! {
        @match notice {
            Notice::None => {}
            Notice::Refused(text) => p.message role="alert" { (text) "." }
            Notice::Token(token) => {
                div.news role="status" {
                    p { "The developer token was made. It works for an hour: " code #developer-token { (token) } }
                }
            }
        }
    }
}

/// The page to sign in on.
pub(super) fn login(form_token: &str, login: &str, failed: bool) -> Markup {
    let content = html! {
        h1 { "Sign in to the consoles" }
        @if failed {
            p.message role="alert" { "The e-mail address or the password is wrong." }
        }
        form method="post" action={ (PATH) "/login" } {
            input type="hidden" name="form_token" value=(form_token);
            label for="login" { "E-mail address" }
            input #login name="login" type="text" inputmode="email" autocomplete="username"
                required value=(login);
            label for="password" { "Password" }
            input #password name="password" type="password" autocomplete="current-password" required;
            button type="submit" { "Sign in" }
        }
    };
    pages::narrow("Sign in to the consoles", &content)
}

/// The applications of an enterprise, and a form for another.
pub(super) fn home(seen: Seen<'_>, notice: Notice<'_>) -> Markup {
    let own = |app: &&Application| Some(&app.enterprise) == seen.user.enterprise.as_ref();
    let register = html! {
        label for="name" { "Name" }
        input #name name="name" type="text" required maxlength="100";
        fieldset {
            legend { "How it gets its tokens" }
            label.choice { input type="radio" name="model" value="three-legged" checked; " A user signs in and agrees" }
            label.choice { input type="radio" name="model" value="server"; " It signs in itself (JSON Web Token, client credentials)" }
        }
        button type="submit" { "Register" }
    };
    let content = html! {
        h2 #applications { "Applications" }
        table aria-labelledby="applications" {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Client identifier" } th scope="col" { "Kind" } } }
            tbody {
                @for app in seen.world.applications.iter().filter(own) {
                    tr {
                        th scope="row" { a href={ (PATH) "/applications/" (app.client_id) } { (app.name) } }
                        td { code { (app.client_id) } }
                        td { (kind(app)) }
                    }
                }
            }
        }
        h2 { "Register an application" }
        (seen.form(PATH, "register-application", &register))
    };
    seen.layout("Developer Console", notice, &content)
}

fn kind(app: &Application) -> &'static str {
    match app.model {
        Model::ThreeLegged => "users sign in",
        Model::Server => "server",
    }
}

/// One application, as its developer sees it.
pub(super) fn application(seen: Seen<'_>, app: &Application, notice: Notice<'_>) -> Markup {
    let to = format!("{PATH}/applications/{}", app.client_id);
    let content = html! {
        dl {
            dt { "Client identifier" } dd { code { (app.client_id) } }
            dt { "Client secret" } dd { details { summary { "Show" } code { (app.secret) } } }
            dt { "Kind" } dd { (kind(app)) }
            dt { "Published" } dd { @if app.published { "yes" } @else { "no" } }
            @if !app.permissions.is_empty() {
                dt { "Permissions" }
                @for permission in &app.permissions { dd { (permitted(*permission)) } }
            }
        }
        (redirect_uris(seen, app, &to))
        (scopes(seen, app, &to))
        (mode(seen, app, &to))
        (special(seen, app, &to))
        (developer_token(seen, &to))
        @if app.model == Model::Server { (access(seen, app, &to)) (keys(seen, app, &to)) }
    };
    seen.layout(&app.name, notice, &content)
}

fn permitted(permission: Permission) -> &'static str {
    match permission {
        Permission::AsUser => "makes calls as another user",
        Permission::GenerateUserTokens => "gets tokens of users",
    }
}

fn redirect_uris(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    let add = html! {
        label for="uri" { "Another redirect URI" }
        input #uri name="uri" type="text" inputmode="url" required aria-describedby="uri-help";
        p.help #uri-help { "An https address, or one with a scheme of its own; in development mode also a local http address." }
        button type="submit" { "Add" }
    };
    html! {
        h2 { "Redirect URIs" }
        @if app.redirect_uris.is_empty() { p { "None is registered." } }
        ul.rows {
            @for uri in &app.redirect_uris {
                li { code { (uri) } (seen.button(to, "remove-redirect-uri", ("uri", uri), "Remove", uri)) }
            }
        }
        (seen.form(to, "register-redirect-uri", &add))
    }
}

fn scopes(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    let choose = html! {
        fieldset {
            legend { "What its tokens may do" }
            @for scope in SCOPES {
                label.choice {
                    input type="checkbox" name="scope" value=(scope) checked[app.scopes.iter().any(|known| known == scope)];
                    " " code { (scope) }
                }
            }
        }
        button type="submit" { "Save scopes" }
    };
    html! {
        h2 { "Scopes" }
        @if app.model == Model::Server {
            p.help { "A change has no effect until an administrator authorizes the application again." }
        }
        (seen.form(to, "set-scopes", &choose))
    }
}

fn mode(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    let radio = |value: &str, mode: Mode, text: &str| {
        html! { label.choice { input type="radio" name="mode" value=(value) checked[app.mode == mode]; " " (text) } }
    };
    let choose = html! {
        fieldset {
            legend { "State of the application" }
            (radio("development", Mode::Development, "In development: local http addresses are permitted"))
            (radio("production", Mode::Production, "In production"))
        }
        button type="submit" { "Save mode" }
    };
    html! { h2 { "Mode" } (seen.form(to, "set-mode", &choose)) }
}

// scope/special-permissions
fn special(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    html! {
        h2 { "Special permissions" }
        p.help { "Support switches these on, on request." }
        ul.rows {
            @for permission in SpecialPermission::ALL {
                li {
                    (special_in_words(permission)) " "
                    @let field = ("permission", permission.as_str());
                    @if app.special.contains(&permission) {
                        "Switched on."
                    } @else if app.requested.contains(&permission) {
                        "Requested. "
                        (seen.button(to, "withdraw-special-permission", field, "Withdraw", "the request"))
                    } @else {
                        (seen.button(to, "request-special-permission", field, "Request", "it"))
                    }
                }
            }
        }
    }
}

fn special_in_words(permission: SpecialPermission) -> &'static str {
    match permission {
        SpecialPermission::GlobalContentManager => {
            "Administrators reach all content of the enterprise."
        }
        SpecialPermission::AsUser => "Administrators make calls on behalf of users.",
        SpecialPermission::SuppressNotifications => "Calls may be made without sending e-mail.",
    }
}

// access-token/developer-token
fn developer_token(seen: Seen<'_>, to: &str) -> Markup {
    let make = html! { button type="submit" { "Make a developer token" } };
    html! {
        h2 { "Developer token" }
        p.help { "An access token to try the application with. It works for an hour, and nothing renews it." }
        (seen.form(to, "developer-token", &make))
    }
}

fn access(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    let radio = |value: &str, access: AccessLevel, text: &str| {
        html! { label.choice { input type="radio" name="access" value=(value) checked[app.access == access]; " " (text) } }
    };
    let choose = html! {
        fieldset {
            legend { "Whom it acts for" }
            (radio("app-only", AccessLevel::AppOnly, "Its service account and its own users"))
            (radio("app-and-enterprise", AccessLevel::AppAndEnterprise, "The users of the enterprise as well"))
        }
        button type="submit" { "Save access level" }
    };
    html! {
        h2 { "Access level" }
        p.help { "A change has no effect until an administrator authorizes the application again." }
        (seen.form(to, "set-access", &choose))
    }
}

fn keys(seen: Seen<'_>, app: &Application, to: &str) -> Markup {
    let add = html! {
        label for="pem" { "Public key (PEM)" }
        textarea #pem name="pem" rows="5" required {}
        button type="submit" { "Add" }
    };
    html! {
        h2 { "Keys for signed assertions" }
        p.help {
            "RSA, 2048 to 8192 bits. " code { "openssl genpkey -algorithm RSA -out private.pem" } " makes a pair, "
            code { "openssl pkey -in private.pem -pubout" } " prints its public half."
        }
        @if app.keys.is_empty() { p { "There is none." } }
        ul.rows {
            @for key in &app.keys {
                li { code { (key.id) } (seen.button(to, "remove-key", ("key", &key.id), "Remove", &key.id)) }
            }
        }
        (seen.form(to, "add-key", &add))
    }
}

/// What the administrators of an enterprise decide.
pub(super) fn admin(seen: Seen<'_>, enterprise: &Enterprise, notice: Notice<'_>) -> Markup {
    let to = format!("{PATH}/admin");
    let settings = enterprise.settings;
    let setting = |name: &str, on: bool, text: &str| {
        let (next, does) = if on { ("false", "Turn off") } else { ("true", "Turn on") };
        html! {
            li { span { (text) ": " strong { @if on { "on" } @else { "off" } } }
                (seen.button(&to, name, ("on", next), does, text)) }
        }
    };
    let content = html! {
        h2 { "Settings" }
        ul.rows {
            (setting("disable-unpublished", settings.disable_unpublished, "Disable unpublished applications by default"))
            (setting("disable-published", settings.disable_published, "Disable published applications by default"))
        }
        h2 #applications { "Applications" }
        table aria-labelledby="applications" {
            thead { tr {
                th scope="col" { "Name" } th scope="col" { "Kind" }
                th scope="col" { "Authorized" } th scope="col" { "Enabled" }
            } }
            tbody { @for app in seen.world.applications.iter().filter(|app| concerns(seen, app, enterprise)) { (decisions(seen, app, enterprise, &to)) } }
        }
    };
    seen.layout("Admin Console", notice, &content)
}

/// Whether an administrator gets to see an application: the own, the published, and what was decided
/// on before.
fn concerns(seen: Seen<'_>, app: &Application, enterprise: &Enterprise) -> bool {
    app.enterprise == enterprise.id
        || app.published
        || seen.world.approval(&app.client_id, &enterprise.id).is_some()
}

fn decisions(seen: Seen<'_>, app: &Application, enterprise: &Enterprise, to: &str) -> Markup {
    let approval = seen.world.approval(&app.client_id, &enterprise.id);
    let snapshot = approval.and_then(|approval| approval.authorized.as_ref());
    let enabled = approval.is_some_and(|approval: &Approval| approval.enabled);
    let stale = snapshot.is_some_and(|it| it.scopes != app.scopes || it.access != app.access);
    let button = |action: &str, text: &str| {
        seen.button(to, action, ("client", &app.client_id), text, &app.name)
    };
    html! {
        tr {
            th scope="row" { (app.name) br; code { (app.client_id) } }
            td { @if app.published { "published" } @else { "unpublished" } ", " (kind(app)) }
            td {
                @match snapshot {
                    None => { "no " (button("authorize-application", "Authorize")) }
                    Some(snapshot) => {
                        "yes" @if stale { ", but it has changed since" }
                        details { summary { "As it was" }
                            p { @for scope in &snapshot.scopes { code { (scope) } " " } }
                        }
                        (button("authorize-application", "Authorize again"))
                        (button("deauthorize-application", "Take back"))
                    }
                }
            }
            td {
                @if enabled { "yes " (button("disable-application", "Disable")) }
                @else { "no " (button("enable-application", "Enable")) }
            }
        }
    }
}

/// There is nothing here, or nothing that this user may know of.
pub(super) fn not_found() -> Response {
    http::html(404, pages::not_found())
}

/// The page of somebody else's console.
pub(super) fn forbidden() -> Response {
    let content = html! {
        h1 { "Not for you" }
        p.message role="alert" { "The Admin Console is for the administrators of the enterprise." }
        p { a href=(PATH) { "To the Developer Console" } }
    };
    http::html(403, pages::narrow("Not for you", &content))
}

/// The answer to a form that is not this browser's own.
pub(super) fn forged() -> Response {
    let content = html! {
        h1 { "This did not work" }
        p.message role="alert" { "The form belongs to another session, or the session is over." }
        p { a href=(PATH) { "To the consoles" } }
    };
    http::html(403, pages::narrow("This did not work", &content))
}
