//! The passive record of a run.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Conduct, Secrets, Verdict, worst};
use crate::rules::{Level, Manner};
use crate::wire::Request;
use crate::wire::transport::Sent;

/// What a request was for in the scenario that sent it, in the order of weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It prepared what follows.
    #[default]
    Setup,
    /// It had to succeed so that a refusal counts, and did.
    Control,
    /// The verdict rests on it.
    Judged,
}

/// One request and what came back: the evidence.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What it was for.
    pub role: Role,
    /// What the request was for, in the words of the protocol ("token request, with a wrong secret").
    pub label: String,
    /// The request as it was sent.
    pub request: Request,
    /// The response, or why there is none.
    pub response: Sent,
    /// How many bytes the body of the response had, where less of it is kept.
    pub cut_from: Option<usize>,
    /// How long it took.
    pub duration: Duration,
}

impl Exchange {
    /// Keeps so many bytes of the response's body, and so many of its fields. What does not fit is for
    /// nobody to read: reports show less.
    pub fn shorten(&mut self, most: usize) {
        let Ok(response) = &mut self.response else { return };
        if response.body.len() > most {
            self.cut_from.get_or_insert(response.body.len());
            response.body.truncate(most);
            response.body.shrink_to_fit();
        }
        response.headers.shorten(most);
    }

    /// What an exchange is for in which a user signs in.
    pub const LOGIN: &'static str = "the user signs in";

    /// What an exchange is for that comes behind a sign-in by a command.
    pub const SIGNED_IN: &'static str = "authorization request, again";

    /// Whether a user signs in by it, or has just signed in otherwise.
    pub fn is_login(&self) -> bool {
        [Self::LOGIN, Self::SIGNED_IN].contains(&&*self.label)
    }
}

/// The result of a scenario by one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Id of the document.
    pub document: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Outcomes that the document accepts; empty where the scenario passed or was not judged.
    pub expected: Vec<String>,
    /// What was seen instead.
    pub actual: Option<String>,
    /// How that differs from what is accepted, where a grant or a refusal came.
    pub manner: Option<Manner>,
    /// Why, for every verdict but *pass*.
    pub reason: Option<String>,
}

/// The result of a scenario that was played once for all documents that it has here: the worst of
/// them.
#[derive(Debug, Clone)]
pub struct ScenarioRecord {
    /// Rule that the scenario belongs to.
    pub rule: String,
    /// Scenario name, its placeholders filled in.
    pub name: String,
    /// Feature file, relative to the project (`features/code.feature`).
    pub feature: String,
    /// Line of the scenario, or of its row of examples.
    pub line: usize,
    /// Verdict: the worst of its documents.
    pub verdict: Verdict,
    /// By each document, in the order of the catalogue; empty where no document judges.
    pub by_document: Vec<Judged>,
    /// Outcomes that the documents of that verdict accept; empty where the scenario passed or was not
    /// judged.
    pub expected: Vec<String>,
    /// What was seen instead.
    pub actual: Option<String>,
    /// How that differs from what is accepted, where a grant or a refusal came.
    pub manner: Option<Manner>,
    /// Why, for every verdict but *pass*; for a waived fail the waiver's reason.
    pub reason: Option<String>,
    /// What the deviating request changed, and that its control succeeded.
    pub deviation: Option<String>,
    /// How often it was played, where a fail was tried again; else 1.
    pub tries: usize,
    /// The try at which a scenario that had failed passed: it is unstable.
    pub passed_at: Option<usize>,
    /// How long the scenario took, its waits included.
    pub duration: Duration,
    /// Evidence, in the order of sending.
    pub exchanges: Vec<Exchange>,
    /// How many exchanges were not kept.
    pub dropped: usize,
}

/// The verdict of a rule by one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVerdict {
    /// Id of the document.
    pub document: String,
    /// The worst of the scenarios by this document.
    pub verdict: Verdict,
}

/// The result of a rule: the worst of its scenarios.
#[derive(Debug, Clone)]
pub struct RuleRecord {
    /// Rule id.
    pub id: String,
    /// The rule's statement.
    pub statement: String,
    /// Title of its feature.
    pub feature: String,
    /// Level in the documents that the run is against.
    pub level: Level,
    /// Citations that counted, each `document section`.
    pub cites: Vec<String>,
    /// Verdict: the worst of its documents.
    pub verdict: Verdict,
    /// By each document that cites it; empty where no document judges.
    pub by_document: Vec<DocumentVerdict>,
    /// Scenarios in file order.
    pub scenarios: Vec<ScenarioRecord>,
}

impl RuleRecord {
    /// Decides the verdicts of the rule anew, from those of its scenarios.
    pub fn decide(&mut self) {
        let judged = || self.scenarios.iter().flat_map(|scenario| &scenario.by_document);
        let by = |document: &str| {
            let own = judged().filter(|judged| judged.document == document);
            worst(own.map(|judged| judged.verdict))
        };
        let by_document = self
            .by_document
            .iter()
            .map(|it| DocumentVerdict { verdict: by(&it.document), document: it.document.clone() });
        let by_document = by_document.collect();
        self.verdict = worst(self.scenarios.iter().map(|scenario| scenario.verdict));
        self.by_document = by_document;
    }
}

/// A whole run.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Name of the target, from its profile.
    pub target: String,
    /// Documents that the run was against.
    pub against: Vec<String>,
    /// When it started, in UTC.
    pub started: OffsetDateTime,
    /// How long it took.
    pub duration: Duration,
    /// Seed of the run's own random choices.
    pub seed: u64,
    /// Whether SHOULDs count as MUSTs.
    pub strict: bool,
    /// How it was done; none: no scenario was run.
    pub conduct: Option<Conduct>,
    /// Rules in catalogue order.
    pub rules: Vec<RuleRecord>,
    /// Every secret that was seen.
    pub secrets: Secrets,
    /// Problems of the run itself: unreachable target, stale waivers, interruption.
    pub problems: Vec<Problem>,
}

/// A problem of the run itself, beside its verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No TCP connection to the target.
    Unreachable(String),
    /// An ordinary flow, or something that the profile names, does not work: what depends on it cannot
    /// be judged.
    Grounded(String),
    /// A waiver that is stale, unused or expired.
    Waiver(String),
    /// The run was interrupted before it was done.
    Interrupted,
    /// It ended before everything had run, as was asked for (`--max-failures`).
    Stopped(String),
    /// A fault of the suite itself.
    Internal(String),
    /// Too little was executed (`--fail-on-skip`, `--min-executed`).
    Skipped(String),
}

/// What kind of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// [`Problem::Unreachable`].
    Unreachable,
    /// [`Problem::Grounded`].
    Preflight,
    /// [`Problem::Waiver`].
    Waiver,
    /// [`Problem::Interrupted`].
    Interrupted,
    /// [`Problem::Stopped`].
    Stopped,
    /// [`Problem::Internal`].
    Internal,
    /// [`Problem::Skipped`].
    Skipped,
}

impl ProblemKind {
    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Preflight => "preflight",
            Self::Waiver => "waiver",
            Self::Interrupted => "interrupted",
            Self::Stopped => "stopped",
            Self::Internal => "internal",
            Self::Skipped => "skipped",
        }
    }
}

impl Problem {
    /// Its kind.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::Unreachable(_) => ProblemKind::Unreachable,
            Self::Grounded(_) => ProblemKind::Preflight,
            Self::Waiver(_) => ProblemKind::Waiver,
            Self::Interrupted => ProblemKind::Interrupted,
            Self::Stopped(_) => ProblemKind::Stopped,
            Self::Internal(_) => ProblemKind::Internal,
            Self::Skipped(_) => ProblemKind::Skipped,
        }
    }

    /// The sentence for people.
    pub fn text(&self) -> String {
        match self {
            Self::Unreachable(text)
            | Self::Grounded(text)
            | Self::Waiver(text)
            | Self::Stopped(text)
            | Self::Internal(text)
            | Self::Skipped(text) => text.clone(),
            Self::Interrupted => "the run was interrupted; what had run is reported".to_owned(),
        }
    }
}

/// How many of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals([usize; Verdict::ALL.len()]);

impl Totals {
    /// Counts verdicts.
    pub fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut totals = Self::default();
        for verdict in verdicts {
            for (slot, known) in totals.0.iter_mut().zip(Verdict::ALL) {
                *slot += usize::from(known == verdict);
            }
        }
        totals
    }

    /// Verdicts with their counts, in the order of the totals line.
    pub fn iter(&self) -> impl Iterator<Item = (Verdict, usize)> {
        Verdict::ALL.into_iter().zip(self.0)
    }

    /// How many were judged: those that passed, warned, failed or are waived.
    pub fn judged(&self) -> usize {
        let judged = [Verdict::Pass, Verdict::Warn, Verdict::Fail, Verdict::Waived];
        judged.into_iter().map(|verdict| self.get(verdict)).sum()
    }

    /// How many could not be judged.
    pub fn open(&self) -> usize {
        self.get(Verdict::Inconclusive) + self.get(Verdict::Error)
    }

    /// The count of one verdict.
    pub fn get(&self, verdict: Verdict) -> usize {
        self.iter().find(|(known, _)| *known == verdict).map_or(0, |(_, count)| count)
    }
}

impl RunRecord {
    /// Totals over the rules.
    pub fn totals(&self) -> Totals {
        Totals::of(self.rules.iter().map(|rule| rule.verdict))
    }

    /// Totals over the scenarios.
    pub fn scenario_totals(&self) -> Totals {
        Totals::of(self.rules.iter().flat_map(|rule| &rule.scenarios).map(|s| s.verdict))
    }
}
