//! Mistakes with pages, and choices of other servers: how values stand in them, and how the user says
//! yes or no.

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{Markup, PreEscaped, html};
use serde_json::json;

use crate::server::faults::{authorize, code, consent, redirect};
use crate::server::oauth::pages::{Form, login_field as field};
use crate::server::variants;
use crate::testbed::{Fault, Switches};
use crate::wire::params::Param;
use crate::wire::{Params, form, jws};

/// What a mistake adds to the login page.
// redirect/page-escapes
pub(in crate::server) fn state_at_login(switches: &Switches, state: Option<&str>) -> Markup {
    // Elsewhere the page is another one, and no worse.
    let escaped = |state: &&str| state.contains(['<', '>', '"', '&']);
    let state = state.filter(escaped);
    let state = state.filter(|_| switches.has(&redirect::STATE_UNESCAPED_AT_LOGIN));
    let text =
        state.map(|state| format!("<input type=\"hidden\" name=\"state\" value=\"{state}\">"));
    PreEscaped(text.unwrap_or_default())
}

/// The anti-forgery value of a form, where it has one.
pub(in crate::server) fn form_token<'t>(switches: &Switches, right: &'t str) -> Option<&'t str> {
    let without = [&variants::SAME_SITE_ALONE, &variants::FETCH_METADATA_ALONE];
    (!without.iter().any(|variant| switches.varies(variant))).then_some(right)
}

/// The field for the name, filled in.
// authorize/login-prefilled
pub(in crate::server) fn login_field(switches: &Switches, login: &str, right: Markup) -> Markup {
    if login.is_empty() {
        right
    } else if switches.has(&authorize::PREFILL_MISSING) {
        field("")
    } else if switches.has(&authorize::PREFILL_LOCAL_PART) {
        field(login.split('@').next().unwrap_or_default())
    } else if switches.has(&authorize::PREFILL_UNESCAPED) {
        PreEscaped(format!("<input name=\"login\" type=\"text\" value=\"{login}\">"))
    } else if switches.has(&authorize::PREFILL_ESCAPED_TWICE) {
        field(&html! { (login) }.into_string())
    } else {
        right
    }
}

/// The buttons of the login page.
pub(in crate::server) fn login_buttons(shown: Form<'_>, right: Markup) -> Markup {
    let Form { asked, switches, .. } = shown;
    if asked.device.is_none() && switches.varies(&variants::LOGIN_GRANTS) {
        return html! { button type="submit" name="decision" value="grant" { "Authorize" } };
    }
    if !switches.varies(&variants::LOGIN_WITH_CONSENT) {
        return right;
    }
    html! {
        button type="submit" name="decision" value="grant" { "Sign in and allow" }
        button type="submit" name="decision" value="deny" { "Deny" }
    }
}

/// What stands below the code of a device, which was typed or came by a link.
// redirect/page-escapes
pub(in crate::server) fn below_user_code(
    switches: &Switches,
    (code, failed): (&str, bool),
    right: Markup,
) -> Markup {
    let fault =
        if failed { &redirect::TYPED_CODE_UNESCAPED } else { &redirect::USER_CODE_UNESCAPED };
    if code.contains(['<', '>', '"', '&']) && switches.has(fault) {
        return html! { (PreEscaped(code)) (right) };
    }
    if !switches.varies(&variants::DEVICE_ONE_PAGE) {
        return right;
    }
    html! {
        label for="login" { "E-mail address" }
        (field(""))
        label for="password" { "Password" }
        input id="password" name="password" type="password" required;
        button type="submit" name="decision" value="grant" { "Allow the device" }
        button type="submit" name="decision" value="deny" formnovalidate { "Deny" }
    }
}

/// How the user says yes or no.
pub(in crate::server) fn decision(form: Form<'_>, right: Markup) -> Markup {
    let switches = form.switches;
    let button = |value: &str, text: &str| {
        form.around(html! { button type="submit" name="decision" value=(value) { (text) } })
    };
    let hidden = |value: &str, text: &str| {
        html! {
            input type="hidden" name="decision" value=(value);
            button type="submit" { (text) }
        }
    };
    if switches.has(&consent::IN_URL) {
        let action = with_request(form);
        let own = |content: Markup| html! { form method="post" action=(action) { (content) } };
        html! { (own(hidden("deny", "Deny"))) (own(hidden("grant", "Grant"))) }
    } else if switches.varies(&variants::CONSENT_HIDDEN_DECISION)
        || switches.has(&consent::BY_COOKIE_TWO_FORMS)
    {
        let own = |value, text| form.around(hidden(value, text));
        html! { (own("deny", "Deny")) (own("grant", "Grant")) }
    } else if switches.varies(&variants::CONSENT_RADIO) {
        form.around(html! {
            label { input type="radio" name="decision" value="grant"; "Allow" }
            label { input type="radio" name="decision" value="deny" checked; "Don't allow" }
            button type="submit" { "Send" }
        })
    } else if switches.varies(&variants::CONSENT_TICK_BOX) {
        form.around(html! {
            label { input type="checkbox" name="decision" value="grant"; "I agree" }
            button type="submit" { "Submit" }
        })
    } else if switches.varies(&variants::CONSENT_FORMACTION) {
        Form { action: "/", ..form }.around(html! {
            button type="submit" name="decision" value="deny" formaction=(form.action) { "Deny" }
            button type="submit" name="decision" value="grant" formaction=(form.action) { "Grant" }
        })
    } else if switches.varies(&variants::CONSENT_INPUTS) {
        form.around(html! {
            input type="submit" name="decision" value="deny";
            input type="submit" name="decision" value="grant";
        })
    } else if switches.varies(&variants::CONSENT_TWO_FORMS) {
        html! { (button("deny", "No")) (button("grant", "Yes")) }
    } else if switches.varies(&variants::CONSENT_DENY_LINK) {
        let Form { action, request, .. } = form;
        let link = format!("{action}?request={request}&decision=deny");
        html! { (button("grant", "Continue")) a href=(link) { "Cancel" } }
    } else {
        right
    }
}

/// The address of a form, with the request that its user is asked about.
// consent/own-page
fn with_request(shown: Form<'_>) -> String {
    let Form { action, asked, .. } = shown;
    let mut params = Params::default();
    params.push("response_type", "code");
    params.push("client_id", asked.client_id.clone());
    params.push("redirect_uri", asked.redirect_uri.clone());
    if !asked.scopes.is_empty() {
        params.push("scope", asked.scopes.join(" "));
    }
    if let Some(state) = &asked.state {
        params.push("state", state.clone());
    }
    for resource in &asked.resources {
        params.push("resource", resource.clone());
    }
    if let Some(challenge) = &asked.challenge {
        params.push("code_challenge", challenge.value.clone());
        params.push("code_challenge_method", "S256");
    }
    format!("{action}?{}", form::encode(&params))
}

/// The page on which somebody agrees who has not signed in yet.
// consent/consent-not-forgeable
pub(in crate::server) fn asks_anybody(form: Form<'_>, client: &str) -> Markup {
    html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { title { "Allow access?" } }
            body {
                h1 { "Allow access?" }
                p { strong { (client) } " asks for access. You will sign in next." }
                (form.around(html! {
                    button type="submit" name="decision" value="grant" { "Grant" }
                    button type="submit" name="decision" value="deny" { "Deny" }
                }))
            }
        }
    }
}

/// Whether pages about errors repeat nothing of the request.
pub(in crate::server) fn is_silent(switches: &Switches) -> bool {
    switches.varies(&variants::NOTHING_REFLECTED)
}

/// The name of an error.
// redirect/page-names-error
pub(in crate::server) fn named(switches: &Switches, code: &str, right: Markup) -> Markup {
    let unnamed = code == "redirect_uri_mismatch" && switches.has(&redirect::MISMATCH_UNNAMED);
    if unnamed { PreEscaped(format!("<!-- {code} -->")) } else { right }
}

/// A parameter of the request.
// redirect/page-escapes
pub(in crate::server) fn reflected(switches: &Switches, one: &Param, right: Markup) -> Markup {
    let fault: Option<&'static Fault> = match one.name.as_str() {
        "redirect_uri" => Some(&redirect::URI_UNESCAPED),
        "client_id" => Some(&redirect::CLIENT_UNESCAPED),
        "state" => Some(&redirect::STATE_UNESCAPED),
        "scope" => Some(&redirect::SCOPE_UNESCAPED),
        "response_type" => Some(&redirect::TYPE_UNESCAPED),
        "code_challenge_method" => Some(&redirect::METHOD_UNESCAPED),
        "prompt" => Some(&redirect::PROMPT_UNESCAPED),
        "login_hint" => Some(&redirect::HINT_UNESCAPED),
        _ => None,
    };
    if fault.is_some_and(|fault| switches.has(fault)) {
        return PreEscaped(one.value.clone());
    }
    // What ends a string is escaped, what ends the script is not.
    if one.value.contains("</") && switches.has(&redirect::ASKED_IN_SCRIPT) {
        let text = json!(one.value).to_string();
        return html! { (right) script type="application/json" { (PreEscaped(text)) } };
    }
    right
}

/// The redirect URI in base64, where forms carry it so, with what shows that the server wrote it.
// consent/request-kept
pub(in crate::server) fn context(switches: &Switches, redirect_uri: &str) -> Option<String> {
    let text = || STANDARD.encode(json!({"redirectUri": redirect_uri}).to_string());
    if switches.varies(&variants::CONTEXT_SIGNED) {
        let text = text();
        let signature = jws::part(&jws::hs256(b"oauthspec-context", &text));
        return Some(format!("{text}.{signature}"));
    }
    switches.has(&consent::CONTEXT_TRUSTED).then(text)
}

/// The redirect URI that a form brings back so.
// consent/request-kept
pub(in crate::server) fn of_context(switches: &Switches, context: &str) -> Option<String> {
    let read = STANDARD.decode(context).ok().filter(|_| switches.has(&consent::CONTEXT_TRUSTED))?;
    let said: serde_json::Value = serde_json::from_slice(&read).ok()?;
    Some(said["redirectUri"].as_str()?.to_owned())
}

/// What a form carries of the request that waits for its user.
pub(in crate::server) fn carried(form: Form<'_>) -> Markup {
    let Form { asked, switches, .. } = form;
    let scopes = asked.scopes.join(" ");
    let whole = switches.varies(&variants::FORMS_CARRY_REQUEST)
        || switches.varies(&variants::FORMS_SHOWN_AGAIN);
    html! {
        @if whole {
            input type="hidden" name="client_id" value=(asked.client_id);
            input type="hidden" name="redirect_uri" value=(asked.redirect_uri);
            @if let Some(state) = &asked.state { input type="hidden" name="state" value=(state); }
        }
        @if let Some(challenge) = &asked.challenge {
            @if whole || switches.has_any(&[&consent::CHALLENGE_MISSING, &consent::LOGIN_CHALLENGE_MISSING]) {
                input type="hidden" name="code_challenge" value=(challenge.value);
            }
        }
        @if let Some(context) = context(switches, &asked.redirect_uri) {
            input type="hidden" name="context" value=(context);
        }
        // code/not-before-grant
        @if let Some(code) = asked.code.as_ref().filter(|_| switches.has(&code::MADE_EARLY)) {
            input type="hidden" name="context" value=(STANDARD.encode(json!({"code": code}).to_string()));
        }
        @if let Some(code) = asked.code.as_ref().filter(|_| switches.has_any(&[&code::MADE_AT_LOGIN, &code::MADE_AT_NAME])) {
            input type="hidden" name="ticket" value=(code);
        }
        @if whole || switches.has(&consent::SCOPE_MISSING) {
            input type="hidden" name="scope" value=(scopes);
        }
    }
}
