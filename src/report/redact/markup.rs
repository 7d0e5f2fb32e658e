//! Cutting the values of sensitive form fields in HTML: `<input name="csrf" value="…">`, and the
//! like in `<meta>`.

use std::ops::Range;

use super::fields::is_sensitive;
use super::{Labels, show};

/// One attribute of a tag: its name, and where in the text its value stands.
struct Attribute<'a> {
    name: &'a str,
    value: Range<usize>,
}

/// Cuts `value` and `content` of every tag whose `name` or `id` is sensitive.
pub(super) fn cut(text: &str, labels: &Labels) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (open, _) in text.match_indices('<') {
        if open < done || !text[open + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag = attributes(text, open + 1);
        let Some(name) = sensitive_name(text, &tag) else { continue };
        for Attribute { value, .. } in tag.iter().filter(|attribute| holds_value(attribute)) {
            let shown = &text[value.clone()];
            if !shown.is_empty() && !labels.is_placeholder(shown) {
                out.push_str(&text[done..value.start]);
                out.push_str(&show(name));
                done = value.end;
            }
        }
    }
    out.push_str(&text[done..]);
    out
}

fn sensitive_name<'a>(text: &'a str, tag: &[Attribute<'_>]) -> Option<&'a str> {
    tag.iter()
        .filter(|attribute| ["name", "id"].iter().any(|n| attribute.name.eq_ignore_ascii_case(n)))
        .map(|attribute| &text[attribute.value.clone()])
        .find(|name| is_sensitive(&name.replace('-', "_")))
}

fn holds_value(attribute: &Attribute<'_>) -> bool {
    ["value", "content"].iter().any(|name| attribute.name.eq_ignore_ascii_case(name))
}

/// The attributes with a value of the tag whose name begins at `at`, up to its `>`.
fn attributes(text: &str, mut at: usize) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    loop {
        let rest = &text[at..];
        let Some(stop) = rest.find(['=', '>', '<']) else { return found };
        if !rest[stop..].starts_with('=') {
            return found;
        }
        let name = rest[..stop].trim_end().rsplit([' ', '\t', '\r', '\n', '/', '"', '\'']).next();
        let value = value(text, at + stop + 1);
        at = value.end;
        // Behind a quoted value stands its quote.
        at += usize::from(text[at..].starts_with(['"', '\'']));
        found.push(Attribute { name: name.unwrap_or_default(), value });
    }
}

/// Where the attribute value stands that begins at `from`, without its quotes.
fn value(text: &str, from: usize) -> Range<usize> {
    let rest = text[from..].trim_ascii_start();
    let from = text.len() - rest.len();
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &rest[1..];
        return from + 1..from + 1 + inner.find(quote).unwrap_or(inner.len());
    }
    from..from + rest.find([' ', '\t', '\r', '\n', '>']).unwrap_or(rest.len())
}
