//! Reports: functions of one `RunRecord`, and the files that they are written to.
//!
//! ```text
//! RunRecord ── view (redacted, printable) ──► console · junit · json · html · sarif · har · markdown · tap · github
//! ```
//!
//! No writer sees the record itself. [`RunView`] is the only way from one to the other, and making
//! it removes every secret and every character that a terminal would obey: a writer cannot forget.

pub mod cause;
pub mod compare;
pub mod console;
pub mod curl;
pub mod exchange;
pub mod format;
pub mod github;
pub mod har;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod merge;
pub mod printable;
pub mod redact;
pub mod sarif;
mod sink;
pub mod tap;
pub mod view;

pub use console::Style;
pub use format::Format;
pub use redact::Redactor;
pub use sink::{ReportError, Sinks, deliver, probe, probe_folder};
pub use view::RunView;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
