//! Whether a profile makes sense, and whether it may be run at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use super::control::{Action, Clock, HttpCall};
use super::hosts::{Permission, hosts, plain_hosts};
use super::load::ProfileError;
use super::login::Login;
use super::nearest;
use super::resolve::{UrlError, usable};
use super::server::{Assertion, Client, Policy, Profile, RedirectMatching, Refresh};
use super::vocabulary::{ACTIONS, HOOKS, OPERATIONS, SCOPES, THINGS};
use crate::rules::{Choices, Document, Documents, Policies};
use crate::wire::jws;

/// Checks a profile for a run against these documents.
///
/// # Errors
/// With everything that is wrong, each in one line.
pub fn check(profile: &Profile, against: &[String], known: &Documents) -> Result<(), ProfileError> {
    let mut problems = Vec::new();
    documents(&profile.documents, against, known, &mut problems);
    policy(&profile.policy, against, known, &mut problems);
    roles(profile, &mut problems);
    references(profile, &mut problems);
    hooks(profile, &mut problems);
    limits(profile, &mut problems);
    base_url(profile, &mut problems);
    let urls = urls(profile, &mut problems);
    plain_hosts(profile, &mut problems);
    let plain = if profile.test_credentials { &profile.plain_http_hosts[..] } else { &[] };
    let permission =
        Permission { authorized: profile.authorized, hosts: &profile.authorized_hosts, plain };
    hosts(permission, &urls, &mut problems);
    if problems.is_empty() {
        return Ok(());
    }
    Err(ProfileError::Unusable { name: profile.name.clone(), problems })
}

pub(super) fn documents(
    claimed: &[String],
    against: &[String],
    documents: &Documents,
    problems: &mut Vec<String>,
) {
    let known = documents.ids();
    if against.is_empty() {
        problems.push(format!("documents: empty; name at least one of {}", known.join(", ")));
    }
    let mut seen = BTreeSet::new();
    for name in claimed.iter().chain(against) {
        if documents.get(name).is_none() && seen.insert(name) {
            let advice = nearest::advice(name, &known);
            problems.push(format!("documents: `{name}` is not a known document; {advice}"));
        }
    }
}

fn policy(policy: &Policy, against: &[String], known: &Documents, problems: &mut Vec<String>) {
    if let Some(matching) = policy.redirect_matching {
        let chosen = match matching {
            RedirectMatching::Prefix => "prefix",
            RedirectMatching::Exact => "exact",
        };
        problems.extend(choice("redirect_matching", chosen, &known.of(against), |it| {
            &it.redirect_matching
        }));
    }
    if let Some(refresh) = policy.refresh {
        let chosen = match refresh {
            Refresh::Strict => "strict",
            Refresh::Grace(_) => "grace",
            Refresh::None => "none",
        };
        problems.extend(choice("refresh", chosen, &known.of(against), |it| &it.refresh));
    }
}

/// A policy may only choose what every document of the run allows.
fn choice(
    key: &str,
    chosen: &str,
    against: &[Arc<Document>],
    choices: fn(&Policies) -> &Option<Choices>,
) -> Option<String> {
    let limited = || {
        let own = |document: &'_ Arc<Document>| choices(&document.policies).clone();
        against.iter().filter_map(move |document| Some((&document.id, own(document)?.allows)))
    };
    let (refusing, _) = limited().find(|(_, allowed)| !allowed.iter().any(|it| it == chosen))?;
    let table: Vec<String> =
        limited().map(|(id, allowed)| format!("{id} allows {}", allowed.join(" or "))).collect();
    Some(format!(
        "policy.{key}: `{chosen}` is not an outcome that {refusing} allows ({}); choose another, \
         or do not run against {refusing}",
        table.join("; ")
    ))
}

fn roles(profile: &Profile, problems: &mut Vec<String>) {
    for (role, client) in &profile.clients {
        client_entry(role, client, problems);
    }
    match profile.client("default") {
        None => problems.push(
            "clients.default: missing; every run needs this client (or write `clients: register` \
             where clients register themselves)"
                .to_owned(),
        ),
        Some(client) if client.redirect_uris.is_empty() && !profile.is_codeless() => problems.push(
            "clients.default.redirect_uris: empty; name the URI that codes are sent to".to_owned(),
        ),
        Some(_) => {}
    }
    let password = profile.of_grant("password").is_some();
    if profile.user("default").is_none() && (password || !profile.is_codeless()) {
        problems.push(
            "users.default: missing; every run needs this user (where nobody signs in, any `login` will do)"
                .to_owned(),
        );
    }
    if profile.user("company").is_some_and(|user| user.sign_on.is_none()) {
        problems.push(
            "users.company.sign_on: missing; name the origin of the identity provider at which \
             this user signs in"
                .to_owned(),
        );
    }
    introspecting(profile, problems);
    let narrow = profile.scoped_resource.as_ref().and_then(|it| it.narrow_client.as_deref());
    if let Some(role) = narrow.filter(|role| profile.client(role).is_none()) {
        let known: Vec<&str> = profile.clients.keys().map(String::as_str).collect();
        let advice = nearest::advice(role, &known);
        problems.push(format!(
            "scoped_resource.narrow_client: `{role}` is not a role under clients; {advice}"
        ));
    }
}

/// A client that introspects proves who it is (RFC 7662 §2.1).
fn introspecting(profile: &Profile, problems: &mut Vec<String>) {
    if let Some(own) = &profile.introspection_credentials {
        if own.secret.as_deref().unwrap_or_default().is_empty() {
            problems.push(
                "introspection_credentials.secret: missing; only who proves it may introspect tokens".to_owned(),
            );
        }
        if profile.introspection_client.is_some() {
            problems.push(
                "introspection_client: there are `introspection_credentials`, too; leave one of them out"
                    .to_owned(),
            );
        }
    }
    for (at, role) in [
        ("resource.introspected_by", profile.introspecting()),
        ("introspection_client", profile.introspection_client.as_deref()),
    ] {
        if let Some(role) = role {
            introspects(profile, (at, role), problems);
        }
    }
}

fn introspects(profile: &Profile, (at, role): (&str, &str), problems: &mut Vec<String>) {
    match profile.client(role) {
        Some(client) if !client.has_credentials() => problems.push(format!(
            "{at}: the client of role `{role}` has no secret; name one that can authenticate"
        )),
        None if !profile.clients.are_registered() => {
            let known: Vec<&str> = profile.clients.keys().map(String::as_str).collect();
            let advice = nearest::advice(role, &known);
            problems.push(format!("{at}: `{role}` is not a role under clients; {advice}"));
        }
        _ => {}
    }
}

/// Roles and operations that scopes and operations refer to.
fn references(profile: &Profile, problems: &mut Vec<String>) {
    let clients: Vec<&str> = profile.clients.keys().map(String::as_str).collect();
    for (name, scope) in &profile.scopes {
        if !clients.contains(&scope.client.as_str()) {
            let advice = nearest::advice(&scope.client, &clients);
            problems.push(format!(
                "scopes.{name}.client: `{}` is not a role under clients; {advice}",
                scope.client
            ));
        }
    }
    let operations: Vec<&str> = profile.operations.keys().map(String::as_str).collect();
    for (name, operation) in &profile.operations {
        let undo = operation.undo.as_deref().filter(|undo| !operations.contains(undo));
        if let Some(undo) = undo {
            let advice = nearest::advice(undo, &operations);
            problems.push(format!(
                "operations.{name}.undo: `{undo}` is not among the operations; {advice}"
            ));
        }
    }
}

/// The key with which a client signs.
fn key(role: &str, assertion: &Assertion, problems: &mut Vec<String>) {
    let at = format!("clients.{role}.assertion");
    let Some(pem) = assertion.private_key.as_deref() else {
        problems.push(format!("{at}: has no key; give `private_key` or `private_key_file`"));
        return;
    };
    if let Err(error) = jws::sign(pem, assertion.algorithm(), "") {
        let place = match &assertion.private_key_file {
            Some(file) => format!("{at}.private_key_file: {file}"),
            None => format!("{at}.private_key"),
        };
        problems.push(format!("{place}: {error}"));
    }
}

fn client_entry(role: &str, client: &Client, problems: &mut Vec<String>) {
    if client.id.is_empty() {
        problems.push(format!("clients.{role}.id: empty; every client has an identifier"));
    }
    if client.secret.as_deref() == Some("") {
        problems.push(format!(
            "clients.{role}.secret: empty; give one, or leave the key out for a public client"
        ));
    }
    if let Some(assertion) = &client.assertion {
        key(role, assertion, problems);
    }
    for (index, uri) in client.redirect_uris.iter().enumerate() {
        let at = format!("clients.{role}.redirect_uris[{index}]");
        match Url::parse(uri) {
            Err(error) => problems.push(format!("{at}: not an absolute URI ({error})")),
            Ok(url) if url.fragment().is_some() => problems.push(format!(
                "{at}: has a fragment, which a redirect URI must not have (RFC 6749 §3.1.2)"
            )),
            Ok(_) => {}
        }
    }
}

/// Names of means that no rule asks for are misspelt.
fn names<T>(
    key: &str,
    kind: &str,
    entries: &BTreeMap<String, T>,
    known: &[&str],
    problems: &mut Vec<String>,
) {
    for name in entries.keys().filter(|name| !known.contains(&name.as_str())) {
        let advice = nearest::advice(name, known);
        problems.push(format!("{key}.{name}: not a known {kind}; {advice}"));
    }
}

fn hooks(profile: &Profile, problems: &mut Vec<String>) {
    names("hooks", "hook", &profile.hooks, HOOKS, problems);
    names("actions", "console action", &profile.actions, ACTIONS, problems);
    names("things", "role of a thing", &profile.things, THINGS, problems);
    names("operations", "operation", &profile.operations, OPERATIONS, problems);
    names("scopes", "scope", &profile.scopes, SCOPES, problems);
    for (name, action) in &profile.actions {
        if let Action::Command(words) = action {
            command(&format!("actions.{name}.command"), words, problems);
        }
    }
    for (name, hook) in &profile.hooks {
        for (side, action) in [("on", &hook.on), ("off", &hook.off)] {
            if let Action::Command(words) = action {
                command(&format!("hooks.{name}.{side}.command"), words, problems);
            }
        }
    }
    for (index, action) in profile.setup.iter().enumerate() {
        if let Action::Command(words) = action {
            command(&format!("setup[{index}].command"), words, problems);
        }
    }
    login(&profile.login, problems);
    clock(&profile.clock, problems);
}

/// One way to sign in beside the pages that are recognised.
fn login(login: &Login, problems: &mut Vec<String>) {
    let ways = [
        ("login.steps", !login.steps.is_empty()),
        ("login.command", !login.command.is_empty()),
        ("login.webdriver", login.webdriver.is_some()),
        ("login.person", login.person.is_some()),
    ];
    let named: Vec<&str> = ways.into_iter().filter(|(_, is)| *is).map(|(key, _)| key).collect();
    if let [first, second, ..] = named.as_slice() {
        problems.push(format!("{second}: there is {first} already; a user signs in in one way"));
    }
    for (index, step) in login.steps.iter().enumerate() {
        for (name, _) in step.find.iter().filter(|(_, pattern)| !pattern.contains('*')) {
            problems.push(format!(
                "login.steps[{index}].find.{name}: write a piece of the page's text with `*` in place of the value"
            ));
        }
        let before = login.steps.iter().take(index);
        let known: Vec<&String> =
            before.flat_map(|step| step.take.keys().chain(step.find.keys())).collect();
        for name in step.when.keys().filter(|name| !known.contains(name)) {
            problems.push(format!(
                "login.steps[{index}].when.{name}: no step before it has this name in `take` or `find`"
            ));
        }
    }
    if !login.command.is_empty() {
        command("login.command", &login.command, problems);
    }
    const MOST: usize = 20;
    let times = login.person.as_ref().map_or(1, |person| person.times);
    if !(1..=MOST).contains(&times) {
        problems.push(format!("login.person.times: a person signs in 1 to {MOST} times in a run"));
    }
}

pub(super) fn clock(clock: &Clock, problems: &mut Vec<String>) {
    let seconds = match clock {
        Clock::None | Clock::Real => return,
        Clock::Http(call) => mentions_seconds(call),
        Clock::Command(words) => {
            command("clock.command", words, problems);
            words.iter().any(|word| word.contains("{seconds}"))
        }
    };
    if !seconds {
        problems.push(
            "clock: `{seconds}` is missing; the target needs it to move its clock".to_owned(),
        );
    }
}

fn mentions_seconds(call: &HttpCall) -> bool {
    let json = call.json.as_ref().map(ToString::to_string).unwrap_or_default();
    call.url.contains("{seconds}") || json.contains("{seconds}")
}

pub(super) fn command(at: &str, words: &[String], problems: &mut Vec<String>) {
    if words.first().is_none_or(String::is_empty) {
        problems.push(format!("{at}: names no program; write [program, argument, …]"));
    }
}

fn limits(profile: &Profile, problems: &mut Vec<String>) {
    let limits = &profile.limits;
    if let Some(places) = limits.concurrency.filter(|places| !(1..=1024).contains(places)) {
        problems.push(format!("limits.concurrency: {places} is not between 1 and 1024"));
    }
    if limits.timeout().is_zero() {
        problems.push("limits.timeout: must be greater than zero".to_owned());
    }
    if limits.command.is_zero() {
        problems.push("limits.command: must be greater than zero".to_owned());
    }
    if limits.requests_per_second == Some(0) {
        problems.push("limits.requests_per_second: must be at least 1".to_owned());
    }
    if limits.requests == Some(0) {
        problems.push("limits.requests: must be at least 1".to_owned());
    }
    let identity = profile.resource.as_ref().and_then(|it| it.identity.as_deref());
    if identity.is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
        problems.push(
            "resource.identity: not a JSON pointer (RFC 6901); write for instance `/login`"
                .to_owned(),
        );
    }
}

fn base_url(profile: &Profile, problems: &mut Vec<String>) {
    match profile.base() {
        Err(error) => problems.push(format!("base_url: {error}")),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            problems.push("base_url: must have neither query nor fragment".to_owned());
        }
        Ok(_) => {}
    }
}

/// Every URL that the run may send a request to, with its key.
fn urls(profile: &Profile, problems: &mut Vec<String>) -> Vec<(String, Url)> {
    let mut out = Vec::new();
    let endpoints = &profile.endpoints;
    if endpoints.token.is_empty() {
        problems.push(
            "endpoints.token: missing; name it, since neither a document of the profile nor metadata does"
                .to_owned(),
        );
    }
    if endpoints.authorization.is_empty() && !profile.is_codeless() {
        problems.push(
            "endpoints.authorization: missing; name it, since neither a document of the profile nor \
             metadata does; or, where the server has none, name the grant by which clients get tokens \
             (`clients.default.grants: [password]`, or `[client_credentials]`)"
                .to_owned(),
        );
    }
    let mut add = |key: &str, url: Result<Url, UrlError>| match url {
        Err(error) => problems.push(format!("{key}: {error}")),
        Ok(url) if url.fragment().is_some() => {
            problems.push(format!("{key}: must not have a fragment"));
        }
        Ok(url) => out.push((key.to_owned(), url)),
    };
    let base = profile.base();
    for (key, path) in relative(profile).into_iter().filter(|_| base.is_ok()) {
        add(&key, profile.endpoint(&path));
    }
    if let Some(server) = &profile.login.webdriver {
        add("login.webdriver", Url::parse(server).map_err(UrlError::from).and_then(usable));
    }
    if let Some(tls) = &profile.tls {
        add("tls.base_url", of_scheme(&tls.base_url, "https"));
        if let Some(plain) = &tls.plain_url {
            add("tls.plain_url", of_scheme(plain, "http"));
        }
    }
    for (role, user) in &profile.users {
        if let Some(provider) = &user.sign_on {
            let url = Url::parse(provider).map_err(UrlError::from).and_then(usable);
            add(&format!("users.{role}.sign_on"), url);
        }
    }
    out.extend(base.ok().map(|url| ("base_url".to_owned(), url)));
    out
}

/// Keys whose URLs may be relative to `base_url`. Levers may also name it as a placeholder.
fn relative(profile: &Profile) -> Vec<(String, String)> {
    let endpoints = &profile.endpoints;
    let fixed = [
        ("endpoints.authorization", Some(&endpoints.authorization).filter(|it| !it.is_empty())),
        ("endpoints.token", Some(&endpoints.token)),
        ("endpoints.revocation", endpoints.revocation.as_ref()),
        ("endpoints.introspection", endpoints.introspection.as_ref()),
        ("endpoints.pushed_authorization_request", endpoints.pushed_authorization_request.as_ref()),
        ("endpoints.device_authorization", endpoints.device_authorization.as_ref()),
        ("endpoints.registration", endpoints.registration.as_ref()),
        ("resource.url", profile.resource.as_ref().map(|it| &it.url)),
        ("other_resource", profile.other_resource.as_ref()),
        ("scoped_resource.url", profile.scoped_resource.as_ref().map(|it| &it.url)),
    ];
    let mut out: Vec<(String, String)> = fixed
        .into_iter()
        .filter_map(|(key, url)| url.map(|url| (key.to_owned(), url.clone())))
        .collect();
    let mut add = |key: String, call: &HttpCall| {
        out.push((key, call.url.replace("{base_url}", &profile.base_url)));
    };
    if let Clock::Http(call) = &profile.clock {
        add("clock.http.url".to_owned(), call);
    }
    for (index, action) in profile.setup.iter().enumerate() {
        if let Action::Http(call) = action {
            add(format!("setup[{index}].http.url"), call);
        }
    }
    for (name, action) in &profile.actions {
        if let Action::Http(call) = action {
            add(format!("actions.{name}.http.url"), call);
        }
    }
    for (name, hook) in &profile.hooks {
        for (side, action) in [("on", &hook.on), ("off", &hook.off)] {
            if let Action::Http(call) = action {
                add(format!("hooks.{name}.{side}.http.url"), call);
            }
        }
    }
    let operations = profile.operations.iter();
    out.extend(operations.map(|(name, call)| (format!("operations.{name}.url"), call.url.clone())));
    out
}

fn of_scheme(text: &str, scheme: &'static str) -> Result<Url, UrlError> {
    let url = usable(Url::parse(text)?)?;
    if url.scheme() == scheme {
        Ok(url)
    } else {
        Err(UrlError::Scheme { expected: scheme, found: url.scheme().to_owned() })
    }
}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;
