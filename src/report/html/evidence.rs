//! The exchanges of a scenario: the control beside the judged one, and what differs marked.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::super::cause::{changed, control, judged, numberless, unchanged};
use super::super::curl;
use super::super::exchange::{self, ExchangeView};
use super::super::view::ScenarioView;
use crate::verdict::Role;

/// What a request carries anew each time, and what follows from the rest: never the difference.
const INCIDENTAL: [&str; 4] = ["cookie:", "content-length:", "state=", "host:"];

/// All there is to see of a scenario.
pub(super) fn exchanges(scenario: &ScenarioView) -> Markup {
    let Some(judged) = judged(scenario) else {
        return html! {
            @if scenario.dropped_exchanges > 0 {
                p.faint { (scenario.dropped_exchanges) " HTTP exchanges were not kept." }
            }
        };
    };
    let control = control(scenario).filter(|control| !std::ptr::eq(*control, judged));
    let others: Vec<&ExchangeView> = scenario
        .exchanges
        .iter()
        .filter(|it| !std::ptr::eq(*it, judged) && control.is_none_or(|c| !std::ptr::eq(*it, c)))
        .collect();
    html! {
        @if let Some(changed) = changed(scenario) { (change(scenario, changed)) }
        div.pair {
            @if let Some(control) = control { (one("Control", control, None)) }
            (one(heading(judged), judged, control.filter(|_| changed(scenario).is_none())))
        }
        p { "Send it again:" }
        pre tabindex="0" { (curl::again(scenario).trim_end()) }
        @if !others.is_empty() {
            details {
                summary { (others.len()) " other HTTP exchanges of the scenario" }
                @for exchange in others { pre tabindex="0" { (exchange::text(exchange)) } }
            }
        }
    }
}

/// The request that was changed beside the unchanged one, where the judged one came later.
fn change(scenario: &ScenarioView, changed: &ExchangeView) -> Markup {
    let before = unchanged(scenario, changed).map(ExchangeView::without_page);
    let changed = changed.without_page();
    html! {
        div.pair {
            @if let Some(before) = &before { (one("Unchanged", before, None)) }
            (one("Changed", &changed, before.as_ref()))
        }
    }
}

/// Where nothing was judged, the last request tells how far the scenario came.
fn heading(exchange: &ExchangeView) -> &'static str {
    match (exchange.role, &exchange.response) {
        (Role::Judged, _) => "Judged",
        (_, None) => "Request without an answer",
        _ => "Last request",
    }
}

fn one(name: &str, exchange: &ExchangeView, control: Option<&ExchangeView>) -> Markup {
    let text = exchange::text(exchange);
    let known = control.map(|control| Known::of(&exchange::text(control)));
    html! {
        div {
            p { strong { (name) } ": " (exchange.label) }
            pre tabindex="0" {
                @for line in text.lines().skip(1) {
                    @for part in parts(line) {
                        @if known.as_ref().is_some_and(|known| known.lacks(line, part)) {
                            mark { (part) }
                        } @else { (part) }
                    }
                    "\n"
                }
            }
        }
    }
}

/// The pieces of the control, each with its direction: a difference is a piece that it lacks.
struct Known(BTreeSet<(char, String)>);

impl Known {
    fn of(text: &str) -> Self {
        let pieces = text.lines().skip(1).flat_map(|line| {
            parts(line).map(move |part| (direction(line), numberless(part).into_owned()))
        });
        Self(pieces.collect())
    }

    fn lacks(&self, line: &str, part: &str) -> bool {
        let bare = part.trim_start_matches(['>', '<', ' ', '&', '?']).to_ascii_lowercase();
        // What came back differs in any case: only the request shows what was changed.
        direction(line) == '>'
            && !bare.is_empty()
            && !INCIDENTAL.iter().any(|name| bare.starts_with(name))
            && !self.0.contains(&('>', numberless(part).into_owned()))
    }
}

fn direction(line: &str) -> char {
    line.chars().next().unwrap_or(' ')
}

/// A line, cut in front of each parameter.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let skip = text.chars().next().map_or(0, char::len_utf8);
        match text[skip..].find(['&', '?']) {
            Some(at) => {
                let (head, tail) = text.split_at(at + skip);
                rest = Some(tail);
                Some(head)
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_in_front_of_its_parameters() {
        let of = |line| parts(line).collect::<Vec<_>>();
        assert_eq!(of("> GET /a?x=1&y=2 HTTP/1.1"), ["> GET /a", "?x=1", "&y=2 HTTP/1.1"]);
        assert_eq!(of(""), [""]);
    }

    #[test]
    fn what_the_control_lacks_is_a_difference() {
        let known =
            Known::of("* label\n> POST /token HTTP/1.1\n> Cookie: a=1\n>\n> a=‹code 1›&b=2\n< 200");
        let lacks = |line: &str| {
            parts(line).filter(|part| known.lacks(line, part)).collect::<Vec<_>>().concat()
        };
        assert_eq!(lacks("> a=‹code 2›&b=3"), "&b=3");
        assert_eq!(lacks("> Cookie: a=2"), "");
        assert_eq!(lacks("< 400"), "");
    }
}
