//! A dialect with the choices of the documents that it is to satisfy: where documents contradict, no
//! single configuration can satisfy all of them.

use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::dialect::Dialect;
use crate::rules::Document;

/// The policy of which documents say what they allow.
const MATCHING: &str = "redirect_matching";

/// Why a dialect cannot satisfy some documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsatisfiable {
    /// Two of them want different things.
    #[error("{0} and {1} contradict in `{2}`; name one of them")]
    Contradiction(String, String, String),
    /// A document makes a choice that the server does not have.
    #[error("bundled_server: the bundled server has no such choice: {0}")]
    Unknown(String),
}

/// A choice, and the document that makes it.
struct Choice<'d> {
    key: String,
    value: Value,
    document: &'d str,
}

impl Dialect {
    /// The dialect with the choices of these documents where they differ from its own.
    ///
    /// # Errors
    /// Where two documents contradict, or one makes a choice that the server does not have.
    pub fn satisfying(
        &'static self,
        documents: &[Arc<Document>],
    ) -> Result<&'static Self, Unsatisfiable> {
        let mut file = self.file();
        let Some(policy) = file.get_mut("policy").and_then(Value::as_mapping_mut) else {
            return Ok(self);
        };
        let mut taken = Vec::new();
        for Choice { key, value, .. } in chosen(policy, documents)? {
            if policy.get(&key) != Some(&value) {
                taken.push(key.clone());
                policy.insert(key.into(), value);
            }
        }
        if taken.is_empty() {
            return Ok(self);
        }
        let unknown = |error: serde_yaml::Error| Unsatisfiable::Unknown(error.to_string());
        let other = self.with_file(file, taken).map_err(unknown)?;
        // One for a process, which serves it or runs against it until its end.
        Ok(Box::leak(Box::new(other)))
    }
}

/// What the documents choose, each thing once.
fn chosen<'d>(
    policy: &Mapping,
    documents: &'d [Arc<Document>],
) -> Result<Vec<Choice<'d>>, Unsatisfiable> {
    let mut chosen: Vec<Choice<'d>> = matching(policy, documents)?.into_iter().collect();
    for document in documents {
        for (key, value) in &document.bundled_server {
            let key = key.as_str().unwrap_or_default().to_owned();
            let (value, document) = (value.clone(), document.id.as_str());
            match chosen.iter().find(|before| before.key == key) {
                Some(before) if before.value == value => {}
                Some(before) => return Err(contradiction(before.document, document, &key)),
                None => chosen.push(Choice { key, value, document }),
            }
        }
    }
    Ok(chosen)
}

/// How redirect URIs are compared, where some document does not allow what the dialect does.
fn matching<'d>(
    policy: &Mapping,
    documents: &'d [Arc<Document>],
) -> Result<Option<Choice<'d>>, Unsatisfiable> {
    let known = |document: &'d Arc<Document>| {
        Some((document.id.as_str(), document.policies.redirect_matching.as_ref()?))
    };
    let all: Vec<_> = documents.iter().filter_map(known).collect();
    let by_all = |value: &str| all.iter().all(|(_, it)| it.allows.iter().any(|one| one == value));
    let own = policy.get(MATCHING).and_then(Value::as_str).unwrap_or_default();
    let Some((document, choices)) = all.first().filter(|_| !by_all(own)) else { return Ok(None) };
    let wanted = choices.default.iter().chain(&choices.allows).find(|value| by_all(value));
    match wanted {
        Some(value) => {
            let value = Value::from(value.as_str());
            Ok(Some(Choice { key: MATCHING.to_owned(), value, document }))
        }
        None => {
            let allows = |value: &String| choices.allows.contains(value);
            let other = all.iter().find(|(_, it)| !it.allows.iter().any(allows));
            let (other, _) = other.or(all.last()).copied().unwrap_or((document, choices));
            Err(contradiction(document, other, MATCHING))
        }
    }
}

fn contradiction(one: &str, other: &str, key: &str) -> Unsatisfiable {
    Unsatisfiable::Contradiction(one.to_owned(), other.to_owned(), key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Catalogue;

    #[test]
    fn a_dialect_satisfies_its_own_documents_as_it_is() {
        let catalogue = Catalogue::embedded().unwrap();
        for dialect in Dialect::all() {
            let documents = catalogue.documents().of(&dialect.documents);
            let same = dialect.satisfying(&documents).unwrap();
            assert!(std::ptr::eq(same, dialect), "{}: {:?}", dialect.id(), same.taken);
        }
    }
}
