//! What cannot be written.

use std::fs;
use std::path::Path;

use super::Row;

/// A path that nothing can be written to.
struct Place {
    path: &'static str,
    make: fn(&Path),
    says: &'static str,
}

const PLACES: &[Place] = &[
    Place { path: "out", make: |path| fs::create_dir(path).unwrap(), says: "folder" },
    Place { path: "none/out", make: |_| (), says: "create it first" },
    Place {
        path: "file/out",
        make: |path| fs::write(path.parent().unwrap(), "text").unwrap(),
        says: "there is no folder file; create it first",
    },
    Place { path: "/proc/out", make: |_| (), says: "; check the path and its permissions" },
];

/// Commands that write a file at the end of their arguments.
const WRITERS: &[&[&str]] = &[
    &["run", "revoke/post-only", "--junit"],
    &["run", "revoke/post-only", "--html"],
    &["run", "revoke/post-only", "--write-waivers"],
    &["run", "revoke/post-only", "--write-expected"],
    &["prove", "--fault", "revoke-204", "--json"],
    &["serve", "--port", "0", "--tls", "--certificate"],
];

pub(super) fn rows() -> Vec<Row> {
    let places = |words: &'static &[&str]| PLACES.iter().map(|place| row(words, place));
    let mut rows: Vec<Row> = WRITERS.iter().flat_map(places).collect();
    // Nobody is there: nothing may be asked of a server before it is known that it can be written.
    for place in PLACES {
        let init = row(&["init", "http://127.0.0.1:1", "--output"], place);
        let exists = "exists; name another file".to_owned();
        let says = if place.path == "out" { vec!["out".to_owned(), exists] } else { init.says };
        rows.push(Row { says, ..init });
    }
    for place in PLACES.iter().filter(|place| place.path.starts_with("file")) {
        let fuzz = row(&["fuzz", "--requests", "1", "--out"], place);
        rows.push(Row { says: vec![place.path.to_owned(), "is no folder".to_owned()], ..fuzz });
    }
    let twice = ["run", "revoke/post-only", "--junit", "out", "--json"];
    let same = Place { path: "out", make: |_| (), says: "two reports would be written to" };
    rows.push(row(&twice, &same));
    // It is there and can be opened, but takes no byte.
    let full = Place { path: "/dev/full", make: |_| (), says: "No space left" };
    rows.push(Row { prints: true, ..row(&["run", "revoke/post-only", "--junit"], &full) });
    rows.push(row(&["serve", "--port", "0", "--tls", "--certificate"], &full));
    rows
}

fn row(words: &[&str], place: &Place) -> Row {
    let folder = tempfile::tempdir().unwrap();
    (place.make)(&folder.path().join(place.path));
    Row {
        name: format!("{} {}", words.join(" "), place.path),
        folder,
        args: words.iter().chain([&place.path]).map(|word| (*word).to_owned()).collect(),
        says: vec![place.path.to_owned(), place.says.to_owned()],
        prints: false,
    }
}
