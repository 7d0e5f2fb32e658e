//! The rule catalogue: what the documents demand, as data.
//!
//! A rule is a statement with a permanent id, organised by subject and cited by documents. Each
//! citation brings the document's own level and the outcomes that it accepts, so that expectations
//! of one document never leak into a run against another.

mod catalogue;
mod document;
mod outcome;
mod untested;

pub use catalogue::{Catalogue, CatalogueError, Cite, Level, Need, Rule, Subject};
pub use document::{DOCUMENTS, Document, find as find_document};
pub use outcome::{Means, Pattern, PatternError};
pub use untested::{Untested, UntestedError};
