//! Mistakes with devices that wait for their user.

use std::borrow::Cow;
use std::sync::MutexGuard;
use std::time::Duration;

use crate::server::faults::device as faults;
use crate::server::oauth::devices::{Decision, Device, DeviceRefusal, Devices, State};
use crate::testbed::{Switches, together};

impl Devices {
    /// How many devices there are.
    pub(in crate::server) fn count(&self) -> usize {
        self.lock().devices.len()
    }

    /// Whether the user of a user code has decided.
    pub(in crate::server) fn is_decided(&self, typed: &str) -> bool {
        let decided = |it: &Device| it.user_code == typed && it.decision != Decision::Pending;
        self.lock().devices.values().any(decided)
    }
}

/// A device that a user code does not mean.
// device/user-code-unknown, device/user-code-expired, device/user-code-once
pub(in crate::server) fn found_anyway<'s>(
    switches: &Switches,
    state: &'s State,
    now: Duration,
    typed: &str,
) -> Option<(&'s String, &'s Device)> {
    let waits = |device: &Device| device.decision == Decision::Pending;
    let find = |fits: &dyn Fn(&Device) -> bool| state.devices.iter().find(|(_, it)| fits(it));
    let taken = [
        (&faults::USER_CODE_EXPIRED, find(&|it| it.user_code == typed && waits(it))),
        (&faults::USER_CODE_TWICE, find(&|it| it.user_code == typed && now < it.expires)),
        (
            &faults::BY_PREFIX,
            find(&|it| {
                typed.len() >= 6 && it.user_code.starts_with(typed) && waits(it) && now < it.expires
            }),
        ),
        (
            &faults::ANY_USER_CODE,
            state.devices.iter().max_by_key(|(_, it)| it.expires).filter(|_| !typed.is_empty()),
        ),
    ];
    let taken = taken.into_iter().find(|(fault, found)| found.is_some() && switches.has(fault));
    taken.and_then(|(_, found)| found)
}

/// What counts of what a user says; nothing, where the device waits no more.
// device/tokens, device/denied, device/user-code-once
pub(in crate::server) fn decided(
    switches: &Switches,
    said: Decision,
    waits: bool,
) -> Option<Decision> {
    let any = [&faults::USER_CODE_EXPIRED, &faults::USER_CODE_TWICE, &faults::ANY_USER_CODE];
    let forgotten = said == Decision::Granted && switches.has(&faults::NEVER_DONE)
        || said == Decision::Denied && switches.has(&faults::DENIAL_FORGOTTEN);
    let kept = if forgotten { Decision::Pending } else { said };
    let again = switches.has_any(&any) || !waits && switches.has(&faults::APPROVED_AGAIN);
    (waits || again).then_some(kept)
}

/// The device code that is meant.
// device/unknown-code
pub(in crate::server) fn meant<'c>(
    switches: &Switches,
    state: &State,
    sent: &'c str,
) -> Cow<'c, str> {
    if state.devices.contains_key(sent) || !switches.has(&faults::CODE_BY_PREFIX) {
        return sent.into();
    }
    let like = |code: &&String| sent.len() > 8 && code.starts_with(&sent[..sent.len().min(8)]);
    let known = state.devices.keys().find(like);
    known.map_or(sent.into(), |code| code.clone().into())
}

/// The reason that counts, of those for which a device gets no tokens.
pub(in crate::server) fn refusal(
    switches: &Switches,
    device: &mut Device,
    right: [Option<DeviceRefusal>; 6],
) -> Option<DeviceRefusal> {
    let slowed = device.interval > Duration::from_secs(5);
    let at_once = switches.has_any(&[&faults::TOKENS_AT_ONCE, &faults::NOBODY_ASKED]);
    let overlooked = |refusal: DeviceRefusal| match refusal {
        DeviceRefusal::WrongClient => switches.has(&faults::ANY_CLIENT),
        DeviceRefusal::Redeemed => switches.has(&faults::REUSED),
        DeviceRefusal::Expired => switches.has(&faults::EXPIRED_TAKEN),
        DeviceRefusal::Pending => at_once,
        DeviceRefusal::TooEarly => at_once || switches.has(&faults::NEVER_SLOWS),
        DeviceRefusal::Denied | DeviceRefusal::Unknown => false,
    };
    let refusal = super::first(right, overlooked);
    // device/denial-stays
    if refusal == Some(DeviceRefusal::Denied) && switches.has(&faults::DENIED_ONCE) {
        device.decision = Decision::Granted;
    }
    // device/slow-down-ends
    match refusal {
        Some(DeviceRefusal::Pending) if slowed && switches.has(&faults::SLOW_FOR_EVER) => {
            Some(DeviceRefusal::TooEarly)
        }
        refusal => refusal,
    }
}

/// By a mistake others may come in between.
// device/single-use-concurrent
pub(in crate::server) fn before_use<'d>(
    devices: &'d Devices,
    state: MutexGuard<'d, State>,
) -> MutexGuard<'d, State> {
    if !devices.switches.has(&faults::REUSED_AT_ONCE) {
        return state;
    }
    drop(state);
    together::pause(Duration::from_millis(10));
    devices.lock()
}

/// Whether a browser may try no more user codes.
// device/guesses-limited
pub(in crate::server) fn is_guessing(switches: &Switches, right: bool) -> bool {
    switches.alter(right, [(&faults::GUESSES, false)])
}
