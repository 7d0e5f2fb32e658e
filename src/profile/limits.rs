//! Limits that protect a target.

use std::time::Duration;

use serde::Deserialize;

/// Limits that protect the target.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Scenarios at once; absent: by what the target bears.
    pub concurrency: Option<usize>,
    /// How long one request may take; absent: by how fast the target is.
    #[serde(deserialize_with = "super::load::optional_duration")]
    pub timeout: Option<Duration>,
    /// How long the whole run may wait for time to pass (real clock).
    #[serde(deserialize_with = "super::load::duration")]
    pub time_budget: Duration,
    /// How long a command of the profile may take.
    #[serde(deserialize_with = "super::load::duration")]
    pub command: Duration,
    /// Requests a second at most; absent: no limit.
    pub requests_per_second: Option<u32>,
    /// Requests in the whole run at most; absent: no limit.
    pub requests: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: None,
            timeout: None,
            time_budget: Duration::from_secs(40),
            command: Duration::from_secs(60),
            requests_per_second: None,
            requests: None,
        }
    }
}

impl Limits {
    /// How long one request may take while nothing is known of the target.
    pub fn timeout(&self) -> Duration {
        const TIMEOUT: Duration = Duration::from_secs(5);
        self.timeout.unwrap_or(TIMEOUT)
    }
}
