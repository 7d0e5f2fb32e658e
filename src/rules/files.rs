//! The files of `features/`, embedded in this build, and those of a folder that a run adds to them.
//!
//! Both have the same shape: `rules.yaml`, `documents/*.yaml` and `*.feature`; in a folder that is
//! added any of them may be absent.

use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::text_file::{self, LARGEST};
use super::{CatalogueError, Source};

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/features");

/// Rules, documents and feature files, not yet read.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) rules: Vec<Source>,
    pub(super) documents: Vec<Source>,
    pub(super) features: Vec<Source>,
}

impl Files {
    /// Those of this build.
    pub(super) fn embedded() -> Result<Self, CatalogueError> {
        let mut files = Self::default();
        let documents = EMBEDDED.get_dir("documents").map(Dir::files).into_iter().flatten();
        for file in EMBEDDED.files().chain(documents) {
            let Some(kind) = kind(file.path()) else { continue };
            let path = format!("features/{}", file.path().display());
            let text = file.contents_utf8();
            let text = text.ok_or_else(|| CatalogueError::new(&path, "this is not UTF-8"))?;
            files.add(kind, Source { path, text: text.to_owned() });
        }
        Ok(files)
    }

    /// Adds those of a folder.
    pub(super) fn add_folder(&mut self, folder: &Path) -> Result<(), CatalogueError> {
        let shown = folder.display().to_string();
        let unlisted = |error: io::Error| {
            let hint = "name a folder with rules.yaml, documents/*.yaml or *.feature";
            CatalogueError::new(&shown, format!("cannot be read: {error}; {hint}"))
        };
        let mut paths = listing(folder).map_err(unlisted)?;
        let documents = folder.join("documents");
        if documents.is_dir() {
            paths.extend(listing(&documents).map_err(unlisted)?);
        }
        let mut any = false;
        for path in paths {
            let Some(kind) = kind(path.strip_prefix(folder).unwrap_or(&path)) else { continue };
            let shown = path.display().to_string();
            let text = text_file::read(&path, LARGEST);
            let text = text.map_err(|error| CatalogueError::new(&shown, error))?;
            let source = Source { path: shown, text };
            self.add(kind, if kind == Kind::Feature { source } else { source.bounded()? });
            any = true;
        }
        if any {
            return Ok(());
        }
        let text = "this folder has no rules.yaml, no documents/*.yaml and no *.feature";
        Err(CatalogueError::new(&shown, text))
    }

    fn add(&mut self, kind: Kind, source: Source) {
        match kind {
            Kind::Rules => self.rules.push(source),
            Kind::Document => self.documents.push(source),
            Kind::Feature => self.features.push(source),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rules,
    Document,
    Feature,
}

/// What a file is, by its place; other files are nobody's business.
fn kind(relative: &Path) -> Option<Kind> {
    let extension = relative.extension().and_then(|it| it.to_str())?;
    let inside = relative.parent().is_some_and(|parent| parent == Path::new("documents"));
    match extension {
        "yaml" if inside => Some(Kind::Document),
        "yaml" if relative == Path::new("rules.yaml") => Some(Kind::Rules),
        "feature" if !inside => Some(Kind::Feature),
        _ => None,
    }
}

/// What is in a folder, in the order of the names.
fn listing(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_keeps_the_bounds() {
        let Files { rules, documents, .. } = Files::embedded().unwrap();
        let sources: Vec<Source> = rules.into_iter().chain(documents).collect();
        assert!(sources.len() > 20, "{}", sources.len());
        sources.into_iter().for_each(|source| drop(source.bounded().unwrap()));
    }
}
