//! Where reports are written to.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::format::Format;
use super::view::RunView;

/// The path that stands for standard output.
const STDOUT: &str = "-";

/// How long a report waits for the reader of a pipe.
const PATIENCE: Duration = Duration::from_secs(10);

/// The report files that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sinks(Vec<(Format, PathBuf)>);

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The path is a folder.
    #[error("the {kind} cannot be written: {} is a folder; name a file in it", path.display())]
    Folder {
        /// What is written: `JUnit report`.
        kind: &'static str,
        /// The path given.
        path: PathBuf,
    },
    /// The folder of the file does not exist.
    #[error("the {kind} cannot be written to {}: there is no folder {}; create it first", path.display(), parent.display())]
    NoFolder {
        /// What is written: `JUnit report`.
        kind: &'static str,
        /// The path given.
        path: PathBuf,
        /// Its folder.
        parent: PathBuf,
    },
    /// Two reports would go to one file.
    #[error("two reports would be written to {}", path.display())]
    Same {
        /// The path given twice.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("the {kind} cannot be written to {}: {source}; check the path and its permissions", path.display())]
    Write {
        /// What is written: `JUnit report`.
        kind: &'static str,
        /// The path given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The report cannot be put into its format.
    #[error("the {kind} cannot be created: {message}")]
    Render {
        /// What is written: `JUnit report`.
        kind: &'static str,
        /// What the library says.
        message: String,
    },
    /// Two reports would go to standard output.
    #[error("only one report can be written to standard output (`-`)")]
    SameStdout,
}

impl Sinks {
    /// The files of these formats; a format without a path is left out.
    pub fn new(files: impl IntoIterator<Item = (Format, Option<PathBuf>)>) -> Self {
        Self(files.into_iter().filter_map(|(format, path)| Some((format, path?))).collect())
    }

    /// Whether a report goes to standard output, where nothing else may be printed then.
    pub fn uses_stdout(&self) -> bool {
        self.0.iter().any(|(_, path)| is_stdout(path))
    }

    /// Proves, before the run, that every report can be written. Leaves no trace: a file that
    /// exists keeps its content, and none comes into being.
    ///
    /// # Errors
    /// The first report that cannot be written.
    pub fn probe(&self) -> Result<(), ReportError> {
        let mut seen: Vec<PathBuf> = Vec::new();
        if self.0.iter().filter(|(_, path)| is_stdout(path)).count() > 1 {
            return Err(ReportError::SameStdout);
        }
        for (format, path) in self.0.iter().filter(|(_, path)| !is_stdout(path)) {
            let resolved = probe(format.name(), path)?;
            if !is_device(&resolved) && seen.contains(&resolved) {
                return Err(ReportError::Same { path: path.to_owned() });
            }
            seen.push(resolved);
        }
        Ok(())
    }

    /// Writes every report. Each is tried, whatever becomes of the others.
    pub fn write_all(&self, run: &RunView) -> Vec<ReportError> {
        self.0.iter().filter_map(|(format, path)| write(*format, path, run).err()).collect()
    }
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new(STDOUT)
}

/// Whether the file can be written; its true path.
///
/// # Errors
/// Where it cannot be written.
pub fn probe(kind: &'static str, path: &Path) -> Result<PathBuf, ReportError> {
    let failed = |source| ReportError::Write { kind, path: path.to_owned(), source };
    if path.is_dir() || path.file_name().is_none() {
        return Err(ReportError::Folder { kind, path: path.to_owned() });
    }
    let parent = parent_of(path);
    if !parent.is_dir() {
        return Err(ReportError::NoFolder { kind, path: path.to_owned(), parent });
    }
    let path = resolved(path);
    // Who opens a pipe waits for its reader, and who closes it ends the reader's file.
    if path.exists() && !is_pipe(&path) {
        OpenOptions::new().append(true).open(&path).map_err(failed)?;
    }
    if !is_device(&path) {
        beside(&path).map_err(failed)?;
    }
    Ok(path)
}

/// Whether files can be written to a folder that is there or will be made. Leaves no trace.
///
/// # Errors
/// Where they cannot be written.
pub fn probe_folder(kind: &'static str, path: &Path) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { kind, path: path.to_owned(), source };
    let there = path.ancestors().find(|path| fs::symlink_metadata(path).is_ok());
    let there = there.unwrap_or(Path::new("."));
    if !there.is_dir() {
        let text = format!("{} is no folder", there.display());
        return Err(failed(io::Error::new(io::ErrorKind::NotADirectory, text)));
    }
    beside(&there.join("finding")).map(|_| ()).map_err(failed)
}

fn write(format: Format, path: &Path, run: &RunView) -> Result<(), ReportError> {
    let kind = format.name();
    let bytes = format.render(run).map_err(|message| ReportError::Render { kind, message })?;
    deliver(kind, path, &bytes)
}

/// Writes a file in one step, or to standard output where the path is `-`.
///
/// # Errors
/// Where it cannot be written.
pub fn deliver(kind: &'static str, path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { kind, path: path.to_owned(), source };
    if is_stdout(path) {
        let mut out = io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(failed);
    }
    let path = resolved(path);
    if is_pipe(&path) {
        return into_pipe(path, bytes.to_owned(), PATIENCE).map_err(failed);
    }
    if is_device(&path) {
        return into(&path, bytes).map_err(failed);
    }
    replace(&path, bytes).map_err(failed)
}

fn into(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.write_all(bytes)
}

/// Writes into a pipe while somebody reads from it. Where nobody does, the system would wait without an
/// end: the thread that does is left behind.
fn into_pipe(path: PathBuf, bytes: Vec<u8>, patience: Duration) -> io::Result<()> {
    let (done, written) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(into(&path, &bytes)));
    let nobody = |_| {
        let seconds = patience.as_secs_f32();
        let text = format!("nobody has read from this pipe for {seconds} s");
        io::Error::new(io::ErrorKind::TimedOut, text)
    };
    written.recv_timeout(patience).map_err(nobody)?
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// The path behind symbolic links, which a rename would otherwise replace.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    match (fs::canonicalize(parent_of(path)), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// Whether the path is something other than a file, `/dev/stdout` for instance: it is written to,
/// not replaced.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| !data.is_file())
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    fs::metadata(path).is_ok_and(|data| data.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A temporary file in the same folder, so that renaming it is one step of the file system.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // Others may read a report, as far as the umask lets them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let made = builder.prefix(".oauthspec-").suffix(".tmp").tempfile_in(parent_of(path));
    // The library names the file, which nobody asked for.
    made.map_err(|error| {
        let source = error.get_ref().and_then(|inner| inner.source()).map(ToString::to_string);
        source.map_or(error, io::Error::other)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{json, sample};
    use super::*;

    fn both(junit: PathBuf, json: PathBuf) -> Sinks {
        Sinks::new([(Format::Junit, Some(junit)), (Format::Json, Some(json))])
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn probing_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.xml"), "old").unwrap();
        let sinks = both(folder.path().join("old.xml"), folder.path().join("new.json"));
        sinks.probe().unwrap();
        assert_eq!(names(folder.path()), ["old.xml"]);
        assert_eq!(fs::read_to_string(folder.path().join("old.xml")).unwrap(), "old");
    }

    #[test]
    fn probing_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().to_owned();
        let junit = |path: PathBuf| Sinks::new([(Format::Junit, Some(path))]).probe().unwrap_err();
        assert!(junit(here.clone()).to_string().ends_with("is a folder; name a file in it"));
        assert!(junit(here.join("no/x.xml")).to_string().contains("there is no folder"));
        let same = both(here.join("x"), here.join("./x"));
        assert!(matches!(same.probe(), Err(ReportError::Same { .. })));
        let stdout = both(STDOUT.into(), STDOUT.into());
        assert!(matches!(stdout.probe(), Err(ReportError::SameStdout)));
        assert!(stdout.uses_stdout() && !same.uses_stdout());
    }

    #[test]
    fn every_sink_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let sinks = both(folder.path().join("no/x.xml"), folder.path().join("x.json"));
        let errors = sinks.write_all(&RunView::of(&sample::run()));
        assert_eq!(errors.len(), 1);
        assert!(errors[0].to_string().starts_with("the JUnit report cannot be written"));
        assert_eq!(names(folder.path()), ["x.json"]);
        json::read(&fs::read_to_string(folder.path().join("x.json")).unwrap()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let sinks = both("/dev/null".into(), link.clone());
        sinks.probe().unwrap();
        assert!(sinks.write_all(&RunView::of(&sample::run())).is_empty());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&file).unwrap().starts_with('{'));
        assert!(is_device(Path::new("/dev/null")));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_to_while_somebody_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        probe("JSON", &pipe).unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        deliver("JSON", &pipe, b"report").unwrap();
        assert_eq!(reader.join().unwrap(), "report");
        let patience = Duration::from_millis(200);
        let refused = into_pipe(pipe, b"report".to_vec(), patience).unwrap_err().to_string();
        assert_eq!(refused, "nobody has read from this pipe for 0.2 s");
    }
}
