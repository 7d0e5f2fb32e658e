//! YAML files of other kinds, read with the same care as profiles.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::yaml::{self, FileError, Step};

/// A YAML file.
#[derive(Debug, Clone)]
pub struct YamlFile {
    file: String,
    text: String,
}

/// A value in a list of maps.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// Key of the list.
    pub list: &'a str,
    /// Entry of the list, from 0.
    pub index: usize,
    /// Key of the value in the entry.
    pub key: &'a str,
}

impl YamlFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Ok(Self { file: path.display().to_string(), text: yaml::read(path)? })
    }

    /// What it holds. Nothing in it is replaced from the environment.
    ///
    /// # Errors
    /// Where it is not YAML of this shape; the error names file, line and key.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, FileError> {
        yaml::parse(&self.file, &self.text, None)
    }

    /// What is wrong with a value, with the file and the line before it.
    pub fn complaint(&self, spot: Spot<'_>, reason: &str) -> String {
        let Spot { list, index, key } = spot;
        let path = [Step::Key(list.to_owned()), Step::Index(index), Step::Key(key.to_owned())];
        let line = yaml::line(&self.text, &path);
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {list}[{index}].{key}: {reason}", self.file)
    }
}
