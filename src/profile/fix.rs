//! A profile as it was written, with changes: comments, order and `${NAME}` stay, and secrets that
//! stand in it become `${NAME}`.

use serde_yaml::Value;

use super::amendment::Amendment;
use super::yaml::{self, Step};

/// Keys whose values are secrets.
const SECRETS: [&str; 3] = ["secret", "password", "private_key"];

/// The text of a profile with these changes. What cannot be written where it belongs is said in a
/// comment at the top.
pub fn fix(text: &str, amendments: &[Amendment]) -> String {
    let mut fixed = text.to_owned();
    let mut notes = String::new();
    for amendment in amendments {
        let path: Vec<&str> = amendment.path.iter().map(String::as_str).collect();
        match written(&fixed, &path, amendment.value.as_deref()) {
            Some(text) => fixed = text,
            None => notes.push_str(&format!("# change: {amendment}\n")),
        }
    }
    format!("{notes}{}", without_secrets(&fixed))
}

/// The text with a value, checked by reading it again.
fn written(text: &str, path: &[&str], value: Option<&str>) -> Option<String> {
    let new = match value {
        Some(value) => set(text, path, value)?,
        None => remove(text, path)?,
    };
    let read: Value = serde_yaml::from_str(&new).ok()?;
    let found = path.iter().try_fold(&read, |value, key| value.get(key));
    let wanted: Option<Value> = value.map(serde_yaml::from_str).transpose().ok()?;
    (found == wanted.as_ref()).then_some(new)
}

/// Secrets as `${NAME}`, after the key that they stand under.
fn without_secrets(text: &str) -> String {
    let Ok(tree) = serde_yaml::from_str::<Value>(text) else { return text.to_owned() };
    let mut paths = Vec::new();
    secrets(&tree, &mut Vec::new(), &mut paths);
    paths.into_iter().fold(text.to_owned(), |text, path| {
        let name = path.join("_").to_uppercase();
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        set(&text, &path, &format!("${{{name}}}")).unwrap_or(text)
    })
}

fn secrets(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let Value::Mapping(members) = value else { return };
    for (key, value) in members {
        let Value::String(key) = key else { continue };
        at.push(key.clone());
        let hidden = SECRETS.contains(&key.as_str())
            || at.iter().rev().nth(1).is_some_and(|parent| parent == "headers");
        match value {
            Value::String(text) if hidden && !text.contains("${") => found.push(at.clone()),
            value => secrets(value, at, found),
        }
        at.pop();
    }
}

/// A place in the text: where the value of a key begins and ends.
struct Spot {
    /// Of the key, in bytes.
    key: usize,
    /// Of the value.
    start: usize,
    end: usize,
    /// Whether it stands in braces.
    flow: bool,
}

fn spot(text: &str, path: &[&str]) -> Option<Spot> {
    let steps: Vec<Step> = path.iter().map(|key| Step::Key((*key).to_owned())).collect();
    // The line of the last step that is there: it has to be that of the whole path.
    let read: Value = serde_yaml::from_str(text).ok()?;
    path.iter().try_fold(&read, |value, key| value.get(key))?;
    let line = yaml::line(text, &steps)?;
    let begin: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let here = text[begin..].split('\n').next()?;
    let name = path.last()?;
    let indent = here.len() - here.trim_start().len();
    let block = here.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    if block {
        let start = begin + indent + name.len() + 1;
        return Some(Spot { key: begin, start, end: block_end(text, begin, indent), flow: false });
    }
    let parent = path.iter().rev().nth(1).copied().unwrap_or_default();
    let from = here.find(&format!("{parent}:")).unwrap_or(0);
    let at = [format!("{{{name}:"), format!(" {name}:"), format!(",{name}:")];
    let key = at.iter().find_map(|it| here[from..].find(it.as_str()))? + from + 1;
    let start = begin + key + name.len() + 1;
    Some(Spot { key: begin + key, start, end: flow_end(text, start), flow: true })
}

/// The end of a value in block style: of its line without the comment, or of all lines below that are
/// indented more.
fn block_end(text: &str, begin: usize, indent: usize) -> usize {
    let line = text[begin..].split('\n').next().unwrap_or_default();
    let own = line.find(" #").unwrap_or(line.len());
    let mut end = begin + line[..own].trim_end().len();
    let mut at = begin + line.len() + 1;
    for next in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        let blank = next.trim().is_empty();
        let deeper = next.len() - next.trim_start().len() > indent;
        let item =
            next.trim_start().starts_with("- ") && next.len() - next.trim_start().len() >= indent;
        if !blank && !deeper && !item {
            break;
        }
        at += next.len();
        if !blank {
            end = at - usize::from(next.ends_with('\n'));
        }
    }
    end
}

/// The end of a value in braces: the comma or brace behind it.
fn flow_end(text: &str, start: usize) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    for (offset, c) in text[start..].char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ',' | '}' | ']') if depth == 0 => return start + offset,
            (None, ']' | '}') => depth -= 1,
            (None, _) => {}
        }
    }
    text.len()
}

fn set(text: &str, path: &[&str], value: &str) -> Option<String> {
    if let Some(spot) = spot(text, path) {
        let value = if spot.flow && value.contains("${") {
            format!("\"{value}\"")
        } else {
            value.to_owned()
        };
        return Some(format!("{} {value}{}", &text[..spot.start], &text[spot.end..]));
    }
    let (name, parents) = path.split_last()?;
    let entry = format!("{name}: {value}");
    if parents.is_empty() {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        return Some(format!("{text}{end}{entry}\n"));
    }
    let Some(parent) = spot(text, parents) else {
        return set(text, parents, &format!("{{{entry}}}"));
    };
    let inside = text[parent.start..parent.end].trim_start();
    if inside.starts_with('{') {
        let at = parent.end - inside.len() + 1;
        let comma = if text[at..].trim_start().starts_with('}') { "" } else { ", " };
        return Some(format!("{}{entry}{comma}{}", &text[..at], &text[at..]));
    }
    // Below the key, as deep as what stands there already.
    let line_end = parent.start + text[parent.start..].find('\n')? + 1;
    let first = text[line_end..].lines().find(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    })?;
    let indent = &first[..first.len() - first.trim_start().len()];
    Some(format!("{}{indent}{entry}\n{}", &text[..line_end], &text[line_end..]))
}

fn remove(text: &str, path: &[&str]) -> Option<String> {
    let spot = spot(text, path)?;
    if !spot.flow {
        let end = text[spot.end..].find('\n').map_or(text.len(), |at| spot.end + at + 1);
        return Some(format!("{}{}", &text[..spot.key], &text[end..]));
    }
    let rest = text[spot.end..].strip_prefix(',').map_or(&text[spot.end..], str::trim_start);
    let before = &text[..spot.key];
    let before = if rest.starts_with('}') { before.trim_end_matches([' ', ',']) } else { before };
    Some(format!("{before}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# A server.
name: a server
base_url: ${URL:-http://127.0.0.1:1}   # or another
pkce: none # for now
clients:
  # The first.
  default:
    id: a
    secret: sesame-sesame
    redirect_uris:
      - https://a.example/cb
      - https://a.example/other

  other: {id: b, secret: '${OTHER}', scope: read}
users:
  default: {login: ada, password: 'pass, word'}
resource: {url: /me}
";

    fn at(path: &[&str], value: Option<&str>) -> String {
        written(TEXT, path, value).unwrap()
    }

    #[test]
    fn values_are_replaced_where_they_stand() {
        for (path, value, line) in [
            (&["pkce"][..], "S256", "pkce: S256 # for now\nclients:"),
            (&["clients", "default", "id"], "c", "    id: c\n    secret: sesame"),
            (
                &["clients", "default", "redirect_uris"],
                "[\"https://b.example/\"]",
                "    redirect_uris: [\"https://b.example/\"]\n\n  other:",
            ),
            (&["clients", "other", "scope"], "write", "secret: '${OTHER}', scope: write}"),
            (&["resource", "url"], "/you", "resource: {url: /you}"),
        ] {
            let text = at(path, Some(value));
            assert!(text.contains(line), "{path:?}\n{text}");
            assert!(text.contains("  # The first.") && text.contains("${URL:-http"), "{text}");
        }
    }

    #[test]
    fn keys_are_added_where_they_belong() {
        for (path, line) in [
            (&["scope"][..], "resource: {url: /me}\nscope: x\n"),
            (&["resource", "identity"], "resource: {identity: x, url: /me}"),
            (
                &["clients", "default", "authentication"],
                "  default:\n    authentication: x\n    id: a",
            ),
            (&["authorize_parameters", "prompt"], "authorize_parameters: {prompt: x}\n"),
            (&["users", "default", "identity"], "default: {identity: x, login: ada"),
        ] {
            let text = at(path, Some("x"));
            assert!(text.contains(line), "{path:?}\n{text}");
        }
    }

    #[test]
    fn keys_are_left_out() {
        assert!(!at(&["pkce"], None).contains("pkce"));
        assert!(at(&["clients", "other", "scope"], None).contains("secret: '${OTHER}'}"));
        let text = at(&["clients", "default", "redirect_uris"], None);
        assert!(text.contains("secret: sesame-sesame\n\n  other:"), "{text}");
    }

    #[test]
    fn secrets_become_names() {
        let text = fix(TEXT, &[]);
        assert!(text.contains("    secret: ${CLIENTS_DEFAULT_SECRET}\n"), "{text}");
        assert!(text.contains("password: \"${USERS_DEFAULT_PASSWORD}\"}"), "{text}");
        assert!(text.contains("secret: '${OTHER}'"), "{text}");
        let key = TEXT.replace(
            "    id: a\n",
            "    id: a\n    assertion:\n      private_key: |\n        -----BEGIN\n        xyz\n",
        );
        let text = fix(&key, &[]);
        assert!(
            text.contains(
                "      private_key: ${CLIENTS_DEFAULT_ASSERTION_PRIVATE_KEY}\n    secret"
            ),
            "{text}"
        );
    }
}
