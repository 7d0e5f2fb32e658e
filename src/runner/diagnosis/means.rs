//! Scopes, things, operations, console actions and the ways to narrow a token: each is tried once, so
//! that a wrong identifier is told by its key and not by the rules that need it.

use super::checks::{Checked, Examiner, Found};
use super::flows::{Part, play};
use super::{Finding, Flow, answered, member};
use crate::driver::grants::Subject;
use crate::driver::operation::made;
use crate::driver::placeholders::Values;
use crate::driver::scopes::{Asking, Carrying};
use crate::observe::Observed;
use crate::profile::{Model, ScopedResource};
use crate::wire::Secret;

/// Who may have a right to what is called, the ordinary user first.
const PEOPLE: &[&str] = &["default", "second", "admin", "other-admin", "external"];

/// Operations on what another one has made.
const ON_MADE: &[(&str, &str)] = &[
    ("disable_user", "create_user"),
    ("change_login", "create_user"),
    ("reset_password", "create_user"),
    ("change_role", "create_user"),
    ("rename_group", "create_group"),
];

/// What a thing is read by; `{item}` or its own placeholder is its identifier.
fn reader(thing: &str) -> Option<&'static str> {
    Some(match thing {
        "group" => "read_group",
        "device_pin" => "read_device_pin",
        "enterprise" => "read_enterprise",
        "unknown_folder" => return None,
        thing if thing.contains("file") => "read_file",
        thing if thing.contains("folder") => "read_folder",
        _ => return None,
    })
}

/// A folder or a file to try an operation on.
fn item_of(operation: &str) -> &'static str {
    let file = ["read_file", "upload_version", "create_task", "create_comment"];
    if file.contains(&operation) { "own_file" } else { "own_folder" }
}

/// Console actions that take each other back, the client whose state they alter, and the values that
/// they are given.
type Pairing = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);
const ACTIONS: &[Pairing] = &[
    (
        "register_redirect_uri",
        "remove_redirect_uri",
        "default",
        &[("uri", "https://oauthspec.example/doctor")],
    ),
    ("enable_application", "disable_application", "unpublished", &[]),
    ("authorize_application", "deauthorize_application", "unauthorized", &[]),
    (
        "request_special_permission",
        "withdraw_special_permission",
        "default",
        &[("permission", "suppress-notifications")],
    ),
    ("developer_token", "", "default", &[]),
    ("count_mail", "", "default", &[]),
];

/// The tokens of the people that calls are tried by.
struct Holders(Vec<(&'static str, Secret)>);

impl Examiner {
    /// Everything of this kind.
    pub(super) async fn means(&mut self) -> Vec<Checked> {
        let mut found = Vec::new();
        for name in self.site.profile.scopes.keys().cloned().collect::<Vec<_>>() {
            found.push(self.scope(&name).await);
        }
        found.extend(self.scoped_resource().await);
        found.extend(self.api().await);
        found.extend(self.downscope().await);
        found.extend(self.actions().await);
        found
    }

    /// Whether a token with a scope of the documents can be had.
    pub async fn scope(&mut self, name: &str) -> Checked {
        let good = format!("a token with the scope `{name}` can be obtained");
        let need = format!("scope:{name}");
        let asking = match self.driver.asking(&Carrying::Only(vec![name.to_owned()])) {
            Ok(asking) => asking,
            Err(unmet) => return Checked::new(need, good, Found::Absent(unmet.to_string())),
        };
        let part = part_of(&asking, "default");
        self.begin();
        let found = match play(&mut self.driver, &part, Flow::Tokens).await {
            Ok(_) => self.granted(name, asking.scope.as_deref()).map_or(Found::Good, bad),
            Err(stop) => {
                let keys = [format!("scopes.{name}.ask"), format!("scopes.{name}.client")];
                let what = format!("no token with the scope `{name}` could be obtained");
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let finding = self.finding(&what, &stop.unmet.to_string(), &keys);
                bad(if asking.scope.is_some() { finding.certain() } else { finding })
            }
        };
        Checked::new(need, good, found)
    }

    /// What is wrong with a token response that does not grant what was asked for.
    fn granted(&self, name: &str, asked: Option<&str>) -> Option<Finding> {
        let (asked, response) = (asked?, self.last_response()?);
        let granted = member(response, "scope")?;
        let missing = asked.split(' ').find(|word| !granted.split(' ').any(|it| it == *word))?;
        let text = format!("the server grants {granted:?} and leaves {missing:?} out");
        let key = format!("scopes.{name}.ask");
        Some(self.finding("a scope that is asked for is not granted", &text, &[&key]).certain())
    }

    /// Whether the scoped resource opens to tokens with its scope, and to those alone.
    pub async fn scoped_resource(&mut self) -> Option<Checked> {
        const GOOD: &str = "the scoped resource opens to tokens with its scope, and to no others";
        let scoped = self.site.profile.scoped_resource.clone()?;
        let part = Part { scope: scoped.scope.clone(), ..Part::of("default") };
        let opened = self.opens_scoped(&part).await;
        let found = match opened {
            Err(finding) => bad(*finding),
            Ok(Observed::Served(_)) => {
                let role = scoped.narrow_client.as_deref().unwrap_or("default");
                let narrow = Part { scope: scoped.narrow_scope.clone(), ..Part::of(role) };
                match self.opens_scoped(&narrow).await {
                    Ok(Observed::Served(_)) if self.has_scope(&scoped) => bad(self.finding(
                        "no token is known that lacks the scope of the scoped resource",
                        "the profile names no scope without it",
                        &["scoped_resource.narrow_scope", "scoped_resource.narrow_client"],
                    )),
                    Ok(Observed::Served(_)) => bad(self.finding(
                        "the scoped resource opens to a token without its scope",
                        "the server ignores the scope, or this scope opens it, too",
                        &["scoped_resource.narrow_scope", "scoped_resource.narrow_client"],
                    )),
                    Ok(_) => Found::Good,
                    Err(finding) => bad(*finding),
                }
            }
            Ok(what) => {
                let keys = &["scoped_resource.url", "scoped_resource.scope"];
                let finding = self.finding(
                    "the scoped resource is not served to a token with its scope",
                    &what.describe(),
                    keys,
                );
                bad(if matches!(what, Observed::Status(404, _)) {
                    finding.certain()
                } else {
                    finding
                })
            }
        };
        Some(Checked::new("scoped-resource", GOOD, found))
    }

    /// Whether tokens that are to lack the scope are asked for like those that have it.
    fn has_scope(&self, scoped: &ScopedResource) -> bool {
        let profile = &self.site.profile;
        let usual = profile.client("default").and_then(|client| profile.scope(client));
        let wide = scoped.scope.as_deref().or(usual);
        scoped.narrow_client.is_none() && scoped.narrow_scope.as_deref().or(usual) == wide
    }

    async fn opens_scoped(&mut self, part: &Part) -> Result<Observed, Box<Finding>> {
        let pair = self.flow(part, Flow::Tokens).await.map_err(|mut finding| {
            finding.keys.insert(0, "scoped_resource".to_owned());
            finding
        })?;
        let missing = |text: String| Box::new(Finding::new(text, &["scoped_resource"]));
        let Some(pair) = pair else { return Err(missing("no token came".to_owned())) };
        let draft =
            self.driver.call_with(true, &pair.access).map_err(|it| missing(it.to_string()))?;
        let sent = self.driver.submit(&draft).await.map_err(|it| missing(it.to_string()))?;
        Ok(Observed::of_resource(&sent))
    }

    /// Every thing and every operation.
    pub(super) async fn api(&mut self) -> Vec<Checked> {
        if self.site.profile.operations.is_empty() {
            return Vec::new();
        }
        let holders = self.holders(PEOPLE).await;
        let mut found = self.things(&holders).await;
        for name in self.site.profile.operations.keys().cloned().collect::<Vec<_>>() {
            if !self.is_on_made(&name) {
                found.extend(self.operation(&name, &holders).await);
            }
        }
        found
    }

    /// Tokens that carry all they can, for those who sign in.
    async fn holders(&mut self, people: &[&'static str]) -> Holders {
        let mut holders = Vec::new();
        let Ok(asking) = self.driver.asking(&Carrying::Everything) else {
            return Holders(holders);
        };
        for &person in people {
            let user = self.site.profile.user(person);
            if user.is_none_or(|user| user.password.is_empty()) {
                continue;
            }
            self.begin();
            let part = part_of(&asking, person);
            if let Ok(Some(pair)) = play(&mut self.driver, &part, Flow::Tokens).await {
                holders.push((person, pair.access));
            }
        }
        holders.extend(self.service_account().await.map(|token| ("service-account", token)));
        Holders(holders)
    }

    /// A token of the client that signs in itself.
    async fn service_account(&mut self) -> Option<Secret> {
        let client = Part::of("server").client;
        let model = self.site.profile.client("server")?.model;
        let draft = self.driver.credentials_grant(&client, &Subject::Enterprise).ok()?;
        let sent = self.driver.obtain(&client, &draft);
        if model == Model::Server { sent.await.ok().map(|pair| pair.access) } else { None }
    }

    /// Each thing, read by whoever may. One that nobody finds while others are found has a wrong
    /// identifier.
    async fn things(&mut self, holders: &Holders) -> Vec<Checked> {
        let mut read: Vec<(String, &'static str, Option<Finding>)> = Vec::new();
        for thing in self.site.profile.things.keys().cloned().collect::<Vec<_>>() {
            let Some(reader) = reader(&thing) else { continue };
            if self.site.profile.operations.contains_key(reader) {
                let finding = self.thing(&thing, reader, holders).await;
                read.push((thing, reader, finding));
            }
        }
        let works: Vec<&str> =
            read.iter().filter(|(_, _, it)| it.is_none()).map(|(_, reader, _)| *reader).collect();
        read.into_iter()
            .map(|(thing, reader, finding)| {
                let alone = ["read_group", "read_device_pin", "read_enterprise"].contains(&reader);
                let found = finding.map_or(Found::Good, |mut finding| {
                    finding.certain = alone || works.contains(&reader);
                    if !finding.certain {
                        finding.keys.insert(0, format!("operations.{reader}.url"));
                    }
                    bad(finding)
                });
                Checked::new(
                    format!("thing:{thing}"),
                    format!("the thing `{thing}` is there"),
                    found,
                )
            })
            .collect()
    }

    async fn thing(&mut self, thing: &str, reader: &str, holders: &Holders) -> Option<Finding> {
        // What belongs to the user has to be there for the user.
        let own = ["own_", "deeper_", "shared_"].iter().any(|begin| thing.starts_with(begin));
        let holders = holders.0.iter().filter(|(person, _)| !own || *person == "default");
        let id = self.site.profile.things.get(thing).cloned().unwrap_or_default();
        let mut finding = None;
        for (_, token) in holders {
            let values = self.driver.values().with("item", id.clone());
            match self.call(reader, token, &values).await {
                Ok(Observed::Served(_)) => return None,
                Ok(what) => {
                    let text = format!("nobody is served the thing `{thing}`");
                    let keys = [format!("things.{thing}")];
                    finding = Some(self.finding(&text, &what.describe(), &[&keys[0]]));
                }
                Err(finding) => return Some(*finding),
            }
        }
        finding
    }

    async fn call(
        &mut self,
        operation: &str,
        token: &str,
        values: &Values,
    ) -> Result<Observed, Box<Finding>> {
        let key = format!("operations.{operation}");
        let fail = |text: String| Box::new(Finding::new(text, &[&key]));
        let draft =
            self.driver.operate(operation, token, values).map_err(|it| fail(it.to_string()))?;
        let sent = self.driver.submit(&draft).await.map_err(|it| fail(it.to_string()))?;
        Ok(Observed::of_resource(&sent))
    }

    /// An operation by whoever may; what it makes is changed by its siblings and taken back.
    async fn operation(&mut self, name: &str, holders: &Holders) -> Vec<Checked> {
        let need = format!("operation:{name}");
        if let Some(text) = self.lacking(name) {
            return vec![Checked::new(need, works(name), Found::Absent(text))];
        }
        let item = self.site.profile.things.get(item_of(name)).cloned().unwrap_or_default();
        let mut finding = None;
        for (_, token) in &holders.0 {
            let unique = format!("oauthspec-{}", self.driver.fresh(12).to_lowercase());
            let values = self.driver.values().with("item", item.clone()).with("unique", unique);
            match self.call(name, token, &values).await {
                Ok(Observed::Served(_)) => return self.served(name, token, &values).await,
                Ok(what) => finding = Some(self.unserved(name, &what)),
                Err(other) => finding = Some(*other),
            }
        }
        // Who may do what is the server's affair: nobody in the profile may be the one.
        let status = self.last_response().map(|response| response.status);
        let found = match finding {
            Some(finding) if !matches!(status, Some(401 | 403)) => bad(finding),
            _ => Found::Absent(format!("no user of the profile may call the operation `{name}`")),
        };
        vec![Checked::new(need, works(name), found)]
    }

    /// What an operation is about and the profile does not name.
    fn lacking(&self, name: &str) -> Option<String> {
        let operation = self.driver.operation(name).ok()?;
        let item = item_of(name);
        let mut values = self.driver.values().with("unique", "").with("made", "");
        if let Some(id) = self.site.profile.things.get(item) {
            values = values.with("item", id.as_str());
        }
        let json = operation.json.as_ref().map(|json| values.fill_json(json).to_string());
        let url = values.fill(&operation.url);
        let open = |text: &str| {
            let (_, rest) = text.split_once('{')?;
            let (name, _) = rest.split_once('}')?;
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
            (is_name && !name.is_empty()).then(|| name.to_owned())
        };
        let in_json = json.as_deref().and_then(|json| {
            json.split('"').find_map(|text| if text.contains('{') { open(text) } else { None })
        });
        let missing = open(&url).or(in_json)?;
        let missing = if missing == "item" { item } else { &missing };
        Some(format!("the operation `{name}` is not tried: the profile has no `{missing}`"))
    }

    fn unserved(&self, name: &str, what: &Observed) -> Finding {
        let text = format!("nobody can call the operation `{name}`");
        let key = format!("operations.{name}.url");
        let finding = self.finding(&text, &what.describe(), &[&key]);
        match self.last_response().map(|response| response.status) {
            Some(404 | 405) => finding.certain(),
            _ => finding,
        }
    }

    async fn served(&mut self, name: &str, token: &str, values: &Values) -> Vec<Checked> {
        let good = || Checked::new(format!("operation:{name}"), works(name), Found::Good);
        let Ok(operation) = self.driver.operation(name) else { return Vec::new() };
        let Some(undo) = operation.undo.clone() else { return vec![good()] };
        let made = self.last_response().and_then(|response| made(&operation, response));
        let Some(made) = made else {
            let text = format!("what the operation `{name}` made is not named by its answer");
            let key = format!("operations.{name}.id");
            let says = self.last_response().map(answered).unwrap_or_default();
            let finding = self.finding(&text, &says, &[&key]).certain();
            return vec![Checked::new(format!("operation:{name}"), works(name), bad(finding))];
        };
        let values = values.clone().with("made", made);
        let mut found = vec![good()];
        let siblings = ON_MADE.iter().filter(|(_, creator)| *creator == name);
        let siblings = siblings.map(|(sibling, _)| (*sibling).to_owned());
        for next in siblings.chain([undo]) {
            if !self.site.profile.operations.contains_key(&next) {
                continue;
            }
            let unique = format!("oauthspec-{}", self.driver.fresh(12).to_lowercase());
            let result = match self.call(&next, token, &values.clone().with("unique", unique)).await
            {
                Ok(Observed::Served(_)) => Found::Good,
                Ok(what) => bad(self.unserved(&next, &what)),
                Err(finding) => bad(*finding),
            };
            found.push(Checked::new(format!("operation:{next}"), works(&next), result));
        }
        found
    }

    /// Whether an operation is about what another one has made.
    fn is_on_made(&self, name: &str) -> bool {
        let undoes = |it: &crate::profile::Operation| it.undo.as_deref() == Some(name);
        ON_MADE.iter().any(|(sibling, _)| *sibling == name)
            || self.site.profile.operations.values().any(undoes)
    }

    /// The ways to narrow a token.
    pub async fn downscope(&mut self) -> Vec<Checked> {
        let Some(means) = self.site.profile.downscope.clone() else { return Vec::new() };
        self.begin();
        let part = Part::of("default");
        let Ok(Some(pair)) = play(&mut self.driver, &part, Flow::Tokens).await else {
            return Vec::new();
        };
        let granted = self.last_response().and_then(|response| member(response, "scope"));
        let profile = &self.site.profile;
        let asked = profile.client("default").and_then(|client| profile.scope(client));
        let granted = granted.or(asked.map(str::to_owned));
        let things = &self.site.profile.things;
        let at = |url: &str, thing: &str| Some(url.replace("{item}", things.get(thing)?));
        let mut ways = vec![("downscope.scope".to_owned(), means.scope.clone(), None)];
        if let Some(url) = at(&means.resource, "own_folder") {
            ways.push(("downscope.resource".to_owned(), means.scope.clone(), Some(url)));
        }
        if let Some(url) = means.file_resource.as_ref().and_then(|url| at(url, "own_file")) {
            ways.push(("downscope.file_resource".to_owned(), means.scope.clone(), Some(url)));
        }
        for (operation, scope) in &means.opens {
            ways.push((format!("downscope.opens.{operation}"), scope.clone(), None));
        }
        let mut found = Vec::new();
        for (key, scope, resource) in ways {
            found.push(self.narrowed(&pair.access, &key, &scope, resource.as_deref()).await);
        }
        let carried = granted.is_some_and(|it| it.split(' ').any(|word| word == means.wider_scope));
        if carried {
            let text = format!(
                "the default client's tokens carry `{}`, which `downscope.wider_scope` must not name",
                means.wider_scope
            );
            let finding = Finding::new(text, &["downscope.wider_scope"]).certain();
            found.push(Checked::new("downscope", "the wider scope is not carried", bad(finding)));
        }
        found
    }

    async fn narrowed(
        &mut self,
        token: &str,
        key: &str,
        scope: &str,
        resource: Option<&str>,
    ) -> Checked {
        let good = format!("a token is narrowed as `{key}` says");
        let draft = self.driver.exchange(token, scope, resource);
        let found = match self.driver.obtain(&Part::of("default").client, &draft).await {
            Ok(_) => Found::Good,
            Err(unmet) => {
                let mut finding =
                    self.finding("a token cannot be narrowed", &unmet.to_string(), &[key]);
                let error = self.last_response().and_then(|response| member(response, "error"));
                let about = ["invalid_scope", "invalid_target", "invalid_resource"];
                finding.certain = error.is_some_and(|error| about.contains(&error.as_str()));
                bad(finding)
            }
        };
        Checked::new("downscope", good, found)
    }

    /// Console actions, each with the one that takes it back.
    pub(super) async fn actions(&mut self) -> Vec<Checked> {
        let mut found = Vec::new();
        for (name, back, role, values) in ACTIONS {
            let has = |name: &str| self.site.profile.actions.contains_key(name);
            if !has(name) || !(back.is_empty() || has(back)) {
                continue;
            }
            let profile = &self.site.profile;
            let client = profile.client(role).or_else(|| profile.client("default"));
            let id = client.map(|client| client.id.clone()).unwrap_or_default();
            let login = profile.user("default").map(|user| user.login.clone()).unwrap_or_default();
            let filled = self.driver.values().with("client", id).with("login", login);
            let filled = values.iter().fold(filled, |all, (name, value)| all.with(name, *value));
            for name in [name, back].into_iter().filter(|name| !name.is_empty()) {
                found.push(self.action(name, &filled).await);
            }
        }
        found
    }

    async fn action(&mut self, name: &str, values: &Values) -> Checked {
        let result = self.driver.console(name, values).await;
        let good = format!("the console action `{name}` works");
        let key = format!("actions.{name}");
        let mut checked = self.told(&format!("action:{name}"), &good, result, &[&key]);
        let status = self.last_response().map(|response| response.status);
        if let Found::Bad(finding) = &mut checked.found {
            finding.certain = !matches!(status, Some(400 | 403 | 409 | 422));
        }
        checked
    }
}

fn works(operation: &str) -> String {
    format!("the operation `{operation}` works")
}

fn bad(finding: Finding) -> Found {
    Found::Bad(Box::new(finding))
}

fn part_of(asking: &Asking, user: &str) -> Part {
    Part { client: asking.client.clone(), user: user.to_owned(), scope: asking.scope.clone() }
}
