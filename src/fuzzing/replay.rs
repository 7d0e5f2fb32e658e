//! From bytes to a result: the one table that fuzz targets and the corpus test share.

use arbitrary::{Arbitrary, Unstructured};

use super::grammar::Input;
use super::oracle::Finding;
use super::parsers;

/// Names of the fuzz targets.
pub const TARGETS: &[&str] = &["token_request"];

/// Runs the oracle of a target on bytes.
///
/// # Errors
/// The property that did not hold.
///
/// # Panics
/// Never on the bytes; on a target that is not in [`TARGETS`].
pub fn run(target: &str, bytes: &[u8]) -> Result<(), Finding> {
    assert!(TARGETS.contains(&target), "no fuzz target {target}");
    token_request(bytes)
}

/// The first byte chooses between a body as it stands and one by grammar; so a corpus holds both,
/// and a body can be written as a seed by hand.
fn token_request(bytes: &[u8]) -> Result<(), Finding> {
    let input = match bytes.split_first() {
        None => return Ok(()),
        Some((b'g', rest)) => match Vec::arbitrary_take_rest(Unstructured::new(rest)) {
            Ok(pairs) => Input::Grammar(pairs),
            Err(_) => return Ok(()),
        },
        Some((_, rest)) => Input::Raw(rest.to_vec()),
    };
    parsers::token_request(&input)
}
