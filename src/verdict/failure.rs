//! Why a command ends without a verdict.

use super::ExitCode;

/// A problem that the user can mend: one message, exit code 2 (or another documented one).
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What happened, where, and what to do next.
    pub message: String,
    /// The exit code.
    pub code: ExitCode,
}

impl Failure {
    /// A problem of usage or configuration.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code: ExitCode::Usage }
    }

    /// A fault of our own.
    pub fn internal(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code: ExitCode::Internal }
    }
}
