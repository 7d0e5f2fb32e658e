//! What every page has: its frame, the filters, verdicts and citations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::view::RuleView;
use crate::verdict::Verdict;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A page.
pub(super) fn page(title: &str, header: &Markup, main: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { (header) }
                main { (main) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string() + "\n"
}

/// No network, no plug-in, and no script but ours.
fn policy() -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, SCRIPT.as_bytes());
    let hash = STANDARD.encode(digest);
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'"
    )
}

/// What the rules of a page can be filtered by.
pub(super) struct Choices<'a> {
    /// Verdicts that occur.
    pub verdicts: Vec<Verdict>,
    /// Names of the levels that occur.
    pub levels: Vec<String>,
    /// Documents of the runs.
    pub documents: Vec<&'a str>,
    /// Titles of the areas.
    pub areas: Vec<&'a str>,
}

/// The form that filters what has the class `rule`.
pub(super) fn filters(choices: &Choices<'_>) -> Markup {
    html! {
        // Without scripts there is nothing to filter with.
        form hidden role="search" aria-label="Filter the rules" {
            label { "Text " input type="search" name="text"; }
            fieldset {
                legend { "Verdict" }
                @for verdict in &choices.verdicts {
                    label {
                        input type="checkbox" name="verdict" value=(verdict.name()) checked;
                        " " (verdict)
                    }
                }
            }
            (choice("Level", "level", choices.levels.iter().map(String::as_str)))
            (choice("Document", "document", choices.documents.iter().copied()))
            (choice("Area", "area", choices.areas.iter().copied()))
        }
        p.faint #count role="status" {}
    }
}

fn choice<'a>(label: &str, name: &str, values: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        label {
            (label) " "
            select name=(name) {
                option value="" { "all" }
                @for value in values { option { (value) } }
            }
        }
    }
}

/// Something wide, which scrolls by itself and by the keyboard.
pub(super) fn scrolled(label: &str, wide: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) { (wide) }
    }
}

pub(super) fn badge(verdict: Verdict) -> Markup {
    html! {
        span class={ "verdict " (verdict.name()) } { (super::super::console::mark(verdict)) " " (verdict) }
    }
}

/// The verdict of each document, where they disagree.
pub(super) fn by_document<'a>(verdicts: impl Iterator<Item = (&'a str, Verdict)>) -> Markup {
    html! {
        "By document: "
        @for (at, (document, verdict)) in verdicts.enumerate() {
            @if at > 0 { ", " }
            (document) " " (badge(verdict))
        }
    }
}

pub(super) fn citations(rule: &RuleView) -> Markup {
    html! {
        @for (at, cite) in rule.cites.iter().enumerate() {
            @if at > 0 { ", " }
            @match section_link(cite) {
                Some(link) => a href=(link) rel="noreferrer" { (cite) },
                None => (cite),
            }
        }
    }
}

/// Where a section of an RFC stands.
fn section_link(cite: &str) -> Option<String> {
    let (document, rest) = cite.split_once(' ')?;
    let number =
        document.strip_prefix("rfc").filter(|it| it.bytes().all(|b| b.is_ascii_digit()))?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let section = rest[..end].trim_end_matches('.');
    let anchor = match section.starts_with(|c: char| c.is_ascii_uppercase()) {
        true => format!("appendix-{section}"),
        false => format!("section-{section}"),
    };
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#{anchor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_leads_to_its_section() {
        let link = |cite| section_link(cite).unwrap_or_default();
        assert_eq!(
            link("rfc6749 4.1.2, 10.5 (must)"),
            "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2"
        );
        assert_eq!(
            link("rfc6749 A.5 (must)"),
            "https://www.rfc-editor.org/rfc/rfc6749#appendix-A.5"
        );
        assert_eq!(section_link("vendor tokens (must)"), None);
    }

    #[test]
    fn the_policy_admits_our_script_alone() {
        assert!(policy().contains("script-src 'sha256-"));
        assert!(!policy().contains("http"));
    }
}
