//! The order inside the bundled server: a module names those on the lines below its own in the
//! diagram of `ARCHITECTURE.md`. What a fault or a variant changes in a module (`faults/effects`)
//! counts as part of that module.

use std::path::Path;

use crate::layers::{files_of, is_test};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

/// Each module with the number of its line, from the top.
fn lines() -> Vec<(&'static str, usize)> {
    let (_, part) = ARCHITECTURE.split_once("### Inside the server").unwrap();
    let block = part.split("```").nth(1).unwrap().strip_prefix("text\n").unwrap();
    let modules = |(number, line): (usize, &'static str)| {
        let (_, modules) = line.split_at(12);
        modules.split(',').map(move |name| (name.trim(), number)).collect::<Vec<_>>()
    };
    block.lines().enumerate().flat_map(modules).collect()
}

/// The module that a path within `server` leads to.
fn module<'a>(path: &[&'a str]) -> Option<&'a str> {
    match *path {
        ["faults", "effects", "plain" | "exposure", ..] => Some("authorization_server"),
        ["faults", "effects"] | ["faults", "effects", "first"] | ["oauth"] | [] => None,
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

/// What a file names of the server, each as the path within it.
fn named(text: &str, own: &[&str]) -> Vec<Vec<String>> {
    let code = text.split("\n#[cfg(test)]\n").next().unwrap();
    let code: String = code.lines().filter(|line| !line.trim().starts_with("//")).collect();
    let uses = code.split("use ").skip(1).filter_map(|rest| rest.split(';').next());
    let inline = code.split("crate::server::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
        format!("crate::server::{}", &rest[..end.unwrap_or(rest.len())])
    });
    let inline = inline.filter(|path| !path.ends_with("::"));
    let all = uses.flat_map(paths).chain(inline);
    let resolved = all.filter_map(|path| {
        let parts: Vec<&str> = path.split("::").collect();
        let ups = parts.iter().take_while(|part| **part == "super").count();
        let base = match parts[..] {
            ["crate", "server", ..] => &[],
            ["super", ..] => &own[..own.len().checked_sub(ups)?],
            _ => return None,
        };
        let rest = if ups == 0 { &parts[2..] } else { &parts[ups..] };
        Some(base.iter().chain(rest).map(|part| (*part).to_owned()).collect())
    });
    resolved.collect()
}

#[test]
fn arrows_inside_the_server_point_down() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server");
    let lines = lines();
    let line = |name: &str| lines.iter().find(|(known, _)| *known == name).map(|(_, line)| *line);
    let mut seen = 0;
    for (path, text) in files_of("server").iter().filter(|(path, _)| !is_test(path)) {
        let place = path.strip_prefix(&server).unwrap().with_extension("");
        let mut own: Vec<&str> = place.iter().map(|part| part.to_str().unwrap()).collect();
        if own.last() == Some(&"mod") {
            own.pop();
        }
        let Some(name) = module(&own) else { continue };
        let here = line(name).unwrap_or_else(|| panic!("{name} is not in the diagram"));
        for other in named(text, &own) {
            let parts: Vec<&str> = other.iter().map(String::as_str).collect();
            let Some(target) = module(&parts).filter(|target| *target != name) else { continue };
            let below = line(target).is_some_and(|there| here < there);
            assert!(below, "{} names {}", path.display(), other.join("::"));
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen} names were found");
}

#[test]
fn the_names_in_a_tree_of_use_are_found() {
    let text = "use crate::server::{a::{B, c}, d};\nuse super::x::Y;\n// use crate::server::no;\n";
    let found: Vec<String> = named(text, &["o", "p"]).iter().map(|path| path.join("::")).collect();
    assert!(["a::B", "a::c", "d", "o::x::Y"].iter().all(|path| found.contains(&(*path).into())));
    assert!(!found.contains(&"no".to_owned()));
}
