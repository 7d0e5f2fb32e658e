//! Devices that wait for their user (RFC 8628), in memory: by the device code, with which the device asks,
//! and by the user code, which the user types.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::store::Grant;
use crate::server::faults::effects::devices as effects;
use crate::testbed::Switches;

/// By how much a device that asks too early has to slow down (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How long a browser is remembered that typed a wrong user code, and a device whose codes ran out.
const REMEMBERED: Duration = Duration::from_secs(15 * 60);
/// How many wrong user codes a browser may type in that time (RFC 8628 §5.1).
const GUESSES: usize = 10;

/// What the user said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Decision {
    /// Nothing yet.
    Pending,
    /// Yes.
    Granted,
    /// No.
    Denied,
    /// Yes, and the device has its tokens.
    Redeemed,
}

/// A device that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Device {
    /// What the tokens will stand for; without a user until one agrees.
    pub(in crate::server) grant: Grant,
    /// What the user types, without punctuation.
    pub(in crate::server) user_code: String,
    pub(in crate::server) decision: Decision,
    /// When its codes run out.
    pub(in crate::server) expires: Duration,
    /// How long it has to wait between two requests.
    pub(in crate::server) interval: Duration,
    /// When it asked last.
    pub(in crate::server) asked: Option<Duration>,
}

/// Why a device gets no tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum DeviceRefusal {
    Unknown,
    WrongClient,
    Expired,
    Redeemed,
    Denied,
    Pending,
    TooEarly,
}

impl Device {
    /// Why it gets no tokens, the reason that counts first.
    fn refusals(&self, now: Duration, client_id: &str) -> [Option<DeviceRefusal>; 6] {
        let given = |applies: bool, refusal| applies.then_some(refusal);
        let early = self.asked.is_some_and(|asked| now < asked.saturating_add(self.interval));
        let waits = self.decision == Decision::Pending;
        [
            // device/bound-to-client
            given(self.grant.client_id != client_id, DeviceRefusal::WrongClient),
            // device/single-use
            given(self.decision == Decision::Redeemed, DeviceRefusal::Redeemed),
            // device/expired
            given(self.expires <= now, DeviceRefusal::Expired),
            // device/denied
            given(self.decision == Decision::Denied, DeviceRefusal::Denied),
            // device/slow-down
            given(waits && early, DeviceRefusal::TooEarly),
            // device/pending
            given(waits, DeviceRefusal::Pending),
        ]
    }
}

#[derive(Debug, Default)]
pub(in crate::server) struct State {
    pub(in crate::server) devices: HashMap<String, Device>,
    /// When each browser typed a wrong user code.
    guesses: HashMap<String, Vec<Duration>>,
}

/// All devices of one server.
#[derive(Debug, Default)]
pub(in crate::server) struct Devices {
    pub(in crate::server) switches: Switches,
    state: Mutex<State>,
}

impl Devices {
    pub(in crate::server) fn new(switches: Switches) -> Self {
        Self { switches, state: Mutex::default() }
    }

    pub(in crate::server) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a device under its code.
    pub(in crate::server) fn add(&self, now: Duration, code: String, device: Device) {
        let mut state = self.lock();
        // Codes are remembered for a while longer, so that a late device learns why.
        state.devices.retain(|_, device| now < device.expires.saturating_add(REMEMBERED));
        state.devices.insert(code, device);
    }

    /// The device that shows this user code and waits for its user, with its device code.
    // device/user-code-unknown, device/user-code-expired, device/user-code-once
    pub(in crate::server) fn find(&self, now: Duration, typed: &str) -> Option<(String, Device)> {
        let state = self.lock();
        let found = |(code, device): (&String, &Device)| (code.clone(), device.clone());
        let right = state.devices.iter().find(|(_, device)| {
            device.user_code == typed
                && now < device.expires
                && device.decision == Decision::Pending
        });
        right.or_else(|| effects::found_anyway(&self.switches, &state, now, typed)).map(found)
    }

    /// Keeps what the user said to a device that waits; `false` where it waits no more.
    pub(in crate::server) fn decide(
        &self,
        now: Duration,
        code: &str,
        (user_id, decision): (&str, Decision),
    ) -> bool {
        let mut state = self.lock();
        let Some(device) = state.devices.get_mut(code) else { return false };
        let waits = device.decision == Decision::Pending && now < device.expires;
        let Some(decision) = effects::decided(&self.switches, decision, waits) else {
            return false;
        };
        user_id.clone_into(&mut device.grant.user_id);
        device.decision = decision;
        true
    }

    /// What a device's tokens stand for, once; or why there are none yet.
    pub(in crate::server) fn redeem(
        &self,
        now: Duration,
        code: &str,
        client_id: &str,
    ) -> Result<Grant, DeviceRefusal> {
        let mut state = self.lock();
        let code = effects::meant(&self.switches, &state, code);
        // device/unknown-code
        let device = state.devices.get_mut(&*code).ok_or(DeviceRefusal::Unknown)?;
        let refusal = effects::refusal(&self.switches, device, device.refusals(now, client_id));
        if refusal != Some(DeviceRefusal::WrongClient) {
            device.asked = Some(now);
        }
        if refusal == Some(DeviceRefusal::TooEarly) {
            device.interval = device.interval.saturating_add(SLOWER);
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let grant = device.grant.clone();
        state = effects::before_use(self, state);
        if let Some(device) = state.devices.get_mut(&*code) {
            device.decision = Decision::Redeemed;
        }
        Ok(grant)
    }

    /// Whether a browser has typed too many wrong user codes of late.
    // device/guesses-limited
    pub(in crate::server) fn is_guessing(&self, now: Duration, browser: &str) -> bool {
        let state = self.lock();
        let typed = state.guesses.get(browser);
        let of_late = |it: &Vec<Duration>| it.iter().filter(|at| is_of_late(now, **at)).count();
        let many = typed.is_some_and(|it| of_late(it) >= GUESSES);
        effects::is_guessing(&self.switches, many)
    }

    /// A browser has typed a wrong user code.
    pub(in crate::server) fn guessed(&self, now: Duration, browser: &str) {
        let mut state = self.lock();
        state.guesses.retain(|_, typed| typed.iter().any(|at| is_of_late(now, *at)));
        state.guesses.entry(browser.to_owned()).or_default().push(now);
    }
}

/// Whether what happened at a time is still remembered.
fn is_of_late(now: Duration, at: Duration) -> bool {
    now < at.saturating_add(REMEMBERED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn waiting() -> Devices {
        let devices = Devices::default();
        let device = Device {
            grant: Grant { client_id: "tv".into(), ..Grant::default() },
            user_code: "WDJBMJHT".into(),
            decision: Decision::Pending,
            expires: at(600),
            interval: at(5),
            asked: None,
        };
        devices.add(at(0), "d".into(), device);
        devices
    }

    #[test]
    fn a_device_gets_its_tokens_once_its_user_has_agreed_and_once_only() {
        let devices = waiting();
        let ask = |now: u64| devices.redeem(at(now), "d", "tv");
        assert_eq!(ask(0), Err(DeviceRefusal::Pending));
        assert!(devices.decide(at(1), "d", ("1", Decision::Granted)));
        assert_eq!(ask(5).unwrap().user_id, "1");
        assert_eq!(ask(10), Err(DeviceRefusal::Redeemed));
        assert_eq!(devices.find(at(10), "WDJBMJHT"), None);
        assert!(!devices.decide(at(11), "d", ("2", Decision::Granted)));
    }

    #[test]
    fn who_asks_too_early_has_to_slow_down() {
        let devices = waiting();
        let ask = |now: u64| devices.redeem(at(now), "d", "tv");
        assert_eq!(ask(0), Err(DeviceRefusal::Pending));
        assert_eq!(ask(4), Err(DeviceRefusal::TooEarly));
        assert_eq!(ask(13), Err(DeviceRefusal::TooEarly));
        assert_eq!(ask(28), Err(DeviceRefusal::Pending));
        assert_eq!(ask(600), Err(DeviceRefusal::Expired));
        assert_eq!(devices.redeem(at(601), "d", "other"), Err(DeviceRefusal::WrongClient));
        assert_eq!(devices.redeem(at(601), "x", "tv"), Err(DeviceRefusal::Unknown));
    }

    #[test]
    fn nothing_is_remembered_for_ever() {
        let devices = waiting();
        devices.guessed(at(1), "b");
        let device = devices.find(at(1), "WDJBMJHT").unwrap().1;
        devices.add(at(1400), "e".into(), device.clone());
        assert_eq!(devices.lock().devices.len(), 2);
        devices.add(at(1500), "f".into(), device);
        devices.guessed(at(1500), "c");
        let state = devices.lock();
        assert_eq!((state.devices.len(), state.guesses.len()), (1, 1));
    }

    #[test]
    fn a_browser_may_guess_a_few_times() {
        let devices = waiting();
        (0..GUESSES).for_each(|_| devices.guessed(at(1), "b"));
        assert!(devices.is_guessing(at(2), "b"));
        assert!(!devices.is_guessing(at(2), "c"));
        assert!(!devices.is_guessing(at(901), "b"));
    }
}
