//! Reports: functions of one `RunRecord`, and the files that they are written to.
//!
//! ```text
//! RunRecord ── view (redacted, printable) ──► console · junit · json
//! ```
//!
//! No writer sees the record itself. [`RunView`] is the only way from one to the other, and making
//! it removes every secret and every character that a terminal would obey: a writer cannot forget.

pub mod console;
pub mod curl;
pub mod exchange;
pub mod format;
pub mod json;
pub mod junit;
pub mod printable;
pub mod redact;
mod sink;
pub mod view;

pub use console::Style;
pub use format::Format;
pub use redact::Redactor;
pub use sink::{ReportError, Sinks, probe};
pub use view::RunView;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
