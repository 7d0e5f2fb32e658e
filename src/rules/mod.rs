//! The rule catalogue: what the documents demand, as data.
//!
//! A rule is a statement with a permanent id, organised by subject and cited by documents. Each
//! citation brings the document's own level and the outcomes that it accepts, so that expectations
//! of one document never leak into a run against another.

mod catalogue;
mod document;
mod error;
mod expectation;
mod files;
mod manner;
mod outcome;
mod property;
pub mod reported;
pub mod text_file;
pub mod yaml;

use catalogue::is_id;
pub use catalogue::{Catalogue, Cite, Documents, Level, Need, Rule, Subject};
pub use document::{Document, Statement, Untested};
pub use error::{CatalogueError, Source};
pub use expectation::{
    Bits, ByMeans, Choices, Endpoint, ErrorResponse, Lifetimes, Member, MemberType, Policies,
    ResourceRefusal,
};
pub use manner::Manner;
pub use outcome::{Means, Pattern, PatternError};
pub use property::Property;

/// The embedded document of this id.
#[cfg(test)]
pub(crate) fn document(id: &str) -> std::sync::Arc<Document> {
    let catalogue = Catalogue::embedded().unwrap();
    catalogue.documents().get(id).unwrap().clone()
}
