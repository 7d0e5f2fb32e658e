//! The pages people see. They need no script, and everything they reflect is escaped by `maud`.
// redirect/page-escapes

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use crate::server::faults::effects::pages as effects;
use crate::server::oauth::sessions::Authorization;
use crate::server::world::{Application, User};
use crate::testbed::Switches;
use crate::wire::Params;
use crate::wire::params::Param;

/// The style of every page; pages are read by the thousand, so those of users carry no more.
const STYLE: &str = "\
body{margin:0;background:#eef1f5;color:#1d2733;font:16px/1.5 system-ui,sans-serif}\
main{max-width:26rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.5rem;\
box-shadow:0 1px 4px #0003}\
h1{margin-top:0;font-size:1.3rem}label{display:block;margin:1rem 0 .25rem;font-weight:600}\
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #8794a3;\
border-radius:.25rem}\
button{margin:1.5rem .75rem 0 0;padding:.5rem 1.25rem;font:inherit;border-radius:.25rem;\
border:1px solid #1458b8;background:#1458b8;color:#fff;cursor:pointer}\
button.plain{background:#fff;color:#1458b8}\
.message{padding:.5rem .75rem;background:#fdecea;border-left:4px solid #b3261e}\
dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}code{overflow-wrap:anywhere}\
fieldset{margin:1rem 0 0;border:1px solid #d5dbe3;border-radius:.25rem}legend{font-weight:600}\
label.choice{margin:.25rem 0;font-weight:400}label.choice input{width:auto}";

/// What pages with tables and several forms need beside it.
const WIDE_STYLE: &str = "\
main.wide{max-width:58rem;margin:4vh auto}main.wide form{max-width:34rem}\
nav{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;padding-bottom:1rem;\
margin-bottom:1.5rem;border-bottom:1px solid #d5dbe3}nav .who{margin-left:auto}\
h2{margin:2rem 0 .5rem;font-size:1.1rem}a{color:#1458b8}\
table{width:100%;border-collapse:collapse}th,td{padding:.5rem;text-align:left;\
vertical-align:top;border-bottom:1px solid #d5dbe3}tbody th{font-weight:500}\
textarea{box-sizing:border-box;width:100%;font:13px/1.4 ui-monospace,monospace}\
button.small{margin:0;padding:.15rem .6rem;font-size:.9rem}\
ul.rows{padding:0;list-style:none}ul.rows li{display:flex;gap:1rem;align-items:center;\
justify-content:space-between;padding:.35rem 0;border-bottom:1px solid #d5dbe3}\
td form{display:inline-block;margin:.15rem .35rem .15rem 0}ul.rows form{flex:none}\
.news{padding:.5rem .75rem;background:#e8f3ec;border-left:4px solid #1e7b45}\
.help{margin:.25rem 0;color:#4a5766;font-size:.9rem}\
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}";

/// Only our own style sheets, named by their hashes; no scripts, no frames.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let [plain, wide] = [STYLE, WIDE_STYLE]
        .map(|style| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, style.as_bytes()))));
    format!("default-src 'none'; style-src {plain} {wide}; base-uri 'none'; frame-ancestors 'none'")
});

/// The content security policy of every page.
pub(in crate::server) fn policy() -> &'static str {
    &POLICY
}

/// A page that asks or says one thing.
pub(in crate::server) fn narrow(title: &str, content: &Markup) -> Markup {
    page(title, Width::Narrow, content)
}

/// A page with tables and several forms.
pub(in crate::server) fn wide(title: &str, content: &Markup) -> Markup {
    page(title, Width::Wide, content)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Narrow,
    Wide,
}

fn page(title: &str, width: Width, content: &Markup) -> Markup {
    let class = if width == Width::Wide { "wide" } else { "narrow" };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
                @if width == Width::Wide { style { (PreEscaped(WIDE_STYLE)) } }
            }
            body { main class=(class) { (content) } }
        }
    }
}

/// Where a form goes and what proves that it is ours.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Form<'a> {
    /// Path that the form is posted to.
    pub(in crate::server) action: &'a str,
    /// The waiting request.
    pub(in crate::server) request: &'a str,
    /// Anti-forgery value.
    pub(in crate::server) form_token: &'a str,
    /// What waits for its user.
    pub(in crate::server) asked: &'a Authorization,
    /// What the server does otherwise.
    pub(in crate::server) switches: &'a Switches,
}

/// What a login page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Fields {
    /// Name and password.
    Both,
    /// The name; the password comes next.
    Name,
    /// The password of the name that came before.
    Password,
}

/// What stands on the login page.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Login<'a> {
    /// Name that is filled in.
    pub(in crate::server) login: &'a str,
    /// Whether a login has just failed.
    pub(in crate::server) failed: bool,
    /// State of the waiting request.
    pub(in crate::server) state: Option<&'a str>,
    /// Which of the two are asked for.
    pub(in crate::server) fields: Fields,
    /// Where users of a company with an identity provider go, if there is one.
    pub(in crate::server) company: Option<&'a str>,
}

impl Form<'_> {
    /// The form with this in it.
    #[expect(clippy::needless_pass_by_value, reason = "a template is written where it is passed")]
    pub(in crate::server) fn around(&self, content: Markup) -> Markup {
        html! { form method="post" action=(self.action) { (self.hidden()) (content) } }
    }

    fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="request" value=(self.request);
            @if let Some(value) = effects::form_token(self.switches, self.form_token) {
                input type="hidden" name="form_token" value=(value);
            }
            (effects::carried(*self))
        }
    }
}

/// The page to sign in on.
// authorize/login-prefilled
pub(in crate::server) fn login(form: Form<'_>, app: &Application, asks: Login<'_>) -> Markup {
    let content = html! {
        h1 { "Sign in" }
        p { "Sign in to continue to " strong { (app.name) } "." }
        @if asks.failed {
            p.message role="alert" { "The e-mail address or the password is wrong." }
        }
        form method="post" action=(form.action) {
            (form.hidden())
            (effects::state_at_login(form.switches, asks.state))
            @if asks.fields == Fields::Password {
                input type="hidden" name="login" value=(asks.login);
            } @else {
                label for="login" { "E-mail address" }
                (effects::login_field(form.switches, asks.login, login_field(asks.login)))
            }
            @if asks.fields != Fields::Name {
                label for="password" { "Password" }
                input id="password" name="password" type="password"
                    autocomplete="current-password" required;
            }
            (effects::login_buttons(form, html! { button type="submit" { "Sign in" } }))
        }
        // consent/company-sign-on
        @if let Some(company) = asks.company {
            p { a href=(company) { "Use single sign-on of your company" } }
        }
    };
    narrow("Sign in", &content)
}

/// The page of a company's identity provider.
// consent/company-sign-on
pub(in crate::server) fn company(
    action: &str,
    hidden: &[(&str, &str)],
    login: &str,
    failed: bool,
) -> Markup {
    let content = html! {
        h1 { "Sign in to your company" }
        p { "This is the identity provider of the company." }
        @if failed {
            p.message role="alert" { "The e-mail address or the password is wrong." }
        }
        form method="post" action=(action) {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            label for="login" { "E-mail address" }
            input id="login" name="login" type="text" inputmode="email" autocomplete="username"
                required value=(login);
            label for="password" { "Password" }
            input id="password" name="password" type="password"
                autocomplete="current-password" required;
            button type="submit" { "Sign in" }
        }
    };
    narrow("Sign in to your company", &content)
}

/// The page that takes the user back to the server, where that is done by a form.
pub(in crate::server) fn hand_over(action: &str, assertion: &str) -> Markup {
    let content = html! {
        h1 { "You are signed in" }
        form method="post" action=(action) {
            input type="hidden" name="assertion" value=(assertion);
            button type="submit" { "Continue" }
        }
    };
    narrow("You are signed in", &content)
}

/// The page for a request that the identity provider does not understand.
pub(in crate::server) fn company_unknown() -> Markup {
    let content = html! {
        h1 { "This did not work" }
        p.message role="alert" { "Nobody whom the company knows asks to sign you in." }
    };
    narrow("Error", &content)
}

// authorize/login-prefilled
pub(in crate::server) fn login_field(login: &str) -> Markup {
    html! {
        input id="login" name="login" type="text" inputmode="email" autocomplete="username"
            required value=(login);
    }
}

/// The page that asks for consent.
// consent/consent-shown, consent/consent-names-application
pub(in crate::server) fn consent(
    form: Form<'_>,
    name: &str,
    user: &User,
    scopes: &[String],
) -> Markup {
    let content = html! {
        h1 { "Allow access?" }
        p {
            strong { (name) } " asks for access to the account of "
            strong { (user.name) } " (" (user.login) ")."
        }
        // device/consent-asked (RFC 8628 §3.3.1, §5.4)
        @if let Some(codes) = &form.asked.device {
            p { "It is a device that shows the code " code { (codes.user) } ". Is it yours?" }
        }
        @if scopes.is_empty() {
            p { "It will be able to see who you are." }
        } @else {
            p { "It will be able to:" }
            ul { @for scope in scopes { li { (in_words(scope)) } } }
        }
        (effects::decision(form, decision(form)))
    };
    narrow("Allow access?", &content)
}

/// How the user says yes or no.
fn decision(form: Form<'_>) -> Markup {
    form.around(html! {
        button type="submit" name="decision" value="grant" { "Grant" }
        button.plain type="submit" name="decision" value="deny" { "Deny" }
    })
}

fn in_words(scope: &str) -> &str {
    match scope {
        "root_readonly" => "look at your files and folders",
        "root_readwrite" => "see, add, change and remove your files and folders",
        "manage_enterprise" => "administer your company: people, groups and settings",
        "manage_managed_users" => "administer the people of your company",
        "manage_groups" => "administer the groups of your company and who is in them",
        "manage_enterprise_properties" => "see and change your company's settings and reports",
        "manage_data_retention" => "see and set how long content must be kept",
        "manage_app_users" => "administer its own users",
        "manage_webhook" => "be told when something changes",
        other => other,
    }
}

/// Parameters of an authorization request that an error page repeats.
const REFLECTED: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge_method",
    "prompt",
    "login_hint",
];

/// The page on which a user types the code that a device shows.
pub(in crate::server) fn user_code(
    switches: &Switches,
    action: &str,
    typed: &str,
    failed: bool,
) -> Markup {
    let button = html! { button type="submit" { "Continue" } };
    let content = html! {
        h1 { "Connect a device" }
        @if failed {
            p.message role="alert" { "No device shows this code, or it was typed too often." }
        }
        form method="post" action=(action) {
            label for="user_code" { "Code that the device shows" }
            input id="user_code" name="user_code" type="text" autocomplete="off" required
                    value=(typed);
            (effects::below_user_code(switches, (typed, failed), button))
        }
    };
    narrow("Connect a device", &content)
}

/// A page that sends the code of a device by itself.
pub(in crate::server) fn sends_user_code(action: &str, code: &str) -> Markup {
    let content = html! {
        form method="post" action=(action) {
            input type="hidden" name="user_code" value=(code);
        }
        script { "document.forms[0].submit()" }
    };
    narrow("Connect a device", &content)
}

/// The page for a user who has decided about a device.
pub(in crate::server) fn device_decided(granted: bool) -> Markup {
    let content = html! {
        h1 { "You can go back to the device" }
        @if granted { p { "It is connected to your account." } } @else { p { "It gets nothing." } }
    };
    narrow("Done", &content)
}

/// The page for an error that the application does not get to see.
// redirect/page-names-error, redirect/page-escapes
pub(in crate::server) fn error(switches: &Switches, code: &str, params: &Params) -> Markup {
    let silent = effects::is_silent(switches);
    let shown = |one: &&Param| !silent && REFLECTED.contains(&one.name.as_str());
    let reflected = || params.iter().filter(shown);
    let content = html! {
        h1 { "This did not work" }
        p.message role="alert" { "Error: " (effects::named(switches, code, html! { code { (code) } })) }
        p { (explanation(code)) }
        @if reflected().next().is_some() {
            h2 { "What was asked" }
            dl { @for one in reflected() { dt { (one.name) } dd { (effects::reflected(switches, one, html! { (one.value) })) } } }
        }
    };
    narrow("Error", &content)
}

fn explanation(code: &str) -> &'static str {
    match code {
        "redirect_uri_mismatch" => {
            "The application asked to send you to an address that is not registered for it."
        }
        "redirect_uri_missing" => {
            "Several addresses are registered for the application, and it did not say which one."
        }
        "insecure_redirect_uri" => {
            "The application asked to send you to an address without encryption."
        }
        "invalid_redirect_uri" => "The address that the application asked for is not one.",
        "invalid_client" => "No application of this identifier is registered here.",
        "internal_server_error" => "Something went wrong here. Please try again later.",
        // enterprise/unpublished-disabled-oauth, enterprise/published
        "disabled_by_administrator" => {
            "An administrator of your company has to enable the application before it can be used."
        }
        // consent/company-sign-on
        "sign_on_failed" => {
            "What your company said does not belong to this browser, or is too old. \
             Please go back to the application and start again."
        }
        "form_expired" => {
            "This form belongs to another session or was answered already. \
             Please go back to the application and start again."
        }
        _ => "The request of the application cannot be understood.",
    }
}

/// The page that says what this server is.
pub(in crate::server) fn home() -> Markup {
    let content = html! {
        h1 { "oauthspec reference server" }
        p { "An OAuth 2.0 authorization server to test clients and test suites with." }
        p { "Everything here is made up: never enter a real password." }
    };
    narrow("oauthspec reference server", &content)
}

/// The page for a path that leads nowhere.
pub(in crate::server) fn not_found() -> Markup {
    narrow("Not found", &html! { h1 { "Not found" } p { "There is nothing at this address." } })
}
