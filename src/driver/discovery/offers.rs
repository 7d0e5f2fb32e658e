//! Which documents a server says that it follows, by its metadata and by what it issues.

use super::explore::Exploration;
use super::trial::Tried;
use crate::profile::Sketch;

/// Documents, each with what in the metadata offers it.
#[derive(Debug, Clone, Default)]
pub struct Offers(pub Vec<(String, Vec<String>)>);

impl Offers {
    /// The documents that these members and values offer.
    pub fn documents(&self, offered: &[impl AsRef<str>]) -> Vec<String> {
        let has = |by: &String| offered.iter().any(|it| it.as_ref() == by);
        let is_offered = |by: &Vec<String>| by.iter().any(has);
        let each = self.0.iter().filter(|(_, by)| is_offered(by));
        each.map(|(document, _)| document.clone()).collect()
    }
}

/// The member that names a resource of the user.
const RESOURCE: &str = "userinfo_endpoint";

/// What metadata that a resource publishes (RFC 9728 §2) offer a document as.
pub(super) const PUBLISHED: &str = "resource";

/// What the type of access tokens offers a document as.
const ACCESS_TOKEN: &str = "access_token";

impl Exploration<'_> {
    /// Adds the documents that these offer.
    pub(super) fn offer(&self, sketch: &mut Sketch, offered: &[impl AsRef<str>]) {
        sketch.documents.extend(self.known.offers.documents(offered));
        sketch.documents.sort();
        sketch.documents.dedup();
    }

    /// Whether the documents of a sketch are those that go with its endpoints, and no others.
    pub(super) fn is_fixed(&self, sketch: &Sketch) -> bool {
        self.known.guesses.iter().any(|it| it.documents == sketch.documents)
    }

    /// Documents about access tokens of a type are for servers that issue such.
    pub(super) fn token_documents(&self, sketch: &mut Sketch, tried: &Tried) {
        let Some(of) = &tried.token_type else { return };
        if !self.is_fixed(sketch) {
            self.offer(sketch, &[format!("{ACCESS_TOKEN}={of}")]);
        }
    }

    /// Documents about resources are for servers that have one.
    pub(super) fn resource_documents(&self, sketch: &mut Sketch, is_served: bool) {
        let about = self.known.offers.documents(&[RESOURCE]);
        if is_served && !self.is_fixed(sketch) {
            self.offer(sketch, &[RESOURCE]);
        } else if !is_served {
            sketch.documents.retain(|it| !about.contains(it));
        }
    }
}
