//! A refusal proves nothing by itself: what it has to say is judged where the same client's plain request of this
//! kind works. That tokens come in place of a refusal needs no such control.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::case::{Base, Case, Shot, Step};
use super::expected::Expectation;
use super::oracle::Finding;
use super::play::{Browsers, Played, Player, Stage, play};
use super::reading::{self, Reading, given};
use super::shrink::seed_of;
use crate::driver::device::DEVICE_CODE;
use crate::profile::Profile;
use crate::wire::Request;

/// A plain request: a kind, and the role of the client that sends it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plain {
    client: String,
    kind: Kind,
}

/// The kinds of requests that a client may be unable to send at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Exchange,
    Refresh,
    Revoke,
    Introspect,
    Poll,
}

/// Rules by which the plain request itself works.
const PLAIN: &[&str] = &[
    "token/success",
    "refresh/new-pair",
    "revoke/unknown-token",
    "introspection/active",
    "device/tokens",
];

/// What is known of plain requests: whether they work.
pub type Works = Mutex<BTreeMap<Plain, bool>>;

/// A control that does not work is played so often before it is believed.
const PLAYS: usize = 2;

impl Kind {
    fn of(base: &Base) -> Option<Self> {
        Some(match base {
            Base::Exchange { .. } => Self::Exchange,
            Base::Refresh { .. } => Self::Refresh,
            Base::Revoke { .. } => Self::Revoke,
            Base::Introspect { .. } => Self::Introspect,
            Base::Poll { .. } => Self::Poll,
            _ => return None,
        })
    }

    fn of_grant(grant: &str) -> Option<Self> {
        Some(match grant {
            "authorization_code" => Self::Exchange,
            "refresh_token" => Self::Refresh,
            DEVICE_CODE => Self::Poll,
            _ => return None,
        })
    }
}

impl Plain {
    /// The plain requests that have to work before a refusal of these says anything: those of the client, and of each
    /// client that is named in its place.
    fn of(base: &Base, requests: &[Reading], profile: &Profile) -> Vec<Self> {
        let Some(kind) = Kind::of(base) else { return Vec::new() };
        let mut named = BTreeSet::from_iter(base.clone().client().cloned());
        let mut kinds = BTreeSet::from([kind]);
        for read in requests {
            let ids: BTreeSet<&str> = read.clients().collect();
            let known = profile.clients.iter().filter(|(_, it)| ids.contains(it.id.as_str()));
            named.extend(known.map(|(role, _)| role.clone()));
            kinds.extend(given(&read.body, "grant_type").and_then(Kind::of_grant));
        }
        let of = |client: &String| {
            kinds.iter().map(move |kind| (client.clone(), *kind)).collect::<Vec<_>>()
        };
        let all = named.iter().flat_map(of);
        all.map(|(client, kind)| Self { client, kind }).collect()
    }

    /// The session that shows whether it works, by its last step.
    pub(super) fn case(&self) -> Case {
        let client = || self.client.clone();
        let ask = Base::Authorize { client: client(), user: "default".to_owned(), deny: false };
        let redeem = Base::Exchange { client: client(), code: Some(0) };
        let token = Some(1);
        let requests = match self.kind {
            Kind::Exchange => vec![ask, redeem],
            Kind::Refresh => vec![ask, redeem, Base::Refresh { client: client(), token }],
            Kind::Revoke => {
                vec![ask, redeem, Base::Revoke { client: client(), token, refresh: false }]
            }
            Kind::Introspect => {
                vec![ask, redeem, Base::Introspect { client: client(), token, refresh: false }]
            }
            Kind::Poll => {
                let device = Some(0);
                vec![
                    Base::Device { client: client() },
                    Base::Visit { device, deny: false },
                    Base::Poll { client: client(), device },
                ]
            }
        };
        let send = |request| Step::Send(Shot { request, edits: Vec::new() });
        Case { steps: requests.into_iter().map(send).collect() }
    }
}

impl Expectation {
    /// Who does not know the form by a media type that is written otherwise refuses it before anything in it.
    pub(super) fn retyped(&mut self, read: &Reading) {
        self.open |= read.retyped && !self.reasons.is_empty();
    }
}

impl Player<'_> {
    /// The findings of a step that a refusal is the reason for are told what has to work first.
    pub(super) fn need_controls(&mut self, shot: Option<&Shot>, (known, seen): (usize, usize)) {
        let Some(shot) = shot else { return };
        let by_refusal = |finding: &Finding| finding.controls.is_some();
        if !self.played.findings[known..].iter().any(by_refusal) {
            return;
        }
        let sent = self.driver.journal.exchanges()[seen..].iter();
        let sent: Vec<Reading> = sent.map(|it| reading::of(&Request::clone(&it.request))).collect();
        let controls = Plain::of(&shot.request, &sent, &self.stage.terms.profile);
        for finding in &mut self.played.findings[known..] {
            let plain = shot.edits.is_empty()
                && finding.oracle == "valid-flow"
                && finding.rule.is_some_and(|rule| PLAIN.contains(&rule));
            finding.controls = finding.controls.take().filter(|_| !plain).map(|_| controls.clone());
        }
    }
}

impl Stage {
    /// The plain request without which this finding proves nothing, where it does not work.
    pub async fn unproven(&self, finding: &Finding) -> Option<Case> {
        for plain in finding.controls.iter().flatten() {
            if !self.works(plain).await {
                return Some(plain.case());
            }
        }
        None
    }

    async fn works(&self, plain: &Plain) -> bool {
        let known = |works: &Works| {
            works.lock().unwrap_or_else(PoisonError::into_inner).get(plain).copied()
        };
        if let Some(known) = known(&self.works) {
            return known;
        }
        let mut works = false;
        for _ in 0..PLAYS {
            let case = plain.case();
            let played = play(self, &case, &mut Browsers::default(), seed_of(self, &case)).await;
            if played.throttled || played.lost.is_some() {
                // Nothing is known of it.
                return true;
            }
            works = is_done(&played);
            if works {
                break;
            }
        }
        let mut kept = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(plain.clone(), works);
        works
    }
}

/// Whether the last step did what was asked for.
fn is_done(played: &Played) -> bool {
    played.lacking.is_empty() && played.done
}

#[cfg(test)]
#[path = "controls_tests.rs"]
mod tests;
