//! What must never appear in any output.

use std::collections::{BTreeMap, BTreeSet};

/// One value to be kept out of every output, with the name that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelledSecret {
    /// The value.
    pub value: String,
    /// What is shown instead, for instance `code 1`.
    pub label: String,
}

/// Every secret, code and token of a scenario or a run.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    labels: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
    public: BTreeSet<String>,
}

impl Secrets {
    /// Registers a value under a kind (`code`, `access token`, `client secret`). The label is the
    /// kind and a running number; a value already known keeps its label. Empty values are not kept,
    /// nor are those that everybody may know.
    pub fn add(&mut self, kind: &str, value: &str) {
        if value.is_empty() || self.labels.contains_key(value) || self.public.contains(value) {
            return;
        }
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        self.labels.insert(value.to_owned(), format!("{kind} {count}"));
    }

    /// Everybody may know this value, wherever else it is put, unless it is registered already.
    pub fn publish(&mut self, value: &str) {
        if !self.labels.contains_key(value) {
            self.public.insert(value.to_owned());
        }
    }

    /// Registers every secret of `other`.
    pub fn extend(&mut self, other: &Self) {
        for (value, label) in &other.labels {
            let kind = label.rsplit_once(' ').map_or(label.as_str(), |(kind, _)| kind);
            self.add(kind, value);
        }
    }

    /// Every secret, longest value first, so that one that contains another is replaced whole.
    pub fn list(&self) -> Vec<LabelledSecret> {
        let mut list: Vec<LabelledSecret> = self
            .labels
            .iter()
            .map(|(value, label)| LabelledSecret { value: value.clone(), label: label.clone() })
            .collect();
        list.sort_by(|a, b| b.value.len().cmp(&a.value.len()).then_with(|| a.cmp(b)));
        list
    }
}
