//! What a profile promises, tried once each.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::cure::{self, drain};
use super::flows::{Part, Stop, play};
use super::{Finding, Flow, diagnose, said, sentence};
use crate::driver::flow::{Authorization, Pair};
use crate::driver::time::Slot;
use crate::driver::{Client, Driver, Site, Unmet};
use crate::observe::Observed;
use crate::profile::{Amendment, Clock};
use crate::rules::{Document, Endpoint};
use crate::verdict::{Exchange, Secrets};
use crate::wire::Response;

/// What a check found.
#[derive(Debug)]
pub enum Found {
    /// It works.
    Good,
    /// It was not tried, for this reason.
    Absent(String),
    /// It does not work.
    Bad(Box<Finding>),
}

/// A check and what it found.
#[derive(Debug)]
pub struct Checked {
    /// What rules need it for, by the written name of the need; empty: it is not a need.
    pub need: String,
    /// The sentence for what works.
    pub good: String,
    /// What was found.
    pub found: Found,
}

impl Checked {
    pub(super) fn new(need: impl Into<String>, good: impl Into<String>, found: Found) -> Self {
        Self { need: need.into(), good: good.into(), found }
    }
}

/// Tries what a profile promises.
pub struct Examiner {
    pub(super) site: Arc<Site>,
    pub(super) driver: Driver,
    pub(super) secrets: Secrets,
}

/// Roles of clients whose requests have to be refused.
const REFUSED: [&str; 5] =
    ["unconfigured", "public-unconfigured", "no-code", "local-production", "unauthorized"];

impl Examiner {
    /// For the target of a profile.
    pub fn new(site: Arc<Site>) -> Self {
        let driver = Driver::unseeded(&site, Slot::own());
        Self { site, driver, secrets: Secrets::default() }
    }

    /// Everything that must not be shown.
    pub fn into_secrets(mut self) -> Secrets {
        drain(&mut self.driver, &mut self.secrets);
        self.secrets
    }

    /// Goes on with another profile for the same target.
    fn become_one_of(&mut self, site: Arc<Site>) {
        self.begin();
        self.driver = Driver::unseeded(&site, Slot::own());
        self.site = site;
    }

    /// Plays a flow in a browser of its own.
    ///
    /// # Errors
    /// Why it stopped, with what was tried instead.
    pub async fn flow(&mut self, part: &Part, to: Flow) -> Result<Option<Pair>, Box<Finding>> {
        self.begin();
        match play(&mut self.driver, part, to).await {
            Ok(pair) => Ok(pair),
            Err(stop) => Err(Box::new(self.diagnose(part, to, &stop).await)),
        }
    }

    /// The diagnosis of a flow that stopped.
    pub(super) async fn diagnose(&mut self, part: &Part, to: Flow, stop: &Stop) -> Finding {
        let Self { site, driver, secrets } = self;
        diagnose(driver, site, (part, to), stop, secrets).await
    }

    /// Forgets cookies and exchanges, so that what follows stands alone.
    pub(super) fn begin(&mut self) {
        drain(&mut self.driver, &mut self.secrets);
        self.driver.fresh_browser();
        self.driver.journal.profile(&self.site.profile);
    }

    pub(super) fn last(&self) -> Option<&Exchange> {
        self.driver.journal.exchanges().last()
    }

    pub(super) fn last_response(&self) -> Option<&Response> {
        self.last()?.response.as_ref().ok()
    }

    /// A finding about the last exchange.
    pub(super) fn finding(&self, what: &str, text: &str, keys: &[&str]) -> Finding {
        Finding::new(sentence(what, text, self.last()), keys)
    }

    /// Every check, in the order in which they are shown.
    pub async fn all(&mut self, against: &[Arc<Document>]) -> Vec<Checked> {
        let mut found = Vec::new();
        let good = "the default client gets tokens: login, consent and code redemption work";
        let default = Part::of("default");
        let pair = match self.flow(&default, Flow::Tokens).await {
            Ok(pair) => {
                found.push(Checked::new("", good, Found::Good));
                pair
            }
            Err(finding) => {
                // What comes after can be tried with what was found to work.
                let better = cure::amended(&self.site, &finding.cure).filter(|_| finding.cured);
                found.push(Checked::new("", good, Found::Bad(finding)));
                match better {
                    Some(site) => {
                        self.become_one_of(site);
                        self.flow(&default, Flow::Tokens).await.ok().flatten()
                    }
                    None => None,
                }
            }
        };
        let Some(pair) = pair else { return found };
        found.extend(self.habits());
        found.extend(self.resource(&pair).await);
        found.push(self.refresh(&pair).await);
        // A refresh may have ended the access token that it replaced.
        let own = self.pair_to_revoke().await;
        found.push(self.revocation(own.as_ref().unwrap_or(&pair)).await);
        // Not before that: a new grant may end the one before.
        found.extend(self.once_more().await);
        found.extend(self.documents(against));
        found.extend(self.hosts());
        found.push(self.clock().await);
        for role in self.client_roles() {
            found.extend(self.client(&role).await);
        }
        for role in self.user_roles() {
            found.push(self.user(&role).await);
        }
        found.extend(self.means().await);
        for name in self.site.profile.hooks.keys().cloned().collect::<Vec<_>>() {
            found.push(self.hook(&name).await);
        }
        found
    }

    /// Whether a user who has agreed to the default client gets it a code again: nearly every scenario builds upon that.
    async fn once_more(&mut self) -> Option<Checked> {
        const GOOD: &str =
            "the default client gets a code again from a user who has agreed to it before";
        if self.site.authorization.is_none() || self.site.person.is_some() {
            return None;
        }
        self.begin();
        let client = client_of("default");
        let found = match self.driver.obtain_code(&Authorization::of(&client)).await {
            Ok(_) => Found::Good,
            Err(unmet) => {
                let text = sentence(NOT_AGAIN, &unmet.to_string(), self.last());
                Found::Absent(format!("{text}: scenarios with two grants cannot be judged"))
            }
        };
        Some(Checked::new("", GOOD, found))
    }

    /// What the server wants of each request, as far as it showed on the way.
    fn habits(&self) -> Vec<Checked> {
        let driver = &self.driver;
        let habits = [
            (
                driver.has_found_pushing(),
                "authorization requests are pushed: the server takes no others (RFC 9126 §5), though its \
                 metadata do not say so",
            ),
            (
                driver.has_bound_alone(),
                "token requests prove a key, and tokens are bound to it: the server issues no others \
                 (RFC 9449 §5)",
            ),
            (
                driver.has_to_name_resource(),
                "requests name the resource: the server refuses those that name none (RFC 8707 §2.1)",
            ),
        ];
        let seen = habits.into_iter().filter(|(seen, _)| *seen);
        seen.map(|(_, good)| Checked::new("", good, Found::Good)).collect()
    }

    /// The checks of what these needs are about. `pair` are tokens of the default client.
    pub async fn of_needs(
        &mut self,
        needs: &BTreeSet<String>,
        pair: Option<&Pair>,
    ) -> Vec<Checked> {
        let mut found = Vec::new();
        let has = |name: &str| needs.contains(name);
        if let Some(pair) = pair.filter(|_| has("resource") || has("identity")) {
            found.extend(self.resource(pair).await);
        }
        if let Some(pair) = pair.filter(|_| has("revocation")) {
            found.push(self.revocation(pair).await);
        }
        if has("clock") {
            found.push(self.clock().await);
        }
        let named = |kind: &str| -> BTreeSet<String> {
            let names = needs.iter().filter_map(|need| need.strip_prefix(kind));
            names.filter(|role| *role != "default").map(str::to_owned).collect()
        };
        let mut clients = named("client:");
        clients.extend(named("assertion:"));
        for role in clients.iter().filter(|role| !REFUSED.contains(&role.as_str())) {
            found.extend(self.client(role).await);
        }
        for role in self.user_roles().iter().filter(|role| needs.contains(&format!("user:{role}")))
        {
            found.push(self.user(role).await);
        }
        for name in named("scope:") {
            found.push(self.scope(&name).await);
        }
        if has("scoped-resource") {
            found.extend(self.scoped_resource().await);
        }
        if needs.iter().any(|need| need.starts_with("operation:") || need.starts_with("thing:")) {
            found.extend(self.api().await);
        }
        if has("downscope") {
            found.extend(self.downscope().await);
        }
        if needs.iter().any(|need| need.starts_with("action:")) {
            found.extend(self.actions().await);
        }
        for name in named("hook:") {
            found.push(self.hook(&name).await);
        }
        found
    }

    async fn refresh(&mut self, pair: &Pair) -> Checked {
        const GOOD: &str = "a refresh token yields new tokens";
        let Some(token) = pair.refresh.as_deref() else {
            let text = "no refresh token was issued: some servers want a scope (`scope: \
                        offline_access`) or a parameter (`authorize_parameters`)";
            return Checked::new("", GOOD, Found::Absent(text.to_owned()));
        };
        let result = match self.driver.refreshment(&pair.client, token) {
            Ok(draft) => self.driver.obtain(&pair.client, &draft).await,
            Err(unmet) => Err(unmet),
        };
        self.told("", GOOD, result, &["client_authentication", "scope"])
    }

    /// A check by a result, whose findings are about these keys and may be the server's.
    pub(super) fn told<T>(
        &self,
        need: &str,
        good: &str,
        result: Result<T, Unmet>,
        keys: &[&str],
    ) -> Checked {
        let found = match result {
            Ok(_) => Found::Good,
            Err(Unmet::Lacking(text)) => Found::Absent(text),
            Err(Unmet::Failed(text)) => {
                Found::Bad(Box::new(self.finding(&format!("failed: {good}"), &text, keys)))
            }
        };
        Checked::new(need, good, found)
    }

    /// Tokens that nothing was done with, where there are an endpoint that revokes them and no person who would have
    /// to sign in for them.
    async fn pair_to_revoke(&mut self) -> Option<Pair> {
        if self.site.revocation.is_none() || self.site.person.is_some() {
            return None;
        }
        self.flow(&Part::of("default"), Flow::Tokens).await.ok().flatten()
    }

    /// Whether an access token that lives is dead once it is revoked.
    pub async fn revocation(&mut self, pair: &Pair) -> Checked {
        const GOOD: &str = "an access token can be revoked";
        const KEYS: &[&str] = &["endpoints.revocation", "base_url"];
        let before = self.driver.probe(&pair.access).await;
        let sent = match self.driver.revocation(&pair.client, &pair.access) {
            Ok(draft) => self.driver.submit(&draft).await,
            Err(unmet) => {
                return Checked::new("revocation", GOOD, Found::Absent(unmet.to_string()));
            }
        };
        let what = match sent.map(|sent| Observed::of_token(&sent)) {
            Ok(what) => what,
            Err(unmet) => return self.told("revocation", GOOD, Err::<(), _>(unmet), KEYS),
        };
        if !matches!(what, Observed::Status(200..=299, _)) {
            let lost = matches!(what, Observed::Status(404 | 300..=399, _));
            let what = what.describe();
            let mut finding = self.finding("an access token cannot be revoked", &what, KEYS);
            finding.certain = lost;
            return Checked::new("revocation", GOOD, Found::Bad(Box::new(finding)));
        }
        let after = self.driver.probe(&pair.access).await;
        let found = match (before, after) {
            (Err(unmet), _) | (_, Err(unmet)) => Found::Absent(format!("{NOT_SHOWN}: {unmet}")),
            (Ok(before), _) if !before.is_served() => {
                Found::Absent(format!("{NOT_SHOWN}: before it, {}", before.describe()))
            }
            (_, Ok(after)) if after.is_served() => Found::Bad(Box::new(self.finding(
                "an access token still works after it was revoked",
                "the revocation endpoint had answered with success",
                KEYS,
            ))),
            (_, Ok(after)) if after.is_refusal() => Found::Good,
            (_, Ok(after)) => Found::Absent(format!("{NOT_SHOWN}: after it, {}", after.describe())),
        };
        Checked::new("revocation", "a revoked access token is dead", found)
    }

    /// What the claimed documents demand and the profile does not name.
    fn documents(&self, against: &[Arc<Document>]) -> Vec<Checked> {
        const GOOD: &str = "the profile names what the documents demand";
        let profile = &self.site.profile;
        let mut found = Vec::new();
        for (endpoint, key, named) in [
            (Endpoint::Revocation, "endpoints.revocation", profile.endpoints.revocation.is_some()),
            (Endpoint::Introspection, "endpoints.introspection", profile.introspection().is_some()),
            (
                Endpoint::Pushed,
                "endpoints.pushed_authorization_request",
                profile.endpoints.pushed_authorization_request.is_some(),
            ),
            (
                Endpoint::Registration,
                "endpoints.registration",
                profile.endpoints.registration.is_some(),
            ),
            (
                Endpoint::DeviceAuthorization,
                "endpoints.device_authorization",
                profile.endpoints.device_authorization.is_some(),
            ),
            (Endpoint::Resource, "resource.url", profile.resource.is_some()),
        ] {
            for document in against.iter().filter(|it| !named && it.endpoints.contains(&endpoint)) {
                let id = &document.id;
                let text = format!(
                    "{id} demands what the profile does not name: drop {id}, or name `{key}`"
                );
                let mut finding = Finding::new(text, &[key, "documents"]);
                let others = profile.documents.iter().filter(|it| *it != id);
                let others: Vec<String> = others.cloned().collect();
                if !others.is_empty() && others.len() < profile.documents.len() {
                    finding = finding.cured_by(Amendment::documents(others));
                }
                found.push(Checked::new("", GOOD, Found::Bad(Box::new(finding))));
            }
        }
        found
    }

    /// Rules about hosts alter the host of a redirect URI: an address has no names below it.
    fn hosts(&self) -> Option<Checked> {
        let clients = &self.site.profile.clients;
        let by_name = |uri: &&String| {
            let url = url::Url::parse(uri).ok();
            let host = url.as_ref().and_then(url::Url::domain);
            host.is_some_and(|host| host.contains('.'))
        };
        let uris = || clients.get("default").into_iter().flat_map(|it| &it.redirect_uris);
        let first = uris().next()?;
        if uris().any(|uri| by_name(&uri)) {
            return None;
        }
        let text = format!(
            "rules about other hosts prove little with {first}: give the default client a redirect \
             URI with a DNS name (`clients.default.redirect_uris`)"
        );
        Some(Checked::new("", "redirect URIs have a host with a name", Found::Absent(text)))
    }

    /// Whether the clock of the target really moves.
    pub async fn clock(&mut self) -> Checked {
        const GOOD: &str = "the clock moves";
        const STEP: Duration = Duration::from_secs(660);
        let absent = |text: &str| Checked::new("clock", GOOD, Found::Absent(text.to_owned()));
        match self.site.profile.clock {
            Clock::None => {
                return absent(
                    "the profile defines no clock: rules about lifetimes are left out; with \
                     `clock: real` the suite waits for those that are short",
                );
            }
            Clock::Real => {
                let text = "the clock is real: waits stay within `limits.time_budget`";
                return Checked::new("", text, Found::Good);
            }
            Clock::Http(_) | Clock::Command(_) => {}
        }
        self.begin();
        let found = match self.driver.pass(STEP).await {
            Ok(()) => Found::Good,
            Err(unmet) => Found::Bad(Box::new(
                self.finding(
                    "the clock cannot be moved",
                    &unmet.to_string(),
                    &["clock.http.url", "clock"],
                )
                .certain(),
            )),
        };
        Checked::new("clock", GOOD, found)
    }

    /// Whether a hook can be pulled and let go.
    pub async fn hook(&mut self, name: &str) -> Checked {
        self.begin();
        let on = self.driver.pull(name, true).await;
        let off = self.driver.pull(name, false).await;
        let good = format!("the hook `{name}` can be switched on and off");
        let mut checked =
            self.told(&format!("hook:{name}"), &good, on.and(off), &[&format!("hooks.{name}")]);
        if let Found::Bad(finding) = &mut checked.found {
            finding.certain = true;
        }
        checked
    }

    /// Roles of clients that have an ordinary flow, without those that are the default client once more.
    fn client_roles(&self) -> Vec<String> {
        let clients = &self.site.profile.clients;
        let own = clients.get("default").map(|client| client.id.as_str());
        let others = clients.iter().filter(|(_, client)| Some(client.id.as_str()) != own);
        let roles = others.map(|(role, _)| role);
        roles.filter(|role| !REFUSED.contains(&role.as_str())).cloned().collect()
    }

    /// Roles of users that sign in, without those that are the default user once more.
    fn user_roles(&self) -> Vec<String> {
        let users = &self.site.profile.users;
        let signs_in = |(role, user): &(&String, &crate::profile::User)| {
            role.as_str() != "default" && !user.password.is_empty()
        };
        let roles: BTreeSet<&String> =
            users.iter().filter(signs_in).map(|(role, _)| role).collect();
        roles.into_iter().cloned().collect()
    }

    /// Whether a user can sign in and grant.
    pub async fn user(&mut self, role: &str) -> Checked {
        let part = Part { user: role.to_owned(), ..Part::of("default") };
        let good = format!("the user of role `{role}` can sign in and grant");
        let found = match self.flow(&part, Flow::Code).await {
            Ok(_) => Found::Good,
            Err(finding) => Found::Bad(finding),
        };
        Checked::new(format!("user:{role}"), good, found)
    }
}

/// Why nothing is said of a revocation that was answered with success.
const NOT_SHOWN: &str = "nothing shows whether a revoked access token is dead";

/// Why scenarios with two grants cannot be judged.
const NOT_AGAIN: &str =
    "a user who has agreed to the default client before gets it no further code";

/// What the last answer said, in short.
pub(super) fn answered(response: &Response) -> String {
    said(response)
}

/// The client of a role.
pub(super) fn client_of(role: &str) -> Client {
    Client(role.to_owned())
}
