//! What has to come of the device grant (RFC 8628): tokens for the device whose user granted, once, and
//! not before.

use std::time::{Duration, Instant};

use super::answers::{self, Reply};
use super::case::{Edit, Shot};
use super::expected::{Expectation, Judge};
use super::model::{Age, Moment};
use super::oracle::Finding;
use super::play::{Brought, Player};
use super::reading::{Reading, given, repeated};
use crate::driver::device::{DEVICE_CODE, Device, Visit};
use crate::driver::journey::{End, Stop};
use crate::driver::page::Decision;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::{Client, Unmet, authorization};
use crate::observe::Observed;
use crate::wire::Secret;

/// Codes that a device was told.
#[derive(Debug, Clone)]
pub struct Codes {
    /// What the device asks with.
    pub code: Secret,
    /// What it shows.
    pub user_code: Secret,
    /// Identifier of its client.
    pub client: String,
    /// What its user has decided; `None`: nothing yet.
    pub granted: Option<bool>,
    /// Family of the tokens that it brought.
    pub redeemed: Option<usize>,
    /// Whether nobody can say what was decided, or whether it still works.
    pub doubtful: bool,
    /// How long the codes live.
    pub lifetime: Option<Duration>,
    /// How long it has to wait between two requests.
    pub interval: Duration,
    /// When it asked last.
    pub asked: Option<Moment>,
    /// When the codes were issued.
    pub born: Moment,
}

/// The rule of a race for the tokens of a device.
pub(super) const DEVICE: &str = "device/single-use-concurrent";

/// After `slow_down` a device waits so much longer (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);

impl Judge<'_> {
    /// A device authorization request.
    pub fn device(&self, read: &Reading) -> Expectation {
        let mut to = Expectation::new("device/endpoint");
        to.open = read.odd || !read.query.is_empty();
        if read.method != "POST" || !read.is_form() {
            let refused = read.is_form() || read.method == "GET";
            if refused && !read.odd {
                self.refuse_where_cited("device/post-only", &mut to);
            }
            to.open = true;
            return to;
        }
        if repeated(&read.body, &["client_id", "client_secret", "scope"]) {
            self.refuse_where_cited("device/repeated-parameter", &mut to);
        }
        let secret = read.authorization.is_empty() && given(&read.body, "client_secret").is_none();
        let known = given(&read.body, "client_id").is_some_and(|id| self.knows(id));
        let rule =
            if secret && !known { "device/client-known" } else { "device/client-authenticated" };
        // Which of the others may have this grant is the server's to say.
        to.open |= self.client(read, rule, &mut to).is_some_and(|client| {
            let roles = super::roles::devices(&self.terms.profile);
            let is = |role: &String| {
                self.terms.profile.client(role).is_some_and(|known| known.id == client.id)
            };
            !roles.iter().any(is)
        });
        let mut all = self.terms.profile.clients.values();
        let own = given(&read.body, "client_id");
        let scope =
            all.find(|it| Some(it.id.as_str()) == own).and_then(|it| self.terms.profile.scope(it));
        to.open |= given(&read.body, "scope") != scope;
        let named = |name: &str| matches!(name, "client_id" | "client_secret" | "scope");
        to.open |= read.body.iter().any(|(name, _)| !named(name));
        to
    }

    fn knows(&self, id: &str) -> bool {
        self.terms.profile.clients.values().any(|client| client.id == id)
    }

    /// A device asks for its tokens.
    pub(super) fn poll(&self, read: &Reading, client: Option<&str>, to: &mut Expectation) {
        to.by = "device/tokens";
        // Whether a client may have this grant is another rule's subject.
        to.open |= !self.model.devices.iter().any(|it| Some(it.client.as_str()) == client);
        let Some(value) = given(&read.body, "device_code") else {
            let mut codes = self.model.devices.iter();
            let elsewhere = codes.any(|it| read.carries(&it.code));
            let rule = ("device_code", "device/code-required");
            return self.missing(read, rule, elsewhere, to);
        };
        let Some(device) = self.model.devices.iter().find(|it| it.code == value) else {
            return self.not_issued(value, ("device/unknown-code", "token/grant-kind"), to);
        };
        if client.is_some_and(|id| id != device.client) {
            to.refuse("device/bound-to-client");
        }
        to.open |= device.doubtful || self.is_hasty(device);
        if device.redeemed.is_some() {
            return to.refuse("device/single-use");
        }
        match device.born.age(self.now, device.lifetime) {
            Age::Dead => return to.refuse("device/expired"),
            Age::Unknown => to.open |= self.now > device.born.moved || device.lifetime.is_none(),
            Age::Alive => {}
        }
        match device.granted {
            Some(true) => {}
            Some(false) => to.refuse("device/denied"),
            None => to.refuse("device/pending"),
        }
    }

    /// Whether a device asks sooner than it may.
    fn is_hasty(&self, device: &Codes) -> bool {
        device.asked.is_some_and(|asked| {
            // The expectation is made when the answer is there.
            let passed = self.now.saturating_sub(asked.moved) + asked.at.elapsed();
            passed <= device.interval + Duration::from_secs(1)
        })
    }
}

impl Player<'_> {
    pub(super) async fn device(&mut self, shot: &Shot, client: &Client) -> Result<Brought, Unmet> {
        let draft = self.driver.device_authorization(client, None)?;
        let draft = self.authenticated(None, &draft).await?;
        let (request, read) = self.spoil(shot, &draft)?;
        let mut expectation = self.judge().device(&read);
        expectation.retyped(&read);
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        let what = Observed::of_device_endpoint(&sent);
        self.keep(&shot.request, &what, &sent, since);
        let answer = Reply { what: &what, means: answers::means(&read), done: what.is_codes() };
        self.judged(&expectation, &answer);
        let Some(device) = self.driver.device_of(client, &sent, since) else {
            return Ok(Brought::Nothing);
        };
        self.tried("fresh-values");
        let same = |it: &Codes| *it.code == *device.code || *it.user_code == *device.user_code;
        if self.model.devices.iter().any(same) {
            self.found(Some(Finding::plain(
                "fresh-values",
                "a device's code that was issued before",
            )));
        }
        let named = given(&read.body, "client_id").map(str::to_owned);
        let own = self.driver.client(client)?.id;
        let born = self.moment(since);
        self.model.devices.push(Codes {
            code: device.code.clone(),
            user_code: device.user_code.clone(),
            client: named.unwrap_or(own),
            granted: None,
            redeemed: None,
            doubtful: expectation.open || !expectation.reasons.is_empty(),
            lifetime: Some(device.lifetime).filter(|it| !it.is_zero()),
            interval: device.interval,
            asked: None,
            born,
        });
        Ok(Brought::Device(Box::new(device)))
    }

    /// The user types a code at the verification page.
    pub(super) async fn visit(
        &mut self,
        shot: &Shot,
        (device, deny): (Option<usize>, bool),
    ) -> Result<Brought, Unmet> {
        let lacking = || Unmet::Failed("no device shows a code".to_owned());
        let Some(Brought::Device(device)) = device.and_then(|at| self.brought.get(at)) else {
            return Err(lacking());
        };
        let device = device.clone();
        let types = self.typed(shot, &device);
        self.driver.journal.secret("user code", &types);
        let decision = if deny { Decision::Deny } else { Decision::Grant };
        let how =
            Visit { user: "default", types: &types, complete: false, decision, stop: Stop::Never };
        let since = Instant::now();
        let browser = self.browsers.remove("default").unwrap_or_default();
        self.driver.use_browser(browser);
        let journey = self.driver.visit(&device, how).await;
        self.browsers.insert("default".to_owned(), self.driver.fresh_browser());
        let journey = journey?;
        let what = authorization::what(&journey);
        self.keep(&shot.request, &what, &super::novelty::last(&journey), since);
        let asked = !journey.choices.is_empty();
        let well = matches!(&journey.end, End::Page { response, .. } if response.status < 400);
        self.decided(&types, (asked, well), deny);
        Ok(Brought::Nothing)
    }

    fn typed(&self, shot: &Shot, device: &Device) -> String {
        let profile = &self.stage.terms.profile;
        let id_of = |role: &str| profile.client(role).map(|client| client.id.clone());
        let mut types = device.user_code.to_string();
        for edit in &shot.edits {
            match edit {
                Edit::Set { name, value } if name == "user_code" => {
                    types = value.apply(&types, id_of).unwrap_or(types);
                }
                Edit::Swap { name, from, what } if name == "user_code" => {
                    types = self.thing(*from, *what).map_or(types, |it| it.to_string());
                }
                _ => {}
            }
        }
        types
    }

    /// What becomes of the codes: `asked`: the user was asked for a decision, and the page took it.
    fn decided(&mut self, types: &str, (asked, well): (bool, bool), deny: bool) {
        let shown = plain(types);
        let now = self.now();
        let meant = self.model.devices.iter_mut().find(|it| plain(&it.user_code) == shown);
        let rule = match meant {
            Some(device) => {
                let dead = device.born.age(now, device.lifetime) == Age::Dead;
                let rule = match device.granted.is_some() || device.redeemed.is_some() {
                    true => Some("device/user-code-once"),
                    false => dead.then_some("device/user-code-expired"),
                };
                device.doubtful |= device.granted.is_some() || !asked || !well;
                if asked && well {
                    device.granted = device.granted.or(Some(!deny));
                }
                rule
            }
            None => Some("device/user-code-unknown"),
        };
        let Some(level) = rule.and_then(|rule| self.stage.terms.level(rule)) else { return };
        self.tried("device-page-checks");
        if asked {
            let found = Finding::plain("device-page-checks", "the user is asked to decide on it");
            self.found(Some(Finding { rule, level, ..found }));
        }
    }

    /// The token request of a device was answered.
    pub(super) fn polled(&mut self, read: &Reading, what: &Observed, since: Instant) {
        let born = self.moment(since);
        let Some(at) = self.model.device_in(read) else { return };
        if let Some(device) = self.model.devices.get_mut(at) {
            device.asked = Some(born);
            match what {
                Observed::Error { error, .. } if error == "slow_down" => device.interval += SLOWER,
                Observed::Error { error, .. } if error == "authorization_pending" => {}
                Observed::Tokens => {}
                _ => device.doubtful = true,
            }
        }
    }

    /// The token request of a device that a step brought, or of one that was told nothing.
    pub(super) fn device_draft(
        &mut self,
        client: &Client,
        device: Option<usize>,
    ) -> Result<crate::driver::Draft, Unmet> {
        match device.and_then(|at| self.brought.get(at)) {
            Some(Brought::Device(device)) => self.driver.device_redemption(client, device),
            _ => self.driver.grant_request(client, DEVICE_CODE, &[("device_code", NEVER_ISSUED)]),
        }
    }
}

/// A user code without what may be typed otherwise (RFC 8628 §6.1).
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}
