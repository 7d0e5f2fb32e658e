//! The device grant (RFC 8628): a device shows a code, its user types it elsewhere, and the device asks
//! until the user has decided.

use std::time::{Duration, Instant};

use serde_json::Value;
use url::Url;

use super::flow::{Client, Driver};
use super::journey::{Journey, Odd, Stop};
use super::navigation::{as_page, page_request};
use super::page::Decision;
use super::session::Sharing;
use super::time::{Born, Side};
use super::{Draft, Unmet};
use crate::observe::observed::json;
use crate::wire::transport::Sent;
use crate::wire::{Origin, Secret};

/// The value of `grant_type` (RFC 8628 §3.4).
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long a device waits between two requests that is not told (RFC 8628 §3.2).
const INTERVAL: Duration = Duration::from_secs(5);
/// By how much it waits longer than it has to: the server may count from when it answered.
const MARGIN: Duration = Duration::from_secs(1);

/// What a device was told (RFC 8628 §3.2).
#[derive(Debug, Clone)]
pub struct Device {
    /// What it asks with.
    pub code: Secret,
    /// What it shows.
    pub user_code: Secret,
    /// Where its user goes.
    pub page: String,
    /// The same with the user code in it.
    pub complete: Option<String>,
    /// How long the codes live; zero: it was not told.
    pub lifetime: Duration,
    /// How long it has to wait between two requests.
    pub interval: Duration,
    /// Client that the codes were issued to.
    pub client: Client,
    /// When the codes were issued.
    pub born: Born,
    /// When it asked last.
    pub asked: Option<Born>,
}

/// How a user visits the verification page.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// Role of the user.
    pub user: &'a str,
    /// What is typed where the code is asked for.
    pub types: &'a str,
    /// Whether the user follows the complete verification URI.
    pub complete: bool,
    /// What the user decides.
    pub decision: Decision,
    /// Where to stop.
    pub stop: Stop,
}

impl Driver {
    /// The valid request of a device for its codes (RFC 8628 §3.1).
    ///
    /// # Errors
    /// Where the profile defines no such endpoint, or no client of this role.
    pub fn device_authorization(
        &self,
        client: &Client,
        scope: Option<&str>,
    ) -> Result<Draft, Unmet> {
        let url = self.site.device_authorization.as_ref().ok_or_else(|| {
            Unmet::Lacking("the profile defines no device authorization endpoint".to_owned())
        })?;
        let mut draft = self.client_draft("device authorization request", client, url)?;
        let entry = self.client(client)?;
        if let Some(scope) = scope.or(self.site.profile.scope(&entry)) {
            draft.form.push("scope", scope);
        }
        Ok(draft)
    }

    /// What a device was told; `None` where that is nothing that it could go on with.
    pub fn device_of(&mut self, client: &Client, sent: &Sent, since: Instant) -> Option<Device> {
        let told = json(sent.as_ref().ok()?)?;
        let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
        let seconds = |name: &str| told.get(name).and_then(Value::as_u64).map(Duration::from_secs);
        let (code, user_code) = (text("device_code")?, text("user_code")?);
        self.journal.secret("device code", &code);
        self.journal.secret("user code", &user_code);
        Some(Device {
            code: code.into(),
            user_code: user_code.into(),
            page: text("verification_uri")?,
            complete: text("verification_uri_complete"),
            lifetime: seconds("expires_in").unwrap_or_default(),
            interval: seconds("interval").unwrap_or(INTERVAL),
            client: client.clone(),
            born: self.timeline.born(since),
            asked: None,
        })
    }

    /// The token request of a device (RFC 8628 §3.4), by any client.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn device_redemption(&self, client: &Client, device: &Device) -> Result<Draft, Unmet> {
        self.grant_request(client, DEVICE_CODE, &[("device_code", &*device.code)])
    }

    /// Lets time pass until a device may ask again.
    ///
    /// # Errors
    /// Where time cannot pass.
    pub async fn patience(&mut self, device: &Device) -> Result<(), Unmet> {
        match device.asked {
            Some(asked) => self.age(asked, device.interval + MARGIN, Side::Past).await,
            None => Ok(()),
        }
    }

    /// The request for the page at the verification URI, without a user code.
    ///
    /// # Errors
    /// Where the page is at a host that the profile does not name.
    pub fn verification_page(&self, device: &Device) -> Result<Draft, Unmet> {
        let page = self.own_page(&device.page)?;
        Ok(as_page(Draft::new("visit of the verification page", "GET", &page)))
    }

    /// The URL of a page of the target.
    fn own_page(&self, page: &str) -> Result<Url, Unmet> {
        let lacking = |text: &str| Unmet::Lacking(format!("the verification URI {text}"));
        let url = Url::parse(page).map_err(|_| lacking("is no absolute URL"))?;
        let known = Origin::of(&url).is_some_and(|origin| self.site.origins.contains(&origin));
        if known { Ok(url) } else { Err(lacking("is at a host that the profile does not name")) }
    }

    /// The user visits the verification page (RFC 8628 §3.3).
    ///
    /// # Errors
    /// Where the page is at a host that the profile does not name, or the profile lacks the user.
    pub async fn visit(&mut self, device: &Device, visit: Visit<'_>) -> Result<Journey, Unmet> {
        let user = self.user(visit.user)?;
        let lacking = |text: &str| Unmet::Lacking(format!("the verification URI {text}"));
        let page = match (visit.complete, &device.complete) {
            (false, _) => &device.page,
            (true, Some(complete)) => complete,
            (true, None) => return Err(lacking("does not come with a complete one")),
        };
        let url = self.own_page(page)?;
        let request = page_request("GET", &url).ok_or_else(|| lacking("is no absolute URL"))?;
        self.sharing = Sharing::default();
        let odd = Odd { user_code: Some(visit.types), ..Odd::default() };
        let answers = (visit.decision, visit.stop, odd);
        let label = "visit of the verification page";
        self.travel(request, label, &user, answers, (None, None)).await
    }
}
