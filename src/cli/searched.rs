//! What came of the searches of `oauthspec fuzz --prove`, a line each, so that a proof that was ended goes
//! on where it was.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Failure;
use crate::fuzzing::proof::Found;
use crate::report;
use crate::rules::text_file::{self, LARGEST};

/// How a mistake was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) oracle: String,
    pub(super) rule: String,
    pub(super) after: u64,
    pub(super) elapsed: Duration,
    pub(super) requests: usize,
    pub(super) case: String,
}

impl From<Found> for Row {
    fn from(found: Found) -> Self {
        Self {
            oracle: found.oracle.to_owned(),
            rule: found.rule.unwrap_or_default().to_owned(),
            after: found.after,
            elapsed: found.elapsed,
            requests: found.requests,
            case: found.case.unwrap_or_default().replace(['\t', '\n', '\r'], " "),
        }
    }
}

/// A fault, by its name, and a seed.
type Key = (String, u64);

/// The searches that are done, and where they are kept.
#[derive(Debug, Default)]
pub(super) struct Searched {
    rows: BTreeMap<Key, Option<Row>>,
    file: Option<(PathBuf, File)>,
}

impl Searched {
    /// Those of a file, which is made where there is none; without one nothing is kept.
    pub(super) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let fail = |text: String| Failure::usage(format!("{}: {text}", path.display()));
        report::probe("results", path).map_err(Failure::usage)?;
        let text = if path.exists() {
            text_file::read(path, LARGEST).map_err(|error| fail(error.to_string()))?
        } else {
            String::new()
        };
        let mut rows = BTreeMap::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            // A line without an end was being written when the proof was ended.
            let Some(line) = line.strip_suffix('\n') else { continue };
            let (key, row) = parsed(line).ok_or_else(|| {
                fail(format!("line {}: no result of `fuzz --prove`; name another file", number + 1))
            })?;
            rows.insert(key, row);
        }
        let whole: String =
            text.split_inclusive('\n').filter(|line| line.ends_with('\n')).collect();
        report::deliver("results", path, whole.as_bytes()).map_err(Failure::usage)?;
        let file = OpenOptions::new().append(true).open(path);
        let file = file.map_err(|error| fail(error.to_string()))?;
        Ok(Self { rows, file: Some((path.to_owned(), file)) })
    }

    /// What came of a search, done now or before.
    pub(super) fn row(
        &mut self,
        name: &str,
        seed: u64,
        search: impl FnOnce(u64) -> Result<Option<Found>, Failure>,
    ) -> Result<Option<Row>, Failure> {
        let key = (name.to_owned(), seed);
        if let Some(row) = self.rows.get(&key) {
            return Ok(row.clone());
        }
        let row = search(seed)?.map(Row::from);
        if let Some((path, file)) = &mut self.file {
            file.write_all(written(&key, row.as_ref()).as_bytes())
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        }
        self.rows.insert(key, row.clone());
        Ok(row)
    }
}

fn written((name, seed): &Key, row: Option<&Row>) -> String {
    let Some(row) = row else { return format!("{name}\t{seed}\tmissed\n") };
    let Row { oracle, rule, after, elapsed, requests, case } = row;
    let elapsed = elapsed.as_micros();
    format!("{name}\t{seed}\t{oracle}\t{rule}\t{after}\t{elapsed}\t{requests}\t{case}\n")
}

fn parsed(line: &str) -> Option<(Key, Option<Row>)> {
    let parts: Vec<&str> = line.split('\t').collect();
    match parts.as_slice() {
        [name, seed, "missed"] => Some((((*name).to_owned(), seed.parse().ok()?), None)),
        [name, seed, oracle, rule, after, elapsed, requests, case] => {
            let row = Row {
                oracle: (*oracle).to_owned(),
                rule: (*rule).to_owned(),
                after: after.parse().ok()?,
                elapsed: Duration::from_micros(elapsed.parse().ok()?),
                requests: requests.parse().ok()?,
                case: (*case).to_owned(),
            };
            Some((((*name).to_owned(), seed.parse().ok()?), Some(row)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Found {
        Found {
            oracle: "code-once",
            rule: Some("code/single-use"),
            after: 12,
            elapsed: Duration::from_millis(34),
            requests: 6,
            case: Some("a\tcode\nis redeemed".to_owned()),
        }
    }

    #[test]
    fn a_proof_goes_on_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results");
        let mut first = Searched::read(Some(&path)).unwrap();
        let row = first.row("a fault", 1, |_| Ok(Some(found()))).unwrap();
        assert_eq!(first.row("a fault", 2, |_| Ok(None)).unwrap(), None);
        drop(first);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("a fault\t3\tcode-on");
        std::fs::write(&path, text).unwrap();
        let mut next = Searched::read(Some(&path)).unwrap();
        let never = |_| -> Result<Option<Found>, Failure> { panic!("it is known") };
        assert_eq!(next.row("a fault", 1, never).unwrap(), row);
        assert_eq!(row.unwrap().case, "a code is redeemed");
        assert_eq!(next.row("a fault", 2, never).unwrap(), None);
        assert!(next.row("a fault", 3, |_| Ok(Some(found()))).unwrap().is_some());
        drop(next);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }

    #[test]
    fn another_file_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        std::fs::write(&path, "my notes\n").unwrap();
        let failure = Searched::read(Some(&path)).unwrap_err();
        assert!(failure.message.contains("notes: line 1: no result"), "{}", failure.message);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "my notes\n");
    }
}
