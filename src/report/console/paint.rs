//! ANSI colours.

use super::Style;
use crate::verdict::Verdict;

const GREEN: u8 = 32;
const RED: u8 = 31;
const YELLOW: u8 = 33;
const MAGENTA: u8 = 35;
const CYAN: u8 = 36;
const BOLD: u8 = 1;
const DIM: u8 = 2;

/// The text in the colour of a verdict.
pub(super) fn paint(style: Style, verdict: Verdict, text: &str) -> String {
    let code = match verdict {
        Verdict::Pass => GREEN,
        Verdict::Warn => YELLOW,
        Verdict::Fail | Verdict::Error => RED,
        Verdict::Waived => CYAN,
        Verdict::NotApplicable => DIM,
        Verdict::Inconclusive => MAGENTA,
    };
    ansi(style, code, text)
}

/// The text in bold.
pub(super) fn bold(style: Style, text: &str) -> String {
    ansi(style, BOLD, text)
}

/// The text in the background.
pub(super) fn dim(style: Style, text: &str) -> String {
    ansi(style, DIM, text)
}

fn ansi(style: Style, code: u8, text: &str) -> String {
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
