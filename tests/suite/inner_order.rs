//! The order inside a room that has one: a module names those on the lines below its own in the
//! diagram of `ARCHITECTURE.md`. What a fault or a variant changes in a module of the server
//! (`faults/effects`) counts as part of that module.

use std::path::Path;

use crate::layers::{files_of, is_test};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

/// The modules in the diagram of a room, each with the number of its line, from the top.
fn lines(room: &str) -> Vec<(&'static str, usize)> {
    let (_, part) = ARCHITECTURE.split_once(&format!("### Inside the {room}\n")).unwrap();
    let block = part.split("```").nth(1).unwrap().strip_prefix("text\n").unwrap();
    let modules = |(number, line): (usize, &'static str)| {
        let (_, modules) = line.split_at(12);
        modules.split(',').map(move |name| (name.trim(), number)).collect::<Vec<_>>()
    };
    block.lines().enumerate().flat_map(modules).collect()
}

/// The module that a path within a room leads to.
fn module<'a>(room: &str, path: &[&'a str]) -> Option<&'a str> {
    if room != "server" {
        return path.first().copied();
    }
    match *path {
        ["faults", "effects", "plain" | "exposure" | "received", ..] => {
            Some("authorization_server")
        }
        ["faults", "effects"]
        | ["faults", "effects", "first" | "post" | "query_posted" | "edited" | "Edit"]
        | ["oauth"]
        | [] => None,
        ["enterprise", item, ..] if item.starts_with(char::is_uppercase) => Some("enterprise"),
        ["faults", "effects", name, ..] | ["oauth" | "enterprise", name, ..] => Some(name),
        ["variants", "wrap", ..] => Some("wrap"),
        [name, ..] => Some(name),
    }
}

/// The paths of a tree of `use`.
fn paths(tree: &str) -> Vec<String> {
    let Some((before, inner)) = tree.trim().split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let mut depth = 0;
    let part = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    let inner = inner.strip_suffix('}').unwrap();
    let parts: Vec<&str> = inner.split(part).filter(|part| !part.trim().is_empty()).collect();
    parts.into_iter().flat_map(|part| paths(&format!("{before}{}", part.trim()))).collect()
}

/// The trees of `use` in a text without comments.
fn uses(code: &str) -> impl Iterator<Item = &str> {
    let starts = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("use ")
            || line.starts_with("pub use ")
            || line.starts_with("pub(super) use ")
    };
    code.split_inclusive('\n')
        .filter(starts)
        .filter_map(|line| code[line.as_ptr().addr() - code.as_ptr().addr()..].split(';').next())
        .filter_map(|tree| tree.split_once("use ").map(|(_, tree)| tree))
}

/// The paths in a text that begin so, outside trees.
fn inline<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = String> {
    let paths = code.match_indices(start).map(move |(at, _)| {
        let rest = &code[at + start.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
        format!("{start}{}", &rest[..end.unwrap_or(rest.len())])
    });
    paths.filter(|path| !path.ends_with("::"))
}

/// What a file names of its room, each as the path within it.
fn named(room: &str, text: &str, own: &[&str]) -> Vec<Vec<String>> {
    let code = text.split("\n#[cfg(test)]\n").next().unwrap();
    let lines = code.split_inclusive('\n').filter(|line| !line.trim().starts_with("//"));
    let code: String = lines.collect();
    let room_path = format!("crate::{room}::");
    let inlines = inline(&code, &room_path).chain(inline(&code, "super::"));
    let all: Vec<String> = uses(&code).flat_map(paths).chain(inlines).collect();
    let resolved = all.iter().filter_map(|path| {
        let parts: Vec<&str> = path.split("::").collect();
        let ups = parts.iter().take_while(|part| **part == "super").count();
        let base = match parts[..] {
            ["crate", named, ..] if named == room => &[],
            ["super", ..] => &own[..own.len().checked_sub(ups)?],
            _ => return None,
        };
        let rest = if ups == 0 { &parts[2..] } else { &parts[ups..] };
        Some(base.iter().chain(rest).map(|part| (*part).to_owned()).collect())
    });
    resolved.collect()
}

/// What the root of a room gives on from its modules: the item, and its module.
fn given_on(room: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/{room}/mod.rs"));
    let root = std::fs::read_to_string(root).unwrap();
    let given = uses(&root).flat_map(paths).filter_map(|path| {
        let (module, item) = path.split_once("::")?;
        Some((item.to_owned(), module.to_owned()))
    });
    given.filter(|(_, module)| module != "super" && module != "crate").collect()
}

/// Fails where a module of a room names one that is not below it; counts the names.
fn arrows_point_down(room: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    let (lines, given) = (lines(room), given_on(room));
    let line = |name: &str| lines.iter().find(|(known, _)| *known == name).map(|(_, line)| *line);
    let mut seen = 0;
    for (path, text) in files_of(room).iter().filter(|(path, _)| !is_test(path)) {
        let place = path.strip_prefix(&folder).unwrap().with_extension("");
        let mut own: Vec<&str> = place.iter().map(|part| part.to_str().unwrap()).collect();
        if own.last() == Some(&"mod") {
            own.pop();
        }
        let Some(name) = module(room, &own) else { continue };
        let here = line(name).unwrap_or_else(|| panic!("{room}: {name} is not in the diagram"));
        for other in named(room, text, &own) {
            let mut parts: Vec<&str> = other.iter().map(String::as_str).collect();
            if let Some((_, from)) = given.iter().find(|(item, _)| Some(item) == other.first()) {
                parts.insert(0, from);
            }
            let Some(target) = module(room, &parts).filter(|target| *target != name) else {
                continue;
            };
            let below = line(target).is_some_and(|there| here < there);
            assert!(below, "{} names {}", path.display(), parts.join("::"));
            seen += 1;
        }
    }
    let folders = |name: &&str| {
        room == "server" || folder.join(name).exists() || folder.join(format!("{name}.rs")).exists()
    };
    let gone: Vec<_> = lines.iter().map(|(name, _)| *name).filter(|name| !folders(name)).collect();
    assert!(gone.is_empty(), "{room}: there is no {gone:?}");
    seen
}

#[test]
fn arrows_inside_the_server_point_down() {
    assert!(arrows_point_down("server") > 300);
}

#[test]
fn arrows_inside_the_driver_point_down() {
    assert!(arrows_point_down("driver") > 150);
}

#[test]
fn arrows_inside_the_steps_point_down() {
    assert!(arrows_point_down("steps") > 100);
}

#[test]
fn the_names_in_a_tree_of_use_are_found() {
    let text = "use crate::server::{a::{B, c}, d};\nuse super::x::Y;\n// use crate::server::no;\n\
                fn f() { super::z::g(crate::server::i) }\n";
    let found = named("server", text, &["o", "p"]);
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    let wanted = ["a::B", "a::c", "d", "o::x::Y", "o::z::g", "i"];
    assert!(wanted.iter().all(|path| found.contains(&(*path).into())), "{found:?}");
    assert!(!found.contains(&"no".to_owned()));
}
