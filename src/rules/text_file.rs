//! Text files that somebody names: whatever is there, reading it comes to an end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// A file larger than this is none that somebody wrote, in bytes. What is made of a text takes a hundred
/// times its memory where each of two bytes is a value.
pub const LARGEST: u64 = 2 * 1024 * 1024;

/// U+FEFF in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Why the text of a file cannot be had. Reads on after the name of the file.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It cannot be read from the disk.
    #[error("cannot be read: {0}; check the path and its permissions")]
    Unreadable(#[source] io::Error),
    /// It is there, but is no text file: what it is instead, and what to do.
    #[error("{0}")]
    NoText(String),
}

/// The text of a file of at most so many bytes, without the mark that some editors begin it with.
///
/// # Errors
/// Where there is no such file, where it is a pipe or a device, and where it is too large or no UTF-8.
pub fn read(path: &Path, largest: u64) -> Result<String, TextError> {
    let no_text = |reason: &str| TextError::NoText(reason.to_owned());
    let data = std::fs::metadata(path).map_err(TextError::Unreadable)?;
    if data.is_dir() {
        return Err(TextError::Unreadable(io::Error::other("it is a folder")));
    }
    if !data.is_file() {
        return Err(no_text("is a pipe or a device; write it to a file first"));
    }
    // What the system makes up as it is read has no length, and what somebody writes to grows.
    let mut bytes = Vec::new();
    if data.len() <= largest {
        let file = File::open(path).map_err(TextError::Unreadable)?;
        file.take(largest + 1).read_to_end(&mut bytes).map_err(TextError::Unreadable)?;
    }
    if data.len().max(bytes.len() as u64) > largest {
        let most = largest / (1024 * 1024);
        return Err(no_text(&format!("is larger than {most} MB; is it the right file?")));
    }
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let wide = matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        let kind = if wide { "is UTF-16" } else { "is not UTF-8 text" };
        no_text(&format!("{kind}; save it as UTF-8"))
    })
}
