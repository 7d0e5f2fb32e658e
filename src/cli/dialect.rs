//! Dialects by the names that are given on the command line.

use super::Failure;
use crate::profile::nearest;
use crate::rules::Documents;
use crate::server::Dialect;

/// The dialect of this identifier, or the default one where none is given.
pub(super) fn named(id: Option<&str>) -> Result<&'static Dialect, Failure> {
    let Some(id) = id else { return Ok(Dialect::by_default()) };
    Dialect::find(id).ok_or_else(|| {
        let known: Vec<&str> = Dialect::all().iter().map(Dialect::id).collect();
        Failure::usage(format!("`{id}` is not a dialect; {}", nearest::advice(id, &known)))
    })
}

/// The same with the policies of these documents. One that is not known changes nothing.
pub(super) fn satisfying(
    id: Option<&str>,
    documents: &[String],
    known: &Documents,
) -> Result<&'static Dialect, Failure> {
    named(id)?.satisfying(&known.of(documents)).map_err(Failure::usage)
}
