//! In which manner an outcome is not what a document accepts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an outcome differs from what is accepted, in order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// A refusal was due and came, with another status or error code.
    RefusedOtherwise,
    /// A grant was due.
    Refused,
    /// A refusal was due: somebody was let in.
    Granted,
}

impl Manner {
    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::RefusedOtherwise => "refused-otherwise",
            Self::Refused => "refused",
            Self::Granted => "granted",
        }
    }
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RefusedOtherwise => "refused, but not as documented",
            Self::Refused => "refused where a grant is due",
            Self::Granted => "granted where a refusal is due",
        })
    }
}
