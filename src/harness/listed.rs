//! What the kill matrix expects beyond the rule, by document (`fixtures/proof`): variants that a document
//! forbids, faults that it permits, and rows that are not right yet: a list that may only become
//! shorter.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::switches::{find_fault, find_variant};
use crate::testbed::Variant;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/proof");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: String,
    /// Variants that are on in each row, so that the document's rules have something to judge.
    #[serde(default)]
    with: Vec<String>,
    /// Variants that the document forbids: a rule has to notice them.
    #[serde(default)]
    forbids: Vec<String>,
    /// Faults that the document permits: no rule may fail, or those that are named do not notice.
    #[serde(default)]
    permits: Vec<Permit>,
    /// Faults and variants whose row is not right yet.
    #[serde(default)]
    open: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Permit {
    fault: String,
    /// Where the document permits it.
    section: String,
    /// The rules by which it is legal, where others notice it all the same.
    #[serde(default)]
    rules: Vec<String>,
    /// The rules that cannot be judged then: clients of the profile need what is left out.
    #[serde(default)]
    unjudged: BTreeSet<String>,
}

/// What is listed for one document.
#[derive(Debug, Clone, Default)]
struct OfDocument {
    with: Vec<&'static Variant>,
    forbids: BTreeSet<String>,
    /// By fault.
    permits: BTreeMap<String, Permit>,
    open: BTreeSet<String>,
}

/// What is listed for each document, by its id.
#[derive(Debug, Clone, Default)]
pub struct Listed(BTreeMap<String, OfDocument>);

impl Listed {
    /// The lists that come with this build.
    ///
    /// # Errors
    /// A file that cannot be used, in one sentence with its path: a test reads them all.
    pub fn embedded() -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for file in FILES.files() {
            let path = format!("fixtures/proof/{}", file.path().display());
            let text = file.contents_utf8().ok_or_else(|| format!("{path}: this is not UTF-8"))?;
            let (document, listed) = read(text).map_err(|problem| format!("{path}: {problem}"))?;
            if !file.path().ends_with(format!("{document}.yaml")) {
                return Err(format!("{path}: the document `{document}` has a file of its own"));
            }
            all.insert(document, listed);
        }
        Ok(Self(all))
    }

    /// The variants that are on in each row of this document.
    pub fn with(&self, document: &str) -> Vec<&'static Variant> {
        self.0.get(document).map(|listed| listed.with.clone()).unwrap_or_default()
    }

    /// Whether the row of a fault or a variant by this document is not right yet.
    pub fn is_open(&self, document: &str, name: &str) -> bool {
        self.0.get(document).is_some_and(|listed| listed.open.contains(name))
    }

    /// Whether a document forbids what a variant does.
    pub fn forbids(&self, document: &str, variant: &str) -> bool {
        self.0.get(document).is_some_and(|listed| listed.forbids.contains(variant))
    }

    /// The section in which a document permits a fault by every rule, if it does.
    pub fn permits(&self, document: &str, fault: &str) -> Option<&str> {
        let permit = self.permit(document, fault)?;
        permit.rules.is_empty().then_some(permit.section.as_str())
    }

    /// Whether a rule need not be judged where a document permits this fault.
    pub fn leaves_unjudged(&self, document: &str, fault: &str, rule: &str) -> bool {
        self.permit(document, fault).is_some_and(|permit| permit.unjudged.contains(rule))
    }

    /// The rules that need not notice a fault, because a document permits by them what it does.
    pub fn excused(&self, document: &str, fault: &str) -> &[String] {
        self.permit(document, fault).map_or(&[], |permit| &permit.rules)
    }

    fn permit(&self, document: &str, fault: &str) -> Option<&Permit> {
        self.0.get(document)?.permits.get(fault)
    }

    /// Every entry: document, list and name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &'static str, &str)> {
        self.0.iter().flat_map(|(document, listed)| {
            let lists = [("forbids", listed.forbids.iter().collect::<Vec<_>>())];
            let lists = lists.into_iter().chain([
                ("permits", listed.permits.keys().collect()),
                ("open", listed.open.iter().collect()),
            ]);
            lists.flat_map(move |(list, names)| {
                names.into_iter().map(move |name| (document.as_str(), list, name.as_str()))
            })
        })
    }
}

/// Reads the list of a document, and checks what can be checked without running anything.
fn read(text: &str) -> Result<(String, OfDocument), String> {
    let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let mut listed = OfDocument::default();
    for permit in file.permits {
        let fault = permit.fault.clone();
        let Some(known) = find_fault(&fault) else {
            return Err(format!("permits: there is no fault `{fault}`"));
        };
        if permit.section.trim().is_empty() {
            return Err(format!("permits: {fault}: the section that permits it is missing"));
        }
        if let Some(rule) = permit.rules.iter().find(|rule| !known.breaks.contains(&rule.as_str()))
        {
            return Err(format!("permits: {fault}: it does not name the rule `{rule}`"));
        }
        if listed.permits.insert(fault.clone(), permit).is_some() {
            return Err(format!("permits: {fault} stands there twice"));
        }
    }
    for variant in file.with {
        let known = find_variant(&variant);
        listed.with.push(known.ok_or(format!("with: there is no variant `{variant}`"))?);
    }
    for variant in file.forbids {
        if find_variant(&variant).is_none() {
            return Err(format!("forbids: there is no variant `{variant}`"));
        }
        if !listed.forbids.insert(variant.clone()) {
            return Err(format!("forbids: {variant} stands there twice"));
        }
    }
    for name in file.open {
        if find_fault(&name).is_none() && find_variant(&name).is_none() {
            return Err(format!("open: there is no fault or variant `{name}`"));
        }
        if listed.permits.contains_key(&name) {
            return Err(format!(
                "{name} stands in `open` and in `permits`: it is one or the other"
            ));
        }
        if !listed.open.insert(name.clone()) {
            return Err(format!("open: {name} stands there twice"));
        }
    }
    Ok((file.document, listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "document: d\nwith: [implicit-offered]\nforbids: [redirect-303]\n\
        permits:\n- {fault: revoke-204, section: \"2.2\"}\n\
        - {fault: grant-type-guessed, section: \"3\", rules: [token/query-ignored]}\nopen: [grant-307]\n";

    #[test]
    fn a_list_says_what_a_document_forbids_and_permits() {
        let (document, listed) = read(GOOD).unwrap();
        let listed = Listed(BTreeMap::from([(document, listed)]));
        assert_eq!(listed.with("d").len(), 1);
        assert_eq!(listed.permits("d", "revoke-204"), Some("2.2"));
        assert_eq!(listed.permits("e", "revoke-204"), None);
        // By one rule alone: the others have to notice it.
        assert_eq!(listed.permits("d", "grant-type-guessed"), None);
        assert_eq!(listed.excused("d", "grant-type-guessed"), ["token/query-ignored"]);
        assert!(listed.excused("d", "revoke-204").is_empty());
        assert!(listed.forbids("d", "redirect-303") && listed.is_open("d", "grant-307"));
        let entries: Vec<_> = listed.entries().map(|(_, list, name)| (list, name)).collect();
        let permits = ["grant-type-guessed", "revoke-204"].map(|name| ("permits", name));
        let expected = [&[("forbids", "redirect-303")], &permits[..]].concat();
        assert_eq!(entries, [expected.as_slice(), &[("open", "grant-307")]].concat());
    }

    #[test]
    fn a_list_that_cannot_be_right_is_refused_with_the_entry() {
        for (from, to, says) in [
            ("fault: revoke-204", "fault: revoke-205", "permits: there is no fault `revoke-205`"),
            ("fault: revoke-204", "fault: redirect-303", "there is no fault `redirect-303`"),
            (", section: \"2.2\"", "", "missing field `section`"),
            ("\"2.2\"", "\" \"", "revoke-204: the section that permits it is missing"),
            ("query-ignored", "oversized", "guessed: it does not name the rule `token/oversized`"),
            ("[grant-307]", "[revoke-204]", "revoke-204 stands in `open` and in `permits`"),
            ("[grant-307]", "[grant-307, grant-307]", "open: grant-307 stands there twice"),
            ("[grant-307]", "[grant-300]", "open: there is no fault or variant `grant-300`"),
            ("[implicit-offered]", "[revoke-204]", "with: there is no variant `revoke-204`"),
            ("[redirect-303]", "[revoke-204]", "forbids: there is no variant `revoke-204`"),
        ] {
            let error = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
