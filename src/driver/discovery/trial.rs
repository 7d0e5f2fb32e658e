//! One ordinary flow with a profile that may be right: what of it works.

use std::sync::Arc;

use serde_json::Value;

use super::metadata::text;
use crate::driver::flow::Authorization;
use crate::driver::journey::End;
use crate::driver::time::Slot;
use crate::driver::{Client, Driver, Site, Unmet};
use crate::observe::observed::bearer_challenge;
use crate::profile::Profile;
use crate::verdict::{Exchange, Secrets};
use crate::wire::{Transport, form, jws};

/// How far an ordinary flow came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Reached {
    /// No code came.
    #[default]
    Nothing,
    /// A code came where the server issues them, and no tokens.
    Code,
    /// Tokens came.
    Tokens,
    /// The resource is served for the access token.
    Resource,
}

/// How far a user came on the way to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Stage {
    /// No further than the request.
    #[default]
    Asked,
    /// A page was shown.
    Page,
    /// A form was sent.
    Form,
}

/// What an ordinary flow showed.
#[derive(Debug, Default)]
pub struct Tried {
    /// How far it came.
    pub reached: Reached,
    /// How far a user came of whom no code was had.
    pub stage: Stage,
    /// Whether a refresh token came.
    pub refresh: bool,
    /// Type of the access token, where it is a JWT that names one.
    pub token_type: Option<String>,
    /// Whether the call of the resource was answered with an error of JSON-RPC, which has no result.
    pub is_call_error: bool,
    /// JSON pointer to the member of the resource that names the user, and its value.
    pub identity: Option<(String, String)>,
    /// `policy.refresh`, as far as it was seen.
    pub rotation: Option<&'static str>,
    /// What went wrong, if anything did; may hold secrets.
    pub why: String,
    /// The request after which nothing went on.
    pub last: Option<Exchange>,
    /// What must not be shown.
    pub secrets: Secrets,
}

impl Tried {
    /// The more, the better.
    pub fn score(&self) -> (Reached, Stage, bool, bool) {
        let stage = if self.reached == Reached::Nothing { self.stage } else { Stage::default() };
        (self.reached, stage, self.scope_asked().is_none(), self.refresh)
    }

    /// What the last redirect said of an error in words (RFC 6749 §4.1.2.1).
    pub fn told(&self) -> Option<String> {
        let response = self.last.as_ref()?.response.as_ref().ok()?;
        let location = response.headers.text("location")?;
        let query = location.split_once('?')?.1.split('#').next()?;
        let params = form::decode_lossy(query.as_bytes()).ok()?;
        params.first("error")?;
        params.first("error_description").filter(|it| !it.is_empty()).map(str::to_owned)
    }

    /// The scope that the resource named when it refused the access token, if it did.
    pub fn scope_asked(&self) -> Option<String> {
        let response = self.last.as_ref()?.response.as_ref().ok()?;
        let challenge = bearer_challenge(response).filter(|_| self.reached == Reached::Tokens)?;
        challenge.param("scope").filter(|scope| !scope.is_empty()).map(str::to_owned)
    }
}

/// Members that name a user, the best first.
const NAMES: &[&str] =
    &["login", "email", "preferred_username", "username", "name", "upn", "sub", "id", "user_id"];

/// Plays the flow of a user in this profile, to the resource.
pub async fn attempt(profile: Arc<Profile>, transport: Arc<dyn Transport>, user: &str) -> Tried {
    let mut tried = Tried::default();
    let site = match Site::new(profile, transport, None) {
        Ok(site) => Arc::new(site),
        Err(error) => return Tried { why: error.to_string(), ..tried },
    };
    let mut driver = Driver::unseeded(&site, Slot::own());
    if let Err(unmet) = flow(&mut driver, &site, user, &mut tried).await {
        tried.why = unmet.to_string();
    }
    let (exchanges, secrets) = driver.journal.take();
    tried.stage = stage(&exchanges);
    tried.last = exchanges.into_iter().next_back();
    tried.secrets = secrets;
    tried
}

/// How far the user came in these exchanges.
fn stage(exchanges: &[Exchange]) -> Stage {
    let shows = |it: &Exchange| it.response.as_ref().is_ok_and(|it| it.status < 300);
    if exchanges.iter().any(Exchange::is_login) {
        Stage::Form
    } else if exchanges.iter().any(shows) {
        Stage::Page
    } else {
        Stage::Asked
    }
}

/// Whether a user cannot get the default client of this profile a code: they came to the end of their way, and it is
/// none. What is not answered may be answered later.
pub async fn gets_no_code(profile: Arc<Profile>, transport: Arc<dyn Transport>) -> bool {
    let Ok(site) = Site::new(profile, transport, None) else { return false };
    let mut driver = Driver::unseeded(&Arc::new(site), Slot::own());
    let client = Client::default_role();
    match driver.first_code(&Authorization::of(&client)).await {
        Ok(_) => false,
        Err(missing) => missing.journey.is_some_and(|it| !matches!(it.end, End::Lost(_))),
    }
}

async fn flow(
    driver: &mut Driver,
    site: &Site,
    user: &str,
    tried: &mut Tried,
) -> Result<(), Unmet> {
    let client = Client::default_role();
    let draft = if site.authorization.is_none() {
        tried.reached = Reached::Code;
        driver.direct_grant(&client, None)?
    } else {
        let ask = Authorization { user, ..Authorization::of(&client) };
        let code = driver.obtain_code(&ask).await?;
        tried.reached = Reached::Code;
        driver.redemption(&client, &code)?
    };
    let pair = driver.obtain(&client, &draft).await?;
    tried.reached = Reached::Tokens;
    tried.refresh = pair.refresh.is_some();
    tried.token_type = jws::read(&pair.access)
        .and_then(|parts| text(&parts.header, "typ"))
        .map(|name| name.to_ascii_lowercase());
    if site.resource.is_some() {
        driver.served(&pair.access).await?;
        tried.reached = Reached::Resource;
        let body = driver.journal.exchanges().last().and_then(|last| last.response.as_ref().ok());
        let body: Option<Value> = body.and_then(|it| serde_json::from_slice(&it.body).ok());
        let login = driver.user(user).ok().map(|user| user.login);
        let is_call = site.profile.resource.as_ref().is_some_and(|it| it.mcp.is_some());
        if is_call {
            tried.is_call_error = body.is_some_and(|it| it.get("error").is_some());
        } else {
            // What a call brings is about the server and its tools, and not about the user.
            tried.identity = login.zip(body).and_then(|(login, body)| identity(&body, &login));
        }
    }
    if let Some(token) = pair.refresh.as_deref() {
        tried.rotation = rotation(driver, &client, token).await;
    }
    Ok(())
}

/// The member that shows the login, or else the first that names a user.
fn identity(body: &Value, login: &str) -> Option<(String, String)> {
    let members = body.as_object()?;
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let shows = |name: &str| members.get(name).and_then(text);
    let is_login = |name: &&&str| shows(name).is_some_and(|it| it.eq_ignore_ascii_case(login));
    let best = NAMES.iter().find(is_login);
    let best = best.or_else(|| NAMES.iter().rev().find(|name| shows(name).is_some()))?;
    Some((format!("/{best}"), shows(best)?))
}

/// What becomes of a refresh token that is used, and used again.
async fn rotation(driver: &mut Driver, client: &Client, token: &str) -> Option<&'static str> {
    let draft = driver.refreshment(client, token).ok()?;
    let first = driver.obtain(client, &draft).await.ok()?;
    let rotated = first.refresh.is_some_and(|new| &*new != token);
    let again = driver.obtain(client, &draft).await;
    match (rotated, again) {
        (true, Err(_)) => Some("strict"),
        (false, Ok(_)) => Some("none"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_member_with_the_login_names_the_user() {
        let body = json!({"sub": "1", "email": "Alice@example.com", "name": "Alice"});
        let found = identity(&body, "alice@example.com").unwrap();
        assert_eq!(found, ("/email".to_owned(), "Alice@example.com".to_owned()));
        let found = identity(&json!({"id": 7, "x": 1}), "alice").unwrap();
        assert_eq!(found, ("/id".to_owned(), "7".to_owned()));
        assert_eq!(identity(&json!([]), "alice"), None);
    }
}
