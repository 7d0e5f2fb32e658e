//! What public reports tell of authorization servers and clients, and the rules that notice it.

use serde::Deserialize;

/// One mistake of a public report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicReport {
    /// Where it was reported: `owner/repository#number`, a CVE or an advisory, or a package with its version.
    pub report: String,
    /// The mistake, in one sentence.
    pub what: String,
    /// Ids of the rules that notice it, the most specific one first.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Names of the faults of the bundled server or of the sample application that imitate it.
    #[serde(default)]
    pub faults: Vec<String>,
    /// Why no rule notices it, where none does.
    #[serde(default)]
    pub unseen: Option<String>,
}

/// All that is known, in the order of the reports.
///
/// # Errors
/// None in a released build: a test reads them.
pub fn all() -> Result<Vec<PublicReport>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("../../fixtures/reported.yaml"))
}
