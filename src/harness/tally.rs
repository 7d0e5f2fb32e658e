//! What came of the kill matrix, row by row, and what it amounts to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::testbed::switches::Fault;
use crate::verdict::{CONTROL_FAILED, RuleRecord, ScenarioRecord, Verdict};

/// Where a row was tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Dialect of the bundled server, or the sample application.
    pub dialect: String,
    /// Document that the run was against.
    pub document: String,
}

/// What became of one fault in one dialect, judged by one document.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// Dialect and document.
    #[serde(flatten)]
    pub place: Place,
    /// Name of the fault.
    pub name: &'static str,
    /// What the server does wrong.
    pub mistake: &'static str,
    /// Rules that have to notice: those that it names and that the document cites.
    pub breaks: Vec<&'static str>,
    /// Rules among those that it names by which the document permits it.
    pub excused: Vec<String>,
    /// Whether one of them failed.
    pub killed: bool,
    /// Rules it names that failed, or warned where they can only warn.
    pub by: Vec<String>,
    /// Rules that failed though neither named nor declared.
    pub disturbed: Vec<String>,
    /// Rules that could not be judged, each with its reasons.
    pub inconclusive: BTreeMap<String, Vec<String>>,
    /// Whether it is known not to be right yet.
    pub open: bool,
}

impl Tried {
    /// Whether every rule that has to notice does, and no other.
    pub fn right(&self) -> bool {
        self.killed
            && self.silent().is_empty()
            && self.disturbed.is_empty()
            && self.noticed_all_the_same().is_empty()
            && self.unexplained().is_empty()
    }

    /// The rules that could not be judged, and not because a control did not succeed.
    fn unexplained(&self) -> Vec<&str> {
        let other = |why: &Vec<String>| !why.iter().all(|reason| names_a_control(reason));
        let unexplained = self.inconclusive.iter().filter(|(_, why)| other(why));
        unexplained.map(|(rule, _)| rule.as_str()).collect()
    }

    /// The rules by which the document permits it, and which notice it.
    fn noticed_all_the_same(&self) -> Vec<&str> {
        self.excused.iter().filter(|rule| self.by.contains(rule)).map(String::as_str).collect()
    }

    /// The rules that have to notice and do not.
    pub fn silent(&self) -> Vec<&'static str> {
        let noticed: BTreeSet<&str> = self.by.iter().map(String::as_str).collect();
        self.breaks.iter().copied().filter(|rule| !noticed.contains(rule)).collect()
    }

    pub(super) fn note(&mut self, fault: &Fault, rule: &RuleRecord) {
        let named = fault.breaks.contains(&rule.id.as_str());
        let declared = fault.disturbs.iter().any(|(id, _)| *id == rule.id);
        match rule.verdict {
            // More than a warning cannot be had where the document only recommends.
            Verdict::Fail if named => self.by.push(rule.id.clone()),
            Verdict::Warn if named && !rule.level.is_demanded() => {
                self.by.push(rule.id.clone());
            }
            Verdict::Fail | Verdict::Error if !declared => self.disturbed.push(rule.id.clone()),
            Verdict::Inconclusive => {
                let open = |s: &&ScenarioRecord| s.verdict == Verdict::Inconclusive;
                let open = rule.scenarios.iter().filter(open);
                let reasons = open.map(|s| s.reason.clone().unwrap_or_default()).collect();
                self.inconclusive.insert(rule.id.clone(), reasons);
            }
            _ => {}
        }
        self.killed = !self.by.is_empty();
    }

    fn surprise(&self) -> Option<String> {
        match (self.right(), self.open) {
            (true, true) => Some("it is right now: remove it from `open`".to_owned()),
            (false, false) if !self.disturbed.is_empty() => {
                Some(format!("it disturbs {}", self.disturbed.join(", ")))
            }
            (false, false) if !self.noticed_all_the_same().is_empty() => {
                let rules = self.noticed_all_the_same().join(", ");
                Some(format!("{rules} notices it: remove that from `permits`"))
            }
            (false, false) if !self.unexplained().is_empty() => {
                let rules = self.unexplained().join(", ");
                Some(format!("{rules} is inconclusive though no control failed"))
            }
            (false, false) => Some(format!("{} did not notice it", self.silent().join(", "))),
            _ => None,
        }
    }
}

/// What became of one variant, or of a fault that the document permits, in one dialect.
#[derive(Debug, Clone, Serialize)]
pub struct Tolerated {
    /// Dialect and document.
    #[serde(flatten)]
    pub place: Place,
    /// Name of the variant or fault.
    pub name: &'static str,
    /// What the server does otherwise.
    pub choice: &'static str,
    /// Scenarios that were run with it.
    pub scenarios: usize,
    /// Rules that did not pass, with their verdicts.
    pub not_passed: BTreeMap<String, Verdict>,
    /// Whether the document forbids it, so that a rule has to notice.
    pub forbidden: bool,
    /// Of a fault: the section in which the document permits it.
    pub section: Option<String>,
    /// Whether it is known not to be right yet.
    pub open: bool,
}

impl Tolerated {
    /// Whether nothing failed and nothing stayed open; where the document forbids it, something did.
    pub fn good(&self) -> bool {
        self.not_passed.values().all(harmless) != self.forbidden
    }

    fn surprise(&self) -> Option<String> {
        let verdicts = || {
            let bad = self.not_passed.iter().filter(|(_, verdict)| !harmless(verdict));
            bad.map(|(rule, verdict)| format!("{rule} {verdict}")).collect::<Vec<_>>().join(", ")
        };
        match (self.good(), self.open, &self.section) {
            (true, true, _) => Some("it is right now: remove it from `open`".to_owned()),
            (false, false, Some(section)) => {
                Some(format!("section {section} permits it, and yet: {}", verdicts()))
            }
            (false, false, None) if self.forbidden => {
                Some("the document forbids it, and no rule noticed it".to_owned())
            }
            (false, false, None) => Some(format!("it is not tolerated: {}", verdicts())),
            _ => None,
        }
    }
}

/// Whether a reason says which control did not succeed.
fn names_a_control(reason: &str) -> bool {
    reason.strip_prefix(CONTROL_FAILED).is_some_and(|control| !control.trim().is_empty())
}

/// Whether nothing failed and nothing stayed open.
pub(super) fn harmless(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Warn | Verdict::NotApplicable)
}

/// The whole matrix.
#[derive(Debug, Clone, Serialize)]
pub struct Matrix {
    /// Faults in their order, in each dialect and by each document that they concern.
    pub faults: Vec<Tried>,
    /// Faults that a document permits, likewise.
    pub permitted: Vec<Tolerated>,
    /// Variants likewise, and what a document permits though another forbids it.
    pub variants: Vec<Tolerated>,
    /// Faults and variants that came up nowhere.
    pub unmet: Vec<&'static str>,
    /// Entries of `fixtures/proof` that no row is about.
    pub idle: Vec<String>,
    /// Rules that a run without any fault did not pass, by dialect and document.
    pub unsound: Vec<String>,
    /// How many rows there are for each dialect and document: all of them, where a part is tried.
    pub planned: Vec<DocumentTotals>,
    /// Counts, of each dialect and document.
    pub documents: Vec<DocumentTotals>,
    /// Counts of all.
    pub totals: MatrixTotals,
}

/// Counts of one dialect and document.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentTotals {
    /// Dialect and document.
    #[serde(flatten)]
    pub place: Place,
    /// Counts.
    #[serde(flatten)]
    pub totals: MatrixTotals,
}

/// Counts of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MatrixTotals {
    /// Faults that were tried, those apart that the document permits.
    pub faults: usize,
    /// Faults that a rule they name noticed.
    pub killed: usize,
    /// Faults that made an undeclared rule fail.
    pub disturbing: usize,
    /// Faults that the document permits.
    pub permitted: usize,
    /// Faults and variants whose row is listed as not right yet.
    pub open: usize,
    /// Variants that were tried.
    pub variants: usize,
    /// Variants under which nothing failed.
    pub tolerated: usize,
}

impl Matrix {
    pub(super) fn of(
        faults: Vec<Tried>,
        permitted: Vec<Tolerated>,
        variants: Vec<Tolerated>,
    ) -> Self {
        let (unmet, idle, unsound, planned, documents) = Default::default();
        let totals = MatrixTotals::default();
        let mut matrix =
            Self { faults, permitted, variants, unmet, idle, unsound, planned, documents, totals };
        matrix.totals = matrix.totals(|_| true);
        let of = |place: Place| {
            let totals = matrix.totals(|other| *other == place);
            DocumentTotals { place, totals }
        };
        matrix.documents = matrix.places().into_iter().map(of).collect();
        matrix
    }

    /// Every dialect and document, in the order in which they were tried.
    fn places(&self) -> Vec<Place> {
        let tolerated = self.variants.iter().chain(&self.permitted).map(|it| &it.place);
        let mut places: Vec<Place> = Vec::new();
        for place in self.faults.iter().map(|it| &it.place).chain(tolerated) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        places
    }

    fn totals(&self, of: impl Fn(&Place) -> bool) -> MatrixTotals {
        let mut totals = MatrixTotals::default();
        for tried in self.faults.iter().filter(|it| of(&it.place)) {
            totals.faults += 1;
            totals.killed += usize::from(tried.killed);
            totals.disturbing += usize::from(!tried.disturbed.is_empty());
            totals.open += usize::from(tried.open);
        }
        totals.permitted = self.permitted.iter().filter(|it| of(&it.place)).count();
        for tolerated in self.variants.iter().filter(|it| of(&it.place)) {
            totals.variants += 1;
            totals.tolerated += usize::from(tolerated.good());
            totals.open += usize::from(tolerated.open);
        }
        totals
    }

    /// Rows that are not what they are listed as in `fixtures/proof`, each with its dialect and
    /// document and what is to be done.
    pub fn surprising(&self) -> Vec<String> {
        let told = |place: &Place, name: &str, what: String| {
            format!("{} by {}: {name}: {what}", place.dialect, place.document)
        };
        let faults = self.faults.iter().map(|it| (&it.place, it.name, it.surprise()));
        let tolerated = self.permitted.iter().chain(&self.variants);
        let rows = faults.chain(tolerated.map(|it| (&it.place, it.name, it.surprise())));
        rows.filter_map(|(place, name, what)| Some(told(place, name, what?))).collect()
    }

    /// Whether every row is right that is not listed as open, each fault, variant and entry of a list
    /// comes up somewhere, and without any fault everything passes.
    pub fn good(&self) -> bool {
        let none_left = self.unmet.is_empty() && self.idle.is_empty();
        self.surprising().is_empty() && none_left && self.unsound.is_empty()
    }
}
