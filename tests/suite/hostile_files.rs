//! Files that somebody names, and that are not what they should be. Each command that is given one says
//! which file, what is wrong and what to do, and comes to an end in its memory.

mod kinds;
mod outputs;
mod readers;

use std::path::Path;

use futures::StreamExt as _;

use crate::command::{Ended, Watched, command, watched};
use crate::hostile_answers::{MOST_MEMORY, obeyed};
use crate::rig::NOT_HUNG;

use kinds::Kind;
use readers::Reader;

/// Rows at the same time.
const AT_ONCE: usize = 4;

/// A command as it is typed in a folder that holds what it is given.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) folder: tempfile::TempDir,
    pub(super) args: Vec<String>,
    /// What is said, beside the name of the file.
    pub(super) says: Vec<String>,
    /// What is written nevertheless.
    pub(super) prints: bool,
}

/// A folder with a file of this kind, and the command that reads it.
fn given(reader: &Reader, kind: &Kind) -> Row {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(reader.file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    (kind.make)(&path);
    (reader.beside)(folder.path());
    Row {
        name: format!("{}: {}", reader.name, kind.name),
        folder,
        args: reader.args.iter().map(|word| (*word).to_owned()).collect(),
        says: vec![reader.file.to_owned(), kind.says.to_owned()],
        prints: false,
    }
}

/// What is wrong with what came of a row.
fn wrong(row: &Row) -> Vec<String> {
    let mut process = command();
    process.args(&row.args).current_dir(row.folder.path());
    let Watched { ended: Ended { code, out, err }, peak } = watched(&mut process, NOT_HUNG);
    let mut wrong = Vec::new();
    if code != Some(2) {
        wrong.push(format!("exit code {code:?}"));
    }
    let text = if row.prints { format!("{out}{err}") } else { err };
    wrong.extend(
        row.says
            .iter()
            .filter(|says| !text.contains(*says))
            .map(|says| format!("does not say {says:?}")),
    );
    if text.contains("panicked") || text.contains("backtrace") {
        wrong.push("panicked".to_owned());
    }
    if !row.prints && !out.is_empty() {
        wrong.push(format!("prints {} bytes", out.len()));
    }
    if text.len() > 2_000 {
        wrong.push(format!("says {} bytes", text.len()));
    }
    // A command that ends at once may end before anybody has looked.
    if peak > MOST_MEMORY {
        wrong.push(format!("{peak} MiB"));
    }
    wrong.extend(obeyed(&text).map(|line| format!("obeyed: {line:?}")));
    let said: String = text.chars().take(400).collect();
    wrong.into_iter().map(|what| format!("{}: {what}\n  {said:?}", row.name)).collect()
}

/// How many rows there are, all of which end as they should.
async fn refused(rows: Vec<Row>) -> usize {
    let tasks = rows
        .into_iter()
        .map(|row| async move { tokio::task::spawn_blocking(move || wrong(&row)).await.unwrap() });
    let wrong: Vec<_> = futures::stream::iter(tasks).buffer_unordered(AT_ONCE).collect().await;
    let count = wrong.len();
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_file_is_refused_by_whatever_reads_it() {
    let rows = readers::ALL.iter().flat_map(|reader| {
        let kinds = kinds::NO_TEXT.iter().filter(|kind| reader.is_alone || kind.name != "missing");
        kinds.map(move |kind| given(reader, kind))
    });
    assert!(refused(rows.collect()).await >= 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_way_to_name_a_file_comes_to_the_same() {
    let pipe = kinds::NO_TEXT.iter().find(|kind| kind.name == "a pipe").unwrap();
    let rows = readers::OTHERS.iter().map(|reader| given(reader, pipe));
    assert!(refused(rows.collect()).await >= 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_use_as_yaml_is_refused_with_its_place() {
    let readers = readers::ALL.iter().filter(|reader| reader.is_yaml);
    let rows = readers.flat_map(|reader| {
        let whole = reader.file == "file.yaml" && reader.name != "finding";
        let syntax = kinds::SYNTAX.iter().filter(move |_| whole);
        kinds::YAML.iter().chain(syntax).map(move |kind| given(reader, kind))
    });
    assert!(refused(rows.collect()).await >= 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_report_of_a_run_is_refused() {
    let reader = readers::ALL.iter().find(|reader| reader.name == "report").unwrap();
    let rows = kinds::JSON.iter().map(|kind| given(reader, kind));
    assert!(refused(rows.collect()).await >= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused() {
    let readers = readers::ALL.iter().filter(|reader| reader.is_key);
    let rows = readers.flat_map(|reader| kinds::KEYS.iter().map(move |kind| given(reader, kind)));
    assert!(refused(rows.collect()).await >= 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_feature_file_is_refused_with_its_place() {
    let reader = readers::ALL.iter().find(|reader| reader.name == "feature file").unwrap();
    let rows = kinds::FEATURES.iter().map(|kind| given(reader, kind));
    assert!(refused(rows.collect()).await >= 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_features_that_is_none_is_refused() {
    let rows = kinds::FOLDERS.iter().map(|kind| given(&readers::FOLDER, kind));
    assert!(refused(rows.collect()).await >= 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_a_terminal_or_a_service_would_obey_is_shown_as_text() {
    let names = ["\u{1b}[31mred.yaml", "a\n::error::owned.yaml", "##[error]owned.yaml"];
    let commands: [&[&str]; 5] = [
        &["doctor"],
        &["report"],
        &["replay"],
        &["run", "revoke/post-only", "--waivers"],
        &["list", "--features"],
    ];
    let rows = names.iter().flat_map(|name| {
        commands.iter().map(move |words| Row {
            name: format!("{words:?} {name:?}"),
            folder: tempfile::tempdir().unwrap(),
            args: words.iter().chain([name]).map(|word| (*word).to_owned()).collect(),
            says: vec!["No such file".to_owned()],
            prints: false,
        })
    });
    assert!(refused(rows.collect()).await >= 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_told_before_anything_runs() {
    assert!(refused(outputs::rows()).await >= 20);
}

/// A file that begins with the mark of some editors is read as one without.
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_at_the_beginning_is_no_part_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), format!("\u{feff}{text}")).unwrap();
    };
    write("waivers.yaml", "waivers: []\n");
    write("x.feature", "Feature: nothing yet\n");
    let ends = |args: &[&str]| {
        let output = command().args(args).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{args:?}\n{said}");
    };
    ends(&["run", "revoke/post-only", "--waivers", "waivers.yaml", "--json", "run.json"]);
    ends(&["list", "--features", "."]);
    let report = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    write("run.json", &report);
    ends(&["report", "run.json"]);
    let finding = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings/revoke-204.yaml");
    write("finding.yaml", &std::fs::read_to_string(finding).unwrap());
    ends(&["replay", "finding.yaml"]);
}
