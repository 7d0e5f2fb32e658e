//! The clients of a profile, tried once each.

use super::checks::{Checked, Examiner, Found, client_of};
use super::flows::Part;
use super::{Finding, Flow, member};
use crate::driver::dpop::Showing;
use crate::driver::flow::{Authorization, Pair};
use crate::driver::grants::Subject;
use crate::driver::journey::Stop;
use crate::driver::{Client, Unmet, authorization};
use crate::observe::Observed;
use crate::profile::{Amendment, Model};

/// The role of a client that nobody agreed to: no flow of it may come to its end.
const FRESH: &str = "fresh";
/// The role of a client that has to push its authorization requests.
const PUSHING: &str = "pushing";
/// The role of a client that has to show proofs of possession.
const DPOP: &str = "dpop";
/// The role of a client whose credentials HTTP Basic has to encode.
const ENCODED: &str = "encoded";
const KNOWN: &str = "the client of role `encoded` gets tokens with its secret in the body";
const SHOWN: &str = "the user is asked about the client of role `fresh`";

impl Examiner {
    /// Whether the client of a role gets tokens in its way.
    pub async fn client(&mut self, role: &str) -> Vec<Checked> {
        let Some(entry) = self.site.profile.client(role).cloned() else { return Vec::new() };
        if entry.model == Model::Server {
            return self.server_client(role, entry.assertion.is_some()).await;
        }
        let good = format!("the client of role `{role}` gets tokens");
        let need = format!("client:{role}");
        if entry.redirect_uris.is_empty() {
            let text = format!("the client of role `{role}` has no redirect URI: it is not tried");
            return vec![Checked::new(need, good, Found::Absent(text))];
        }
        if role == FRESH {
            return vec![Checked::new(need, SHOWN, self.untouched(role).await)];
        }
        let way = match role {
            PUSHING => Some((self.pushes(role).await, "a code by a pushed request")),
            DPOP => Some((self.shows_possession(role).await, "tokens that are bound to its key")),
            _ => None,
        };
        if let Some((result, what)) = way {
            let way = format!("the client of role `{role}` gets {what}");
            let keys = ["id", "secret", "redirect_uris"].map(|key| format!("clients.{role}.{key}"));
            return vec![self.own_way(role, &need, &way, result, &keys)];
        }
        let mut finding = match self.flow(&Part::of(role), Flow::Tokens).await {
            Ok(_) => return vec![Checked::new(need, good, Found::Good)],
            Err(finding) => finding,
        };
        // A server that takes the secret in the body knows the client: how it reads the header is the rule.
        let by_body = Amendment::other_authentication(&self.site.profile, role);
        let helps = by_body.filter(|by_body| {
            finding.cured && finding.cure.iter().all(|change| change.path == by_body.path)
        });
        if role == ENCODED && helps.is_some() {
            return vec![Checked::new(need, KNOWN, Found::Good)];
        }
        if let Some(grant) = entry.grants.first().filter(|_| is_not_allowed(&finding)) {
            return vec![self.client_of_grant(role, grant).await];
        }
        finding.text = format!("the client of role `{role}`: {}", finding.text);
        finding.certain |= self.is_unknown() || is_ordinary(&entry.redirect_uris[0]);
        vec![Checked::new(need, good, Found::Bad(finding))]
    }

    /// The client that nobody agreed to: its request is followed to the choice, and nobody chooses.
    async fn untouched(&mut self, role: &str) -> Found {
        self.begin();
        let client = client_of(role);
        let ask = Authorization { stop: Stop::AtChoice, ..Authorization::of(&client) };
        let journey = match self.driver.authorize(&ask).await {
            Ok(journey) => journey,
            Err(unmet) => return Found::Absent(unmet.to_string()),
        };
        if !journey.choices.is_empty() {
            return Found::Good;
        }
        match authorization::what(&journey) {
            Observed::Code => Found::Absent(format!(
                "the user is not asked about the client of role `{role}`: somebody agreed to it before, \
                 or the server asks nobody"
            )),
            // A script draws the choice: it stands in no form.
            Observed::Asked("a decision") => Found::Good,
            what => {
                let keys =
                    ["id", "redirect_uris", "scope"].map(|key| format!("clients.{role}.{key}"));
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let text = what.describe();
                let says = format!("the user is not asked about the client of role `{role}`");
                Found::Bad(Box::new(self.finding(&says, &text, &keys)))
            }
        }
    }

    /// A code by a pushed request (RFC 9126 §2.1, §4).
    async fn pushes(&mut self, role: &str) -> Result<(), Unmet> {
        self.begin();
        let client = &client_of(role);
        let ask = Authorization::of(client);
        let draft = self.driver.push(&ask)?;
        let sent = self.driver.submit(&draft).await?;
        let Some(pushed) = self.driver.pushed(client, &draft, &sent) else {
            return Err(refused("an ordinary pushed request", &Observed::of_token(&sent)));
        };
        let journey = self.driver.follow_pushed(&ask, &pushed).await?;
        match authorization::what(&journey) {
            Observed::Code => Ok(()),
            what => Err(refused("the reference of a pushed request", &what)),
        }
    }

    /// Tokens by a proof of possession (RFC 9449 §5).
    async fn shows_possession(&mut self, role: &str) -> Result<(), Unmet> {
        self.begin();
        let client = &client_of(role);
        let code = self.driver.obtain_code(&Authorization::of(client)).await?;
        let draft = self.driver.redemption(client, &code)?;
        let (_, sent) = self.driver.show(&draft, &Showing::default()).await?;
        match Observed::of_token(&sent) {
            Observed::Tokens => Ok(()),
            what => Err(refused("an ordinary token request with a proof", &what)),
        }
    }

    /// Whether the token endpoint took the last request for one of a client that it does not know:
    /// the default client gets its tokens there.
    fn is_unknown(&self) -> bool {
        let last = self.last().filter(|last| last.request.method == "POST");
        let response = last.and_then(|last| last.response.as_ref().ok());
        response
            .is_some_and(|response| member(response, "error").as_deref() == Some("invalid_client"))
    }

    /// A client that signs in itself: by its credentials, and by an assertion if it has a key. A grant
    /// that it may not use is none of its ways.
    async fn server_client(&mut self, role: &str, signs: bool) -> Vec<Checked> {
        let client = client_of(role);
        self.begin();
        let by_credentials = match self.driver.credentials_grant(&client, &Subject::Enterprise) {
            Ok(draft) => self.driver.obtain(&client, &draft).await,
            Err(unmet) => Err(unmet),
        };
        let keys = ["id", "secret"].map(|key| format!("clients.{role}.{key}"));
        let way = format!("the client of role `{role}` gets a token by its credentials");
        let mut found =
            vec![self.own_way(role, &format!("client:{role}"), &way, by_credentials, &keys)];
        if signs {
            let by_assertion = self.by_assertion(&client).await;
            let keys = ["assertion.key_id", "assertion.private_key", "assertion.audience", "id"]
                .map(|key| format!("clients.{role}.{key}"));
            let way = format!("the client of role `{role}` gets a token by an assertion");
            found.push(self.own_way(role, &format!("assertion:{role}"), &way, by_assertion, &keys));
        }
        let works = |checked: &Checked| matches!(checked.found, Found::Good);
        if found.iter().any(works) {
            found.iter_mut().for_each(not_its_way);
        }
        found
    }

    /// A client that has this grant, and not that of codes.
    async fn client_of_grant(&mut self, role: &str, grant: &str) -> Checked {
        let client = client_of(role);
        self.begin();
        if grant == "implicit" {
            let result = self.driver.obtain_by_redirect(&client).await.map(|(_, pair)| pair);
            let keys = ["id", "redirect_uris", "grants"].map(|key| format!("clients.{role}.{key}"));
            let way = format!("the client of role `{role}` gets a token by the grant `{grant}`");
            return self.own_way(role, &format!("client:{role}"), &way, result, &keys);
        }
        let result = match self.driver.grant_of(&client, grant) {
            Ok(draft) => self.driver.obtain(&client, &draft).await,
            Err(unmet) => Err(unmet),
        };
        let keys = ["id", "secret", "grants"].map(|key| format!("clients.{role}.{key}"));
        let way = format!("the client of role `{role}` gets a token by the grant `{grant}`");
        self.own_way(role, &format!("client:{role}"), &way, result, &keys)
    }

    fn own_way<T>(
        &self,
        role: &str,
        need: &str,
        good: &str,
        result: Result<T, Unmet>,
        keys: &[String],
    ) -> Checked {
        let response = self.last_response();
        let error = response.and_then(|response| member(response, "error"));
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if error.as_deref() == Some("invalid_grant") {
            keys.push("things.enterprise");
        }
        let mut checked = self.told(need, good, result, &keys);
        if let Found::Bad(finding) = &mut checked.found {
            finding.certain = matches!(error.as_deref(), Some("invalid_client" | "invalid_grant"));
            if error.as_deref().is_some_and(|error| NOT_ALLOWED.contains(&error)) {
                finding.keys.insert(0, format!("clients.{role}.model"));
            }
        }
        checked
    }

    async fn by_assertion(&mut self, client: &Client) -> Result<Pair, Unmet> {
        let assertion = self.driver.assertion(client, &Subject::Enterprise).await?;
        let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()))?;
        let draft = self.driver.assertion_grant(client, &written)?;
        self.driver.obtain(client, &draft).await
    }
}

fn refused(what: &str, got: &Observed) -> Unmet {
    Unmet::Failed(format!("{what} got {}", got.describe()))
}

/// Whether nobody doubts that a redirect URI may be registered: then one that is refused is not.
fn is_ordinary(uri: &str) -> bool {
    let url = url::Url::parse(uri).ok();
    url.is_some_and(|url| url.scheme() == "https" && url.path() != "/" && url.query().is_none())
}

/// What a server says of a grant that the client may not use.
const NOT_ALLOWED: [&str; 2] = ["unauthorized_client", "unsupported_grant_type"];

/// Whether the client may not use the grant that was tried.
fn is_not_allowed(finding: &Finding) -> bool {
    NOT_ALLOWED.iter().any(|error| finding.text.contains(error))
}

/// A client with one way that works need not have the other.
fn not_its_way(checked: &mut Checked) {
    if let Found::Bad(finding) = &checked.found
        && is_not_allowed(finding)
    {
        checked.found = Found::Absent(finding.text.clone());
    }
}
