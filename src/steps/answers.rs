//! Responses that a scenario received: from endpoints, in a browser, and in the rounds of a race.

use std::collections::BTreeMap;

use crate::driver::Draft;
use crate::driver::journey::Journey;
use crate::observe::Observed;
use crate::rules::Means;
use crate::wire::transport::Sent;

/// What was answered.
#[derive(Default)]
pub struct Answers {
    /// The last journey of the browser.
    pub journey: Option<Journey>,
    /// The last answer of an endpoint.
    pub last: Option<Answer>,
    /// Whether the introspection endpoint told the client of a token of its own.
    pub introspects: bool,
    /// Whether it finds a token by the name of its kind alone.
    pub needs_hint: bool,
    /// Winners of each round of a race, and how many answers could be judged.
    pub rounds: Vec<Round>,
    /// Values that are compared or looked at together, by kind.
    collected: BTreeMap<String, Vec<String>>,
}

impl Answers {
    /// Keeps another value of a kind.
    pub fn collect(&mut self, kind: &str, value: impl Into<String>) {
        self.collected.entry(kind.to_owned()).or_default().push(value.into());
    }

    /// Keeps these values of a kind, and no others.
    pub fn keep(&mut self, kind: &str, values: Vec<String>) {
        self.collected.insert(kind.to_owned(), values);
    }

    /// The values of a kind.
    pub fn collected(&self, kind: &str) -> Vec<String> {
        self.collected.get(kind).cloned().unwrap_or_default()
    }

    /// Every value that was collected.
    pub fn all_collected(&self) -> Vec<String> {
        self.collected.values().flatten().cloned().collect()
    }
}

/// The last answer of an endpoint, with the request that it answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was sent.
    pub draft: Draft,
    /// What came back.
    pub sent: Sent,
    /// What it amounts to.
    pub what: Observed,
}

/// One round of a race.
#[derive(Debug, Clone)]
pub struct Round {
    /// Requests that succeeded.
    pub winners: usize,
    /// Refresh tokens that they got in the place of the one that was used.
    pub successors: usize,
    /// What the others got.
    pub losers: Vec<Observed>,
    /// The status of one that the server failed to answer.
    pub broken: Option<u16>,
}

impl Answer {
    /// How the client authenticated in the request.
    pub fn means(&self) -> Means {
        self.draft.means()
    }
}
